"""The text of one step while it is generated, and those who read along.

No model waits for a reader: what a congested connection has not taken stays in the text anyway, and goes out merged
when it has drained. When a model gives way to another one, or begins anew, its text is worth nothing and the next
begins at 0; readers are told so by `begin`. Frames are encoded once for all readers that are in step.
"""

from bisect import bisect_left, bisect_right
from functools import partial

from orchd.features.task.core.rows import StepKind
from orchd.features.task.wire.live_messages import STREAMING, TaskStreaming
from orchd.protocol.frame_type import Encode
from orchd.protocol.router import Peer

CHUNK_CHARACTERS = 16 * 1024
"""Longest text of one frame, so that a merged backlog goes out in bites that the send limits can measure."""


class _Reader:
    """How far one connection has come: `seq` code points of the text that was begun as number `begun`."""

    def __init__(self, peer: Peer) -> None:
        self.peer = peer
        self.begun = 0
        self.seq = 0
        self.waiting = False


class StepText:
    """One step's text; satisfies `Heard`. All methods return at once."""

    def __init__(
        self,
        encode: Encode,
        task_id: int,
        subtask_id: int | None,
        step: StepKind,
        attempt: int,
    ) -> None:
        self.task_id = task_id
        self._encode = encode
        self._subtask_id = subtask_id
        self._step: StepKind = step
        self._attempt = attempt
        self._model: str | None = None
        self._pieces: list[str] = []
        self._ends: list[int] = []
        self._seq = 0
        self._begun = 0
        self._anew = False
        self._ended = False
        self._readers: dict[Peer, _Reader] = {}
        self._last: tuple[tuple[int, int, int, bool], bytes] | None = None

    def on_delta(self, text: str) -> None:
        """Add text, and send it on."""
        if self._anew and self._pieces:
            self._pieces, self._ends, self._seq, self._begun = [], [], 0, self._begun + 1
        self._anew = False
        self._seq += len(text)
        self._pieces.append(text)
        self._ends.append(self._seq)
        for reader in list(self._readers.values()):
            self._advance(reader)

    def on_model(self, name: str) -> None:
        """Note who writes from now on; if more text follows, it is not the rest of what there is."""
        self._model, self._anew = name, True

    def attach(self, peer: Peer) -> None:
        """Send `peer` the text so far, and all that follows."""
        if peer not in self._readers:
            reader = self._readers[peer] = _Reader(peer)
            self._advance(reader)

    def detach(self, peer: Peer) -> None:
        """Send `peer` nothing more."""
        self._readers.pop(peer, None)

    def end(self) -> None:
        """Say that nothing more comes."""
        self._ended = True
        for reader in list(self._readers.values()):
            self._advance(reader)

    def _advance(self, reader: _Reader) -> None:
        while not reader.waiting and self._readers.get(reader.peer) is reader:
            if reader.begun != self._begun:
                reader.begun, reader.seq = self._begun, 0
            over = reader.seq == self._seq
            if over and not (self._ended and self._seq):
                return
            if reader.peer.congested:
                reader.waiting = True
                reader.peer.when_drained(partial(self._resume, reader))
                return
            start, reader.seq = reader.seq, min(self._seq, reader.seq + CHUNK_CHARACTERS)
            reader.peer.put(self._frame(start, reader.seq, done=over))
            if over:
                self.detach(reader.peer)

    def _resume(self, reader: _Reader) -> None:
        reader.waiting = False
        self._advance(reader)

    def _frame(self, start: int, end: int, *, done: bool) -> bytes:
        key = (self._begun, start, end, done)
        if self._last is None or self._last[0] != key:
            self._last = key, self._encode(STREAMING, self._payload(start, end, done=done))
        return self._last[1]

    def _payload(self, start: int, end: int, *, done: bool) -> TaskStreaming:
        return TaskStreaming(
            self.task_id,
            self._subtask_id,
            self._step,
            self._attempt,
            self._model,
            seq=end,
            begin=start == 0,
            chunk=self._between(start, end),
            done=done,
        )

    def _between(self, start: int, end: int) -> str:
        """Return a part of the text, from the pieces that it lies in."""
        first = bisect_right(self._ends, start)
        last = min(bisect_left(self._ends, end, first) + 1, len(self._ends))
        before = self._ends[first - 1] if first else 0
        return "".join(self._pieces[first:last])[start - before : end - before]
