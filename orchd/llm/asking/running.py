"""The answers that a server works on for us at this moment, and what they have come to."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple, Self

from orchd.llm.asking.stream import Watch
from orchd.llm.scheduler.ticket import ticket_here


class RunningAnswers:
    """Which generations run, with their models, and how many pieces of output have come of all there ever were."""

    def __init__(self) -> None:
        self._models: dict[Watch, str] = {}
        self._ended = 0

    def __len__(self) -> int:
        return len(self._models)

    @property
    def written(self) -> int:
        """Pieces of output so far, a token or so each; never fewer than before."""
        return self._ended + sum(watch.written for watch in self._models)

    def speaking(self, model: str) -> int:
        """Return how many of a model's answers have begun to come."""
        return sum(watch.speaking and name == model for watch, name in self._models.items())

    @contextmanager
    def during(self, watch: Watch, model: str) -> Iterator[None]:
        """Count what the block does as a running generation."""
        self._models[watch] = model
        if (ticket := ticket_here()) is not None:
            ticket.output = lambda: watch.written
        try:
            yield
        finally:
            del self._models[watch]
            self._ended += watch.written


class Workload(NamedTuple):
    """What model servers do: how many requests they work on, how many wait for their turn, and how many pieces of
    output, a token or so each, have come of all answers so far. That falls when a server is removed."""

    running: int
    waiting: int
    written: int

    @classmethod
    def of(cls, servers: Iterable[tuple[int, int, int]]) -> Self:
        """Add up what several servers do, each in this order."""
        return cls(*(sum(figures) for figures in zip((0, 0, 0), *servers, strict=True)))
