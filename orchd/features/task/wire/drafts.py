"""What the types of the wire can't say of what a person sends: texts trimmed and measured, times that there are."""

from typing import TypeVar

from msgspec import UNSET, UnsetType, structs

from orchd.errors import TooLarge
from orchd.features.task.core.plan_check import MAX_PROMPT_CHARACTERS, MAX_TITLE_CHARACTERS
from orchd.features.task.wire.messages import MAX_DESCRIPTION_CHARACTERS, TaskCreate, TaskUpdate
from orchd.features.task.wire.subtask_messages import SubtaskCreate, SubtaskUpdate
from orchd.protocol.names import require_nonblank
from orchd.protocol.types import read_moment

AnyTask = TypeVar("AnyTask", TaskCreate, TaskUpdate)
AnySubtask = TypeVar("AnySubtask", SubtaskCreate, SubtaskUpdate)


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
        bound(require_nonblank(data.prompt, "prompt"), "prompt", MAX_PROMPT_CHARACTERS)
    return structs.replace(data, title=_title(data.title))


def bound(text: str, field: str, most: int) -> str:
    """Return a text. Raises `TooLarge` when it is longer than `most` characters."""
    if len(text) > most:
        raise TooLarge(
            f"{len(text)} characters; {most} are the most",
            reason="bound",
            field=field,
            path=f"$.data.{field}",
            limit=most,
            maxLength=most,
        )
    return text


def _title(title: str | UnsetType) -> str | UnsetType:
    """A title is measured without the blanks around it."""
    return UNSET if title is UNSET else bound(require_nonblank(title, "title").strip(), "title", MAX_TITLE_CHARACTERS)
