"""Languages that are not read are told by name."""

import pytest

from orchd.claims.words.foreign import language_name, language_notes, unknown_language
from tests.claims.parts import judged


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Der Turm wurde nicht 1931 eröffnet.", "German"),
        ("La tour n'a pas été ouverte en 1931.", "French"),
        ("La torre no fue abierta en 1931.", "Spanish"),
        ("La torre non è stata aperta nel 1931.", "Italian"),
        ("De toren werd niet in 1931 geopend.", "Dutch"),
        ("Tornet öppnades inte 1931 och är högt.", "Swedish"),
        ("Башня была открыта в 1931 году.", "a language in Cyrillic letters"),
        ("塔は1931年に開かれた。", "Japanese"),
        ("塔于1931年开放。", "Chinese or Japanese"),
        ("탑은 1931년에 열렸다.", "Korean"),
    ],
)
def test_unknown(text: str, language: str) -> None:
    assert unknown_language(text) == language


@pytest.mark.parametrize(
    "text",
    [
        "The tower opened in 1931.",
        "A torre não foi aberta em 1931.",
        "Quanto mais perto, mais interessante fica.",
        "Ann left.",
        "Torre Eiffel",
        "Der Spiegel reported it on Monday.",
        "The Los Angeles de la Rosa band",
        "π ≈ 3.14 is the ratio of it",
        "",
        "1931",
    ],
)
def test_known_or_not_to_be_told(text: str) -> None:
    assert unknown_language(text) is None


def test_what_is_denied_unseen_is_not_called_supported() -> None:
    (found,) = judged("Der Turm wurde nicht im Jahr 1931 eröffnet.", "Der Turm wurde im Jahr 1931 eröffnet.")
    assert found.verdict == "unclear"
    (same,) = judged("Der Turm wurde im Jahr 1931 eröffnet.", "Der Turm wurde im Jahr 1931 eröffnet.")
    assert same.verdict == "supported"


def test_a_note_names_the_text_and_the_language() -> None:
    (note,) = language_notes(("the answer", "Der Turm wurde nicht eröffnet."), [("the source a", "It was.")])
    assert note.describe().startswith("language: the answer seems to be in German;")


def test_each_source_in_another_language_than_the_answer_is_named() -> None:
    answer = ("the answer", "The bridge was opened in 1931 and it is the longest of the county.")
    portuguese = "A ponte foi inaugurada em 1931 e é a mais longa do distrito, que a pagou."
    (note,) = language_notes(answer, [("a", portuguese), ("b", answer[1])])
    assert note.describe().startswith("language: the answer is in English and a in Portuguese;")
    (found,) = judged("It is the longest bridge of all that were built in the county.", portuguese)
    assert found.verdict == "unclear"


def test_another_number_is_another_one_in_any_language() -> None:
    source = "Der Turm wurde im Jahr 1931 von der Stadt eröffnet und ist 40 Meter hoch."
    (found,) = judged("Der Turm wurde im Jahr 1935 von der Stadt eröffnet.", source)
    assert (found.verdict, found.method) == ("contradicted", "date")
    (other,) = judged("Die Brücke ist sehr lang und nicht aus Holz.", source)
    assert other.verdict == "unclear"


def test_a_language_has_a_name_where_it_is_clear() -> None:
    assert language_name("The bridge was built by the town, and it was paid for by those who lived there.") == "English"
    assert language_name("A ponte foi construída pela cidade, e foi paga por aqueles que moravam ali.") == "Portuguese"
    assert language_name("Die Brücke wurde von der Stadt gebaut und nicht von dem König.") == "German"
    assert language_name("1931") is None
