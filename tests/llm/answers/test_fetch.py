import httpx
import pytest

from orchd.llm.answers.fetch import MAX_REPLY_BYTES, FetchResult, fetch
from orchd.llm.wire.transport import WireTransport
from tests.fix_upstream import Upstream, reply


async def test_get_and_post(upstream: Upstream) -> None:
    upstream.routes = {"GET /a": reply(200, {"a": 1}), "POST /b": reply(400, {"error": "x"})}
    async with httpx.AsyncClient(transport=WireTransport(), trust_env=False) as http:
        assert (await fetch(http, upstream.url + "/a")).success_json() == {"a": 1}
        answer = await fetch(http, upstream.url + "/b", {"model": "m"})
    assert (answer.status, answer.json(), answer.success_json()) == (400, {"error": "x"}, None)
    assert upstream.requests[1].json() == {"model": "m"}


async def test_a_reply_is_bounded(upstream: Upstream) -> None:
    upstream.says(b"x" * (2 * MAX_REPLY_BYTES), head=b"HTTP/1.1 200 OK\r\n\r\n")
    async with httpx.AsyncClient(transport=WireTransport(), trust_env=False) as http:
        assert len((await fetch(http, upstream.url + "/a")).body) == MAX_REPLY_BYTES


@pytest.mark.parametrize("body", [b'{"error": "Unexpected endpoint"}', b"[1]", b"", b"Ollama is running", b"<html>"])
def test_a_success_that_is_none(body: bytes) -> None:
    assert FetchResult(200, body).success_json() is None
