"""Tasks as frames show them: rows of the tables to members of payloads. Nothing here waits.

A frame must fit through a connection that has other things to send. So where the texts of a task are long together,
each is cut to its fair share, and `cut` says so; a single subtask or a task asked for by itself is shown whole.
"""

import math
from collections.abc import Sequence
from typing import Any

from msgspec import json, structs

from orchd.features.task.core.rows import ApprovalRow, LogRow, SubtaskRow, TaskRow, WaitsFor
from orchd.features.task.store.listing_queries import TIMED, TaskDetails, TaskFigures, TaskSummary
from orchd.features.task.store.queries import QualityRow
from orchd.features.task.wire.live_messages import (
    TaskApproval,
    TaskCounts,
    TaskLogItem,
    TaskModelFigures,
    TaskStatistics,
    TaskTimes,
)
from orchd.features.task.wire.messages import (
    TaskBudget,
    TaskItem,
    TaskLink,
    TaskListItem,
    TaskPriorityName,
    TaskSpent,
    TaskUpdated,
    Waiting,
)
from orchd.features.task.wire.subtask_messages import SubtaskItem
from orchd.protocol.page import beginning, fitting, share
from orchd.protocol.types import MAX_INTEGER, timestamp

PRIORITIES: tuple[TaskPriorityName, ...] = ("low", "medium", "high", "urgent")
_WAITING: dict[WaitsFor, Waiting | None] = {
    "": None,
    "approval": "approval",
    "dependencies": "dependencies",
    "brakes": "brakes",
    "budget": "budget",
}


def time_of(milliseconds: int | None) -> str | None:
    """Write a time that may be missing."""
    return None if milliseconds is None else timestamp(milliseconds)


def task_item(task: TaskRow, depends_on: Sequence[int], room: int | None = None) -> TaskItem:
    """Show a task; no text of it longer than `room` bytes as JSON."""
    result = None if task.result is None else beginning(task.result, room)
    description, notes = beginning(task.description, room), beginning(task.result_notes, room)
    return TaskItem(
        id=task.id,
        user=task.user,
        title=task.title,
        description=description,
        priority=PRIORITIES[task.priority],
        status=task.status,
        waits_for=_WAITING[task.waits_for],
        reason=task.reason or None,
        pausing=task.wish == "pause",
        started=task.ready or task.owner is not None or task.started_at is not None,
        model=task.model,
        auto_run=task.auto_run,
        planned=task.planned,
        plan_model=task.plan_model,
        round=task.round,
        depends_on=list(depends_on),
        budget=TaskBudget(task.budget.max_calls, task.budget.max_tokens, task.budget.max_minutes),
        spent=TaskSpent(task.calls, min(task.tokens, MAX_INTEGER), round(task.seconds, 3)),
        due_at=time_of(task.due_at),
        result=result,
        result_notes=notes,
        links=[TaskLink(link.mark, link.subtask_id) for link in task.links],
        cut=(description, result, notes) != (task.description, task.result, task.result_notes),
        created_at=timestamp(task.created_at),
        updated_at=timestamp(task.updated_at),
        started_at=time_of(task.started_at),
        completed_at=time_of(task.completed_at),
    )


def subtask_item(subtask: SubtaskRow, room: int | None = None) -> SubtaskItem:
    """Show a subtask; no text of it longer than `room` bytes as JSON."""
    result = None if subtask.result is None else beginning(subtask.result, room)
    prompt, notes = beginning(subtask.prompt, room), beginning(subtask.notes, room)
    cut = (prompt, result, notes) != (subtask.prompt, subtask.result, subtask.notes)
    times = {name: time_of(getattr(subtask, name)) for name in ("created_at", "updated_at", "completed_at")}
    members = structs.asdict(subtask) | times
    members |= {"depends_on": list(subtask.depends_on), "reasons": list(subtask.reasons)}
    return SubtaskItem(**members | {"prompt": prompt, "result": result, "notes": notes, "cut": cut})


def subtask_items(subtasks: Sequence[SubtaskRow]) -> list[SubtaskItem]:
    """Show some subtasks in one frame."""
    room = _room(subtasks)
    return [subtask_item(subtask, room) for subtask in subtasks]


def task_update(shown: TaskDetails, now: int) -> TaskUpdated:
    """Show a task and its subtasks; `now` in Unix milliseconds."""
    room = _room(shown.subtasks, shown.task.description, shown.task.result, shown.task.result_notes)
    items = [subtask_item(subtask, room) for subtask in shown.subtasks]
    return TaskUpdated(task_item(shown.task, shown.depends_on, room), items, timestamp(now))


def _room(subtasks: Sequence[SubtaskRow], *others: str | None) -> int | None:
    """Return how many bytes each long text may have in one frame, None when all may be whole."""
    return share([*others, *(text for subtask in subtasks for text in (subtask.prompt, subtask.result, subtask.notes))])


def approval_item(asked: ApprovalRow) -> TaskApproval:
    """Show a question to a person."""
    return TaskApproval(
        asked.id,
        asked.task_id,
        asked.subtask_id,
        asked.kind,
        asked.hash,
        asked.status,
        asked.note,
        timestamp(asked.created_at),
        time_of(asked.decided_at),
    )


def list_item(row: TaskSummary) -> TaskListItem:
    """Show a row of a list."""
    return TaskListItem(
        id=row.id,
        title=row.title,
        priority=PRIORITIES[row.priority],
        status=row.status,
        waits_for=_WAITING[row.waits_for],
        reason=row.reason or None,
        due_at=time_of(row.due_at),
        subtasks=row.subtasks,
        completed=row.completed,
        created_at=timestamp(row.created_at),
        updated_at=timestamp(row.updated_at),
        completed_at=time_of(row.completed_at),
    )


def log_item(row: LogRow) -> TaskLogItem:
    """Show a line of a log."""
    details = None if row.details_json is None else json.decode(row.details_json, type=dict[str, Any])
    return TaskLogItem(row.id, row.subtask_id, row.level, row.message, details, timestamp(row.created_at))


def statistics(figures: TaskFigures) -> TaskStatistics:
    """Show figures over all tasks."""
    done, failed = (figures.by_status.get(status, 0) for status in ("completed", "failed"))
    times = sorted(figures.times)
    return TaskStatistics(
        total=sum(figures.by_status.values()),
        by_status=TaskCounts(**figures.by_status),
        success_rate=round(done / (done + failed), 4) if done + failed else None,
        calls=figures.calls,
        tokens=min(figures.tokens, MAX_INTEGER),
        seconds=round(figures.seconds, 3),
        times=TaskTimes(min(len(times), TIMED), percentile(times, 50), percentile(times, 95)),
        by_model=fitting(_model_figures(row) for row in figures.by_model),
    )


def percentile(ordered: Sequence[int], percent: int) -> float | None:
    """Return the seconds that so many percent of ordered times (milliseconds) don't exceed, by nearest rank."""
    if not ordered:
        return None
    return ordered[math.ceil(percent / 100 * len(ordered)) - 1] / 1000


def _model_figures(row: QualityRow) -> TaskModelFigures:
    score = round(row.score_sum / row.scored, 1) if row.scored else None
    return TaskModelFigures(
        row.model, row.task_type, row.runs, row.checked, row.approved, score, row.tokens, round(row.seconds, 3)
    )
