"""SQL by which it is found out whether somebody is to be told of tasks."""

from collections.abc import Sequence
from typing import NamedTuple

from orchd.features.task.core.rows import QUESTIONS, TaskStatus
from orchd.storage import Statement, Steps


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
    approval_id: int | None = None
    question: str = ""


def task_news(task_ids: Sequence[int]) -> Steps[list[TaskNews]]:
    """Return what is to be told of some tasks: each question that is open, and those that have ended or wait."""
    marks = ", ".join("?" * len(task_ids))
    ended = yield Statement(
        "SELECT id, user_id, title, status, reason, round, calls FROM task"
        f" WHERE id IN ({marks}) AND deleted_at IS NULL"
        " AND (status IN ('completed', 'failed') OR waits_for = 'budget')",
        tuple(task_ids),
    )
    asked = yield Statement(
        "SELECT t.id, t.user_id, t.title, t.status, t.reason, t.round, t.calls, a.id, a.kind FROM task_approval a"
        f" JOIN task t ON t.id = a.task_id WHERE a.task_id IN ({marks}) AND a.state = 'open'"
        " AND t.deleted_at IS NULL ORDER BY a.id",
        tuple(task_ids),
    )
    questions = [TaskNews._make((*row[:-1], QUESTIONS[row[-1]])) for row in asked.rows]
    return [*(TaskNews(*row) for row in ended.rows), *questions]
