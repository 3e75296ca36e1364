import pytest
from msgspec.structs import replace

from orchd.features.task.core.actions import (
    AskPerson,
    BeginStep,
    Conditions,
    EndSubtask,
    EndTask,
    ReleaseTask,
    ResumeTask,
    StepFailed,
    StepFinished,
    StepLimits,
    StepStopped,
)
from orchd.features.task.core.causes import MAX_REASON, TaskCause, TaskCauseCode, TaskFailure
from orchd.features.task.core.results import PartLink, Plan, StepOutput
from orchd.features.task.core.rows import StepError, StepKey, StepKind, TaskStatus
from orchd.features.task.core.state import TaskState
from orchd.features.task.core.transitions import absorb, advance, apply
from orchd.llm import Cost, Price
from orchd.protocol.types import timestamp
from tests.features.task.hands import DIAMOND, verdict
from tests.features.task.states import of, planning, subtask

KEY = StepKey("execute:1", 1)
WORLD = Conditions(5, StepLimits())
MADE = StepOutput("text", "m@x", ["fast"], Cost(1, 2, 3, 4.0), [PartLink("[part:1]", 1)], "noted")


def begun() -> TaskState:
    return apply(of(subtask(1)), BeginStep(KEY, "execute", 1), 5, "me")


def test_a_step_that_begins_shows_everywhere() -> None:
    state = begun()
    step = state.step(KEY)
    assert step is not None
    assert (step.status, step.runs, step.epoch, step.started_at) == ("intent", 1, "me", 5)
    assert state.running == {KEY}
    assert (state.subtasks[1].status, state.subtasks[1].attempts) == ("executing", 1)
    assert (state.task.status, state.task.started_at) == ("executing", timestamp(5))


def test_a_step_that_is_begun_again_counts_its_runs_unless_we_cut_it_off() -> None:
    lost = replace(begun(), running=frozenset())
    again = apply(lost, BeginStep(KEY, "execute", 1, again=True), 6, "you")
    step = again.step(KEY)
    assert step is not None
    assert (step.runs, step.epoch, again.subtasks[1].attempts) == (2, "you", 1)
    cut = absorb(begun(), StepStopped(KEY, 0.0), 5)
    step = apply(cut, BeginStep(KEY, "execute", 1, again=True), 6, "you").step(KEY)
    assert step is not None
    assert (step.runs, step.retryable) == (1, False)


def test_an_end_is_billed_and_shown() -> None:
    state = absorb(begun(), StepFinished(KEY, MADE, MADE.cost, 9.0), 6)
    one = state.subtasks[1]
    assert (one.status, one.result, one.result_model, one.reasons, one.kept) == (
        "validating",
        "text",
        "m@x",
        ("fast",),
        1,
    )
    assert (state.task.calls, state.task.tokens, state.task.seconds) == (1, 5, 9.0)
    assert not state.running


def test_a_failure_before_any_model_was_asked_costs_time_alone() -> None:
    state = absorb(begun(), StepFailed(KEY, StepError("timeout", "slow"), 9.0), 6)
    assert (state.task.calls, state.task.tokens, state.task.seconds) == (0, 0, 9.0)
    assert state.subtasks[1].notes == "slow"
    assert state.subtasks[1].cause is not None


def test_money_is_billed_by_its_currency() -> None:
    paid = Cost(1, 1, 1, 1.0, (Price(7, "EUR"), Price(1, "USD")))
    before = begun().with_task(prices=(Price(5, "USD"),))
    state = absorb(before, StepFailed(KEY, StepError("timeout", "slow"), 1.0, paid), 6)
    assert state.task.prices == (Price(7, "EUR"), Price(6, "USD"))
    assert absorb(begun(), StepFinished(KEY, MADE, MADE.cost, 9.0), 6).task.prices is None


def test_what_a_failure_cost_is_billed() -> None:
    state = absorb(begun(), StepFailed(KEY, StepError("timeout", "slow"), 9.0, Cost(3, 100, 20, 8.0)), 6)
    assert (state.task.calls, state.task.tokens, state.task.seconds) == (3, 120, 9.0)


