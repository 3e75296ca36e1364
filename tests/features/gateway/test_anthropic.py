"""The Messages API: what a chat's server is asked, and the events in which its answer is told."""

import json
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
import trio
import trio.testing
from hypothesis import given, settings
from hypothesis import strategies as st

from orchd.errors import OrchdError, RateLimited
from orchd.features.gateway.anthropic.events import MessageScribe
from orchd.features.gateway.anthropic.refusals import as_anthropic
from orchd.features.gateway.anthropic.request import read_request
from orchd.features.gateway.relay import HEARTBEAT_SECONDS, PATIENCE_SECONDS
from orchd.features.gateway.sources import AnswerEnd, AnswerText, RelayEvent
from orchd.llm import CalledFunction, Channel, Outcome, ToolCall, Usage
from orchd.protocol.identity import LOCAL
from orchd.server.entry.page import Page, find_door
from tests.examples import examples
from tests.fix_upstream import DONE, SSE_HEAD, Exchange, delta, event, finish, reply, usage
from tests.gateway_desk import Desk, events_of, open_desk, text_of, user

Clock = trio.testing.MockClock

PATH = "/v1/messages"
COUNT = "/v1/messages/count_tokens"
RECORDED = Path(__file__).parent / "recorded" / "claude_code.json"
WEATHER = {"name": "weather", "description": "of a city", "input_schema": {"type": "object"}}
CALL = {"id": "call_0", "type": "function", "function": {"name": "weather", "arguments": '{"city": "Lisbon"}'}}
TEXT = {"type": "text", "text": "so"}
PNG = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "A" * 6000}}


@pytest.fixture
async def desk(autojump_clock: Clock) -> AsyncIterator[Desk]:
    async with open_desk() as found:
        yield found


def asking(**members: Any) -> dict[str, Any]:
    """A request."""
    return {"model": "m", "max_tokens": 100, "messages": [user("hello")], **members}


async def sent(desk: Desk, **members: Any) -> dict[str, Any]:
    """What the server is asked for a request."""
    desk.upstream.says(delta(content="a"), finish(), usage(), DONE)
    page = await desk.ask(PATH, asking(**members))
    assert page.status == 200, page.body
    return dict(desk.upstream.requests[-1].json())


async def test_a_text_is_asked_and_answered(desk: Desk, autojump_clock: Clock) -> None:
    desk.upstream.says(delta(reasoning_content="hm"), delta(content="Hi"), finish(), usage(9, 3), DONE)
    page = await desk.ask(PATH, asking(system="Be brief.", temperature=0.5, stop_sequences=["X"], top_k=2))
    message = json.loads(page.body)
    assert (message["type"], message["role"], message["model"]) == ("message", "assistant", "m")
    assert message["content"] == [{"type": "text", "text": "Hi"}], "nobody asked for its reasoning"
    assert (message["stop_reason"], message["usage"]["input_tokens"], message["usage"]["output_tokens"]) == (
        "end_turn",
        9,
        3,
    )
    body = desk.upstream.requests[-1].json()
    assert body["messages"] == [{"role": "system", "content": "Be brief."}, user("hello")]
    assert (body["max_tokens"], body["temperature"], body["stop"], body["top_k"]) == (100, 0.5, ["X"], 2)
    assert (desk.memory.held, desk.gateway.running()) == (0, 0)


async def test_what_claude_code_asks_is_a_chat(desk: Desk, autojump_clock: Clock) -> None:
    """Its second request of a conversation, as it was recorded; long texts are cut."""
    desk.upstream.says(delta(content="It works."), finish(), usage(), DONE)
    page = await desk.ask(PATH, {**json.loads(RECORDED.read_text("utf-8")), "model": "m"})
    assert_well_formed(events_of(await text_of(page)))
    body = desk.upstream.requests[-1].json()
    system, question, answer, result = body["messages"]
    assert "billing" not in system["content"]
    assert system["content"].startswith("You are a Claude agent")
    assert question["content"].endswith("see whether the shell works\n\nAvailable agent types for the Agent tool...")
    assert (answer["content"], answer["reasoning_content"]) == ("I will look.", "Let me think.")
    assert json.loads(answer["tool_calls"][0]["function"]["arguments"])["command"] == "echo working"
    assert result == {"role": "tool", "tool_call_id": answer["tool_calls"][0]["id"], "content": "working"}
    assert [tool["function"]["name"] for tool in body["tools"]] == ["Bash"]
    told = {"max_tokens", "messages", "model", "reasoning_effort", "stream", "stream_options", "tools"}
    assert {*body} == told


