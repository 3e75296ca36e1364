"""SQL that reads tasks for those who look at them: whole ones, pages of lists, logs, questions to persons, figures."""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from orchd.entity import Belonging, Owner, SortOrder, Table
from orchd.features.task.core.rows import (
    QualityFigures,
    StepRow,
    SubtaskRow,
    TaskApproval,
    TaskListed,
    TaskPriority,
    TaskRow,
    TaskStatus,
)
from orchd.features.task.core.task_log import TaskLogItem
from orchd.features.task.store import queries
from orchd.features.task.store.queries import STEP
from orchd.storage import Statement, Steps

TIMED = 1000
"""How many of the tasks completed last say how long tasks take."""

LOST_AT_MOST = 2_000

MAX_ATTEMPTS = 100
"""How many of a subtask's attempts are shown, the latest; with the checks of each."""

NEWEST = SortOrder(("id",), down=True)
CHANGED_LAST = SortOrder(("updated_at", "id"), down=True)


class TaskDetails(NamedTuple):
    """A task with all that is shown of it; of `needed`, the tasks that it waits for, each sees only those that they see
    anyway."""

    task: TaskRow
    needed: dict[int, Belonging]
    subtasks: list[SubtaskRow]
    approvals: list[TaskApproval]


class TaskSummary(NamedTuple):
    """A row of a list, with how many subtasks it has, and how many of them are completed."""

    task: TaskListed
    subtasks: int
    completed: int


class TaskFigures(NamedTuple):
    """Figures over a user's tasks: how many of each status, what they have taken, and milliseconds that some took."""

    by_status: dict[TaskStatus, int]
    calls: int
    tokens: int
    seconds: float
    times: list[int]
    by_model: list[QualityFigures]


def find_details(task_id: int) -> Steps[TaskDetails | None]:
    """Return a task with all that is shown of it, None when it does not exist; for the daemon, which tells only those
    who see it."""
    task = yield from queries.find(task_id)
    return None if task is None else (yield from details_of(task))


def ids_seen_by(owner: Owner, tasks: Mapping[int, Belonging]) -> tuple[int, ...]:
    """Return the ids of those of some tasks that somebody sees."""
    return tuple(task_id for task_id, whose in tasks.items() if whose.is_seen_by(owner))


def seen_details(owner: Owner, task_id: int) -> Steps[TaskDetails]:
    """Return a task that somebody sees, with all that is shown of it. Raises `NotFound`."""
    return (yield from details_of((yield from queries.find_seen(owner, task_id))))


def details_of(task: TaskRow) -> Steps[TaskDetails]:
    """Return all that is shown of a task, which was read in this transaction."""
    needed = yield from queries.needed_by(task.id)
    subtasks = yield from queries.subtasks(task.id)
    return TaskDetails(task, needed, subtasks, (yield from queries.approvals(task.id)))


def steps_of(subtask_id: int) -> Steps[list[StepRow]]:
    """Return the latest attempts at a subtask and their checks, in the order in which they were begun."""
    found = yield Statement(
        f"SELECT {STEP} FROM task_step p WHERE p.subtask_id = ? AND p.kind IN ('execute', 'check')"
        " ORDER BY p.id DESC LIMIT ?",
        (subtask_id, 2 * MAX_ATTEMPTS),
    )
    return [queries.STEPS.read(row) for row in reversed(found.rows)]


class TaskFilter(NamedTuple):
    """Which tasks are listed; None: any."""

    status: TaskStatus | None = None
    project_id: int | None = None
    priority: TaskPriority | None = None
    deleted: bool = False
    """Those that were removed and can be restored, in place of those that are there."""

    @property
    def members(self) -> dict[str, Any]:
        """Return what the rows must be."""
        return {"status": self.status, "project_id": self.project_id, "priority": self.priority}


def count(owner: Owner, wanted: TaskFilter) -> Steps[int]:
    """Return how many tasks that somebody sees are wanted."""
    return (yield from _tasks_of(owner, wanted).count(**wanted.members))


def page(owner: Owner, wanted: TaskFilter, limit: int, before: tuple[int, int] | None) -> Steps[list[TaskSummary]]:
    """Return up to `limit` of the tasks that somebody sees, changed last first, changed before `before` (updated_at,
    id)."""
    tasks = yield from _tasks_of(owner, wanted).page(limit, before, CHANGED_LAST, **wanted.members)
    counts = yield from _subtask_counts([task.id for task in tasks])
    return [TaskSummary(task, *counts.get(task.id, (0, 0))) for task in tasks]


