"""Answers to `quota:*` and `usage:get`."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from orchd.clock import unix_now
from orchd.entity import view
from orchd.errors import Forbidden, Invalid
from orchd.features.audit import Actor, AuditAction, actor_of, entry
from orchd.features.people import TOKENS, USERS, token_called, user_called
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
from orchd.features.usage.queries import DayModel, DayUsage
from orchd.features.usage.quota_queries import QUOTAS, QuotaDraft, QuotaRow, QuotaState, SubjectKind
from orchd.features.usage.service import UsageAccounts
from orchd.protocol.command import CHANGE, LOOKUP, Command, Commands
from orchd.protocol.cursor import number_and_text, one_number
from orchd.protocol.page import by_id, page
from orchd.protocol.router import Context
from orchd.protocol.types import timestamp
from orchd.storage import Database, Steps


class UsageHandlers:
    """One method a frame."""

    def __init__(self, database: Database, accounts: UsageAccounts) -> None:
        self._database = database
        self._accounts = accounts

    async def set(self, context: Context, data: QuotaSet) -> QuotaItem:
        _check(data)
        named = await self._database.write(_set_quota, data, actor_of(context), unix_now())
        self._accounts.forget()
        return quota_item(named)

    async def list(self, context: Context, data: QuotaList) -> QuotaPage:
        after = None if data.cursor is None else (one_number(data.cursor, 0),)
        rows = await self._database.read(_named_page, data.limit + 1, after)
        return QuotaPage(*page(rows, data.limit, quota_item, lambda last: by_id(last.row)))

    async def delete(self, context: Context, data: QuotaDelete) -> QuotaDeleted:
        await self._database.write(_delete_quota, data.quota_id, actor_of(context), unix_now())
        self._accounts.forget()
        return QuotaDeleted(data.quota_id)

    async def usage(self, context: Context, data: UsageGet) -> UsageReport:
        who, now = context.identity, unix_now()
        user_id = who.user_id if data.user_id is None else data.user_id
        if user_id != who.user_id and who.role != "admin":
            raise Forbidden(
                "only an admin sees what another user asked", reason="admin", field="userId", path="$.data.userId"
            )
        token_id = who.token_id if user_id == who.user_id else None
        after, since = _after(data.cursor), day_of(now) - data.days + 1
        await self._accounts.store()
        found, quotas = await self._database.read(_report, user_id, token_id, since, after, data.limit + 1, now)
        items, more = page(found, data.limit, _usage_item, lambda last: f"{last.day}.{last.model}")
        return UsageReport(user_id, items, [_quota_use(state) for state in quotas], more)


COMMANDS = Commands(
    Command("quota:set", QuotaSet, QuotaItem, right="admin", scope="admin", errors=CHANGE).by(UsageHandlers.set),
    Command("quota:list", QuotaList, QuotaPage, right="admin", scope="admin").by(UsageHandlers.list),
    Command("quota:delete", QuotaDelete, QuotaDeleted, right="admin", scope="admin", errors=LOOKUP).by(
        UsageHandlers.delete
    ),
    Command("usage:get", UsageGet, UsageReport, right="read", scope="read").by(UsageHandlers.usage),
)


class NamedQuota(NamedTuple):
    """A quota, and what the user or the token is called whose it is."""

    row: QuotaRow
    name: str


def quota_item(named: NamedQuota) -> QuotaItem:
    """Return what is shown of a quota."""
    row = named.row
    times = {"created_at": timestamp(row.created_at), "updated_at": timestamp(row.updated_at)}
    return view(QuotaItem, row, subject_name=named.name, **times)


def _after(cursor: str | None) -> DayModel | None:
    place = number_and_text(cursor)
    return None if place is None else DayModel(*place)


def _check(data: QuotaSet) -> None:
    """Raise `Invalid` unless it is one quota, which limits something."""
    if data.token_name is not None:
        others = [data.role, data.token_id, data.user_id if data.user_name is not None else None]
        named = [data.token_name, *(value for value in others if value is not None)]
    else:
        wanted = (data.user_id, data.user_name, data.role, data.token_id)
        named = [value for value in wanted if value is not None]
    if len(named) != 1:
        raise Invalid(
            "name one of userId, userName, role, tokenId and tokenName",
            reason="malformed",
            field="userId",
            path="$.data.userId",
        )
    if data.requests is None and data.tokens is None:
        raise Invalid(
            "say how many requests or tokens; quota:delete takes a limit away",
            reason="empty_quota",
            field="requests",
            path="$.data.requests",
        )


class _Subject(NamedTuple):
    """Whose a quota is: `owner_id` the user, None for a role's."""

    kind: SubjectKind
    subject: str
    name: str
    owner_id: int | None


def _set_quota(data: QuotaSet, actor: Actor, now: int) -> Steps[NamedQuota]:
    whose = yield from _find_subject(data)
    draft = QuotaDraft(whose.kind, whose.subject, data.period, data.requests, data.tokens)
    old, row = yield from quota_queries.set_quota(draft, now)
    yield from entry(actor, AuditAction("quota:set", "quota", row.id, whose.owner_id, old, row), now)
    return NamedQuota(row, whose.name)


def _find_subject(data: QuotaSet) -> Steps[_Subject]:
    """Return whose quota is meant. Raises `NotFound`; `Invalid` for no name, `Conflict` for one of several tokens."""
    if data.role is not None:
        return _Subject("role", data.role, data.role, None)
    user = None
    if data.user_name is not None:
        user = yield from user_called(data.user_name)
    elif data.user_id is not None:
        user = yield from USERS.get(data.user_id)
    if data.token_name is not None:
        token = yield from token_called(data.token_name, None if user is None else user.id)
        return _Subject("token", str(token.id), token.name, token.user_id)
    if user is not None:
        return _Subject("user", str(user.id), user.name, user.id)
    assert data.token_id is not None, "one of them is there: `_check`"
    token = yield from TOKENS.get(data.token_id)
    return _Subject("token", str(token.id), token.name, token.user_id)


def _named_page(limit: int, after: tuple[int] | None) -> Steps[list[NamedQuota]]:
    found: list[NamedQuota] = []
    for row in (yield from QUOTAS.page(limit, after)):
        name = yield from _name_of(row)
        found.append(NamedQuota(row, name))
    return found


def _name_of(row: QuotaRow) -> Steps[str]:
    if row.subject_kind == "role":
        return row.subject
    subject = int(row.subject)
    found = yield from (USERS.find(subject) if row.subject_kind == "user" else TOKENS.find(subject))
    return "" if found is None else found.name


def _delete_quota(quota_id: int, actor: Actor, now: int) -> Steps[None]:
    row = yield from quota_queries.delete_quota(quota_id)
    owner_id = int(row.subject) if row.subject_kind == "user" else None
    yield from entry(actor, AuditAction("quota:delete", "quota", row.id, owner_id, row), now)


def _report(
    user_id: int, token_id: int | None, since: int, after: DayModel | None, limit: int, now: int
) -> Steps[tuple[list[DayUsage], list[QuotaState]]]:
    found = yield from queries.by_days(user_id, since, after, limit)
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
