"""What a planner is told, and what becomes of its answer."""

import json
from collections.abc import Callable
from typing import Any, TypeVar, TypeVarTuple

import pytest
from trio.testing import MockClock

from orchd.errors import Busy, Unavailable, UpstreamError
from orchd.features.models import AssistantItem
from orchd.features.task.core.results import EarlierPlan, Part, Plan, PlannedSubtask
from orchd.features.task.core.work import TaskBrief
from orchd.features.task.workers.planning import MAX_TOLD, Planner, plan_schema
from orchd.json_schema import JsonSchema
from orchd.llm import Cost, ModelInfo, NoAnswerError
from orchd.worker.pool import InPlace
from tests.features.task.fake_models import (
    Audience,
    Bureau,
    FakeBackends,
    Reply,
    Words,
    assistant,
    away,
    brief,
    generator,
    system_of,
    user_of,
)

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

GOOD = json.dumps(
    {
        "subtasks": [
            {"id": 1, "title": "A", "prompt": "Do a.", "depends_on": [], "difficulty": 3, "assistant": "Ada"},
            {"id": 2, "title": "B", "prompt": "Do b.", "depends_on": [1], "difficulty": 9, "task_type": "code"},
        ]
    }
)
PLAN = [
    PlannedSubtask("A", "Do a.", [], 3, "Ada", "general"),
    PlannedSubtask("B", "Do b.", [0], 9, None, "code"),
]
CIRCLE = GOOD.replace('"depends_on": []', '"depends_on": [2]')


class Scene:
    """A planner with two models and an assistant."""

    def __init__(self, *infos: ModelInfo, staff: list[AssistantItem] | None = None) -> None:
        self.backends = FakeBackends(*infos)
        people = [assistant("Ada", "alpha", category="code")] if staff is None else staff
        self.planner = Planner(Bureau(self.backends, *people), generator(self.backends), Words(), InPlace())

    async def plan(self, task: TaskBrief | None = None) -> tuple[Plan, Cost]:
        return await self.planner.plan(task or brief(), Audience())

    def answers(self, *replies: Reply) -> None:
        waiting = list(replies)
        self.backends.script = lambda model, prompt: waiting.pop(0)


async def test_a_plan_is_asked_for_by_schema_and_read() -> None:
    scene = Scene()
    scene.answers(GOOD)
    plan, cost = await scene.plan()
    assert plan == Plan(PLAN, "alpha@one")
    assert (cost.calls, cost.tokens) == (1, 15)
    prompt = scene.backends.asked[0][1]
    assert prompt.schema == plan_schema(["Ada"])
    for text in ("The task", "All about rivers.", "* Ada (code)", '"depends_on"'):
        assert text in user_of(prompt)
    assert "Summarise nothing and leave nothing out" in system_of(prompt)


async def test_a_planners_own_prompt_is_used() -> None:
    scene = Scene(staff=[assistant("P", "beta", category="planning", prompt="You plan.")])
    scene.answers(GOOD.replace("Ada", ""))
    assert (await scene.plan())[0].model == "beta@two"
    assert system_of(scene.backends.asked[0][1]).startswith("You plan.\n\n")


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (CIRCLE, "subtasks wait for each other in a circle: 1, 2"),
        ("I'd rather not.", "no whole JSON object"),
        (GOOD[:-20], "no whole JSON object"),
        (GOOD.replace("Ada", "Eve"), "there is no assistant 'Eve' (known: Ada)"),
    ],
)
async def test_a_plan_that_cannot_be_used_is_shown_to_its_author_with_the_reason(bad: str, why: str) -> None:
    scene = Scene()
    scene.answers(bad, f"Sorry. ```json\n{GOOD}\n```")
    plan, cost = await scene.plan()
    assert (plan.subtasks, cost.calls, cost.tokens) == (PLAN, 2, 30)
    (_, first), (model, second) = scene.backends.asked
    assert model == "alpha"
    assert [turn.role for turn in second.turns] == ["system", "user", "assistant", "user"]
    assert second.turns[:2] == first.turns
    assert second.turns[2].content == bad
    assert why in user_of(second)
    assert second.schema == first.schema