def _tasks_of(owner: Owner, wanted: TaskFilter) -> Table[TaskListed]:
    if wanted.project_id is not None:  # the other projects would only be in the way
        owner = owner._replace(reads=tuple({wanted.project_id} & {*owner.reads}))
    seen = queries.SUMMARIES.seen_by(owner)
    return seen.of_removed() if wanted.deleted else seen


def find_summary(task_id: int) -> Steps[TaskSummary | None]:
    """Return a task as lists show it, None where it isn't there; for the daemon, which tells only those who see it."""
    task = yield from queries.SUMMARIES.everybodys.find(task_id)
    if task is None:
        return None
    return TaskSummary(task, *(yield from _subtask_counts([task_id])).get(task_id, (0, 0)))


def losses(before: Owner, after: Owner) -> Steps[list[int]]:
    """Return the ids of the tasks that somebody saw and doesn't any more, since projects are theirs no longer; of very
    many the newest."""
    projects = sorted(set(before.reads) - set(after.reads))
    if not projects:
        return []
    visible, seen, _ = queries.TASKS.visible(before)
    marks = ", ".join("?" * len(projects))
    found = yield Statement(
        f"SELECT id FROM task WHERE {visible} AND project_id IN ({marks}) AND user_id <> ? AND deleted_at IS NULL"
        " ORDER BY id DESC LIMIT ?",
        (*seen, *projects, after.user_id, LOST_AT_MOST),
    )
    return [row[0] for row in found.rows]


def _subtask_counts(task_ids: Collection[int]) -> Steps[dict[int, tuple[int, int]]]:
    """Return how many subtasks tasks have, and how many of them are completed."""
    if not task_ids:
        return {}
    marks = ", ".join("?" * len(task_ids))
    found = yield Statement(
        "SELECT task_id, COUNT(*), SUM(CASE WHEN status = 'completed' THEN 1 ELSE 0 END) FROM subtask"
        f" WHERE task_id IN ({marks}) GROUP BY task_id",
        tuple(task_ids),
    )
    return {row[0]: (row[1], int(row[2])) for row in found.rows}


def logs(
    owner: Owner, task_id: int, subtask_id: int | None, limit: int, before: int | None
) -> Steps[list[TaskLogItem]]:
    """Return up to `limit` lines, the latest first, from before the line `before`. Raises `NotFound`."""
    yield from queries.find_seen(owner, task_id)
    beyond = None if before is None else (before,)
    return (yield from queries.LOGS.seen_by(owner).page(limit, beyond, NEWEST, task_id=task_id, subtask_id=subtask_id))


def open_approvals(owner: Owner, task_id: int | None, limit: int, after: int) -> Steps[list[TaskApproval]]:
    """Return up to `limit` questions that nobody has answered, of one task or of all that somebody sees, after the
    question `after`. Raises `NotFound` for a task that they don't see."""
    if task_id is not None:
        yield from queries.find_seen(owner, task_id)
    asked = queries.APPROVALS.seen_by(owner)
    return (yield from asked.page(limit, (after,), status="open", task_id=task_id))


def everybodys_statuses() -> Steps[dict[str, int]]:
    """Return how many tasks of all users are in each status; answered by the index `task_figures` alone."""
    found = yield Statement("SELECT status, COUNT(*) FROM task WHERE deleted_at IS NULL GROUP BY status")
    return {row[0]: row[1] for row in found.rows}


def figures(user_id: int) -> Steps[TaskFigures]:
    """Return figures over a user's tasks; both statements are answered by the index `task_figures` alone. How models
    did is known from everybody's."""
    sums = yield Statement(
        "SELECT status, COUNT(*), SUM(calls), SUM(tokens), SUM(seconds) FROM task WHERE user_id = ?"
        " AND deleted_at IS NULL GROUP BY status",
        (user_id,),
    )
    times = yield Statement(
        "SELECT completed_at - started_at FROM task WHERE user_id = ? AND status = 'completed' AND deleted_at IS NULL"
        " ORDER BY completed_at DESC LIMIT ?",
        (user_id, TIMED),
    )
    by_model = yield from queries.quality(None)
    rows: list[tuple[Any, ...]] = sums.rows
    return TaskFigures(
        by_status={row[0]: row[1] for row in rows},
        calls=int(sum(row[2] for row in rows)),
        tokens=int(sum(row[3] for row in rows)),
        seconds=float(sum(row[4] for row in rows)),
        times=[max(0, row[0]) for row in times.rows if row[0] is not None],
        by_model=by_model,
    )
