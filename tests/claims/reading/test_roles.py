import pytest

from orchd.claims.reading.roles import (
    acts_unnamed,
    agents,
    by_agent,
    direction,
    has_agent,
    is_subject,
    is_verbal,
    led_by,
    subject,
)
from orchd.claims.words.language import Language
from tests.claims.parts import reading, words


def test_who_acts_and_what_leads() -> None:
    read = reading("the lamp was lit by Ann in May")
    assert by_agent(read, 5)
    assert not by_agent(read, 1)
    assert agents(read, 0, len(read.tokens)) == 1
    assert led_by(read, 7) == "in"
    assert led_by(read, 1) == ""
    assert is_subject(read, 1)
    assert not is_subject(read, 5)
    assert is_verbal(reading("restarted"), 0)


def test_directions() -> None:
    read = reading("it fell from 5 to 4")
    assert [direction(read, index) for index in read.values] == ["from", "to"]
    assert direction(reading("a 4"), 1) == ""


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("She took the book and left", "en", True),
        ("Ann took the book", "en", False),
        ("Took the book", "en", False),
        ("Em 1990, mudou-se para o Porto", "pt", True),
        ("Ana mudou-se para o Porto", "pt", False),
        ("Porto", "pt", False),
    ],
)
def test_who_acts_without_a_name(text: str, language: Language, expected: bool) -> None:
    assert acts_unnamed(reading(text, language), 0) is expected


def test_the_subject_of_a_clause() -> None:
    read = reading("The old tower fell while Ann ran")
    assert words(read, subject(read)) == ["the", "old", "tower"]
    assert words(read, subject(read, 1)) == ["ann"]


def test_who_acts_may_be_several_words() -> None:
    read = reading("The tower was opened by the mayor of Porto in 1931.")
    places = {token.lower: at for at, token in enumerate(read.tokens)}
    assert has_agent(read, places["opened"], places["porto"])
    assert not has_agent(read, places["opened"], places["1931"])
