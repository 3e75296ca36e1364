"""Streams without a socket of their own (TLS, memory): frames that wait leave in few pieces, and none is ever cut."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import trio
import trio.testing
from hypothesis import given, settings
from hypothesis import strategies as st

from orchd.protocol.codes import TOO_SLOW
from orchd.protocol.websocket import text_frame
from orchd.server.outbox import Outbox, Pressure
from tests.examples import examples
from tests.server.line import GENEROUS, farewell, frames_of, numbered

SLICE = 16_384


class Pieces(trio.abc.SendStream):
    """Takes a piece when it is let; notes what it was given."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.takes = trio.Semaphore(0)
        self.closed = False

    async def send_all(self, data: bytes | bytearray | memoryview) -> None:
        await self.takes.acquire()
        self.taken.append(bytes(data))

    async def wait_send_all_might_not_block(self) -> None:
        await trio.lowlevel.checkpoint()

    async def aclose(self) -> None:
        self.closed = True
        await trio.lowlevel.checkpoint()


@asynccontextmanager
async def way_out(pressure: Pressure = GENEROUS) -> AsyncIterator[tuple[Outbox, Pieces]]:
    pieces = Pieces()
    async with trio.open_nursery() as nursery:
        outbox = Outbox(pieces, nursery, pressure)  # type: ignore[arg-type]
        yield outbox, pieces
        outbox.end()
        nursery.cancel_scope.cancel()


async def test_what_waits_leaves_in_one_piece() -> None:
    async with way_out() as (outbox, pieces):
        frames = numbered(20)
        for frame in frames:
            outbox.put(frame)
        pieces.takes.release()
        await outbox.wait_flushed()
        assert pieces.taken == [b"".join(frames)]
        assert (outbox.waiting_bytes, outbox.sent_bytes) == (0, sum(map(len, frames)))


@given(sizes=st.lists(st.one_of(st.integers(1, 400), st.integers(5_000, 40_000)), min_size=1, max_size=30))
@settings(max_examples=examples(30), deadline=None)
def test_every_byte_leaves_in_order_and_no_piece_is_too_long(sizes: list[int]) -> None:
    frames = [bytes([number % 251]) * size for number, size in enumerate(sizes)]

    async def send() -> None:
        async with way_out(Pressure(2**20, 2**24, 30.0)) as (outbox, pieces):
            for frame in frames:
                outbox.put(frame)
                pieces.takes.release()
            for _ in range(100):
                pieces.takes.release()
            await outbox.wait_flushed()
            assert b"".join(pieces.taken) == b"".join(frames)
            assert max(map(len, pieces.taken)) <= SLICE
            assert outbox.sent_bytes == sum(sizes)

    trio.run(send)


@pytest.mark.parametrize("taken", [0, 1])
async def test_when_it_fails_what_is_under_way_is_whole_and_the_farewell_follows(taken: int) -> None:
    async with way_out() as (outbox, pieces):
        frames = numbered(1_000)
        for frame in frames:
            outbox.put(frame)
        for _ in range(taken):
            pieces.takes.release()
        await trio.testing.wait_all_tasks_blocked()
        outbox.fail(TOO_SLOW)
        for _ in range(5):
            pieces.takes.release()
        await outbox.wait_flushed()
        sent = frames_of(b"".join(pieces.taken))
        assert sent[-1] == farewell(TOO_SLOW)
        assert sent[:-1] == frames[: len(sent) - 1]
        assert len(sent) - 1 < len(frames), "what had not begun to leave is dropped"


async def test_a_frame_that_is_longer_than_a_piece_is_whole_before_the_farewell() -> None:
    async with way_out() as (outbox, pieces):
        frame = text_frame(b"x" * 50_000)
        outbox.put(frame)
        outbox.put(text_frame(b"dropped"))
        pieces.takes.release()
        await trio.testing.wait_all_tasks_blocked()
        outbox.fail(TOO_SLOW)
        for _ in range(10):
            pieces.takes.release()
        await outbox.wait_flushed()
        assert b"".join(pieces.taken) == frame + farewell(TOO_SLOW)
