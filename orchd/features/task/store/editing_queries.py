"""SQL by which people make, change and delete tasks, and which tasks wait for which.

Subtasks are in `subtask_queries.py`. Whatever is changed here raises the task's version, so the owner of the task, if
it has hand reads it again before storing anything. Both databases run these transactions one after the other
(serializable), so what is checked here still holds at the commit.
"""

from collections.abc import Collection

import msgspec
from msgspec import UNSET, Struct, UnsetType

from orchd.entity import Owner, apply_patch, search
from orchd.entity.search import SearchEntry
from orchd.errors import Conflict, NotFound
from orchd.features.project import note_shared_rows, require_project
from orchd.features.task.core.dependencies import NAMING, SOME_TASKS
from orchd.features.task.core.results import CheckResult
from orchd.features.task.core.rows import RUNNING, TaskRow
from orchd.features.task.core.task_log import LogFact
from orchd.features.task.store import queries, saving_queries
from orchd.features.task.store.lifecycle_queries import TASKS, rebind, reconsider
from orchd.features.task.store.listing_queries import TaskDetails, details_of
from orchd.features.verification import remove_ledgers
from orchd.storage import Statement, Steps

USED_BY_STEPS = ("title", "description", "model")
MAX_DEPENDENCIES = 100
"""Tasks that one task may wait for."""

_IDS_AT_ONCE = 500


def editable(owner: Owner, task_id: int) -> Steps[TaskRow]:
    """Return a task that may be changed. Raises `NotFound`, `Forbidden`, or `Conflict` while it runs and once it is
    completed.

    An owner that has begun nothing only looks at what is next, after each edit for instance; it decides
    anew on what is stored then.
    """
    task = yield from queries.changeable(owner, task_id)
    if task.status in RUNNING or task.status == "completed":
        raise Conflict(
            f"the task is {task.status}; to be changed it must be paused",
            reason="status",
            status=task.status,
            wanted="paused",
        )
    return task


def create(owner: Owner, content: Struct, depends_on: Collection[int], now: int, max_rows: int) -> Steps[int]:
    """Make a task that nobody has told to begin; return its id. Raises `NotFound` for a task it should wait for, or a
    project; `Forbidden` for one that they only see; `Conflict` where they have `max_rows` tasks."""
    yield from _check_project(owner, content, None)
    yield from require_fewer(owner.user_id, max_rows, max_rows)
    models = None if owner.models is None else tuple(sorted(owner.models))
    task_id = yield from queries.TASKS.owned_by(owner).insert(
        content, now, models=models, token_id=owner.token_id, background=owner.background
    )
    for other in sorted(set(depends_on)):
        yield from _there(owner, other)
        yield from _insert_dependency(task_id, other)
    task = yield from TASKS.get(task_id)
    yield from search.add(search_entry(task, now))
    yield from saving_queries.log_deed(owner, task_id, None, "created", LogFact("created"), now)
    yield from saving_queries.note_task(task, "created", now)
    yield from note_shared_rows(None, getattr(content, "project_id", None), now)
    return task_id


def require_fewer(user_id: int, number: int, max_rows: int) -> Steps[None]:
    """Raise `Conflict` unless a user has fewer tasks than `number`, since one may have `max_rows`."""
    if (yield from queries.TASKS.owned_by(Owner(user_id)).has_more_than(number - 1)):
        raise Conflict(f"there are {max_rows} tasks already", reason="too_many_rows")


def change(
    owner: Owner, task_id: int, patch: Struct, now: int, version: int | UnsetType = UNSET
) -> Steps[tuple[TaskRow, TaskDetails]]:
    """Store what a person changes of a task, and have it looked at again; return what it was, and all of it, which
    whoever takes it out of a project may not see afterwards. Raises `NotFound`, `Forbidden`, and `Conflict` for what
    its steps use while they run, and for a task that is not of this `version`."""
    old = yield from queries.changeable(owner, task_id)
    if version not in (UNSET, old.version):
        told = "the task was changed meanwhile"
        raise Conflict(told, reason="changed", field="version", path="$.data.version", version=old.version)
    _check_unused(old, apply_patch(old, patch))
    yield from _check_project(owner, patch, old.project_id)
    yield from TASKS.set(task_id, None, patch)
    if getattr(patch, "project_id", None) not in (None, UNSET, old.project_id):
        yield from _forget_names(task_id)
    yield from rebind(task_id)
    left = None if getattr(patch, "project_id", UNSET) in (UNSET, old.project_id) else old.project_id
    changed = yield from note_edit(owner, task_id, None, "changed by a person", LogFact("changed"), now, left)
    yield from search.change(search_entry(changed, now))
    shown = yield from details_of(changed)
    yield from note_shared_rows(old.project_id, changed.project_id, now)
    return old, shown


def search_entry(task: TaskRow, now: int) -> SearchEntry:
    """Return by what a task is found."""
    return SearchEntry("task", task.id, task.whose, now)


