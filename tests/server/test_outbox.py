"""The one ordered way out: byte for byte over real sockets, and in virtual time where time matters."""

import os
import socket

import pytest
import trio
import trio.testing
from hypothesis import given, settings
from hypothesis import strategies as st

from orchd.protocol.codes import NO_HEARTBEAT, SHUTTING_DOWN, TOO_SLOW
from orchd.protocol.websocket import PING_FRAME, text_frame
from orchd.server.outbox import CLOSE_SECONDS
from tests.examples import examples
from tests.raw_client import HANG_SECONDS
from tests.server.line import (
    GENEROUS,
    TIGHT,
    farewell,
    frames_of,
    frames_of_prefix,
    numbered,
    over_lockstep,
    over_socket,
    over_tcp,
)

Clock = trio.testing.MockClock


async def test_a_frame_goes_out_at_once_and_leaves_no_task() -> None:
    async with over_socket() as one:
        one.outbox.put(text_frame(b"hello"))
        assert (one.outbox.waiting_bytes, one.outbox.sent_bytes) == (0, 7)
        assert not one.nursery.child_tasks
        assert await one.read(7) == text_frame(b"hello")
        await one.outbox.wait_flushed()


async def test_what_the_kernel_refuses_follows_in_order() -> None:
    async with over_socket() as one:
        frames = numbered(5000)
        for frame in frames:
            one.outbox.put(frame)
        assert one.outbox.waiting_bytes > 0
        assert one.outbox.congested
        assert len(one.nursery.child_tasks) == 1
        assert await one.read(sum(map(len, frames))) == b"".join(frames)
        await one.outbox.wait_flushed()
        await one.settled()
        assert one.outbox.waiting_bytes == 0
        assert not one.outbox.congested
        one.outbox.put(PING_FRAME)  # and it is at once again
        assert not one.nursery.child_tasks
        assert await one.read(2) == PING_FRAME


sizes = st.lists(st.one_of(st.integers(0, 300), st.integers(300, 9000), st.just(120_000)), max_size=40)
reads = st.lists(st.one_of(st.integers(1, 200), st.integers(1000, 50_000), st.just(0)), min_size=1, max_size=15)


@settings(max_examples=examples(60))
@given(sizes, reads, st.sampled_from([1, 4096, 30_000]), st.none() | st.integers(0, 40), st.booleans())
async def test_the_reader_sees_every_byte_in_order(
    lengths: list[int], pace: list[int], buffer: int, fail_at: int | None, general: bool
) -> None:
    """Whole frames in order; after `fail` those that had begun to leave, then the close frame, then the end."""
    frames = [text_frame(bytes([65 + number % 26]) * length) for number, length in enumerate(lengths)]
    received = b""
    async with over_lockstep() if general else over_socket(buffer=buffer) as one:
        for number, frame in enumerate(frames):
            if number == fail_at:
                one.outbox.fail(TOO_SLOW)
            one.outbox.put(frame)
            if amount := pace[number % len(pace)]:
                with trio.move_on_after(0):
                    received += await one.reader.receive_some(amount)
        failed = fail_at is not None and fail_at < len(frames)
        if not failed:
            received += await one.read(sum(map(len, frames)) - len(received))
            await one.outbox.wait_flushed()
            assert received == b"".join(frames)
            return
        with trio.fail_after(HANG_SECONDS):
            while not received.endswith(farewell(TOO_SLOW)):
                received += await one.reader.receive_some(65536)
        *sent, last = frames_of(received)
        assert sent == frames[: len(sent)]
        assert len(sent) <= (fail_at or 0)
        assert last == farewell(TOO_SLOW)


async def test_pressure_is_told_and_taken_back() -> None:
    async with over_lockstep(TIGHT) as one:
        one.outbox.put(b"x" * 100)
        assert not one.outbox.congested
        one.outbox.put(b"y")
        assert one.outbox.congested
        await one.read(1)
        await one.read(100)
        await one.outbox.wait_flushed()
        assert not one.outbox.congested


