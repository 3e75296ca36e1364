"""SQL by which people change the subtasks of a task that does not run.

What was begun in this round stays as it is: its steps are stored under what it was told. After each change the plan's
open question to a person is bound to the plan as it is then.
"""

from collections.abc import Collection, Sequence

from msgspec import Struct

from orchd.entity import Owner, apply_patch
from orchd.errors import Conflict, Forbidden, NotFound, TooLarge
from orchd.features.models import find_assistant
from orchd.features.task.core.plan_check import MAX_SUBTASKS, UnusablePlan, check_order
from orchd.features.task.core.rows import ENDED, SUBTASK_ENDED, SubtaskRow, TaskRow
from orchd.features.task.core.task_log import LogFact
from orchd.features.task.store import queries
from orchd.features.task.store.editing_queries import editable, note_edit, remove_checks
from orchd.features.task.store.lifecycle_queries import rebind
from orchd.storage import Statement, Steps


def add(
    owner: Owner, task_id: int, content: Struct, needed: Collection[int], position: int | None, now: int
) -> Steps[SubtaskRow]:
    """Add a subtask at a place, or at the end. Raises `NotFound`, `Conflict`, `TooLarge`."""
    task = yield from editable(owner, task_id)
    own_id = yield from queries.SUBTASKS.everybodys.insert(content, now, position=MAX_SUBTASKS)
    *others, added = yield from queries.subtasks(task_id)
    if len(others) >= MAX_SUBTASKS:
        raise TooLarge(f"a task has {MAX_SUBTASKS} subtasks at most", reason="too_many_rows")
    yield from _check_assistant(task, added.assistant)
    yield from _set_needed([*others, added], own_id, needed)
    order = [other.id for other in others]
    order.insert(len(order) if position is None else position, own_id)
    yield from _number(order)
    yield from _note_change(owner, task_id, own_id, "added by a person", LogFact("subtask_added"), now)
    return (yield from queries.find_subtask(owner, own_id))


def change(owner: Owner, subtask_id: int, patch: Struct, now: int) -> Steps[SubtaskRow]:
    """Change members of a subtask. Raises `Conflict`, `NotFound`."""
    old = yield from queries.find_subtask(owner, subtask_id)
    new = apply_patch(old, patch)
    task = yield from _editable_task_of(owner, old)
    _check_state(task, old)
    if new.assistant != old.assistant:
        yield from _check_assistant(task, new.assistant)
    yield from _set_needed((yield from queries.subtasks(task.id)), subtask_id, new.depends_on)
    yield from queries.SUBTASKS.everybodys.set(subtask_id, now, patch)
    yield from _note_change(owner, task.id, subtask_id, "changed by a person", LogFact("subtask_changed"), now)
    return (yield from queries.find_subtask(owner, subtask_id))


def remove(owner: Owner, subtask_id: int, now: int) -> Steps[int]:
    """Delete a subtask with its attempts and their ledgers; return its task. Raises `NotFound`, `Conflict`."""
    subtask = yield from queries.find_subtask(owner, subtask_id)
    task = yield from _editable_task_of(owner, subtask)
    if subtask.status != "completed":
        _check_state(task, subtask)
    yield from remove_checks(task.id, subtask_id)
    yield Statement("DELETE FROM subtask WHERE id = ?", (subtask_id,))
    yield from _number([subtask.id for subtask in (yield from queries.subtasks(task.id))])
    fact = LogFact("subtask_deleted", subtask_id=subtask_id)
    yield from _note_change(owner, task.id, None, f"the subtask {subtask_id} was deleted by a person", fact, now)
    return task.id


