"""A sentence read once: its tokens, what of it is denied, where its clauses end; with indexes to find words in it."""

from collections.abc import Iterable
from functools import cached_property
from itertools import islice
from typing import TypeVar

from orchd.claims.numbers.numbers import Quantity
from orchd.claims.reading.acronyms import one_for_all, shortenings
from orchd.claims.reading.clauses import starts
from orchd.claims.reading.frames import Framing, frames
from orchd.claims.reading.negation import denial_of
from orchd.claims.reading.token import Token
from orchd.claims.reading.tokens import Vocabulary, tokens
from orchd.claims.words.language import Language
from orchd.claims.words.lexicon import lexicon, plain
from orchd.claims.words.stems import fold

STRONG_BORDER = 5
WEAK_BORDER = 3
"""How many words far a clause's end, and a comma or an `and`, hold two words apart."""

MOST_VALUES = 40
"""Numbers and dates of a sentence that are compared with all of another; the rest must be written the same. A table of
numbers in one line would take time in proportion to its square.
"""

_PREFIX = 5
_FIRST = (
    "first",
    "earliest",
    "initial",
    "original",
    "inaugural",
    "debut",
    "pioneer",
    "primeir",
    "inicia",
    "estrei",
    "pioneir",
)

K = TypeVar("K")


class Reading:
    """The tokens of a sentence, or of a few in a row, and what is known of each of them."""

    def __init__(self, found: list[Token], language: Language) -> None:
        self.tokens = found
        self.language = language
        self.denied = denial_of(found, language)

    @classmethod
    def of(cls, text: str, start: int, end: int, language: Language, vocabulary: Vocabulary) -> "Reading":
        """Read `text[start:end]`."""
        return cls(tokens(text, start, end, language, vocabulary), language)

    @cached_property
    def telling(self) -> list[int]:
        """Where the tokens are that say something by themselves."""
        return [index for index, token in enumerate(self.tokens) if token.telling]

    @cached_property
    def values(self) -> list[int]:
        """Where numbers and dates are, the first `MOST_VALUES` of them."""
        found = (index for index, token in enumerate(self.tokens) if token.value is not None)
        return list(islice(found, MOST_VALUES))

    def measures(self, dimension: str) -> bool:
        """Whether a number of that dimension is there."""
        return dimension in self._dimensions

    @cached_property
    def _dimensions(self) -> set[str | None]:
        return {token.value.dimension for token in self.tokens if isinstance(token.value, Quantity)}

    @cached_property
    def keys(self) -> dict[str, list[int]]:
        """Key → where it stands."""
        return _index((token.key, index) for index, token in enumerate(self.tokens))

    @cached_property
    def groups(self) -> dict[int, list[int]]:
        """Group of the lexicon → where a word of it stands."""
        known = lexicon(self.language)
        return _index((group, at) for at in self._words for group in known.of(self.tokens[at].key))

    @cached_property
    def shortened(self) -> dict[str, list[int]]:
        """Shortening → where it stands in its place: `PF`."""
        return _index((one_for_all(token.lower), at) for at, token in enumerate(self.tokens) if token.capitals)

    @cached_property
    def shortenings(self) -> dict[str, list[int]]:
        """What its names may be shortened to → where these begin."""
        return _index((letters, run.start) for letters, run in shortenings(self.tokens))

    @cached_property
    def shortened_to(self) -> dict[int, set[str]]:
        """Where a word of a name stands → what that name may be shortened to."""
        found: dict[int, set[str]] = {}
        for letters, run in shortenings(self.tokens):
            for at in run:
                found.setdefault(at, set()).add(letters)
        return found

    @cached_property
    def words_of_first(self) -> list[int]:
        """Where words stand that say as much as `the first`."""
        return [at for at in self._words if is_word_of_first(self.tokens[at])]

    @cached_property
    def plains(self) -> dict[str, list[int]]:
        """Stem → where it stands behind a prefix that negates it."""
        stems = ((plain(fold(self.tokens[at].lower), self.language), at) for at in self._words)
        return _index((key, at) for key, at in stems if key is not None)

    @cached_property
    def prefixes(self) -> dict[str, list[int]]:
        """First letters → where a word begins with them."""
        return _index((self.tokens[at].key[:_PREFIX], at) for at in self._words)

    @cached_property
    def _words(self) -> list[int]:
        return [index for index, token in enumerate(self.tokens) if token.kind in ("word", "name", "small")]

    @cached_property
    def frames(self) -> list[Framing]:
        """What of it is said under a condition, as somebody's word, as a question or a plan."""
        return frames(self.tokens, self.language)

    @cached_property
    def clauses(self) -> list[int]:
        """For each token the number of its clause."""
        begins = {start.at for start in starts(self.tokens, self.language) if not start.shares}
        found, number = [], 0
        for index in range(len(self.tokens)):
            number += index in begins
            found.append(number)
        return found

    @cached_property
    def places(self) -> list[int]:
        """For each token how far along it is, in words and borders."""
        found, place = [], 0
        for index, token in enumerate(self.tokens):
            if index and self.clauses[index] != self.clauses[index - 1]:
                place += STRONG_BORDER
            place += WEAK_BORDER if token.lower in (",", "and", "e") else 1
            found.append(place)
        return found


def is_word_of_first(token: Token) -> bool:
    """Tell whether a word says as much as `the first`: `earliest`, `original`, `pioneiro`."""
    return token.value is None and fold(token.lower).startswith(_FIRST)


def _index(pairs: Iterable[tuple[K, int]]) -> dict[K, list[int]]:
    found: dict[K, list[int]] = {}
    for key, index in pairs:
        found.setdefault(key, []).append(index)
    return found
