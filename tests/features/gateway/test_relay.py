"""What is told of an answer while it is handed on."""

import pytest
import trio
import trio.testing

from orchd.errors import OrchdError, ShuttingDown
from orchd.features.gateway.relay import NEVER_LOOPS, PATIENCE_SECONDS, AnswerRelay
from orchd.features.gateway.sources import RelayEvent


class _Way:
    """Takes whatever it is given. Satisfies `orchd.server.entry.page.PieceWay`."""

    waiting_bytes = 0

    def __init__(self) -> None:
        self.taken: list[bytes] = []

    def put(self, piece: bytes) -> None:
        self.taken.append(piece)

    async def wait_flushed(self) -> None:
        await trio.lowlevel.checkpoint()


class _Scribe:
    """Satisfies `orchd.features.gateway.sources.StreamScribe`."""

    def begin(self) -> bytes:
        return b""

    def take(self, event: RelayEvent) -> bytes:
        return repr(event).encode()

    def fail(self, error: OrchdError) -> bytes:
        return error.code.encode()

    def end(self) -> bytes:
        return b"end"


@pytest.mark.timeout(20)  # what goes wrong here never waits, so that no deadline of Trio's would be noticed
async def test_one_that_is_given_up_has_no_more_remarks(autojump_clock: trio.testing.MockClock) -> None:
    """Its place in the queue may change at the moment at which the daemon gives it up."""
    relay, way, last = AnswerRelay(trio.CancelScope(), NEVER_LOOPS), _Way(), b""

    async def write() -> None:
        nonlocal last
        last = await relay.write(way, _Scribe())

    with trio.fail_after(60):
        async with trio.open_nursery() as nursery:
            nursery.start_soon(write)
            await trio.sleep(PATIENCE_SECONDS + 1)
            told = len(way.taken)
            assert told == 1
            relay.on_queue(3, None)
            relay.give_up(ShuttingDown("the daemon is stopping"))
            await trio.sleep(30)
            relay.on_queue(2, None)
            await trio.sleep(30 - PATIENCE_SECONDS - 2)
            relay.end(None)
    assert (len(way.taken), last) == (told, b"shutting_down")
