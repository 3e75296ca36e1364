"""What a task's log says of its steps and decisions, and what a step says about the model that did it."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType, field

from orchd.features.task.core.actions import (
    Action,
    AskPerson,
    BeginStep,
    EndSubtask,
    EndTask,
    ReleaseTask,
    StepEvent,
    StepFailed,
    StepFinished,
)
from orchd.features.task.core.causes import SubtaskCause, TaskCause, TaskFailure, failure
from orchd.features.task.core.dependencies import without_names
from orchd.features.task.core.results import CheckResult, Plan, StepOutput, SubtaskScore
from orchd.features.task.core.rows import (
    ApprovalKind,
    ApprovalStatus,
    BetterAttempt,
    LogLevel,
    QualityFigures,
    StepKind,
    StepRow,
    SubtaskStatus,
    TaskStatus,
)
from orchd.features.task.core.state import TaskState
from orchd.features.verification import VerificationOutcome
from orchd.llm import Cost
from orchd.protocol.types import Count, RowId, Timestamp

MAX_MESSAGE = 2000

LogFactCode: TypeAlias = Annotated[
    Literal[
        "answered",
        "asked",
        "cancel_wanted",
        "changed",
        "check_unasked",
        "checked",
        "compared",
        "created",
        "dependency_added",
        "dependency_removed",
        "pause_wanted",
        "plan_wanted",
        "planned",
        "restored",
        "resume_wanted",
        "retry_wanted",
        "run_wanted",
        "step_again",
        "step_done",
        "step_failed",
        "subtask_added",
        "subtask_changed",
        "subtask_deleted",
        "subtask_ended",
        "subtasks_reordered",
        "task_ended",
        "task_held",
    ],
    Meta(title="LogFactCode", description="What a line of a task's log tells."),
]


class TaskActor(Struct, frozen=True, rename="camel"):
    """Who did something to a task, by the name that they had then."""

    user_id: RowId
    name: Annotated[str, Meta(max_length=64)]


class LogFact(Struct, frozen=True, rename="camel"):
    """What a line of a task's log tells, for programs; which members there are follows from `code`.

    `answered` and `asked`: `question`, and what a person `answered`, with their `note`. `dependency_…`: `taskId`.
    `planned`: `count` of subtasks. `step_again`, `step_done` (`count` of characters) and `step_failed` (`error`):
    `step`, and which `attempt`, where it is about one. `check_unasked` and `checked` (`outcome`, `score`): `attempt`.
    `compared`: `attempts`, and the better `attempt` of them. `subtask_deleted`: `subtaskId`. `subtask_ended`:
    `subtaskStatus`, `subtaskCause`. `task_held` and `task_ended`: `status`, `cause`. The others have no more to tell.
    """

    code: LogFactCode
    step: StepKind | UnsetType = UNSET
    attempt: Count | UnsetType = UNSET
    attempts: list[Count] | UnsetType = UNSET
    count: Count | UnsetType = UNSET
    outcome: VerificationOutcome | UnsetType = UNSET
    score: SubtaskScore | UnsetType = UNSET
    question: ApprovalKind | UnsetType = UNSET
    answered: ApprovalStatus | UnsetType = UNSET
    note: str | UnsetType = UNSET
    task_id: RowId | UnsetType = UNSET
    subtask_id: RowId | UnsetType = UNSET
    status: TaskStatus | UnsetType = UNSET
    cause: TaskCause | UnsetType = UNSET
    subtask_status: SubtaskStatus | UnsetType = UNSET
    subtask_cause: SubtaskCause | UnsetType = UNSET
    error: TaskFailure | UnsetType = UNSET
    actor: TaskActor | UnsetType = UNSET
    """Who did what a person did; absent where nobody was logged in, and in lines of an older daemon."""


class LogEntry(Struct, frozen=True):
    """What is noted in a task's log: in a sentence for people, and for programs."""

    subtask_id: int | None
    level: LogLevel
    message: str
    fact: LogFact
    details: dict[str, object] | None = None


class TaskLogItem(Struct, frozen=True, rename="camel"):
    """One line of a task's log; `details` is an object whose members depend on what happened."""

    id: RowId
    subtask_id: RowId | None
    level: LogLevel
    message: str
    fact: LogFact | None
    details: dict[str, Any] | None
    created_at: Timestamp = field(name="timestamp")


_VERDICTS = {
    "verified": "approved by another model",
    "self_checked": "approved by no model whose approval would verify it",
    "rejected": "rejected",
    "undecided": "undecided: no model could say",
}


def of_event(state: TaskState, event: StepEvent) -> Iterator[LogEntry]:
    """Yield what is to be noted of a step's end; `state` is that before it."""
    step = state.step(event.key)
    if step is None:
        return
    if isinstance(event, StepFinished):
        unasked = isinstance(event.result, CheckResult) and event.result.unasked is not None
        message, fact, details = _describe(state, step, event)
        yield _entry(step.subtask_id, "warning" if unasked else "info", message, fact, details)
    elif isinstance(event, StepFailed):
        error = event.error
        message = f"{name_of(step)} failed: {error.message}"
        told = failure(error.code, error.message, error.reason)
        fact = LogFact("step_failed", step.kind, attempt_of(step), error=told)
        details = {"code": error.code, "model": error.model, "attempt": event.key.attempt}
        yield _entry(step.subtask_id, "warning", message, fact, details)


