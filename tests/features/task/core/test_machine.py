"""The machine as a whole: any plan, any outcomes in any order, with crashes anywhere, and it comes to an end."""

from collections import Counter
from dataclasses import dataclass, field

import msgspec
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from orchd.features.task.core.actions import (
    Action,
    BeginStep,
    Conditions,
    EndSubtask,
    GiveUpStep,
    ReleaseTask,
    StepEvent,
    StepFailed,
    StepFinished,
    StepLimits,
    StepStopped,
)
from orchd.features.task.core.machine import look, overspent
from orchd.features.task.core.rows import (
    ENDED,
    RUNNING,
    SUBTASK_ENDED,
    BetterAttempt,
    Budget,
    StepError,
    StepKey,
    StepResult,
)
from orchd.features.task.core.state import TaskState
from orchd.features.task.core.transitions import absorb, advance
from orchd.features.task.core.work import CheckOutcome, CheckResult, Plan, StepOutput
from orchd.llm import Cost
from tests.examples import examples
from tests.features.task.states import of, planned, planning, stored_plan, subtask

LIMITS = StepLimits(attempts=2, parallel=2, pause_seconds=1.0)
OUTCOMES: tuple[CheckOutcome, ...] = ("verified", "self_checked", "rejected", "undecided")
CODES = ("upstream_error", "invalid", "unavailable", "internal")

plans = st.integers(1, 5).flatmap(
    lambda count: st.tuples(*(st.sets(st.integers(0, max(0, place - 1)), max_size=place) for place in range(count)))
)


@dataclass
class Seen:
    """What was decided so far."""

    begun: Counter[StepKey] = field(default_factory=Counter)
    lost: Counter[StepKey] = field(default_factory=Counter)
    done: set[StepKey] = field(default_factory=set)


