from orchd.claims.words.language import SMALL, SMALL_FORMS, language_of


def test_a_sentence_tells_its_language() -> None:
    assert language_of("The lift will be renewed in March.", "pt") == "en"
    assert language_of("O elevador não será trocado em março.", "en") == "pt"


def test_without_small_words_it_is_as_said() -> None:
    assert language_of("Paris.", "pt") == "pt"
    assert language_of("42") == "en"


def test_forms_of_a_small_word_go_together() -> None:
    forms = SMALL_FORMS["pt"]
    assert forms["foi"] == forms["são"] == forms["é"]
    assert forms["pela"] == forms["pelos"]
    assert "e" not in forms
    assert set(forms) <= SMALL["pt"]
    assert set(SMALL_FORMS["en"]) <= SMALL["en"]
