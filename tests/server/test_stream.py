"""What trio-websocket reads and writes through: replay, order, and closings that the peer can still read."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import trio
import trio.testing
from hypothesis import example, given
from hypothesis import strategies as st

from orchd.protocol.codes import SHUTTING_DOWN
from orchd.protocol.websocket import close_frame, text_frame
from orchd.server.http import Handshake
from orchd.server.outbox import Outbox, Pressure
from orchd.server.stream import FLUSH_SECONDS, LINGER_SECONDS, PeerStream, linger
from tests.fake_people import SOMEWHERE
from tests.raw_client import HANG_SECONDS, masked
from tests.server.line import meter

Clock = trio.testing.MockClock

TEXT, PONG = 0x1, 0xA
ANSWER = b"\x8a\x80mask"

CLOSING = close_frame(SHUTTING_DOWN.code, SHUTTING_DOWN.reason)


@asynccontextmanager
async def joined(
    ours: trio.abc.Stream, theirs: trio.abc.Stream, rest: bytes = b""
) -> AsyncIterator[tuple[PeerStream, Outbox]]:
    async with theirs, ours, trio.open_nursery() as nursery:
        outbox = Outbox(ours, nursery, Pressure(1000, 100_000_000, 30))
        yield PeerStream(ours, outbox, Handshake(b"head", rest, SOMEWHERE), meter(outbox)), outbox
        outbox.end()
        nursery.cancel_scope.cancel()


async def test_the_head_comes_first_and_the_rest_after_the_answer() -> None:
    ours, theirs = trio.testing.memory_stream_pair()
    async with joined(ours, theirs, b"hasty") as (stream, _):
        await theirs.send_all(b"later")
        assert await stream.receive_some() == b"head"
        with trio.move_on_after(0.01):
            raise AssertionError(await stream.receive_some())
        await stream.send_all(b"HTTP/1.1 101 ")
        assert await stream.receive_some() == b"hasty"
        assert stream.received == 0, "replayed bytes are no sign of life"
        assert await stream.receive_some() == b"later"
        assert stream.received == 1


async def test_answers_to_our_pings_go_no_further() -> None:
    ours, theirs = trio.testing.memory_stream_pair()
    async with joined(ours, theirs) as (stream, _):
        await opened(stream)
        await theirs.send_all(ANSWER)
        await trio.testing.wait_all_tasks_blocked()
        async with trio.open_nursery() as nursery:
            nursery.start_soon(expect, stream, masked(TEXT, b"hello")[:1])
            await trio.testing.wait_all_tasks_blocked()
            assert stream.received == 1, "a pong is a sign of life"
            await theirs.send_all(ANSWER)
            await trio.testing.wait_all_tasks_blocked()
            assert stream.received == 2
            await theirs.send_all(masked(TEXT, b"hello")[:1])


@example([(TEXT, ANSWER)], [6, 6])
@given(
    st.lists(st.tuples(st.sampled_from((TEXT, PONG)), st.integers(0, 12).map(lambda size: (ANSWER * 2)[:size]))),
    st.lists(st.integers(1, 9)),
)
def test_what_looks_like_such_an_answer_inside_a_frame_is_read(
    frames: list[tuple[int, bytes]], cuts: list[int]
) -> None:
    """However the bytes come: all frames but whole, empty pongs are received, whatever is in them."""
    frames = [(opcode, payload) for opcode, payload in frames if payload or opcode == TEXT]
    sent = b"".join(unkeyed(opcode, payload) for opcode, payload in frames)

    async def run() -> None:
        ours, theirs = trio.testing.memory_stream_pair()
        async with joined(ours, theirs) as (stream, _):
            await opened(stream)
            received, left = b"", sent
            for size in [*cuts, len(sent)]:
                piece, left = left[:size], left[size:]
                if piece:
                    await theirs.send_all(piece)
                    with trio.fail_after(HANG_SECONDS):
                        received += await stream.receive_some()
            assert received == sent

    trio.run(run, clock=Clock(autojump_threshold=0))


async def opened(stream: PeerStream) -> None:
    """Have the handshake behind it."""
    await stream.receive_some()
    await stream.send_all(b"HTTP/1.1 101 ")


async def expect(stream: PeerStream, data: bytes) -> None:
    assert await stream.receive_some() == data


def unkeyed(opcode: int, payload: bytes) -> bytes:
    """A client's frame, masked with zeros: its payload stands in it as it is."""
    return bytes((0x80 | opcode, 0x80 | len(payload))) + bytes(4) + payload


async def test_its_frames_and_ours_keep_their_order() -> None:
    ours, theirs = trio.testing.memory_stream_pair()
    async with joined(ours, theirs) as (stream, outbox):
        expected = b""
        for number in range(50):
            outbox.put(text_frame(b"ours %d" % number))
            await stream.send_all(bytearray(text_frame(b"its %d" % number)))
            expected += text_frame(b"ours %d" % number) + text_frame(b"its %d" % number)
        await outbox.wait_flushed()
        assert await theirs.receive_some(100_000) == expected