class Task(RuleBasedStateMachine):
    """One task with a runner that may be killed at any time; the world is the rules' to choose."""

    @initialize(
        needs=plans,
        auto_run=st.booleans(),
        approvals=st.sets(st.integers(0, 4)),
        max_calls=st.none() | st.integers(1, 12),
    )
    def created(self, needs: tuple[set[int], ...], auto_run: bool, approvals: set[int], max_calls: int | None) -> None:
        """The plan comes from the first step; `needs` is what it will be."""
        self.needs, self.approvals = needs, approvals
        self.now, self.brakes, self.draining = 0, False, False
        self.seen = Seen()
        self.state = planning(auto_run=auto_run, budget=Budget(max_calls=max_calls))
        self.decide()

    def world(self) -> Conditions:
        return Conditions(self.now, LIMITS, "busy" if self.brakes else None, self.draining)

    def decide(self) -> None:
        """Do what the runner does in a round; the state that it stores is the one that survives."""
        if self.state.drafts:
            self.state = stored_plan(self.state, self.needs, self.approvals)
        before = self.state
        self.state, actions, self.wake_at = advance(before, self.world(), "epoch")
        self.note(before, actions)
        assert look(self.state, self.world()).actions == [] or self.state.task.owner is None

    def note(self, before: TaskState, actions: list[Action]) -> None:
        for action in actions:
            if isinstance(action, BeginStep):
                assert action.key not in before.running, "no step is begun while it runs"
                assert action.key not in self.seen.done, "what is done is not begun again"
                step = before.step(action.key)
                assert (step is not None) == action.again
                self.seen.begun[action.key] += 1
                assert self.seen.begun[action.key] <= 2 + self.seen.lost[action.key]
        assert not self.brakes or not any(isinstance(action, BeginStep) for action in actions)
        keys = [action.key for action in actions if isinstance(action, BeginStep | GiveUpStep)]
        assert len(keys) == len(set(keys)), "no action twice"

    def end(self, event: StepEvent) -> None:
        self.state = absorb(self.state, event, self.now)
        self.decide()

    @precondition(lambda self: self.state.running)
    @rule(data=st.data())
    def succeed(self, data: st.DataObject) -> None:
        """A step ends well."""
        key = data.draw(st.sampled_from(sorted(self.state.running)))
        self.seen.done.add(key)
        self.end(StepFinished(key, self.result(key, data), Cost(calls=1), 1.0))

    def result(self, key: StepKey, data: st.DataObject) -> StepResult:
        step = self.state.step(key)
        assert step is not None
        match step.kind:
            case "plan":
                return Plan(planned(self.needs))
            case "check":
                outcome = data.draw(st.sampled_from(OUTCOMES))
                score = data.draw(st.none() | st.integers(0, 100))
                return CheckResult(outcome, score, "judge", "", "try harder", None, [], Cost())
            case "better":
                assert step.made is not None
                return BetterAttempt(1, step.made, data.draw(st.sampled_from([0, 1])))
            case _:
                return StepOutput(f"text of {key}", "model", [], Cost())

    @precondition(lambda self: self.state.running)
    @rule(data=st.data(), code=st.sampled_from(CODES))
    def fail(self, data: st.DataObject, code: str) -> None:
        """A step raises."""
        key = data.draw(st.sampled_from(sorted(self.state.running)))
        self.end(StepFailed(key, StepError(code, "it failed"), 1.0))

    @precondition(lambda self: self.state.running)
    @rule(data=st.data())
    def cut_off(self, data: st.DataObject) -> None:
        """A step is cut off by us."""
        key = data.draw(st.sampled_from(sorted(self.state.running)))
        self.seen.lost[key] += 1
        self.end(StepStopped(key, 1.0))

    @rule()
    def crash(self) -> None:
        """The process dies after any commit; another takes the task up from what is stored."""
        self.state = msgspec.structs.replace(self.state, running=frozenset())
        self.take()

    @rule()
    def shut_down(self) -> None:
        """The process ends in order, and another one begins."""
        self.seen.lost.update(self.state.running)
        for key in self.state.running:
            self.state = absorb(self.state, StepStopped(key, 0.0), self.now)
        self.draining = True
        self.decide()
        self.draining = False
        self.take()

    def take(self) -> None:
        """Take the task in hand if it should be."""
        if self.state.task.status not in ENDED and (self.state.task.ready or self.state.task.owner is not None):
            self.state = self.state.with_task(owner="epoch", ready=True)
            self.decide()

    @rule(seconds=st.integers(1, 10))
    def wait(self, seconds: int) -> None:
        """Time passes."""
        self.now += seconds * 1000
        self.take()

    @rule(on=st.booleans())
    def brake(self, on: bool) -> None:
        """The machine gets busy, or has room again."""
        self.brakes = on
        self.take()

    @precondition(lambda self: any(one.status == "open" for one in self.state.approvals))
    @rule(approve=st.booleans(), data=st.data())
    def person_decides(self, approve: bool, data: st.DataObject) -> None:
        """A person answers; a refused plan is changed and asked about again."""
        asked = data.draw(st.sampled_from([one for one in self.state.approvals if one.status == "open"]))
        word = msgspec.structs.replace(asked, status="approved" if approve or asked.kind == "plan" else "refused")
        others = tuple(word if one is asked else one for one in self.state.approvals)
        self.state = msgspec.structs.replace(self.state, approvals=others).with_task(ready=True)
        self.take()

    @precondition(lambda self: self.state.task.waits_for == "budget")
    @rule(more=st.integers(1, 10))
    def raise_budget(self, more: int) -> None:
        """A person allows more calls."""
        self.state = self.state.with_task(budget=Budget(max_calls=self.state.task.calls + more), ready=True)
        self.take()

    @invariant()
    def what_is_stored_makes_sense(self) -> None:
        state = self.state
        assert len(state.running) <= max(LIMITS.parallel, 1)
        for key in state.running:
            step = state.step(key)
            assert step is not None
            assert step.status == "intent"
        if state.subtasks:
            assert len(state.subtasks) == len(self.needs), "no subtask is lost"
        for one in state.subtasks.values():
            assert (one.completed_at is not None) == (one.status in SUBTASK_ENDED)
            assert one.status != "completed" or one.result is not None
            needed = [state.subtasks[other].status for other in one.depends_on]
            assert one.attempts == 0 or all(status == "completed" for status in needed)
        self.never_stuck()

    def never_stuck(self) -> None:
        """It runs, it is over, it waits for something that is named, or for a time that comes."""
        task = self.state.task
        if task.status in ENDED:
            assert not self.state.running
            assert task.owner is None
            assert task.status == "completed" or task.reason
        elif task.owner is None:
            assert not self.state.running
            assert task.ready or task.status in ("waiting", "paused")
            assert task.reason or task.ready
        else:
            assert self.state.running or self.wake_at is not None, "in hand, but nothing will happen"
            assert task.status in RUNNING

    def teardown(self) -> None:
        """Let everything go well from here: it ends."""
        self.brakes = False
        for _ in range(300):
            if self.state.task.status in ENDED:
                return
            self.go_well()
        raise AssertionError("it never ends")

    def go_well(self) -> None:
        if self.state.running:
            key = min(self.state.running)
            self.seen.done.add(key)
            self.end(StepFinished(key, self.good(key), Cost(calls=1), 1.0))
            return
        word = [msgspec.structs.replace(one, status="approved") for one in self.state.approvals]
        self.state = msgspec.structs.replace(self.state, approvals=tuple(word))
        self.state = self.state.with_task(budget=Budget(), owner="epoch", ready=True)
        self.now += 1_000_000
        self.decide()

    def good(self, key: StepKey) -> StepResult:
        step = self.state.step(key)
        assert step is not None
        if step.kind == "plan":
            return Plan(planned(self.needs))
        if step.kind == "check":
            return CheckResult("verified", 90, "judge", "", "", None, [], Cost())
        return BetterAttempt(1, step.made or 2, 1) if step.kind == "better" else StepOutput("fine", "model", [], Cost())


