"""A chat as a trace: the request, the wait for a turn, the attempt, and the model server that is told of it."""

from pathlib import Path

import trio
from msgspec.structs import replace

from orchd.config import BackendSettings
from orchd.settings.tracing import TracingSettings
from tests.fix_daemon import StartApp, make_settings
from tests.fix_upstream import DONE, SSE_HEAD, Exchange, Upstream, delta, finish, reply, usage
from tests.tracing.collector import Collector


async def test_a_chat_and_one_that_waits(
    app: StartApp, upstream: Upstream, nursery: trio.Nursery, tmp_path: Path
) -> None:
    collector, asked, go = Collector(), list[Exchange](), trio.Event()
    await collector.start(nursery)

    async def script(exchange: Exchange) -> None:
        if exchange.method != "POST":
            await exchange.send(reply(200, {"data": [{"id": "m"}]} if exchange.path == "/v1/models" else {}))
            return
        asked.append(exchange)
        await exchange.send(SSE_HEAD, delta(content="Zanzibar"))
        await go.wait()
        await exchange.send(finish(), usage(9, 3), DONE)

    upstream.script = script
    settings = make_settings(tmp_path, BackendSettings(url=upstream.url, name="box", kind="openai", slots=1))
    one = await app.start(replace(settings, tracing=TracingSettings(endpoint=collector.url)))
    client = await one.connect()
    first = await client.send("chat:send", {"message": "Zanzibar", "model": "m"})
    await client.until_type("chat:streaming", first)
    second = await client.send("chat:send", {"message": "Zanzibar", "model": "m"})
    await client.until_type("chat:progress", second)
    go.set()
    for request in (first, second):
        await client.answer(request)
    await client.request("task:get", {"taskId": 999})
    await one.stop()

    judge(collector, asked)


def judge(collector: Collector, asked: list[Exchange]) -> None:
    """See that spans belong together, and that nobody's text is in them."""
    attempts, (queue,) = collector.named("attempt"), collector.named("queue")
    requests = {span.id: span for span in collector.named("request")}
    assert [span.attributes["gen_ai.usage.output_tokens"] for span in attempts] == [3, 3]
    assert {span.attributes["gen_ai.request.model"] for span in attempts} == {"m"}
    assert all(span.events == ["first token"] for span in attempts)
    assert {span.trace for span in attempts} == {requests[span.parent].trace for span in attempts}
    assert {requests[span.parent].attributes["orchd.type"] for span in (*attempts, queue)} == {"chat:send"}
    sent = {exchange.headers["traceparent"] for exchange in asked}
    assert sent == {f"00-{span.trace}-{span.id}-01" for span in attempts}
    (failed,) = [span for span in requests.values() if span.failed]
    assert (failed.attributes["orchd.type"], failed.attributes["error.type"]) == ("task:get", "not_found")
    ids = {span.attributes["orchd.request_id"] for span in requests.values()}
    assert {exchange.headers["x-request-id"] for exchange in asked} <= ids
    assert "Zanzibar" not in repr(collector.spans)
