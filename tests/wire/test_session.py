"""The session itself: greeting, subprotocol, and what closes a connection."""

import json

import pytest
import trio

from orchd import __version__
from tests.fix_daemon import StartApp
from tests.fix_simulator import RunningSimulator
from tests.wire.client import HANG_SECONDS, is_as_told

NOBODY = "http://127.0.0.1:9"
"""A model server that is away; the port is `discard`."""


async def test_the_greeting_says_what_a_client_must_know(app: StartApp) -> None:
    one = await app(NOBODY, max_in_flight=7, max_frame_bytes=4096)
    first, second = await one.connect(), await one.connect()
    ready = first.frames[0]["data"]
    assert ready["protocol"] == "orchd.v1"
    assert ready["server"] == {"name": "orchd", "version": __version__}
    assert ready["user"] == "local"
    assert ready["limits"] == {"maxFrameBytes": 4096, "maxInFlight": 7}
    assert ready["heartbeatSeconds"] == 30.0
    again = second.frames[0]["data"]
    assert again["sessionId"] != ready["sessionId"]
    assert again["epoch"] == ready["epoch"]
    await one.stop()
    await one.start()
    third = await one.connect()
    assert third.frames[0]["data"]["epoch"] != ready["epoch"]


@pytest.mark.parametrize(
    ("offered", "chosen"),
    [(("orchd.v1",), "orchd.v1"), (("other", "orchd.v1"), "orchd.v1"), (("other",), None), ((), None)],
)
async def test_the_subprotocol_is_chosen_only_when_offered(
    app: StartApp, offered: tuple[str, ...], chosen: str | None
) -> None:
    client = await (await app(NOBODY)).connect(offered)
    assert client.subprotocol == chosen
    assert (await client.request("ping"))["type"] == "pong"


async def test_binary_closes_1003(app: StartApp) -> None:
    client = await (await app(NOBODY)).connect()
    await client.send_text(b'{"type": "ping"}')
    assert await client.wait_closed() == 1003


async def test_a_frame_of_the_limit_passes_and_a_longer_one_closes_1009(app: StartApp) -> None:
    one = await app(NOBODY, max_frame_bytes=2048)
    client = await one.connect()
    frame = json.dumps({"type": "chat:send", "id": "long", "data": {"message": ""}})
    fits = json.dumps({"type": "chat:send", "id": "long", "data": {"message": " " * (2048 - len(frame))}})
    client.referee.asked("chat:send", "long")
    await client.send_text(fits)
    assert (await client.answer("long"))[-1]["data"]["code"] == "invalid"
    await client.send_text(fits + " ")
    assert await client.wait_closed() == 1009


async def test_the_limit_counts_bytes_and_not_characters(app: StartApp) -> None:
    client = await (await app(NOBODY, max_frame_bytes=2048)).connect()
    await client.send_text(json.dumps({"type": "chat:send", "data": {"message": "é" * 1500}}, ensure_ascii=False))
    assert await client.wait_closed() == 1009


async def test_a_hundred_bad_frames_in_a_row_close_4501(app: StartApp) -> None:
    client = await (await app(NOBODY)).connect()
    for _ in range(99):
        await client.send_text("{")
    assert (await client.request("ping"))["type"] == "pong"
    for _ in range(100):
        await client.send_text("{")
    assert await client.wait_closed() == 4501
    assert len([frame for frame in client.frames if frame["type"] == "error"]) >= 198


async def test_a_client_that_leaves_ends_with_its_own_code(app: StartApp) -> None:
    one = await app(NOBODY)
    client = await one.connect()
    await client.aclose()
    assert client.close_code == 1000
    assert (await (await one.connect()).request("ping"))["type"] == "pong"


async def test_stopping_is_told_refuses_requests_and_closes_1001(app: StartApp, simulator: RunningSimulator) -> None:
    one = await app(simulator.url, grace_seconds=HANG_SECONDS)
    client = await one.connect()
    running, message_id = await client.started("[[simulate: stall_after=1]]", model="simulated-small")
    one.begin_stop()
    closing = await client.until_type("session:closing")
    assert closing["data"] == {"reason": "shutdown", "reconnectAfterMs": 2000}
    refused = await client.request("chat:send", {"message": "Hello"})
    assert refused["data"]["code"] == "shutting_down"
    assert refused["data"]["retryable"] is True
    assert (await client.request("conversation:list"))["data"]["code"] == "shutting_down"
    assert (await client.request("ping"))["type"] == "pong"
    await client.send("cancel", {"id": running})
    final = (await client.answer(running))[-1]["data"]
    assert (final["id"], final["status"]) == (message_id, "cancelled")
    assert await client.wait_closed() == 1001


async def test_an_answer_that_ends_within_the_grace_is_complete(app: StartApp, simulator: RunningSimulator) -> None:
    one = await app(simulator.url, grace_seconds=HANG_SECONDS)
    client = await one.connect()
    running, _ = await client.started("[[simulate: tokens=6,stall_after=1,stall_for=0.3]]", model="simulated-small")
    with trio.fail_after(HANG_SECONDS):
        await one.stop()
    assert (await client.answer(running))[-1]["data"]["status"] == "complete"
    assert await client.wait_closed() == 1001


async def test_without_grace_an_answer_is_interrupted_and_stored(app: StartApp, simulator: RunningSimulator) -> None:
    one = await app(simulator.url, grace_seconds=0)
    client = await one.connect()
    running, message_id = await client.started("[[simulate: stall_after=1]]", model="simulated-small")
    await one.stop()
    final = (await client.answer(running))[-1]["data"]
    assert (final["status"], final["content"], final["error"]) == ("interrupted", "Simulate", None)
    await one.start()
    stored = (await (await one.connect()).history(final["conversationId"]))[-1]
    assert is_as_told(stored, final)
    assert stored["id"] == message_id
