"""What a task's state is after an action is decided on, or after a step has ended. Pure, like the decisions."""

from typing import assert_never

import msgspec

from orchd.features.task.core.actions import (
    Action,
    AskPerson,
    BeginStep,
    Conditions,
    EndSubtask,
    EndTask,
    GiveUpStep,
    ReleaseTask,
    ResumeTask,
    StepEvent,
    StepFailed,
    StepFinished,
)
from orchd.features.task.core.causes import Explanation, TaskCause, explain, failure, first_titles, step_failure
from orchd.features.task.core.machine import look
from orchd.features.task.core.results import CheckResult, Plan, StepOutput
from orchd.features.task.core.rows import (
    ENDED,
    RUNNING,
    StepEnd,
    StepError,
    StepFailure,
    StepKey,
    StepRow,
    StepSuccess,
    SubtaskRow,
    SubtaskStatus,
    TaskApproval,
    TaskStatus,
)
from orchd.features.task.core.state import TaskState
from orchd.features.task.core.subtasks import INTERRUPTED
from orchd.features.task.core.task_log import name_of
from orchd.llm import sum_of_prices
from orchd.protocol.types import timestamp

_ALIKE: dict[str, TaskStatus] = {"plan": "planning", "execute": "executing", "consolidate": "consolidating"}
_TWICE = StepError(INTERRUPTED, "the daemon ended twice while it ran")


def advance(state: TaskState, world: Conditions, epoch: str) -> tuple[TaskState, list[Action], int | None]:
    """Decide until nothing is left to be decided now.

    Returns the state, every action taken on the way (the steps among them are to be run once the state is stored), and
    when to look again if nothing happens until then.
    """
    taken: list[Action] = []
    while True:
        actions, wake_at = look(state, world)
        if not actions:
            return state, taken, wake_at
        for action in actions:
            state = apply(state, action, world.now, epoch)
        taken += actions
        if any(isinstance(action, ReleaseTask | EndTask) for action in actions):
            return state, taken, None


def apply(state: TaskState, action: Action, now: int, epoch: str) -> TaskState:
    """Return the state after `action` was decided on by the daemon run `epoch`."""
    match action:
        case BeginStep():
            return _begin(state, action, now, epoch)
        case GiveUpStep():
            return _end(state, action.key, StepFailure(_TWICE, now))
        case ResumeTask():
            status: TaskStatus = "executing" if state.subtasks else "planning"
            return state.with_task(status=status, waits_for=None, reason=None, cause=None)
        case AskPerson():
            return _ask(state, action, now)
        case EndSubtask():
            return _settle(state, action, now)
        case ReleaseTask():
            return _release(state, action)
        case EndTask():
            return _over(state, action, now)
        case _:
            assert_never(action)


def absorb(state: TaskState, event: StepEvent, now: int) -> TaskState:
    """Return the state after a step has ended. One that is not known (any more), or has its end, changes nothing."""
    step = state.step(event.key)
    if step is None or step.end is not None:
        return state
    state = _bill(state, event)
    if (why := why_again(state, event)) is not None:
        state = state.with_task(reason=why.text, cause=why.cause)
    match event:
        case StepFinished():
            state = _end(state, event.key, StepSuccess(event.result, now))
            return _store_plan(state, event.result) if isinstance(event.result, Plan) else state
        case StepFailed():
            return _end(state, event.key, StepFailure(event.error, now))
        case _:
            state = state.with_step(msgspec.structs.replace(step, retryable=True), running=False)
            return _put_back(state, step, now)


def why_again(state: TaskState, event: StepEvent) -> Explanation | None:
    """Return what a task waits for whose step may be tried again after a pause: of subtasks, of their checks only."""
    step = state.step(event.key)
    match event:
        case StepFailed(error=error) if step is not None and step.subtask_id is None:
            told = failure(error.code, error.message, error.reason)
            cause = TaskCause("planning_again" if step.kind == "plan" else "joining_again", error=told)
            return explain(f"{name_of(step)} failed: {error.message}", cause)
        case StepFinished(result=CheckResult(unasked=str() as why)) if step is not None and step.subtask_id is not None:
            title = state.subtasks[step.subtask_id].title
            cause = TaskCause("no_judge", titles=first_titles([title]))
            return explain(f"no model could be asked to check “{title}”: {why}", cause)
        case _:
            return None


