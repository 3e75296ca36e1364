"""The Responses API: what a chat's server is asked, and the events in which its answer is told."""

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

from orchd.errors import Busy, Invalid
from orchd.features.gateway.relay import HEARTBEAT_SECONDS, PATIENCE_SECONDS
from orchd.features.gateway.responses.events import ResponseScribe
from orchd.features.gateway.responses.request import read_request
from orchd.features.gateway.sources import AnswerEnd, AnswerText, EarlyEnd, RelayEvent, RelayRemark
from orchd.llm import CalledFunction, Channel, Outcome, ToolCall, Usage
from tests.examples import examples
from tests.fix_upstream import DONE, SSE_HEAD, Exchange, delta, event, finish, reply, usage
from tests.gateway_desk import Desk, error_of, events_of, open_desk, text_of

Clock = trio.testing.MockClock

PATH = "/v1/responses"
RECORDED = Path(__file__).parent / "recorded" / "codex.json"
CALL = {"id": "call_0", "type": "function", "function": {"name": "weather", "arguments": '{"city": "Lisbon"}'}}
WEATHER = {"type": "function", "name": "weather", "description": "of a city", "parameters": {"type": "object"}}


@pytest.fixture
async def desk(autojump_clock: Clock) -> AsyncIterator[Desk]:
    async with open_desk() as found:
        yield found


async def asked(desk: Desk, **members: Any) -> dict[str, Any]:
    """The response to a request, which must be one."""
    page = await desk.ask(PATH, {"model": "m", **members})
    assert page.status == 200, page.body
    return dict(json.loads(page.body))


async def sent(desk: Desk, **members: Any) -> dict[str, Any]:
    """What the server is asked for a request."""
    desk.upstream.says(delta(content="a"), finish(), usage(), DONE)
    await asked(desk, **members)
    return dict(desk.upstream.requests[-1].json())


async def test_a_text_is_asked_and_answered(desk: Desk, autojump_clock: Clock) -> None:
    desk.upstream.says(delta(content="Hi"), delta(content=" there"), finish(), usage(9, 3), DONE)
    response = await asked(desk, input="hello", instructions="Be brief.", temperature=0.5, max_output_tokens=7)
    assert (response["status"], response["model"], response["error"]) == ("completed", "m", None)
    (item,) = response["output"]
    assert (item["type"], item["role"], item["content"][0]["text"]) == ("message", "assistant", "Hi there")
    assert (response["usage"]["input_tokens"], response["usage"]["output_tokens"]) == (9, 3)
    assert (response["instructions"], response["temperature"], response["store"]) == ("Be brief.", 0.5, False)
    body = desk.upstream.requests[-1].json()
    assert body["messages"] == [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "hello"}]
    assert (body["temperature"], body["max_tokens"]) == (0.5, 7)
    assert (desk.memory.held, desk.gateway.running()) == (0, 0)


async def test_what_codex_asks_is_a_chat(desk: Desk, autojump_clock: Clock) -> None:
    """Its second request of a conversation, as it was recorded; long texts are cut."""
    desk.upstream.says(delta(content="It works."), finish(), usage(), DONE)
    page = await desk.ask(PATH, {**json.loads(RECORDED.read_text("utf-8")), "model": "m"})
    found = events_of(await text_of(page))
    assert_well_formed(found)
    body = desk.upstream.requests[-1].json()
    roles = [message["role"] for message in body["messages"]]
    assert roles == ["system", "user", "assistant", "tool"]
    answer = body["messages"][2]
    assert (answer["content"], answer["reasoning_content"]) == ("I will look.", "Let me think.")
    assert answer["tool_calls"][0]["id"] == body["messages"][3]["tool_call_id"]
    assert [tool["function"]["name"] for tool in body["tools"]] == ["exec_command", "multi_agent_v1__close_agent"]
    assert {*body} == {"model", "messages", "tools", "stream", "stream_options"}


async def test_a_stream_is_told_item_by_item(desk: Desk, autojump_clock: Clock) -> None:
    desk.upstream.says(
        delta(content="<think>hm"),
        delta(content="m</think>\n\nI"),
        delta(content=" look."),
        delta(tool_calls=[{"index": 0, **CALL}]),
        finish("tool_calls"),
        usage(),
        DONE,
    )
    page = await desk.ask(PATH, {"model": "m", "input": "x", "tools": [WEATHER], "stream": True})
    assert page.content_type.startswith("text/event-stream")
    found = events_of(await text_of(page))
    response = assert_well_formed(found)
    assert [item["type"] for item in response["output"]] == ["reasoning", "message", "function_call"]
    thought, said, call = response["output"]
    assert (thought["content"][0]["text"], said["content"][0]["text"]) == ("hmm", "I look.")
    assert (call["name"], call["arguments"]) == ("weather", '{"city": "Lisbon"}')
    assert call["call_id"] != "call_0", "the first call of any answer is called so"
    assert (desk.memory.held, desk.gateway.running()) == (0, 0)


