"""Getting an answer back over a real connection: after a cut, after the end, after a restart, from a neighbour."""

from typing import Any

import pytest

from tests.fix_daemon import StartApp, StartDaemon, make_settings
from tests.fix_simulator import RunningSimulator
from tests.wire.client import Client
from tests.wire.referee import Frame

MODEL = "simulated-small"
STEADY = "[[simulate: tokens=120,interval=0.01]]"
STALL = "[[simulate: stall_after=3]]"


def epoch_of(client: Client) -> str:
    return str(client.frames[0]["data"]["epoch"])


def streams(frames: list[Frame], message_id: int) -> list[dict[str, Any]]:
    return [
        frame["data"]
        for frame in frames
        if frame["type"] == "chat:streaming" and frame["data"]["messageId"] == message_id
    ]


def text(frames: list[Frame], message_id: int) -> str:
    return "".join(data["chunk"] for data in streams(frames, message_id))


async def rest(client: Client, message_id: int, *, after: int = 0) -> Frame:
    """Wait for the last frame of an answer that nobody here asked for."""
    frame = await client.until(
        lambda f: f["type"] == "chat:message" and "id" not in f and f["data"]["id"] == message_id, after=after
    )
    return dict(frame["data"])


async def test_a_connection_that_broke_loses_nothing(app: StartApp, simulator: RunningSimulator) -> None:
    one = await app(simulator.url)
    client = await one.connect()
    _, message_id = await client.started(STEADY, characters=30, model=MODEL)
    client.cut()
    await client.wait_closed()
    had = streams(client.frames, message_id)
    again = await one.connect()
    asked = {"messageId": message_id, "afterSeq": had[-1]["seq"], "epoch": epoch_of(client)}
    resumed = await again.request("chat:resume", asked)
    assert (resumed["type"], resumed["data"]["recovered"]) == ("chat:resumed", True)
    final = await rest(again, message_id)
    assert final["status"] == "complete"
    assert text(client.frames, message_id) + text(again.frames, message_id) == final["content"]
    assert len(final["content"]) > 100
    assert final == {k: v for k, v in (await again.history(final["conversationId"]))[-1].items() if k != "siblings"}


async def test_the_live_frames_after_a_resume_carry_no_id(app: StartApp, simulator: RunningSimulator) -> None:
    one = await app(simulator.url)
    client, other = await one.connect(), await one.connect()
    request_id, message_id = await client.started(STEADY, characters=30, model=MODEL)
    resume_id = await other.send("chat:resume", {"messageId": message_id, "afterSeq": 0, "epoch": epoch_of(client)})
    await rest(other, message_id)
    final = (await client.answer(request_id))[-1]["data"]
    mine = [frame for frame in other.frames if frame.get("id") == resume_id]
    assert mine[-1]["type"] == "chat:resumed"
    assert mine[-1]["data"]["seq"] == streams(mine, message_id)[-1]["seq"]
    pushed = [frame for frame in other.frames[1:] if "id" not in frame]
    assert other.frames[1:] == mine + pushed, "what was missed comes first"
    assert text(other.frames, message_id) == text(client.frames, message_id) == final["content"]


@pytest.mark.parametrize("known", [True, False])
async def test_an_ended_answer(app: StartApp, simulator: RunningSimulator, known: bool) -> None:
    one = await app(simulator.url)
    client = await one.connect()
    answer = await client.chat("[[simulate: tokens=30]]", model=MODEL)
    other = await one.connect()
    asked = {"messageId": answer["id"], "afterSeq": 10, "epoch": epoch_of(client) if known else "another"}
    resumed = (await other.request("chat:resume", asked))["data"]
    assert (resumed["recovered"], resumed["status"], resumed["seq"]) == (known, "complete", len(answer["content"]))
    if known:
        assert await rest(other, answer["id"]) == answer
        assert text(other.frames, answer["id"]) == answer["content"][10:]
    else:
        assert resumed["message"] == answer


async def test_after_a_restart_the_whole_answer_is_told(daemon: StartDaemon, simulator: RunningSimulator) -> None:
    one = await daemon(simulator.url, settings={"server": {"graceSeconds": 0.1}})
    client = await one.connect()
    _, message_id = await client.started(STALL, characters=10, model=MODEL)
    conversation_id = client.frames[1]["data"]["conversationId"]
    await one.terminate()
    await client.wait_closed()
    await one.start()
    again = await one.connect()
    assert epoch_of(again) != epoch_of(client)
    asked = {"messageId": message_id, "afterSeq": 5, "epoch": epoch_of(client)}
    resumed = (await again.request("chat:resume", asked))["data"]
    assert (resumed["recovered"], resumed["status"]) == (False, "interrupted")
    assert resumed["message"]["content"] == text(client.frames, message_id)
    assert resumed["seq"] == len(resumed["message"]["content"])
    assert (await again.history(conversation_id))[-1]["content"] == resumed["message"]["content"]


async def test_the_asker_is_told_that_it_gets_it_already(app: StartApp, simulator: RunningSimulator) -> None:
    client = await (await app(simulator.url)).connect()
    request_id, message_id = await client.started(STALL, model=MODEL)
    refused = await client.request("chat:resume", {"messageId": message_id, "afterSeq": 0, "epoch": epoch_of(client)})
    assert (refused["type"], refused["data"]["code"]) == ("error", "conflict")
    await client.request("cancel", {"id": request_id})


async def test_a_neighbour_on_the_same_database_follows_and_cancels(
    app: StartApp, simulator: RunningSimulator, tmp_path: Any
) -> None:
    """What a client meets that reconnects during an upgrade."""
    old = await app(simulator.url)
    new = await app.start(make_settings(tmp_path, simulator.url))
    asker, reader = await old.connect(), await new.connect()
    request_id, message_id = await asker.started(STEADY, characters=30, model=MODEL)
    asked = {"messageId": message_id, "afterSeq": 30, "epoch": epoch_of(asker)}
    resumed = (await reader.request("chat:resume", asked))["data"]
    assert (resumed["recovered"], resumed["status"]) == (False, "streaming")
    final = await rest(reader, message_id)
    assert resumed["message"]["content"] + text(reader.frames, message_id) == final["content"]
    assert final == (await asker.answer(request_id))[-1]["data"]

    request_id, message_id = await asker.started(STALL, characters=10, model=MODEL)
    conversation_id = streams(asker.frames, message_id)[0]["conversationId"]
    (active,) = (await reader.request("chat:subscribe", {"conversationId": conversation_id}))["data"]["active"]
    assert (active["messageId"], active["epoch"]) == (message_id, epoch_of(asker))
    receipt = (await reader.request("chat:cancel", {"messageId": message_id}))["data"]
    assert (receipt["status"], receipt["upstreamClosedMs"], receipt["idleMs"]) == ("cancelled", None, None)
    assert (await asker.answer(request_id))[-1]["data"]["status"] == "cancelled"
    assert (await rest(reader, message_id))["status"] == "cancelled"
