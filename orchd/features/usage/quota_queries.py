"""SQL of the table `quota`, and the one place where somebody is let through or refused."""

from typing import Annotated, Literal, NamedTuple, TypeAlias

from msgspec import Meta, Struct

from orchd.entity import Table
from orchd.errors import Conflict, RateLimited
from orchd.features.people import USERS
from orchd.features.usage import queries
from orchd.features.usage.periods import QuotaPeriod, QuotaSpan, span_of
from orchd.protocol.types import timestamp
from orchd.storage import Statement, Steps

SubjectKind: TypeAlias = Annotated[
    Literal["user", "role", "token"],
    Meta(title="QuotaSubject", description="Whose quota it is: a user's, each one's who has a role, or a token's."),
]
MAX_QUOTAS = 10_000


class QuotaRow(Struct, frozen=True):
    """A row; `subject` is an id, or a role."""

    id: int
    subject_kind: SubjectKind
    subject: str
    period: QuotaPeriod
    requests: int | None
    tokens: int | None
    version: int
    created_at: int
    updated_at: int


class QuotaLimits(Struct, frozen=True):
    """How much may be asked in a period; None: without a limit."""

    requests: int | None
    tokens: int | None


class QuotaDraft(Struct, frozen=True):
    """A quota that is to be made."""

    subject_kind: SubjectKind
    subject: str
    period: QuotaPeriod
    requests: int | None
    tokens: int | None


class Stamp(NamedTuple):
    """Changes with every change of a quota."""

    rows: int
    versions: int
    newest: int


class QuotaSubjects(NamedTuple):
    """Who has quotas at all. `roles`: whether any role has."""

    stamp: Stamp
    users: frozenset[int] = frozenset()
    tokens: frozenset[int] = frozenset()
    roles: bool = False


class QuotaState(NamedTuple):
    """A quota that concerns somebody, and what of it is used. `kind`, `subject_id`: under whom that is counted."""

    row: QuotaRow
    kind: Literal["user", "token"]
    subject_id: int
    span: QuotaSpan
    requests: int = 0
    tokens: int = 0

    def refusal(self, now: int) -> RateLimited:
        """Return the error for somebody who has used it up."""
        row = self.row
        over = row.requests is not None and self.requests >= row.requests
        number, unit = (row.requests, "request") if over else (row.tokens, "token")
        ends_at = timestamp(self.span.ends_at)
        return RateLimited(
            f"the quota of {number} {unit}{'' if number == 1 else 's'} a {row.period} is used up until {ends_at}",
            reason="quota",
            retry_after_ms=max(1, self.span.ends_at - now),
            quotaId=row.id,
            period=row.period,
            endsAt=ends_at,
        )


QUOTAS = Table("quota", QuotaRow, "quota", key="quota_id")
_COLUMNS = QUOTAS.columns


def stamp() -> Steps[Stamp]:
    """Return what changes with every change of a quota."""
    found = yield Statement("SELECT COUNT(*), SUM(version), MAX(id) FROM quota")
    return Stamp(*(int(value or 0) for value in found.rows[0]))


def subjects() -> Steps[QuotaSubjects]:
    """Return who has quotas."""
    now = yield from stamp()
    found = yield Statement("SELECT DISTINCT subject_kind, subject FROM quota")
    users = frozenset(int(subject) for kind, subject in found.rows if kind == "user")
    tokens = frozenset(int(subject) for kind, subject in found.rows if kind == "token")
    return QuotaSubjects(now, users, tokens, any(kind == "role" for kind, _ in found.rows))


def set_quota(draft: QuotaDraft, now: int) -> Steps[tuple[QuotaRow | None, QuotaRow]]:
    """Store a quota in place of the one of the same subject and period; return both. Raises `Conflict` for too many."""
    found = yield Statement(
        f"SELECT {_COLUMNS} FROM quota WHERE subject_kind = ? AND subject = ? AND period = ?",
        (draft.subject_kind, draft.subject, draft.period),
    )
    if found.rows:
        old = QUOTAS.read(found.rows[0])
        return old, (yield from QUOTAS.change(old.id, QuotaLimits(draft.requests, draft.tokens), now))
    if (yield from stamp()).rows >= MAX_QUOTAS:
        raise Conflict(
            f"there are {MAX_QUOTAS} quotas already; one for a role is for all who have it", reason="too_many_rows"
        )
    return None, (yield from QUOTAS.add(draft, now))


def delete_quota(quota_id: int) -> Steps[QuotaRow]:
    """Delete a quota; return what it was. Raises `NotFound`."""
    row = yield from QUOTAS.get(quota_id)
    yield from QUOTAS.remove(quota_id)
    return row


def states(user_id: int, token_id: int | None, now: int) -> Steps[list[QuotaState]]:
    """Return the quotas that concern somebody, without what is used: a user's own goes before the one of the role for
    the same period."""
    user = yield from USERS.find(user_id)
    found = yield Statement(
        f"SELECT {_COLUMNS} FROM quota WHERE (subject_kind = 'user' AND subject = ?)"
        " OR (subject_kind = 'role' AND subject = ?) OR (subject_kind = 'token' AND subject = ?) ORDER BY id",
        (str(user_id), "" if user is None else user.role, str(token_id or 0)),
    )
    rows = [QUOTAS.read(row) for row in found.rows]
    own = {row.period for row in rows if row.subject_kind == "user"}
    return [_state(row, user_id, token_id, now) for row in rows if row.subject_kind != "role" or row.period not in own]


def _state(row: QuotaRow, user_id: int, token_id: int | None, now: int) -> QuotaState:
    span = span_of(row.period, now)
    if row.subject_kind == "token":
        return QuotaState(row, "token", token_id or 0, span)
    return QuotaState(row, "user", user_id, span)


def states_with_use(user_id: int, token_id: int | None, now: int) -> Steps[list[QuotaState]]:
    """Return the quotas that concern somebody, and what of each is used."""
    found = []
    for state in (yield from states(user_id, token_id, now)):
        requests, tokens = yield from queries.find_use(state.kind, state.subject_id, state.row.period, state.span)
        found.append(state._replace(requests=requests, tokens=tokens))
    return found


def check(user_id: int, token_id: int | None, now: int) -> Steps[None]:
    """Raise `RateLimited` for somebody who would be refused now."""
    refused = [state for state in (yield from states_with_use(user_id, token_id, now)) if _is_used_up(state)]
    if refused:
        raise max(refused, key=lambda state: state.span.ends_at).refusal(now)


def reserve(user_id: int, token_id: int | None, now: int) -> Steps[bool]:
    """Set a request aside in each quota that concerns somebody; tell whether there is any. Raises `RateLimited`."""
    concerned = yield from states(user_id, token_id, now)
    for state in concerned:
        row = state.row
        taken = yield from queries.take(state.kind, state.subject_id, row.period, state.span, row.requests, row.tokens)
        if not taken:
            yield from check(user_id, token_id, now)
            raise state.refusal(now)  # what was used up has just been given back
    return bool(concerned)


def _is_used_up(state: QuotaState) -> bool:
    row = state.row
    requests_over = row.requests is not None and state.requests >= row.requests
    return requests_over or (row.tokens is not None and state.tokens >= row.tokens)