async def test_tools_are_offered_as_functions(desk: Desk, autojump_clock: Clock) -> None:
    custom = {
        "type": "custom",
        "name": "patch",
        "description": "applies it",
        "format": {"type": "grammar", "syntax": "lark", "definition": "start: X"},
    }
    inner = {"type": "namespace", "name": "mcp", "tools": [{**WEATHER, "strict": True}]}
    tools = [custom, inner, {"type": "web_search"}]
    body = await sent(desk, input="x", tools=tools, tool_choice={"type": "custom", "name": "patch"})
    patch, weather = (tool["function"] for tool in body["tools"])
    assert (patch["name"], patch["parameters"]["required"]) == ("patch", ["input"])
    assert patch["description"].endswith("lark grammar:\nstart: X")
    assert (weather["name"], weather["strict"], weather["parameters"]) == ("mcp__weather", True, {"type": "object"})
    assert body["tool_choice"] == {"type": "function", "function": {"name": "patch"}}
    calls = [
        {"index": 0, "id": "abc123XYZ", "function": {"name": "patch", "arguments": '{"input": "*** Begin"}'}},
        {"index": 1, "id": "other", "function": {"name": "mcp__weather", "arguments": "{}"}},
    ]
    desk.upstream.says(delta(tool_calls=calls), finish("tool_calls"), usage(), DONE)
    first, second = (await asked(desk, input="x", tools=tools))["output"]
    assert (first["type"], first["input"], first["call_id"]) == ("custom_tool_call", "*** Begin", "abc123XYZ")
    assert (second["type"], second["namespace"], second["name"]) == ("function_call", "mcp", "weather")
    again = await sent(
        desk,
        input=[first, {"type": "custom_tool_call_output", "call_id": "abc123XYZ", "output": "ok"}, second],
        tools=tools,
        tool_choice={"type": "allowed_tools", "mode": "required", "tools": [{"type": "custom", "name": "patch"}]},
    )
    told = [call["function"] for message in again["messages"] for call in message.get("tool_calls", [])]
    assert told == [calls[0]["function"], calls[1]["function"]]
    assert ([tool["function"]["name"] for tool in again["tools"]], again["tool_choice"]) == (["patch"], "required")
    assert {"tools", "tool_choice"}.isdisjoint(await sent(desk, input="x", tools=[{"type": "web_search"}]))


async def test_what_is_asked_of_the_answer_goes_on(desk: Desk, autojump_clock: Clock) -> None:
    schema = {"type": "json_schema", "name": "city", "schema": {"type": "object"}, "strict": True}
    text = {"format": schema, "verbosity": "low"}
    body = await sent(desk, input="x", text=text, reasoning={"effort": "low"}, top_k=3, other=1, metadata={"a": "b"})
    assert body["response_format"]["json_schema"] == {"name": "city", "schema": {"type": "object"}, "strict": True}
    assert (body["reasoning_effort"], body["verbosity"], body["top_k"]) == ("low", "low", 3)
    assert {"other", "metadata", "text", "reasoning"}.isdisjoint(body)
    assert (await sent(desk, input="x", text={"format": {"type": "json_object"}}))["response_format"] == {
        "type": "json_object"
    }


async def test_what_a_server_cannot_be_told_is_left_out(desk: Desk, autojump_clock: Clock) -> None:
    async def script(exchange: Exchange) -> None:
        if "reasoning_effort" in exchange.json():
            refused = {"error": {"message": "Unrecognized request argument supplied: reasoning_effort"}}
            await exchange.send(reply(400, refused))
        else:
            await exchange.send(SSE_HEAD, delta(content="a"), finish(), DONE)

    desk.upstream.script = script
    assert (await asked(desk, input="x", reasoning={"effort": "high"}))["status"] == "completed"