async def test_a_stream_is_told_block_by_block(desk: Desk, autojump_clock: Clock) -> None:
    desk.upstream.says(
        delta(content="<think>hmm</think>\n\nI"),
        delta(content=" look."),
        delta(tool_calls=[{"index": 0, **CALL}]),
        finish("tool_calls"),
        usage(9, 3),
        DONE,
    )
    asked = asking(tools=[WEATHER], stream=True, thinking={"type": "enabled", "budget_tokens": 1024})
    page = await desk.ask(PATH, asked)
    content, last = assert_well_formed(events_of(await text_of(page)))
    thought, said, call = content
    assert (thought["thinking"], said["text"]) == ("hmm", "I look.")
    assert (call["name"], call["input"]) == ("weather", {"city": "Lisbon"})
    assert call["id"] != "call_0", "the first call of any answer is called so"
    assert (last["delta"]["stop_reason"], last["usage"]["output_tokens"]) == ("tool_use", 3)
    assert (desk.memory.held, desk.gateway.running()) == (0, 0)


async def test_results_of_tools_follow_the_calls(desk: Desk, autojump_clock: Clock) -> None:
    call = {"type": "tool_use", "id": "t1", "name": "see", "input": {}}
    failed = {"type": "tool_result", "tool_use_id": "t2", "content": "no", "is_error": True}
    seen = {"type": "tool_result", "tool_use_id": "t1", "content": [{"type": "text", "text": "ok"}, PNG]}
    document = {
        "type": "document",
        "title": "T",
        "source": {"type": "text", "data": "said", "media_type": "text/plain"},
    }
    paper = {"type": "document", "source": {"type": "base64", "media_type": "application/pdf", "data": "AAAA"}}
    messages = [
        user("x"),
        {"role": "assistant", "content": [call, {**call, "id": "t2"}, {"type": "redacted_thinking", "data": "?"}]},
        {"role": "user", "content": [{"type": "text", "text": "and?"}, seen, failed, document, paper]},
    ]
    body = await sent(desk, messages=messages, tools=[WEATHER])
    _, answer, first, second, last = body["messages"]
    assert [each["id"] for each in answer["tool_calls"]] == ["t1", "t2"]
    assert (first["content"], second["content"]) == ("ok", "Error:\n\nno")
    kinds = [part["type"] for part in last["content"]]
    assert kinds == ["text", "image_url", "text", "text", "text", "file"]
    assert last["content"][1]["image_url"]["url"] == "data:image/png;base64," + "A" * 6000


async def test_what_is_asked_of_the_answer_goes_on(desk: Desk, autojump_clock: Clock) -> None:
    config = {"effort": "max", "format": {"type": "json_schema", "schema": {"type": "object"}}}
    server_tool = {"type": "web_search_20250305", "name": "web_search"}
    order = {"type": "tool", "name": "weather", "disable_parallel_tool_use": True}
    body = await sent(desk, output_config=config, tools=[server_tool, WEATHER], tool_choice=order, other=1)
    assert body["response_format"]["json_schema"]["schema"] == {"type": "object"}
    assert (body["reasoning_effort"], body["parallel_tool_calls"]) == ("high", False)
    function = {"name": "weather", "description": "of a city", "parameters": {"type": "object"}}
    assert body["tools"] == [{"type": "function", "function": function}]
    assert body["tool_choice"] == {"type": "function", "function": {"name": "weather"}}
    assert "other" not in body
    for kind, told in (("any", "required"), ("none", "none"), ("auto", None)):
        assert (await sent(desk, tools=[WEATHER], tool_choice={"type": kind})).get("tool_choice") == told
    assert "tools" not in await sent(desk, tools=[server_tool], tool_choice={"type": "any"})


async def test_more_tokens_than_a_server_writes_are_no_error(desk: Desk, autojump_clock: Clock) -> None:
    async def script(exchange: Exchange) -> None:
        if "max_tokens" in exchange.json():
            said = {"error": {"message": "max_tokens is too large: 32000, the context has 4096 tokens"}}
            await exchange.send(reply(400, said))
        else:
            await exchange.send(SSE_HEAD, delta(content="a"), finish(), DONE)

    desk.upstream.script = script
    assert (await desk.ask(PATH, asking(max_tokens=32_000))).status == 200