Task.TestCase.settings = settings(max_examples=examples(60), stateful_step_count=40)
TestTask = Task.TestCase


def test_a_braked_task_rests_with_the_reason() -> None:
    state, actions, _ = advance(planning(), Conditions(0, LIMITS, "the machine is busy"), "epoch")
    assert actions == [ReleaseTask("waiting", "brakes", "the machine is busy", ready=True)]
    assert (state.task.status, state.task.reason, state.task.owner) == ("waiting", "the machine is busy", None)


def finished(state: TaskState, key: StepKey, result: StepResult, world: Conditions) -> TaskState:
    """The state after a step has cost a call, and what follows from it was decided."""
    return advance(absorb(state, StepFinished(key, result, Cost(calls=1), 1.0), 0), world, "epoch")[0]


@pytest.mark.parametrize("held", ["budget", "brakes", "pause"])
def test_a_task_whose_answer_is_there_is_completed_whatever_holds_it_back(held: str) -> None:
    done = [subtask(place, status="completed", result="x", completed_at=1) for place in (1, 2)]
    state, _, _ = advance(of(*done, budget=Budget(max_calls=1)), Conditions(0, LIMITS), "epoch")
    (key,) = state.running
    state = state.with_task(wish="pause" if held == "pause" else "")
    if held != "budget":
        state = state.with_task(budget=Budget())
    state = finished(
        state, key, StepOutput("joined", "model", [], Cost()), Conditions(0, LIMITS, held if held == "brakes" else None)
    )
    assert (state.task.status, state.task.result) == ("completed", "joined")


def test_the_last_check_counts_though_it_has_spent_the_budget_and_one_result_is_the_answer() -> None:
    state, _, _ = advance(of(subtask(1), budget=Budget(max_calls=2)), Conditions(0, LIMITS), "epoch")
    for result in (StepOutput("text", "m", [], Cost()), CheckResult("verified", 90, "j", "", "", None, [], Cost())):
        (key,) = state.running
        state = finished(state, key, result, Conditions(0, LIMITS))
    assert state.subtasks[1].status == "completed"
    assert [key.name for key in state.running] == ["consolidate"], "it asks no model"


def test_of_two_results_that_are_not_joined_yet_the_budget_holds_the_joining_back() -> None:
    done = [subtask(place, status="completed", result="x", completed_at=1) for place in (1, 2)]
    state, _, _ = advance(of(*done, calls=1, budget=Budget(max_calls=1)), Conditions(0, LIMITS), "epoch")
    assert (state.task.status, state.task.waits_for) == ("waiting", "budget")


def test_the_spent_minutes_are_told_in_figures_that_differ_from_none() -> None:
    assert overspent(planning(seconds=0.7, budget=Budget(max_minutes=0.01)), 0) == (
        "the budget is spent: 0.012 of 0.01 minutes"
    )


def test_a_circle_is_named() -> None:
    state, _, _ = advance(of(subtask(1, 2), subtask(2, 1)), Conditions(0, LIMITS), "epoch")
    assert state.task.reason == "its subtasks need each other in a circle: change what they depend on"


def test_a_refused_plan_waits_to_be_changed() -> None:
    state = of(subtask(1), planned=True, auto_run=False)
    state, _, _ = advance(state, Conditions(0, LIMITS), "epoch")
    assert state.task.reason == "its plan waits for a person's approval"
    (asked,) = state.approvals
    refused = msgspec.structs.replace(state, approvals=(msgspec.structs.replace(asked, status="refused"),))
    state, _, _ = advance(refused, Conditions(0, LIMITS), "epoch")
    assert state.task.reason == "the plan was refused: change it, plan again, or cancel the task"
    changed = refused.with_subtask(subtask(1, prompt="Do it otherwise"))
    state, _, _ = advance(changed, Conditions(0, LIMITS), "epoch")
    assert [one.status for one in state.approvals] == ["refused", "open"]


def test_a_plan_that_is_under_way_is_not_asked_about_again() -> None:
    begun = subtask(1, attempts=1, status="completed", result="x", completed_at=1)
    state = of(begun, subtask(2, 1, prompt="as it was edited meanwhile"), planned=True, auto_run=False)
    state, _, _ = advance(state, Conditions(0, LIMITS), "epoch")
    assert (state.approvals, [key.name for key in state.running]) == ((), ["execute:2"])


def test_what_a_person_took_out_is_not_missing() -> None:
    done = subtask(1, status="completed", result="x", completed_at=1)
    state = of(done, subtask(2, status="cancelled", completed_at=1), subtask(3, 2))
    state, actions, _ = advance(state, Conditions(0, LIMITS), "epoch")
    assert actions[0] == EndSubtask(3, "skipped", "it needs “part 2”, which is cancelled")
    assert [key.name for key in state.running] == ["consolidate"]
    state, _, _ = advance(of(subtask(1, status="cancelled", completed_at=1)), Conditions(0, LIMITS), "epoch")
    assert (state.task.status, state.task.reason) == ("failed", "none of its subtasks has a result")
