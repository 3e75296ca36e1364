from typing import Any

import msgspec
import pytest
import trio

from orchd.errors import Invalid, NotFound, Unavailable, UpstreamError
from orchd.features.models.generating.handlers import QUICK_STEPS
from orchd.features.models.messages import (
    ModelCompare,
    ModelCompared,
    ModelComplete,
    ModelCompleted,
    ModelParams,
    ModelProgress,
    ModelStreaming,
    ModelTurn,
)
from orchd.llm.types import BackendSpec
from orchd.simulator.settings import ModelSpec
from tests.features.chat.room import Device
from tests.fix_models import Asking, Desk, StartModels
from tests.fix_simulator import RunningSimulator, StartSimulator

SMALL = "simulated-small"
QUESTION = [ModelTurn("user", "Who goes there?")]
PERSON = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "age": {"type": "integer", "minimum": 0, "maximum": 150}},
    "required": ["name", "age"],
    "additionalProperties": False,
}


@pytest.fixture
async def desk(start_models: StartModels, simulator: RunningSimulator) -> Desk:
    return await start_models(simulator.url, default=SMALL)


async def test_an_answer_comes_whole(desk: Desk) -> None:
    asking = Asking()
    done = await desk.ask(ModelComplete(QUESTION, params=ModelParams(max_tokens=5)), ModelCompleted, asking)
    assert (done.model, done.finish_reason, done.attempts) == (SMALL, "length", [])
    assert done.content
    assert done.usage is not None
    assert done.usage.completion_tokens == 5
    assert done.timings.first_token_ms is not None
    assert asking.of(ModelProgress)[-1].phase == "generating"


async def test_reasoning_is_apart(desk: Desk) -> None:
    done = await desk.ask(ModelComplete(QUESTION, model="simulated-reasoning"), ModelCompleted)
    assert done.reasoning
    assert done.reasoning not in done.content


async def test_a_schema_gives_a_value(desk: Desk) -> None:
    done = await desk.ask(ModelComplete(QUESTION, schema=PERSON), ModelCompleted)
    assert isinstance(done.value, dict)
    assert set(done.value) == {"name", "age"}
    assert done.unchecked == []


