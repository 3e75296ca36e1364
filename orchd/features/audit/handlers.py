"""Answers to the frames of the audit log."""

from msgspec import structs

from orchd.entity import view
from orchd.features.audit.messages import AuditItem, AuditList, AuditMine, AuditPage
from orchd.features.audit.queries import AuditFilter, NamedRow, count_entries, find_entries, with_names
from orchd.protocol.command import Command, Commands
from orchd.protocol.cursor import one_number
from orchd.protocol.page import by_id, page
from orchd.protocol.router import Context
from orchd.protocol.types import MAX_INTEGER, read_moment, timestamp
from orchd.storage import Database, Steps


class AuditHandlers:
    """One method a frame."""

    def __init__(self, database: Database) -> None:
        self._database = database

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

    async def _page(self, wanted: AuditFilter, cursor: str | None, limit: int) -> AuditPage:
        rows = await self._database.read(_find_named, wanted, one_number(cursor, MAX_INTEGER), limit + 1)
        return AuditPage(*page(rows, limit, audit_item, lambda last: by_id(last.row)))


COMMANDS = Commands(
    Command("audit:list", AuditList, AuditPage, right="admin", scope="admin").by(AuditHandlers.list),
    Command("audit:mine", AuditMine, AuditPage, right="read", scope="read").by(AuditHandlers.mine),
)


def audit_item(named: NamedRow) -> AuditItem:
    """Return what is shown of a row."""
    names = {"owner_name": named.owner, "target_name": named.target}
    return view(AuditItem, named.row, at=timestamp(named.row.at), **names)


def _find_named(wanted: AuditFilter, before: int, limit: int) -> Steps[list[NamedRow]]:
    return (yield from with_names((yield from find_entries(wanted, before, limit))))


def _time(moment: str | None, member: str) -> int | None:
    return None if moment is None else read_moment(moment, member)
