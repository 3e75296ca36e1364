"""Where a sentence says two things, and where it only lists."""

import pytest

from orchd.claims.reading.clauses import claims, opening, starts
from orchd.claims.reading.tokens import tokens
from orchd.claims.words.language import Language
from tests.claims.parts import NO_WORDS


@pytest.mark.parametrize(
    ("text", "language", "parts"),
    [
        ("Ann was born in 1950 and Bob died in 1960.", "en", ["Ann was born in 1950", "Bob died in 1960."]),
        ("Ann was born in 1950, while Bob died in 1960", "en", ["Ann was born in 1950", "Bob died in 1960"]),
        ("Ann sold pears; Bob bought plums", "en", ["Ann sold pears", "Bob bought plums"]),
        ("A torre foi aberta em 1950 e o museu fechou", "pt", ["A torre foi aberta em 1950", "o museu fechou"]),
        ("Ann likes pears and plums and was glad", "en", ["Ann likes pears and plums and was glad"]),
        ("The router has two ports and a fan", "en", ["The router has two ports and a fan"]),
        ("O livro é bom e caro", "pt", ["O livro é bom e caro"]),
        ("The road closed because the river was high", "en", ["The road closed because the river was high"]),
    ],
)
def test_claims(text: str, language: Language, parts: list[str]) -> None:
    found = tokens(text, 0, len(text), language, NO_WORDS)
    assert [text[found[start].start : found[end - 1].end] for start, end, _ in claims(found, language)] == parts


def test_a_clause_may_share_its_subject() -> None:
    text = "Ann was born in 1950 and died in 2000"
    found = tokens(text, 0, len(text), "en", NO_WORDS)
    assert [shares for _, _, shares in claims(found, "en")] == [False, True]


def test_a_clause_tied_to_another_begins_but_is_no_claim() -> None:
    text = "The road closed because the river was high"
    found = tokens(text, 0, len(text), "en", NO_WORDS)
    assert [found[start.at].lower for start in starts(found, "en")] == ["the"]


@pytest.mark.parametrize(
    ("text", "language", "subject"),
    [
        ("Born in Oslo, she moved to Rome", "en", "she"),
        ("Founded in 1972 and sold twice, the firm closed", "en", "the"),
        ("Nascida em Natal, a atriz mudou de nome", "pt", "a"),
        ("She moved to Rome, where Ann lived", "en", ""),
        ("Tired, she left", "en", ""),
        ("Founded in 1972, closed in 1980", "en", ""),
        ("Founded", "en", ""),
    ],
)
def test_a_participle_may_come_before_the_subject(text: str, language: Language, subject: str) -> None:
    found = tokens(text, 0, len(text), language, NO_WORDS)
    at = opening(found, language)
    assert (found[at].lower if at else "") == subject