async def test_an_answer_is_checked_by_an_intricate_schema_too(desk: Desk) -> None:
    branches = [{"$ref": "#/$defs/list"}] * (QUICK_STEPS // 2)
    intricate = PERSON | {"not": {"anyOf": branches}, "$defs": {"list": {"type": "array"}}}
    done = await desk.ask(ModelComplete(QUESTION, schema=intricate), ModelCompleted)
    assert isinstance(done.value, dict)


@pytest.mark.parametrize(
    ("schema", "path"),
    [({"type": "text"}, "$.data.schema"), ({"items": {"patternProperties": {}}}, "$.data.schema.items")],
)
async def test_a_schema_that_cannot_be_used_costs_no_generation(
    desk: Desk, simulator: RunningSimulator, schema: dict[str, Any], path: str
) -> None:
    with pytest.raises(Invalid) as refused:
        await desk.ask(ModelComplete(QUESTION, schema=schema), ModelCompleted)
    assert refused.value.details["path"] == path
    assert simulator.stats().completed == 0


async def test_an_answer_cut_off_is_no_value(desk: Desk) -> None:
    with pytest.raises(UpstreamError) as refused:
        await desk.ask(ModelComplete(QUESTION, schema=PERSON, params=ModelParams(max_tokens=1)), ModelCompleted)
    assert refused.value.details["reason"] == "not_json"
    assert refused.value.details["finishReason"] == "length"


@pytest.mark.parametrize("turn", [ModelTurn("system", "be"), ModelTurn("user", " \n")])
async def test_somebody_must_ask(desk: Desk, simulator: RunningSimulator, turn: ModelTurn) -> None:
    with pytest.raises(Invalid) as refused:
        await desk.ask(ModelComplete([turn]), ModelCompleted)
    assert refused.value.details["field"] == "messages"
    with pytest.raises(Invalid) as refused:
        await desk.ask(ModelCompare([SMALL, SMALL], " "), ModelCompared)
    assert refused.value.details["field"] == "message"
    assert simulator.stats().completed == 0


async def test_another_model_answers_when_one_is_not_there(desk: Desk) -> None:
    done = await desk.ask(ModelComplete(QUESTION, model="none", fallbacks=(SMALL,)), ModelCompleted)
    assert done.model == SMALL
    assert [(attempt.model, attempt.error.code) for attempt in done.attempts] == [("none", "not_found")]
    with pytest.raises(NotFound):
        await desk.ask(ModelComplete(QUESTION, model="none"), ModelCompleted)


async def test_another_server_answers_when_one_fails_before_the_first_token(
    start_models: StartModels, start_simulator: StartSimulator
) -> None:
    bad = await start_simulator(models=(ModelSpec("simulated-bad", loaded=True),), fault="error_after=0")
    good = await start_simulator()
    desk = await start_models(BackendSpec(bad.url, name="bad"), BackendSpec(good.url, name="good"))
    done = await desk.ask(ModelComplete(QUESTION, model="simulated-bad", fallbacks=(SMALL,)), ModelCompleted)
    assert (done.model, done.backend) == (SMALL, "good")
    assert [attempt.model for attempt in done.attempts] == ["simulated-bad"]
    with pytest.raises((UpstreamError, Unavailable)):
        await desk.ask(ModelComplete(QUESTION, model="simulated-bad"), ModelCompleted)


def streamed(asking: Asking) -> list[ModelStreaming]:
    return [msgspec.convert(Device.parse(frame)["data"], ModelStreaming) for frame in asking.peer.frames]


async def test_models_answer_side_by_side(desk: Desk) -> None:
    asking = Asking()
    models = [SMALL, "simulated-reasoning", "simulated-large"]
    done = await desk.ask(ModelCompare(models, "What is it?", "be brief"), ModelCompared, asking)
    assert [item.model for item in done.items] == models
    assert len({item.message_id for item in done.items}) == 3
    for item in done.items:
        frames = [frame for frame in streamed(asking) if frame.message_id == item.message_id]
        assert {frame.index for frame in frames} == {item.index}
        assert [frame.done for frame in frames] == [False] * (len(frames) - 1) + [True]
        assert frames[-1].finish_reason == item.finish_reason == "stop"
        assert "".join(frame.chunk for frame in frames if frame.channel == "content") == item.content
        assert "".join(frame.chunk for frame in frames if frame.channel == "reasoning") == (item.reasoning or "")
        assert item.error is None


async def test_one_that_fails_leaves_the_others_their_answers(
    start_models: StartModels, start_simulator: StartSimulator
) -> None:
    bad = await start_simulator(models=(ModelSpec("simulated-bad", loaded=True),), fault="error_after=2")
    desk = await start_models(BackendSpec(bad.url, name="bad"), BackendSpec((await start_simulator()).url, name="good"))
    asking = Asking()
    done = await desk.ask(ModelCompare(["simulated-bad", SMALL], "Well?"), ModelCompared, asking)
    failed, fine = done.items
    assert failed.error is not None
    assert (failed.content != "", failed.finish_reason) == (True, None)
    assert (fine.error, fine.finish_reason) == (None, "stop")
    ends = {frame.index: frame.finish_reason for frame in streamed(asking) if frame.done}
    assert ends == {0: None, 1: "stop"}


async def test_nobody_is_asked_when_one_is_unknown(desk: Desk, simulator: RunningSimulator) -> None:
    with pytest.raises(NotFound):
        await desk.ask(ModelCompare([SMALL, "none"], "Well?"), ModelCompared)
    assert simulator.stats().completed == 0


async def test_cancelling_a_comparison_ends_all_answers(
    start_models: StartModels, start_simulator: StartSimulator
) -> None:
    simulator = await start_simulator(token_interval=0.05)
    desk = await start_models(simulator.url)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(desk.ask, ModelCompare([SMALL, "simulated-reasoning"], "Well?"), ModelCompared)
        await simulator.until(lambda stats: stats.running == 2 and stats.tokens > 1)
        nursery.cancel_scope.cancel()
    await simulator.until(lambda stats: stats.aborted == 2)
