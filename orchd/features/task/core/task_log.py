"""What a task's log says of its steps and decisions, and what a step says about the model that did it."""

from collections.abc import Iterator

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
from orchd.features.task.core.dependencies import without_names
from orchd.features.task.core.results import CheckResult, Plan, StepOutput
from orchd.features.task.core.rows import BetterAttempt, LogEntry, LogLevel, QualityFigures, StepRow
from orchd.features.task.core.state import TaskState
from orchd.llm import Cost

MAX_MESSAGE = 2000

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
        yield _entry(step.subtask_id, "warning" if unasked else "info", *_describe(state, step, event))
    elif isinstance(event, StepFailed):
        error = event.error
        message = f"{name_of(step)} failed: {error.message}"
        yield _entry(step.subtask_id, "warning", message, code=error.code, model=error.model, attempt=event.key.attempt)


def of_action(action: Action) -> Iterator[LogEntry]:
    """Yield what is to be noted of a decision."""
    match action:
        case BeginStep(again=True):
            yield _entry(action.subtask_id, "warning", f"{action.kind} is begun again after an interruption")
        case AskPerson():
            yield _entry(action.subtask_id, "info", f"a person is asked to approve the {action.kind}")
        case EndSubtask():
            level: LogLevel = "info" if action.status == "completed" else "warning"
            message = f"the subtask is {action.status}" + (f": {action.notes}" if action.notes else "")
            yield _entry(action.subtask_id, level, message, kept=action.kept)
        case ReleaseTask() if action.reason and not (action.ready and action.waits_for not in ("brakes", "quota")):
            yield _entry(None, "info", f"{action.status}: {without_names(action.reason)}")
        case EndTask():
            level = "info" if action.status == "completed" else "error"
            yield _entry(None, level, f"the task is {action.status}" + (f": {action.reason}" if action.reason else ""))
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


def _describe(state: TaskState, step: StepRow, event: StepFinished) -> tuple[str, dict[str, object]]:
    details: dict[str, object] = {"attempt": event.key.attempt, **_cost(event.cost), "seconds": round(event.seconds, 3)}
    match event.result:
        case Plan() as plan:
            titles = [planned.title for planned in plan.subtasks[:20]]
            return f"planned: {len(plan.subtasks)} subtasks", {**details, "model": plan.model, "titles": titles}
        case StepOutput() as made:
            message = f"{name_of(step)} has given {len(made.text)} characters"
            return message, {**details, "model": made.model, "reasons": made.reasons[:10]}
        case CheckResult(unasked=str() as why) as checked:
            message = f"{name_of(step)} could not ask any model: {why}"
            return message, {**details, "ledgerId": checked.ledger_id}
        case CheckResult() as checked:
            score = "" if checked.score is None else f", score {checked.score}"
            message = f"the result of attempt {step.made} is {_VERDICTS[checked.outcome]}{score}"
            return message, {**details, "reviewer": checked.reviewer, "ledgerId": checked.ledger_id}
        case BetterAttempt() as choice:
            better = (choice.first, choice.second)[choice.better]
            return f"of the attempts {choice.first} and {choice.second}, {better} is the better one", details


def name_of(step: StepRow) -> str:
    """Return what people call a step."""
    attempt = step.key.attempt if step.made is None else step.made
    names = {"plan": "planning", "consolidate": "joining the results", "check": f"the check of attempt {attempt}"}
    names |= {"execute": f"attempt {attempt}", "better": f"the comparison with attempt {attempt}"}
    return names[step.kind]


def _cost(cost: Cost) -> dict[str, object]:
    return {"calls": cost.calls, "promptTokens": cost.prompt_tokens, "completionTokens": cost.completion_tokens}


def _entry(
    subtask_id: int | None, level: LogLevel, message: str, /, *rest: dict[str, object], **more: object
) -> LogEntry:
    given = {**(rest[0] if rest else {}), **more}
    details = {name: value for name, value in given.items() if value is not None}
    return LogEntry(subtask_id, level, message[:MAX_MESSAGE], details or None)
