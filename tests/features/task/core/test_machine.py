"""The machine as a whole: any plan, any outcomes in any order, with crashes anywhere, and it comes to an end."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchd.features.task.core.actions import (
    Action,
    BeginStep,
    Conditions,
    EndSubtask,
    EndTask,
    ReleaseTask,
    StepFinished,
)
from orchd.features.task.core.causes import Explanation, SubtaskCause, TaskCause, TaskFailure
from orchd.features.task.core.machine import RESERVED_CALLS, look, overspent
from orchd.features.task.core.results import CheckResult, Plan, StepOutput
from orchd.features.task.core.rows import (
    Blocker,
    StepError,
    StepFailure,
    StepKey,
    StepKind,
    StepResult,
    StepRow,
    StepSuccess,
    TaskBudget,
)
from orchd.features.task.core.state import TaskState
from orchd.features.task.core.transitions import absorb, advance
from orchd.llm import Cost
from tests.examples import examples
from tests.features.task.any_task import BUSY, LIMITS, Task
from tests.features.task.states import budget, of, planning, subtask

Task.TestCase.settings = settings(max_examples=examples(60), stateful_step_count=40)
TestTask = Task.TestCase
SLOW = TaskFailure("timeout", "slow")


def test_a_braked_task_rests_with_the_reason() -> None:
    state, actions, _ = advance(planning(), Conditions(0, LIMITS, BUSY), "epoch")
    assert actions == [ReleaseTask("waiting", "brakes", "the machine is busy", ready=True, cause=BUSY.cause)]
    assert (state.task.status, state.task.reason, state.task.owner) == ("waiting", "the machine is busy", None)


def finished(state: TaskState, key: StepKey, result: StepResult, world: Conditions) -> TaskState:
    """The state after a step has cost a call, and what follows from it was decided."""
    return advance(absorb(state, StepFinished(key, result, Cost(calls=1), 1.0), 0), world, "epoch")[0]


@pytest.mark.parametrize("held", ["budget", "brakes", "pause"])
def test_a_task_whose_answer_is_there_is_completed_whatever_holds_it_back(held: str) -> None:
    done = [subtask(place, status="completed", result="x", completed_at=1) for place in (1, 2)]
    state, _, _ = advance(of(*done, budget=budget(max_calls=1)), Conditions(0, LIMITS), "epoch")
    (key,) = state.running
    state = state.with_task(pausing=True if held == "pause" else "")
    if held != "budget":
        state = state.with_task(budget=budget())
    state = finished(
        state, key, StepOutput("joined", "model", [], Cost()), Conditions(0, LIMITS, BUSY if held == "brakes" else None)
    )
    assert (state.task.status, state.task.result) == ("completed", "joined")


def test_the_last_check_counts_though_it_has_spent_the_budget_and_one_result_is_the_answer() -> None:
    state, _, _ = advance(of(subtask(1), budget=budget(max_calls=2)), Conditions(0, LIMITS), "epoch")
    for result in (StepOutput("text", "m", [], Cost()), CheckResult("verified", 90, "j", "", "", None, [], Cost())):
        (key,) = state.running
        state = finished(state, key, result, Conditions(0, LIMITS))
    assert state.subtasks[1].status == "completed"
    assert [key.name for key in state.running] == ["consolidate"], "it asks no model"


def test_of_two_results_that_are_not_joined_yet_the_budget_holds_the_joining_back() -> None:
    done = [subtask(place, status="completed", result="x", completed_at=1) for place in (1, 2)]
    state, _, _ = advance(of(*done, calls=1, budget=budget(max_calls=1)), Conditions(0, LIMITS), "epoch")
    assert (state.task.status, state.task.waits_for) == ("waiting", "budget")


def test_the_spent_minutes_are_told_in_figures_that_differ_from_none() -> None:
    assert overspent(planning(seconds=0.7, budget=budget(max_minutes=0.01)), Cost()) == Explanation(
        "the budget is spent: 0.012 of 0.01 minutes", TaskCause("budget_minutes", spent=0.012, limit=0.01)
    )


@pytest.mark.parametrize(
    ("budget", "reserved", "spent"),
    [
        (budget(max_calls=5), 1, False),
        (budget(max_calls=5), 2, True),
        (budget(max_tokens=101), 0, False),
        (budget(max_tokens=100), 0, True),
        (budget(max_minutes=2.5), 0, False),
        (budget(max_minutes=2), 0, True),
    ],
)
def test_a_budget_is_spent_when_its_limit_is_reached(budget: TaskBudget, reserved: int, spent: bool) -> None:
    state = planning(calls=3, tokens=100, seconds=120.0, budget=budget)
    assert (overspent(state, Cost(calls=reserved)) is not None) is spent


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (
            of(subtask(1), pausing=True),
            ReleaseTask("paused", None, "paused on request", ready=False, cause=TaskCause("paused")),
        ),
        (
            msgspec.structs.replace(planning(), blockers=(Blocker(8, "Sell house", "executing"),)),
            ReleaseTask(
                "waiting",
                "dependencies",
                "it waits for other tasks: 8 “Sell house” (executing)",
                ready=False,
                cause=TaskCause("dependencies"),
            ),
        ),
        (
            planning(calls=2, budget=budget(max_calls=2)),
            ReleaseTask(
                "waiting",
                "budget",
                "the budget is spent: 2 of 2 model calls",
                ready=False,
                cause=TaskCause("budget_calls", spent=2, limit=2),
            ),
        ),
        (
            of(subtask(1, 2), subtask(2, 1)),
            ReleaseTask(
                "waiting",
                "approval",
                "its subtasks need each other in a circle: change what they depend on",
                ready=False,
                cause=TaskCause("circle"),
            ),
        ),
    ],
)
def test_what_only_a_change_can_end_is_not_looked_at_before(state: TaskState, expected: ReleaseTask) -> None:
    assert look(state, Conditions(0, LIMITS)).actions == [expected]


def test_a_person_is_told_which_subtask_waits() -> None:
    state, _, _ = advance(of(subtask(1, needs_approval=True)), Conditions(0, LIMITS), "epoch")
    assert state.task.reason == "it waits for a person's decision on “part 1”"


def test_as_many_steps_run_as_may() -> None:
    state, world = of(*map(subtask, range(1, 6))), Conditions(0, LIMITS._replace(parallel=3))
    assert len(look(state, world).actions) == len(advance(state, world, "epoch")[0].running) == 3


@given(st.integers(1, 60), st.integers(1, 8), st.data())
def test_a_budget_of_calls_is_passed_by_one_step_at_most_however_many_run(
    most: int, parallel: int, data: st.DataObject
) -> None:
    state = of(*map(subtask, range(1, 9)), budget=budget(max_calls=most))
    world = Conditions(0, LIMITS._replace(parallel=parallel))
    while True:
        state, _, _ = advance(state, world, "epoch")
        if not state.running:
            break
        key = data.draw(st.sampled_from(sorted(state.running)))
        step = state.step(key)
        assert step is not None
        cost = Cost(calls=data.draw(st.integers(1, RESERVED_CALLS[step.kind])))
        out = StepOutput("made", "m@one", [], cost)
        fine = CheckResult("verified", 80, "r@one", "", "", None, [], cost)
        state = absorb(state, StepFinished(key, fine if step.kind == "check" else out, cost, 1.0), 0)
    assert state.task.calls < most + max(RESERVED_CALLS.values())
    assert state.task.status == "completed" or state.task.waits_for == "budget"


def test_what_a_running_step_has_spent_counts_though_it_is_more_than_was_set_aside() -> None:
    state = of(*map(subtask, range(1, 4)), budget=budget(max_calls=30))
    state, _, _ = advance(state, Conditions(0, LIMITS._replace(parallel=1)), "epoch")
    [key] = state.running
    world = Conditions(0, LIMITS, spending={key: Cost(calls=29)})
    assert not any(isinstance(action, BeginStep) for action in look(state, world).actions)
    assert any(isinstance(action, BeginStep) for action in look(state, Conditions(0, LIMITS)).actions)


def test_tokens_are_set_aside_by_what_a_call_has_taken() -> None:
    state = of(*map(subtask, range(1, 5)), calls=10, tokens=20_000, budget=budget(max_tokens=30_000))
    state, _, _ = advance(state, Conditions(0, LIMITS), "epoch")
    assert len(state.running) == 2, "3 calls of 2 000 tokens each"


def ended(number: int, error: str | None, kind: StepKind = "plan") -> StepRow:
    """A try of a task's own step that has ended."""
    end = StepSuccess(Plan([]), 0) if error is None else StepFailure(StepError(error, "slow"), 0)
    return StepRow(StepKey(kind, number), kind, None, None, 1, end=end)


