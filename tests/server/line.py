"""An outbox, the stream it sends on, and the reader at the other end: over real sockets, or in memory."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import trio
import trio.testing

from orchd.protocol.codes import CloseCode
from orchd.protocol.websocket import close_frame, text_frame
from orchd.server.meter import Meter, MeterLimits, PartialMessages
from orchd.server.outbox import Outbox, Pressure
from tests.raw_client import HANG_SECONDS, unmasked, until

GENEROUS = Pressure(64 * 1024, 64 * 1024 * 1024, 30.0)
TIGHT = Pressure(100, 1000, 30.0)


@dataclass
class Line:
    """An outbox, the stream it sends on, and the reader at the other end."""

    outbox: Outbox
    stream: trio.abc.Stream
    reader: trio.abc.Stream
    nursery: trio.Nursery

    async def read(self, count: int) -> bytes:
        """Read exactly so much."""
        received = b""
        with trio.fail_after(HANG_SECONDS):
            while len(received) < count:
                data = await self.reader.receive_some(min(count - len(received), 65536))
                assert data, f"ended after {len(received)} of {count} bytes"
                received += data
        return received

    async def rest(self) -> bytes:
        """Read to the end, however it comes."""
        received = b""
        with trio.fail_after(HANG_SECONDS):
            try:
                while data := await self.reader.receive_some(65536):
                    received += data
            except trio.BrokenResourceError:
                pass
        return received

    async def settled(self) -> None:
        """Wait until no writer is left."""
        await until(lambda: not self.nursery.child_tasks)


@asynccontextmanager
async def line(pressure: Pressure, stream: trio.abc.Stream, reader: trio.abc.Stream) -> AsyncIterator[Line]:
    async with stream, reader, trio.open_nursery() as nursery:
        outbox = Outbox(stream, nursery, pressure)
        yield Line(outbox, stream, reader, nursery)
        outbox.end()
        nursery.cancel_scope.cancel()


@asynccontextmanager
async def over_socket(pressure: Pressure = GENEROUS, buffer: int = 4096) -> AsyncIterator[Line]:
    """A line over a real socket whose kernel buffer is small."""
    ours, theirs = (trio.socket.from_stdlib_socket(end) for end in socket.socketpair())
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, buffer)
    async with line(pressure, trio.SocketStream(ours), trio.SocketStream(theirs)) as one:
        yield one


@asynccontextmanager
async def over_tcp(pressure: Pressure = GENEROUS) -> AsyncIterator[Line]:
    """A line over TCP, where resets can be seen."""
    (listener,) = await trio.open_tcp_listeners(0, host="127.0.0.1")
    async with listener:
        reader = await trio.open_tcp_stream("127.0.0.1", listener.socket.getsockname()[1])
        stream = await listener.accept()
    stream.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    async with line(pressure, stream, reader) as one:
        yield one


@asynccontextmanager
async def over_lockstep(pressure: Pressure = GENEROUS) -> AsyncIterator[Line]:
    """A line in memory that takes nothing unless the reader reads."""
    async with line(pressure, *trio.testing.lockstep_stream_pair()) as one:
        yield one


def numbered(count: int, size: int = 100) -> list[bytes]:
    return [text_frame(f"{number:08}".encode().ljust(size, b".")) for number in range(count)]


def frames_of(data: bytes) -> list[bytes]:
    """Cut into frames; there must be no rest."""
    frames = []
    while data:
        parsed = unmasked(data)
        assert parsed is not None, f"half a frame at the end: {data[:40]!r}"
        frames.append(data[: parsed[2]])
        data = data[parsed[2] :]
    return frames


def farewell(code: CloseCode) -> bytes:
    return close_frame(code.code, code.reason)


def frames_of_prefix(data: bytes) -> list[bytes]:
    """Cut into frames; the last may be cut off."""
    whole = len(data) // 102 * 102
    return frames_of(data[:whole])


def meter(outbox: Outbox) -> Meter:
    """A meter that finds nothing too much."""
    return Meter(MeterLimits(1024 * 1024, 0.0), PartialMessages(64 * 1024 * 1024), outbox.fail)
