"""Answers that end in the middle of a sentence, though their server says that they were done.

Only prose shows it: a paragraph of whole sentences, the last of which has no end. People write so at times, so it is a
doubt and no more. Lists, headings, verses and addresses need no end.
"""

import re

from orchd.claims import ends
from orchd.patterns import lazy_pattern

LONGEST_TAIL = 4_000
LEAST_WORDS = 3
"""Of the last piece, and of a sentence before it."""

_PROSE = lazy_pattern(r"\A\s{0,3}[^\s#>|*+\-•`~<\d(\[{]")
_WORD = lazy_pattern(r"[^\W_]+(?:['’-][^\W_]+)*")
_LAST = lazy_pattern(r"[^\W\d_]\Z|,\Z", re.UNICODE)
_IN_ADDRESS = frozenset("/\\@._=")
"""What the last word has where it is an address, a path or a name in code."""


def unfinished_piece(text: str) -> str | None:
    """Return the piece of a sentence that a text ends with, None where it seems to be whole."""
    line = text.rstrip().rpartition("\n")[2][-LONGEST_TAIL:]
    if (
        _PROSE.match(line) is None
        or _LAST.search(line) is None
        or not _IN_ADDRESS.isdisjoint(line.split()[-1])
        or "`" in line
    ):
        return None
    stops = [end for end in ends(line) if end < len(line)]
    if not stops:
        return None
    begin = stops[-2] if len(stops) > 1 else 0
    whole, piece = line[begin : stops[-1]], line[stops[-1] :].strip()
    if len(_WORD.findall(whole)) < LEAST_WORDS or len(_WORD.findall(piece)) < LEAST_WORDS:
        return None
    return piece
