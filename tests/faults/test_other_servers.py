"""Model servers that are not what they seem, or not any more: one in another's place, one without a list."""

import trio

from orchd.llm.types import ModelInfo
from tests.fix_upstream import Recorder, Upstream, reply
from tests.llm.test_backend import ANSWER, COMPLETE, FRAGILE, PROMPT, watched


async def test_what_its_settings_name_can_be_asked_though_it_lists_nothing(
    upstream: Upstream, nursery: trio.Nursery
) -> None:
    upstream.routes = {COMPLETE: ANSWER}
    backend = await watched(nursery, upstream, models=("a",), aliases={"fast": "a"})
    assert backend.ok
    (note,) = backend.health().notes
    assert note.text == "no list of models (HTTP status 404): those that the settings name are offered"
    model = backend.resolve("fast")
    assert model is not None
    await backend.stream(model, PROMPT, Recorder(), 1000)
    assert upstream.requests[-1].json()["model"] == "a"


async def test_answers_are_asked_for_where_the_list_was_found(upstream: Upstream, nursery: trio.Nursery) -> None:
    upstream.routes = {"GET /v1beta/openai/models": reply(200, {"data": [{"id": "a"}]})}
    upstream.routes["POST /v1beta/openai/chat/completions"] = ANSWER
    upstream.url += "/v1beta/openai/"
    backend = await watched(nursery, upstream)
    await backend.stream(backend.models()[0], PROMPT, Recorder(), 1000)
    assert upstream.paths()[-1] == "POST /v1beta/openai/chat/completions"


async def test_another_server_at_its_address_is_taken_for_what_it_is(upstream: Upstream, nursery: trio.Nursery) -> None:
    upstream.routes = {"GET /api/version": reply(200, {"version": "0.9"})}
    upstream.routes["GET /api/tags"] = reply(200, {"models": [{"name": "llama3.2:latest"}]})
    backend = await watched(nursery, upstream)
    assert backend.kind == "ollama"
    assert (backend.find("Llama3.2") or ModelInfo("", "")).id == "llama3.2:latest"
    upstream.routes = {"GET /v1/models": reply(200, {"data": [{"id": "a", "owned_by": "vllm"}]})}
    await backend.refresh()
    assert (backend.ok, backend.kind, [info.id for info in backend.models()]) == (True, "openai", ["a"])


async def test_one_that_comes_back_may_be_another_one(upstream: Upstream, nursery: trio.Nursery) -> None:
    upstream.routes = dict(FRAGILE)
    backend = await watched(nursery, upstream)
    assert backend.kind == "openai"
    upstream.routes = {"GET /v1/models": reply(503, {"error": {"message": "starting"}})}
    await backend.refresh()
    assert not backend.ok
    tags = {"models": [{"name": "a:latest"}]}
    upstream.routes = FRAGILE | {"GET /api/version": reply(200, {"version": "1"}), "GET /api/tags": reply(200, tags)}
    upstream.routes["GET /v1/models"] = reply(200, {"data": [{"id": "a:latest"}]})
    await backend.refresh()
    assert (backend.ok, backend.kind) == (True, "ollama")
