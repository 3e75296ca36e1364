"""SQL by which the runner stores a task's next state: what differs from the state before, in one transaction.

It is fenced twice: the row must still be this daemon run's, and nobody may have changed it since it was read (each
change, whoever makes it, raises `version`). So a run that was taken for dead, or that has not seen a cancellation, can
write nothing any more.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

import msgspec

from orchd.entity import Owner
from orchd.entity.wire import Happening, RowChange, note
from orchd.errors import Conflict
from orchd.features.task.core.results import PlannedSubtask
from orchd.features.task.core.rows import ENDED, QualityFigures, TaskApproval, TaskRow
from orchd.features.task.core.state import TaskState
from orchd.features.task.core.task_log import LogEntry, LogFact, TaskActor
from orchd.features.task.store import queries
from orchd.features.task.store.queries import FIGURES
from orchd.protocol.types import timestamp
from orchd.storage import Statement, Steps

LOG_KIND, TASK_KIND = "execution-log", "task"
"""What the log of changes calls lines of the log of tasks, and tasks."""
MAX_LOG_ENTRIES = 2000
"""Kept of a task; the oldest go first, about so."""

_PRUNE_EVERY = 64


_UPDATE_TASK = queries.TASKS.everybodys.update_of(
    "status", "waits_for", "reason", "pausing", "ready", "owner", "planned", "plan_model", "calls", "tokens", "seconds",
    "prices",
    "result", "result_notes", "result_remarks", "links", "started_at", "completed_at", "cause",
    where="id = ? AND owner = ? AND version = ?", also="updated_at = ?, version = version + 1",
)  # fmt: skip
_UPDATE_SUBTASK = queries.SUBTASKS.everybodys.update_of(
    "status", "attempts", "kept", "result", "result_model", "score", "reviewer", "notes", "cause", "remarks",
    "verified", "self_checked", "reasons", "grounds", "updated_at", "completed_at",
)  # fmt: skip

_UPDATE_STEP = queries.STEPS.everybodys.update_of(
    "runs", "retryable", "epoch", "started_at", "end", where="task_id = ? AND step = ? AND attempt = ?"
)

_FIGURE_MARKS = ", ".join("?" * len(QualityFigures._fields))
_FIGURE_SUMS = ", ".join(f"{name} = {name} + ?" for name in QualityFigures._fields[2:])


class OutdatedError(Exception):
    """The task was changed by somebody else since it was read, or is somebody else's now; nothing was stored."""


class Change(NamedTuple):
    """From `old` to `new`, with what is noted on the way; `now` in Unix milliseconds, `epoch` who does it."""

    old: TaskState
    new: TaskState
    epoch: str
    now: int
    entries: Sequence[LogEntry] = ()
    gauged: Sequence[QualityFigures] = ()


def save(change: Change) -> Steps[TaskState]:
    """Store a change and return the state as stored. Raises `OutdatedError`."""
    old, new, now = change.old, change.new, change.now
    yield from _save_task(new.task, old.task.version, change.epoch, now)
    for subtask in new.subtasks.values():
        if old.subtasks.get(subtask.id) is not subtask:
            yield _UPDATE_SUBTASK(subtask, subtask.id)
    yield from _save_steps(old, new)
    approvals = yield from _save_approvals(old, new, now)
    for gauged in sorted(change.gauged):
        yield from _gauge(gauged)
    woken = (yield from wake_dependents(new.task.id, now)) if new.task.status in ENDED else []
    if new.drafts:
        yield from _add_planned(new.task.id, new.drafts, now)
    yield from log(new.task.id, change.entries, now)
    yield from note_task(new.task, "updated", now)
    yield from note_updated(woken, now)
    if new.drafts:
        return (yield from _reread(new))
    task = msgspec.structs.replace(new.task, version=old.task.version + 1, updated_at=timestamp(now))
    return msgspec.structs.replace(new, task=task, approvals=approvals).with_open_steps()


def _reread(new: TaskState) -> Steps[TaskState]:
    read = yield from queries.load(new.task.id)
    assert read is not None, "it was updated a moment ago"
    return msgspec.structs.replace(read, running=new.running)


def _save_task(task: TaskRow, version: int, epoch: str, now: int) -> Steps[None]:
    saved = yield _UPDATE_TASK(task, now, task.id, epoch, version)
    if not saved.changed:
        raise OutdatedError


def _save_steps(old: TaskState, new: TaskState) -> Steps[None]:
    for owner, steps in new.steps.items():
        before = old.steps.get(owner, {})
        for key, step in steps.items():
            if key not in before:
                yield from queries.STEPS.everybodys.insert(step, step.started_at, task_id=new.task.id)
            elif before[key] is not step:
                yield _UPDATE_STEP(step, new.task.id, key.name, key.attempt)


def _save_approvals(old: TaskState, new: TaskState, now: int) -> Steps[tuple[TaskApproval, ...]]:
    kept = {approval.id for approval in new.approvals}
    for gone in old.approvals:
        if gone.id not in kept:
            yield from queries.APPROVALS.everybodys.remove(gone.id)
    stored = [approval for approval in new.approvals if approval.id]
    for approval in new.approvals:
        if not approval.id:
            asked = yield from queries.APPROVALS.everybodys.insert(approval, now)
            stored.append(msgspec.structs.replace(approval, id=asked))
    return tuple(stored)


