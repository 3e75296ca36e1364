"""What a task does next: a pure function of its state.

`look` decides, `apply` and `absorb` (`transitions.py`) say what the state is afterwards; none of them waits. The
runner stores each state before it acts on it, so that after a crash the same decisions follow from what was read back.
A task goes round: take in what its steps have settled, hold back (paused, other tasks, budget, brakes), plan, run the
subtasks, join their results. Only work is held back: a task whose answer is there is completed, whatever it has spent.
It rests when nothing runs and nothing can be begun, and it always says why.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, NamedTuple

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
)
from orchd.features.task.core.approval_hash import plan_hash
from orchd.features.task.core.causes import Explanation, TaskCause, explain, failure, first_titles
from orchd.features.task.core.dependencies import given_up, wait_or_ask
from orchd.features.task.core.rows import (
    ENDED,
    RUNNING,
    SUBTASK_ENDED,
    StepFailure,
    StepKey,
    StepKind,
    StepRow,
    StepSuccess,
    SubtaskRow,
)
from orchd.features.task.core.state import OF_TASK, TaskState
from orchd.features.task.core.subtasks import Next, Pause, Wait, next_of, next_try
from orchd.llm import Cost

MINUTE_SECONDS = 60.0
RESERVED_CALLS: Mapping[StepKind, int] = {"plan": 2, "execute": 3, "check": 8, "better": 4, "consolidate": 4}
"""Set aside of a budget's calls for a step of each kind while it runs."""
RESERVED_TOKENS = 1_000
"""Set aside for each of these calls while none of the task's has been counted."""


class NextActions(NamedTuple):
    """What is to be done now, and when to look again if nothing happens until then (Unix milliseconds)."""

    actions: list[Action]
    wake_at: int | None


def look(state: TaskState, world: Conditions) -> NextActions:
    """Return what is to be done now, and when to look again. Never waits."""
    if state.task.status in ENDED or state.drafts:
        return NextActions([], None)
    if ends := given_up(state):
        return NextActions(ends, None)
    following = _phase(state, world)
    settled: list[Action] = [action for action in following if isinstance(action, EndSubtask | GiveUpStep | EndTask)]
    if settled:
        return NextActions(settled, None)
    held = hold(state, world)
    if held is not None:
        return NextActions([] if state.running else [held], None)
    return _outlook(state, world, following)


def hold(state: TaskState, world: Conditions) -> AskPerson | ReleaseTask | None:
    """Return why nothing new may begin, or what a person is to be asked before; None when it may."""
    task = state.task
    if world.draining:
        return ReleaseTask(task.status, task.waits_for, task.reason, ready=True, cause=task.cause)
    if task.pausing:
        return ReleaseTask("paused", None, "paused on request", ready=False, cause=TaskCause("paused"))
    if (held := wait_or_ask(state)) is not None:
        return held
    spent = overspent(state, Cost())
    if spent is not None and not _takes_no_model(state):
        return ReleaseTask("waiting", "budget", spent.text, ready=False, cause=spent.cause)
    if world.quota is not None and not _takes_no_model(state):
        return ReleaseTask("waiting", "quota", world.quota.text, ready=True, cause=world.quota.cause)
    if world.brakes is None:
        return None
    return ReleaseTask("waiting", "brakes", world.brakes.text, ready=True, cause=world.brakes.cause)


def overspent(state: TaskState, reserved: Cost) -> Explanation | None:
    """Return which limit of the budget is reached once what is `reserved` for running steps is spent as well."""
    task, budget = state.task, state.task.budget
    if budget.max_calls is not None and task.calls + reserved.calls >= budget.max_calls:
        told = f"{task.calls} of {budget.max_calls} model calls"
        return _spending(told, TaskCause("budget_calls", spent=task.calls, limit=budget.max_calls))
    if budget.max_tokens is not None and task.tokens + reserved.tokens >= budget.max_tokens:
        told = f"{task.tokens} of {budget.max_tokens} tokens"
        return _spending(told, TaskCause("budget_tokens", spent=task.tokens, limit=budget.max_tokens))
    if budget.max_minutes is not None and task.seconds >= budget.max_minutes * MINUTE_SECONDS:
        minutes = round(task.seconds / MINUTE_SECONDS, 3)
        told = f"{minutes:g} of {budget.max_minutes:g} minutes"
        return _spending(told, TaskCause("budget_minutes", spent=minutes, limit=budget.max_minutes))
    return None


def _spending(told: str, cause: TaskCause) -> Explanation:
    return Explanation(f"the budget is spent: {told}", cause)


def _takes_no_model(state: TaskState) -> bool:
    """Whether all that is left is to take the only result there is as the answer."""
    everything = state.subtasks.values()
    over = all(subtask.status in SUBTASK_ENDED for subtask in everything)
    return over and _why_not_joined(everything) is None and len(list(state.results())) == 1


def _phase(state: TaskState, world: Conditions) -> list[Next]:
    if not state.subtasks:
        return [_task_step(state, world, "plan")]
    gate = _plan_gate(state)
    if gate is not None:
        return [gate]
    open_ones = [subtask for subtask in state.subtasks.values() if subtask.status not in SUBTASK_ENDED]
    if open_ones:
        return [next_of(state, subtask, world) for subtask in open_ones]
    lost = _why_not_joined(state.subtasks.values())
    return [EndTask("failed", *lost)] if lost is not None else [_task_step(state, world, "consolidate")]


