"""Frames that are put together go out together, in their order."""

import os

import pytest

from orchd.protocol.codes import TOO_SLOW
from orchd.protocol.websocket import PING_FRAME, text_frame
from tests.server.line import farewell, numbered, over_socket


async def test_what_is_gathered_goes_out_at_once_and_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    async with over_socket() as one:
        writes: list[int] = []

        def noting(descriptor: int, frames: list[bytes]) -> int:
            writes.append(len(frames))
            return writev(descriptor, frames)

        writev = os.writev

        def noting_one(descriptor: int, frame: bytes) -> int:
            writes.append(1)
            return write(descriptor, frame)

        write = os.write
        monkeypatch.setattr(os, "writev", noting)
        monkeypatch.setattr(os, "write", noting_one)
        first, *more, last = numbered(5)
        with one.outbox.gather():
            one.outbox.put(first)
            with one.outbox.gather():
                for frame in more:
                    one.outbox.put(frame)
                one.outbox.put_latest("key", b"old")
                one.outbox.put_latest("key", text_frame(b"new"))
                one.outbox.when_drained(lambda: one.outbox.put(last))
            assert not writes
        assert (writes, one.outbox.waiting_bytes) == ([4, 1, 1], 0)
        assert not one.nursery.child_tasks
        whole = b"".join([first, *more, text_frame(b"new"), last])
        assert await one.read(len(whole)) == whole
        with one.outbox.gather():
            pass
        assert len(writes) == 3


async def test_what_is_gathered_and_not_taken_follows_in_order() -> None:
    async with over_socket() as one:
        frames = numbered(5000)
        with one.outbox.gather():
            for frame in frames:
                one.outbox.put(frame)
        with one.outbox.gather():
            one.outbox.put(PING_FRAME)
        assert await one.read(sum(map(len, frames)) + 2) == b"".join(frames) + PING_FRAME
        await one.settled()


@pytest.mark.parametrize("end", ["fail", "end", "reset"])
async def test_a_line_may_fail_or_end_while_it_gathers(end: str) -> None:
    async with over_socket() as one:
        with one.outbox.gather():
            one.outbox.put(text_frame(b"hello"))
            if end == "fail":
                one.outbox.fail(TOO_SLOW)
            elif end == "end":
                one.outbox.end()
            else:
                one.outbox.reset()
        if end == "end":
            await one.stream.aclose()
        assert await one.rest() == (farewell(TOO_SLOW) if end == "fail" else b"")
        await one.settled()