async def test_images_of_people_and_tools_are_shown(desk: Desk, autojump_clock: Clock) -> None:
    image = {"type": "input_image", "image_url": "data:image/png;base64," + "A" * 6000, "detail": "high"}
    call = {"type": "function_call", "call_id": "c", "name": "see", "arguments": "{}"}
    output = {"type": "function_call_output", "call_id": "c", "output": [{"type": "input_text", "text": "ok"}, image]}
    shown = {"role": "user", "content": [image, {"type": "input_text", "text": "what?"}]}
    sound = {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}}
    file = {"type": "input_file", "filename": "a.pdf", "file_data": "data:application/pdf;base64,AAAA"}
    body = await sent(desk, input=[shown, call, output, {"role": "user", "content": [sound, file]}])
    first, _, result, last = body["messages"]
    assert first["content"][0]["image_url"] == {"url": image["image_url"], "detail": "high"}
    assert result == {"role": "tool", "tool_call_id": "c", "content": "ok"}
    assert [part["type"] for part in last["content"]] == ["text", "image_url", "input_audio", "file"]


async def test_a_cut_answer_is_incomplete(desk: Desk, autojump_clock: Clock) -> None:
    for reason, told in (("length", "max_output_tokens"), ("content_filter", "content_filter")):
        desk.upstream.says(delta(content="a"), finish(reason), usage(), DONE)
        page = await desk.ask(PATH, {"model": "m", "input": "x", "stream": True})
        response = assert_well_formed(events_of(await text_of(page)))
        assert (response["status"], response["incomplete_details"]) == ("incomplete", {"reason": told})
        assert response["output"][0]["status"] == "incomplete"


@pytest.mark.parametrize("streams", [False, True])
async def test_one_that_repeats_itself_for_ever_is_cut_off(streams: bool, desk: Desk, autojump_clock: Clock) -> None:
    async def script(exchange: Exchange) -> None:
        await exchange.send(SSE_HEAD)
        while True:
            await exchange.send(delta(content="again and again. "))
            await trio.sleep(0.01)

    desk.upstream.script = script
    page = await desk.ask(PATH, {"model": "m", "input": "x", "stream": streams})
    response = assert_well_formed(events_of(await text_of(page))) if streams else json.loads(page.body)
    assert (response["status"], response["orchd"]) == ("incomplete", {"cut": "loop"})
    assert (desk.memory.held, desk.gateway.running()) == (0, 0)


async def test_who_waits_is_told_so_in_events_too(desk: Desk, autojump_clock: Clock) -> None:
    async def script(exchange: Exchange) -> None:
        await exchange.send(SSE_HEAD)
        await trio.sleep(PATIENCE_SECONDS + 1.5 * HEARTBEAT_SECONDS)
        await exchange.send(delta(content="a"), finish(), DONE)

    desk.upstream.script = script
    text = await text_of(await desk.ask(PATH, {"model": "m", "input": "x", "stream": True}))
    assert text.count(b": prompt\n\n") == 2
    assert_well_formed(found := events_of(text))
    assert [each["type"] for each in found].count("response.in_progress") == 3


async def test_an_answer_ends_with_its_reader(desk: Desk, autojump_clock: Clock) -> None:
    async def script(exchange: Exchange) -> None:
        await exchange.send(SSE_HEAD, delta(content="a"))
        await trio.sleep_forever()

    desk.upstream.script = script
    page = await desk.ask(PATH, {"model": "m", "input": "x", "stream": True})
    assert page.pieces is not None
    assert b"response.created" in await anext(page.pieces)
    await page.pieces.aclose()
    with trio.fail_after(5):
        await desk.upstream.requests[-1].closed.wait()
    await trio.testing.wait_all_tasks_blocked()
    with trio.move_on_after(1):
        await desk.ask(PATH, {"model": "m", "input": "x"})
    with trio.fail_after(5):
        await desk.upstream.requests[-1].closed.wait()
    await trio.testing.wait_all_tasks_blocked()
    assert (desk.memory.held, desk.gateway.running()) == (0, 0)


async def test_what_breaks_in_the_middle_is_told_in_the_response(desk: Desk, autojump_clock: Clock) -> None:
    desk.upstream.says(delta(content="a"), event({"error": {"message": "boom", "type": "server_error"}}))
    page = await desk.ask(PATH, {"model": "m", "input": "x", "stream": True})
    last = events_of(await text_of(page))[-1]
    assert (last["type"], last["response"]["error"]["code"]) == ("response.failed", "server_error")
    assert last["response"]["error"]["orchd"]["code"] == "upstream_error"
    assert (await desk.ask(PATH, {"model": "m", "input": "x"})).status == 502


