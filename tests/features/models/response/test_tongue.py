import pytest

from orchd.features.models.response.tongue import wrong_language

ENGLISH = "Describe how the bridge was built, in three sentences, and say who it was that paid for it."
PORTUGUESE = "Descreva em três frases como a ponte foi construída, e diga quem foi que pagou por ela e quando."
IN_ENGLISH = "The bridge was built in 1931 by the town, and it was paid for by the people who lived there."
IN_PORTUGUESE = "A ponte foi construída em 1931 pela cidade, e foi paga pelas pessoas que moravam ali perto dela."
IN_GERMAN = "Die Brücke wurde im Jahr 1931 von der Stadt gebaut und von den Leuten bezahlt, die dort lebten."


@pytest.mark.parametrize(
    ("text", "asked", "told"),
    [
        (IN_PORTUGUESE, ENGLISH, ("Portuguese", "English")),
        (IN_ENGLISH, PORTUGUESE, ("English", "Portuguese")),
        (IN_GERMAN, ENGLISH, ("German", "English")),
        (IN_GERMAN, PORTUGUESE, ("German", "Portuguese")),
    ],
)
def test_another_language_than_was_asked_in(text: str, asked: str, told: tuple[str, str]) -> None:
    assert wrong_language(text, asked) == told


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        (IN_ENGLISH, ENGLISH),
        (IN_PORTUGUESE, PORTUGUESE),
        (IN_GERMAN, IN_GERMAN),
        ("1931", PORTUGUESE),
        ("Lisboa, Porto, Braga", ENGLISH),
        ("print('the bridge')", PORTUGUESE),
        (IN_PORTUGUESE, f"{ENGLISH} Answer in Portuguese."),
        (IN_PORTUGUESE, f"Translate: {IN_ENGLISH}"),
        (IN_ENGLISH, f"Traduza: {IN_PORTUGUESE}"),
        (IN_PORTUGUESE, f"{ENGLISH} The text: {IN_PORTUGUESE} {IN_PORTUGUESE}"),
        (f"The sign says: “{IN_PORTUGUESE}”", ENGLISH),
        (IN_PORTUGUESE, None),
        (IN_PORTUGUESE, ""),
    ],
)
def test_what_may_be_in_its_language(text: str, asked: str | None) -> None:
    assert wrong_language(text, asked) is None


def test_what_is_in_the_language_of_a_source() -> None:
    assert wrong_language(IN_GERMAN, ENGLISH, [IN_PORTUGUESE, IN_GERMAN]) is None
    assert wrong_language(IN_GERMAN, ENGLISH, [IN_PORTUGUESE]) == ("German", "English")
