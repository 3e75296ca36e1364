"""Guessing how many tokens a text is, from what kinds of characters it has.

Two guesses: what to expect, and a cautious one. The weights are rules of thumb (about four characters of English to a
token, a figure or a sign by itself, a token or so for an East Asian character), not measurements, and a tokenizer with
a small vocabulary needs more than either: that is why a server's own count and what a model counted before go first.

Both are sums over the characters, so that the tokens of any part of a text are a difference of two running sums, and
cutting is a search in them. They are counted in thousandths of a token, in integers: sums of fractions would depend on
where one begins.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cache
from itertools import accumulate
from typing import Literal, NamedTuple, TypeAlias

Guess: TypeAlias = Literal["expected", "cautious"]

THOUSAND = 1000


class CharacterKind(NamedTuple):
    """Bytes of UTF-8, one of which each character of a kind has, and thousandths of a token that it stands for."""

    bytes: bytes
    expected: int
    cautious: int


def _ascii(wanted: str) -> bytes:
    return bytes(point for point in range(128) if _ascii_kind(chr(point)) == wanted)


def _ascii_kind(char: str) -> str:
    if char.isalpha():
        return "letter"
    if char.isdigit():
        return "digit"
    if char in " \t":
        return "space"
    return "line" if char in "\r\n" else "mark"


KINDS = (
    CharacterKind(_ascii("letter"), 215, 300),
    CharacterKind(_ascii("digit"), 500, 1000),
    CharacterKind(_ascii("space"), 50, 250),
    CharacterKind(_ascii("line"), 400, 1000),
    CharacterKind(_ascii("mark"), 600, 1000),
    CharacterKind(bytes(range(0xC0, 0xE0)), 500, 1000),  # two bytes: accents and other alphabets
    CharacterKind(bytes(range(0xE0, 0xF0)), 800, 2000),  # three: mostly East Asian
    CharacterKind(bytes(range(0xF0, 0xF8)), 2000, 4000),  # four: mostly emoji
)


def total(text: str, guess: Guess) -> int:
    """Return the thousandths of a token of a whole text; quick, some nanoseconds a byte."""
    data = text.encode()
    return sum(
        (kind.expected if guess == "expected" else kind.cautious) * (len(data) - len(data.translate(None, kind.bytes)))
        for kind in KINDS
    )


def tokens(text: str, guess: Guess) -> int:
    """Return the tokens of a whole text, rounded up."""
    return -(-total(text, guess) // THOUSAND)


def running(text: str, guess: Guess) -> list[int]:
    """Return the thousandths of a token before each position of a text, its end included."""
    lead = _by_lead(guess)
    if text.isascii():
        return [0, *accumulate(map(lead.__getitem__, text.encode()))]
    return [0, *accumulate(lead[_lead(ord(char))] for char in text)]


def _lead(point: int) -> int:
    """Return the first byte of a character in UTF-8, or one of its kind."""
    if point < 0x80:
        return point
    return 0xC2 if point < 0x800 else 0xE1 if point < 0x10000 else 0xF1


@cache
def _by_lead(guess: Guess) -> tuple[int, ...]:
    table = [0] * 256
    for kind in KINDS:
        for byte in kind.bytes:
            table[byte] = kind.expected if guess == "expected" else kind.cautious
    return tuple(table)


class Ruler(NamedTuple):
    """Measures parts of one text in a unit of the caller's, by running sums of a finer one.

    `unit` of the fine ones are one of the caller's; `sums` never fall.
    """

    sums: Sequence[int]
    unit: int

    def size(self, start: int, end: int) -> int:
        """Return the size of a part, rounded up."""
        return -(-(self.sums[end] - self.sums[start]) // self.unit)

    def reach(self, start: int, amount: int) -> int:
        """Return how far a part may go that begins at `start` and has `amount` at most."""
        return bisect_right(self.sums, self.sums[start] + amount * self.unit) - 1

    def back(self, end: int, amount: int) -> int:
        """Return how far back a part may begin that ends at `end` and has `amount` at most."""
        return bisect_left(self.sums, self.sums[end] - amount * self.unit)


def characters(text: str) -> Ruler:
    """Measure in code points."""
    return Ruler(range(len(text) + 1), 1)
