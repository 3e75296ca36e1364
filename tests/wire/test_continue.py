"""Going on with an unfinished answer, over a real connection, on servers that continue a text and on others."""

from typing import Any

import pytest

from orchd.config import BackendSettings
from orchd.features.chat.context import GO_ON
from tests.fix_daemon import StartApp
from tests.fix_upstream import DONE, SSE_HEAD, Exchange, Upstream, delta, finish, reply, usage
from tests.wire import echo
from tests.wire.client import Client


def asked_to_answer(upstream: Upstream) -> list[dict[str, Any]]:
    """What was sent to be answered as a stream: probes are none."""
    bodies = [request.json() for request in upstream.requests if request.path.endswith("/chat/completions")]
    return [body for body in bodies if body.get("stream")]


async def storyteller(exchange: Exchange, *, continues: bool) -> None:
    """Begin a story that is cut off; go on with it when asked to, or when the text is the last turn's."""
    body = exchange.json()
    last = body["messages"][-1]
    goes_on = last["content"] == GO_ON or (continues and last["role"] == "assistant")
    if not body.get("stream"):
        text = "ee four five" if goes_on else "one two three"
        choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "length"}
        await exchange.send(reply(200, {"model": "m", "choices": [choice]}))
        return
    told = (
        [delta(content=" a "), delta(content="time"), finish()]
        if goes_on
        else [delta(content="Once upon"), finish("length")]
    )
    await exchange.send(SSE_HEAD, *told, usage(), DONE)


async def unfinished(app: StartApp, upstream: Upstream, *, continues: bool) -> tuple[Client, dict[str, Any]]:
    """A connection, and an answer that was cut off."""
    echo.set_up(upstream)

    async def script(exchange: Exchange) -> None:
        await storyteller(exchange, continues=continues)

    upstream.script = script
    upstream.routes["GET /version"] = reply(404, {})
    client = await (await app(BackendSettings(upstream.url, kind="openai"))).connect()
    first = await client.chat("Tell a story", model="echo")
    assert (first["content"], first["finishReason"]) == ("Once upon", "length")
    return client, first


@pytest.mark.parametrize("continues", [True, False])
async def test_going_on(app: StartApp, upstream: Upstream, continues: bool) -> None:
    client, first = await unfinished(app, upstream, continues=continues)
    frames = await client.answer(await client.send("chat:continue", {"messageId": first["id"], "model": "echo-2"}))
    final = frames[-1]["data"]
    assert frames[0]["data"]["id"] == first["parentId"] == final["parentId"]
    chunks = [frame["data"]["chunk"] for frame in frames if frame["type"] == "chat:streaming"]
    assert "".join(chunks) == final["content"] == "Once upon a time"
    body = asked_to_answer(upstream)[-1]
    assert body["model"] == "echo-2"
    turns = [("user", "Tell a story"), ("assistant", "Once upon")]
    if not continues:
        turns.append(("user", GO_ON))
    assert [(turn["role"], turn["content"]) for turn in body["messages"]] == turns
    assert final["parts"] == [
        {"model": first["model"], "endSeq": 9, "mode": "answer", "messageId": first["id"]},
        {"model": final["model"], "endSeq": 16, "mode": "prefill" if continues else "followup", "messageId": None},
    ]
    _, active = await client.history(first["conversationId"])
    assert active == final | {"siblings": [first["id"], final["id"]]}
    _, old = await client.history(first["conversationId"], leafId=first["id"])
    assert old == first | {"siblings": active["siblings"]}, "nothing was overwritten"
    again = await client.chat("And then?", conversationId=first["conversationId"])
    assert again["status"] == "complete"
    sent = [(turn["role"], turn["content"]) for turn in asked_to_answer(upstream)[-1]["messages"]]
    assert sent == [("user", "Tell a story"), ("assistant", "Once upon a time"), ("user", "And then?")]


async def test_going_on_after_a_cancel(app: StartApp, upstream: Upstream) -> None:
    client, _ = await unfinished(app, upstream, continues=True)
    tell = upstream.script

    async def stalls(exchange: Exchange) -> None:
        await exchange.send(SSE_HEAD + delta(content="So far"))
        await exchange.closed.wait()

    upstream.script = stalls
    request_id, message_id = await client.started("Another", characters=6)
    await client.request("cancel", {"id": request_id})
    assert (await client.answer(request_id))[-1]["data"]["status"] == "cancelled"
    upstream.script = tell
    final = (await client.answer(await client.send("chat:continue", {"messageId": message_id})))[-1]["data"]
    assert final["content"] == "So far a time"


@pytest.mark.parametrize("which", ["complete", "question", "unknown", "running"])
async def test_what_cannot_be_continued(app: StartApp, upstream: Upstream, which: str) -> None:
    client, first = await unfinished(app, upstream, continues=True)
    if which == "complete":
        done = await client.chat(GO_ON, conversationId=first["conversationId"])
        assert done["finishReason"] == "stop"
        message_id = done["id"]
    elif which == "running":

        async def stalls(exchange: Exchange) -> None:
            await exchange.send(SSE_HEAD + delta(content="So far"))
            await exchange.closed.wait()

        upstream.script = stalls
        _, message_id = await client.started("x")
    else:
        message_id = first["parentId"] if which == "question" else 99
    asked = len(asked_to_answer(upstream))
    refused = await client.request("chat:continue", {"messageId": message_id})
    code = "not_found" if which == "unknown" else "invalid"
    assert (refused["data"]["code"], refused["data"]["details"]["field"]) == (code, "messageId")
    assert len(asked_to_answer(upstream)) == asked
    assert "GET /version" not in upstream.paths(), "no model was probed for it"
