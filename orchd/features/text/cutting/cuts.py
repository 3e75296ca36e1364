"""Cuts as pure functions of one text and plain values, as a worker makes them: all that takes long for a long text."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from orchd.features.text.cutting import borders
from orchd.features.text.cutting.chunks import Span, chunks
from orchd.features.text.cutting.counting import Basis
from orchd.features.text.cutting.truncate import ConversationCut, Gap, Side, truncate, truncate_turns
from orchd.features.text.cutting.weights import Guess, Ruler, characters, running
from orchd.llm.types import Turn


class ChunkList(NamedTuple):
    """Chunks, and the size of each."""

    spans: list[Span]
    sizes: list[int]


def cut_text(text: str, guess: Guess, unit: int, limit: int, keep: Side) -> Gap:
    """Return what to remove of a text, by a guess of which `unit` thousandths are a token."""
    return truncate(text, _borders(text), Ruler(_sums(text, guess), unit), limit, keep)


def cut_turns(turns: Sequence[Turn], basis: Basis, limit: int, per_turn: int, keep: Side) -> ConversationCut:
    """Return what to keep of a conversation. Raises TooLarge."""

    def shorten(text: str, room: int) -> Gap:
        return cut_text(text, basis.guess, basis.unit, room, keep)

    return truncate_turns(turns, limit, basis.at_most, per_turn, shorten)


def cut_chunks(text: str, basis: Basis | None, size: int, overlap: int) -> ChunkList:
    """Return the chunks of a text; without a basis sizes are code points. Raises Invalid."""
    ruler = characters(text) if basis is None else Ruler(_sums(text, basis.guess), basis.unit)
    spans = chunks(text, _borders(text), ruler, size, overlap)
    return ChunkList(spans, [ruler.size(span.start, span.end) for span in spans])


# A cut that the tokenizer finds too long is made again in another scale: the text is the same.
_borders = lru_cache(maxsize=1)(borders.find)
_sums = lru_cache(maxsize=1)(running)