async def test_there_is_one_chance_to_mend_it() -> None:
    scene = Scene()
    scene.answers(CIRCLE, "No.")
    with pytest.raises(NoAnswerError, match="the plan of alpha@one can't be used: there is no whole JSON") as failed:
        await scene.plan()
    assert isinstance(failed.value.error, UpstreamError)
    assert failed.value.error.reason == "unusable_plan"
    assert failed.value.model == "alpha@one"
    assert failed.value.spent.calls == 2


async def test_who_wrote_a_plan_mends_it_even_as_a_fall_back() -> None:
    scene = Scene()
    scene.answers(away(), CIRCLE, GOOD)
    assert (await scene.plan())[0].model == "beta@two"
    assert scene.backends.names == ["alpha", "beta", "beta"]


async def test_when_mending_fails_the_cost_of_both_is_told(autojump_clock: MockClock) -> None:
    scene = Scene(ModelInfo("alpha", "one", context=4000))
    scene.answers(CIRCLE, away(), away(), away())
    with pytest.raises(NoAnswerError) as failed:
        await scene.plan()
    assert isinstance(failed.value.error, Unavailable)
    assert failed.value.spent.calls == 4


@pytest.mark.parametrize(("replies", "calls"), [([GOOD], 1), ([CIRCLE, GOOD], 2)])
async def test_a_plan_that_can_not_be_read_now_has_cost_something(replies: list[Reply], calls: int) -> None:
    class Full(InPlace):
        left = calls

        async def run(self, function: Callable[[*Ts], T], *args: *Ts, **options: Any) -> T:
            self.left -= 1
            if not self.left:
                raise Busy("too many long texts wait")
            return function(*args)

    scene = Scene()
    scene.planner = Planner(Bureau(scene.backends), generator(scene.backends), Words(), Full())
    scene.answers(*replies)
    with pytest.raises(NoAnswerError) as failed:
        await scene.plan()
    assert isinstance(failed.value.error, Busy)
    assert (failed.value.spent.calls, failed.value.model) == (calls, None)


async def test_a_long_task_and_a_long_bad_plan_still_fit() -> None:
    scene = Scene(ModelInfo("alpha", "one", context=1000))
    scene.answers("w " * 3000, GOOD)
    await scene.plan(brief("w " * 5000))
    sizes = [sum(len(turn.content.split()) for turn in prompt.turns) for _, prompt in scene.backends.asked]
    assert all(400 < size < 1000 for size in sizes)


async def test_not_all_of_many_assistants_are_told_of() -> None:
    staff = [assistant(f"A{number:03}") for number in range(MAX_TOLD + 20)]
    scene = Scene(staff=staff)
    scene.answers(GOOD.replace("Ada", "A000"))
    await scene.plan()
    told = user_of(scene.backends.asked[0][1])
    assert f"A{MAX_TOLD - 1:03}" in told
    assert f"A{MAX_TOLD:03}" not in told


def test_the_schema_is_one_that_we_check_ourselves() -> None:
    assert JsonSchema(plan_schema(["Ada"])).unchecked == []


async def test_a_plan_that_a_person_did_not_take_is_shown_to_the_planner_with_what_they_said() -> None:
    scene = Scene()
    scene.answers(GOOD)
    await scene.plan()
    first = user_of(scene.backends.asked[0][1])
    scene.answers(GOOD)
    await scene.plan(brief()._replace(earlier=EarlierPlan(PLAN, ["too few steps", "cite sources"])))
    again = user_of(scene.backends.asked[1][1])
    assert again != first
    for text in (
        "The plan before, which a person did not take",
        '"prompt": "Do b."',
        "* too few steps",
        "* cite sources",
    ):
        assert text in again
        assert text not in first


async def test_the_results_that_a_task_builds_on_are_shown_to_its_planner_and_fitted() -> None:
    scene = Scene(ModelInfo("alpha", "one", context=500))
    scene.answers(GOOD.replace("Ada", ""))
    long = "word " * 2000
    inputs = [Part(0, "The task “A”", "Green tea is steamed."), Part(0, "The task “B”", long)]
    await scene.plan(brief()._replace(inputs=inputs))
    shown = user_of(scene.backends.asked[0][1])
    assert "## The task “A”\n\nGreen tea is steamed." in shown
    assert "All about rivers." in shown
    assert len(shown.split()) < 500
