"""The data of frames that `execution_log` has."""

from __future__ import annotations

from typing import Any

from ..runtime.messages import RequestData, ServerData
from .shared import ChangeKind, LogFact, LogLevel


class ExecutionLogList(RequestData, kw_only=True):
    """`execution-log:list`: what happened in the tasks that you see, the latest first; `cursor` is the `nextCursor`
    of the page before.
    """

    task_id: int | None = None
    """Only lines about this task."""
    subtask_id: int | None = None
    """Only lines about this subtask."""
    level: LogLevel | None = None
    """Only lines that matter at least this much."""
    since: str | None = None
    """Only what happened from then on. At most 35 characters."""
    until: str | None = None
    """Only what happened before then. At most 35 characters."""
    total: bool | None = None
    """Whether to count all that fit; the page then says how many there are. When it is left out: False."""
    limit: int | None = None
    """How many entries a page may have. 1 to 200. When it is left out: 50."""
    cursor: str | None = None
    """The `nextCursor` of the page before; without one, the first page. 1 to 64 characters."""


class ExecutionLogSubscribe(RequestData, kw_only=True):
    """`execution-log:subscribe`: be told each new line about the tasks that you see, those that the members fit. It
    takes the place of an earlier one. With `since`, also those lines that came after that change.
    """

    task_id: int | None = None
    """Only lines about this task."""
    subtask_id: int | None = None
    """Only lines about this subtask."""
    level: LogLevel | None = None
    """Only lines that matter at least this much."""
    since: int | None = None
    """The `number` of the last change that was told."""


class ExecutionLogUnsubscribe(RequestData, kw_only=True):
    """`execution-log:unsubscribe`: no more of that."""


class ExecutionLogPage(ServerData, kw_only=True):
    """The reply to `execution-log:list`; `nextCursor` is null on the last page."""

    items: list[ExecutionLogItem] = []
    """The entries of this page, in order."""
    next_cursor: str | None = None
    """What to send as `cursor` for the next page; null on the last one."""
    total: int | None = None
    """How many there are."""


class ExecutionLogItem(ServerData, kw_only=True):
    """A line of the log: something that a task did, or that was done to it. The daemon writes it; nobody else can."""

    id: int
    """Its id."""
    task_id: int
    """The task that it is about."""
    subtask_id: int | None = None
    """The subtask that it is about; null where it is the task as a whole."""
    level: LogLevel | str
    """How much it matters."""
    message: str
    """What happened."""
    fact: LogFact | None = None
    """The same for programs; null in lines of an older daemon."""
    metadata: dict[str, Any] | None = None
    """An object whose members depend on what happened; null when there is none."""
    created_at: str
    """When it was created."""


class ExecutionLogSubscribed(ServerData, kw_only=True):
    """The reply to `execution-log:subscribe`; the lines follow it, after the change of this number."""

    number: int
    """Of the latest change."""
    recovered: bool
    """Whether all lines after `since` will be told; else read the list again."""


class ExecutionLogChanged(ServerData, kw_only=True):
    """A new line of the log; pushed to whoever has subscribed and sees its task."""

    number: int
    """Of the change; grows from one to the next."""
    change: ChangeKind | str
    """`created`; `deleted` where it is gone by now; `reset`: read the list again."""
    execution_log_id: int | None = None
    """Which line; null for `reset`."""
    item: ExecutionLogItem | None = None
    """The line; null when it is gone, or its task may not be seen any more."""


class ExecutionLogUnsubscribed(ServerData, kw_only=True):
    """The reply to `execution-log:unsubscribe`."""