@pytest.mark.parametrize(
    "refusal",
    [
        {"error": {"message": "'messages.1' : property 'reasoning_content' is unsupported"}},
        {"detail": [{"loc": ["body", "messages", 1, "assistant", "reasoning_content"], "msg": "Extra inputs"}]},
    ],
)
async def test_a_server_that_takes_no_thoughts_is_told_none(
    refusal: dict[str, Any], desk: Desk, autojump_clock: Clock
) -> None:
    async def script(exchange: Exchange) -> None:
        if b"reasoning_content" in exchange.body:
            await exchange.send(reply(422, refusal))
        else:
            await exchange.send(SSE_HEAD, delta(content="a"), finish(), DONE)

    desk.upstream.script = script
    thought = {"role": "assistant", "content": [{"type": "thinking", "thinking": "hm", "signature": ""}, TEXT]}
    for number in (1, 2):
        assert (await desk.ask(PATH, asking(messages=[user("x"), thought, user("y")]))).status == 200
        asked = [each for each in desk.upstream.requests if each.method == "POST"]
        assert len(asked) == 1 + number, "it is remembered"
        assert asked[-1].json()["messages"] == [user("x"), {"role": "assistant", "content": "so"}, user("y")]


@pytest.mark.parametrize(("reason", "told"), [("length", "max_tokens"), ("content_filter", "refusal")])
async def test_a_cut_answer_says_so(reason: str, told: str, desk: Desk, autojump_clock: Clock) -> None:
    cut = {**CALL, "function": {"name": "weather", "arguments": '{"city": "Li'}}
    desk.upstream.says(delta(content="a"), delta(tool_calls=[{"index": 0, **cut}]), finish(reason), DONE)
    content, last = assert_well_formed(events_of(await text_of(await desk.ask(PATH, asking(stream=True)))))
    assert (last["delta"]["stop_reason"], [block["type"] for block in content]) == (told, ["text"])
    assert last["usage"]["output_tokens"] > 0, "nobody counted: it is guessed"


async def test_a_call_without_an_object_is_an_error(desk: Desk, autojump_clock: Clock) -> None:
    odd = {**CALL, "function": {"name": "weather", "arguments": "Lisbon"}}
    desk.upstream.says(delta(content="a"), delta(tool_calls=[{"index": 0, **odd}]), finish("tool_calls"), DONE)
    assert (await desk.ask(PATH, asking())).status == 502
    *before, last = events_of(await text_of(await desk.ask(PATH, asking(stream=True))))
    assert (last["type"], last["error"]["type"], last["error"]["code"]) == ("error", "api_error", "upstream_error")
    assert before[-1]["delta"] == {"type": "text_delta", "text": "a"}, "what came before it is told"
    assert (desk.memory.held, desk.gateway.running()) == (0, 0)


async def test_one_that_repeats_itself_for_ever_is_cut_off(desk: Desk, autojump_clock: Clock) -> None:
    async def script(exchange: Exchange) -> None:
        await exchange.send(SSE_HEAD)
        while True:
            await exchange.send(delta(content="again and again. "))
            await trio.sleep(0.01)

    desk.upstream.script = script
    _, last = assert_well_formed(events_of(await text_of(await desk.ask(PATH, asking(stream=True)))))
    assert (last["delta"]["stop_reason"], last["delta"]["orchd"]) == ("max_tokens", {"cut": "loop"})
    assert json.loads((await desk.ask(PATH, asking())).body)["orchd"] == {"cut": "loop"}


async def test_who_waits_is_pinged_also_while_nobody_sees_it_think(desk: Desk, autojump_clock: Clock) -> None:
    async def script(exchange: Exchange) -> None:
        await exchange.send(SSE_HEAD)
        for _ in range(4):
            await exchange.send(delta(reasoning_content="hm"))
            await trio.sleep(HEARTBEAT_SECONDS)
        await exchange.send(delta(content="a"), finish(), DONE)

    desk.upstream.script = script
    text = await text_of(await desk.ask(PATH, asking(stream=True)))
    content, _ = assert_well_formed(events_of(text))
    assert content == [{"type": "text", "text": "a"}]
    assert text.count(b"event: ping") == int((4 * HEARTBEAT_SECONDS - PATIENCE_SECONDS) / HEARTBEAT_SECONDS) + 1


async def test_what_breaks_in_the_middle_is_the_last_event(desk: Desk, autojump_clock: Clock) -> None:
    desk.upstream.says(delta(content="a"), event({"error": {"message": "boom", "type": "server_error"}}))
    last = events_of(await text_of(await desk.ask(PATH, asking(stream=True))))[-1]
    assert (last["type"], last["error"]["type"], last["error"]["code"]) == ("error", "api_error", "upstream_error")


