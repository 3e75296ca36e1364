"""Words that are a place in an order, a share, or neither."""

import pytest

from orchd.claims import SUPPORTED
from orchd.claims.numbers.numbers import Quantity
from orchd.claims.numbers.places import is_place, is_share, read_ordinal
from orchd.claims.reading.tokens import tokens
from orchd.claims.words.language import Language
from tests.claims.parts import NO_WORDS, supported


def numbers(text: str, language: Language) -> list[tuple[str, float, bool]]:
    found = tokens(text, 0, len(text), language, NO_WORDS)
    return [
        (text[token.start : token.end], round(token.value.values[0], 2), token.value.ordinal)
        for token in found
        if isinstance(token.value, Quantity)
    ]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("a third of the members", "en", [("a third", 0.33, False)]),
        ("it fell by a third", "en", [("a third", 0.33, False)]),
        ("a third zone", "en", [("third", 3, True)]),
        ("two thirds of it", "en", [("two thirds", 0.67, False)]),
        ("the second half", "en", [("second", 2, True)]),
        ("half of it", "en", [("half", 0.5, False)]),
        ("a half marathon", "en", [("half", 0.5, False)]),
        ("the first president", "en", [("first", 1, True)]),
        ("it was first released", "en", []),
        ("for the first time", "en", []),
        ("the twenty-first zone", "en", [("twenty-first", 21, True)]),
        ("the fifteenth floor", "en", [("fifteenth", 15, True)]),
        ("20 m per second", "en", [("20 m", 20, False)]),
        ("a segunda-feira", "pt", []),
        ("na quarta, ele saiu", "pt", []),
        ("o quarto andar", "pt", [("quarto", 4, True)]),
        ("um quarto em Lisboa", "pt", []),
        ("um quarto da população", "pt", [("um quarto", 0.25, False)]),
        ("meio litro", "pt", [("meio litro", 0.5, False)]),
        ("o meio ambiente", "pt", []),
        ("por meio de um acordo", "pt", []),
        ("pela primeira vez", "pt", []),
        ("a primeira ponte", "pt", [("primeira", 1, True)]),
        ("o vigésimo primeiro andar", "pt", [("vigésimo primeiro", 21, True)]),
        ("segundo o autor", "pt", []),
        ("em segundo lugar", "pt", [("segundo", 2, True)]),
    ],
)
def test_what_is_read_as_a_number(text: str, language: Language, expected: list[tuple[str, float, bool]]) -> None:
    assert numbers(text, language) == expected


def test_single_words() -> None:
    assert read_ordinal(["third", "of"], "en") == (3, 1)
    assert read_ordinal(["house"], "en") == (0, 0)
    assert is_share(["a", "third"], "", "of", "en")
    assert not is_share(["a", "third"], "", "zone", "en")
    assert not is_place(["second"], "per", ["", ""], "en")


@pytest.mark.parametrize(
    ("source", "claim"),
    [
        ("The game was released in 2011.", "The game was first released in 2011."),
        ("The museum opened in 1928.", "The museum first opened in 1928."),
        ("There are three zones; the third zone is for dogs.", "A third zone is for dogs."),
        ("The zone for dogs is next to two others.", "A third zone is for dogs."),
        ("It is a hotel with five stars in Porto.", "It is a five-star hotel in Porto."),
        ("The earliest bridge here was built in 1200.", "The first bridge here was built in 1200."),
        ("The first bridge here was built in 1200.", "The earliest bridge here was built in 1200."),
        ("In the twenty-first century, towns grew.", "In the 21st century, towns grew."),
        ("She was the third president of the club.", "She was the 3rd president of the club."),
        ("O museu abriu em 1928.", "O museu abriu pela primeira vez em 1928."),
        ("A reunião será na segunda-feira.", "A reunião será na segunda."),
        ("Um quarto da população votou.", "25 % da população votou."),
    ],
)
def test_the_same_place_or_share(source: str, claim: str) -> None:
    assert supported(claim, source) >= SUPPORTED


@pytest.mark.parametrize(
    ("source", "claim"),
    [
        ("A third of the members voted.", "Half of the members voted."),
        ("A third of the members voted.", "Two thirds of the members voted."),
        ("She was the third president of the club.", "She was the second president of the club."),
        ("He lives on the twentieth floor.", "He lives on the 12th floor."),
        ("The team scored in the first half.", "The team scored in the second half."),
        ("A reunião será na segunda-feira.", "A reunião será na quarta-feira."),
        ("Ele mora no quarto andar.", "Ele mora no quinto andar."),
        ("Ele é o terceiro filho de Ana.", "Ele é o segundo filho de Ana."),
    ],
)
def test_another_place_or_share(source: str, claim: str) -> None:
    assert supported(claim, source) < SUPPORTED
