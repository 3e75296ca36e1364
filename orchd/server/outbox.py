"""One connection's ordered way out: encode once, send without waiting, bound what is left.

Measured with this project's libraries, handing ready bytes to the socket at once and buffering only what the kernel
refuses is five times as fast as `send_message` for each client. So everything that leaves, trio-websocket's own
handshake, pongs and closes included, goes through one `Outbox`: an `Outlet` that knows frames.

Pressure: above `soft_bytes` the outbox is `congested` and its users merge what they have to say, or wait with what is
large: a reply of megabytes is put when there is `room`, and is then not held against a peer that reads it. When more
than `hard_bytes` wait besides, or nothing was taken for `stall_seconds`, the connection is failed with a close
code: whole frames that wait are dropped, the close frame goes next, and after `CLOSE_SECONDS` the socket is reset.
"""

import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

import trio

from orchd.protocol.codes import TOO_SLOW, CloseCode
from orchd.protocol.websocket import close_frame
from orchd.server.exit.outlet import Outlet
from orchd.server.turns import Turns
from orchd.telemetry.daemon import SocketFigures

CLOSE_SECONDS = 1.0
"""How long a failed connection gets to take its close frame before it is reset."""

_RESET = struct.pack("ii", 1, 0)
"""SO_LINGER on with zero seconds: close sends a reset and frees the send buffer at once."""


class Pressure(NamedTuple):
    """The bounds of an outbox, in bytes and seconds."""

    soft_bytes: int
    hard_bytes: int
    stall_seconds: float


class Outbox(Outlet):
    """Frames on their way to one socket, in the order of `put`. Satisfies `orchd.protocol.router.Peer`.

    `nursery` owns the writer task and must live until the stream is closed.
    """

    __slots__ = (  # thousands of these lie idle
        "_figures",
        "_gathering",
        "_kept",
        "_large",
        "_large_end",
        "_pressure",
        "_socket",
        "failed",
    )

    def __init__(
        self,
        stream: trio.abc.Stream,
        nursery: trio.Nursery,
        pressure: Pressure,
        figures: SocketFigures | None = None,
    ) -> None:
        super().__init__(stream, nursery, pressure.stall_seconds)
        self._figures = figures or SocketFigures()
        below = stream.transport_stream if isinstance(stream, trio.SSLStream) else stream
        self._socket = below if isinstance(below, trio.SocketStream) else None
        self._pressure = pressure
        self._gathering = 0  # blocks at whose end all is sent that was put within them
        self._kept: Turns | None = None  # until something has to wait
        self._large = self._large_end = 0  # length of the last large frame, and where it ends in all that was put
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
                self._write_waiting()

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
        if self._gathering:
            self._append(frame)
        else:
            self.send(frame)

    def _forget_frames(self) -> None:
        super()._forget_frames()
        self._forget_kept()

    def _wind(self, writer: trio.CancelScope) -> None:
        # Whatever left moves the deadline. After `fail` it stands: a peer that takes a byte now and then would keep a
        # failed connection open for ever.
        if self.failed is None:
            super()._wind(writer)

    async def _linger(self) -> None:
        if self.failed:  # the close frame is out: the peer may still answer it
            await trio.sleep_forever()

    def _writer_ended(self) -> None:
        # There are five ways to come here, told apart by what is left:
        # 1. All was sent: no frames, not failed. The next frame that the socket doesn't take begins another writer.
        # 2. `end` was called: no frames either, and the writer is cancelled. The stream is its caller's to close.
        # 3. Nothing left for `stall_seconds`: frames, and nothing else. `fail` needs a writer for the close frame, and
        #    takes this one for alive unless `_writer` is cleared first.
        # 4. The same after `put_last`, or within a frame of a stream that has no socket: no close frame can follow.
        # 5. `fail` was called, and its peer had CLOSE_SECONDS to answer: reset, whether or not its frame has left.
        half_a_frame = self._begun and self._fd is None  # such a stream can't go on after it
        if self.failed or (self._frames and (self._closed or half_a_frame)):
            if half_a_frame and self._frames:
                self.failed = self.failed or TOO_SLOW
            self.reset()
        elif self._frames:
            self.fail(TOO_SLOW)
