"""Answers to `execution-log:*`."""

from functools import partial

from msgspec import UNSET

from orchd.entity import owner_of
from orchd.entity.wire import ChangeFeed
from orchd.features.task.log import queries
from orchd.features.task.log.messages import (
    CHANGED,
    ExecutionLogList,
    ExecutionLogPage,
    ExecutionLogSubscribe,
    ExecutionLogSubscribed,
    ExecutionLogUnsubscribe,
    ExecutionLogUnsubscribed,
)
from orchd.features.task.log.queries import LogFilter
from orchd.features.task.store.saving_queries import LOG_KIND
from orchd.protocol.command import LOOKUP, Command, Commands, SubscriptionTerms
from orchd.protocol.cursor import one_number
from orchd.protocol.frame_type import FrameType
from orchd.protocol.page import by_id, itself, page
from orchd.protocol.router import Context
from orchd.protocol.types import MAX_INTEGER, read_moment
from orchd.storage import Database


class LogHandlers:
    """One method a frame."""

    def __init__(self, database: Database, feed: ChangeFeed) -> None:
        self._database, self._feed = database, feed

    async def list(self, context: Context, data: ExecutionLogList) -> ExecutionLogPage:
        wanted = LogFilter(
            data.task_id, data.subtask_id, data.level, _time(data.since, "since"), _time(data.until, "until")
        )
        owner, before = owner_of(context.identity), one_number(data.cursor, MAX_INTEGER)
        read = partial(queries.page, owner, wanted, data.limit + 1, before, total=data.total)
        found = await self._database.read(read)
        items, more = page(found.lines, data.limit, itself, by_id)
        return ExecutionLogPage(items, more, UNSET if found.total is None else found.total)

    async def subscribe(self, context: Context, data: ExecutionLogSubscribe) -> ExecutionLogSubscribed:
        wanted = LogFilter(data.task_id, data.subtask_id, data.level)
        await self._database.read(queries.check_seen, owner_of(context.identity), wanted)
        start = await self._feed.begin(context, LOG_KIND, data.since, wanted.fits)
        return ExecutionLogSubscribed(start.number, start.recovered)

    async def unsubscribe(self, context: Context, data: ExecutionLogUnsubscribe) -> ExecutionLogUnsubscribed:
        del data
        self._feed.leave(LOG_KIND, context.peer)
        return ExecutionLogUnsubscribed()


SUBSCRIBED = FrameType("execution-log:subscribed", ExecutionLogSubscribed)
UNSUBSCRIBED = FrameType("execution-log:unsubscribed", ExecutionLogUnsubscribed)
COMMANDS = Commands(
    Command("execution-log:list", ExecutionLogList, ExecutionLogPage, right="read", scope="tasks", errors=LOOKUP).by(
        LogHandlers.list
    ),
    Command(
        "execution-log:subscribe",
        ExecutionLogSubscribe,
        SUBSCRIBED,
        right="read",
        scope="tasks",
        errors=LOOKUP,
        pushes=(CHANGED,),
        subscription=SubscriptionTerms("execution-log:unsubscribe", numbered=True),
    ).by(LogHandlers.subscribe),
    Command("execution-log:unsubscribe", ExecutionLogUnsubscribe, UNSUBSCRIBED, right="read", scope="tasks").by(
        LogHandlers.unsubscribe
    ),
)


def _time(moment: str | None, member: str) -> int | None:
    return None if moment is None else read_moment(moment, member)
