"""An answer as bare sentences: without fences, marks of Markdown and of comments, and what only decorates."""

import re
from collections.abc import Iterator

from orchd.claims import ends, normal
from orchd.patterns import lazy_pattern

_FENCE = lazy_pattern(r"^[ \t]*(?:```|~~~).*$", re.MULTILINE)
_DRESS = lazy_pattern(r"\A(?:[\s>|•*+\-]|#(?=[#\s])|\d{1,3}[.)](?=\s)|\[[ xX]?\](?=\s)|//|/\*|<!--)+")
"""What may stand before a line's words: marks of headings, lists, quotations, tables, tasks and comments."""

_CLOSERS = ("*/", "-->")
_EMPHASIS = lazy_pattern(r"\*\*|__|`")
_TITLE = lazy_pattern(r"\A\s{0,3}#{1,6}\s")
_LETTER = lazy_pattern(r"[^\W_]")


def bare_lines(text: str) -> Iterator[tuple[str, bool]]:
    """Yield each line that says anything, and whether it is but a heading."""
    for line in _FENCE.sub("", normal(text).text).splitlines():
        bare = _undress(_EMPHASIS.sub("", _DRESS.sub("", line, count=1)))
        if _LETTER.search(bare):
            yield bare, _TITLE.match(line) is not None


def _undress(line: str) -> str:
    for closer in _CLOSERS:
        line = line.rstrip().removesuffix(closer)
    return line.rstrip("|*_~ \t")


def bare_sentences(line: str) -> Iterator[str]:
    """Yield the sentences of a line."""
    begin = 0
    for end in (*ends(line), len(line)):
        if sentence := line[begin:end].strip():
            yield sentence
        begin = end


def words_in(text: str) -> int:
    """Return how many words a text has."""
    return sum(_LETTER.search(word) is not None for word in text.split())
