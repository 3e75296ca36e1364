"""Ollama's pages: what goes to the model server, what comes back, and what is said when nothing does."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import trio
import trio.testing
from hypothesis import given, settings
from hypothesis import strategies as st

from orchd.features.gateway import relay
from orchd.features.gateway.relay import HEARTBEAT_SECONDS, PATIENCE_SECONDS
from orchd.features.models import AssistantItem
from orchd.server.entry.page import Page
from tests.examples import examples
from tests.fix_upstream import DONE, SSE_HEAD, Exchange, delta, event, finish, reply, usage
from tests.gateway_desk import Desk, open_desk, text_of, user

Clock = trio.testing.MockClock


@pytest.fixture
async def desk(autojump_clock: Clock) -> AsyncIterator[Desk]:
    async with open_desk() as found:
        yield found


async def lines_of(page: Page) -> list[dict[str, Any]]:
    """The lines of a stream."""
    assert (page.status, page.content_type, page.watched) == (200, "application/x-ndjson", True), page
    return [json.loads(line) for line in (await text_of(page)).splitlines()]


def chat(**members: Any) -> dict[str, Any]:
    return {"model": "m", "messages": [user("hello")], **members}


async def test_an_answer_comes_as_lines(desk: Desk, autojump_clock: Clock) -> None:
    call = {"id": "c1", "function": {"name": "weather", "arguments": '{"city": "Faro"}'}}

    async def script(exchange: Exchange) -> None:
        await exchange.send(SSE_HEAD, delta(role="assistant"), delta(content="<think>hm"), delta(content="</think>"))
        await trio.sleep(1.5)
        await exchange.send(delta(content="It "), delta(content="rains."), delta(tool_calls=[{"index": 0, **call}]))
        await exchange.send(finish("tool_calls"), usage(9, 3), DONE)

    desk.upstream.script = script
    *pieces, called, last = await lines_of(await desk.ask("/api/chat", chat()))
    assert all(piece["model"] == "m" and piece["created_at"] and piece["done"] is False for piece in pieces)
    assert "".join(piece["message"]["content"] for piece in pieces) == "It rains."
    assert "".join(piece["message"].get("thinking", "") for piece in pieces) == "hm"
    assert called["message"]["tool_calls"] == [
        {"id": "c1", "function": {"index": 0, "name": "weather", "arguments": {"city": "Faro"}}}
    ]
    assert (last["done"], last["done_reason"], last["prompt_eval_count"], last["eval_count"]) == (True, "stop", 9, 3)
    assert last["total_duration"] >= last["eval_duration"] >= 1_000_000_000
    assert (desk.memory.held, desk.gateway.running()) == (0, 0)


async def test_an_answer_comes_whole(desk: Desk, autojump_clock: Clock) -> None:
    desk.upstream.says(delta(reasoning_content="hm"), delta(content="a"), delta(content="b"), finish("length"), DONE)
    page = await desk.ask("/api/chat", chat(stream=False))
    told = json.loads(page.body)
    assert (page.status, page.content_type) == (200, "application/json")
    assert told["message"] == {"role": "assistant", "content": "ab", "thinking": "hm"}
    assert (told["done"], told["done_reason"]) == (True, "length")
    assert "eval_count" not in told, "nobody has counted"
    page = await desk.ask("/api/generate", {"model": "m", "prompt": "x", "system": "y", "stream": False})
    told = json.loads(page.body)
    assert (told["response"], told["thinking"], told["done"]) == ("ab", "hm", True)
    assert desk.upstream.requests[-1].json()["messages"] == [{"role": "system", "content": "y"}, user("x")]


async def test_a_raw_text_is_gone_on_with(desk: Desk, autojump_clock: Clock) -> None:
    desk.upstream.routes["POST /v1/completions"] = SSE_HEAD + event(
        {"choices": [{"text": " end", "finish_reason": "stop"}]}
    )
    page = await desk.ask("/api/generate", {"model": "m", "prompt": "The", "raw": True, "options": {"top_p": 0.5}})
    assert "".join(line["response"] for line in await lines_of(page)) == " end"
    assert desk.upstream.requests[-1].path == "/v1/completions"
    sent = desk.upstream.requests[-1].json()
    assert (sent["prompt"], sent["top_p"]) == ("The", 0.5)


async def test_log_probabilities_stand_beside_the_texts(desk: Desk, autojump_clock: Clock) -> None:
    told = [{"token": "a", "logprob": -0.5, "top_logprobs": []}]
    piece = event({"choices": [{"index": 0, "delta": {"content": "a"}, "logprobs": {"content": told}}]})
    desk.upstream.says(piece, finish(), DONE)
    body = chat(logprobs=True, top_logprobs=2)
    assert [
        each for line in await lines_of(await desk.ask("/api/chat", body)) for each in line.get("logprobs", ())
    ] == told
    assert json.loads((await desk.ask("/api/chat", {**body, "stream": False})).body)["logprobs"] == told
    sent = desk.upstream.requests[-1].json()
    assert (sent["logprobs"], sent["top_logprobs"]) == (True, 2)


async def test_a_model_is_told_not_to_think_where_its_server_takes_that(desk: Desk, autojump_clock: Clock) -> None:
    answers = [
        reply(400, {"error": {"message": "Unrecognized request argument: 'chat_template_kwargs'"}}),
        SSE_HEAD + delta(content="a") + finish() + DONE,
    ]

    async def script(exchange: Exchange) -> None:
        await exchange.send(answers.pop(0))

    desk.upstream.script = script
    page = await desk.ask("/api/chat", chat(think=False, stream=False))
    assert page.status == 200, page.body
    first, second = (each.json() for each in desk.upstream.requests[-2:])
    assert first["chat_template_kwargs"] == {"enable_thinking": False}
    assert "chat_template_kwargs" not in second
    assert second["reasoning_effort"] == "none"


async def test_who_waits_is_told_so(desk: Desk, autojump_clock: Clock) -> None:
    async def script(exchange: Exchange) -> None:
        await exchange.send(SSE_HEAD)
        await trio.sleep(PATIENCE_SECONDS + 1.5 * HEARTBEAT_SECONDS)
        await exchange.send(delta(content="a"), finish(), DONE)

    desk.upstream.script = script
    found = await lines_of(await desk.ask("/api/chat", chat()))
    assert [line.get("orchd") for line in found[:2]] == [{"phase": "prompt"}] * 2
    assert [line["message"]["content"] for line in found] == ["", "", "a", ""]


async def test_an_answer_ends_with_its_reader(desk: Desk, autojump_clock: Clock) -> None:
    async def script(exchange: Exchange) -> None:
        await exchange.send(SSE_HEAD, delta(content="a"))
        await trio.sleep_forever()

    desk.upstream.script = script
    page = await desk.ask("/api/chat", chat())
    assert page.pieces is not None
    await anext(page.pieces)
    await page.pieces.aclose()
    with trio.fail_after(5):
        await desk.upstream.requests[-1].closed.wait()
    with trio.move_on_after(5):
        await desk.ask("/api/chat", chat(stream=False))
    with trio.fail_after(5):
        await desk.upstream.requests[-1].closed.wait()
    await trio.testing.wait_all_tasks_blocked()
    assert (desk.memory.held, desk.gateway.running()) == (0, 0)


@pytest.mark.parametrize("streams", [False, True])
async def test_one_that_repeats_itself_for_ever_is_cut_off(streams: bool, desk: Desk, autojump_clock: Clock) -> None:
    async def script(exchange: Exchange) -> None:
        await exchange.send(SSE_HEAD)
        while True:
            await exchange.send(delta(content="again and again. "))
            await trio.sleep(0.01)

    desk.upstream.script = script
    page = await desk.ask("/api/chat", chat(stream=streams))
    last = (await lines_of(page))[-1] if streams else json.loads(page.body)
    assert (last["done"], last["done_reason"], last["orchd"]) == (True, "length", {"cut": "loop"})


async def test_what_breaks_in_the_middle_is_the_last_line(desk: Desk, autojump_clock: Clock) -> None:
    desk.upstream.says(delta(content="a"), event({"error": {"message": "boom", "type": "server_error"}}))
    first, last = await lines_of(await desk.ask("/api/chat", chat()))
    assert first["message"]["content"] == "a"
    assert (last["code"], "boom" in last["error"]) == ("upstream_error", True)
    page = await desk.ask("/api/chat", chat(stream=False))
    assert (page.status, json.loads(page.body)["code"]) == (502, "upstream_error")


@pytest.mark.parametrize(("reason", "status"), [("tool_calls", 502), ("length", 200)])
async def test_a_call_that_is_no_json(reason: str, status: int, desk: Desk, autojump_clock: Clock) -> None:
    call = {"index": 0, "id": "c1", "function": {"name": "weather", "arguments": '{"city": "Fa'}}
    desk.upstream.says(delta(tool_calls=[call]), finish(reason), DONE)
    page = await desk.ask("/api/chat", chat(stream=False))
    assert page.status == status
    if status == 200:
        assert "tool_calls" not in json.loads(page.body)["message"]


async def test_a_question_without_text_loads_the_model(desk: Desk, autojump_clock: Clock) -> None:
    before = len(desk.upstream.requests)
    for path, body in (("/api/chat", {"model": "m"}), ("/api/generate", {"model": "m", "prompt": ""})):
        told = json.loads((await desk.ask(path, body)).body)
        assert (told["done"], told["done_reason"]) == (True, "load")
    assert len(desk.upstream.requests) == before, "its server doesn't say whether it is loaded"
    page = await desk.ask("/api/generate", {"model": "m", "keep_alive": 0})
    assert (page.status, json.loads(page.body)["param"]) == (403, "keep_alive")
    assert (await desk.ask("/api/chat", {"model": "nobody"})).status == 404


async def test_models_are_listed(desk: Desk, autojump_clock: Clock) -> None:
    desk.assistants.poet = AssistantItem(
        id=1,
        user_id=0,
        version=1,
        created_at="2026-01-01T00:00:00.000Z",
        updated_at="2026-01-01T00:00:00.000Z",
        deleted_at=None,
        project_id=None,
        name="Poet",
        system_prompt="Rhyme.",
        model="m",
    )
    told = json.loads((await desk.ask("/api/tags")).body)["models"]
    assert [model["name"] for model in told] == ["m", "text-embed", "assistant:Poet"]
    assert [model["capabilities"][0] for model in told] == ["completion", "embedding", "completion"]
    assert json.loads((await desk.ask("/api/ps")).body) == {"models": []}
    for name in ("m", "m@box", "m:latest"):
        assert json.loads((await desk.ask("/api/show", {"model": name})).body)["capabilities"] == [
            "completion",
            "tools",
        ]
    poet = json.loads((await desk.ask("/api/show", {"name": "assistant:Poet"})).body)
    assert poet["system"] == "Rhyme."
    missing = await desk.ask("/api/show", {"model": "nobody"})
    assert (missing.status, json.loads(missing.body)["param"]) == (404, "model")
    version = json.loads((await desk.ask("/api/version")).body)
    assert version["version"] > "0.32"
    assert version["orchd"]


async def test_the_tag_of_all_models_is_left_out(desk: Desk, autojump_clock: Clock) -> None:
    desk.upstream.says(delta(content="a"), finish(), DONE)
    told = json.loads((await desk.ask("/api/chat", chat(model="m:latest", stream=False))).body)
    assert (told["model"], desk.upstream.requests[-1].json()["model"]) == ("m:latest", "m")


async def test_vectors(desk: Desk, autojump_clock: Clock) -> None:
    desk.upstream.routes["POST /v1/embeddings"] = reply(
        200,
        b'{"data": [{"index": 1, "embedding": [0.10, 1e-9]}, {"index": 0, "embedding": [2]}],'
        b' "usage": {"prompt_tokens": 5}}',
    )
    page = await desk.ask("/api/embed", {"model": "text-embed", "input": ["a", "b"], "dimensions": 2})
    assert b'"embeddings":[[2],[0.10, 1e-9]]' in page.body
    assert json.loads(page.body)["prompt_eval_count"] == 5
    assert desk.upstream.requests[-1].json() == {"model": "text-embed", "input": ["a", "b"], "dimensions": 2}
    assert (await desk.ask("/api/embed", {"model": "text-embed", "input": "a"})).status == 502, "two for one"
    assert json.loads((await desk.ask("/api/embed", {"model": "text-embed", "input": []})).body)["embeddings"] == []
    desk.upstream.routes["POST /v1/embeddings"] = reply(200, {"data": [{"embedding": [1, 2]}]})
    page = await desk.ask("/api/embeddings", {"model": "text-embed", "prompt": "a"})
    assert json.loads(page.body) == {"embedding": [1, 2]}
    for odd in ({"data": [{"embedding": "AAAA"}]}, {"other": 1}):
        desk.upstream.routes["POST /v1/embeddings"] = reply(200, odd)
        page = await desk.ask("/api/embed", {"model": "text-embed", "input": "a"})
        assert (page.status, json.loads(page.body)["code"]) == (502, "upstream_error")
    assert desk.memory.held == 0


@pytest.mark.parametrize("path", ["pull", "push", "create", "copy", "delete"])
async def test_models_are_not_changed(path: str, desk: Desk, autojump_clock: Clock) -> None:
    page = await desk.ask(f"/api/{path}", {"model": "m"})
    told = json.loads(page.body)
    assert (page.status, told["code"], "not changed" in told["error"]) == (403, "forbidden", True)


@pytest.mark.parametrize(
    ("path", "body", "status", "param"),
    [
        ("chat", b"", 400, None),
        ("chat", b"[]", 400, None),
        ("chat", b'{"messages": [{"role": "user", "content": "\xff"}]}', 400, None),
        ("chat", b"[" * 4000, 400, None),
        ("chat", b"[" * 5000, 413, "messages"),
        ("chat", chat(messages=[{"role": "user", "content": 7}]), 400, "messages[0].content"),
        ("chat", chat(messages=[{"content": "x"}]), 400, "messages[0]"),
        ("chat", chat(model=" "), 400, "model"),
        ("chat", chat(stream="yes"), 400, "stream"),
        ("chat", chat(format="xml"), 400, "format"),
        ("chat", chat(options={"temperature": "hot"}), 400, "options.temperature"),
        ("chat", chat(options={"num_predict": 1.5}), 400, "options.num_predict"),
        ("chat", chat(options={"stop": [1]}), 400, "options.stop"),
        ("chat", chat(messages=[user("x" * 5000)]), 413, "messages"),
        ("chat", chat(messages=[user("x" * 20_000)]), 413, None),
        ("chat", chat(model="nobody"), 404, "model"),
        ("generate", {"model": "m", "prompt": "x", "suffix": "y"}, 400, "suffix"),
        ("generate", {"model": "m", "prompt": "x", "context": [1]}, 400, "context"),
        ("generate", {"model": "m", "prompt": "x", "raw": True, "system": "y"}, 400, "system"),
        ("embed", {"model": "text-embed"}, 400, "input"),
        ("embeddings", {"model": "text-embed"}, 400, "prompt"),
        ("show", {}, 400, "model"),
    ],
)
async def test_what_is_wrong_is_named(
    path: str, body: object, status: int, param: str | None, desk: Desk, autojump_clock: Clock
) -> None:
    page = await desk.ask(f"/api/{path}", body)
    told = json.loads(page.body)
    assert (page.status, told.get("param")) == (status, param), told
    assert isinstance(told["error"], str)
    assert (desk.memory.held, desk.gateway.running()) == (0, 0)


async def test_images_may_be_longer_than_texts(desk: Desk, autojump_clock: Clock) -> None:
    desk.upstream.says(delta(content="a cat"), finish(), DONE)
    page = await desk.ask("/api/generate", {"model": "m", "prompt": "what?", "images": ["A" * 8000], "stream": False})
    assert page.status == 200


VALID: dict[str, Any] = {
    "model": "m",
    "messages": [user("hello"), {"role": "assistant", "tool_calls": [{"function": {"name": "f", "arguments": {}}}]}],
    "prompt": "x",
    "input": "x",
    "stream": True,
    "options": {"temperature": 1, "seed": 3},
    "format": "json",
    "think": True,
    "keep_alive": 0,
    "images": ["AA"],
    "raw": False,
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
OPTIONS = st.dictionaries(st.sampled_from(["temperature", "seed", "num_predict", "stop", "top_k"]), JSON, max_size=3)
BODIES = (
    st.binary(max_size=60)
    | JSON.map(lambda value: json.dumps(value).encode())
    | st.builds(lambda name, value: json.dumps({**VALID, name: value}).encode(), st.sampled_from([*VALID]), JSON)
    | OPTIONS.map(lambda options: json.dumps({**VALID, "options": options}).encode())
)


@settings(max_examples=examples(60), deadline=None)
@given(
    st.lists(BODIES, min_size=5, max_size=20),
    st.sampled_from(["chat", "generate", "embed", "embeddings", "show", "pull"]),
)
def test_no_body_is_a_defect(bodies: list[bytes], path: str) -> None:
    async def ask_all() -> None:
        async with open_desk() as one:
            one.upstream.says(delta(content="a"), finish(), DONE)
            for body in bodies:
                page = await one.ask(f"/api/{path}", body)
                assert page.status != 500, body
                if page.pieces is not None:
                    await text_of(page)
                assert (one.memory.held, one.gateway.running()) == (0, 0)

    trio.run(ask_all, clock=trio.testing.MockClock(autojump_threshold=0))


async def test_a_server_that_takes_no_thoughts_is_told_none(desk: Desk, autojump_clock: Clock) -> None:
    async def script(exchange: Exchange) -> None:
        if b"reasoning_content" in exchange.body:
            refusal = {"error": {"message": "property 'reasoning_content' is unsupported"}}
            await exchange.send(reply(422, refusal))
        else:
            await exchange.send(SSE_HEAD, delta(content="ok"), finish(), usage(), DONE)

    desk.upstream.script = script
    thought = {"role": "assistant", "content": "so", "thinking": "hm"}
    asked = chat(messages=[user("x"), thought, user("y")], stream=False)
    assert (await desk.ask("/api/chat", asked)).status == 200
    assert [b"reasoning_content" in sent.body for sent in desk.upstream.requests[-2:]] == [True, False]


async def test_what_is_kept_of_an_answer_is_counted_in_bytes(
    desk: Desk, autojump_clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "KEPT_BYTES", 500)

    for text, status in (("s" * 180, 200), ("\N{SNOWMAN}" * 180, 503)):
        desk.upstream.says(delta(reasoning_content="s" * 180) + delta(content=text), finish(), usage(), DONE)
        assert (await desk.ask("/api/chat", chat(stream=False, think=True))).status == status
