from orchd.claims.words.listed import listed


def test_words_of_several_lines() -> None:
    assert listed("one two\n   three") == {"one", "two", "three"}