async def test_a_prompt_that_is_too_long_is_said_in_known_words(desk: Desk, autojump_clock: Clock) -> None:
    said = {"error": {"message": "the prompt exceeds the context", "type": "exceed_context_size_error"}}
    desk.upstream.routes["POST /v1/chat/completions"] = reply(400, said)
    page = await desk.ask(PATH, asking(stream=True))
    told = json.loads(page.body)["error"]
    assert (page.status, told["type"], told["code"]) == (400, "invalid_request_error", "too_large")
    assert told["message"].startswith("prompt is too long: ")


async def test_tokens_are_counted(desk: Desk, autojump_clock: Clock) -> None:
    members = {"system": "Be brief. " * 20, "messages": [user("hello " * 20)], "tools": [WEATHER]}
    counted = json.loads((await desk.ask(COUNT, {"model": "m", **members})).body)["input_tokens"]
    assert 80 < counted < 160, "about a token for each four letters: this server has no tokenizer to ask"
    assert (await desk.ask(COUNT, {"model": "nobody", **members})).status == 404
    assert (await desk.ask(COUNT, {"model": "nobody", "models": ["no-one", "m"], **members})).status == 200
    some = LOCAL._replace(models=frozenset(["m"]))
    assert (await desk.ask(COUNT, {"model": "text-embed", **members}, who=some)).status == 403
    assert (await desk.ask(COUNT, {"model": "m", "models": ["text-embed"], **members}, who=some)).status == 403
    assert desk.memory.held == 0


async def test_models_are_listed_for_who_says_which_version_it_knows(desk: Desk, autojump_clock: Clock) -> None:
    version = [(b"anthropic-version", b"2023-06-01")]
    listed = json.loads((await desk.ask("/v1/models", headers=version)).body)
    assert [(each["type"], each["id"]) for each in listed["data"]] == [("model", "m"), ("model", "text-embed")]
    assert (listed["first_id"], listed["last_id"], listed["has_more"]) == ("m", "text-embed", False)
    assert json.loads((await desk.ask("/v1/models/*", headers=version, rest="m")).body)["display_name"] == "m"
    codex = json.loads((await desk.ask("/v1/models", query="client_version=0.171.0")).body)
    assert (codex["models"], [each["id"] for each in codex["data"]]) == ([], ["m", "text-embed"])


@pytest.mark.parametrize(
    ("members", "param"),
    [
        ({"messages": None}, "messages"),
        ({"messages": []}, "messages"),
        ({"messages": [{"role": "tool", "content": "x"}]}, "messages[0].role"),
        ({"messages": [{"role": "user", "content": [{"type": "text"}]}]}, "messages[0].content[0].text"),
        ({"messages": [{"role": "user", "content": [{"type": "image"}]}]}, "messages[0].content[0].source"),
        (
            {"messages": [{"role": "user", "content": [{"type": "image", "source": {"type": "file"}}]}]},
            "messages[0].content[0].source.type",
        ),
        (
            {"messages": [{"role": "user", "content": [{"type": "document", "source": {"type": "url"}}]}]},
            "messages[0].content[0].source.type",
        ),
        ({"messages": [{"role": "user", "content": [{"type": "tool_use"}]}]}, "messages[0].content[0].type"),
        ({"messages": [{"role": "assistant", "content": [{"type": "x"}]}]}, "messages[0].content[0].type"),
        ({"messages": [{"role": "user", "content": [{"type": "tool_result"}]}]}, "messages[0].content[0].tool_use_id"),
        ({"system": [{"type": "image"}]}, "system[0].type"),
        ({"max_tokens": 0}, "max_tokens"),
        ({"tools": [{}]}, "tools[0].name"),
        ({"tools": [WEATHER], "tool_choice": {"type": "x"}}, "tool_choice.type"),
        ({"tools": [WEATHER], "tool_choice": {"type": "tool", "name": "x"}}, "tool_choice.name"),
        ({"output_config": {"effort": "huge"}}, "output_config.effort"),
        ({"output_config": {"format": {"type": "xml"}}}, "output_config.format"),
        ({"messages": [user("x" * 5000)]}, "messages"),
        ({"model": "nobody"}, "model"),
    ],
)
async def test_what_is_wrong_is_named(members: dict[str, Any], param: str, desk: Desk, autojump_clock: Clock) -> None:
    page = await desk.ask(PATH, asking(**members))
    told = json.loads(page.body)
    kinds = {400: "invalid_request_error", 404: "not_found_error", 413: "request_too_large"}
    assert (told["type"], told["error"]["param"]) == ("error", param)
    assert told["error"]["type"] == kinds[page.status]
    assert (desk.memory.held, desk.gateway.running()) == (0, 0)