async def test_over_the_hard_limit_the_line_fails(autojump_clock: Clock) -> None:
    async with over_lockstep(TIGHT) as one:
        frames = numbered(30)
        for frame in frames:
            one.outbox.put(frame)
        assert one.outbox.failed is TOO_SLOW
        assert one.outbox.waiting_bytes <= len(farewell(TOO_SLOW)) + 110
        assert not one.outbox.congested
        assert await one.rest() == farewell(TOO_SLOW)


async def test_a_failed_line_is_not_congested() -> None:
    """Whoever waited for it to drain would wait for ever."""
    async with over_lockstep(TIGHT) as one:
        one.outbox.put(b"x" * 5000)
        await trio.testing.wait_all_tasks_blocked()
        assert one.outbox.congested
        one.outbox.fail(NO_HEARTBEAT)
        assert one.outbox.waiting_bytes > TIGHT.soft_bytes
        assert not one.outbox.congested


async def test_one_frame_over_the_limit_is_let_through(autojump_clock: Clock) -> None:
    async with over_lockstep(TIGHT) as one:
        one.outbox.put(b"x" * 5000)
        assert await one.read(5000) == b"x" * 5000
        assert one.outbox.failed is None


async def test_without_progress_the_line_fails(autojump_clock: Clock) -> None:
    """Half a frame is under way on a stream that can't tell how much of it: nothing more can be said."""
    async with over_lockstep() as one:
        start = trio.current_time()
        one.outbox.put(text_frame(b"x" * 1000))
        await trio.testing.wait_all_tasks_blocked()
        with pytest.raises(trio.ClosedResourceError), trio.fail_after(HANG_SECONDS):
            await one.stream.receive_some()  # as the connection's reader does
        assert trio.current_time() - start == pytest.approx(GENEROUS.stall_seconds)


async def test_slow_progress_is_progress(autojump_clock: Clock) -> None:
    slow = b"x" * 16_384  # as much as is given to such a stream at once
    async with over_lockstep() as one:
        for _ in range(10):
            one.outbox.put(slow)
        for _ in range(10):
            await trio.sleep(20)
            assert await one.read(len(slow)) == slow
        await trio.sleep(100)
        assert one.outbox.failed is None


async def test_a_failed_line_is_reset_after_a_second(autojump_clock: Clock) -> None:
    async with over_lockstep() as one:
        one.outbox.fail(NO_HEARTBEAT)
        one.outbox.fail(TOO_SLOW)  # no effect any more
        one.outbox.put_last(farewell(SHUTTING_DOWN))
        start = trio.current_time()
        assert await one.rest() == farewell(NO_HEARTBEAT)
        assert trio.current_time() - start == pytest.approx(CLOSE_SECONDS)
        await one.settled()


async def test_a_failed_line_does_not_live_on_by_taking_little() -> None:
    """A peer that takes a few bytes now and then would take minutes for the frame that had begun to leave."""
    async with over_socket() as one:
        one.outbox.put(b"x" * 10_000_000)
        one.outbox.fail(TOO_SLOW)
        started = trio.current_time()
        received = 0
        with trio.fail_after(HANG_SECONDS):
            while one.nursery.child_tasks:
                with trio.move_on_after(0.02):
                    received += len(await one.reader.receive_some(4096))
                await trio.sleep(0.02)
        assert trio.current_time() - started >= 0.9 * CLOSE_SECONDS
        assert 0 < received < 10_000_000