def reorder(owner: Owner, task_id: int, order: Sequence[int], now: int) -> Steps[list[SubtaskRow]]:
    """Put all subtasks of a task in this order. Raises `NotFound`, or `Conflict` unless they are those."""
    yield from editable(owner, task_id)
    there = {subtask.id for subtask in (yield from queries.subtasks(task_id))}
    if set(order) != there or len(order) != len(there):
        raise Conflict(
            f"these must be the task's {len(there)} subtasks, each once",
            reason="changed",
            field="subtaskIds",
            path="$.data.subtaskIds",
        )
    yield from _number(order)
    fact = LogFact("subtasks_reordered")
    yield from _note_change(owner, task_id, None, "its subtasks were put in another order by a person", fact, now)
    return (yield from queries.subtasks(task_id))


def page_of(owner: Owner, task_id: int, limit: int, after: int) -> Steps[list[SubtaskRow]]:
    """Return up to `limit` subtasks in order, from the place `after` on. Raises `NotFound`."""
    yield from queries.find_seen(owner, task_id)
    return (yield from queries.subtasks(task_id))[after : after + limit]


def _editable_task_of(owner: Owner, subtask: SubtaskRow) -> Steps[TaskRow]:
    """Return the task of a subtask that a request names. Raises as `editable`, of the subtask."""
    try:
        return (yield from editable(owner, subtask.task_id))
    except Forbidden as refused:
        raise Forbidden(refused.message, reason=refused.reason, field="subtaskId", path="$.data.subtaskId") from refused


def _check_state(task: TaskRow, subtask: SubtaskRow) -> None:
    """Raise `Conflict` unless the subtask is still to be begun, in this round or, when that is over, in the next."""
    untouched = subtask.status in ("pending", "waiting") and not subtask.attempts
    again = subtask.status != "completed" and subtask.status in SUBTASK_ENDED and task.status in ENDED
    if not untouched and not again:
        raise Conflict(
            f"the subtask is {subtask.status}, attempts {subtask.attempts}; to be changed it must be pending",
            reason="status",
            status=subtask.status,
            wanted="pending",
            taskStatus=task.status,
        )


def _check_assistant(task: TaskRow, name: str | None) -> Steps[None]:
    """Raise `NotFound` unless whose task it is has an active assistant of this name."""
    if name is not None and (yield from find_assistant(task.whose.reader, name)) is None:
        raise NotFound("there is no active assistant of that name", field="assistant", path="$.data.assistant")


def _set_needed(subtasks: Sequence[SubtaskRow], subtask_id: int, needed: Collection[int]) -> Steps[None]:
    """Have one of a task's subtasks need these. Raises `NotFound` for unknown ones, `Conflict` for a circle and for a
    row of too many."""
    places = {subtask.id: place for place, subtask in enumerate(subtasks)}
    if not places.keys() >= set(needed):
        raise NotFound("there is no such subtask in this task", field="dependsOn", path="$.data.dependsOn")
    wanted = [needed if subtask.id == subtask_id else subtask.depends_on for subtask in subtasks]
    try:
        check_order([{places[other] for other in those} for those in wanted])
    except UnusablePlan as flaw:
        refused = Conflict(str(flaw), reason=flaw.reason, field="dependsOn", path="$.data.dependsOn")
        if flaw.steps:
            refused.tell(steps=[*flaw.steps])
        raise refused from flaw
    yield Statement("DELETE FROM subtask_dependency WHERE subtask_id = ?", (subtask_id,))
    for other in sorted(set(needed)):
        yield Statement("INSERT INTO subtask_dependency (subtask_id, depends_on) VALUES (?, ?)", (subtask_id, other))


def _number(order: Sequence[int]) -> Steps[None]:
    for position, subtask_id in enumerate(order):
        yield Statement(
            "UPDATE subtask SET position = ? WHERE id = ? AND position <> ?", (position, subtask_id, position)
        )


def _note_change(
    owner: Owner, task_id: int, subtask_id: int | None, message: str, fact: LogFact, now: int
) -> Steps[None]:
    yield from rebind(task_id)
    yield from note_edit(owner, task_id, subtask_id, message, fact, now)
