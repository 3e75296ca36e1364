"""SQL that reads tasks: rows as values, and the whole state of a task as the runner wants it.

Who changes a task is in `saving_queries.py` (the runner), `lifecycle_queries.py` (what people and daemons ask of it)
and where tasks are edited.
"""

from orchd.entity import Belonging, OwnedTable, Owner, Table
from orchd.entity.search import SearchedRow, TableSource
from orchd.errors import Forbidden
from orchd.features.models import ModelQuality, TaskType
from orchd.features.task.core.results import Part
from orchd.features.task.core.rows import (
    NEW_SUBTASK,
    NEW_TASK,
    Blocker,
    QualityFigures,
    StepKey,
    StepRow,
    SubtaskRow,
    TaskApproval,
    TaskListed,
    TaskRow,
)
from orchd.features.task.core.state import OF_TASK, TaskState
from orchd.features.task.core.task_log import TaskLogItem
from orchd.protocol.types import unix_milliseconds
from orchd.storage import Statement, Steps

_TASKS = Table("task", TaskRow, "task", key="task_id", elsewhere=("depends_on",), defaults=NEW_TASK)
TASKS = OwnedTable(_TASKS)
SUMMARIES = OwnedTable(_TASKS.view(TaskListed))
SUBTASKS = OwnedTable(Table("subtask", SubtaskRow, "subtask", key="subtask_id", defaults=NEW_SUBTASK), TASKS, "task_id")
APPROVALS = OwnedTable(Table("task_approval", TaskApproval, "approval", key="approval_id"), TASKS, "task_id")
LOGS = OwnedTable(Table("task_log", TaskLogItem, "line", unread=("task_id",)), TASKS, "task_id")
SUBTASK = SUBTASKS.columns_as("s")
STEPS = OwnedTable(Table("task_step", StepRow, "step", unread=("id", "task_id")), TASKS, "task_id")
STEP = STEPS.columns_as("p")

FIGURES = ", ".join(QualityFigures._fields)
MAX_INPUTS = 20
MAX_INPUT_CHARACTERS = 12_000
"""Of the tasks that one waited for: how many, and what all of them together, are handed to its planner and steps."""

SHOWN = (
    "(t.user_id = o.user_id OR t.project_id = o.project_id"
    " OR t.project_id IN (SELECT id FROM project WHERE user_id = o.user_id"
    " UNION SELECT project_id FROM project_member WHERE user_id = o.user_id"
    " UNION SELECT m.project_id FROM project_member m JOIN team_member g ON g.team_id = m.team_id"
    " WHERE g.user_id = o.user_id))"
)
"""Whether a task `t` on which a task `o` depends is still seen by whoever made `o`: else nothing of it is handed on."""

NAMED = f"(t.project_id = o.project_id OR (o.project_id IS NULL AND {SHOWN}))"
"""Whether a task `t` on which a task `o` depends may be named to everybody who sees `o`."""

find = TASKS.everybodys.find


def _show(task: TaskRow) -> SearchedRow:
    return SearchedRow(task.id, task.title, task.description, unix_milliseconds(task.updated_at))


def _whose(task: TaskRow) -> Steps[Belonging]:
    yield from ()
    return task.whose


TASK_SOURCE = TableSource("task", TASKS, _show, _whose)


def task_owner(task_id: int) -> Steps[int | None]:
    """Return the user whose a task is, None where there is no such task."""
    task = yield from find(task_id)
    return None if task is None else task.user_id


def find_seen(owner: Owner, task_id: int) -> Steps[TaskRow]:
    """Return a task that somebody sees. Raises `NotFound`."""
    return (yield from TASKS.seen_by(owner).get(task_id))


def changeable(owner: Owner, task_id: int) -> Steps[TaskRow]:
    """Return a task that somebody may change. Raises `NotFound`; `Forbidden` for one that they only see, or that may
    use other models than they."""
    task = yield from TASKS.changed_by(owner).get(task_id)
    check_models(owner, task)
    return task


def check_models(owner: Owner, task: TaskRow) -> None:
    """Raise `Forbidden` for a task that may use other models than whoever changes it."""
    if owner.models is not None and (task.models is None or not owner.models.issuperset(task.models)):
        raise Forbidden(
            "the task may use models that the token may not", reason="token_model", field="taskId", path="$.data.taskId"
        )


def needed_by(task_id: int) -> Steps[dict[int, Belonging]]:
    """Return the tasks that a task waits for, completed or not, and whose they are; those that were removed wait to be
    restored."""
    found = yield Statement(
        "SELECT t.id, t.user_id, t.project_id FROM task_dependency d JOIN task t ON t.id = d.depends_on"
        " WHERE d.task_id = ? AND t.deleted_at IS NULL ORDER BY t.id",
        (task_id,),
    )
    return {row_id: Belonging(*of) for row_id, *of in found.rows}