async def test_nothing_follows_the_last_frame() -> None:
    async with over_socket() as one:
        frames = numbered(2000)
        for frame in frames:
            one.outbox.put(frame)
        one.outbox.put_latest("a", b"dropped")
        one.outbox.put_last(farewell(SHUTTING_DOWN))
        one.outbox.put(b"dropped")
        one.outbox.put_last(b"dropped")
        one.outbox.fail(TOO_SLOW)
        assert one.outbox.failed is None
        expected = b"".join(frames) + farewell(SHUTTING_DOWN)
        assert await one.read(len(expected)) == expected
        await one.outbox.wait_flushed()
        await one.settled()
        one.outbox.end()
        await one.stream.aclose()
        assert await one.rest() == b""


async def test_ending_and_resetting_are_idempotent() -> None:
    async with over_tcp() as one:
        for frame in numbered(100_000):
            one.outbox.put(frame)
        assert one.nursery.child_tasks
        one.outbox.end()
        one.outbox.end()
        assert one.outbox.waiting_bytes == 0
        await one.outbox.wait_flushed()
        one.outbox.reset()
        one.outbox.reset()
        one.outbox.end()
        one.outbox.put(b"nothing")
        one.outbox.put_last(b"nothing")
        one.outbox.fail(TOO_SLOW)
        await one.settled()
        assert set(frames_of_prefix(await one.rest())) <= set(numbered(100_000))


async def test_a_reset_is_seen_by_the_peer() -> None:
    async with over_tcp() as one:
        one.outbox.put(b"hello")
        assert await one.read(5) == b"hello"
        one.outbox.reset()
        with pytest.raises(trio.BrokenResourceError):
            await one.reader.receive_some(1)
        with pytest.raises(trio.ClosedResourceError):
            await one.stream.receive_some(1)


@pytest.mark.parametrize("running", [True, False])
async def test_ending_before_the_writer_has_run_or_while_it_waits_leaves_no_task(running: bool) -> None:
    async with over_socket() as one:
        one.outbox.put(b"x" * 1_000_000)
        if running:
            await trio.testing.wait_all_tasks_blocked(0.01)
        one.outbox.end()
        await one.stream.aclose()
        await one.settled()


async def test_a_number_that_is_used_again_gets_no_bytes() -> None:
    """After the end nothing is written to the file descriptor, which may belong to somebody else by then."""
    async with over_tcp() as one:
        assert isinstance(one.stream, trio.SocketStream)
        number = one.stream.socket.fileno()
        ours, theirs = socket.socketpair()
        with ours, theirs:
            one.outbox.reset()
            os.dup2(ours.fileno(), number)
            try:
                one.outbox.put(b"stray")
                one.outbox.put_last(b"stray")
                one.outbox.fail(TOO_SLOW)
                await one.settled()
            finally:
                os.close(number)
            theirs.setblocking(False)
            with pytest.raises(BlockingIOError):
                theirs.recv(1)


@pytest.mark.parametrize("large", [0, 5000])
@pytest.mark.parametrize("read", [True, False])
async def test_not_a_byte_more_than_the_hard_limit_may_wait(large: int, read: bool, autojump_clock: Clock) -> None:
    """But for the rest of one large frame, wherever it stands among the others."""
    async with over_lockstep(TIGHT) as one:
        if read:
            one.outbox.put(b"gone")
            assert await one.read(4) == b"gone"
            await one.settled()
        one.outbox.put(b"x" * 50)
        if large:
            one.outbox.put(b"x" * large)
        if read:
            assert await one.read(50 + large)
            await one.settled()
            one.outbox.put(b"y" * 50)
        for _ in range(9):
            one.outbox.put(b"y" * TIGHT.soft_bytes)
        one.outbox.put(b"y" * 50)
        one.outbox.put(b"y")
        assert one.outbox.failed is None, "what is over the limit by one byte is let through"
        one.outbox.put(b"y")
        assert one.outbox.failed is TOO_SLOW


