"""Cutting a text into chunks that never exceed a size, at the best places, and lose nothing."""

from typing import NamedTuple

from orchd.errors import Invalid
from orchd.features.text.cutting.borders import Borders, first, last
from orchd.features.text.cutting.weights import Ruler

MAX_CHUNKS = 10_000


class Span(NamedTuple):
    """A chunk: `text[start:end]`; up to `fresh` it repeats the end of the one before."""

    start: int
    fresh: int
    end: int


def chunks(text: str, borders: Borders, ruler: Ruler, size: int, overlap: int) -> list[Span]:
    """Cut `text` into chunks of `size` at most, each of which repeats up to `overlap` of the one before.

    The fresh parts, joined, are the text. An overlap begins at a good place too, and is left out where there is no room
    for it. Raises Invalid, naming `size` or `overlap`, for sizes that can't work: an overlap of more than half the size
    makes the chunks many times the text.
    """
    if overlap * 2 > size:
        raise Invalid("the overlap may be half the size at most", field="overlap", path="$.data.overlap")
    found: list[Span] = []
    position = 0
    while position < len(text):
        if len(found) == MAX_CHUNKS:
            raise _bad_size(f"these are more than {MAX_CHUNKS} chunks")
        start = first(text, borders, ruler.back(position, overlap), position) if position and overlap else position
        limit = ruler.reach(start, size)
        if limit <= position:
            start, limit = position, ruler.reach(position, size)
        if limit <= position:
            raise _bad_size("some character is larger than a chunk")
        end = last(text, borders, position, limit)
        found.append(Span(start, position, end))
        position = end
    return found


def _bad_size(why: str) -> Invalid:
    return Invalid(f"the size is too small: {why}", field="size", path="$.data.size")
