"""An outbox whose peer is gone, reads slowly or not at all: byte for byte, over real sockets."""

import socket
import struct

import pytest
import trio
import trio.testing

from orchd.protocol.codes import SHUTTING_DOWN, TOO_SLOW
from orchd.protocol.websocket import text_frame
from orchd.server.outbox import Pressure
from tests.raw_client import HANG_SECONDS
from tests.server.line import farewell, frames_of, frames_of_prefix, numbered, over_lockstep, over_socket, over_tcp


@pytest.mark.parametrize("how", ["closed", "reset"])
async def test_a_peer_that_is_gone(how: str) -> None:
    async with over_tcp() as one:
        assert isinstance(one.reader, trio.SocketStream)
        if how == "reset":
            one.reader.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        await one.reader.aclose()
        with trio.fail_after(HANG_SECONDS):
            while not one.outbox._closed:
                one.outbox.put(text_frame(b"x" * 1000))
                await trio.sleep(0.001)
        assert one.outbox.failed is None, "it is nobody's fault"
        assert one.outbox.waiting_bytes == 0
        await one.settled()
        with trio.fail_after(HANG_SECONDS):  # and the reader of the connection learns of it
            try:
                while await one.stream.receive_some(1):
                    pass
            except trio.BrokenResourceError:
                pass


async def test_a_peer_that_never_reads() -> None:
    async with over_tcp(Pressure(1000, 64 * 1024 * 1024, 0.1)) as one:
        frames = numbered(100_000)
        for frame in frames:
            one.outbox.put(frame)
        with trio.fail_after(HANG_SECONDS):
            await one.outbox.wait_flushed()
        assert one.outbox.failed is TOO_SLOW
        await one.settled()
        assert isinstance(one.stream, trio.SocketStream)
        assert one.stream.socket.fileno() == -1
        received = await one.rest()
        whole = frames_of_prefix(received)
        assert whole == frames[: len(whole)]


async def test_a_peer_that_never_reads_the_last_frame() -> None:
    async with over_tcp(Pressure(1000, 64 * 1024 * 1024, 0.1)) as one:
        one.outbox.put(b"x" * 10_000_000)
        one.outbox.put_last(farewell(SHUTTING_DOWN))
        await one.settled()
        assert one.outbox.failed is None
        with pytest.raises(trio.ClosedResourceError):
            await one.stream.receive_some(1)


async def test_a_failure_that_only_sending_meets_ends_the_reader_too() -> None:
    async with over_tcp() as one:
        assert isinstance(one.stream, trio.SocketStream)
        one.stream.socket.shutdown(socket.SHUT_WR)
        one.outbox.put(b"x")
        with trio.fail_after(HANG_SECONDS):
            assert await one.stream.receive_some(1) == b""


async def test_a_slow_peer_may_read_why_it_is_dropped() -> None:
    async with over_tcp(Pressure(1000, 1_000_000, 30.0)) as one:
        frames = numbered(200_000)
        for frame in frames:
            one.outbox.put(frame)
        assert one.outbox.failed is TOO_SLOW
        received = await one.rest()
        assert received.endswith(farewell(TOO_SLOW))
        *sent, _ = frames_of(received)
        assert sent == frames[: len(sent)]


async def test_whoever_stalls_within_a_frame_is_too_slow() -> None:
    async with over_socket(Pressure(1000, 64 * 1024 * 1024, 0.1)) as one:
        one.outbox.put(text_frame(b"x" * 300_000))
        with trio.fail_after(HANG_SECONDS):
            await one.outbox.wait_flushed()
        assert one.outbox.failed is TOO_SLOW


@pytest.mark.parametrize("general", [True, False])
@pytest.mark.parametrize("how", ["ended", "closed", "left"])
async def test_no_writer_outlives_its_line(general: bool, how: str) -> None:
    async with over_lockstep() if general else over_socket() as one:
        one.outbox.put(b"x" * 1_000_000)
        await trio.testing.wait_all_tasks_blocked(0.01)
        if how == "ended":
            one.outbox.end()
            await trio.testing.wait_all_tasks_blocked(0.01)
            assert not one.nursery.child_tasks, "it waits for nothing"
        else:
            await (one.stream if how == "closed" else one.reader).aclose()
        await one.settled()
        assert one.outbox.waiting_bytes == 0
        assert one.outbox.failed is None
