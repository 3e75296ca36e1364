"""Answers to `quota:*` and `usage:get`."""

from datetime import UTC, datetime, timedelta

from orchd.clock import unix_now
from orchd.entity import view
from orchd.errors import Forbidden, Invalid
from orchd.features.audit import Actor, AuditAction, actor_of, entry
from orchd.features.people import TOKENS, USERS
from orchd.features.usage import queries, quota_queries
from orchd.features.usage.messages import (
    QuotaDelete,
    QuotaDeleted,
    QuotaItem,
    QuotaList,
    QuotaPage,
    QuotaSet,
    QuotaUse,
    UsageGet,
    UsageItem,
    UsageReport,
)
from orchd.features.usage.periods import day_of
from orchd.features.usage.queries import DayUsage
from orchd.features.usage.quota_queries import QUOTAS, QuotaDraft, QuotaRow, QuotaState, SubjectKind
from orchd.features.usage.service import UsageAccounts
from orchd.protocol.command import Command, Commands
from orchd.protocol.cursor import one_number
from orchd.protocol.page import by_id, page
from orchd.protocol.router import Context
from orchd.protocol.types import MAX_INTEGER, timestamp
from orchd.storage import Database, Steps


class UsageHandlers:
    """One method a frame."""

    def __init__(self, database: Database, accounts: UsageAccounts) -> None:
        self._database = database
        self._accounts = accounts

    async def set(self, context: Context, data: QuotaSet) -> QuotaItem:
        draft = _draft(data)
        row = await self._database.write(_set_quota, draft, actor_of(context), unix_now())
        self._accounts.forget()
        return quota_item(row)

    async def list(self, context: Context, data: QuotaList) -> QuotaPage:
        after = None if data.cursor is None else (one_number(data.cursor, 0),)
        rows = await self._database.read(QUOTAS.page, data.limit + 1, after)
        return QuotaPage(*page(rows, data.limit, quota_item, by_id))

    async def delete(self, context: Context, data: QuotaDelete) -> QuotaDeleted:
        await self._database.write(_delete_quota, data.quota_id, actor_of(context), unix_now())
        self._accounts.forget()
        return QuotaDeleted(data.quota_id)

    async def usage(self, context: Context, data: UsageGet) -> UsageReport:
        who, now = context.identity, unix_now()
        user_id = who.user_id if data.user_id is None else data.user_id
        if user_id != who.user_id and who.role != "admin":
            raise Forbidden("only an admin sees what another user asked", field="userId", path="$.data.userId")
        token_id = who.token_id if user_id == who.user_id else None
        skip, since = one_number(data.cursor, 0), day_of(now) - data.days + 1
        await self._accounts.store()
        found, quotas = await self._database.read(_report, user_id, token_id, since, skip, data.limit + 1, now)
        items = [_usage_item(row) for row in found[: data.limit]]
        more = str(min(skip + len(items), MAX_INTEGER)) if len(found) > data.limit else None
        return UsageReport(user_id, items, [_quota_use(state) for state in quotas], more)


COMMANDS = Commands(
    Command("quota:set", QuotaSet, QuotaItem, right="admin", scope="admin").by(UsageHandlers.set),
    Command("quota:list", QuotaList, QuotaPage, right="admin", scope="admin").by(UsageHandlers.list),
    Command("quota:delete", QuotaDelete, QuotaDeleted, right="admin", scope="admin").by(UsageHandlers.delete),
    Command("usage:get", UsageGet, UsageReport, right="read", scope="read").by(UsageHandlers.usage),
)


def quota_item(row: QuotaRow) -> QuotaItem:
    """Return what is shown of a quota."""
    return view(QuotaItem, row, created_at=timestamp(row.created_at), updated_at=timestamp(row.updated_at))


def _draft(data: QuotaSet) -> QuotaDraft:
    named = [value for value in (data.user_id, data.role, data.token_id) if value is not None]
    if len(named) != 1:
        raise Invalid("name one of userId, role and tokenId", field="userId", path="$.data.userId")
    if data.requests is None and data.tokens is None:
        raise Invalid(
            "say how many requests or tokens; quota:delete takes a limit away", field="requests", path="$.data.requests"
        )
    kind: SubjectKind = "user" if data.user_id is not None else "role" if data.role is not None else "token"
    return QuotaDraft(kind, str(named[0]), data.period, data.requests, data.tokens)


def _set_quota(draft: QuotaDraft, actor: Actor, now: int) -> Steps[QuotaRow]:
    owner_id = yield from _owner_of(draft)
    old, row = yield from quota_queries.set_quota(draft, now)
    yield from entry(actor, AuditAction("quota:set", "quota", row.id, owner_id, old, row), now)
    return row


def _owner_of(draft: QuotaDraft) -> Steps[int | None]:
    """Return the user whose quota it is, None for a role's. Raises `NotFound`."""
    if draft.subject_kind == "user":
        return (yield from USERS.get(int(draft.subject))).id
    if draft.subject_kind == "token":
        return (yield from TOKENS.get(int(draft.subject))).user_id
    return None


def _delete_quota(quota_id: int, actor: Actor, now: int) -> Steps[None]:
    row = yield from quota_queries.delete_quota(quota_id)
    owner_id = int(row.subject) if row.subject_kind == "user" else None
    yield from entry(actor, AuditAction("quota:delete", "quota", row.id, owner_id, row), now)


def _report(
    user_id: int, token_id: int | None, since: int, skip: int, limit: int, now: int
) -> Steps[tuple[list[DayUsage], list[QuotaState]]]:
    found = yield from queries.by_days(user_id, since, skip, limit)
    return found, (yield from quota_queries.states_with_use(user_id, token_id, now))


def _usage_item(row: DayUsage) -> UsageItem:
    day = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=row.day)).date().isoformat()
    return UsageItem(day, row.model, row.requests, row.prompt_tokens, row.completion_tokens)


def _quota_use(state: QuotaState) -> QuotaUse:
    row = state.row
    return QuotaUse(
        row.subject_kind,
        row.period,
        row.requests,
        row.tokens,
        max(0, state.requests),
        max(0, state.tokens),
        timestamp(state.span.ends_at),
    )
