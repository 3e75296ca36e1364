"""Numbers below zero."""

import pytest

from orchd.claims.numbers.numbers import Quantity
from orchd.claims.reading.tokens import tokens
from orchd.claims.words.language import Language
from tests.claims.parts import NO_WORDS


def values(text: str, language: Language) -> list[tuple[float, ...]]:
    found = tokens(text, 0, len(text), language, NO_WORDS)
    return [token.value.values for token in found if isinstance(token.value, Quantity)]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("it was -5 °C", "en", [(-5,)]),
        ("it was \u22125 °C", "en", [(-5,)]),
        ("it was minus 5 °C", "en", [(-5,)]),
        ("5 degrees below zero", "en", [(-5,)]),
        ("cinco graus negativos", "pt", [(-5,)]),
        ("5 graus abaixo de zero", "pt", [(-5,)]),
        ("menos 5 graus", "pt", [(-5,)]),
        ("a balance of -$40", "en", [(-40,)]),
        ("sales fell by 5 %", "en", [(5, -5)]),
        ("as vendas caíram 5 %", "pt", [(5, -5)]),
        ("$30-$40", "en", [(30,), (40,)]),
        ("3-1", "en", [(3,), (1,)]),
        ("a non-5 and 7 (-3)", "en", [(7,), (-3,)]),
        ("menos 5 caixas", "pt", [(5,)]),
        ("sales rose by 5 %", "en", [(5,)]),
    ],
)
def test_signs_of_numbers(text: str, language: Language, expected: list[tuple[float, ...]]) -> None:
    assert values(text, language) == expected
