"""The daemon dies without a word; another one takes up what it left, and only that."""

from pathlib import Path

import pytest
import trio

from tests.faults.scene import Act, Stage, gated
from tests.fix_daemon import StartDaemon
from tests.fix_simulator import RunningSimulator
from tests.fix_upstream import Upstream
from tests.wire.client import Client, is_as_told


async def test_killed_in_mid_stream(daemon: StartDaemon, simulator: RunningSimulator, database_url: str) -> None:
    one = await daemon(simulator.url, database=database_url)
    client = await one.connect()
    done = await client.chat("[[simulate: tokens=3]]")
    _, message_id = await client.started("[[simulate: stall_after=2]]", conversationId=done["conversationId"])
    epoch = client.frames[0]["data"]["epoch"]
    await one.kill()
    assert await client.wait_closed() in (None, 1006)
    await simulator.until(lambda stats: stats.aborted == 1)

    await one.restart()
    again = await one.connect()
    assert again.frames[0]["data"]["epoch"] != epoch
    history = await again.history(done["conversationId"])
    assert [message["status"] for message in history] == ["complete", "complete", "complete", "interrupted"]
    assert is_as_told(history[1], done)
    assert history[3]["id"] == message_id
    assert history[3]["finishReason"] is None
    receipt = await again.request("chat:cancel", {"messageId": message_id})
    assert (receipt["data"]["status"], receipt["data"]["upstreamClosedMs"]) == ("interrupted", None)
    further = await again.chat("[[simulate: tokens=3]]", conversationId=done["conversationId"], parentId=done["id"])
    assert further["status"] == "complete"


async def test_a_living_daemons_answers_are_left_alone(
    daemon: StartDaemon, upstream: Upstream, nursery: trio.Nursery, database_url: str
) -> None:
    stage, settings = Stage(upstream), {"[backends]": {"url": upstream.url, "kind": "openai"}}

    async def ask(client: Client, name: str, **members: object) -> tuple[str, int, Act]:
        request_id = await client.send("chat:send", {"message": name, **members})
        act = await stage.cue(name)
        await act.say("Some text")
        frame = await client.until(lambda f: f["type"] == "chat:streaming" and f.get("id") == request_id)
        return request_id, frame["data"]["messageId"], act

    one = await daemon(settings=settings, database=database_url, data="one")
    client = await gated(nursery, one.ws_url)
    request_id, message_id, act = await ask(client, "First")
    conversation = (await client.until_type("chat:message", request_id))["data"]["conversationId"]

    other = await daemon(settings=settings, database=database_url, data="two")
    watcher = await gated(nursery, other.ws_url)
    assert (await watcher.history(conversation))[-1]["status"] == "streaming"
    await act.finish()
    final = (await client.answer(request_id))[-1]["data"]
    assert (final["id"], final["status"]) == (message_id, "complete")
    assert is_as_told((await watcher.history(conversation))[-1], final)

    # The same once it is dead: whoever starts next takes it over, and nothing of the living one's.
    _, left, _ = await ask(client, "Left", conversationId=conversation)
    running, kept, act = await ask(watcher, "Kept")
    await one.kill()
    await one.restart()
    assert (await (await one.connect()).history(conversation))[-1]["status"] == "interrupted"
    assert (await watcher.history(conversation))[-1]["id"] == left
    await act.finish()
    assert (await watcher.answer(running))[-1]["data"]["status"] == "complete"
    assert (await watcher.answer(running))[-1]["data"]["id"] == kept


@pytest.mark.parametrize("times", [3])
async def test_killed_while_many_write(
    daemon: StartDaemon, simulator: RunningSimulator, tmp_path: Path, times: int
) -> None:
    """Whatever is acknowledged is there after each crash, whole."""
    one = await daemon(simulator.url)
    seen = []
    for _ in range(times):
        client = await one.connect()
        for _ in range(8):
            await client.send("chat:send", {"message": "[[simulate: tokens=20]]"})
        await client.until(lambda f: f["type"] == "chat:message" and f["data"]["role"] == "assistant")
        await one.kill()
        await client.wait_closed()
        seen += [f["data"] for f in client.frames if f["type"] == "chat:message"]
        await one.restart()
    reader = await one.connect()
    stored = {}
    for conversation in {message["conversationId"] for message in seen}:
        stored.update({message["id"]: message for message in await reader.history(conversation)})
    assert all(is_as_told(stored[message["id"]], message) for message in seen)
    assert "streaming" not in {message["status"] for message in stored.values()}
