"""Tool calls of the simulator: asked for, made up, sent in pieces."""

import json
from typing import Any

import jsonschema
import pytest

from orchd.llm.answers.calls import ToolCalls
from orchd.llm.wire.chunks import Delta, decode
from tests.fix_simulator import Reply, RunningSimulator

SCHEMA = {
    "type": "object",
    "properties": {"city": {"type": "string", "minLength": 12}, "days": {"type": "integer", "minimum": 1}},
    "required": ["city", "days"],
    "additionalProperties": False,
}
TOOLS = [
    {"type": "function", "function": {"name": "weather", "description": "Tells.", "parameters": SCHEMA}},
    {"type": "function", "function": {"name": "now"}},
]


def called(reply: Reply) -> list[tuple[str, Any]]:
    """The calls that the daemon's own reader makes of the stream."""
    calls = ToolCalls()
    for chunk in reply.chunks:
        read = decode(json.dumps(chunk).encode())
        assert read is not None
        deltas = [choice.delta or Delta() for choice in read.choices or ()]
        calls.add(fragment for delta in deltas for fragment in delta.tool_calls or ())
    return [(call.function.name, call.function.arguments) for call in calls.whole()]


@pytest.mark.parametrize("form", ["pieces", "whole", "odd"])
async def test_calls_on_request_however_they_are_cut(simulator: RunningSimulator, form: str) -> None:
    question = f"Well? [[simulate: calls=3,call_form={form}]]"
    reply = await simulator.stream(question, tools=TOOLS, stream_options={"include_usage": True})
    calls = called(reply)
    assert [name for name, _ in calls] == ["weather", "now", "weather"]
    for _, arguments in (calls[0], calls[2]):
        jsonschema.validate(json.loads(arguments), SCHEMA)
    assert (reply.text(), reply.finish_reasons, reply.done) == ("", ["tool_calls"], True)
    assert reply.chunks[-1]["usage"]["completion_tokens"] >= 3


async def test_a_tool_that_can_t_be_followed_is_passed_over(simulator: RunningSimulator) -> None:
    """Agents offer dozens, and one of them has a pattern."""
    told = {"type": "object", "properties": {"a": {"type": "string", "pattern": "^x+$"}}, "required": ["a"]}
    hard = {"type": "function", "function": {"name": "hard", "parameters": told}}
    calls = called(await simulator.stream("Well? [[simulate: calls=2]]", tools=[hard, *TOOLS]))
    assert [name for name, _ in calls] == ["weather", "weather"]
    refused = await simulator.ask("Well? [[simulate: calls]]", tools=[hard])
    assert (refused.status_code, "pattern" in refused.text) == (400, True)


async def test_the_same_calls_in_one_body(simulator: RunningSimulator) -> None:
    question = "Well? [[simulate: calls]]"
    body = (await simulator.ask(question, tools=TOOLS)).json()["choices"][0]
    [call] = body["message"]["tool_calls"]
    assert body["finish_reason"] == "tool_calls"
    streamed = called(await simulator.stream(question, tools=TOOLS))
    assert streamed == [(call["function"]["name"], call["function"]["arguments"])]


async def test_who_must_calls_and_who_may_does_not(simulator: RunningSimulator) -> None:
    assert called(await simulator.stream("Well?", tools=TOOLS)) == []
    assert called(await simulator.stream("[[simulate: calls]]")) == []
    assert called(await simulator.stream("[[simulate: calls]]", tools=TOOLS, tool_choice="none")) == []
    assert len(called(await simulator.stream("Well?", tools=TOOLS, tool_choice="required"))) == 1
    named = {"type": "function", "function": {"name": "now"}}
    assert called(await simulator.stream("Well?", tools=TOOLS, tool_choice=named)) == [("now", "{}")]


async def test_after_a_result_comes_an_answer(simulator: RunningSimulator) -> None:
    call = {"id": "1", "type": "function", "function": {"name": "now", "arguments": "{}"}}
    turns = [
        {"role": "user", "content": "Well? [[simulate: calls]]"},
        {"role": "assistant", "content": "", "tool_calls": [call]},
        {"role": "tool", "content": "noon", "tool_call_id": "1"},
    ]
    body = {"model": "simulated-small", "messages": turns, "tools": TOOLS, "tool_choice": "required"}
    choice = (await simulator.post("/v1/chat/completions", body)).json()["choices"][0]
    assert (choice["finish_reason"], "tool_calls" in choice["message"]) == ("stop", False)


async def test_arguments_that_end_in_the_middle(simulator: RunningSimulator) -> None:
    [(_, arguments)] = called(await simulator.stream("[[simulate: calls,call_cut]]", tools=TOOLS))
    assert arguments
    with pytest.raises(json.JSONDecodeError):
        json.loads(arguments)


@pytest.mark.parametrize(
    ("choice", "tools"),
    [
        ("sometimes", TOOLS),
        ({"type": "function", "function": {"name": "other"}}, TOOLS),
        ("required", [{"type": "function", "function": {"name": "f", "parameters": {"$ref": "elsewhere"}}}]),
    ],
)
async def test_what_cannot_be_meant_is_refused(simulator: RunningSimulator, choice: Any, tools: Any) -> None:
    answer = await simulator.ask("Well?", tools=tools, tool_choice=choice)
    assert answer.status_code == 400
    assert answer.json()["error"]["param"] in ("tool_choice", "tools")
