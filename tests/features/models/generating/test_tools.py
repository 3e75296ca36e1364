import json
from typing import Any

import pytest

from orchd.errors import Invalid, UpstreamError
from orchd.features.models.generating import tools
from orchd.features.models.generating.tool_messages import (
    ModelCalledFunction,
    ModelNamedTool,
    ModelTool,
    ModelToolCall,
    ModelToolFunction,
    ModelToolName,
)
from orchd.features.models.messages import ModelComplete, ModelCompleted, ModelTurn
from orchd.llm.tools import NamedFunction, NamedTool
from tests.fix_models import Desk, StartModels
from tests.fix_simulator import RunningSimulator

SCHEMA: dict[str, Any] = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
WEATHER, NOW = ModelTool(ModelToolFunction("weather", "Tells.", SCHEMA)), ModelTool(ModelToolFunction("now"))
ASK = ModelTurn("user", "How is it outside?")
CALLS = "How is it outside? [[simulate: calls=2]]"


def wanted(**members: Any) -> ModelComplete:
    return ModelComplete(**({"messages": [ASK]} | members))


def call(call_id: str = "1") -> ModelToolCall:
    return ModelToolCall(call_id, ModelCalledFunction("now", "{}"))


@pytest.fixture
async def desk(start_models: StartModels, simulator: RunningSimulator) -> Desk:
    return await start_models(simulator.url, default="simulated-small")


async def test_a_model_asks_for_calls_and_answers_when_it_has_the_results(desk: Desk) -> None:
    question = ModelTurn("user", CALLS)
    asked = await desk.ask(wanted(messages=[question], tools=(WEATHER, NOW)), ModelCompleted)
    assert (asked.content, asked.finish_reason) == ("", "tool_calls")
    assert isinstance(asked.tool_calls, list)
    first, second = asked.tool_calls
    assert (first.function.name, second.function.name, second.function.arguments) == ("weather", "now", "{}")
    assert isinstance(json.loads(first.function.arguments)["city"], str)
    assert asked.timings.first_token_ms is not None
    back = tuple(
        ModelToolCall(call.id, ModelCalledFunction(call.function.name, call.function.arguments))
        for call in (first, second)
    )
    results = [ModelTurn("tool", "fine", tool_call_id=call.id) for call in back]
    turns = [question, ModelTurn("assistant", "", back), *results]
    done = await desk.ask(wanted(messages=turns, tools=(WEATHER, NOW)), ModelCompleted)
    assert (done.finish_reason, bool(done.content)) == ("stop", True)
    assert not done.tool_calls


async def test_calls_come_instead_of_a_value(desk: Desk) -> None:
    schema = {"type": "object"}
    asked = await desk.ask(wanted(messages=[ModelTurn("user", CALLS)], tools=(NOW,), schema=schema), ModelCompleted)
    assert isinstance(asked.tool_calls, list)
    assert not asked.value
    done = await desk.ask(wanted(tools=(NOW,), schema=schema), ModelCompleted)
    assert isinstance(done.value, dict)


async def test_the_model_may_be_made_to_call_or_not_to(desk: Desk) -> None:
    only = ModelNamedTool(ModelToolName("now"))
    asked = await desk.ask(wanted(tools=(WEATHER, NOW), tool_choice=only), ModelCompleted)
    assert isinstance(asked.tool_calls, list)
    assert [call.function.name for call in asked.tool_calls] == ["now"]
    done = await desk.ask(wanted(messages=[ModelTurn("user", CALLS)], tools=(NOW,), tool_choice="none"), ModelCompleted)
    assert not done.tool_calls


async def test_another_model_is_asked_only_before_the_first_token_of_a_call(
    desk: Desk, simulator: RunningSimulator
) -> None:
    question = ModelTurn("user", "Well? [[simulate: calls,eof_after=0,times=1]]")
    with pytest.raises(UpstreamError, match="truncated"):
        await desk.ask(wanted(messages=[question], tools=(NOW,), fallbacks=("simulated-reasoning",)), ModelCompleted)
    assert simulator.stats().faulted == 1
    assert simulator.stats().completed == 0


MANY = tuple(ModelTool(ModelToolFunction(f"f{n}", "x" * 10_000)) for n in range(30))


@pytest.mark.parametrize(
    ("members", "path"),
    [
        ({"tools": (NOW, WEATHER, NOW)}, "$.data.tools[2].function.name"),
        ({"tools": MANY}, "$.data.tools"),
        ({"tool_choice": "auto"}, "$.data.toolChoice"),
        ({"tools": (NOW,), "tool_choice": ModelNamedTool(ModelToolName("then"))}, "$.data.toolChoice.function.name"),
        ({"messages": [ASK, ModelTurn("user", "", (call(),))]}, "$.data.messages[1].toolCalls"),
        ({"messages": [ASK, ModelTurn("tool", "x")]}, "$.data.messages[1]"),
        ({"messages": [ASK, ModelTurn("user", "x", tool_call_id="1")]}, "$.data.messages[1]"),
        ({"messages": [ASK, ModelTurn("tool", "x", tool_call_id="1")]}, "$.data.messages[1].toolCallId"),
        (
            {"messages": [ASK, ModelTurn("assistant", "", (call("2"),)), ModelTurn("tool", "x", tool_call_id="1")]},
            "$.data.messages[2].toolCallId",
        ),
    ],
)
async def test_what_does_not_fit_together_costs_no_generation(
    desk: Desk, simulator: RunningSimulator, members: dict[str, Any], path: str
) -> None:
    with pytest.raises(Invalid) as refused:
        await desk.ask(wanted(**members), ModelCompleted)
    assert refused.value.details["path"] == path
    assert simulator.stats().tokens == 0


def test_without_a_choice_none_is_sent() -> None:
    assert tools.choice(wanted(tools=(NOW,))) is None
    named = tools.choice(wanted(tools=(NOW,), tool_choice=ModelNamedTool(ModelToolName("now"))))
    assert named == NamedTool(NamedFunction("now"))
