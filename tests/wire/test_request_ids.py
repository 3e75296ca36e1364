"""One id from the frame to the model server, the log and the error: what somebody reports is found in the log."""

import httpx
from structlog.testing import capture_logs

from orchd.log import name_request
from tests.fix_daemon import StartApp
from tests.fix_upstream import Exchange, Upstream, reply
from tests.http_client import http_client
from tests.wire.client import HANG_SECONDS

MODELS = reply(200, {"data": [{"id": "m"}]})


async def test_a_failure_has_the_id_that_log_and_model_server_know(app: StartApp, upstream: Upstream) -> None:
    asked: list[Exchange] = []

    async def script(exchange: Exchange) -> None:
        if exchange.method == "POST":
            asked.append(exchange)
            await exchange.send(reply(500, {"error": {"message": "no"}}))
        else:
            await exchange.send(MODELS if exchange.path == "/v1/models" else reply(404, {}))

    upstream.script = script
    one = await app(upstream.url)
    with capture_logs(processors=[name_request]) as lines:
        client = await one.connect()
        failed = await client.request("model:complete", {"model": "m", "messages": [{"role": "user", "content": "hi"}]})
    assert failed["type"] == "error"
    request_id = failed["data"]["requestId"]
    assert {exchange.headers["x-request-id"] for exchange in asked} == {request_id}
    (line,) = [line for line in lines if line["event"] == "request failed"]
    assert (line["request_id"], line["request"]) == (request_id, failed["id"])
    probes = [exchange for exchange in upstream.requests if exchange.method == "GET"]
    assert probes
    assert not any("x-request-id" in exchange.headers for exchange in probes), "these serve no request"
    refused = await client.request("task:get", {"taskId": 999})
    assert refused["data"]["requestId"] not in (request_id, None)


async def test_a_request_over_http_keeps_the_id_that_it_has(app: StartApp) -> None:
    one = await app()

    async def ask(**headers: str) -> httpx.Response:
        async with http_client(timeout=HANG_SECONDS) as client:
            return await client.get(one.url + "/healthz", headers=headers)

    assert (await ask(**{"X-Request-Id": "from-a-proxy.7"})).headers["x-request-id"] == "from-a-proxy.7"
    first, second = [(await ask(**{"X-Request-Id": "not fit"})).headers["x-request-id"] for _ in range(2)]
    assert first != second
    assert "fit" not in first
