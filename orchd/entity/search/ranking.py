"""How well a row fits what is searched for, and where: the same on every database, since it is counted here.

The sum over what is searched for of how often it stands there, more often counting for ever less (as in BM25, with
k = 1.2 and no regard to length), in a title as if it were more; words that only hold it, however many, count less than
the word itself. Of two that fit alike the later one comes first.
"""

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple
from unicodedata import category

from orchd.entity.search.words import (
    BREAK,
    MAX_CHARACTERS,
    MAX_WORD,
    Term,
    TextWord,
    as_indexed,
    beginning_in_index,
    words,
)
from orchd.patterns import lazy_pattern

SATURATION = 1.2
IN_TITLE = 2.0
PART_OF_WORD = 0.6
EXCERPT_CHARACTERS = 240
BEFORE_CHARACTERS = 40
"""How much of an excerpt stands before the first place: little, as lists show three narrow lines of it."""

MOST_MARKS = 16
"""Looked at where a text is cut: pictures of families, and letters of any language, have fewer."""
JOINER = "\u200d"
_SKINS = ("\U0001f3fb", "\U0001f3fc", "\U0001f3fd", "\U0001f3fe", "\U0001f3ff")


class Excerpt(NamedTuple):
    """A part of a text around the first place, and the places in it, as offsets in code points of the part."""

    text: str
    places: list[tuple[int, int]]


class IndexedText:
    """What the index has of a row, read once for all that is searched for; `noted` are words that are counted as
    such. In the title all counts more; most rows have none."""

    __slots__ = ("_in_text", "_in_title", "_text", "_title")

    def __init__(self, indexed: str, noted: frozenset[str]) -> None:
        title, _, text = indexed.partition(BREAK)
        self._title, self._text = title and f" {title}", f" {text}"
        is_noted = noted.__contains__
        self._in_title = [*filter(is_noted, title.split())] if title and noted else []
        self._in_text = [*filter(is_noted, text.split())] if noted else []

    def count(self, beginning: str) -> float:
        """Return how often there are words that begin so, as the index has them, or words and the beginning of another
        one; there is a blank before it. A whole word begins like no other one."""
        in_text = self._text.count(beginning)
        return IN_TITLE * self._title.count(beginning) + in_text if self._title else in_text

    def count_any(self, sought: frozenset[str]) -> float:
        """Return how often any of some noted words stands there."""
        in_text = sum(map(sought.__contains__, self._in_text)) if self._in_text else 0
        return IN_TITLE * sum(map(sought.__contains__, self._in_title)) + in_text if self._in_title else in_text


def score(wanted: Sequence[Sequence[Term]], rows: Iterable[str]) -> Iterator[float | None]:
    """Yield how well each row fits what is searched for, given as alternatives, by its words as the index has them;
    None where something isn't there."""
    sought = [
        (
            f" {as_indexed(exact)}",
            exact.beginning and f" {beginning_in_index(exact.beginning)}",
            frozenset(map(as_indexed, longer)),
        )
        for exact, *longer in wanted
    ]
    noted = frozenset[str]().union(*(longer for _, _, longer in sought))
    return (_score(sought, IndexedText(row, noted)) for row in rows)


def _score(wanted: Sequence[tuple[str, str, frozenset[str]]], row: IndexedText) -> float | None:
    total = 0.0
    for word, beginning, longer in wanted:
        exact, parts = row.count(word), row.count_any(longer)
        if beginning and not parts:
            parts = row.count(beginning) - exact
        counted = exact + PART_OF_WORD * parts / (1 + parts)
        if not counted:
            return None
        total += counted / (counted + SATURATION)
    return total