def find_subtask(owner: Owner, subtask_id: int) -> Steps[SubtaskRow]:
    """Return a subtask of a task that somebody sees. Raises `NotFound`."""
    found = yield Statement(
        "SELECT depends_on FROM subtask_dependency WHERE subtask_id = ? ORDER BY depends_on", (subtask_id,)
    )
    needed = tuple(row[0] for row in found.rows)
    return (yield from SUBTASKS.seen_by(owner).get(subtask_id, depends_on=needed))


def subtasks(task_id: int) -> Steps[list[SubtaskRow]]:
    """Return a task's subtasks in order."""
    needed = yield Statement(
        "SELECT d.subtask_id, d.depends_on FROM subtask_dependency d JOIN subtask s ON s.id = d.subtask_id"
        " WHERE s.task_id = ? ORDER BY d.depends_on",
        (task_id,),
    )
    depends_on: dict[int, list[int]] = {}
    for subtask_id, other in needed.rows:
        depends_on.setdefault(subtask_id, []).append(other)
    found = yield Statement(
        f"SELECT {SUBTASK} FROM subtask s WHERE s.task_id = ? ORDER BY s.position, s.id", (task_id,)
    )
    return [SUBTASKS.read(row, depends_on=tuple(depends_on.get(row[0], ()))) for row in found.rows]


def approvals(task_id: int) -> Steps[list[TaskApproval]]:
    """Return what persons were asked about a task, in order."""
    return (yield from APPROVALS.everybodys.all(task_id=task_id))


def blockers(task_id: int) -> Steps[list[Blocker]]:
    """Return the tasks that a task depends on and that are not completed."""
    found = yield Statement(
        f"SELECT t.id, CASE WHEN {NAMED} THEN t.title ELSE '' END, t.status, t.round FROM task_dependency d"
        " JOIN task o ON o.id = d.task_id JOIN task t ON t.id = d.depends_on"
        " WHERE d.task_id = ? AND t.status <> 'completed' AND t.deleted_at IS NULL ORDER BY t.id",
        (task_id,),
    )
    return [Blocker(*row) for row in found.rows]


def inputs(task_id: int) -> Steps[list[Part]]:
    """Return what the first tasks that a task depends on have come to: as much of each as all leave room for."""
    found = yield Statement(
        "SELECT t.title, t.result FROM task_dependency d JOIN task o ON o.id = d.task_id"
        " JOIN task t ON t.id = d.depends_on WHERE d.task_id = ? AND t.status = 'completed' AND t.deleted_at IS NULL"
        f" AND t.result IS NOT NULL AND {SHOWN} ORDER BY t.id LIMIT ?",
        (task_id, MAX_INPUTS),
    )
    each = MAX_INPUT_CHARACTERS // max(1, len(found.rows))
    return [Part(0, f"The task “{title}”", _head(text, each)) for title, text in found.rows]


def _head(text: str, limit: int) -> str:
    over = len(text) - limit
    return text if over <= 0 else f"{text[:limit]}\n[… it goes on for {over} characters …]"


def load(task_id: int) -> Steps[TaskState | None]:
    """Return the state of a task with nothing running, None when it does not exist."""
    task = yield from find(task_id)
    if task is None:
        return None
    rows = yield from subtasks(task_id)
    of_owner: dict[int, dict[StepKey, StepRow]] = {}
    for step in (yield from _open_steps(task_id)):
        of_owner.setdefault(step.subtask_id or OF_TASK, {})[step.key] = step
    asked = yield from approvals(task_id)
    blocking = yield from blockers(task_id)
    given = yield from inputs(task_id)
    subtasks_by_id = {row.id: row for row in rows}
    return TaskState(task, subtasks_by_id, of_owner, tuple(asked), tuple(blocking), inputs=tuple(given))


def quality(task_type: str | None) -> Steps[list[QualityFigures]]:
    """Return what is known of models, at one kind of task or at all."""
    chosen = "" if task_type is None else "WHERE task_type = ?"
    found = yield Statement(
        f"SELECT {FIGURES} FROM model_quality {chosen} ORDER BY model, task_type",
        () if task_type is None else (task_type,),
    )
    return [QualityFigures(*row) for row in found.rows]


def model_quality(task_type: TaskType) -> Steps[dict[str, ModelQuality]]:
    """Return how other models judged the results of models at a kind of task, by "id@backend"."""
    rows = yield from quality(task_type)
    return {row.model: ModelQuality(row.checked, row.approved, row.mean_score) for row in rows if row.checked}


def _open_steps(task_id: int) -> Steps[list[StepRow]]:
    """Return the steps of the task itself and of those subtasks that have not ended."""
    found = yield Statement(
        f"SELECT {STEP} FROM task_step p LEFT JOIN subtask s ON s.id = p.subtask_id WHERE p.task_id = ? AND"
        " (s.id IS NULL OR s.status IN ('pending', 'executing', 'validating', 'waiting')) ORDER BY p.id",
        (task_id,),
    )
    return [STEPS.read(row) for row in found.rows]
