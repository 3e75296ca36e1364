"""Chat where the order of things matters more than a script can say."""

import os
import socket
from itertools import pairwise

import pytest
import trio

from orchd.config import BackendSettings
from orchd.features.chat.answer import reminder
from tests.fix_daemon import App, StartApp
from tests.fix_simulator import RunningSimulator, StartSimulator
from tests.fix_upstream import SSE_HEAD, Exchange, Upstream, delta, reply
from tests.wire import echo
from tests.wire.client import HANG_SECONDS, Client, is_as_told

STALL = "[[simulate: stall_after=1]]"


async def follow(client: Client, number: int) -> None:
    """One chat among others: its answer quotes its own question and no other."""
    mark = f"number-{number}-of-many"
    answer = await client.chat(f"{mark} [[simulate: tokens=80,interval=0.001]]", model="simulated-small")
    assert answer["status"] == "complete"
    assert mark in answer["content"]
    assert "-of-many" not in answer["content"].replace(mark, "")


async def test_answers_at_once_on_one_socket_never_mix(app: StartApp, start_simulator: StartSimulator) -> None:
    simulator = await start_simulator(parallel=16)
    client = await (await app(simulator.url)).connect()
    async with trio.open_nursery() as nursery:
        for number in range(12):
            nursery.start_soon(follow, client, number)
    streams = [frame["id"] for frame in client.frames if frame["type"] == "chat:streaming"]
    changes = sum(device != other for device, other in pairwise(streams))
    assert changes > 12, "they did not run at once, so nothing was shown"


def is_closed(exchange: Exchange) -> bool:
    """Whether the daemon has closed this connection by now, whatever any task has noticed of it."""
    assert isinstance(exchange.stream, trio.SocketStream)
    if exchange.stream.socket.fileno() < 0:
        return True
    with socket.socket(fileno=os.dup(exchange.stream.socket.fileno())) as peeked:
        peeked.setblocking(False)
        try:
            return peeked.recv(1, socket.MSG_PEEK) == b""
        except ConnectionResetError:
            return True
        except BlockingIOError:
            return False


@pytest.fixture
async def stalled(app: StartApp, upstream: Upstream) -> App:
    """A daemon whose model server begins to answer and then waits for its client to leave."""

    async def script(exchange: Exchange) -> None:
        await exchange.send(SSE_HEAD + delta(content="So far"))
        await exchange.closed.wait()

    echo.set_up(upstream)
    upstream.script = script
    return await app(BackendSettings(upstream.url, kind="openai"))


@pytest.mark.parametrize("way", ["cancel", "chat:cancel"])
async def test_the_upstream_is_closed_before_the_receipt(stalled: App, upstream: Upstream, way: str) -> None:
    client, other = await stalled.connect(), await stalled.connect()
    request_id, message_id = await client.started("Hello", model="echo")
    exchange = upstream.requests[-1]
    assert not is_closed(exchange)
    if way == "cancel":
        receipt = await client.request("cancel", {"id": request_id})
        assert receipt["data"] == {"id": request_id, "found": True}
    else:
        receipt = await other.request("chat:cancel", {"messageId": message_id})
        assert receipt["data"]["upstreamClosedMs"] >= 0
        wanted = {"messageId": message_id, "status": "cancelled", "chars": 6}
        assert wanted.items() <= receipt["data"].items()
    assert is_closed(exchange)
    final = (await client.answer(request_id))[-1]["data"]
    assert (final["status"], final["content"]) == ("cancelled", "So far")
    assert is_as_told((await client.history(final["conversationId"]))[-1], final)


async def test_a_cancel_while_nothing_has_come_yet(app: StartApp, simulator: RunningSimulator) -> None:
    client = await (await app(simulator.url)).connect()
    request_id = await client.send("chat:send", {"message": "[[simulate: headers=60]]", "model": "simulated-small"})
    await client.until_type("chat:message", request_id)  # before it was stored, `cancel` leaves nothing of it
    await client.send("cancel", {"id": request_id})
    final = (await client.answer(request_id))[-1]
    assert (final["type"], final["data"]["status"], final["data"]["content"]) == ("chat:message", "cancelled", "")
    await simulator.until(lambda stats: stats.running == 0)


async def test_two_who_cancel_the_same_answer_both_get_a_receipt(stalled: App) -> None:
    client, other = await stalled.connect(), await stalled.connect()
    request_id, message_id = await client.started("Hello", model="echo")
    asked = [await item.send("chat:cancel", {"messageId": message_id}) for item in (client, other)]
    receipts = [(await device.answer(sent))[-1] for device, sent in zip((client, other), asked, strict=True)]
    assert [receipt["data"]["status"] for receipt in receipts] == ["cancelled", "cancelled"]
    assert (await client.answer(request_id))[-1]["data"]["status"] == "cancelled"


