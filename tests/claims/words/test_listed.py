from orchd.claims.words.listed import word_set


def test_words_of_several_lines() -> None:
    assert word_set("one two\n   three") == {"one", "two", "three"}