class Matcher:
    """Finds in texts, as they are written, what is searched for, given as alternatives."""

    def __init__(self, wanted: Iterable[Iterable[Term]]) -> None:
        terms = {term for alternatives in wanted for term in alternatives}
        self._beginnings = tuple({beginning for term in terms if (beginning := term.beginning)})
        self._single = None if any(term.is_phrase for term in terms) else {term.words[0] for term in terms}
        self._by_first: dict[str, list[tuple[str, ...]]] = {}
        for each in {term.words for term in terms if not term.is_open}:
            self._by_first.setdefault(each[0], []).append(each)
        self._open = [(term.words[:-1], term.words[-1]) for term in terms if term.is_open]

    def places(self, text: str) -> list[tuple[int, int]]:
        """Return where it stands (start, end), in order, without overlaps."""
        if self._single is not None and text.isascii():
            return self._plain_places(text[:MAX_CHARACTERS].lower(), self._single)
        there = list(words(text))
        found: list[tuple[int, int]] = []
        for at, word in enumerate(there):
            if self._beginnings and word.text.startswith(self._beginnings):
                found.append((word.start, word.end))
            for each in self._by_first.get(word.text, ()):
                last = there[at : at + len(each)]
                if len(each) == 1 or tuple(other.text for other in last) == each:
                    found.append((word.start, last[-1].end))
            found += self._open_places(there, at)
        return _merge(found)

    def _open_places(self, there: Sequence[TextWord], at: int) -> Iterator[tuple[int, int]]:
        """Yield where words stand of which only the first sign of the last one is searched for, from a word on."""
        for before, sign in self._open:
            end = at + len(before)
            begins = end < len(there) and there[end].text.startswith(sign)
            if begins and tuple(word.text for word in there[at:end]) == before:
                yield there[at].start, there[end].start + 1

    def _plain_places(self, text: str, single: set[str]) -> list[tuple[int, int]]:
        """Return the same for single words in a text of small ASCII letters, in a quarter of the time."""
        beginnings = self._beginnings
        return [
            run.span()
            for run in _PLAIN.finditer(text)
            if (word := run[0][:MAX_WORD]) in single or word.startswith(beginnings)
        ]


_PLAIN = lazy_pattern("[a-z0-9]+")


def excerpts(wanted: list[list[Term]], texts: list[str]) -> list[Excerpt]:
    """Return an excerpt of each of some texts."""
    matcher = Matcher(wanted)
    return [excerpt(text, matcher.places(text)) for text in texts]


def excerpt(text: str, found: Sequence[tuple[int, int]]) -> Excerpt:
    """Return the part of a text that shows why it was found, or its beginning: around the first place from which on the
    most different words are near. At the end of a text it is shorter, so that little stands before that place there."""
    first = _richest(text, found) if found else 0
    start = max(0, first - BEFORE_CHARACTERS)
    if start and (blank := text.find(" ", start, first)) >= 0:
        start = blank + 1
    start = _whole(text, start)
    end = _whole(text, min(start + EXCERPT_CHARACTERS, len(text)))
    inside = [(a - start, min(b, end) - start) for a, b in found if start <= a < end]
    return Excerpt(text[start:end], inside)


def _whole(text: str, cut: int) -> int:
    """Return where a text may be cut, at `cut` or a little before, so that no sign is parted from its marks, nor a
    picture from what it is joined with; where so many follow on each other that they are no such thing, `cut`."""
    for place in range(cut, max(0, cut - MOST_MARKS), -1):
        if not (_is_mark(text[place : place + 1]) or text[place - 1] == JOINER):
            return place
    return cut


def _is_mark(sign: str) -> bool:
    return sign == JOINER or sign in _SKINS or category(sign or " ").startswith("M")


def _richest(text: str, found: Sequence[tuple[int, int]]) -> int:
    """Return where the first place starts from which on the most different words are near."""
    near: deque[str] = deque()
    counts, best, most, last = Counter[str](), found[0][0], 0, 0
    for start, _ in found:
        while last < len(found) and found[last][1] <= start + EXCERPT_CHARACTERS - BEFORE_CHARACTERS:
            near.append(text[slice(*found[last])].casefold())
            counts[near[-1]] += 1
            last += 1
        if len(counts) > most:
            best, most = start, len(counts)
        if near:
            first = near.popleft()
            counts[first] -= 1
            if not counts[first]:
                del counts[first]
        else:  # one longer than an excerpt
            last += 1
    return best


def _merge(found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if merged and start <= merged[-1][1] - 1:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
