"""Answers to the frames of the audit log."""

from orchd.entity import view
from orchd.features.audit.messages import AuditItem, AuditList, AuditMine, AuditPage
from orchd.features.audit.queries import AuditFilter, AuditRow, find_entries
from orchd.protocol.command import Command, Commands
from orchd.protocol.cursor import one_number
from orchd.protocol.page import by_id, page
from orchd.protocol.router import Context
from orchd.protocol.types import MAX_INTEGER, read_moment, timestamp
from orchd.storage import Database


class AuditHandlers:
    """One method a frame."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list(self, context: Context, data: AuditList) -> AuditPage:
        wanted = AuditFilter(data.user_id, data.action, _time(data.since, "since"), _time(data.until, "until"))
        return await self._page(wanted, data.cursor, data.limit)

    async def mine(self, context: Context, data: AuditMine) -> AuditPage:
        return await self._page(AuditFilter(concerning=context.identity.user_id), data.cursor, data.limit)

    async def _page(self, wanted: AuditFilter, cursor: str | None, limit: int) -> AuditPage:
        rows = await self._database.read(find_entries, wanted, one_number(cursor, MAX_INTEGER), limit + 1)
        return AuditPage(*page(rows, limit, audit_item, by_id))


COMMANDS = Commands(
    Command("audit:list", AuditList, AuditPage, right="admin", scope="admin").by(AuditHandlers.list),
    Command("audit:mine", AuditMine, AuditPage, right="read", scope="read").by(AuditHandlers.mine),
)


def audit_item(row: AuditRow) -> AuditItem:
    """Return what is shown of a row."""
    return view(AuditItem, row, at=timestamp(row.at))


def _time(moment: str | None, member: str) -> int | None:
    return None if moment is None else read_moment(moment, member)