@pytest.mark.parametrize("large", [0, 5000])
async def test_the_hard_limit_is_exact_and_one_large_frame_does_not_count(large: int, autojump_clock: Clock) -> None:
    async with over_lockstep(TIGHT) as one:
        if large:
            one.outbox.put(text_frame(b"x" * large))
        small = TIGHT.hard_bytes // 10
        for _ in range(small + 1):
            one.outbox.put(b"y" * 10)
        assert one.outbox.failed is None, "just over the limit at the last one, which is let through"
        one.outbox.put(b"y" * 10)
        assert one.outbox.failed is TOO_SLOW


async def test_a_large_frame_counts_no_more_once_it_has_left(autojump_clock: Clock) -> None:
    async with over_lockstep(TIGHT) as one:
        for _ in range(3):
            one.outbox.put(b"x" * 5000)
            one.outbox.put(b"y" * 10)
            assert await one.read(5010) == b"x" * 5000 + b"y" * 10
            await one.outbox.wait_flushed()
        for _ in range(TIGHT.hard_bytes // 10 + 2):
            one.outbox.put(b"y" * 10)
        assert one.outbox.failed is TOO_SLOW, "the room of a large frame is not left to others"


async def test_our_own_ping_is_held_against_nobody() -> None:
    async with over_lockstep(TIGHT) as one:
        one.outbox.put(b"x" * 90)
        while one.outbox.waiting_bytes <= TIGHT.hard_bytes:
            one.outbox.put(b"y" * 90)
        one.outbox.ping(PING_FRAME)
        assert one.outbox.failed is None
        one.outbox.put(PING_FRAME)
        assert one.outbox.failed is TOO_SLOW
        one.outbox.ping(PING_FRAME)  # too late


async def test_a_ping_goes_out_in_its_turn_and_after_the_end_no_more() -> None:
    async with over_socket() as one:
        one.outbox.ping(PING_FRAME)
        one.outbox.put_last(farewell(SHUTTING_DOWN))
        one.outbox.ping(PING_FRAME)
        await one.stream.aclose()
        assert await one.rest() == PING_FRAME + farewell(SHUTTING_DOWN)


@pytest.mark.parametrize("behind", [0, 1])
async def test_a_frame_that_has_begun_to_leave_is_never_cut(behind: int) -> None:
    """The kernel took some of it at once: it must be whole before the close frame, or the peer reads nonsense."""
    async with over_socket() as one:
        frame = text_frame(b"x" * 300_000)
        one.outbox.put(frame)
        assert 0 < one.outbox.waiting_bytes < len(frame)
        for _ in range(behind):
            one.outbox.put(text_frame(b"dropped whole"))
        one.outbox.fail(TOO_SLOW)
        expected = frame + farewell(TOO_SLOW)
        assert await one.read(len(expected)) == expected


async def test_a_later_frame_that_has_begun_to_leave_is_not_cut_either() -> None:
    async with over_socket() as one:
        frames = [text_frame(letter * 300_000) for letter in (b"a", b"b", b"c")]
        for frame in frames:
            one.outbox.put(frame)
        received = await one.read(len(frames[0]) + 100_000)
        one.outbox.fail(TOO_SLOW)
        assert received + await one.rest() == frames[0] + frames[1] + farewell(TOO_SLOW)


async def test_a_line_that_is_idle_again_fails_without_any_rest() -> None:
    async with over_socket() as one:
        frame = text_frame(b"x" * 300_000)
        one.outbox.put(frame)
        assert await one.read(len(frame)) == frame
        await one.settled()
        one.outbox.fail(TOO_SLOW)
        assert await one.rest() == farewell(TOO_SLOW)


async def test_progress_within_a_large_frame_is_progress(autojump_clock: Clock) -> None:
    """Also on a stream that can't tell how much of what it was given has left."""
    async with over_lockstep() as one:
        frame = b"x" * 1_000_000
        one.outbox.put(frame)
        received = 0
        while received < len(frame):
            await trio.sleep(GENEROUS.stall_seconds / 2)
            received += len(await one.read(min(60_000, len(frame) - received)))
        await one.outbox.wait_flushed()
        assert one.outbox.failed is None
