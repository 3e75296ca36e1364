from orchd.prose.language import language_of


def test_a_sentence_tells_its_language() -> None:
    assert language_of("The lift will be renewed in March.", "pt") == "en"
    assert language_of("O elevador não será trocado em março.", "en") == "pt"


def test_without_small_words_it_is_as_said() -> None:
    assert language_of("Paris.", "pt") == "pt"
    assert language_of("42") == "en"
