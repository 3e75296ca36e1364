"""The sources, indexed: which sentences share words with a claim, and how much a word tells.

Sentences are only scanned for their words at first; few are ever read token by token. Time and memory are in proportion
to the length of the sources, and a look-up costs a bounded number of entries, the rarest words first.
"""

import heapq
import math
from collections.abc import Sequence
from typing import NamedTuple, TypeVar

from orchd.claims.numbers.numbers import Quantity, begins
from orchd.claims.reading.reading import Reading
from orchd.claims.reading.token import Token
from orchd.claims.reading.tokens import Vocabulary
from orchd.claims.texts.segments import segments
from orchd.claims.types import Source
from orchd.claims.words.language import SMALL, Language, language_of
from orchd.claims.words.lexicon import lexicon
from orchd.claims.words.stems import fold, stem
from orchd.patterns import lazy_pattern

_WORD = lazy_pattern(r"[^\W_]+")
_PART = lazy_pattern(r"\d+")
_SPELLED = "#"
"""Stands in the index for any number in words."""

CANDIDATES = 4
"""Sentences that are looked at closely for a claim."""
_ENTRIES = 3_000
"""Entries of the index that one claim may cost."""
_KEPT = 2_000
"""Sentences kept as they were read, for the next claim."""
_AKIN = 0.6
"""What a word of the same meaning counts, beside the word itself."""

V = TypeVar("V")


class SourceSentence(NamedTuple):
    """A sentence of a source: `sources[source].text[start:end]`."""

    source: int
    start: int
    end: int


class Library:
    """The sources of one ledger."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self.sources = sources
        whole = language_of(" ".join(source.text[:5_000] for source in sources))
        self.languages: list[Language] = [language_of(source.text, whole) for source in sources]
        self.language: Language = whole
        self.places: list[SourceSentence] = []
        self.firsts: list[int] = []
        """For each source the number of its first sentence."""
        self._small: set[str] = set()
        self._capital: set[str] = set()
        self.vocabulary = Vocabulary(self._small, self._capital)
        self._said: set[str] = set()
        self._index: dict[str, list[int]] = {}
        self._texts: dict[str, int] = {}
        self._readings: dict[int, Reading] = {}
        self._words: dict[int, frozenset[str]] = {}
        for number, source in enumerate(sources):
            self.firsts.append(len(self.places))
            for start, end in segments(source.text):
                self._add(SourceSentence(number, start, end), source.text)
        self._akin = self._by_group()

    def _add(self, place: SourceSentence, text: str) -> None:
        language = self.languages[place.source]
        number = len(self.places)
        self.places.append(place)
        self._texts.setdefault(_plain(text[place.start : place.end]), number)
        words = _WORD.findall(text, place.start, place.end)
        if any(begins(fold(word), language) for word in words):
            self._index.setdefault(_SPELLED, []).append(number)
        self._said.update(word.lower() for word in words)
        self._small.update(word for word in words if word[0].islower())
        self._capital.update(word.lower() for word in words[1:] if word[0].isupper())
        for key in self._keys(words, language):
            self._index.setdefault(key, []).append(number)

    def _keys(self, words: list[str], language: Language) -> frozenset[str]:
        return frozenset(self._key(word, language) for word in words)

    @staticmethod
    def _key(word: str, language: Language) -> str:
        lower = word.lower()
        return "" if lower in SMALL[language] else stem(fold(lower), language)

    def _by_group(self) -> dict[int, list[str]]:
        known = [lexicon(language) for language in dict.fromkeys(self.languages)]
        found: dict[int, list[str]] = {}
        for key in self._index:
            for group in {group for each in known for group in each.of(key)}:
                found.setdefault(group, []).append(key)
        return found

    def weight(self, key: str) -> float:
        """Return how much a word tells, 0.3 (in every sentence) to 1.5; 1 when no source has it."""
        count = len(self._index.get(key, ()))
        if not count:
            return 1.0
        rarity = math.log((len(self.places) + 1) / count) / math.log(len(self.places) + 2)
        return 0.3 + 1.2 * max(0.0, min(1.0, rarity))

    def same(self, sentence: str) -> int | None:
        """Return the number of a sentence that is the same but for spaces, capitals and the mark at its end."""
        return self._texts.get(_plain(sentence))

    def knows(self, key: str) -> bool:
        """Whether any source has the word."""
        return key in self._index

    def says(self, token: Token) -> bool:
        """Whether a source has a token: its stem, or all its parts, small words too."""
        parts = _WORD.findall(token.lower)
        return token.key in self._index or (bool(parts) and self._said.issuperset(parts))

    def words(self, number: int) -> frozenset[str]:
        """Return the stems of a sentence's words, small ones left out."""
        found = self._words.get(number)
        if found is None:
            place = self.places[number]
            words = _WORD.findall(self.sources[place.source].text, place.start, place.end)
            found = self._keys(words, self.languages[place.source])
            _keep(self._words, number, found)
        return found

    def read(self, number: int) -> Reading:
        """Return the sentence of that number, read."""
        found = self._readings.get(number)
        if found is None:
            place = self.places[number]
            text, language = self.sources[place.source].text, self.languages[place.source]
            found = Reading.of(text, place.start, place.end, language, self.vocabulary)
            _keep(self._readings, number, found)
        return found

    def candidates(self, claim: Reading) -> list[int]:
        """Return the sentences that share most with a claim, best first."""
        wanted: dict[str, float] = {}
        known = lexicon(claim.language)
        for index in claim.telling:
            value = claim.tokens[index].value
            if isinstance(value, Quantity):
                wanted[_SPELLED] = self.weight(_SPELLED)
                wanted |= {part: self.weight(part) for part in _PART.findall(f"{value.values[0]:,.10g}")}
            for word in _WORD.findall(claim.tokens[index].lower):
                key = self._key(word, claim.language)
                wanted[key] = max(wanted.get(key, 0), self.weight(key))
                for group in (*known.of(key), *known.opposites(key)):
                    for other in self._akin.get(group, ()):
                        wanted[other] = max(wanted.get(other, 0), _AKIN * self.weight(other))
        return self._best(wanted)

    def _best(self, wanted: dict[str, float]) -> list[int]:
        score: dict[int, float] = {}
        left = _ENTRIES
        for key, weight in sorted(wanted.items(), key=lambda item: (len(self._index.get(item[0], ())), item[0])):
            entries = self._index.get(key, ())[:left]
            for number in entries:
                score[number] = score.get(number, 0.0) + weight
            left -= len(entries)
        best = heapq.nsmallest(CANDIDATES, score.items(), key=lambda item: (-item[1], item[0]))
        return [number for number, _ in best]


def _keep(kept: dict[int, V], number: int, value: V) -> None:
    """Keep a value for the next claim, and let the oldest go."""
    if len(kept) >= _KEPT:
        del kept[next(iter(kept))]
    kept[number] = value


def _plain(sentence: str) -> str:
    return " ".join(sentence.casefold().split()).rstrip(".!;: ")
