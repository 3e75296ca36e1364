"""Numbers below zero: `minus 5`, `5 degrees below zero`, `cinco graus negativos`; and `fell by 5 %`, maybe -5 %."""

from collections.abc import Sequence

from orchd.claims.numbers.numbers import Quantity
from orchd.claims.reading.token import Token
from orchd.claims.words.listed import word_set
from orchd.claims.words.stems import fold

_TEMPERATURES = ("celsius", "fahrenheit", "degrees")
_MINUS = word_set("minus negative")
_BELOW_ZERO = (("below", "zero"), ("abaixo", "de", "zero"), ("negativos",), ("negativo",))
_FALLS = word_set("""
    fell fall falls falling dropped drop drops down declined decline declines decreased decrease decreases lost lose
    loss losing shrank reduced reduction cut below deficit caiu cairam cai queda recuou recuo reducao reduziu perdeu
    perda diminuiu deficit prejuizo baixou encolheu
""")
"""Before a number, these may tell of it what another text tells with a minus sign."""
_NEAR = 4


def with_sign(before: Sequence[Token], after: Sequence[Token], token: Token) -> tuple[Token, int]:
    """Return a number with its sign in words, and how many words behind it that took."""
    quantity = token.value
    if not isinstance(quantity, Quantity) or quantity.ordinal:
        return token, 0
    words = [fold(each.lower) for each in before[-_NEAR:]]
    measures_heat = quantity.dimension in _TEMPERATURES
    below = next((each for each in _BELOW_ZERO if _words(after, len(each)) == each), ()) if measures_heat else ()
    last = words[-1] if words else ""
    if below or last in _MINUS or (last == "menos" and measures_heat) or _behind_minus(before, token):
        values = tuple(-abs(value) for value in quantity.values)
        end = after[len(below) - 1].end if below else token.end
        return token._replace(end=end, value=quantity._replace(values=values)), len(below)
    if not measures_heat and min(quantity.values) > 0 and _FALLS.intersection(words):
        values = (*quantity.values, *(-value for value in quantity.values))
        return token._replace(value=quantity._replace(values=values)), 0
    return token, 0


def _behind_minus(before: Sequence[Token], token: Token) -> bool:
    """Whether a minus stands right before a sum, and nothing right before that: `-$40`, but not `$30-$40`."""
    glued = bool(before) and before[-1].lower in ("-", "−") and before[-1].end == token.start
    return glued and (len(before) == 1 or before[-2].end < before[-1].start)


def _words(found: Sequence[Token], count: int) -> tuple[str, ...]:
    return tuple(fold(token.lower) for token in found[:count])
