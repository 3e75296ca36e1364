"""How large models are, and which of the sizes that are there suits how hard a piece of work is."""

import re
from collections.abc import Iterable

from orchd.llm.types import ModelInfo
from orchd.patterns import lazy_pattern

SIZE = lazy_pattern(r"(?<![a-z0-9.])(?:(\d{1,2})x)?(\d{1,4}(?:\.\d{1,6})?)\s?([bm])(?![a-z0-9])", re.I)
"""Parameters as names and servers write them: 7B, 8x7b, 360M, 1.5b."""

ALIKE = 1.3
"""Sizes within this factor count as one: 7B and 8B are no choice."""
HARDEST = 10


def billions(info: ModelInfo) -> float | None:
    """Return a model's parameters in thousands of millions, by what its server says or else by its name."""
    for text in (info.parameters or "", info.id):
        found = SIZE.search(text)
        if found is not None:
            size = int(found[1] or 1) * float(found[2])
            return size if found[3] in "bB" else size / 1000
    return None


def write_size(size: float) -> str:
    """Return thousands of millions as names and servers write them."""
    return f"{size:.3g}B" if size >= 1 else f"{size * 1000:.3g}M"


class SizeLadder:
    """The sizes that are there, each a rung; difficulties from 1 to 10 are spread over them evenly."""

    def __init__(self, infos: Iterable[ModelInfo]) -> None:
        rungs: list[float] = []
        for size in sorted(size for info in infos if (size := billions(info)) is not None):
            if not rungs or size > rungs[-1] * ALIKE:
                rungs.append(size)
        self.rungs = tuple(rungs)

    def steps(self, size: float, difficulty: int) -> int:
        """Return how many rungs a size lies above the one that a difficulty asks for; below it, less than 0."""
        wanted = (min(max(difficulty, 1), HARDEST) - 1) * len(self.rungs) // HARDEST
        return max(0, sum(rung <= size for rung in self.rungs) - 1) - wanted
