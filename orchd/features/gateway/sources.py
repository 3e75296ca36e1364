"""Answers on their way to programs, whatever they come from, and what writes them.

Whoever wants an answer whole reads its events. A stream is written from the task in which the answer comes, piece by
piece: for each word to wake the task of the connection would cost more than to send it.
"""

from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any, Literal, NamedTuple, Protocol, TypeAlias

from orchd.errors import OrchdError
from orchd.llm import RelayedPiece
from orchd.llm.types import Channel, Outcome
from orchd.server.entry.page import PieceWay


class RelayRemark(NamedTuple):
    """That the answer is still to come: what it waits for (a `Phase`, or where a task stands), its place in the queue
    (from 1), and the milliseconds that this may take, as far as they are known."""

    phase: str
    position: int | None = None
    eta_ms: int | None = None


class AnswerText(NamedTuple):
    """What a model has said, read out of a piece. `alternatives`: the log-probabilities of its tokens, as the server
    wrote them, where they were asked for."""

    channel: Channel
    text: str
    alternatives: tuple[Any, ...] = ()


class AnswerEnd(NamedTuple):
    """That an answer is whole, what it ended with, and the seconds that it took: to load the model, to read the
    prompt, to be written, and in all."""

    outcome: Outcome
    loading: float
    reading: float
    writing: float
    total: float


class EarlyEnd(NamedTuple):
    """That the answer was ended before the model did that, and why."""

    reason: Literal["loop"]


RelayEvent: TypeAlias = RelayedPiece | AnswerText | AnswerEnd | RelayRemark | EarlyEnd


class StreamScribe(Protocol):
    """Writes one answer as the bytes of a stream."""

    def begin(self) -> bytes:
        """Return what the stream begins with."""

    def take(self, event: RelayEvent) -> bytes:
        """Return what is written of a piece of the answer, or of what is said while it is awaited. Raises an
        `OrchdError` for what can't be written."""

    def fail(self, error: OrchdError) -> bytes:
        """Return the last of a stream that has begun, and goes no further."""

    def end(self) -> bytes:
        """Return the last of a stream that is over."""


class AnswerSource(ABC):
    """An answer that has been asked for."""

    @abstractmethod
    def events(self) -> AsyncGenerator[Sequence[RelayEvent]]:
        """Yield what comes of it. Raises what went wrong, after what had come before. To be read once; when that ends
        early, the answer is given up."""

    async def write(self, way: PieceWay, scribe: StreamScribe) -> bytes:
        """Put what comes of it into `way` as `scribe` writes it, and return the last piece. Raises what went wrong
        before there was anything to write; later that is written. In place of `events`: to be called once, and when
        that ends early, the answer is given up."""
        begun = False
        async with aclosing(self.events()) as events:
            try:
                async for some in events:
                    way.put((b"" if begun else scribe.begin()) + b"".join(map(scribe.take, some)))
                    begun = True
                    await way.wait_flushed()
            except OrchdError as error:
                if not begun:
                    raise
                return scribe.fail(error)
        return scribe.end()


class FailedAnswer(AnswerSource):
    """The answer to a question that could not even be asked."""

    def __init__(self, error: OrchdError) -> None:
        self._error = error

    async def events(self) -> AsyncGenerator[Sequence[RelayEvent]]:
        """Raise why."""
        raise self._error
        yield ()