def _add_planned(task_id: int, drafts: Sequence[PlannedSubtask], now: int) -> Steps[None]:
    """Store a plan whole: the subtasks first, since dependencies name their ids."""
    ids: list[int] = []
    for position, draft in enumerate(drafts):
        own_id = yield from queries.SUBTASKS.everybodys.insert(draft, now, task_id=task_id, position=position)
        ids.append(own_id)
    for own_id, draft in zip(ids, drafts, strict=True):
        for index in sorted(set(draft.depends_on)):
            yield Statement(
                "INSERT INTO subtask_dependency (subtask_id, depends_on) VALUES (?, ?)", (own_id, ids[index])
            )


def log(task_id: int, entries: Iterable[LogEntry], now: int) -> Steps[None]:
    """Add to a task's log, and have it told to whoever follows that; now and then drop what is over the bound. The last
    thing that a transaction does."""
    ids = list[int]()
    for entry in entries:
        ids.append((yield from queries.LOGS.everybodys.insert(entry, now, task_id=task_id)))
    if any(line_id % _PRUNE_EVERY == 0 for line_id in ids):
        yield from prune_log(task_id)
    if ids:
        whose = (yield from queries.TASKS.everybodys.get(task_id)).whose
        for line_id in ids:
            yield from note(RowChange(LOG_KIND, line_id, "created", whose), now)


def log_deed(owner: Owner, task_id: int, subtask_id: int | None, message: str, fact: LogFact, now: int) -> Steps[None]:
    """Add to a task's log what a person has done, and who; otherwise as `log`."""
    found = yield Statement("SELECT name FROM user WHERE id = ?", (owner.user_id,))
    if found.rows:
        fact = msgspec.structs.replace(fact, actor=TaskActor(owner.user_id, found.rows[0][0]))
    yield from log(task_id, [LogEntry(subtask_id, "info", message, fact)], now)


def note_task(task: TaskRow, happening: Happening, now: int, left_project_id: int | None = None) -> Steps[None]:
    """Have told what has become of a task to whoever follows all that they see, and to those who saw it in a project
    from which it was taken; the last thing that a transaction does."""
    yield from note(RowChange(TASK_KIND, task.id, happening, task.whose, left_project_id), now)


def prune_log(task_id: int) -> Steps[None]:
    """Drop the oldest entries of a log over the bound."""
    oldest = yield Statement(
        "SELECT id FROM task_log WHERE task_id = ? ORDER BY id DESC LIMIT 1 OFFSET ?", (task_id, MAX_LOG_ENTRIES)
    )
    if oldest.rows:
        yield Statement("DELETE FROM task_log WHERE task_id = ? AND id <= ?", (task_id, oldest.rows[0][0]))


def _gauge(gauged: QualityFigures) -> Steps[None]:
    if (yield from _add_to_gauge(gauged)):
        return
    try:
        yield Statement(f"INSERT INTO model_quality ({FIGURES}) VALUES ({_FIGURE_MARKS})", tuple(gauged))
    except Conflict:  # somebody else was first
        yield from _add_to_gauge(gauged)


def _add_to_gauge(gauged: QualityFigures) -> Steps[int]:
    model, task_type, *figures = gauged
    added = yield Statement(
        f"UPDATE model_quality SET {_FIGURE_SUMS} WHERE model = ? AND task_type = ?", (*figures, model, task_type)
    )
    return added.changed


def wake_dependents(task_id: int, now: int) -> Steps[list[int]]:
    """Have the tasks that wait for this one looked at again, asking anew whether they go on without it where it has
    come to nothing; return those that were changed by that, for `note_updated`. Those that are owned notice by their
    version."""
    woken: list[int] = []
    found = yield Statement("SELECT task_id FROM task_dependency WHERE depends_on = ? ORDER BY task_id", (task_id,))
    for (dependent,) in found.rows:
        yield from forget_question(dependent)
        done = yield Statement(
            "UPDATE task SET version = version + 1, updated_at = ?,"
            " ready = CASE WHEN owner IS NULL THEN 1 ELSE ready END WHERE id = ? AND deleted_at IS NULL"
            " AND (owner IS NOT NULL OR (status = 'waiting' AND waits_for IN ('dependencies', 'approval')))",
            (now, dependent),
        )
        if done.changed:
            woken.append(dependent)
    return woken


def note_updated(task_ids: Collection[int], now: int) -> Steps[None]:
    """Have told that tasks were changed; the last thing that a transaction does."""
    for task_id in task_ids:
        yield from note_task((yield from queries.TASKS.everybodys.get(task_id)), "updated", now)


def forget_question(task_id: int) -> Steps[None]:
    """Withdraw the question whether a task goes on without others that are not as they were asked about."""
    yield Statement(
        "DELETE FROM task_approval WHERE task_id = ? AND kind = 'dependency' AND state = 'open'"
        " AND hash NOT LIKE 'deleted:%'",
        (task_id,),
    )
