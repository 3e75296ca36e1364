"""A text as sentences: by their marks, and by lines where a line is an item, a heading or a record of its own.

A line break within a paragraph may come from wrapping. It ends a sentence when the next line begins like an item or a
record, or when the break was not forced: the next line's first word would have fitted beside the longest of the lines.
"""

from collections.abc import Iterator
from itertools import pairwise

from orchd.claims.texts.sentences import ends
from orchd.patterns import lazy_pattern

# It begins at a line feed: a run of blanks before one would be read again from each of its blanks.
_BLANK = lazy_pattern(r"\n(?:[^\S\n]*+\n)++")
_ITEM = lazy_pattern(r"[ \t>]*(?:[-*+•‣|#\[]|\d{1,4}[.)][ \t]|\d{2,4}[-/:.]\d{2}\b|[A-Za-z][.)][ \t])")
_LEADING = lazy_pattern(r"[\s>]*(?:(?:[-*+•‣]|#{1,6}|\d{1,3}[.)])[ \t]+(?=\S))*")
_BREAK = lazy_pattern(r"\n")
_SPACE = lazy_pattern(r"\s")

LONGEST = 800
"""Code points of a sentence; what goes on for longer is cut at a space, so that the work stays in proportion."""


def segments(text: str) -> list[tuple[int, int]]:
    """Return the sentences of `text` as positions, without the marks of list items and spaces around them."""
    found: list[tuple[int, int]] = []
    start = 0
    for match in _BLANK.finditer(text):
        found.extend(_paragraph(text, start, start + len(text[start : match.start()].rstrip())))
        start = match.end()
    found.extend(_paragraph(text, start, len(text)))
    return found


def _paragraph(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    cuts = sorted({start, end, *ends(text, start, end), *_lines(text, start, end)})
    for low, high in pairwise(cuts):
        for first, last in _pieces(text, low, high):
            leading = _LEADING.match(text, first, last)
            first = leading.end() if leading is not None else first
            kept = len(text[first:last].rstrip())
            if kept:
                yield first, first + kept


def _lines(text: str, start: int, end: int) -> Iterator[int]:
    """Yield where lines begin that go on with nothing."""
    breaks = [match.end() for match in _BREAK.finditer(text, start, end)]
    if not breaks:
        return
    edges = [start, *breaks, end]
    longest = max(high - low for low, high in pairwise(edges))
    for low, at, high in zip(edges, edges[1:], edges[2:], strict=False):
        word = _SPACE.search(text, at, high)
        fits = at - low + ((word.start() if word else high) - at) < longest
        heading = text.startswith("#", low)
        if _ITEM.match(text, at, high) or heading or (fits and not text[at : at + 1].islower()):
            yield at


def _pieces(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    while high - low > LONGEST:
        cut = max(text.rfind(" ", low, low + LONGEST), text.rfind("\n", low, low + LONGEST))
        cut = cut if cut > low else low + LONGEST
        yield low, cut
        low = cut
    yield low, high


def without_code(text: str) -> str:
    """Return a text whose fenced blocks of code are line feeds, so that everything else keeps its place. One that isn't
    closed goes on to the end, as it is shown."""
    if "```" not in text and "~~~" not in text:
        return text
    lines: list[str] = []
    fence = ""
    for line in text.split("\n"):
        content = line.lstrip(" \t>")
        opens = not fence and content[:3] in ("```", "~~~") and "`" not in content.lstrip(content[0])
        lines.append("\n" * len(line) if fence or opens else line)
        if opens:
            fence = content[: len(content) - len(content.lstrip(content[0]))]
        elif fence and content.startswith(fence) and not content.strip().strip(fence[0]):
            fence = ""
    return "\n".join(lines)
