"""From what a person sends to what is to be stored: texts trimmed and measured, times read, members merged."""

from typing import TypeVar

from msgspec import UNSET, UnsetType, structs

from orchd.errors import Conflict, Invalid, TooLarge
from orchd.features.task.core.plan_check import MAX_PROMPT_CHARACTERS, MAX_TITLE_CHARACTERS
from orchd.features.task.core.rows import RUNNING, Budget, SubtaskRow, TaskRow
from orchd.features.task.store.editing_queries import TaskDraft
from orchd.features.task.store.subtask_queries import SubtaskDraft
from orchd.features.task.wire.messages import MAX_DESCRIPTION_CHARACTERS, TaskCreate, TaskLimits, TaskUpdate
from orchd.features.task.wire.subtask_messages import SubtaskCreate, SubtaskUpdate
from orchd.features.task.wire.views import PRIORITIES
from orchd.protocol.types import unix_milliseconds

T = TypeVar("T")


def task_draft(data: TaskCreate, user: str) -> TaskDraft:
    """Return the task that a person wants. Raises `Invalid`, `TooLarge`."""
    return TaskDraft(
        user=user,
        title=_require(data.title, "title", MAX_TITLE_CHARACTERS),
        description=bound(data.description, "description", MAX_DESCRIPTION_CHARACTERS),
        priority=PRIORITIES.index(data.priority),
        model=data.model,
        auto_run=data.auto_run,
        budget=_budget(data.budget),
        due_at=milliseconds(data.due_at),
    )


def changed_task(old: TaskRow, data: TaskUpdate) -> TaskRow:
    """Return a task as a person wants it to be. Raises `Invalid`, `TooLarge`, or `Conflict` for what its steps use."""
    new = structs.replace(
        old,
        title=_require(given_or(data.title, old.title), "title", MAX_TITLE_CHARACTERS),
        description=bound(given_or(data.description, old.description), "description", MAX_DESCRIPTION_CHARACTERS),
        priority=old.priority if data.priority is UNSET else PRIORITIES.index(data.priority),
        model=given_or(data.model, old.model),
        auto_run=given_or(data.auto_run, old.auto_run),
        budget=old.budget if data.budget is UNSET else _budget(data.budget),
        due_at=old.due_at if data.due_at is UNSET else milliseconds(data.due_at),
    )
    used = [name for name in ("title", "description", "model") if getattr(new, name) != getattr(old, name)]
    if used and old.status in RUNNING:
        raise Conflict(
            f"the task is {old.status}; to change its {used[0]} it must be paused",
            field=used[0],
            path=f"$.data.{used[0]}",
            status=old.status,
            wanted="paused",
        )
    return new


def subtask_draft(data: SubtaskCreate) -> SubtaskDraft:
    """Return the subtask that a person wants. Raises `Invalid`, `TooLarge`."""
    return SubtaskDraft(
        title=_require(data.title, "title", MAX_TITLE_CHARACTERS),
        prompt=_require(data.prompt, "prompt", MAX_PROMPT_CHARACTERS),
        depends_on=data.depends_on,
        difficulty=data.difficulty,
        task_type=data.task_type,
        assistant=data.assistant,
        model=data.model,
        needs_approval=data.needs_approval,
    )


def changed_subtask(old: SubtaskRow, data: SubtaskUpdate) -> SubtaskDraft:
    """Return a subtask as a person wants it to be. Raises `Invalid`, `TooLarge`."""
    return SubtaskDraft(
        title=_require(given_or(data.title, old.title), "title", MAX_TITLE_CHARACTERS),
        prompt=_require(given_or(data.prompt, old.prompt), "prompt", MAX_PROMPT_CHARACTERS),
        depends_on=given_or(data.depends_on, old.depends_on),
        difficulty=given_or(data.difficulty, old.difficulty),
        task_type=given_or(data.task_type, old.task_type),
        assistant=given_or(data.assistant, old.assistant),
        model=given_or(data.model, old.model),
        needs_approval=given_or(data.needs_approval, old.needs_approval),
    )


def given_or(value: T | UnsetType, old: T) -> T:
    """Return what was sent, else what there was."""
    return old if value is UNSET else value


def bound(text: str, field: str, most: int) -> str:
    """Return a text. Raises `TooLarge` when it is longer than `most` characters."""
    if len(text) > most:
        raise TooLarge(f"{len(text)} characters; {most} are the most", field=field, path=f"$.data.{field}", limit=most)
    return text


def milliseconds(written: str | None) -> int | None:
    """Read a client's `dueAt`, in Unix milliseconds. Raises `Invalid` when there is no such time."""
    if written is None:
        return None
    try:
        return unix_milliseconds(written)
    except ValueError:
        raise Invalid("there is no such time", field="dueAt", path="$.data.dueAt") from None


def _require(text: str, field: str, most: int) -> str:
    if not text.strip():
        raise Invalid(f"the {field} is blank", field=field, path=f"$.data.{field}")
    return bound(text.strip() if field == "title" else text, field, most)


def _budget(limits: TaskLimits) -> Budget:
    return Budget(limits.max_calls, limits.max_tokens, limits.max_minutes)
