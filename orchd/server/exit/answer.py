"""The pieces of an HTTP answer that writes itself: whoever makes one puts it, and it is on its way."""

from collections.abc import Callable
from typing import NamedTuple

import trio

from orchd.server.exit.outlet import Outlet


class AnswerFraming(NamedTuple):
    """How an answer goes over its connection: what it begins with, and what becomes of a piece."""

    head: bytes
    frame: Callable[[bytes], bytes]


class AnswerOutlet(Outlet):
    """The way out of one answer. Satisfies `orchd.server.entry.page.PieceWay`.

    `begin` gives the form of the answer once the first piece is there; `lost` is called when the client has left, or
    takes nothing any more.
    """

    __slots__ = ("_begin", "_frame", "_tell_lost")

    def __init__(
        self,
        stream: trio.abc.Stream,
        nursery: trio.Nursery,
        stall_seconds: float,
        begin: Callable[[], AnswerFraming],
        lost: Callable[[], None],
    ) -> None:
        super().__init__(stream, nursery, stall_seconds)
        self._begin = begin
        self._tell_lost = lost
        self._frame: Callable[[bytes], bytes] | None = None

    @property
    def begun(self) -> bool:
        """Whether the client has been told anything."""
        return self._frame is not None

    def put(self, piece: bytes) -> None:
        """Send a piece after all before it, the first one with the answer's head. Never waits."""
        if self._closed or not piece:
            return
        if self._frame is not None:
            self.send(self._frame(piece))
        else:
            self.send(self._head() + self._chunk_of(piece))

    def put_end(self, piece: bytes, end: Callable[[], bytes]) -> None:
        """Send the last piece, which may be empty, and what `end` gives to say that it was the last."""
        if not self._closed:
            head = b"" if self.begun else self._head()
            self.send(head + (self._chunk_of(piece) if piece else b"") + end())

    def _head(self) -> bytes:
        head, self._frame = self._begin()
        return head

    def _chunk_of(self, piece: bytes) -> bytes:
        assert self._frame is not None, "an answer begins with its head"
        return self._frame(piece)

    def _lose(self) -> None:
        self.end()
        self._tell_lost()