async def test_a_prompt_that_is_too_long_is_told_where_programs_look_for_it(desk: Desk, autojump_clock: Clock) -> None:
    said = {"error": {"message": "the prompt exceeds the context", "type": "exceed_context_size_error"}}
    desk.upstream.routes["POST /v1/chat/completions"] = reply(400, said)
    page = await desk.ask(PATH, {"model": "m", "input": "x", "stream": True})
    last = events_of(await text_of(page))[-1]
    assert (page.status, last["response"]["error"]["code"]) == (200, "context_length_exceeded")
    assert error_of(await desk.ask(PATH, {"model": "m", "input": "x"}))["code"] == "context_length_exceeded"
    assert (desk.memory.held, desk.gateway.running()) == (0, 0)


@pytest.mark.parametrize(
    ("members", "param"),
    [
        ({}, "input"),
        ({"input": 7}, "input"),
        ({"input": []}, "input"),
        ({"input": [{"role": "user"}]}, "input[0].content"),
        ({"input": [{"content": "x"}]}, "input[0].role"),
        ({"input": [{"role": "user", "content": [{"type": "input_image"}]}]}, "input[0].content[0].image_url"),
        ({"input": [{"role": "user", "content": [{"type": "x"}]}]}, "input[0].content[0].type"),
        ({"input": [{"role": "user", "content": "x"}, {"type": "item_reference", "id": "a"}]}, "input[1].type"),
        ({"input": [{"type": "function_call", "name": "f", "arguments": "{}"}]}, "input[0].call_id"),
        ({"input": [{"type": "function_call_output", "call_id": "c"}]}, "input[0].output"),
        ({"input": [{"role": "system", "content": [{"type": "input_image", "image_url": "u"}]}]}, "input[0].content"),
        ({"input": "x", "previous_response_id": "resp_1"}, "previous_response_id"),
        ({"input": "x", "store": True}, "store"),
        ({"input": "x", "background": True}, "background"),
        ({"input": "x", "conversation": {"id": "a"}}, "conversation"),
        ({"input": "x", "prompt": {"id": "a"}}, "prompt"),
        ({"input": "x", "tools": [{"type": "function"}]}, "tools[0].name"),
        ({"input": "x", "tools": [WEATHER], "tool_choice": "some"}, "tool_choice"),
        ({"input": "x", "tools": [WEATHER], "tool_choice": {"type": "function", "name": "f"}}, "tool_choice.name"),
        ({"input": "x", "tool_choice": {"type": "web_search"}}, "tool_choice.type"),
        ({"input": "x", "text": {"format": {"type": "json_schema"}}}, "text.format.schema"),
        ({"input": "x", "text": {"format": {"type": "yaml"}}}, "text.format.type"),
        ({"input": "x", "reasoning": {"effort": "huge"}}, "reasoning.effort"),
        ({"input": "x", "max_output_tokens": 0}, "max_output_tokens"),
        ({"input": "x", "model": "x" * 301}, "model"),
        ({"input": "x" * 5000}, "input"),
    ],
)
async def test_what_is_wrong_is_named(members: dict[str, Any], param: str, desk: Desk, autojump_clock: Clock) -> None:
    page = await desk.ask(PATH, {"model": "m", **members})
    told = error_of(page)
    assert (page.status in (400, 413), told["param"], told["type"]) == (True, param, "invalid_request_error")
    assert (desk.memory.held, desk.gateway.running()) == (0, 0)


def test_more_tools_than_anybody_reads_are_refused() -> None:
    inner = {"type": "namespace", "name": "n", "tools": [WEATHER] * 1_000}
    for count in (1, 2):
        body = json.dumps({"input": "x", "tools": [inner] * count}).encode()
        if count == 1:
            assert len(read_request(body, 1_000_000).tools.functions) == 1_000
        else:
            with pytest.raises(Invalid, match=r"`tools` may have up to 2000 tools"):
                read_request(body, 1_000_000)


async def test_lines_of_a_request_do_not_break_events(desk: Desk, autojump_clock: Clock) -> None:
    desk.upstream.says(delta(content="a"), finish(), DONE)
    body = json.dumps({"model": "m", "input": "x", "stream": True, "metadata": {"a": "b"}}, indent=1).encode()
    assert assert_well_formed(events_of(await text_of(await desk.ask(PATH, body))))["metadata"] == {"a": "b"}