def _begin(state: TaskState, begin: BeginStep, now: int, epoch: str) -> TaskState:
    known = state.step(begin.key)
    if known is not None:
        runs = known.runs if known.retryable else known.runs + 1  # a run that we cut off ourselves does not count
        step = msgspec.structs.replace(known, runs=runs, retryable=False, epoch=epoch, started_at=now)
    else:
        step = StepRow(
            begin.key, begin.kind, begin.subtask_id, begin.made, state.task.round, epoch=epoch, started_at=now
        )
    state = state.with_step(step, running=True)
    if begin.subtask_id is not None:
        state = state.with_subtask(_doing(state.subtasks[begin.subtask_id], begin, now))
    started_at = state.task.started_at or timestamp(now)
    return state.with_task(status=_status(state), waits_for=None, reason=None, cause=None, started_at=started_at)


def _doing(subtask: SubtaskRow, begin: BeginStep, now: int) -> SubtaskRow:
    status: SubtaskStatus = "executing" if begin.kind == "execute" else "validating"
    attempts = max(subtask.attempts, begin.key.attempt) if begin.kind == "execute" else subtask.attempts
    return msgspec.structs.replace(subtask, status=status, attempts=attempts, updated_at=timestamp(now))


def _status(state: TaskState) -> TaskStatus:
    """Name what the steps that run are mostly about."""
    kinds = {step.kind for key in state.running if (step := state.step(key)) is not None}
    return next((status for kind, status in _ALIKE.items() if kind in kinds), "validating")


def _end(state: TaskState, key: StepKey, end: StepEnd) -> TaskState:
    step = next(steps[key] for steps in state.steps.values() if key in steps)
    ended = msgspec.structs.replace(step, end=end)
    state = state.with_step(ended, running=False)
    if step.subtask_id is None:
        return state
    subtask = _report(state.subtasks[step.subtask_id], ended)
    return state.with_subtask(msgspec.structs.replace(subtask, updated_at=timestamp(end.ended_at)))


def _put_back(state: TaskState, step: StepRow, now: int) -> TaskState:
    """Show that nobody works on a subtask whose attempt was cut off."""
    if step.subtask_id is None or step.kind != "execute":
        return state
    subtask = state.subtasks[step.subtask_id]
    return state.with_subtask(msgspec.structs.replace(subtask, status="pending", updated_at=timestamp(now)))


def _report(subtask: SubtaskRow, step: StepRow) -> SubtaskRow:
    """Show what the last attempt gave, before it is known whether that stands."""
    match step.result:
        case StepOutput() as made:
            changes: dict[str, object] = {"status": "validating", "result": made.text, "result_model": made.model}
            changes |= {
                "kept": step.key.attempt,
                "reasons": tuple(made.reasons),
                "grounds": made.grounds,
                "notes": "",
                "cause": None,
                "remarks": None,
            }
            return msgspec.structs.replace(subtask, **changes, score=None, reviewer=None)
        case CheckResult() as checked:
            return msgspec.structs.replace(
                subtask,
                score=checked.score,
                reviewer=checked.reviewer,
                notes=checked.notes,
                cause=None,
                remarks=checked.remarks,
                status="validating",
            )
        case _:
            error = step.error
            if error is None:
                return subtask
            cause = step_failure(error.code, error.message, error.reason)
            return msgspec.structs.replace(subtask, notes=error.message, cause=cause, remarks=None)


