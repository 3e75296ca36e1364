"""Where a text may be cut, best places first: paragraphs, sentences, lines, words, characters as people see them.

A cut is wanted as far on as something fits, so all questions are the same: the last good border before a position, or,
for the rest of a text, the first one after it. Borders of the first three ranks are found once, in order, and looked
up by bisection; words and clusters are looked for around the place, since nobody needs the others.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from orchd.claims import ends
from orchd.features.text.cutting.blocks import TextBlock, blocks, lines
from orchd.features.text.cutting.graphemes import is_border
from orchd.patterns import lazy_pattern

_BLANK = lazy_pattern(r"\n[ \t\r]*\n\s*")
_BLANKS = lazy_pattern(r"(?:[ \t\r]*\n)*")
_ITEM = lazy_pattern(r"[ \t]*(?:[-*+•‣]|\d{1,4}[.)]|#{1,6})[ \t]")
_WIDE = lazy_pattern("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]")
"""Scripts without spaces between words, or with words as short as one character."""

SEARCHED = 2_000
"""How far to look for the end of a word or a cluster; what goes on for longer is neither."""


class Borders(NamedTuple):
    """The borders of one text, ascending; each list holds those of the better ranks too. None has 0 or the length."""

    paragraphs: list[int]
    sentences: list[int]
    lines: list[int]


def find(text: str) -> Borders:
    """Find the borders of `text`. Takes about a second for some megabytes."""
    paragraphs: set[int] = set()
    sentences: set[int] = set()
    for block in blocks(text):
        paragraphs.add(_after_blanks(text, block))
        if not block.whole:
            paragraphs.update(match.end() for match in _BLANK.finditer(text, block.start, block.end))
            sentences.update(ends(text, block.start, block.end))
            sentences.update(_items(text, block))
    edges = {0, len(text)}
    sentences |= paragraphs
    all_lines = sentences | {start for start, _ in lines(text, 0, len(text))}
    return Borders(sorted(paragraphs - edges), sorted(sentences - edges), sorted(all_lines - edges))


def last(text: str, borders: Borders, start: int, limit: int) -> int:
    """Return the best place to end what begins at `start` and may reach `limit` at most: over `start`, unless that is
    `limit`.

    A paragraph's end in the second half is better than a sentence's further on; below that, rank decides.
    """
    if limit >= len(text):
        return len(text)
    if (found := _before(borders.paragraphs, limit)) > start and found - start >= (limit - start) / 2:
        return found
    for places in (borders.sentences, borders.lines):
        if (found := _before(places, limit)) > start:
            return found
    stop = max(start, limit - SEARCHED)
    for fits in (_is_word_border, is_border):
        for index in range(limit, stop, -1):
            if fits(text, index):
                return index
    return limit


def first(text: str, borders: Borders, limit: int, end: int) -> int:
    """Return the best place to begin what ends at `end` and may reach back to `limit` at most; the mirror of `last`."""
    if limit <= 0:
        return 0
    if (found := _after(borders.paragraphs, limit, end)) < end and end - found >= (end - limit) / 2:
        return found
    for places in (borders.sentences, borders.lines):
        if (found := _after(places, limit, end)) < end:
            return found
    stop = min(end, limit + SEARCHED)
    for fits in (_is_word_border, is_border):
        for index in range(limit, stop):
            if fits(text, index):
                return index
    return limit


def _after_blanks(text: str, block: TextBlock) -> int:
    """Return where a block's text begins: blank lines belong to what is before them."""
    found = None if block.whole else _BLANKS.match(text, block.start, block.end)
    return block.start if found is None else found.end()


def _items(text: str, block: TextBlock) -> Iterator[int]:
    """Yield where list items and headings begin, and what comes after a heading."""
    heading = False
    for start, end in lines(text, block.start, block.end):
        item = _ITEM.match(text, start, end)
        if item is not None or heading:
            yield start
        heading = item is not None and "#" in item[0]


def _before(places: list[int], limit: int) -> int:
    index = bisect_right(places, limit)
    return places[index - 1] if index else -1


def _after(places: list[int], limit: int, otherwise: int) -> int:
    index = bisect_left(places, limit)
    return places[index] if index < len(places) else otherwise


def _is_word_border(text: str, index: int) -> bool:
    """A word begins here: after spaces, or with a character that is a word of its own."""
    before, after = text[index - 1], text[index]
    if after.isspace():
        return False
    if before.isspace():
        return is_border(text, index)
    return (_WIDE.match(after) or _WIDE.match(before)) is not None and after.isalnum() and is_border(text, index)
