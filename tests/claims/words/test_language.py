import pytest

from orchd.claims.words.language import (
    SMALL,
    SMALL_FORMS,
    hinted_language,
    language_of,
    surely_in,
    telling_words,
)


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


def test_a_text_is_clearly_in_a_language_by_many_of_its_words() -> None:
    english = "The bridge was built by the town, and it was paid for by those who lived there."
    portuguese = "A ponte foi construída pela cidade, e foi paga por aqueles que moravam ali."
    assert (surely_in(english), surely_in(portuguese)) == ("en", "pt")
    assert [surely_in(text) for text in ("", "The bridge.", f"{english} {portuguese}")] == [None, None, None]


@pytest.mark.parametrize(
    ("text", "least", "language"),
    [
        ("The sea in winter", 2, "en"),
        ("O mar no inverno", 2, None),
        ("O mar no inverno", 1, "pt"),
        ("The mar um inverno", 1, None),
        ("Wintermeer", 1, None),
    ],
)
def test_the_language_of_a_short_text_is_hinted_at(text: str, least: int, language: str | None) -> None:
    assert hinted_language(text, least) == language


def test_telling_words_are_those_that_mean_something() -> None:
    assert telling_words("The Sea, o mar e 12 cães no x") == {"sea", "mar", "cães"}