def assert_well_formed(events: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """See that a stream's items are opened and closed once each and in turn, that what is told of them by and by is
    what they hold in the end, and that the response has them all. Return that."""
    assert [each["sequence_number"] for each in events] == list(range(len(events)))
    assert events[0]["type"] == "response.created"
    open_items: dict[int, str] = {}
    texts: dict[int, str] = {}
    done: list[dict[str, Any]] = []
    for each in events[1:-1]:
        kind, place = each["type"].removeprefix("response."), each.get("output_index", -1)
        if kind == "output_item.added":
            assert (place, open_items) == (len(done), {})
            open_items[place], texts[place] = each["item"]["id"], ""
        elif kind == "output_item.done":
            assert open_items.pop(place) == each["item"]["id"]
            done.append(each["item"])
        elif kind != "in_progress":
            assert open_items[place] == each.get("item_id")
            texts[place] += each.get("delta", "")
            closing = [each[name] for name in ("text", "arguments", "input") if name in each]
            assert closing in ([], [texts[place]])
    assert not open_items
    assert events[-1]["response"]["output"] == done
    for place, item in enumerate(done):
        held = item.get("arguments", item.get("input")) if "call_id" in item else item["content"][0]["text"]
        assert held == texts[place]
    assert events[-1]["type"] == f"response.{events[-1]['response']['status']}"
    return dict(events[-1]["response"])


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
CHANNELS: st.SearchStrategy[Channel] = st.sampled_from(["content", "reasoning"])
ANSWERS = st.lists(st.builds(AnswerText, CHANNELS, TEXTS, st.just(())), max_size=6)
CALLS = st.lists(
    st.builds(lambda name, city: ToolCall(name, CalledFunction("weather", json.dumps({"city": city}))), TEXTS, TEXTS),
    max_size=3,
    unique_by=lambda call: call.id,
)


REMARKS = st.sampled_from([RelayRemark("queued", 2, 1500), RelayRemark("generating")])
ENDS = st.sampled_from(
    [
        AnswerEnd(Outcome("length", "m", None), 0, 0, 0, 0),
        EarlyEnd("loop"),
        Busy("the answer is not taken as fast as it comes"),
    ]
)


@settings(max_examples=examples(200), deadline=None)
@given(st.lists(st.builds(AnswerText, CHANNELS, TEXTS, st.just(())) | REMARKS, max_size=8), ENDS)
def test_however_an_answer_ends_its_events_are_well_formed(
    events: list[RelayEvent], end: AnswerEnd | EarlyEnd | Busy
) -> None:
    scribe = ResponseScribe(read_request(b'{"input": "x", "stream": true}', 100), "m")
    told = [scribe.begin(), *map(scribe.take, events), scribe.fail(end) if isinstance(end, Busy) else scribe.take(end)]
    response = assert_well_formed(events_of(b"".join(told)))
    assert response["status"] == ("failed" if isinstance(end, Busy) else "incomplete")
    texts = [event.text for event in events if isinstance(event, AnswerText)]
    assert "".join(item["content"][0]["text"] for item in response["output"]) == "".join(texts)


@settings(max_examples=examples(200), deadline=None)
@given(ANSWERS, CALLS)
def test_texts_and_calls_survive_the_round_trip(texts: list[AnswerText], calls: list[ToolCall]) -> None:
    asked = read_request(json.dumps({"input": "x", "stream": True, "tools": [WEATHER]}).encode(), 10_000)
    writer = ResponseScribe(asked, "m")
    outcome = Outcome("stop", "m", Usage(1, 1, 2), tool_calls=tuple(calls))
    events: list[RelayEvent] = [*texts, AnswerEnd(outcome, 0, 0, 0, 0)]
    response = assert_well_formed(events_of(writer.begin() + b"".join(map(writer.take, events))))
    assert response == msgspec.json.decode(msgspec.json.encode(writer.whole()))
    again = read_request(
        json.dumps({"input": [{"role": "user", "content": "x"}, *response["output"]]}).encode(), 10_000
    )
    messages = msgspec.json.decode(again.body.members["messages"])
    said: dict[str, Any] = messages[1] if len(messages) > 1 else {"content": ""}
    assert said["content"] == "".join(text for channel, text, _ in texts if channel == "content")
    assert said.get("reasoning_content", "") == "".join(text for channel, text, _ in texts if channel == "reasoning")
    told = [call["function"]["arguments"] for call in said.get("tool_calls", [])]
    assert told == [call.function.arguments for call in calls]