def after(state: TaskState, *steps: StepRow) -> list[Action]:
    """What is done about a task much later, after these steps."""
    for step in steps:
        state = state.with_step(step, running=False)
    return look(state, Conditions(1_000_000, LIMITS)).actions


def test_a_task_whose_subtasks_were_all_deleted_is_planned_anew_with_all_its_tries() -> None:
    assert after(planning(), ended(1, None)) == [BeginStep(StepKey("plan", 2), "plan", None)]
    tries = ended(1, "timeout"), ended(2, None), ended(3, "timeout")
    assert after(planning(), *tries) == [BeginStep(StepKey("plan", 4), "plan", None)]
    assert after(planning(), *tries, ended(4, "timeout")) == [
        EndTask("failed", "it could not be planned: slow", TaskCause("not_planned", error=SLOW))
    ]


def test_why_a_task_failed_names_what_failed_of_it() -> None:
    done = [subtask(place, status="completed", result="x", completed_at=1) for place in (1, 2)]
    joining, refused = ended(1, "invalid", "consolidate"), TaskFailure("invalid", "slow")
    assert after(of(*done), joining) == [
        EndTask("failed", "the results could not be joined: slow", TaskCause("not_joined", error=refused))
    ]
    lost = [subtask(1, status="failed", notes="slow", completed_at=1), subtask(2, status="rejected", completed_at=1)]
    told = "2 of 2 subtasks did not succeed: “part 1” failed (slow); “part 2” rejected"
    cause = TaskCause("subtasks_lost", titles=["part 1", "part 2"], lost=2, total=2)
    assert after(of(*lost)) == [EndTask("failed", told, cause)]