def _check_unused(old: TaskRow, new: TaskRow) -> None:
    changed = [name for name in USED_BY_STEPS if getattr(new, name) != getattr(old, name)]
    if changed and old.status in RUNNING:
        raise Conflict(
            f"the task is {old.status}; to change its {changed[0]} it must be paused",
            reason="status",
            field=changed[0],
            path=f"$.data.{changed[0]}",
            status=old.status,
            wanted="paused",
        )


def _check_project(owner: Owner, content: Struct, old: int | None) -> Steps[None]:
    """Raise `NotFound` or `Forbidden` when a task would get into a project whose rows they may not change."""
    wanted = getattr(content, "project_id", None)
    if isinstance(wanted, int) and wanted != old:
        yield from require_project(owner, wanted)


def _forget_names(task_id: int) -> Steps[None]:
    """Take out of a task's texts what it says of other tasks: whoever it is shared with may not see those."""
    reason = (yield from TASKS.get(task_id)).reason or ""
    for start in NAMING:
        if reason.startswith(f"{start}: "):
            yield Statement("UPDATE task SET reason = ? WHERE id = ?", (start, task_id))
    yield Statement(
        "UPDATE task_approval SET note = ? WHERE task_id = ? AND kind = 'dependency'"
        " AND state IN ('open', 'withdrawn')",
        (SOME_TASKS, task_id),
    )


def note_edit(
    owner: Owner,
    task_id: int,
    subtask_id: int | None,
    message: str,
    fact: LogFact,
    now: int,
    left_project_id: int | None = None,
) -> Steps[TaskRow]:
    """Note an edit, perhaps one by which a project lost the task, and have the task looked at again; return it."""
    yield from reconsider(task_id, now)
    yield from saving_queries.log_deed(owner, task_id, subtask_id, message, fact, now)
    changed = yield from TASKS.get(task_id)
    yield from saving_queries.note_task(changed, "updated", now, left_project_id)
    return changed


def remove_checks(task_id: int, subtask_id: int | None = None) -> Steps[None]:
    """Remove the ledgers of a task's checks, or of those of one subtask."""
    found = yield Statement(
        "SELECT result_json FROM task_step WHERE task_id = ? AND (? IS NULL OR subtask_id = ?)"
        " AND kind = 'check' AND result_json IS NOT NULL",
        (task_id, subtask_id, subtask_id),
    )
    checks = (msgspec.json.decode(row[0], type=CheckResult) for row in found.rows)
    yield from remove_ledgers([check.ledger_id for check in checks if check.ledger_id is not None])


def add_dependency(owner: Owner, task_id: int, other: int, now: int) -> Steps[None]:
    """Have a task wait for another one; nothing happens if it does. Raises `NotFound`, `Conflict`."""
    task = yield from editable(owner, task_id)
    awaited = yield from _there(owner, other)
    known = yield from queries.needed_by(task_id)
    if other in known:
        return
    if len(known) >= MAX_DEPENDENCIES:
        raise Conflict(
            f"a task can wait for {MAX_DEPENDENCIES} others at most", reason="too_many_rows", field="dependsOn"
        )
    if (yield from _leads_to(other, task_id)):
        raise Conflict(
            f"the tasks would wait for each other in a circle; this one is {task.status}, the other {awaited.status}",
            reason="circle",
            field="dependsOn",
            path="$.data.dependsOn",
            status=task.status,
            other=awaited.status,
        )
    yield from _insert_dependency(task_id, other)
    fact = LogFact("dependency_added", task_id=other)
    yield from note_edit(owner, task_id, None, f"waits for task {other} from now on", fact, now)


def remove_dependency(owner: Owner, task_id: int, other: int, now: int) -> Steps[None]:
    """Have a task not wait for another one any more. Raises `NotFound` when it does not."""
    yield from queries.changeable(owner, task_id)
    if other not in (yield from queries.needed_by(task_id)):
        raise NotFound("the task does not wait for that one", field="dependsOn", path="$.data.dependsOn")
    yield Statement("DELETE FROM task_dependency WHERE task_id = ? AND depends_on = ?", (task_id, other))
    yield from saving_queries.forget_question(task_id)
    fact = LogFact("dependency_removed", task_id=other)
    yield from note_edit(owner, task_id, None, f"does not wait for task {other} any more", fact, now)


def _leads_to(start: int, wanted: int) -> Steps[bool]:
    """Whether `start` is `wanted`, or waits for it over any number of others."""
    seen, new = {start}, {start}
    while new and wanted not in seen:
        some = sorted(new)[:_IDS_AT_ONCE]
        marks = ", ".join("?" * len(some))
        found = yield Statement(f"SELECT depends_on FROM task_dependency WHERE task_id IN ({marks})", tuple(some))
        new = (new - set(some)) | ({row[0] for row in found.rows} - seen)
        seen |= new
    return wanted in seen


def _there(owner: Owner, other: int) -> Steps[TaskRow]:
    try:
        return (yield from queries.find_seen(owner, other))
    except NotFound:
        raise NotFound("there is no such task", field="dependsOn", path="$.data.dependsOn") from None


def _insert_dependency(task_id: int, other: int) -> Steps[None]:
    yield Statement("INSERT INTO task_dependency (task_id, depends_on) VALUES (?, ?)", (task_id, other))
