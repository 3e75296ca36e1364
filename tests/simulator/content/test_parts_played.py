"""A planner's and a judge's answers that hang together."""

import random
from typing import Any

import msgspec
import pytest

from orchd.json_schema import Json, JsonSchema
from orchd.simulator.content.answer import AnswerSpec, compose
from orchd.simulator.content.parts_played import STEPS, play
from orchd.simulator.faults import Faults

STEP = {
    "type": "object",
    "properties": {
        "id": {"type": "integer", "minimum": 1},
        "title": {"type": "string", "minLength": 1},
        "depends_on": {"type": "array", "items": {"type": "integer"}},
        "difficulty": {"type": "integer", "minimum": 1, "maximum": 10},
        "assistant": {"type": ["string", "null"]},
    },
    "required": ["id", "title", "depends_on", "difficulty", "assistant"],
    "additionalProperties": False,
}
PLAN = {
    "type": "object",
    "properties": {"subtasks": {"type": "array", "items": STEP, "minItems": 1}},
    "required": ["subtasks"],
}
CRITERION = {
    "type": "object",
    "properties": {"pass": {"type": "boolean"}, "reason": {"type": "string"}},
    "required": ["pass", "reason"],
}
VERDICT = {
    "type": "object",
    "properties": {
        "approved": {"type": "boolean"},
        "score": {"type": "integer", "minimum": 0, "maximum": 100},
        "complete": CRITERION,
        "criteria": {"type": "object", "properties": {"correct": CRITERION}, "required": ["correct"]},
        "missing": {"type": "array", "items": {"type": "string"}},
        "notes": {"type": "string"},
    },
    "required": ["approved", "score", "complete", "criteria", "missing", "notes"],
}


def answered(schema: dict[str, Any], faults: Faults, seed: int) -> Any:
    text = "".join(compose(AnswerSpec("Q", "simulated", seed, room=8_000, schema=schema), faults).content)
    return msgspec.json.decode(text)


@pytest.mark.parametrize("seed", range(20))
def test_a_plan_has_steps_that_need_earlier_ones_only(seed: int) -> None:
    steps = answered(PLAN, Faults(), seed)["subtasks"]
    assert [step["id"] for step in steps] == [*range(1, STEPS + 1)]
    assert [step["depends_on"] for step in steps] == [[], [], [1, 2]]
    assert all(step["title"].startswith("Simulated") for step in steps)
    assert all(1 <= step["difficulty"] <= 10 for step in steps)


@pytest.mark.parametrize("seed", range(20))
def test_a_verdict_agrees_with_itself(seed: int) -> None:
    said = answered(VERDICT, Faults(), seed)
    assert (said["approved"], said["complete"]["pass"], said["missing"]) == (True, True, [])
    assert said["criteria"]["correct"]["pass"]
    assert 70 <= said["score"] <= 100
    assert said["notes"].startswith("simulated")


@pytest.mark.parametrize(("score", "approved"), [(0, False), (69, False), (70, True), (100, True)])
def test_a_judge_gives_the_score_that_is_asked_for(score: int, approved: bool) -> None:
    said = answered(VERDICT, Faults(score=score), 1)
    assert (said["score"], said["approved"], said["complete"]["pass"]) == (score, approved, approved)


@pytest.mark.parametrize("value", [[1], "text", None, {"name": "x"}, {"subtasks": 3}, {"subtasks": [1]}])
def test_other_values_stay(value: Json) -> None:
    assert play(value, JsonSchema(True), random.Random(1), None) == value


def test_what_the_schema_refuses_stays_random() -> None:
    schema = {"properties": {"subtasks": {"type": "array", "maxItems": 1, "items": {"type": "object"}}}}
    value: Json = {"subtasks": [{"title": "x"}]}
    assert play(value, JsonSchema(schema), random.Random(1), None) == value