def test_a_circle_is_named() -> None:
    state, _, _ = advance(of(subtask(1, 2), subtask(2, 1)), Conditions(0, LIMITS), "epoch")
    assert state.task.reason == "its subtasks need each other in a circle: change what they depend on"


def test_a_refused_plan_waits_to_be_changed() -> None:
    state = of(subtask(1), planned=True, auto_run=False)
    state, _, _ = advance(state, Conditions(0, LIMITS), "epoch")
    assert (state.task.reason, state.task.cause) == (
        "its plan waits for a person's approval",
        TaskCause("plan_question"),
    )
    (asked,) = state.approvals
    refused = msgspec.structs.replace(state, approvals=(msgspec.structs.replace(asked, status="refused"),))
    state, _, _ = advance(refused, Conditions(0, LIMITS), "epoch")
    assert state.task.reason == "the plan was refused: change it, plan again, or cancel the task"
    assert state.task.cause == TaskCause("plan_refused")
    changed = refused.with_subtask(subtask(1, prompt="Do it otherwise"))
    state, _, _ = advance(changed, Conditions(0, LIMITS), "epoch")
    assert [approval.status for approval in state.approvals] == ["refused", "open"]


def test_a_plan_that_is_under_way_is_not_asked_about_again() -> None:
    begun = subtask(1, attempts=1, status="completed", result="x", completed_at=1)
    state = of(begun, subtask(2, 1, prompt="as it was edited meanwhile"), planned=True, auto_run=False)
    state, _, _ = advance(state, Conditions(0, LIMITS), "epoch")
    assert (state.approvals, [key.name for key in state.running]) == ((), ["execute:2"])


def test_what_a_person_took_out_is_not_missing() -> None:
    done = subtask(1, status="completed", result="x", completed_at=1)
    state = of(done, subtask(2, status="cancelled", completed_at=1), subtask(3, 2))
    state, actions, _ = advance(state, Conditions(0, LIMITS), "epoch")
    why = SubtaskCause("needed_lost", title="part 2")
    assert actions[0] == EndSubtask(3, "skipped", "it needs “part 2”, which is cancelled", why)
    assert [key.name for key in state.running] == ["consolidate"]
    state, _, _ = advance(of(subtask(1, status="cancelled", completed_at=1)), Conditions(0, LIMITS), "epoch")
    assert (state.task.status, state.task.reason) == ("failed", "none of its subtasks has a result")
