"""SQL by which people remove tasks and have them back, and by which those go for good that were removed long ago.

A task that was removed keeps all that belongs to it: what others waited for it is only passed over until it is there
again. So nothing may begin it meanwhile: it is removed only when nobody owns it and it was not told to run.
"""

from orchd.entity import Owner, search
from orchd.errors import Conflict
from orchd.features.project import note_shared_rows
from orchd.features.task.core.approval_hash import deleted_hash, dependency_hash
from orchd.features.task.core.dependencies import lost_of, task_name
from orchd.features.task.core.rows import RUNNING, TaskApproval, TaskRow
from orchd.features.task.core.state import TaskState
from orchd.features.task.core.task_log import LogFact
from orchd.features.task.store import queries, saving_queries
from orchd.features.task.store.editing_queries import remove_checks, require_fewer, search_entry
from orchd.features.task.store.lifecycle_queries import TASKS, rebind, reconsider
from orchd.features.task.store.queries import NAMED
from orchd.protocol.types import timestamp
from orchd.storage import Statement, Steps


def remove(owner: Owner, task_id: int, now: int) -> Steps[TaskRow]:
    """Remove a task, so that it can be restored, and return it; of tasks that waited for it a person is asked whether
    they go on.

    Raises `NotFound`, `Forbidden`, or `Conflict` when it runs or was told to.
    """
    task = yield from queries.changeable(owner, task_id)
    if task.owner is not None or task.status in RUNNING or task.ready:
        raise Conflict(
            f"the task is {task.status} and was told to run; `force` ends and deletes it",
            reason="status",
            field="force",
            path="$.data.force",
            status=task.status,
            wanted="cancelled",
        )
    yield from _ask_dependents(task, now)
    yield from queries.TASKS.changed_by(owner).remove(task_id, now)
    woken = yield from saving_queries.wake_dependents(task_id, now)
    yield from search.remove("task", [task_id])
    yield from note_shared_rows(task.project_id, None, now)
    yield from saving_queries.note_task(task, "deleted", now)
    yield from saving_queries.note_updated(woken, now)
    return task


def restore(owner: Owner, task_id: int, now: int, max_rows: int) -> Steps[TaskRow]:
    """Have a task back as it was, and return it. Whoever waited for it does so again, but for those that have begun
    without it. Raises `NotFound`, `Forbidden`, `Conflict` where it was not removed, and where its user has `max_rows`
    tasks without it."""
    table = queries.TASKS.changed_by(owner)
    queries.check_models(owner, (yield from table.of_removed().get(task_id)))
    task = yield from table.restore(task_id)
    yield from require_fewer(task.user_id, max_rows + 1, max_rows)
    woken = yield from _bind_dependents(task, now)
    yield from _ask_about_removed(task, now)
    yield from rebind(task_id)
    yield from reconsider(task_id, now)
    yield from saving_queries.log_deed(owner, task_id, None, "restored by a person", LogFact("restored"), now)
    task = yield from TASKS.get(task_id)
    yield from search.change(search_entry(task, now))
    yield from note_shared_rows(None, task.project_id, now)
    yield from saving_queries.note_task(task, "restored", now)
    yield from saving_queries.note_updated(woken, now)
    return task


def purge_tasks(before: int, limit: int) -> Steps[int]:
    """Delete for good up to `limit` tasks that were removed before a time, with all that belongs to them; return how
    many."""
    found = yield Statement("SELECT id FROM task WHERE deleted_at < ? LIMIT ?", (before, limit))
    for (task_id,) in found.rows:
        yield from remove_checks(task_id)
        yield Statement("DELETE FROM task WHERE id = ? AND deleted_at IS NOT NULL", (task_id,))
    return len(found.rows)


def _bind_dependents(restored: TaskRow, now: int) -> Steps[list[int]]:
    """Withdraw what was asked since the task was gone; return the tasks that are looked at again. A task that has begun
    without it isn't held up in the middle."""
    found = yield Statement("SELECT task_id FROM task_dependency WHERE depends_on = ? ORDER BY task_id", (restored.id,))
    for (dependent,) in found.rows:
        task = yield from queries.find(dependent)
        if task is None:
            continue
        if task.started_at is not None and "completed" not in (task.status, restored.status):
            yield Statement(
                "DELETE FROM task_dependency WHERE task_id = ? AND depends_on = ?", (dependent, restored.id)
            )
        yield Statement(
            "DELETE FROM task_approval WHERE task_id = ? AND kind = 'dependency' AND hash = ?",
            (dependent, deleted_hash(task, restored.id)),
        )
    return (yield from saving_queries.wake_dependents(restored.id, now))


def _ask_dependents(deleted: TaskRow, now: int) -> Steps[None]:
    """Ask of each task that waits for one which is deleted before it was completed whether it goes on without it."""
    if deleted.status == "completed":
        return
    found = yield Statement(
        f"SELECT o.id, CASE WHEN {NAMED} THEN t.title ELSE '' END FROM task_dependency d"
        " JOIN task o ON o.id = d.task_id JOIN task t ON t.id = d.depends_on"
        " WHERE d.depends_on = ? AND (o.status = 'waiting' OR o.ready = 1) ORDER BY o.id",
        (deleted.id,),
    )
    for dependent, title in found.rows:
        state = yield from queries.load(dependent)
        if state is not None and not _goes_on_without(state, deleted):
            yield from _ask(state, deleted.id, title, now)


def _ask_about_removed(restored: TaskRow, now: int) -> Steps[None]:
    """Ask of a task that waits again about those tasks which were removed while it was not there."""
    state = (yield from queries.load(restored.id)) if restored.status == "waiting" else None
    if state is None:
        return
    found = yield Statement(
        f"SELECT t.id, CASE WHEN {NAMED} THEN t.title ELSE '' END FROM task_dependency d"
        " JOIN task o ON o.id = d.task_id JOIN task t ON t.id = d.depends_on"
        " WHERE d.task_id = ? AND t.deleted_at IS NOT NULL AND t.status <> 'completed' ORDER BY t.id",
        (restored.id,),
    )
    for removed_id, title in found.rows:
        if state.approval("dependency", None, deleted_hash(restored, removed_id)) is None:
            yield from _ask(state, removed_id, title, now)


def _ask(state: TaskState, removed_id: int, title: str, now: int) -> Steps[None]:
    """Ask whether a task goes on without one that was removed."""
    note = task_name(removed_id, title, "deleted")
    action, at = deleted_hash(state.task, removed_id), timestamp(now)
    asked = TaskApproval(0, state.task.id, None, "dependency", action, "open", note, at, None)
    yield from queries.APPROVALS.everybodys.insert(asked, now)


def _goes_on_without(state: TaskState, other: TaskRow) -> bool:
    """Whether a person has said so when the other one ended."""
    lost = lost_of(state.blockers)
    word = state.approval("dependency", None, dependency_hash(state.task, lost))
    return other.id in {blocker.task_id for blocker in lost} and word is not None and word.status == "approved"
