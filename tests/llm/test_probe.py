import httpx
import pytest
import trio

from orchd.errors import OrchdError, Timeout, Unavailable, UpstreamError
from orchd.llm.probe import PROBE_SECONDS, Listing, Prober
from orchd.llm.types import Kind, ModelInfo
from orchd.llm.wire import WireTransport
from tests.fix_upstream import Exchange, Upstream, reply

TRAP = reply(200, {"error": "Unexpected endpoint or method. (GET /x)"})
GREETING = {"GET /lmstudio-greeting": reply(200, {"lmstudio": True})}
LIST = reply(200, {"object": "list", "data": [{"id": "a"}]})
V1 = {"models": [{"type": "llm", "key": "a", "loaded_instances": [{"id": "a"}], "max_context_length": 8}]}
V0 = {"object": "list", "data": [{"id": "a", "type": "llm", "state": "loaded", "max_context_length": 8}]}
PROPS = {"default_generation_settings": {"n_ctx": 64}, "total_slots": 1}


async def probe(upstream: Upstream, kind: Kind | None = None) -> Listing:
    async with httpx.AsyncClient(transport=WireTransport(upstream.connect), trust_env=False) as http:
        return await Prober(http, upstream.url, "box").probe(kind)


LOADED = ModelInfo("a", "box", "llm", True, 8, max_context=8)
LISTED = ModelInfo("a", "box")


@pytest.mark.parametrize(
    ("routes", "expected"),
    [
        (GREETING | {"GET /api/v1/models": reply(200, V1)}, Listing("lmstudio", (LOADED,), True, {"a": ("a",)})),
        ({"GET /api/v1/models": reply(200, V1)}, Listing("lmstudio", (LOADED,), True, {"a": ("a",)})),
        (GREETING | {"GET /api/v0/models": reply(200, V0)}, Listing("lmstudio", (LOADED,))),
        ({"GET /api/v0/models": reply(200, V0)}, Listing("lmstudio", (LOADED,))),
        (GREETING | {"GET /v1/models": LIST}, Listing("lmstudio", (LISTED,))),
        (
            {
                "GET /api/version": reply(200, {"version": "0.9"}),
                "GET /api/tags": reply(200, {"models": [{"name": "a"}]}),
                "GET /api/ps": reply(200, {"models": [{"name": "a", "context_length": 8}]}),
            },
            Listing("ollama", (ModelInfo("a", "box", "llm", True, 8),), single=True),
        ),
        (
            {"GET /props": reply(200, PROPS), "GET /v1/models": LIST},
            Listing("llamacpp", (ModelInfo("a", "box", "llm", True, 64, slots=1),)),
        ),
        (
            {"GET /v1/models": reply(200, {"data": [{"id": "a", "owned_by": "llamacpp"}]})},
            Listing("llamacpp", (ModelInfo("a", "box", "llm", True, None),)),
        ),
        (
            {"GET /v1/models": reply(200, {"data": [{"id": "a", "owned_by": "vllm", "max_model_len": 8}]})},
            Listing("openai", (ModelInfo("a", "box", "llm", None, 8, max_context=8),), harmless=False, vllm=True),
        ),
        (
            {"GET /v1/models": reply(200, {"data": [{"id": "a", "owned_by": "me"}]})},
            Listing("openai", (LISTED,), harmless=False, single=True),
        ),
    ],
)
@pytest.mark.parametrize(
    "otherwise", [TRAP, reply(404, b"not found", "text/plain"), reply(200, b"<html>", "text/html")]
)
async def test_kinds_are_told_apart(
    upstream: Upstream, routes: dict[str, bytes], expected: Listing, otherwise: bytes
) -> None:
    upstream.routes = routes
    upstream.says(otherwise, head=b"")
    assert await probe(upstream) == expected


async def test_a_known_kind_is_only_listed(upstream: Upstream) -> None:
    upstream.routes = {"GET /v1/models": LIST}
    await probe(upstream, "openai")
    assert upstream.paths() == ["GET /v1/models"]


async def test_the_request_that_may_disturb_comes_last(upstream: Upstream) -> None:
    upstream.routes = {"GET /v1/models": LIST}
    await probe(upstream)
    assert upstream.paths() == [
        "GET /lmstudio-greeting",
        "GET /api/v1/models",
        "GET /api/v0/models",
        "GET /api/version",
        "GET /props",
        "GET /v1/models",
    ]


@pytest.mark.parametrize(
    ("routes", "kind", "error"),
    [
        ({}, None, UpstreamError),
        ({"GET /v1/models": reply(200, {"data": 3})}, None, UpstreamError),
        ({"GET /v1/models": reply(401, {"error": {"message": "no"}})}, "openai", UpstreamError),
        ({"GET /props": reply(503, {"error": {"message": "Loading model"}})}, None, Unavailable),
        ({"GET /v1/models": reply(503, {"error": {"message": "Loading model"}})}, "llamacpp", Unavailable),
        (GREETING, None, UpstreamError),
        ({"GET /api/tags": TRAP}, "ollama", UpstreamError),
    ],
)
async def test_what_is_no_model_server_now(
    upstream: Upstream, routes: dict[str, bytes], kind: Kind | None, error: type[OrchdError]
) -> None:
    upstream.routes = routes
    with pytest.raises(error):
        await probe(upstream, kind)


async def test_a_key_that_is_refused_is_said(upstream: Upstream) -> None:
    upstream.says(reply(401, {"error": {"message": "Invalid API key sk-1", "type": "authentication_error"}}), head=b"")
    with pytest.raises(UpstreamError, match="refused the key"):
        await probe(upstream)


async def test_a_server_that_does_not_answer(memory_upstream: Upstream, autojump_clock: trio.testing.MockClock) -> None:
    async def script(exchange: Exchange) -> None:
        await trio.sleep_forever()

    memory_upstream.script = script
    with pytest.raises(Timeout):
        await probe(memory_upstream)
    assert trio.current_time() == pytest.approx(PROBE_SECONDS)


async def test_instances_of_a_model_now(upstream: Upstream) -> None:
    upstream.routes = {"GET /api/v1/models": reply(200, V1)}
    async with httpx.AsyncClient(transport=WireTransport(), trust_env=False) as http:
        prober = Prober(http, upstream.url, "box")
        assert await prober.lmstudio_instances("a") == ("a",)
        assert await prober.lmstudio_instances("b") is None
        upstream.routes = {"GET /api/v1/models": TRAP}
        assert await prober.lmstudio_instances("a") is None
