"""The parts of a text that should stay whole: fenced code and tables, as Markdown writes them.

Line by line, leniently: a fence that is never closed goes on to the end, as Markdown has it. Source: CommonMark 0.31,
section 4.5; GitHub Flavored Markdown, section 4.10.
"""

from collections.abc import Iterator
from typing import NamedTuple

from orchd.patterns import lazy_pattern

_FENCE = lazy_pattern(r"[ \t]*(?:[-*+>] *)?(`{3,}|~{3,})")
_ROW = lazy_pattern(r"[ \t>]*\|.*")
_LINE = lazy_pattern(r"[^\n]*(?:\n|\Z)")

MIN_ROWS = 2


class TextBlock(NamedTuple):
    """A piece of text from `start` up to `end`; `whole`: code or a table, else prose."""

    start: int
    end: int
    whole: bool


def blocks(text: str) -> list[TextBlock]:
    """Return the pieces of `text`, in order and without gaps; prose in between, of any length."""
    found: list[TextBlock] = []
    prose = 0
    for start, end in _wholes(text):
        if start > prose:
            found.append(TextBlock(prose, start, False))
        found.append(TextBlock(start, end, True))
        prose = end
    if prose < len(text):
        found.append(TextBlock(prose, len(text), False))
    return found


def lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the lines of `text[start:end]`, each with its line feed, as positions."""
    while start < end:
        match = _LINE.match(text, start, end)
        assert match is not None, "it matches an empty line"
        yield start, match.end()
        start = match.end()


def _wholes(text: str) -> Iterator[tuple[int, int]]:
    fence, fence_start, rows, rows_start = "", 0, 0, 0
    for start, end in lines(text, 0, len(text)):
        if fence:
            if _closes(text[start:end], fence):
                yield fence_start, end
                fence = ""
            continue
        if _ROW.match(text, start, end):
            rows_start = rows_start if rows else start
            rows += 1
            continue
        if rows >= MIN_ROWS:
            yield rows_start, start
        rows = 0
        if (opening := _FENCE.match(text, start, end)) is not None:
            fence, fence_start = opening[1], start
    if fence:
        yield fence_start, len(text)
    elif rows >= MIN_ROWS:
        yield rows_start, len(text)


def _closes(line: str, fence: str) -> bool:
    bare = line.strip(" \t\r\n>")
    return len(bare) >= len(fence) and not bare.strip(fence[0])
