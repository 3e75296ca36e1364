"""SQL by which it is found out whether somebody is to be told of tasks."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec

from orchd.features.task.core.causes import TaskCause
from orchd.features.task.core.rows import ApprovalKind, TaskStatus
from orchd.storage import Statement, Steps

_CAUSES = msgspec.json.Decoder(TaskCause)
_CAUSE = 8
"""Columns up to the cause, and with it."""


class TaskNews(NamedTuple):
    """Of which task its user is to be told: it has ended, waits for them, or asks them something."""

    task_id: int
    user_id: int
    title: str
    status: TaskStatus
    reason: str | None
    round: int
    calls: int
    """How often models were asked for it."""
    cause: TaskCause | None = None
    approval_id: int | None = None
    question: ApprovalKind | None = None


def task_news(task_ids: Sequence[int]) -> Steps[list[TaskNews]]:
    """Return what is to be told of some tasks: each question that is open, and those that have ended or wait."""
    marks = ", ".join("?" * len(task_ids))
    ended = yield Statement(
        "SELECT id, user_id, title, status, reason, round, calls, cause_json FROM task"
        f" WHERE id IN ({marks}) AND deleted_at IS NULL"
        " AND (status IN ('completed', 'failed') OR waits_for = 'budget')",
        tuple(task_ids),
    )
    asked = yield Statement(
        "SELECT t.id, t.user_id, t.title, t.status, t.reason, t.round, t.calls, t.cause_json, a.id, a.kind"
        " FROM task_approval a"
        f" JOIN task t ON t.id = a.task_id WHERE a.task_id IN ({marks}) AND a.state = 'open'"
        " AND t.deleted_at IS NULL ORDER BY a.id",
        tuple(task_ids),
    )
    return [_news(*row) for row in (*ended.rows, *asked.rows)]


def _news(*row: Any) -> TaskNews:
    *told, cause = row[:_CAUSE]
    return TaskNews._make((*told, None if cause is None else _CAUSES.decode(cause), *(row[_CAUSE:] or (None, None))))
