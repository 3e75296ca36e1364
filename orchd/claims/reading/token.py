"""What a sentence is made of, for comparison."""

from typing import Literal, NamedTuple, TypeAlias

from orchd.claims.numbers.dates import Date
from orchd.claims.numbers.number_words import UNITS
from orchd.claims.numbers.numbers import Quantity

TokenKind: TypeAlias = Literal["word", "small", "name", "code", "number", "date", "mark"]


class Token(NamedTuple):
    """One of what a sentence is made of: `text[start:end]`. `lower` keeps accents, `key` is what equal tokens share."""

    start: int
    end: int
    kind: TokenKind
    lower: str
    key: str
    value: Quantity | Date | None = None
    capital: bool = False
    capitals: bool = False
    """Whether it is but a few capital letters, as `PF` or `U.S.`"""

    @property
    def telling(self) -> bool:
        """Whether it says something by itself."""
        return self.kind not in ("small", "mark")


def with_unit(token: Token, unit: str) -> Token:
    """Return a number in the base of its unit; as it is when `unit` is none."""
    quantity = token.value
    if not unit or not isinstance(quantity, Quantity) or unit not in UNITS:
        return token
    dimension, factor = UNITS[unit]
    return token._replace(value=quantity._replace(dimension=dimension, factor=factor))
