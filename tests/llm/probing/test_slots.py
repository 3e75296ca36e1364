from typing import Any

import httpx
import pytest
import trio
from trio.testing import MockClock

from orchd.llm.probing.slots import busy_slots, wait_until_idle
from orchd.llm.wire.transport import WireTransport
from tests.fix_upstream import Exchange, Upstream, reply


def slots(*processing: bool) -> list[dict[str, Any]]:
    return [{"id": place, "is_processing": state} for place, state in enumerate(processing)]


@pytest.mark.parametrize(
    ("found", "busy"),
    [
        (slots(False, False), 0),
        (slots(True, False, True), 2),
        ([], None),
        ([{"id": 0}], None),
        ([{"id": 0, "is_processing": 1}], None),
        ([*slots(False), {"id": 1}], None),
        ({"error": {"code": 501}}, None),
        (None, None),
    ],
)
def test_busy_slots(found: Any, busy: int | None) -> None:
    assert busy_slots(found) == busy


async def waited(upstream: Upstream, ours: int = 0) -> float | None:
    async with httpx.AsyncClient(transport=WireTransport(upstream.connect), trust_env=False) as client:
        return await wait_until_idle(client, upstream.url, "dir/a b", lambda: ours)


def busy_for(upstream: Upstream, rounds: int) -> None:
    """One slot stays busy for so many requests."""

    async def script(exchange: Exchange) -> None:
        await exchange.send(reply(200, slots(True, len(upstream.requests) <= rounds)))

    upstream.script = script


async def test_at_once(memory_upstream: Upstream, autojump_clock: MockClock) -> None:
    busy_for(memory_upstream, 0)
    assert await waited(memory_upstream, ours=1) == 0.0
    assert memory_upstream.paths() == ["GET /slots?model=dir%2Fa%20b"]


async def test_the_pauses_grow(memory_upstream: Upstream, autojump_clock: MockClock) -> None:
    busy_for(memory_upstream, 6)
    assert await waited(memory_upstream, ours=1) == pytest.approx(0.025 + 0.05 + 0.1 + 3 * 0.2)
    assert len(memory_upstream.requests) == 7


async def test_it_waits_on_while_others_work(memory_upstream: Upstream, autojump_clock: MockClock) -> None:
    busy_for(memory_upstream, 0)
    with trio.move_on_after(3) as scope:
        await waited(memory_upstream)
    assert scope.cancelled_caught
    assert len(memory_upstream.requests) < 25


@pytest.mark.parametrize(
    "response", [reply(501, {"error": {"code": 501}}), reply(200, {"error": "Unexpected"}), reply(200, b"<html>")]
)
async def test_a_server_that_does_not_tell(memory_upstream: Upstream, response: bytes) -> None:
    memory_upstream.says(response, head=b"")
    assert await waited(memory_upstream) is None
