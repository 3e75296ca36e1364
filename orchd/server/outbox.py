"""One connection's ordered way out: encode once, send without waiting, bound what is left.

Measured with this project's libraries, handing ready bytes to the socket at once and buffering only what the kernel
refuses is five times as fast as `send_message` for each client. So everything that leaves, trio-websocket's own
handshake, pongs and closes included, goes through one `Outbox`: `put` writes to the socket without blocking when
nothing is waiting, else it appends; a writer task exists only while something waits, so that thousands of idle
connections cost none.

Pressure: above `soft_bytes` the outbox is `congested` and its users merge what they have to say, or wait with what is
large: a reply of megabytes is put when there is `room`, and is then not held against a peer that reads it. When more
than `hard_bytes` wait besides, or nothing was taken for `stall_seconds`, the connection is failed with a close
code: whole frames that wait are dropped, the close frame goes next, and after `CLOSE_SECONDS` the socket is reset.
"""

import os
import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple

import trio

from orchd.protocol.codes import TOO_SLOW, CloseCode
from orchd.protocol.websocket import close_frame
from orchd.server.turns import Turns
from orchd.telemetry.daemon import SocketFigures

CLOSE_SECONDS = 1.0
"""How long a failed connection gets to take its close frame before it is reset."""

_BATCH = 64
"""Frames given to one writev(2); POSIX guarantees at least 16, Linux takes 1024."""

_SLICE = 16 * 1024
"""Bytes given at once to a stream that has no socket of its own: progress is seen by them."""

_RESET = struct.pack("ii", 1, 0)
"""SO_LINGER on with zero seconds: close sends a reset and frees the send buffer at once."""


class Pressure(NamedTuple):
    """The bounds of an outbox, in bytes and seconds."""

    soft_bytes: int
    hard_bytes: int
    stall_seconds: float


