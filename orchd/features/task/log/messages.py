"""Frames of the log over all tasks."""

from typing import Annotated, Any

from msgspec import UNSET, Struct, UnsetType

from orchd.entity import NamedColumn
from orchd.entity.wire import ChangeKind
from orchd.features.task.core.rows import LogLevel
from orchd.features.task.core.task_log import LogFact
from orchd.features.task.wire.messages import Cursor
from orchd.protocol.frame_type import FrameType
from orchd.protocol.page import PageSize
from orchd.protocol.types import ClientPayload, Count, Moment, RowId, ServerPayload, Timestamp


class ExecutionLogItem(Struct, frozen=True, rename="camel"):
    """A line of the log: something that a task did, or that was done to it. The daemon writes it; nobody else can."""

    id: RowId
    task_id: RowId
    """The task that it is about."""
    subtask_id: RowId | None
    """The subtask that it is about; null where it is the task as a whole."""
    level: LogLevel
    message: str
    """What happened."""
    fact: LogFact | None
    """The same for programs; null in lines of an older daemon."""
    metadata: Annotated[dict[str, Any] | None, NamedColumn("details_json")]
    """An object whose members depend on what happened; null when there is none."""
    created_at: Timestamp


class ExecutionLogList(ClientPayload, frozen=True):
    """`execution-log:list`: what happened in the tasks that you see, the latest first; `cursor` is the `nextCursor` of
    the page before."""

    task_id: RowId | None = None
    """Only lines about this task."""
    subtask_id: RowId | None = None
    """Only lines about this subtask."""
    level: LogLevel | None = None
    """Only lines that matter at least this much."""
    since: Moment | None = None
    """Only what happened from then on."""
    until: Moment | None = None
    """Only what happened before then."""
    total: bool = False
    """Whether to count all that fit; the page then says how many there are."""
    limit: PageSize = 50
    cursor: Cursor | None = None


class ExecutionLogPage(ServerPayload, frozen=True):
    """The reply to `execution-log:list`; `nextCursor` is null on the last page."""

    items: list[ExecutionLogItem]
    next_cursor: str | None
    total: Count | UnsetType = UNSET


class ExecutionLogSubscribe(ClientPayload, frozen=True):
    """`execution-log:subscribe`: be told each new line about the tasks that you see, those that the members fit. It
    takes the place of an earlier one. With `since`, also those lines that came after that change."""

    task_id: RowId | None = None
    """Only lines about this task."""
    subtask_id: RowId | None = None
    """Only lines about this subtask."""
    level: LogLevel | None = None
    """Only lines that matter at least this much."""
    since: Count | None = None
    """The `number` of the last change that was told."""


class ExecutionLogSubscribed(ServerPayload, frozen=True):
    """The reply to `execution-log:subscribe`; the lines follow it, after the change of this number."""

    number: Count
    """Of the latest change."""
    recovered: bool
    """Whether all lines after `since` will be told; else read the list again."""


class ExecutionLogUnsubscribe(ClientPayload, frozen=True):
    """`execution-log:unsubscribe`: no more of that."""


class ExecutionLogUnsubscribed(ServerPayload, frozen=True):
    """The reply to `execution-log:unsubscribe`."""


class ExecutionLogChanged(ServerPayload, frozen=True):
    """A new line of the log; pushed to whoever has subscribed and sees its task."""

    number: Count
    """Of the change; grows from one to the next."""
    change: ChangeKind
    """`created`; `deleted` where it is gone by now; `reset`: read the list again."""
    execution_log_id: RowId | None
    """Which line; null for `reset`."""
    item: ExecutionLogItem | None
    """The line; null when it is gone, or its task may not be seen any more."""


CHANGED = FrameType("execution-log:changed", ExecutionLogChanged)
