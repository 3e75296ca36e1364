from contextlib import suppress

import httpx
import pytest
import trio
from hypothesis import given, settings
from hypothesis import strategies as st

from orchd.errors import OrchdError, Timeout, Unavailable, UpstreamError
from orchd.llm.answers.server_notes import ServerNote
from orchd.llm.probing.lists import MAX_LISTED
from orchd.llm.probing.probe import PROBE_SECONDS, Listing, Prober
from orchd.llm.types import ModelInfo, ServerKind
from orchd.llm.wire.transport import WireTransport
from tests.fix_upstream import Exchange, Upstream, reply
from tests.llm.products import PRODUCTS, Product, listed, tags

TRAP = reply(200, {"error": "Unexpected endpoint or method. (GET /x)"})
GREETING = {"GET /lmstudio-greeting": reply(200, {"lmstudio": True})}
LIST = reply(200, {"object": "list", "data": [{"id": "a"}]})
V1 = {"models": [{"type": "llm", "key": "a", "loaded_instances": [{"id": "a"}], "max_context_length": 8}]}
V0 = {"object": "list", "data": [{"id": "a", "type": "llm", "state": "loaded", "max_context_length": 8}]}
PROPS = {"default_generation_settings": {"n_ctx": 64}, "total_slots": 1}


async def probe(
    upstream: Upstream, kind: ServerKind | None = None, *, path: str = "", key: str | None = None, named: bool = False
) -> Listing:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    async with httpx.AsyncClient(transport=WireTransport(upstream.connect), headers=headers, trust_env=False) as http:
        return await Prober(http, upstream.url + path, "box", named=named, connect=upstream.connect).probe(kind)


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
    upstream: Upstream, routes: dict[str, bytes], kind: ServerKind | None, error: type[OrchdError]
) -> None:
    upstream.routes = routes
    with pytest.raises(error):
        await probe(upstream, kind)


async def test_a_key_that_is_refused_is_said(upstream: Upstream) -> None:
    upstream.says(reply(401, {"error": {"message": "Invalid API key sk-1", "type": "authentication_error"}}), head=b"")
    with pytest.raises(UpstreamError, match="it wants one, in `apiKeyFile`"):
        await probe(upstream)
    with pytest.raises(UpstreamError, match="refused the key"):
        await probe(upstream, key="sk-2")


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


def serve(upstream: Upstream, product: Product) -> None:
    """Answer as a product does."""
    upstream.routes = {page: reply(200, body) for page, body in product.routes.items()}
    upstream.says(product.otherwise, head=b"")


@pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: product.name)
async def test_what_people_run_works_unasked(upstream: Upstream, product: Product) -> None:
    serve(upstream, product)
    async with httpx.AsyncClient(transport=WireTransport(upstream.connect), trust_env=False) as http:
        prober = Prober(http, upstream.url + product.path, "box", connect=upstream.connect)
        found = await prober.probe(None)
        assert found.kind == product.kind
        assert tuple(info.id for info in found.models if info.chats) == product.chats
        assert sorted(info.id for info in found.models if not info.chats) == sorted(product.others)
        assert prober.place.base == upstream.url + product.base
        asked = len(upstream.requests)
        assert await prober.probe(found.kind, sure=False) == found
        assert len(upstream.requests) - asked <= 3, "what was found is remembered"


@pytest.mark.parametrize(
    "before", [product for product in PRODUCTS if product.base == "/v1"], ids=lambda product: product.name
)
async def test_another_server_at_the_same_address_is_found_out(upstream: Upstream, before: Product) -> None:
    async with httpx.AsyncClient(transport=WireTransport(upstream.connect), trust_env=False) as http:
        prober = Prober(http, upstream.url + before.path, "box", connect=upstream.connect)
        serve(upstream, before)
        kind = (await prober.probe(None)).kind
        for name in ("vLLM", "Ollama"):
            [after] = [product for product in PRODUCTS if product.name == name]
            serve(upstream, after)
            found = await prober.probe(kind, sure=False)
            assert [info.id for info in found.models] == list(after.chats)
            kind = found.kind


async def test_a_kind_that_the_settings_give_is_never_changed(upstream: Upstream) -> None:
    upstream.routes = {"GET /v1/models": LIST}
    with pytest.raises(UpstreamError, match=r"http://127.0.0.1:\d+/api/tags \(HTTP status 404\)"):
        await probe(upstream, "ollama")
    assert upstream.paths() == ["GET /api/tags"]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 500, 501])
async def test_a_list_that_is_missing_is_no_matter_when_the_settings_name_models(
    upstream: Upstream, status: int
) -> None:
    upstream.says(reply(status, {"error": {"message": "no list here"}}), head=b"")
    found = await probe(upstream, named=True)
    assert (found.kind, found.models) == ("openai", ())
    assert [(note.code, note.http_status) for note in found.notes] == [("no_list", status)]
    with pytest.raises(UpstreamError):
        await probe(upstream)


@pytest.mark.parametrize("status", [502, 503, 504])
async def test_a_server_that_is_away_is_away_though_its_models_are_named(upstream: Upstream, status: int) -> None:
    upstream.says(reply(status, b"bad gateway", "text/plain"), head=b"")
    with pytest.raises(Unavailable):
        await probe(upstream, named=True)