@pytest.mark.parametrize("leave", ["close", "reset"])
async def test_on_disconnect_finish_goes_on_without_the_client(
    app: StartApp, simulator: RunningSimulator, leave: str
) -> None:
    one = await app(simulator.url)
    client = await one.connect()
    question = "[[simulate: tokens=4,stall_after=1,stall_for=0.2]]"
    _, message_id = await client.started(question, model="simulated-small")
    conversation = client.frames[1]["data"]["conversationId"]
    if leave == "close":
        await client.aclose()
    else:
        client.cut()
    await simulator.until(lambda stats: stats.completed == 1)
    stored = await settled(await one.connect(), conversation)
    assert (stored["id"], stored["status"], stored["content"]) == (message_id, "complete", "Simulated answer: no")


@pytest.mark.parametrize("leave", ["close", "reset"])
async def test_on_disconnect_cancel_lets_the_model_server_go(
    app: StartApp, simulator: RunningSimulator, leave: str
) -> None:
    one = await app(simulator.url)
    client = await one.connect()
    _, message_id = await client.started(STALL, model="simulated-small", onDisconnect="cancel")
    conversation = client.frames[1]["data"]["conversationId"]
    if leave == "close":
        await client.aclose()
    else:
        client.cut()
    await simulator.until(lambda stats: stats.aborted == 1)
    stored = await settled(await one.connect(), conversation)
    assert (stored["id"], stored["status"], stored["content"]) == (message_id, "cancelled", "Simulate")


async def settled(client: Client, conversation_id: int) -> dict[str, object]:
    """The last message once it is not `streaming` any more; there is no frame to wait for on this connection."""
    with trio.fail_after(HANG_SECONDS):
        while (message := (await client.history(conversation_id))[-1])["status"] == "streaming":
            await trio.lowlevel.checkpoint()
    return message


async def test_waiting_for_the_first_token_is_told_again_and_again(
    app: StartApp, simulator: RunningSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reminder, "PROGRESS_SECONDS", 0.05)
    client = await (await app(simulator.url)).connect()
    answer = await client.chat("[[simulate: silence=0.4,tokens=2]]", model="simulated-small")
    told = [frame["data"] for frame in client.frames if frame["type"] == "chat:progress"]
    assert len(told) >= 4
    assert {frame["messageId"] for frame in told} == {answer["id"]}
    elapsed = [frame["elapsedMs"] for frame in told]
    assert elapsed == sorted(elapsed)
    assert told[-1]["phase"] == "generating"


async def test_a_context_that_is_too_long_is_cut_to_the_model(app: StartApp, upstream: Upstream) -> None:
    echo.set_up(upstream)
    listing = {"object": "list", "data": [{"id": "echo", "max_model_len": 400}]}
    upstream.routes["GET /v1/models"] = reply(200, listing)
    client = await (await app(BackendSettings(upstream.url, kind="openai"))).connect()
    first = await client.chat("first " + "x" * 300, systemPrompt="Be brief.")
    for number in range(4):
        await client.chat(f"number {number} " + "y" * 150, conversationId=first["conversationId"])
    sent = echo.turns(upstream)[-1]
    assert sent[0] == "system: Be brief."
    assert sent[-1].startswith("user: number 3")
    assert sent[1].startswith("user: "), "strict templates want the user to begin"
    assert not any("first" in turn for turn in sent)


async def test_unicode_comes_through_and_is_stored_exactly(app: StartApp, simulator: RunningSimulator) -> None:
    client = await (await app(simulator.url)).connect()
    text = "zero \u0000, separators \u2028\u2029\u0085, 🧪👨‍🔬, é, 日本語 [[simulate: unicode,split=50]]"
    answer = await client.chat(text, model="simulated-small")
    question, stored = await client.history(answer["conversationId"])
    assert question["content"] == text
    assert is_as_told(stored, answer)
    assert "\u2028" in answer["content"]


async def test_a_message_near_the_frame_limit(app: StartApp, upstream: Upstream) -> None:
    echo.set_up(upstream)
    client = await (await app(BackendSettings(upstream.url, kind="openai"))).connect()
    text = "long " * 200_000
    answer = await client.chat(text)
    assert answer["content"] == f"You said: {text}"
    assert (await client.history(answer["conversationId"]))[0]["content"] == text