async def test_nothing_follows_its_close_frame() -> None:
    ours, theirs = trio.testing.memory_stream_pair()
    async with joined(ours, theirs) as (stream, outbox):
        await stream.send_all(CLOSING)
        outbox.put(text_frame(b"late"))
        await stream.send_all(CLOSING)
        await outbox.wait_flushed()
        assert await theirs.receive_some(1000) == CLOSING


async def test_sending_never_waits() -> None:
    ours, theirs = trio.testing.lockstep_stream_pair()
    async with joined(ours, theirs) as (stream, _):
        with trio.fail_after(HANG_SECONDS):
            for _ in range(100):
                await stream.send_all(b"x" * 1000)
                await stream.wait_send_all_might_not_block()


async def test_closing_sends_what_waits(autojump_clock: Clock) -> None:
    ours, theirs = trio.testing.memory_stream_pair()
    async with joined(ours, theirs) as (stream, outbox):
        outbox.put(text_frame(b"last words"))
        await stream.send_all(CLOSING)
        await stream.aclose()
        assert await theirs.receive_some(1000) == text_frame(b"last words") + CLOSING
        assert await theirs.receive_some(1000) == b""
        with pytest.raises(trio.ClosedResourceError):
            await ours.receive_some()


async def test_closing_without_a_word_says_that_the_protocol_was_broken(autojump_clock: Clock) -> None:
    ours, theirs = trio.testing.memory_stream_pair()
    async with joined(ours, theirs) as (stream, _):
        await stream.aclose()
        assert await theirs.receive_some(1000) == close_frame(1002, "protocol error")


async def test_closing_waits_a_bounded_time_for_a_peer_that_does_not_read(autojump_clock: Clock) -> None:
    ours, theirs = trio.testing.lockstep_stream_pair()
    async with joined(ours, theirs) as (stream, outbox):
        outbox.put(text_frame(b"unread"))
        start = trio.current_time()
        await stream.aclose()
        assert trio.current_time() - start <= FLUSH_SECONDS
        with pytest.raises(trio.ClosedResourceError):
            await ours.receive_some()


async def test_a_cancelled_closing_closes_all_the_same() -> None:
    ours, theirs = trio.testing.lockstep_stream_pair()
    async with joined(ours, theirs) as (stream, outbox):
        outbox.put(text_frame(b"unread"))
        await trio.aclose_forcefully(stream)
        with pytest.raises(trio.ClosedResourceError):
            await ours.receive_some()
        outbox.put(text_frame(b"too late"))
        assert outbox.waiting_bytes == 0


async def test_lingering_reads_until_the_peer_ends(autojump_clock: Clock) -> None:
    ours, theirs = trio.testing.memory_stream_pair()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(linger, ours)
        assert await theirs.receive_some(1) == b"", "our side is ended"
        await theirs.send_all(b"x" * 100_000)
        await theirs.send_eof()
    assert trio.current_time() == 0


async def test_lingering_has_an_end(autojump_clock: Clock) -> None:
    ours, theirs = trio.testing.memory_stream_pair()

    async def babble() -> None:
        while True:
            await theirs.send_all(b"x")
            await trio.sleep(0.1)

    async with trio.open_nursery() as nursery:
        nursery.start_soon(babble)
        await linger(ours)
        nursery.cancel_scope.cancel()
    assert trio.current_time() == pytest.approx(LINGER_SECONDS)


async def test_lingering_on_a_closed_stream_is_nothing() -> None:
    ours, _ = trio.testing.memory_stream_pair()
    await ours.aclose()
    await linger(ours)


async def test_last_words_are_not_overtaken_by_a_reset() -> None:
    """Over TCP: what the peer had sent, and we never read, must not cost it our answer."""
    (listener,) = await trio.open_tcp_listeners(0, host="127.0.0.1")
    async with listener:
        theirs = await trio.open_tcp_stream("127.0.0.1", listener.socket.getsockname()[1])
        ours = await listener.accept()
    async with theirs, ours, trio.open_nursery() as nursery:
        await theirs.send_all(b"x" * 50_000)
        await ours.send_all(b"no thanks")

        async def part() -> None:
            await linger(ours)
            await ours.aclose()

        nursery.start_soon(part)
        await trio.testing.wait_all_tasks_blocked(0.05)
        await theirs.send_all(b"x" * 1000)
        with trio.fail_after(HANG_SECONDS):
            assert await theirs.receive_some(100) == b"no thanks"
            assert await theirs.receive_some(100) == b""
            await theirs.send_eof()
