"""One answer on its way from a model server to a program: what has come of it and was not taken yet.

A generation never waits for whoever reads it, so what is kept for a slow reader has a bound; beyond it the answer is
given up. Before the first piece of an answer its reader is told now and then that it is alive: programs that hear
nothing for a minute give up, and ask again.
"""

from collections.abc import AsyncGenerator, Sequence

import trio

from orchd.errors import Busy, OrchdError
from orchd.features.chat import LoopDetector, LoopLimits
from orchd.features.gateway.sources import AnswerSource, EarlyEnd, RelayEvent, RelayRemark, StreamScribe
from orchd.llm import RelayedPiece
from orchd.llm.types import Channel, Outcome, Phase
from orchd.server.entry.page import PieceWay
from orchd.wakeup import Signal

KEPT_BYTES = 4 * 1024 * 1024
"""Of an answer that its reader has not taken yet. What comes at once, as a whole answer does, has the bound of its
reading alone."""
PATIENCE_SECONDS = 2.0
"""So long nothing is said, so that what goes wrong at once is told by the status of the answer."""
HEARTBEAT_SECONDS = 10.0
TOO_SLOW = "the answer is not taken as fast as it comes"


NEVER_LOOPS = LoopLimits(0, 0, 0)


class AnswerRelay(AnswerSource):
    """Hears of a generation, and hands on what comes: into the way of a reader that has one, else it is kept. Ended by
    `end`, exactly once.

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
        self._way: PieceWay | None = None
        self._scribe: StreamScribe | None = None
        self._begun = False
        """Something was written."""
        self._remarks = False
        """Its reader has waited so long that it is told what the answer waits for."""
        self._put_at = 0.0
        """When that was last, by Trio's clock."""

    def tell(self, pieces: Sequence[RelayedPiece]) -> None:
        """Take pieces of the answer."""
        self.keep(pieces, 0 if self.is_written else sum(len(piece.data) for piece in pieces))

    @property
    def is_written(self) -> bool:
        """Whether what comes is on its way to its reader at once: nothing of it is kept."""
        return self._way is not None

    def keep(self, events: Sequence[RelayEvent], size: int) -> None:
        """Have events, of so many bytes, taken by the reader; one who takes nothing loses the answer."""
        self.pieces += len(events)
        if self._error is not None:
            return
        if self._way is not None:
            self._put(events)
            return
        self._kept_bytes += size
        if size and self._kept and self._kept_bytes > KEPT_BYTES:
            self.give_up(Busy(TOO_SLOW))
            return
        self._kept += events
        self._news.set()

    def _put(self, events: Sequence[RelayEvent]) -> None:
        """Write events, and send them."""
        way, scribe = self._way, self._scribe
        assert way is not None
        assert scribe is not None
        try:
            if self._begun and len(events) == 1:  # as nearly all come
                written = scribe.take(events[0])
            else:
                begin = b"" if self._begun else scribe.begin()
                self._begun = True
                written = begin + b"".join(map(scribe.take, events))
        except OrchdError as error:
            self.give_up(error)
            return
        waiting = way.waiting_bytes
        if waiting and waiting + len(written) > KEPT_BYTES:
            self.give_up(Busy(TOO_SLOW))
            return
        way.put(written)
        self._put_at = trio.current_time()

    def on_outcome(self, outcome: Outcome) -> None:
        """The answer is whole; what it says of itself is in its pieces."""

    def on_phase(self, phase: Phase, progress: float | None) -> None:
        """Note what the answer waits for."""
        self._remark = RelayRemark(phase)
        self._tell_remark()

    def on_queue(self, position: int | None, eta_ms: int | None) -> None:
        """Note its place in the queue."""
        self._remark = RelayRemark(self._remark.phase, position, eta_ms)
        self._tell_remark()

    def _tell_remark(self) -> None:
        """Wake the reader, if it wants to hear more than the answer by now."""
        if self._remarks:
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

    async def write(self, way: PieceWay, scribe: StreamScribe) -> bytes:
        """Have what comes put into `way` as it comes, with remarks while nothing does; none in the first moments."""
        self._way, self._scribe = way, scribe
        try:
            if self._kept:
                kept, self._kept = self._kept, []
                self._put(kept)
            await self._wait_end(way)
            if self._error is not None and not self._begun:
                raise self._error
            begin = b"" if self._begun else scribe.begin()
            if self._error is not None:
                return scribe.fail(self._error)
            return begin + (b"" if self.loops_in is None else scribe.take(EarlyEnd("loop"))) + scribe.end()
        finally:
            self._way = None
            self.scope.cancel()

    async def _wait_end(self, way: PieceWay) -> None:
        """Wait until the generation has ended, and put what is to be said meanwhile."""
        due = trio.current_time() + PATIENCE_SECONDS
        while True:
            with trio.move_on_at(due):
                while not self._ended and not (self._remarks and self._has_remark):
                    await self._news.wait()
            if self._ended:
                return
            now = trio.current_time()
            silent = now >= (self._put_at + HEARTBEAT_SECONDS if self._begun else due)
            if (silent or (self._remarks and self._has_remark)) and self._error is None:
                self._told, self._put_at = self._remark, now
                if not way.waiting_bytes:
                    self._put([self._remark])
            due, self._remarks = (now if self._error is not None else self._put_at) + HEARTBEAT_SECONDS, True

    async def events(self) -> AsyncGenerator[Sequence[RelayEvent]]:
        """Yield what came since it was last asked, and remarks while nothing does; none in the first moments."""
        try:
            await self._wait(trio.current_time() + PATIENCE_SECONDS)
            self._remarks = True
            while self._kept or not self._ended:
                if not self._kept:
                    self._told = self._remark
                    yield [self._remark]
                kept, self._kept, self._kept_bytes = self._kept, [], 0
                if kept:
                    yield kept
                await self._wait(trio.current_time() + HEARTBEAT_SECONDS)
            if self._error is not None:
                raise self._error
            if self.loops_in is not None:
                yield [EarlyEnd("loop")]
        finally:
            self.scope.cancel()

    async def _wait(self, until: float) -> None:
        """Wait for the next piece, the end or, where the reader wants to hear it, what is worth a remark; no longer
        than `until`."""
        if self._goes_on():
            return
        with trio.move_on_at(until):
            while not self._goes_on() and not (self._remarks and self._has_remark):
                await self._news.wait()

    def _goes_on(self) -> bool:
        """Whether there is a next piece, or the end."""
        return bool(self._kept) or self._ended

    @property
    def _has_remark(self) -> bool:
        """Whether there is something to say that wasn't said; nothing any more once the answer is given up."""
        return self._error is None and self.pieces == 0 and self._remark != self._told
