"""Bytes on their way out of one socket, in their order: it is tried at once, and only what it doesn't take is kept.

Handing ready bytes to the kernel by whoever has made them costs no task switch, and it nearly always takes them. A
writer task exists only while something waits, so that thousands of idle connections cost none.
"""

import os
import socket
from contextlib import suppress
from typing import TypeAlias

import trio

AnyBytes: TypeAlias = bytes | bytearray | memoryview

_BATCH = 64
"""Pieces given to one writev(2); POSIX guarantees at least 16, Linux takes 1024."""

_SLICE = 16 * 1024
"""Bytes given at once to a stream that has no socket of its own: progress is seen by them."""


class Outlet:
    """What waits for one stream. While something does, some must leave within `stall_seconds`, else all is given up.

    `nursery` owns the writer task and must live until `end` was called.
    """

    __slots__ = (  # thousands of these lie idle
        "_begun",
        "_closed",
        "_drops",
        "_fd",
        "_frames",
        "_idle",
        "_nursery",
        "_stall_seconds",
        "_stream",
        "_writer",
        "sent_bytes",
        "waiting_bytes",
    )

    def __init__(self, stream: trio.abc.Stream, nursery: trio.Nursery, stall_seconds: float) -> None:
        self._stream = stream
        self._fd = stream.socket.fileno() if isinstance(stream, trio.SocketStream) else None
        self._nursery = nursery
        self._stall_seconds = stall_seconds
        self._frames: list[AnyBytes] = []
        self._writer: trio.CancelScope | None = None
        self._begun = False  # the first waiting frame is partly sent
        self._closed = False  # nothing more may be put
        self._drops = 0  # how often what waited was given up
        self._idle: trio.lowlevel.ParkingLot | None = None  # who waits until nothing is unsent, once somebody has
        self.sent_bytes = 0
        self.waiting_bytes = 0

    def send(self, frame: bytes) -> None:
        """Send `frame` after all before it. Never waits."""
        # Within `_take_up` the writer runs although nothing waits. A frame that were written here then, and only in
        # part, would begin a second writer for its rest.
        if self._frames or self._writer is not None:
            self._append(frame)
            return
        sent = 0
        if self._fd is not None:
            try:
                sent = os.write(self._fd, frame)
            except BlockingIOError:
                pass
            except OSError:
                self._give_up()
        self.sent_bytes += sent
        if sent < len(frame) and not self._closed:
            self._append(memoryview(frame)[sent:])
            self._begun = sent > 0
            self._start_writer()

    async def wait_flushed(self) -> None:
        """Wait until nothing is unsent, or sending has become pointless."""
        while self._frames:
            if self._idle is None:
                self._idle = trio.lowlevel.ParkingLot()
            await self._idle.park()

    def end(self) -> None:
        """Stop sending: the stream is about to be closed, or is broken. Idempotent."""
        self._closed = True
        self._fd = None
        self._forget_frames()
        if self._writer is not None:
            self._writer.cancel()
        self._tell_idle()

    def _wind(self, writer: trio.CancelScope) -> None:
        """Something has left, or is about to: so long it may take until more does."""
        writer.deadline = trio.current_time() + self._stall_seconds

    def _take_up(self) -> None:
        """Nothing waits any more."""

    async def _linger(self) -> None:
        """What the writer does once all is sent."""

    def _writer_ended(self) -> None:
        """The writer has ended, whatever is left."""
        if self._frames:
            self._lose()

    def _lose(self) -> None:
        """The peer is gone, or takes nothing."""
        self.end()

    def _append(self, frame: AnyBytes) -> None:
        self._frames.append(frame)
        self.waiting_bytes += len(frame)

    def _forget_frames(self) -> None:
        self._frames.clear()
        self._drops += 1
        self.waiting_bytes = 0

    def _write(self, frames: list[AnyBytes]) -> int:
        """Give the kernel what it takes now; 0 when it takes nothing, or the stream is not a plain socket."""
        if self._fd is None:
            return 0
        try:
            return os.writev(self._fd, frames)
        except BlockingIOError:
            return 0
        except OSError:
            self._give_up()
            return 0

    def _give_up(self) -> None:
        """The peer is gone. Shut the socket down, so that the reader sees the end of the stream too, however sending
        failed."""
        self._lose()
        assert isinstance(self._stream, trio.SocketStream)
        with suppress(OSError):
            self._stream.socket.shutdown(socket.SHUT_RDWR)

    def _write_waiting(self) -> None:
        """Give the kernel what it takes now of all that waits while no writer runs; begin one for the rest."""
        self._note_sent(self._write(self._frames[:_BATCH]))
        if self._frames:
            self._start_writer()
        else:
            self._take_up()

    def _start_writer(self) -> trio.CancelScope:
        self._writer = trio.CancelScope()
        self._nursery.start_soon(self._run_writer, self._writer)
        return self._writer

    async def _run_writer(self, scope: trio.CancelScope) -> None:
        """Send what waits, then end; while frames wait, some must leave within the stall time."""
        with scope:
            while self._frames:
                self._wind(scope)
                await self._send_some()
                if not self._frames:
                    self._take_up()
            self._tell_idle()
            await self._linger()
        self._writer = None
        self._writer_ended()

    async def _send_some(self) -> None:
        if self._fd is None:
            await self._send_all()
            return
        assert isinstance(self._stream, trio.SocketStream)
        try:
            await trio.lowlevel.wait_writable(self._stream.socket)
        except (trio.ClosedResourceError, OSError):
            self._lose()
            return
        self._note_sent(self._write(self._frames[:_BATCH]))

    async def _send_all(self) -> None:
        """For streams without a socket of their own (TLS, memory): the slow but general way.

        What waits goes as one piece, as far as it fits into a slice: with TLS each piece is a record of its own.
        """
        head, drops = self._frames[0], self._drops
        self._begun = True  # how much of a slice has left is not known before all has
        piece = self._piece()
        try:
            await self._stream.send_all(piece)
        except (trio.ClosedResourceError, trio.BrokenResourceError):
            self._lose()
            return
        # The frames may have been dropped during the wait: all, or all behind the first one.
        if self._frames and self._frames[0] is head:
            self._note_sent(len(piece) if self._drops == drops else min(len(piece), len(head)))

    def _piece(self) -> bytes | memoryview:
        """Whole frames that wait, or as much of the first one as is given to the stream at once."""
        size = count = 0
        for frame in self._frames:
            if size + len(frame) > _SLICE:
                break
            size += len(frame)
            count += 1
        return b"".join(self._frames[:count]) if count > 1 else memoryview(self._frames[0])[:_SLICE]

    def _note_sent(self, count: int) -> None:
        self.sent_bytes += count
        self.waiting_bytes -= count
        whole = 0
        for frame in self._frames:
            if count < len(frame):
                break
            count -= len(frame)
            whole += 1
        del self._frames[:whole]
        if count:
            self._frames[0] = memoryview(self._frames[0])[count:]
        # A write that took nothing (a spurious wake-up) leaves a frame begun that was begun before.
        self._begun = count > 0 or (self._begun and not whole)

    def _tell_idle(self) -> None:
        if self._idle is not None:
            self._idle.unpark_all()
