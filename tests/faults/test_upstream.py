"""Model servers that die, stall or talk nonsense in the middle of an answer."""

import json

import pytest
import trio

from orchd.config import BackendSettings
from tests.fix_daemon import StartApp
from tests.fix_simulator import StartSimulator
from tests.fix_upstream import DONE, SSE_HEAD, Exchange, Upstream, delta, event, finish
from tests.wire import echo
from tests.wire.client import is_as_told


async def test_a_stall_is_given_up_after_the_gap(app: StartApp, start_simulator: StartSimulator) -> None:
    simulator = await start_simulator()
    client = await (await app(BackendSettings(simulator.url, gap_seconds=0.3))).connect()
    answer = await client.chat("[[simulate: stall_after=2]]")
    assert (answer["status"], answer["content"], answer["error"]["code"]) == ("error", "Simulated", "timeout")
    assert answer["error"]["retryable"] is True
    await simulator.until(lambda stats: stats.aborted == 1)


async def test_comments_are_no_progress(app: StartApp, start_simulator: StartSimulator) -> None:
    simulator = await start_simulator()
    client = await (await app(BackendSettings(simulator.url, first_event_seconds=0.3))).connect()
    answer = await client.chat("[[simulate: comments=0.02]]")
    assert (answer["status"], answer["content"], answer["error"]["code"]) == ("error", "", "timeout")


NONSENSE = {
    "no JSON": b"data: {not json}\n\n",
    "no UTF-8": b'data: {"choices":[{"delta":{"content":"\xff\xfe"}}]}\n\n',
    "no object": b"data: 17\n\n",
    "binary": bytes(range(256)),
    "an error as text": event({"error": "out of memory"}),
    "an error as object": event({"error": {"message": "boom", "code": 500}}),
    "nothing more": b"",
}


@pytest.mark.parametrize("garbage", NONSENSE.values(), ids=NONSENSE.keys())
async def test_nonsense_in_the_middle(app: StartApp, upstream: Upstream, garbage: bytes) -> None:
    echo.set_up(upstream)

    async def script(exchange: Exchange) -> None:
        await exchange.send(SSE_HEAD + delta(content="So far"), garbage)

    upstream.script = script
    client = await (await app(BackendSettings(upstream.url, kind="openai"))).connect()
    answer = await client.chat("Hello")
    assert answer["status"] == "error"
    assert answer["content"].startswith("So far")
    assert answer["error"]["code"] == "upstream_error"
    assert is_as_told((await client.history(answer["conversationId"]))[-1], answer)
    upstream.script = echo.echo
    assert (await client.chat("Again"))["content"] == "You said: Again"


async def test_a_head_that_is_no_http(app: StartApp, upstream: Upstream) -> None:
    echo.set_up(upstream)

    async def script(exchange: Exchange) -> None:
        await exchange.send(b"SSH-2.0-OpenSSH_9.2\r\n")

    upstream.script = script
    client = await (await app(BackendSettings(upstream.url, kind="openai"))).connect()
    answer = await client.chat("Hello")
    assert (answer["status"], answer["error"]["code"]) == ("error", "upstream_error")


async def test_text_in_odd_pieces(app: StartApp, upstream: Upstream) -> None:
    """Split anywhere, with CRLF, comments and more than one event a write: the text is whole."""
    echo.set_up(upstream)
    body = b": hello\r\n\r\n" + delta(content="Zwölf 🧪") + delta(content=" Boxkämpfer") + finish() + DONE

    async def script(exchange: Exchange) -> None:
        await exchange.send(SSE_HEAD, *(body[start : start + 3] for start in range(0, len(body), 3)))

    upstream.script = script
    client = await (await app(BackendSettings(upstream.url, kind="openai"))).connect()
    assert (await client.chat("Hello"))["content"] == "Zwölf 🧪 Boxkämpfer"


async def test_away_and_back(app: StartApp, free_port: int, nursery: trio.Nursery) -> None:
    """A model server that dies in mid-stream, is away, and comes back at the same address."""
    upstream = Upstream(nursery)
    echo.set_up(upstream)

    async def stall(exchange: Exchange) -> None:
        await exchange.send(SSE_HEAD + delta(content="So far"))
        await exchange.closed.wait()

    upstream.script = stall
    up = await listen(nursery, upstream, free_port)
    one = await app(BackendSettings(f"http://127.0.0.1:{free_port}", kind="openai"))
    client = await one.connect()
    request_id, _ = await client.started("Hello")
    up.cancel()
    final = (await client.answer(request_id))[-1]["data"]
    assert (final["status"], final["content"], final["error"]["code"]) == ("error", "So far", "upstream_error")
    refused = await client.request("chat:send", {"message": "Hello?", "conversationId": final["conversationId"]})
    assert (refused["type"], refused["data"]["code"], refused["data"]["retryable"]) == ("error", "unavailable", True)
    assert len(await client.history(final["conversationId"])) == 2, "what is refused is not stored"
    assert (await one.get("/readyz")).status_code == 200, "a model server that is away is no reason to restart"

    upstream.script = echo.echo
    await listen(nursery, upstream, free_port)
    assert (await client.chat("Back?"))["content"] == "You said: Back?"
    assert json.loads((await one.get("/readyz")).text)["backends"][0]["ok"] is True


async def listen(nursery: trio.Nursery, upstream: Upstream, port: int) -> trio.CancelScope:
    """Serve `upstream` at a port; cancelling the scope is its death."""

    async def serve(task_status: trio.TaskStatus[trio.CancelScope] = trio.TASK_STATUS_IGNORED) -> None:
        with trio.CancelScope() as scope:
            async with trio.open_nursery() as inner:
                await inner.start(trio.serve_tcp, upstream._serve, port)
                task_status.started(scope)

    scope: trio.CancelScope = await nursery.start(serve)
    return scope