def _task_step(state: TaskState, world: Conditions, kind: Literal["plan", "consolidate"]) -> Next:
    """Return what is next for planning or joining, which are tried like any step."""
    steps = [step for step in state.steps.get(OF_TASK, {}).values() if step.kind == kind]
    ours = [step for step in steps if step.round == state.task.round]
    if not ours or (kind == "plan" and ours[-1].status == "done"):  # its subtasks were all deleted: plan anew
        return BeginStep(StepKey(kind, len(steps) + 1), kind, None)
    following = next_try(state, _since_success(ours), world)
    match following:
        case StepSuccess():
            return EndTask("completed", None)
        case StepFailure(error=error):
            told = failure(error.code, error.message, error.reason)
            if kind == "plan":
                return _failure(f"it could not be planned: {error.message}", TaskCause("not_planned", error=told))
            return _failure(f"the results could not be joined: {error.message}", TaskCause("not_joined", error=told))
        case _:
            return following


def _failure(text: str, cause: TaskCause) -> EndTask:
    return EndTask("failed", *explain(text, cause))


def _since_success(steps: list[StepRow]) -> list[StepRow]:
    """Return the tries since the last success, or that success, when there was none."""
    done = [place for place, step in enumerate(steps) if step.status == "done"]
    return (steps[done[-1] + 1 :] or steps[-1:]) if done else steps


def _plan_gate(state: TaskState) -> Next | None:
    """Return what keeps a planner's plan from being run that a person must agree to."""
    task = state.task
    if task.auto_run or not task.planned or any(subtask.attempts for subtask in state.subtasks.values()):
        return None
    action = plan_hash(task, state.subtasks.values())
    word = state.approval("plan", None, action)
    if word is None:
        return AskPerson("plan", None, action)
    return None if word.status == "approved" else Wait(person=True)


def _why_not_joined(subtasks: Iterable[SubtaskRow]) -> Explanation | None:
    """Return why there is no answer, None when there is one: what a person took out is not missing."""
    everything = list(subtasks)
    lost = [subtask for subtask in everything if subtask.status in ("failed", "rejected")]
    if lost:
        named = "; ".join(
            f"“{subtask.title}” {subtask.status}" + (f" ({subtask.notes})" if subtask.notes else "") for subtask in lost
        )
        titles = first_titles(subtask.title for subtask in lost)
        cause = TaskCause("subtasks_lost", titles=titles, lost=len(lost), total=len(everything))
        return explain(f"{len(lost)} of {len(everything)} subtasks did not succeed: {named}", cause)
    if not any(subtask.status == "completed" for subtask in everything):
        return Explanation("none of its subtasks has a result", TaskCause("no_result"))
    return None


def _outlook(state: TaskState, world: Conditions, following: list[Next]) -> NextActions:
    """Sort out what may be done now: questions at once, steps as far as there is room and budget."""
    actions: list[Action] = [action for action in following if isinstance(action, AskPerson)]
    actions += _within(state, world, (action for action in following if isinstance(action, BeginStep)))
    wake_at = min((action.until for action in following if isinstance(action, Pause)), default=None)
    if not actions and not state.running and wake_at is not None and state.task.status not in RUNNING:
        actions = [ResumeTask()]
    if not actions and not state.running and wake_at is None:
        text, cause = _whom_it_waits_for(state)
        actions = [ReleaseTask("waiting", "approval", text, ready=False, cause=cause)]
    return NextActions(actions, wake_at)


def _within(state: TaskState, world: Conditions, begins: Iterable[BeginStep]) -> Iterator[BeginStep]:
    """Yield the steps that may begin. Each running one has its part of the budget reserved, and the last one to begin
    may pass the limit: so it is passed by one step at most, however many run side by side."""
    running = len(state.running)
    reserved = Cost()
    for step in (state.step(key) for key in state.running):
        if step is not None:
            reserved = reserved.plus(_reserve(state, step.kind, world.spending.get(step.key, Cost())))
    for begin in begins:
        if running >= world.limits.parallel:
            return
        if overspent(state, reserved) is not None and not _takes_no_model(state):
            return
        running += 1
        reserved = reserved.plus(_reserve(state, begin.kind, Cost()))
        yield begin


def _reserve(state: TaskState, kind: StepKind, spent: Cost) -> Cost:
    """Return what is set aside for a step that has `spent` so much: what such a step usually takes at most."""
    task, calls = state.task, max(RESERVED_CALLS[kind], spent.calls + 1)
    each = task.tokens // task.calls if task.calls else RESERVED_TOKENS
    return Cost(calls, max(calls * each, spent.tokens + each))


def _whom_it_waits_for(state: TaskState) -> Explanation:
    asked = [approval for approval in state.approvals if approval.status == "open"]
    if not asked and _plan_gate(state) is not None:
        refused = "the plan was refused: change it, plan again, or cancel the task"
        return Explanation(refused, TaskCause("plan_refused"))
    if not asked:
        circle = "its subtasks need each other in a circle: change what they depend on"
        return Explanation(circle, TaskCause("circle"))
    if any(approval.kind == "plan" for approval in asked):
        return Explanation("its plan waits for a person's approval", TaskCause("plan_question"))
    titles = [state.subtasks[approval.subtask_id].title for approval in asked if approval.subtask_id is not None]
    told = "it waits for a person's decision on " + ", ".join(f"“{title}”" for title in titles)
    return explain(told, TaskCause("decision", titles=first_titles(titles)))
