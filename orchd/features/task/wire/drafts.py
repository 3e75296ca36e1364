"""What the types of the wire can't say of what a person sends: texts trimmed and measured, times that there are."""

from typing import TypeVar

from msgspec import UNSET, UnsetType, structs

from orchd.errors import Conflict, TooLarge
from orchd.features.task.core.plan_check import MAX_PROMPT_CHARACTERS, MAX_TITLE_CHARACTERS
from orchd.features.task.core.rows import RUNNING, TaskRow
from orchd.features.task.wire.messages import MAX_DESCRIPTION_CHARACTERS, TaskCreate, TaskUpdate
from orchd.features.task.wire.subtask_messages import SubtaskCreate, SubtaskUpdate
from orchd.protocol.names import require_nonblank
from orchd.protocol.types import read_moment

AnyTask = TypeVar("AnyTask", TaskCreate, TaskUpdate)
AnySubtask = TypeVar("AnySubtask", SubtaskCreate, SubtaskUpdate)
USED_BY_STEPS = ("title", "description", "model")


def checked_task(data: AnyTask) -> AnyTask:
    """Return what is to be stored of a task. Raises `Invalid`, `TooLarge`."""
    if isinstance(data.description, str):
        bound(data.description, "description", MAX_DESCRIPTION_CHARACTERS)
    if isinstance(data.due_at, str):
        read_moment(data.due_at, "dueAt")
    return structs.replace(data, title=_title(data.title))


def checked_subtask(data: AnySubtask) -> AnySubtask:
    """Return what is to be stored of a subtask. Raises `Invalid`, `TooLarge`."""
    if isinstance(data.prompt, str):
        _require(data.prompt, "prompt", MAX_PROMPT_CHARACTERS)
    return structs.replace(data, title=_title(data.title))


def check_unused(old: TaskRow, data: TaskUpdate) -> None:
    """Raise `Conflict` when what the steps of a task use would change while it runs."""
    new = {name: getattr(data, name) for name in USED_BY_STEPS}
    changed = [name for name, value in new.items() if value is not UNSET and value != getattr(old, name)]
    if changed and old.status in RUNNING:
        raise Conflict(
            f"the task is {old.status}; to change its {changed[0]} it must be paused",
            field=changed[0],
            path=f"$.data.{changed[0]}",
            status=old.status,
            wanted="paused",
        )


def bound(text: str, field: str, most: int) -> str:
    """Return a text. Raises `TooLarge` when it is longer than `most` characters."""
    if len(text) > most:
        raise TooLarge(f"{len(text)} characters; {most} are the most", field=field, path=f"$.data.{field}", limit=most)
    return text


def _title(title: str | UnsetType) -> str | UnsetType:
    return UNSET if title is UNSET else _require(title, "title", MAX_TITLE_CHARACTERS).strip()


def _require(text: str, field: str, most: int) -> str:
    """A title is measured without the blanks around it, a prompt as it is."""
    require_nonblank(text, field)
    return bound(text.strip() if field == "title" else text, field, most)
