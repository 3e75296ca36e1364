"""What a client may cost a session: frames, pieces, memory."""

import json

import pytest
import trio
import trio.testing

from orchd.budget import MemoryBudget
from orchd.server.meter import BURST_SECONDS, FLOOD_BURSTS
from tests.fix_server import Json, Kit
from tests.raw_client import CLOSE, PING, PONG, TEXT, masked

Clock = trio.testing.MockClock


@pytest.mark.parametrize("limits", [{"frames_per_second": 1.0}])
async def test_too_many_frames_are_refused_until_some_time_has_passed(
    kit: Kit, limits: Json, autojump_clock: Clock
) -> None:
    client = await kit.connect()
    for _ in range(int(BURST_SECONDS)):
        assert (await client.ask("echo:ask", "a"))["type"] == "echo:text"
    for kind in ("echo:ask", "ping"):
        refused = await client.ask(kind, "b")
        assert (refused["data"]["code"], refused["data"]["retryable"]) == ("rate_limited", True)
    await trio.sleep(refused["data"]["details"]["retryAfterMs"] / 1000)
    assert (await client.ask("echo:ask", "c"))["type"] == "error", "it has spent one itself"
    await trio.sleep(2)
    assert (await client.ask("echo:ask", "d"))["type"] == "echo:text"


@pytest.mark.parametrize("limits", [{"frames_per_second": 1.0}])
async def test_a_request_can_be_cancelled_whatever_the_rate(kit: Kit, limits: Json, autojump_clock: Clock) -> None:
    client = await kit.connect()
    await client.say("echo:hold", "held")
    for _ in range(int(BURST_SECONDS)):
        await client.ask("ping", "p")
    await client.say("cancel", "x", id="held")
    assert {(await client.next())["id"] for _ in range(2)} == {"held", "x"}


@pytest.mark.parametrize("limits", [{"frames_per_second": 1.0}])
async def test_floods_of_pings_end_the_connection(kit: Kit, limits: Json, autojump_clock: Clock) -> None:
    client = await kit.raw_session()
    await client.send(masked(PING, b"p") * int((FLOOD_BURSTS + 1) * BURST_SECONDS + 1))
    opcode, payload = await client.frame()
    while opcode == PONG:
        opcode, payload = await client.frame()
    assert (opcode, int.from_bytes(payload[:2], "big")) == (CLOSE, 4501)


@pytest.mark.parametrize("limits", [{"max_frame_bytes": 1024}])
async def test_a_message_of_empty_pieces_is_too_long_at_last(kit: Kit, limits: Json, autojump_clock: Clock) -> None:
    client = await kit.raw_session()
    await client.send(masked(TEXT, b"", final=False) + masked(0, b"", final=False) * 2000)
    opcode, payload = await client.frame()
    assert (opcode, int.from_bytes(payload[:2], "big")) == (CLOSE, 1009)


@pytest.mark.parametrize("limits", [{"max_frame_bytes": 10_000, "unfinished_bytes": 50_000}])
async def test_messages_that_are_never_ended_make_room(kit: Kit, limits: Json, autojump_clock: Clock) -> None:
    clients = [await kit.raw_session() for _ in range(12)]
    for client in clients:
        await client.send(masked(TEXT, b'{"type":"ping","id":"' + b"x" * 9_000, final=False))
    await trio.testing.wait_all_tasks_blocked()
    whole = await kit.connect()
    assert (await whole.ask("ping"))["type"] == "pong"
    opcode, payload = await clients[0].frame()
    assert (opcode, int.from_bytes(payload[:2], "big")) == (CLOSE, 4000)
    await clients[-1].send(masked(0, b"", final=True))
    assert json.loads((await clients[-1].frame())[1])["type"] == "error", "the last ones were left alone"


@pytest.mark.parametrize("limits", [{"requests": MemoryBudget(40_000, "requests"), "max_in_flight": 100}])
async def test_the_memory_of_requests_is_bounded(kit: Kit, limits: Json, autojump_clock: Clock) -> None:
    clients = [await kit.connect() for _ in range(5)]
    for client in clients:
        for number in range(3):
            await client.say_text(json.dumps({"type": "echo:hold", "id": str(number)}) + " " * 4_000)
    refused = [(await client.next())["data"] for client in clients]
    assert {error["code"] for error in refused} == {"busy"}
    assert {error["details"]["reason"] for error in refused} == {"memory"}
    assert [error["details"]["maxBytes"] for error in refused] == [10_000] * 4 + [40_000]
    kit.echo.release.set()
    assert [(await clients[0].next())["data"] for _ in range(2)] == [{"text": "released"}] * 2
    assert (await clients[0].ask("echo:ask", text="again"))["data"] == {"text": "again"}
