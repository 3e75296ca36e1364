"""Model servers that refuse requests: whose fault it is, when to come back, and what is left out next time."""

from typing import Any

import pytest

from orchd.config import BackendSettings
from tests.fix_daemon import StartApp
from tests.fix_upstream import DONE, SSE_HEAD, Exchange, Upstream, delta, finish, reply
from tests.wire import echo
from tests.wire.client import Client


def refuse(upstream: Upstream, refusals: dict[str, bytes]) -> None:
    """Answer a question that is named here with a refusal, and any other with an echo."""
    echo.set_up(upstream)

    async def script(exchange: Exchange) -> None:
        refusal = refusals.get(exchange.json()["messages"][-1]["content"]) if exchange.body else reply(404, b"")
        await (echo.echo(exchange) if refusal is None else exchange.send(refusal))

    upstream.script = script


def limited(seconds: int) -> bytes:
    body = reply(429, {"error": {"message": "slow down"}})
    return body.replace(b"\r\n", b"\r\nRetry-After: %d\r\n" % seconds, 1)


async def start(app: StartApp, upstream: Upstream) -> Client:
    return await (await app(BackendSettings(upstream.url, kind="openai"))).connect()


@pytest.mark.parametrize("status", [400, 404, 409, 422])
async def test_bad_requests_of_one_client_close_the_model_to_nobody(
    app: StartApp, upstream: Upstream, status: int
) -> None:
    refuse(upstream, {"bad": reply(status, {"error": {"message": "not like this"}})})
    client = await start(app, upstream)
    for _ in range(4):
        answer = await client.chat("bad")
        assert (answer["status"], answer["error"]["message"]) == ("error", "not like this")
    assert (await client.chat("good"))["content"] == "You said: good"


async def test_a_limited_rate_says_when_to_come_back_and_is_kept(app: StartApp, upstream: Upstream) -> None:
    refuse(upstream, {"too fast": limited(60)})
    client = await start(app, upstream)
    error = (await client.chat("too fast"))["error"]
    told = {"message": "slow down", "retryable": True, "retryAfterMs": 60_000}
    assert error == {"code": "rate_limited", "reason": "rate_limited", **told}
    asked = len(upstream.requests)
    again = (await client.chat("good"))["error"]
    assert (again["code"], len(upstream.requests)) == ("rate_limited", asked)
    assert 50_000 < again["retryAfterMs"] <= 60_000
    other = await client.chat("good", fallbacks=["echo-2"])
    assert (other["content"], other["model"]) == ("You said: good", "m")
    assert [attempt["error"]["code"] for attempt in other["attempts"]] == ["rate_limited"]


async def test_a_quota_that_is_used_up_is_not_worth_waiting_for(app: StartApp, upstream: Upstream) -> None:
    refuse(upstream, {"bad": reply(429, {"error": {"message": "nothing left", "code": "insufficient_quota"}})})
    client = await start(app, upstream)
    error = (await client.chat("bad"))["error"]
    assert (error["code"], error["retryable"], "retryAfterMs" in error) == ("upstream_error", False, False)
    assert (await client.chat("good"))["status"] == "complete"


async def test_what_a_server_does_not_know_is_left_out_unless_a_client_asked_for_it(
    app: StartApp, upstream: Upstream
) -> None:
    echo.set_up(upstream)

    async def script(exchange: Exchange) -> None:
        members = exchange.json() if exchange.body else {"seed": None}
        unknown = next((name for name in ("stream_options", "seed") if name in members), None)
        message = {"error": {"message": f"Unrecognized request argument supplied: {unknown}"}}
        await (echo.echo(exchange) if unknown is None else exchange.send(reply(400, message)))

    upstream.script = script
    client = await start(app, upstream)
    for _ in range(2):
        assert (await client.chat("Hi"))["content"] == "You said: Hi"
    sent = [request.json() for request in upstream.requests if request.path.endswith("/chat/completions")]
    assert ["stream_options" in body for body in sent] == [True, False, False]
    request: dict[str, Any] = {"messages": [{"role": "user", "content": "Hi"}], "params": {"seed": 1}}
    refused = await client.request("model:complete", request)
    assert (refused["data"]["code"], refused["data"]["details"]["field"]) == ("invalid", "params.seed")
    assert "`seed`" in refused["data"]["message"]


@pytest.mark.parametrize("reason", ["error", "insufficient_system_resource", "weird", "content_filter", "MAX_TOKENS"])
async def test_half_an_answer_can_be_continued(app: StartApp, upstream: Upstream, reason: str) -> None:
    echo.set_up(upstream)

    async def script(exchange: Exchange) -> None:
        if not exchange.path.endswith("/chat/completions"):
            await exchange.send(reply(404, {"error": "no such path"}))
        elif exchange.json()["messages"][-1]["content"] == "begin":
            await exchange.send(SSE_HEAD, delta(content="Half of "), finish(reason), DONE)
        else:
            await echo.echo(exchange)

    upstream.script = script
    client = await start(app, upstream)
    half = await client.chat("begin")
    assert half["content"] == "Half of "
    assert half["status"] == ("error" if reason in ("error", "insufficient_system_resource", "weird") else "complete")
    frames = await client.answer(await client.send("chat:continue", {"messageId": half["id"]}))
    assert frames[-1]["type"] == "chat:message"
    assert frames[-1]["data"]["content"].startswith("Half of ")
    assert frames[-1]["data"]["status"] == "complete"
