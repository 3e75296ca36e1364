"""How a program's request is asked: of which server, and whether as a stream."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import trio
import trio.testing

from orchd.features.gateway import relay
from orchd.llm import BackendSpec
from orchd.llm.wire import document
from orchd.server.entry.page import Page
from tests.fix_upstream import DONE, SSE_HEAD, Exchange, delta, finish, reply, usage
from tests.gateway_desk import Desk, error_of, events_of, open_desk, text_of, user

Clock = trio.testing.MockClock


@pytest.fixture
async def desk(autojump_clock: Clock) -> AsyncIterator[Desk]:
    async with open_desk() as found:
        yield found


async def test_vectors_are_asked_of_the_least_busy_server(autojump_clock: Clock) -> None:
    async with open_desk() as desk:
        assert not desk.backends.serve_more({"other": BackendSpec("http://other:1", name="other", kind="openai")})
        await desk.backends.refresh()

        async def script(exchange: Exchange) -> None:
            await exchange.send(SSE_HEAD, delta(content="a"))
            await trio.sleep_forever()

        desk.upstream.script = script
        desk.upstream.routes["POST /v1/embeddings"] = reply(200, {"data": []})
        for busy, idle in (("box", "other:1"), ("other", "memory:1")):
            page = await desk.chat(model=f"m@{busy}", stream=True)
            assert page.pieces is not None
            await anext(page.pieces)
            await desk.ask("/v1/embeddings", {"model": "text-embed", "input": "a"})
            assert desk.upstream.requests[-1].headers["host"] == idle
            await page.pieces.aclose()
            await trio.testing.wait_all_tasks_blocked()


async def test_pieces_are_joined_where_one_value_is_wanted(desk: Desk, autojump_clock: Clock) -> None:
    desk.upstream.says(delta(role="assistant"), delta(content="a"), delta(content="b"), finish(), usage(), DONE)
    told = json.loads((await desk.chat()).body)
    assert told["choices"][0]["message"] == {"role": "assistant", "content": "ab"}
    assert (told["choices"][0]["finish_reason"], told["usage"]["total_tokens"]) == ("stop", 12)
    await desk.chat(n=2)
    assert [sent.json()["stream"] for sent in desk.upstream.requests[-2:]] == [True, False]


async def test_a_whole_one_that_repeats_itself_is_cut_off(desk: Desk, autojump_clock: Clock) -> None:
    async def script(exchange: Exchange) -> None:
        await exchange.send(SSE_HEAD)
        while True:
            await exchange.send(delta(content="again and again. "))
            await trio.sleep(0.01)

    desk.upstream.script = script
    told = json.loads((await desk.chat()).body)
    assert (told["choices"][0]["finish_reason"], told["orchd"]) == ("length", {"cut": "loop"})


async def test_an_answer_may_have_no_text(desk: Desk, autojump_clock: Clock) -> None:
    """Programs ask for one token to find out whether a model is there; it may be none that can be read."""
    desk.upstream.says(delta(role="assistant"), finish("length"), usage(9, 1), DONE)
    told = json.loads((await desk.chat(max_tokens=1)).body)
    assert (told["choices"][0]["finish_reason"], told["usage"]["completion_tokens"]) == ("length", 1)
    message = json.loads((await desk.ask("/v1/messages", {**BARE, "max_tokens": 1})).body)
    assert (message["content"], message["stop_reason"]) == ([], "max_tokens")
    desk.upstream.says(delta(role="assistant"), finish("length"), usage(9, 0), DONE)
    assert (await desk.chat(max_tokens=1)).status == 502, "the prompt may have been too long"


@pytest.mark.parametrize("name", ["", " ", None])
async def test_a_model_without_a_name_is_any(name: str | None, desk: Desk, autojump_clock: Clock) -> None:
    """Programs send what stands in a field that was left empty."""
    desk.upstream.says(delta(content="a"), finish(), usage(), DONE)
    for path in ("/v1/chat/completions", "/v1/messages"):
        assert (await desk.ask(path, {**BARE, "model": name})).status == 200
        assert desk.upstream.requests[-1].json()["model"] == "m"


@pytest.mark.parametrize("streams", [False, True])
async def test_a_prompt_that_is_too_long_is_called_as_programs_know_it(
    streams: bool, desk: Desk, autojump_clock: Clock
) -> None:
    """LangChain, Pydantic AI, Cline and Continue look for the code, and some for the status, to shorten it."""
    said = {"error": {"message": "the prompt exceeds the context", "type": "exceed_context_size_error", "n_ctx": 9}}
    desk.upstream.routes["POST /v1/chat/completions"] = reply(400, said)
    page = await desk.chat(stream=streams)
    told = error_of(page)
    assert (page.status, told["code"], told["type"]) == (400, "context_length_exceeded", "invalid_request_error")
    assert (told["orchd"], told["details"]["reason"]) == ({"code": "too_large"}, "context_overflow")
    page = await desk.ask("/api/chat", {**BARE, "stream": streams})
    assert (page.status, json.loads(page.body)["code"]) == (400, "too_large")


async def test_tools_that_a_search_has_found_are_named(desk: Desk, autojump_clock: Clock) -> None:
    """Claude Code looks for tools by a tool of its own; a model here is told of all of them at once."""
    call = {"type": "tool_use", "id": "t1", "name": "ToolSearch", "input": {"query": "weather"}}
    found = {"type": "tool_reference", "tool_name": "weather"}
    result = {"type": "tool_result", "tool_use_id": "t1", "content": [found]}
    told = [user("hello"), {"role": "assistant", "content": [call]}, {"role": "user", "content": [result]}]
    desk.upstream.says(delta(content="a"), finish(), usage(), DONE)
    tool = {"name": "weather", "description": "of a city", "input_schema": {"type": "object"}, "defer_loading": True}
    assert (await desk.ask("/v1/messages", {**BARE, "max_tokens": 9, "messages": told, "tools": [tool]})).status == 200
    body = desk.upstream.requests[-1].json()
    assert (body["messages"][-1]["role"], body["messages"][-1]["content"]) == ("tool", "There is a tool weather.")
    assert [tool["function"]["name"] for tool in body["tools"]] == ["weather"]


BARE = {"model": "m", "messages": [user("hello")]}
RECORDED = Path(__file__).parent / "recorded"


@pytest.mark.parametrize(
    "name",
    [
        *("agent_libraries", "agents", "agents_otherwise", "javascript", "langchain"),
        *("llama_index", "ollama", "open_webui", "openai_python"),
    ],
)
async def test_what_real_clients_have_sent(name: str, desk: Desk, autojump_clock: Clock) -> None:
    """Requests that `openai` and `ollama` for JavaScript and for Python, LangChain and LlamaIndex have made, and whole
    programs: which, their `client` says. Long texts are cut, and so are lists of tools."""
    desk.upstream.says(delta(content="{}"), finish(), usage(), DONE)
    desk.upstream.routes["POST /v1/embeddings"] = reply(200, {"data": [{"embedding": [1]}, {"embedding": [2]}]})
    recorded = json.loads((RECORDED / f"{name}.json").read_text())
    for request in recorded:
        wanted = (request["body"] or {}).get("model", "")
        body = request["body"] and {**request["body"], "model": MODELS.get(wanted, wanted)}
        headers = [(key.encode(), value.encode()) for key, value in request["headers"].items()]
        is_one = request["path"].startswith("/v1/models/")
        path, rest = ("/v1/models/*", "m") if is_one else (request["path"], "")
        page = await desk.ask(path, body, rest=rest, headers=headers)
        assert page.status == (404 if wanted == "no-such" else 200), (request, page.body)
        text = page.body if page.pieces is None else await text_of(page)
        assert text
        if MODELS.get(wanted) == "m" and path in ("/v1/chat/completions", "/api/chat"):
            assert desk.upstream.requests[-1].json()["messages"][-1]["content"] == body["messages"][-1]["content"]
    assert len(recorded) > 5
    assert (desk.memory.held, desk.gateway.running()) == (0, 0)


MODELS = {"simulated": "m", "simulated-small": "m", "simulated-embedding": "text-embed"}


async def test_who_reads_an_answer_is_told_that_the_daemon_stops(desk: Desk, autojump_clock: Clock) -> None:
    async def script(exchange: Exchange) -> None:
        await exchange.send(SSE_HEAD, delta(content="a"))
        await trio.sleep_forever()

    desk.upstream.script = script
    pages: list[Page] = []

    async def ask() -> None:
        pages.append(await desk.chat())

    hurried = trio.Event()
    streamed = await desk.chat(stream=True)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(ask)
        await trio.sleep(1)
        nursery.start_soon(desk.gateway.drain, hurried)
        await trio.sleep(5)
        assert desk.gateway.running() == 2
        hurried.set()
    assert pages[0].status == 503
    piece, error = events_of(await text_of(streamed))
    assert (piece["choices"][0]["delta"]["content"], error["error"]["code"]) == ("a", "shutting_down")
    assert desk.gateway.running() == 0


async def test_what_comes_at_once_may_be_longer(
    desk: Desk, autojump_clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "KEPT_BYTES", 5_000)
    text = "".join(f"{number} " for number in range(5_000))
    desk.upstream.says(delta(content=text), finish(), DONE)
    joined = json.loads((await desk.chat()).body)
    streamed = events_of(await text_of(await desk.chat(stream=True)))
    choices = [{"index": place, "message": {"content": text}, "finish_reason": "stop"} for place in (0, 1)]
    desk.upstream.routes["POST /v1/chat/completions"] = reply(200, {"model": "m", "choices": choices})
    whole = json.loads((await desk.chat(n=2)).body)
    assert joined["choices"][0]["message"]["content"] == text
    assert streamed[0]["choices"][0]["delta"]["content"] == text
    assert whole["choices"] == choices


async def test_a_whole_answer_longer_than_any_is_the_servers_failure(
    desk: Desk, autojump_clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document, "MAX_DOCUMENT_BYTES", 5_000)
    choices = [{"message": {"content": "a" * 6_000}, "finish_reason": "stop"}]
    desk.upstream.routes["POST /v1/chat/completions"] = reply(200, {"choices": choices})
    page = await desk.chat(n=2)
    told = json.loads(page.body)["error"]
    assert (page.status, told["code"], told["details"]["reason"]) == (502, "upstream_error", "stream_too_long")