def test_a_task_says_why_its_plan_or_its_join_is_tried_again() -> None:
    kinds: list[tuple[StepKind, str]] = [
        ("plan", "planning failed: slow"),
        ("consolidate", "joining the results failed: slow"),
    ]
    for kind, words in kinds:
        key = StepKey(kind, 1)
        state = apply(planning(), BeginStep(key, kind, None), 5, "me")
        state = absorb(state, StepFailed(key, StepError("timeout", "slow"), 9.0), 6)
        assert state.task.reason == words
        code: TaskCauseCode = "planning_again" if kind == "plan" else "joining_again"
        assert state.task.cause == TaskCause(code, error=TaskFailure("timeout", "slow"))
        assert apply(state, BeginStep(StepKey(kind, 2), kind, None), 7, "me").task.cause is None
    failed = absorb(begun(), StepFailed(KEY, StepError("timeout", "slow" * MAX_REASON), 9.0), 6)
    assert failed.task.reason is None, "its subtask's notes say it"


def test_a_task_says_why_a_check_is_made_again() -> None:
    check, unasked = StepKey("check:1:1", 1), replace(verdict("undecided", None), unasked="x is away")
    state = absorb(begun(), StepFinished(KEY, MADE, MADE.cost, 1.0), 6)
    state = absorb(apply(state, BeginStep(check, "check", 1, 1), 6, "me"), StepFinished(check, unasked, Cost(), 1.0), 7)
    title = state.subtasks[1].title
    assert state.task.reason == f"no model could be asked to check “{title}”: x is away"
    assert state.task.cause == TaskCause("no_judge", titles=[title])
    assert (state.subtasks[1].status, state.subtasks[1].notes) == ("validating", "it is undecided")
    assert state.subtasks[1].cause is None, "a judge says it in words of its own"
    assert apply(state, AskPerson("result", 1, "h", 1), 8, "me").task.reason is None
    long = replace(unasked, unasked="x" * 2 * MAX_REASON)
    again = apply(state, BeginStep(StepKey("check:1:1", 2), "check", 1, 1), 8, "me")
    state = absorb(again, StepFinished(StepKey("check:1:1", 2), long, Cost(), 1.0), 9)
    assert len(state.task.reason or "") == MAX_REASON


def test_what_was_cut_off_may_run_again() -> None:
    assert begun().subtasks[1].status == "executing"
    state = absorb(begun(), StepStopped(KEY, 9.0, Cost(2, 100, 20)), 6)
    step = state.step(KEY)
    assert step is not None
    assert (step.status, step.retryable) == ("intent", True)
    assert state.subtasks[1].status == "pending", "nobody works on it"
    assert not state.running
    assert (state.task.calls, state.task.tokens, state.task.seconds) == (2, 120, 9.0)


def test_a_check_or_a_plan_that_was_cut_off_leaves_the_subtasks_as_they_are() -> None:
    check, plan = StepKey("check:1:1", 1), StepKey("plan", 1)
    state = absorb(begun(), StepFinished(KEY, MADE, MADE.cost, 1.0), 6)
    state = absorb(apply(state, BeginStep(check, "check", 1, 1), 6, "me"), StepStopped(check, 1.0), 7)
    assert state.subtasks[1].status == "validating"
    state = absorb(apply(planning(), BeginStep(plan, "plan", None), 5, "me"), StepStopped(plan, 1.0), 6)
    assert (state.running, state.subtasks) == (frozenset(), {})


def test_the_attempt_that_is_kept_is_shown_with_its_own_verdict() -> None:
    state = of(subtask(1))
    for attempt, score in ((1, 60), (2, 30)):
        made, check = StepKey("execute:1", attempt), StepKey(f"check:1:{attempt}", 1)
        state = apply(state, BeginStep(made, "execute", 1), 5, "me")
        state = absorb(state, StepFinished(made, StepOutput(f"text {attempt}", "m@x", [], Cost()), Cost(), 1.0), 6)
        state = apply(state, BeginStep(check, "check", 1, attempt), 6, "me")
        state = absorb(state, StepFinished(check, verdict("rejected", score), Cost(), 1.0), 7)
    shown = [apply(state, EndSubtask(1, "rejected", kept=kept), 8, "me").subtasks[1] for kept in (1, 2)]
    assert [(subtask.result, subtask.score, subtask.kept) for subtask in shown] == [
        ("text 1", 60, 1),
        ("text 2", 30, 2),
    ]
    assert [(subtask.notes, subtask.reviewer) for subtask in shown] == [("it is rejected", "judge@x")] * 2
    person = apply(state, EndSubtask(1, "completed", "fine", kept=1, reviewer="person"), 8, "me").subtasks[1]
    assert (person.notes, person.reviewer) == ("fine", "person")
    failed = apply(state, EndSubtask(1, "failed", "slow"), 8, "me").subtasks[1]
    assert (failed.notes, failed.completed_at) == ("slow", timestamp(8))
    assert apply(state, EndSubtask(1, "failed", ""), 8, "me").subtasks[1].notes == ""