def of_action(action: Action) -> Iterator[LogEntry]:
    """Yield what is to be noted of a decision."""
    match action:
        case BeginStep(again=True):
            message = f"{action.kind} is begun again after an interruption"
            yield _entry(action.subtask_id, "warning", message, LogFact("step_again", action.kind))
        case AskPerson():
            message = f"a person is asked to approve the {action.kind}"
            yield _entry(action.subtask_id, "info", message, LogFact("asked", question=action.kind))
        case EndSubtask():
            level: LogLevel = "info" if action.status == "completed" else "warning"
            message = f"the subtask is {action.status}" + (f": {action.notes}" if action.notes else "")
            fact = LogFact("subtask_ended", subtask_status=action.status, subtask_cause=action.cause or UNSET)
            yield _entry(action.subtask_id, level, message, fact, {"kept": action.kept})
        case ReleaseTask() if action.reason and not (action.ready and action.waits_for not in ("brakes", "quota")):
            fact = LogFact("task_held", status=action.status, cause=action.cause or UNSET)
            yield _entry(None, "info", f"{action.status}: {without_names(action.reason)}", fact)
        case EndTask():
            level = "info" if action.status == "completed" else "error"
            message = f"the task is {action.status}" + (f": {action.reason}" if action.reason else "")
            yield _entry(None, level, message, LogFact("task_ended", status=action.status, cause=action.cause or UNSET))
        case _:
            return


def quality_deltas(state: TaskState, event: StepEvent) -> Iterator[QualityFigures]:
    """Yield what a step's end says about the model that did the subtask; a model's word on itself is none."""
    step = state.step(event.key)
    if step is None or step.subtask_id is None or not isinstance(event, StepFinished):
        return
    subtask = state.subtasks[step.subtask_id]
    match event.result:
        case StepOutput() as made:
            cost = made.cost
            yield QualityFigures(made.model, subtask.task_type, runs=1, tokens=cost.tokens, seconds=cost.seconds)
        case CheckResult(outcome="verified" | "rejected") as checked:
            author = subtask.result_model
            if author is not None:
                scored = int(checked.score is not None)
                yield QualityFigures(
                    author,
                    subtask.task_type,
                    checked=1,
                    approved=int(checked.outcome == "verified"),
                    scored=scored,
                    score_sum=checked.score or 0,
                )
        case _:
            return


def _describe(state: TaskState, step: StepRow, event: StepFinished) -> tuple[str, LogFact, dict[str, object]]:
    details: dict[str, object] = {"attempt": event.key.attempt, **_cost(event.cost), "seconds": round(event.seconds, 3)}
    match event.result:
        case Plan() as plan:
            titles = [planned.title for planned in plan.subtasks[:20]]
            fact = LogFact("planned", count=len(plan.subtasks))
            return f"planned: {len(plan.subtasks)} subtasks", fact, {**details, "model": plan.model, "titles": titles}
        case StepOutput() as made:
            message = f"{name_of(step)} has given {len(made.text)} characters"
            fact = LogFact("step_done", step.kind, attempt_of(step), count=len(made.text))
            return message, fact, {**details, "model": made.model, "reasons": made.reasons[:10]}
        case CheckResult(unasked=str() as why) as checked:
            message = f"{name_of(step)} could not ask any model: {why}"
            fact = LogFact("check_unasked", attempt=attempt_of(step))
            return message, fact, {**details, "ledgerId": checked.ledger_id}
        case CheckResult() as checked:
            score = "" if checked.score is None else f", score {checked.score}"
            message = f"the result of attempt {step.made} is {_VERDICTS[checked.outcome]}{score}"
            told = UNSET if checked.score is None else checked.score
            fact = LogFact("checked", attempt=attempt_of(step), outcome=checked.outcome, score=told)
            return message, fact, {**details, "reviewer": checked.reviewer, "ledgerId": checked.ledger_id}
        case BetterAttempt() as choice:
            better = (choice.first, choice.second)[choice.better]
            fact = LogFact("compared", attempt=better, attempts=[choice.first, choice.second])
            return f"of the attempts {choice.first} and {choice.second}, {better} is the better one", fact, details


def attempt_of(step: StepRow) -> int | UnsetType:
    """Return which attempt of a subtask a step makes, or is about."""
    if step.subtask_id is None:
        return UNSET
    return step.key.attempt if step.made is None else step.made


def name_of(step: StepRow) -> str:
    """Return what people call a step."""
    attempt = attempt_of(step)
    names = {"plan": "planning", "consolidate": "joining the results", "check": f"the check of attempt {attempt}"}
    names |= {"execute": f"attempt {attempt}", "better": f"the comparison with attempt {attempt}"}
    return names[step.kind]


def _cost(cost: Cost) -> dict[str, object]:
    return {"calls": cost.calls, "promptTokens": cost.prompt_tokens, "completionTokens": cost.completion_tokens}


def _entry(
    subtask_id: int | None, level: LogLevel, message: str, fact: LogFact, details: dict[str, object] | None = None
) -> LogEntry:
    known = {name: value for name, value in (details or {}).items() if value is not None}
    return LogEntry(subtask_id, level, message[:MAX_MESSAGE], fact, known or None)
