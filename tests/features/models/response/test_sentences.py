from orchd.features.models.response.sentences import bare_lines, bare_sentences, words_in


def test_a_line_is_bared_of_what_decorates_it() -> None:
    text = "## **Title**\n> - [ ] `do` it\n\n1. one\n// note\n<!-- aside -->\n---\n```py\ncode\n```\n| cell |"
    assert list(bare_lines(text)) == [
        ("Title", True),
        ("do it", False),
        ("one", False),
        ("note", False),
        ("aside", False),
        ("code", False),
        ("cell", False),
    ]


def test_sentences_and_words() -> None:
    assert list(bare_sentences("It is so. Dr. Silva said it.")) == ["It is so.", "Dr. Silva said it."]
    assert words_in("one - two 3") == 3
