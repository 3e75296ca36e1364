"""Answers to the frames of the audit log."""

from functools import partial

from msgspec import structs

from orchd.entity.wire import ChangeFeed
from orchd.features.audit.messages import (
    CHANGED,
    AuditItem,
    AuditList,
    AuditMine,
    AuditPage,
    AuditSubscribe,
    AuditSubscribed,
    AuditUnsubscribe,
    AuditUnsubscribed,
)
from orchd.features.audit.queries import KIND, AuditFilter, NamedRow, count_entries, find_entries, with_names
from orchd.features.audit.views import audit_item
from orchd.protocol.command import Command, Commands, SubscriptionTerms
from orchd.protocol.cursor import one_number
from orchd.protocol.page import by_id, page
from orchd.protocol.router import Context
from orchd.protocol.types import MAX_INTEGER, read_moment
from orchd.storage import Database, Steps


class AuditHandlers:
    """One method a frame."""

    def __init__(self, database: Database, feed: ChangeFeed) -> None:
        self._database, self._feed = database, feed

    async def list(self, context: Context, data: AuditList) -> AuditPage:
        times = _time(data.since, "since"), _time(data.until, "until")
        wanted = AuditFilter(data.user_id, data.action, *times, None, data.target_kind, data.target_id)
        wanted = wanted._replace(owner_id=data.owner_id, outcome=data.outcome)
        page = await self._page(wanted, data.cursor, data.limit)
        if data.total:
            page = structs.replace(page, total=await self._database.read(count_entries, wanted))
        return page

    async def mine(self, context: Context, data: AuditMine) -> AuditPage:
        return await self._page(AuditFilter(concerning=context.identity.user_id), data.cursor, data.limit)

    async def subscribe(self, context: Context, data: AuditSubscribe) -> AuditSubscribed:
        start = await self._feed.begin(context, KIND, data.since, partial(_is_wanted, data))
        return AuditSubscribed(start.number, start.recovered)

    async def unsubscribe(self, context: Context, data: AuditUnsubscribe) -> AuditUnsubscribed:
        del data
        self._feed.leave(KIND, context.peer)
        return AuditUnsubscribed()

    async def _page(self, wanted: AuditFilter, cursor: str | None, limit: int) -> AuditPage:
        rows = await self._database.read(_find_named, wanted, one_number(cursor, MAX_INTEGER), limit + 1)
        return AuditPage(*page(rows, limit, audit_item, lambda last: by_id(last.row)))


COMMANDS = Commands(
    Command("audit:list", AuditList, AuditPage, right="admin", scope="admin").by(AuditHandlers.list),
    Command("audit:mine", AuditMine, AuditPage, right="read", scope="read").by(AuditHandlers.mine),
    Command(
        "audit:subscribe",
        AuditSubscribe,
        AuditSubscribed,
        right="admin",
        scope="admin",
        pushes=(CHANGED,),
        subscription=SubscriptionTerms("audit:unsubscribe", numbered=True),
    ).by(AuditHandlers.subscribe),
    Command("audit:unsubscribe", AuditUnsubscribe, AuditUnsubscribed, right="admin", scope="admin").by(
        AuditHandlers.unsubscribe
    ),
)


def _find_named(wanted: AuditFilter, before: int, limit: int) -> Steps[list[NamedRow]]:
    return (yield from with_names((yield from find_entries(wanted, before, limit))))


def _time(moment: str | None, member: str) -> int | None:
    return None if moment is None else read_moment(moment, member)


def _is_wanted(asked: AuditSubscribe, item: AuditItem) -> bool:
    return asked.action in (None, item.action) and asked.outcome in (None, item.outcome)