class Outbox:
    """Frames on their way to one socket, in the order of `put`. Satisfies `orchd.protocol.router.Peer`.

    `nursery` owns the writer task and must live until the stream is closed.
    """

    __slots__ = (  # thousands of these lie idle
        "_begun",
        "_closed",
        "_fd",
        "_figures",
        "_frames",
        "_gathering",
        "_idle",
        "_kept",
        "_large",
        "_large_end",
        "_nursery",
        "_pressure",
        "_socket",
        "_stream",
        "_writer",
        "failed",
        "sent_bytes",
        "waiting_bytes",
    )

    def __init__(
        self,
        stream: trio.abc.Stream,
        nursery: trio.Nursery,
        pressure: Pressure,
        figures: SocketFigures | None = None,
    ) -> None:
        self._figures = figures or SocketFigures()
        self._stream = stream
        below = stream.transport_stream if isinstance(stream, trio.SSLStream) else stream
        self._socket = below if isinstance(below, trio.SocketStream) else None
        self._fd = stream.socket.fileno() if isinstance(stream, trio.SocketStream) else None
        self._nursery = nursery
        self._pressure = pressure
        self._frames: list[bytes | memoryview] = []
        self._gathering = 0  # blocks at whose end all is sent that was put within them
        self._kept: Turns | None = None  # until something has to wait
        self._writer: trio.CancelScope | None = None
        self._begun = False  # the first waiting frame is partly sent
        self._closed = False  # nothing more may be put
        self._idle: trio.lowlevel.ParkingLot | None = None  # who waits until nothing is unsent, once somebody has
        self._large = self._large_end = 0  # length of the last large frame, and where it ends in all that was put
        self.sent_bytes = 0
        self.waiting_bytes = 0
        self.failed: CloseCode | None = None

    @property
    def congested(self) -> bool:
        """Whether more than the soft limit is unsent, and it still matters."""
        return self.waiting_bytes > self._pressure.soft_bytes and not self._closed

    def put(self, frame: bytes) -> None:
        """Send `frame` after all before it. Never waits; fails the connection when it is over the hard limit.

        The last frame that is over the soft limit by itself does not count: one large frame says nothing about a peer,
        and its users put the next one only when there is room.
        """
        if self._closed:
            return
        if self.waiting_bytes - self._large_waiting > self._pressure.hard_bytes:
            self.fail(TOO_SLOW)
            return
        self.put_now(frame)

    @contextmanager
    def gather(self) -> Iterator[None]:
        """Send what is put within the block at its end, all at once: the kernel is asked once for all of it. Nothing
        may wait in the block."""
        self._gathering += 1
        try:
            yield
        finally:
            self._gathering -= 1
            if self._frames and self._writer is None and not self._gathering:
                self._note_sent(self._write(self._frames[:_BATCH]))
                if self._frames:
                    self._start_writer()
                else:
                    self._take_up()

    def ping(self, frame: bytes) -> None:
        """Send `frame`, a ping of our own, after all before it: it is never held against the peer."""
        if not self._closed:
            self.put_now(frame)

    async def reply(self, frame: bytes, then: Callable[[], None]) -> None:
        """Send the final frame of a request, and call `then` at once after it has been put.

        A large one waits until nothing else does, so that of many at most one lies here at a time.
        """
        if len(frame) <= self._pressure.soft_bytes or not self.congested:
            self.put(frame)
            then()
            return
        await self._turns.reply(frame, then)

    def put_latest(self, key: str, frame: bytes) -> None:
        """Send `frame` unless others wait; then keep it, and only the newest of its `key`, until they are gone."""
        if self._frames:
            if not self._closed:
                self._turns.keep(key, frame)
        else:
            self.put(frame)

    def when_drained(self, callback: Callable[[], None]) -> None:
        """Call `callback` once nothing waits, which may be now; never if the connection ends first."""
        if self._frames and not self._closed:
            self._turns.call(callback)
        elif not self._closed:
            callback()

    def put_last(self, frame: bytes) -> None:
        """Send `frame`, a close frame, after all before it and nothing after it. Idempotent."""
        if not self._closed:
            self.put_now(frame)
            self._closed = True
            self._forget_kept()

    def fail(self, code: CloseCode) -> None:
        """End the connection for its peer's fault, telling it `code` if it still reads. Returns at once."""
        if self._closed:
            return
        self.failed = code
        # A frame that was begun must be finished, or its peer would read the close frame as the rest of it.
        head = self._frames[0] if self._begun else None
        self._forget_frames()
        if head is not None:
            self._append(head)
        self._append(close_frame(code.code, code.reason))
        self._closed = True
        writer = self._writer or self._start_writer()
        writer.deadline = trio.current_time() + CLOSE_SECONDS

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

    def reset(self) -> None:
        """Drop the connection now, without any farewell: the peer sees a reset. Idempotent."""
        self.end()
        if self._socket is None:
            self._nursery.start_soon(trio.aclose_forcefully, self._stream)
        elif self._socket.socket.fileno() >= 0:
            self._socket.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            self._socket.socket.close()

    @property
    def _turns(self) -> Turns:
        if self._kept is None:
            self._kept = Turns()
        return self._kept

    def _take_up(self) -> None:
        if self._kept is not None:
            self._kept.take_up(self)

    def _forget_kept(self) -> None:
        if self._kept is not None:
            self._kept.forget()

    @property
    def _large_waiting(self) -> int:
        """How much of the last large frame is unsent."""
        return min(self._large, max(0, self._large_end - self.sent_bytes))

    def put_now(self, frame: bytes) -> None:
        """Send `frame` after all before it, whatever waits."""
        self._figures.frames_out += 1
        self._figures.bytes_out += len(frame)
        if len(frame) > self._pressure.soft_bytes:
            self._large, self._large_end = len(frame), self.sent_bytes + self.waiting_bytes + len(frame)
        # Within `_take_up` the writer runs although nothing waits. A frame that were written here then, and only in
        # part, would begin a second writer for its rest.
        if self._frames or self._writer is not None or self._gathering:
            self._append(frame)
            return
        sent = self._write([frame])
        self.sent_bytes += sent
        if sent < len(frame) and not self._closed:
            self._append(memoryview(frame)[sent:])
            self._begun = sent > 0
            self._start_writer()

    def _append(self, frame: bytes | memoryview) -> None:
        self._frames.append(frame)
        self.waiting_bytes += len(frame)

    def _forget_frames(self) -> None:
        self._frames.clear()
        self._forget_kept()
        self.waiting_bytes = 0

    def _write(self, frames: list[bytes | memoryview]) -> int:
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
        self.end()
        assert isinstance(self._stream, trio.SocketStream)
        with suppress(OSError):
            self._stream.socket.shutdown(socket.SHUT_RDWR)

    def _start_writer(self) -> trio.CancelScope:
        self._writer = trio.CancelScope()
        self._nursery.start_soon(self._run_writer, self._writer)
        return self._writer

    async def _run_writer(self, scope: trio.CancelScope) -> None:
        """Send what waits, then end; while frames wait, some must leave within the stall time."""
        # There are five ways out of this block, told apart below by what is left:
        # 1. All was sent: no frames, not failed. The next frame that the socket doesn't take begins another writer.
        # 2. `end` was called: no frames either, and the scope is cancelled. The stream is its caller's to close.
        # 3. Nothing left for `stall_seconds`: frames, and nothing else. `fail` needs a writer for the close frame, and
        #    takes this one for alive unless `_writer` is cleared first.
        # 4. The same after `put_last`, or within a frame of a stream that has no socket: no close frame can follow.
        # 5. `fail` was called, and its peer had CLOSE_SECONDS to answer: reset, whether or not its frame has left.
        with scope:
            while self._frames:
                # Whatever left moves the deadline. After `fail` it stands: a peer that takes a byte now and then
                # would keep a failed connection open for ever.
                if self.failed is None:
                    scope.deadline = trio.current_time() + self._pressure.stall_seconds
                await self._send_some()
                if not self._frames:
                    self._take_up()
            self._tell_idle()
            if self.failed:  # the close frame is out: the peer may still answer it
                await trio.sleep_forever()
        self._writer = None
        half_a_frame = self._begun and self._fd is None  # such a stream can't go on after it
        if self.failed or (self._frames and (self._closed or half_a_frame)):
            if half_a_frame and self._frames:
                self.failed = self.failed or TOO_SLOW
            self.reset()
        elif self._frames:
            self.fail(TOO_SLOW)

    async def _send_some(self) -> None:
        if self._fd is None:
            await self._send_all()
            return
        assert isinstance(self._stream, trio.SocketStream)
        try:
            await trio.lowlevel.wait_writable(self._stream.socket)
        except (trio.ClosedResourceError, OSError):
            self.end()
            return
        self._note_sent(self._write(self._frames[:_BATCH]))

    async def _send_all(self) -> None:
        """For streams without a socket of their own (TLS, memory): the slow but general way.

        What waits goes as one piece, as far as it fits into a slice: with TLS each piece is a record of its own.
        """
        head, failed = self._frames[0], self.failed
        self._begun = True  # how much of a slice has left is not known before all has
        piece = self._piece()
        try:
            await self._stream.send_all(piece)
        except (trio.ClosedResourceError, trio.BrokenResourceError):
            self.end()
            return
        # `end` may have dropped the frames during the wait, and `fail` all behind the first one.
        if self._frames and self._frames[0] is head:
            self._note_sent(len(piece) if self.failed is failed else min(len(piece), len(head)))

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
