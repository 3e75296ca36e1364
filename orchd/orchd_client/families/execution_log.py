"""Requests whose type begins with `execution-log`."""

from __future__ import annotations

from ..data.execution_log import (
    ExecutionLogChanged,
    ExecutionLogList,
    ExecutionLogPage,
    ExecutionLogSubscribe,
    ExecutionLogSubscribed,
    ExecutionLogUnsubscribe,
    ExecutionLogUnsubscribed,
)
from ..data.shared import LogLevel
from ..runtime.facts import Call, FollowTerms
from ..runtime.link import Link
from ..runtime.streams import Subscription

_EXECUTION_LOG_LIST = Call("execution-log:list", "execution-log:list", ExecutionLogPage, safe=True)
_EXECUTION_LOG_SUBSCRIBE = Call(
    "execution-log:subscribe",
    "execution-log:subscribed",
    ExecutionLogSubscribed,
    safe=True,
)
_EXECUTION_LOG_SUBSCRIBE_TERMS = FollowTerms(
    pushes=frozenset({"execution-log:changed"}),
    end=Call("execution-log:unsubscribe", "execution-log:unsubscribed", ExecutionLogUnsubscribed),
    end_data=lambda _: ExecutionLogUnsubscribe(),
    since="since",
    number="number",
    recovered="recovered",
)
_EXECUTION_LOG_UNSUBSCRIBE = Call(
    "execution-log:unsubscribe",
    "execution-log:unsubscribed",
    ExecutionLogUnsubscribed,
    safe=True,
)


class ExecutionLogRequests:
    """`client.execution_log`."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def list(
        self,
        *,
        task_id: int | None = None,
        subtask_id: int | None = None,
        level: LogLevel | None = None,
        since: str | None = None,
        until: str | None = None,
        total: bool | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> ExecutionLogPage:
        """`execution-log:list`: what happened in the tasks that you see, the latest first; `cursor` is the `nextCursor`
        of the page before.

        Needs the right `read`, of a token the scope `tasks`.

        May raise `NotFoundError`, besides what any request may.
        """
        data = ExecutionLogList(
            task_id=task_id,
            subtask_id=subtask_id,
            level=level,
            since=since,
            until=until,
            total=total,
            limit=limit,
            cursor=cursor,
        )
        return await self._link.request(_EXECUTION_LOG_LIST, data)

    def subscribe(
        self,
        *,
        task_id: int | None = None,
        subtask_id: int | None = None,
        level: LogLevel | None = None,
        since: int | None = None,
    ) -> Subscription[ExecutionLogSubscribed, ExecutionLogChanged]:
        """`execution-log:subscribe`: be told each new line about the tasks that you see, those that the members fit. It
        takes the place of an earlier one. With `since`, also those lines that came after that change.

        Needs the right `read`, of a token the scope `tasks`.

        May raise `NotFoundError`, besides what any request may.
        """
        data = ExecutionLogSubscribe(task_id=task_id, subtask_id=subtask_id, level=level, since=since)
        return Subscription(self._link, _EXECUTION_LOG_SUBSCRIBE, data, _EXECUTION_LOG_SUBSCRIBE_TERMS)

    async def unsubscribe(self) -> ExecutionLogUnsubscribed:
        """`execution-log:unsubscribe`: no more of that.

        Needs the right `read`, of a token the scope `tasks`.
        """
        data = ExecutionLogUnsubscribe()
        return await self._link.request(_EXECUTION_LOG_UNSUBSCRIBE, data)
