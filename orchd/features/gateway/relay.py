"""One answer on its way from a model server to a program: what has come of it and was not taken yet.

A generation never waits for whoever reads it, so what is kept for a slow reader has a bound; beyond it the answer is
given up. Before the first piece of an answer its reader is told now and then that it is alive: programs that hear
nothing for a minute give up, and ask again.
"""

from collections.abc import AsyncGenerator, Sequence
from typing import Any, Literal, NamedTuple, TypeAlias

import trio

from orchd.errors import Busy, OrchdError
from orchd.features.chat import LoopDetector
from orchd.llm.types import Channel, Outcome, Phase
from orchd.wakeup import Signal

KEPT_BYTES = 4 * 1024 * 1024
"""Of an answer that its reader has not taken yet."""
PATIENCE_SECONDS = 2.0
"""So long nothing is said, so that what goes wrong at once is told by the status of the answer."""
HEARTBEAT_SECONDS = 10.0


class AnswerPiece(NamedTuple):
    """A piece of an answer: JSON as the server wrote it. `speaks`: it may hold text, rather than counts alone."""

    data: bytes
    speaks: bool


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


RelayEvent: TypeAlias = AnswerPiece | AnswerText | AnswerEnd | RelayRemark | EarlyEnd


class LoopLimits(NamedTuple):
    """When an answer counts as one that repeats itself for ever; see `LoopDetector`. No `characters`: never."""

    repeats: int
    characters: int
    period: int


NEVER_LOOPS = LoopLimits(0, 0, 0)


class AnswerRelay:
    """Hears of a generation, and keeps what its reader has not taken yet. Ended by `end`, exactly once.

    `scope` is cancelled when the answer is given up: when it repeats itself for ever, or nobody takes it.
    """

    def __init__(self, scope: trio.CancelScope, loops: LoopLimits) -> None:
        self.scope = scope
        self.loops_in: Channel | None = None
        """Where the answer repeated itself for ever, once that has ended it."""
        self.pieces = 0
        self._limits = loops
        self._loops: dict[Channel, LoopDetector] = {}
        self._kept: list[RelayEvent] = []
        self._kept_bytes = 0
        self._news = Signal()
        self._remark = RelayRemark("queued")
        self._told = self._remark
        self._ended = False
        self._error: OrchdError | None = None

    def tell(self, data: bytes, speaks: bool) -> None:
        """Take a piece of the answer."""
        self.keep(AnswerPiece(data, speaks), len(data))

    def keep(self, event: RelayEvent, size: int) -> None:
        """Have `event`, of so many bytes, taken by the reader; one who takes nothing loses the answer."""
        self.pieces += 1
        self._kept_bytes += size
        if self._kept_bytes > KEPT_BYTES:
            self.give_up(Busy("the answer is not taken as fast as it comes"))
            return
        self._kept.append(event)
        self._news.set()

    def on_outcome(self, outcome: Outcome) -> None:
        """The answer is whole; what it says of itself is in its pieces."""

    def on_phase(self, phase: Phase, progress: float | None) -> None:
        """Note what the answer waits for."""
        self._remark = RelayRemark(phase)
        self._news.set()

    def on_queue(self, position: int | None, eta_ms: int | None) -> None:
        """Note its place in the queue."""
        self._remark = RelayRemark(self._remark.phase, position, eta_ms)
        self._news.set()

    def on_delta(self, channel: Channel, text: str) -> None:
        """Look whether the answer has begun to repeat itself."""
        if not self._limits.characters or self.loops_in is not None:
            return
        detector = self._loops.get(channel)
        if detector is None:
            detector = self._loops[channel] = LoopDetector(*self._limits)
        if detector.add(text):
            self.loops_in = channel
            self.scope.cancel()

    def on_close(self) -> None:
        """The generation ends by itself; see `end`."""

    def give_up(self, why: OrchdError) -> None:
        """End the generation; its reader is told why."""
        self._error = why
        self.scope.cancel()

    def end(self, error: OrchdError | None) -> None:
        """Nothing more comes. Where it was cut off without an error, somebody else did that: the daemon ends."""
        self._ended = True
        self._error = self._error or error
        self._news.set()

    async def events(self) -> AsyncGenerator[Sequence[RelayEvent]]:
        """Yield what came since it was last asked, and remarks while nothing does; none in the first moments. Raises
        what the generation did, after what had come before. To be read once; when that ends early, the answer is given
        up."""
        try:
            await self._wait(trio.current_time() + PATIENCE_SECONDS, remarks=False)
            while self._kept or not self._ended:
                if not self._kept:
                    self._told = self._remark
                    yield [self._remark]
                kept, self._kept, self._kept_bytes = self._kept, [], 0
                if kept:
                    yield kept
                await self._wait(trio.current_time() + HEARTBEAT_SECONDS, remarks=True)
            if self._error is not None:
                raise self._error
            if self.loops_in is not None:
                yield [EarlyEnd("loop")]
        finally:
            self.scope.cancel()

    async def _wait(self, until: float, *, remarks: bool) -> None:
        """Wait for the next piece, the end or, if they are wanted, what is worth a remark; no longer than `until`."""
        if self._goes_on():
            return
        with trio.move_on_at(until):
            while not self._goes_on() and not (remarks and self._has_remark):
                await self._news.wait()

    def _goes_on(self) -> bool:
        """Whether there is a next piece, or the end."""
        return bool(self._kept) or self._ended

    @property
    def _has_remark(self) -> bool:
        return self.pieces == 0 and self._remark != self._told
