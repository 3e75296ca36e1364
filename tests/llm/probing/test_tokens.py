from typing import Any

import httpx
import pytest
import trio

from orchd.llm import Backends, BackendSpec, Turn
from orchd.llm.probing.tokens import MAX_TEXT_BYTES, count
from orchd.llm.types import ServerKind, Target
from orchd.llm.wire.transport import WireTransport
from tests.fix_upstream import Upstream, reply
from tests.http_client import http_client

TURNS = (Turn("system", "Be brief."), Turn("user", "hello"))
TEXTS = ["", "Hello, world.", "Olá, ação! 👩‍👩‍👧‍👦 今天", "<|im_end|>", "word " * 3000]


async def counted(upstream: Upstream, kind: ServerKind, what: str | tuple[Turn, ...] = "hello") -> int | None:
    async with httpx.AsyncClient(transport=WireTransport(upstream.connect), trust_env=False) as client:
        return await count(client, upstream.url, kind, "m", what)


async def test_llamacpp_counts_a_text(upstream: Upstream) -> None:
    upstream.routes = {"POST /tokenize": reply(200, {"tokens": [1, 2, 3]})}
    assert await counted(upstream, "llamacpp") == 3
    sent = upstream.requests[-1].json()
    assert (sent["content"], sent["add_special"]) == ("hello", False)


async def test_llamacpp_counts_what_the_template_makes_of_turns(upstream: Upstream) -> None:
    upstream.routes = {
        "POST /apply-template": reply(200, {"prompt": "<s>hello"}),
        "POST /tokenize": reply(200, {"tokens": [1, 2]}),
    }
    assert await counted(upstream, "llamacpp", TURNS) == 2
    template, tokenize = (request.json() for request in upstream.requests)
    assert [message["role"] for message in template["messages"]] == ["system", "user"]
    assert (tokenize["content"], tokenize["add_special"]) == ("<s>hello", True)


async def test_vllm_counts_both(upstream: Upstream) -> None:
    upstream.routes = {"POST /tokenize": reply(200, {"count": 7, "max_model_len": 9, "tokens": [1]})}
    assert await counted(upstream, "openai") == 7
    assert upstream.requests[-1].json()["prompt"] == "hello"
    assert await counted(upstream, "openai", TURNS) == 7
    assert len(upstream.requests[-1].json()["messages"]) == 2


@pytest.mark.parametrize(
    "answer", [reply(404, {"detail": "Not Found"}), reply(200, {"error": "unexpected endpoint"}), reply(200, b"<html>")]
)
async def test_what_is_no_count_is_none(upstream: Upstream, answer: bytes) -> None:
    upstream.routes = {"POST /tokenize": answer, "POST /apply-template": answer}
    assert await counted(upstream, "llamacpp") is None
    assert await counted(upstream, "llamacpp", TURNS) is None
    assert await counted(upstream, "openai") is None


async def test_a_text_that_is_too_long_is_not_sent(upstream: Upstream) -> None:
    assert await counted(upstream, "llamacpp", "a" * (MAX_TEXT_BYTES + 1)) is None
    assert upstream.requests == []


async def opened(nursery: trio.Nursery, url: str, kind: ServerKind | None = None) -> tuple[Backends, Target]:
    backends = Backends([BackendSpec(url, kind=kind)])
    await nursery.start(backends.run)
    with trio.fail_after(20):
        return backends, await backends.resolve(None, None, None)


@pytest.mark.parametrize(("owner", "asked"), [("vllm", True), ("me", False)])
async def test_only_servers_known_to_count_are_asked(
    upstream: Upstream, nursery: trio.Nursery, owner: str, asked: bool
) -> None:
    upstream.routes = {
        "GET /v1/models": reply(200, {"data": [{"id": "a", "owned_by": owner}]}),
        "POST /tokenize": reply(200, {"count": 5}),
    }
    backends, target = await opened(nursery, upstream.url, "openai")
    assert await backends.count_tokens(target, "hello") == (5 if asked else None)
    assert ("POST /tokenize" in upstream.paths()) == asked
    nursery.cancel_scope.cancel()


async def test_lmstudio_is_not_asked(upstream: Upstream, nursery: trio.Nursery) -> None:
    upstream.routes = {"GET /v1/models": reply(200, {"data": [{"id": "a"}]})}
    backends, target = await opened(nursery, upstream.url, "lmstudio")
    assert await backends.count_tokens(target, "hello") is None
    assert not [path for path in upstream.paths() if path.startswith("POST")]
    nursery.cancel_scope.cancel()


async def test_a_server_that_goes_away_has_no_count(upstream: Upstream, nursery: trio.Nursery) -> None:
    upstream.routes = {"GET /v1/models": reply(200, {"data": [{"id": "a", "owned_by": "vllm"}]})}
    backends, target = await opened(nursery, upstream.url, "openai")

    async def cut(exchange: object) -> None:
        raise trio.BrokenResourceError

    upstream.script = cut
    assert await backends.count_tokens(target, "hello") is None
    assert await backends.count_tokens(target._replace(backend="nobody"), "hello") is None
    nursery.cancel_scope.cancel()


async def test_a_real_llamacpp_counts_as_it_generates(llama_url: str, nursery: trio.Nursery) -> None:
    backends, target = await opened(nursery, llama_url)
    async with http_client(timeout=20) as client:
        for text in TEXTS:
            asked: dict[str, Any] = {"content": text, "add_special": False, "parse_special": True}
            told = (await client.post(f"{llama_url}/tokenize", json=asked)).json()
            assert await backends.count_tokens(target, text) == len(told["tokens"])
        messages = [{"role": turn.role, "content": turn.content} for turn in TURNS]
        asked = {"messages": messages, "max_tokens": 1}
        told = (await client.post(f"{llama_url}/v1/chat/completions", json=asked)).json()
        assert await backends.count_tokens(target, TURNS) == told["usage"]["prompt_tokens"]
    nursery.cancel_scope.cancel()