def test_an_end_counts_once() -> None:
    state = absorb(begun(), StepFinished(KEY, MADE, MADE.cost, 9.0), 6)
    assert absorb(state, StepFinished(KEY, MADE, MADE.cost, 9.0), 7) is state
    assert absorb(state, StepFinished(StepKey("gone", 1), MADE, MADE.cost, 9.0), 7) is state


def test_a_plan_becomes_drafts_that_hold_everything_else_back() -> None:
    state = apply(planning(), BeginStep(StepKey("plan", 1), "plan", None), 5, "me")
    state = absorb(state, StepFinished(StepKey("plan", 1), Plan(DIAMOND, "p@x"), Cost(1), 1.0), 6)
    assert (len(state.drafts), state.task.planned, state.task.plan_model) == (4, True, "p@x")
    assert advance(state, WORLD, "me") == (state, [], None)


def test_a_settled_subtask_has_its_verdict() -> None:
    check = StepKey("check:1:1", 1)
    state = absorb(begun(), StepFinished(KEY, MADE, MADE.cost, 1.0), 6)
    state = apply(state, BeginStep(check, "check", 1, 1), 6, "me")
    state = absorb(state, StepFinished(check, verdict("verified", 91), Cost(1), 1.0), 7)
    state, actions, _ = advance(state, WORLD._replace(now=8), "me")
    assert actions[0] == EndSubtask(1, "completed", kept=1)
    one = state.subtasks[1]
    assert (one.status, one.verified, one.self_checked, one.score, one.completed_at) == (
        "completed",
        True,
        False,
        91,
        timestamp(8),
    )
    assert [key.name for key in state.running] == ["consolidate"]


def test_asking_replaces_an_older_question() -> None:
    state = apply(of(subtask(1)), AskPerson("step", 1, "old"), 5, "me")
    state = apply(state, AskPerson("step", 1, "new"), 6, "me")
    assert [(approval.id, approval.hash) for approval in state.approvals] == [(0, "new")], (
        "it has no number before it is stored"
    )
    assert state.subtasks[1].status == "waiting"


def test_resting_and_ending_let_go() -> None:
    state = apply(of(subtask(1), pausing=True), ReleaseTask("paused", None, "asked", ready=False), 5, "me")
    assert (state.task.status, state.task.owner, state.task.pausing, state.task.ready) == ("paused", None, False, False)
    asked = apply(of(subtask(1)), AskPerson("step", 1, "h"), 5, "me")
    over = apply(asked, EndTask("failed", "why"), 6, "me")
    assert (over.task.status, over.task.reason, over.task.completed_at, over.approvals) == (
        "failed",
        "why",
        timestamp(6),
        (),
    )
    assert not over.task.ready


def test_an_answer_has_its_links() -> None:
    key = StepKey("consolidate", 1)
    state = apply(of(subtask(1, status="completed", result="x")), BeginStep(key, "consolidate", None), 5, "me")
    assert state.task.status == "consolidating"
    state, actions, _ = advance(absorb(state, StepFinished(key, MADE, MADE.cost, 1.0), 6), WORLD, "me")
    assert actions == [EndTask("completed", None)]
    assert (state.task.result, state.task.links, state.task.result_notes) == ("text", MADE.links, "noted")


def test_a_pause_before_the_next_try_shows_as_being_at_work() -> None:
    failed = absorb(begun(), StepFailed(KEY, StepError("timeout", "slow"), 1.0), 10_000)
    resting = failed.with_task(status="waiting", waits_for="brakes", reason="busy")
    state, actions, wake_at = advance(resting, WORLD._replace(now=10_001), "me")
    assert (actions, state.task.status, state.task.reason, wake_at) == ([ResumeTask()], "executing", None, 15_000)


@pytest.mark.parametrize(
    ("status", "shown"), [("paused", "pending"), ("waiting", "pending"), ("executing", "executing")]
)
def test_no_subtask_is_shown_as_at_work_while_its_task_rests(status: TaskStatus, shown: str) -> None:
    state = of(subtask(1, status="executing"), subtask(2, status="waiting"), subtask(3, status="completed"))
    rested = apply(state, ReleaseTask(status, None, "so it is", ready=False), 5, "me")
    assert [row.status for row in rested.subtasks.values()] == [shown, "waiting", "completed"]
