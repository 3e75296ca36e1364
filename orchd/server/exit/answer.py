"""The pieces of an HTTP answer that writes itself: whoever makes one puts it, and it is on its way."""

from collections.abc import Callable
from typing import NamedTuple

import trio

from orchd.server.exit.outlet import AnyBytes, Outlet

MERGED_BYTES = 16 * 1024
"""Pieces that wait are put together to about so many: tens of thousands of words would take several times their own
memory."""


class AnswerFraming(NamedTuple):
    """How an answer goes over its connection: what it begins with, and what becomes of a piece."""

    head: bytes
    frame: Callable[[bytes], bytes]


def chunk(piece: bytes) -> bytes:
    """Return a piece as a chunk. h11 does the same in several times the time, for each word of an answer."""
    return b"%x\r\n%b\r\n" % (len(piece), piece)


class AnswerOutlet(Outlet):
    """The way out of one answer. Satisfies `orchd.server.entry.page.PieceWay`.

    `begin` is called when the first piece is there; `lost` when the client has left, or takes nothing any more.
    """

    __slots__ = ("_answer_head", "_begin", "_frame", "_tell_lost", "begun", "lost")

    def __init__(
        self,
        stream: trio.abc.Stream,
        nursery: trio.Nursery,
        stall_seconds: float,
        framing: AnswerFraming,
        begin: Callable[[], None],
        lost: Callable[[], None],
    ) -> None:
        super().__init__(stream, nursery, stall_seconds)
        self._answer_head, self._frame = framing
        self._begin = begin
        self._tell_lost = lost
        self.begun = False
        """Whether the client has been told anything."""
        self.lost = False
        """Whether the client has left, or took nothing."""

    def put(self, piece: bytes) -> None:
        """Send a piece after all before it, the first one with the answer's head. Never waits."""
        if self._closed or not piece:
            return
        framed = self._frame(piece)
        self.send(framed if self.begun else self._head() + framed)

    def put_end(self, piece: bytes, end: Callable[[], bytes]) -> None:
        """Send the last piece, which may be empty, and what `end` gives to say that it was the last. Nothing follows
        it."""
        if not self._closed:
            head = b"" if self.begun else self._head()
            self.send(head + (self._frame(piece) if piece else b"") + end())
            self._closed = True

    def _append(self, frame: AnyBytes) -> None:
        last = self._frames[-1] if len(self._frames) > 1 else None  # the first one may be on its way
        if isinstance(last, bytearray) and len(last) < MERGED_BYTES:
            last += frame
            self.waiting_bytes += len(frame)
        elif self._frames and len(frame) < MERGED_BYTES:
            self._frames.append(bytearray(frame))
            self.waiting_bytes += len(frame)
        else:
            super()._append(frame)

    def _head(self) -> bytes:
        self.begun = True
        self._begin()
        return self._answer_head

    def _lose(self) -> None:
        self.lost = True
        self.end()
        self._tell_lost()
