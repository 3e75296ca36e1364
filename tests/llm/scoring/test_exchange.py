import httpx
import pytest

from orchd.errors import NotFound, OrchdError, RateLimited, Unavailable, UpstreamError
from orchd.llm.scoring.exchange import MAX_REPLY_BYTES, SmallRequest, exchange, finite, limits
from orchd.llm.types import Deadlines, ModelInfo
from orchd.llm.wire.endpoint import Endpoint
from orchd.llm.wire.transport import WireTransport
from tests.fix_upstream import Recorder, Upstream, reply

OWN = Deadlines(first_event=900.0)


async def asked(upstream: Upstream, answer: bytes) -> object:
    upstream.routes = {"POST /v1/rerank": answer}
    transport = WireTransport(upstream.connect)
    async with httpx.AsyncClient(transport=transport, trust_env=False) as client:
        endpoint = Endpoint(client, transport, f"{upstream.url}/v1/rerank")
        return await exchange(endpoint, SmallRequest("/rerank", {"query": "q"}, 1.0), "r", "ranker", Recorder())


@pytest.mark.parametrize("value", [{"results": []}, [{"index": 0, "score": 1}], {"choices": [], "error": None}])
async def test_json_comes_back(memory_upstream: Upstream, value: object) -> None:
    assert await asked(memory_upstream, reply(200, value)) == value
    assert memory_upstream.requests[-1].json() == {"model": "r", "query": "q"}


@pytest.mark.parametrize(
    ("answer", "kind", "reason"),
    [
        (reply(500, {"error": {"message": "boom"}}), UpstreamError, "server_error"),
        (
            reply(200, {"error": "Unexpected endpoint or method. (POST /v1/rerank)"}),
            UpstreamError,
            "unexpected_endpoint",
        ),
        (reply(404, {"error": {"message": "model x not found", "code": "model_not_found"}}), NotFound, None),
        (reply(429, {"error": "slow down"}), RateLimited, "rate_limited"),
        (reply(503, {"error": "busy"}), Unavailable, None),
        (reply(302, b"", "text/html"), UpstreamError, None),
        (reply(200, b"<html>hello</html>", "text/html"), UpstreamError, "not_json"),
        (reply(200, b""), UpstreamError, "not_json"),
        (reply(200, b"7"), UpstreamError, "not_json"),
        (reply(200, b'{"results": ' + b"[" * 100_000), UpstreamError, "not_json"),
        (reply(200, b'["' + b"x" * MAX_REPLY_BYTES + b'"]'), UpstreamError, "stream_too_long"),
    ],
)
async def test_whatever_else_comes_is_an_error(
    memory_upstream: Upstream, answer: bytes, kind: type[OrchdError], reason: str | None
) -> None:
    with pytest.raises(kind) as caught:
        await asked(memory_upstream, answer)
    assert reason is None or caught.value.reason == reason


def test_how_long_it_may_take() -> None:
    request = SmallRequest("/rerank", {}, 20.0)
    ranks = ModelInfo("bge-reranker", "b", purpose="reranking", loaded=True)
    assert limits(request, ranks, OWN) == Deadlines(first_event=20.0)
    chats = ModelInfo("qwen3-8b", "b", loaded=True)
    assert limits(request, chats, OWN) == Deadlines(first_event=900.0, total=20.0), "no failure of a model that chats"
    unloaded = ModelInfo("bespoke-minicheck", "b", purpose="checking", loaded=False)
    assert limits(request, unloaded, OWN).first_event == 900.0, "a load takes its time"


@pytest.mark.parametrize("value", [None, "1", True, [], float("nan"), float("inf"), 10**400])
def test_what_is_no_number(value: object) -> None:
    assert finite(value) is None


def test_numbers() -> None:
    assert [finite(value) for value in (0, -2, 1.5)] == [0.0, -2.0, 1.5]