async def test_a_long_list_is_read_and_one_without_end_is_told(upstream: Upstream) -> None:
    upstream.routes = {"GET /v1/models": reply(200, listed(*map(str, range(4_000)), description="x, " * 900))}
    found = await probe(upstream, "openai")
    assert len(found.models) == 4_000
    upstream.routes = {"GET /v1/models": reply(200, listed("a", description="x" * 17_000_000))}
    with pytest.raises(UpstreamError, match=r"too long to be read: name those to use \(`models`\)"):
        await probe(upstream, "openai")
    assert [note.code for note in (await probe(upstream, "openai", named=True)).notes] == ["list_too_long"]


async def test_more_models_than_are_kept_are_told(upstream: Upstream) -> None:
    upstream.routes = {"GET /v1/models": reply(200, [{"id": str(number)} for number in range(MAX_LISTED + 1)])}
    found = await probe(upstream, "openai")
    told = f"it lists {MAX_LISTED + 1} models, of which the first {MAX_LISTED} are known here"
    assert len(found.models) == MAX_LISTED
    assert found.notes == (ServerNote("list_cut", told, MAX_LISTED + 1, MAX_LISTED),)


async def test_what_is_found_changes_nothing_while_a_probe_runs(upstream: Upstream) -> None:
    upstream.routes = {"GET /llm/models": reply(200, listed("a"))}
    async with httpx.AsyncClient(transport=WireTransport(upstream.connect), trust_env=False) as http:
        prober = Prober(http, upstream.url + "/llm", "box", connect=upstream.connect)
        await prober.probe(None)
        bases: set[str] = set()

        async def look(exchange: Exchange) -> None:
            bases.add(prober.place.base)
            await exchange.send(reply(404, {}))

        upstream.routes, upstream.script = {}, look
        with pytest.raises(UpstreamError):
            await prober.probe("openai", sure=False)
    assert bases == {upstream.url + "/llm"}


async def test_ollamas_list_without_a_sign_is_no_ollama(upstream: Upstream) -> None:
    upstream.routes = {"GET /api/tags": reply(200, tags("a:8b")), "GET /v1/models": reply(200, listed("a:8b"))}
    assert (await probe(upstream)).kind == "openai"


async def test_another_orchd_is_asked_by_openais_api(upstream: Upstream) -> None:
    upstream.routes = {"GET /api/tags": reply(200, tags("a:8b")), "GET /v1/models": reply(200, listed("a:8b"))}
    for told, kind in (({"version": "0.32.9"}, "ollama"), ({"version": "0.32.9", "orchd": "0.1.0"}, "openai")):
        upstream.routes["GET /api/version"] = reply(200, told)
        assert (await probe(upstream)).kind == kind


PAGES = ["/lmstudio-greeting", "/api/v1/models", "/api/v0/models", "/api/version", "/api/tags", "/api/ps", "/props"]
PAGES += ["/v1/models", "/models", "/api/models", "/openai/v1/models"]
BODIES = [
    b"", b"null", b"[]", b"{}", b"<html>", b"[1]", b'["a"]', b'{"lmstudio":true}', b'{"version":"1"}', b'{"version":3}',
    b'{"models":null}', b'{"models":[{"name":"a","key":"k","loaded_instances":[{"id":3}]}]}', b'{"data":[{"id":"a"}]}',
    b'{"data":[{"id":"a","object":"model","owned_by":"vllm"}]}', b'{"error":"Unexpected endpoint"}', b"\xff\xfe{",
    b'{"default_generation_settings":{},"total_slots":"x"}', b'{"data":[{"id":"a","state":"loaded","meta":[]}]}',
    b'{"error":{"message":"Loading model"}}', b'{"data":{"a":1}}', b'{"models":[[]],"data":[null]}', b"[" * 2_000,
]  # fmt: skip
STATUSES = [200, 200, 200, 204, 301, 400, 401, 403, 404, 405, 429, 500, 502, 503]
ANSWERS = st.tuples(st.sampled_from(STATUSES), st.sampled_from(BODIES))


@settings(max_examples=60, deadline=None)
@given(st.fixed_dictionaries(dict.fromkeys(PAGES, ANSWERS)), st.sampled_from([None, "ollama", "lmstudio", "llamacpp"]))
def test_whatever_answers_is_a_listing_or_an_error_with_a_reason(
    pages: dict[str, tuple[int, bytes]], kind: ServerKind | None
) -> None:
    async def main() -> None:
        async with trio.open_nursery() as nursery:
            upstream = Upstream(nursery)
            upstream.routes = {f"GET {page}": reply(*answer) for page, answer in pages.items()}
            for sure in (True, False):
                async with httpx.AsyncClient(transport=WireTransport(upstream.connect), trust_env=False) as http:
                    prober = Prober(http, upstream.url, "box", connect=upstream.connect)
                    with suppress(OrchdError):
                        assert isinstance(await prober.probe(kind, sure=sure), Listing)
            nursery.cancel_scope.cancel()

    trio.run(main)
