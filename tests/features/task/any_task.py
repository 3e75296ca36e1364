"""Any task: any plan, any outcomes in any order, with crashes anywhere; it must come to an end."""

from collections import Counter
from dataclasses import dataclass, field

import msgspec
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from orchd.features.task.core.actions import (
    Action,
    BeginStep,
    Conditions,
    GiveUpStep,
    StepEvent,
    StepFailed,
    StepFinished,
    StepLimits,
    StepStopped,
)
from orchd.features.task.core.causes import Explanation, TaskBrakeCause, TaskCause
from orchd.features.task.core.machine import look
from orchd.features.task.core.results import CheckResult, Plan, StepOutput
from orchd.features.task.core.rows import (
    ENDED,
    RUNNING,
    SUBTASK_ENDED,
    BetterAttempt,
    StepError,
    StepKey,
    StepResult,
)
from orchd.features.task.core.state import TaskState
from orchd.features.task.core.transitions import absorb, advance
from orchd.features.verification import VerificationOutcome
from orchd.llm import Cost
from tests.features.task.states import budget, planned, planning, stored_plan

BUSY = Explanation("the machine is busy", TaskCause("brakes", brakes=[TaskBrakeCause("cpu", 90, 80)]))
LIMITS = StepLimits(attempts=2, parallel=2, pause_seconds=1.0)
OUTCOMES: tuple[VerificationOutcome, ...] = ("verified", "self_checked", "rejected", "undecided")
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
        self.state = planning(auto_run=auto_run, budget=budget(max_calls=max_calls))
        self.decide()

    def world(self) -> Conditions:
        return Conditions(self.now, LIMITS, BUSY if self.brakes else None, self.draining)

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

    @precondition(lambda self: any(approval.status == "open" for approval in self.state.approvals))
    @rule(approve=st.booleans(), data=st.data())
    def person_decides(self, approve: bool, data: st.DataObject) -> None:
        """A person answers; a refused plan is changed and asked about again."""
        asked = data.draw(st.sampled_from([approval for approval in self.state.approvals if approval.status == "open"]))
        word = msgspec.structs.replace(asked, status="approved" if approve or asked.kind == "plan" else "refused")
        others = tuple(word if approval is asked else approval for approval in self.state.approvals)
        self.state = msgspec.structs.replace(self.state, approvals=others).with_task(ready=True)
        self.take()

    @precondition(lambda self: self.state.task.waits_for == "budget")
    @rule(more=st.integers(1, 10))
    def raise_budget(self, more: int) -> None:
        """A person allows more calls."""
        self.state = self.state.with_task(budget=budget(max_calls=self.state.task.calls + more), ready=True)
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
        for subtask in state.subtasks.values():
            assert (subtask.completed_at is not None) == (subtask.status in SUBTASK_ENDED)
            assert subtask.status != "completed" or subtask.result is not None
            needed = [state.subtasks[other].status for other in subtask.depends_on]
            assert subtask.attempts == 0 or all(status == "completed" for status in needed)
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
        word = [msgspec.structs.replace(approval, status="approved") for approval in self.state.approvals]
        self.state = msgspec.structs.replace(self.state, approvals=tuple(word))
        self.state = self.state.with_task(budget=budget(), owner="epoch", ready=True)
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