def _ask(state: TaskState, ask: AskPerson, now: int) -> TaskState:
    """Put a question; an open one of the same kind was about something that is no longer so."""
    same = (ask.kind, ask.subtask_id)
    kept = [
        approval
        for approval in state.approvals
        if approval.status != "open" or (approval.kind, approval.subtask_id) != same
    ]
    asked = TaskApproval(0, state.task.id, ask.subtask_id, ask.kind, ask.hash, "open", ask.note, timestamp(now), None)
    state = msgspec.structs.replace(state.with_task(reason=None, cause=None), approvals=(*kept, asked))
    if ask.subtask_id is None:
        return state
    subtask = state.subtasks[ask.subtask_id]
    if ask.made is not None:
        subtask = _with_attempt(state, subtask, ask.made)
    return state.with_subtask(msgspec.structs.replace(subtask, status="waiting", updated_at=timestamp(now)))


def _settle(state: TaskState, settle: EndSubtask, now: int) -> TaskState:
    subtask = state.subtasks[settle.subtask_id]
    if settle.kept is not None:
        subtask = _with_attempt(state, subtask, settle.kept)
    changes: dict[str, object] = {"status": settle.status, "updated_at": timestamp(now), "completed_at": timestamp(now)}
    if settle.notes or settle.kept is None:
        changes |= {"notes": settle.notes, "cause": settle.cause, "remarks": None}
    if settle.reviewer is not None:
        changes["reviewer"] = settle.reviewer
    return state.with_subtask(msgspec.structs.replace(subtask, **changes))


def _with_attempt(state: TaskState, subtask: SubtaskRow, attempt: int) -> SubtaskRow:
    """Return the subtask with one attempt's result and verdict."""
    for step in state.steps_of(subtask.id, "execute", "check"):
        if step.status == "done" and attempt in (step.made, step.key.attempt if step.kind == "execute" else None):
            subtask = _report(subtask, step)
            if isinstance(step.result, CheckResult):
                outcome = step.result.outcome
                subtask = msgspec.structs.replace(
                    subtask, verified=outcome == "verified", self_checked=outcome == "self_checked"
                )
    return subtask


def _release(state: TaskState, rest: ReleaseTask) -> TaskState:
    pausing = state.task.pausing and rest.status != "paused"
    if rest.status not in RUNNING:  # else the daemon stops, and another one goes on at once
        for subtask in state.subtasks.values():
            if subtask.status in ("executing", "validating"):  # nobody works on it while the task rests
                state = state.with_subtask(msgspec.structs.replace(subtask, status="pending"))
    return state.with_task(
        status=rest.status,
        waits_for=rest.waits_for,
        reason=rest.reason,
        cause=rest.cause,
        pausing=pausing,
        ready=rest.ready,
        owner=None,
    )


def _over(state: TaskState, end: EndTask, now: int) -> TaskState:
    done = [step.result for step in state.steps_of(0, "consolidate") if isinstance(step.result, StepOutput)]
    changes: dict[str, object] = {}
    if end.status == "completed":
        changes = {"result": done[-1].text, "links": done[-1].links}
        changes |= {"result_notes": done[-1].notes, "result_remarks": done[-1].remarks}
    state = state.with_task(
        status=end.status,
        waits_for=None,
        reason=end.reason,
        cause=end.cause,
        pausing=False,
        ready=False,
        owner=None,
        completed_at=timestamp(now),
        **changes,
    )
    assert state.task.status in ENDED
    return msgspec.structs.replace(
        state, approvals=tuple(approval for approval in state.approvals if approval.status != "open")
    )


def _bill(state: TaskState, event: StepEvent) -> TaskState:
    """Add what a step took, one that failed or was stopped too."""
    task, cost, seconds = state.task, event.cost, state.task.seconds + event.seconds
    prices = sum_of_prices(task.prices or (), cost.prices) or None
    return state.with_task(
        calls=task.calls + cost.calls, tokens=task.tokens + cost.tokens, seconds=seconds, prices=prices
    )


def _store_plan(state: TaskState, plan: Plan) -> TaskState:
    state = state.with_task(planned=True, plan_model=plan.model)
    return msgspec.structs.replace(state, drafts=tuple(plan.subtasks))
