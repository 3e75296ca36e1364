"""SQL of the table `audit_log`."""

from typing import Any, NamedTuple

from msgspec import Struct

from orchd.entity import Table
from orchd.features.audit.entries import Actor, AuditAction, AuditOutcome, record_of
from orchd.storage import SqlValue, Statement, Steps


class AuditDraft(Struct, frozen=True, kw_only=True):
    """A row that is to be made; `at` is Unix milliseconds."""

    at: int
    user_id: int | None
    name: str
    token_id: int | None
    address: str
    action: str
    target_kind: str
    target_id: str
    owner_id: int | None
    outcome: AuditOutcome
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    times: int = 1


class AuditRow(AuditDraft, frozen=True, kw_only=True):
    """A row."""

    id: int


class AuditFilter(NamedTuple):
    """Which rows are wanted; None: any. `concerning`: a user who did it, or whose row it was about. `since` and `until`
    (not included) are Unix milliseconds."""

    user_id: int | None = None
    action: str | None = None
    since: int | None = None
    until: int | None = None
    concerning: int | None = None


ROWS = Table("audit_log", AuditRow, "row of the audit log")
EVERYTHING = AuditFilter()


def draft(actor: Actor, action: AuditAction, now: int) -> AuditDraft:
    """Return the row that says what somebody did."""
    return AuditDraft(
        at=now,
        user_id=actor.user_id,
        name=actor.name,
        token_id=actor.token_id,
        address=actor.address,
        action=action.action[:64],
        target_kind=action.kind[:32],
        target_id=str(action.target)[:200],
        owner_id=action.owner_id,
        outcome=action.outcome,
        before=record_of(action.before),
        after=record_of(action.after),
    )


def entry(actor: Actor, action: AuditAction, now: int) -> Steps[int]:
    """Store what somebody does, within the transaction that does it; return the row's id."""
    return (yield from ROWS.insert(draft(actor, action, now), now))


def add(row: AuditDraft) -> Steps[int]:
    """Store a row that was noted."""
    return (yield from ROWS.insert(row, row.at))


def count_again(row_id: int, times: int) -> Steps[None]:
    """Note that what a row says happened so many times more."""
    yield Statement("UPDATE audit_log SET times = times + ? WHERE id = ?", (times, row_id))


def find_entries(wanted: AuditFilter, before: int, limit: int) -> Steps[list[AuditRow]]:
    """Return up to `limit` rows with ids less than `before`, the latest first."""
    conditions, values = ["id < ?"], list[SqlValue]([before])
    for condition, value in (
        ("user_id = ?", wanted.user_id),
        ("action = ?", wanted.action),
        ("at >= ?", wanted.since),
        ("at < ?", wanted.until),
    ):
        if value is not None:
            conditions.append(condition)
            values.append(value)
    if wanted.concerning is not None:
        conditions.append("(user_id = ? OR owner_id = ?)")
        values += [wanted.concerning, wanted.concerning]
    where = " AND ".join(conditions)
    columns = ROWS.columns
    found = yield Statement(f"SELECT {columns} FROM audit_log WHERE {where} ORDER BY id DESC LIMIT ?", (*values, limit))
    return [ROWS.read(row) for row in found.rows]


def find_later(after: int, limit: int) -> Steps[list[AuditRow]]:
    """Return up to `limit` rows with ids greater than `after`, the oldest first."""
    return (yield from ROWS.page(limit, (after,)))


def forget_some(before: int, limit: int) -> Steps[int]:
    """Delete up to `limit` rows from before a time; return how many there were."""
    found = yield Statement("SELECT id FROM audit_log WHERE at < ? ORDER BY at, id LIMIT ?", (before, limit))
    if not found.rows:
        return 0
    ids = tuple(row_id for (row_id,) in found.rows)
    marks = ", ".join("?" * len(ids))
    yield Statement(f"DELETE FROM audit_log WHERE id IN ({marks})", ids)
    return len(ids)