def test_other_refusals_have_anthropics_names_too() -> None:
    page = as_anthropic(Page.of_refusal(RateLimited("the quota is used up", reason="quota", retry_after_ms=1500)))
    assert (page.status, dict(page.headers)["Retry-After"]) == (429, "2")
    assert json.loads(page.body)["error"]["type"] == "rate_limit_error"
    assert json.loads(as_anthropic(Page.of_refusal(OrchdError("a defect"))).body)["error"]["type"] == "api_error"


def assert_well_formed(events: Sequence[dict[str, Any]]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """See that a stream's blocks are opened and closed once each and in turn. Return what they hold by what was told of
    them by and by, and the event that says how it ended."""
    assert (events[0]["type"], events[-1]["type"], events[-2]["type"]) == (
        "message_start",
        "message_stop",
        "message_delta",
    )
    assert events[0]["message"]["usage"]["input_tokens"] > 0
    content: list[dict[str, Any]] = []
    is_open = False
    for each in events[1:-2]:
        match each["type"]:
            case "content_block_start":
                assert (each["index"], is_open) == (len(content), False)
                content.append(each["content_block"])
                is_open = True
            case "content_block_delta":
                assert (each["index"], is_open) == (len(content) - 1, True)
                told = each["delta"]
                if told["type"] == "input_json_delta":
                    content[-1]["input"] = json.loads(told["partial_json"])
                else:
                    name = told["type"].removesuffix("_delta")
                    content[-1][name] += told[name]
            case "content_block_stop":
                assert (each["index"], is_open) == (len(content) - 1, True)
                is_open = False
            case other:
                assert other == "ping"
    assert not is_open
    return content, events[-2]


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
CHANNELS: st.SearchStrategy[Channel] = st.sampled_from(["content", "reasoning"])
ANSWERS = st.lists(st.builds(AnswerText, CHANNELS, TEXTS, st.just(())), max_size=6)
CALLS = st.lists(
    st.builds(lambda name, city: ToolCall(name, CalledFunction("weather", json.dumps({"city": city}))), TEXTS, TEXTS),
    max_size=3,
    unique_by=lambda call: call.id,
)


@settings(max_examples=examples(200), deadline=None)
@given(ANSWERS, CALLS)
def test_texts_and_calls_survive_the_round_trip(texts: list[AnswerText], calls: list[ToolCall]) -> None:
    asked = read_request(json.dumps(asking(stream=True, thinking={"type": "adaptive"})).encode(), 10_000)
    scribe = MessageScribe(asked, "m")
    outcome = Outcome("stop", "m", Usage(1, 1, 2), tool_calls=tuple(calls))
    events: list[RelayEvent] = [*texts, AnswerEnd(outcome, 0, 0, 0, 0)]
    content, _ = assert_well_formed(events_of(scribe.begin() + b"".join(map(scribe.take, events))))
    assert content == scribe.whole()["content"]
    told = [user("x"), {"role": "assistant", "content": content}]
    again = read_request(json.dumps(asking(messages=told)).encode(), 10_000)
    messages = msgspec.json.decode(again.body.members["messages"])
    said: dict[str, Any] = messages[1] if len(messages) > 1 else {"content": ""}
    assert said["content"] == "".join(text for channel, text, _ in texts if channel == "content")
    assert said.get("reasoning_content", "") == "".join(text for channel, text, _ in texts if channel == "reasoning")
    inputs = [json.loads(call["function"]["arguments"]) for call in said.get("tool_calls", [])]
    assert inputs == [json.loads(call.function.arguments) for call in calls]


async def test_what_is_missing_is_said_in_the_words_of_who_asks(desk: Desk, autojump_clock: Clock) -> None:
    missing = Page.of_error(404, "not_found", "there is no such page")
    for path in ("/v1/nothing", "/v1/models/m/more", "/v1/messages/batches"):
        door = find_door(desk.routes, path, {b"host", b"anthropic-version"})
        assert door is not None
        told = json.loads(door.refuse(missing).body)
        assert (told["type"], told["error"]["type"]) == ("error", "not_found_error"), path
    door = find_door(desk.routes, "/v1/nothing", {b"host"})
    assert door is not None
    assert json.loads(door.refuse(missing).body)["error"]["type"] == "invalid_request_error"
