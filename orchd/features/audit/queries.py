"""SQL of the table `audit_log`."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from msgspec import Struct

from orchd.entity import DAEMON_OWNER, Belonging, Table
from orchd.entity.wire import RowChange, note
from orchd.features.audit.entries import Actor, AuditAction, AuditOutcome, record_of
from orchd.protocol.types import MAX_INTEGER
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
    target_kind: str | None = None
    target_id: str | None = None
    owner_id: int | None = None
    outcome: AuditOutcome | None = None


class NamedRow(NamedTuple):
    """A row, with what the user whose thing it was about and that thing are called now; None for what has no name."""

    row: AuditRow
    owner: str | None
    target: str | None


ROWS = Table("audit_log", AuditRow, "row of the audit log")
KIND = "audit"
"""What the log of changes calls rows of the audit log."""
EVERYTHING = AuditFilter()
MAX_DIGITS = 17


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
    return (yield from add(draft(actor, action, now), now))


def add(row: AuditDraft, now: int) -> Steps[int]:
    """Store a row, and have it told to admins who follow the log; return its id."""
    row_id = yield from ROWS.insert(row, row.at)
    yield from note(RowChange(KIND, row_id, "created", Belonging(DAEMON_OWNER.user_id)), now)
    return row_id


def count_again(row_id: int, times: int, now: int) -> Steps[None]:
    """Note that what a row says happened so many times more."""
    yield Statement("UPDATE audit_log SET times = times + ? WHERE id = ?", (times, row_id))
    yield from note(RowChange(KIND, row_id, "updated", Belonging(DAEMON_OWNER.user_id)), now)


def find_entries(wanted: AuditFilter, before: int, limit: int) -> Steps[list[AuditRow]]:
    """Return up to `limit` rows with ids less than `before`, the latest first."""
    where, values = _conditions(wanted, before)
    columns = ROWS.columns
    found = yield Statement(f"SELECT {columns} FROM audit_log WHERE {where} ORDER BY id DESC LIMIT ?", (*values, limit))
    return [ROWS.read(row) for row in found.rows]


def count_entries(wanted: AuditFilter) -> Steps[int]:
    """Return how many rows are wanted."""
    where, values = _conditions(wanted, MAX_INTEGER)
    found = yield Statement(f"SELECT COUNT(*) FROM audit_log WHERE {where}", tuple(values))
    return int(found.rows[0][0])


def with_names(rows: Sequence[AuditRow]) -> Steps[list[NamedRow]]:
    """Return rows with the names of users and teams beside their ids; of other things the log shows no names, which may
    be for their owners only."""
    users = yield from _user_names({*_ids(rows, "user"), *(row.owner_id for row in rows if row.owner_id)})
    teams = yield from _team_names(_ids(rows, "team"))
    of_kind = {"user": users, "team": teams}
    return [
        NamedRow(row, users.get(row.owner_id or 0), of_kind.get(row.target_kind, {}).get(_number(row.target_id)))
        for row in rows
    ]


def _conditions(wanted: AuditFilter, before: int) -> tuple[str, list[SqlValue]]:
    conditions, values = ["id < ?"], list[SqlValue]([before])
    for condition, value in (
        ("user_id = ?", wanted.user_id),
        ("action = ?", wanted.action),
        ("at >= ?", wanted.since),
        ("at < ?", wanted.until),
        ("target_kind = ?", wanted.target_kind),
        ("target_id = ?", wanted.target_id),
        ("owner_id = ?", wanted.owner_id),
        ("outcome = ?", wanted.outcome),
    ):
        if value is not None:
            conditions.append(condition)
            values.append(value)
    if wanted.concerning is not None:
        conditions.append("(user_id = ? OR owner_id = ?)")
        values += [wanted.concerning, wanted.concerning]
    return " AND ".join(conditions), values


def _ids(rows: Sequence[AuditRow], kind: str) -> set[int]:
    return {_number(row.target_id) for row in rows if row.target_kind == kind} - {0}


def _number(target: str) -> int:
    """Return what is an id, 0 for a name: some rows are about what has no id yet."""
    return int(target) if target.isascii() and target.isdigit() and len(target) < MAX_DIGITS else 0


def _user_names(ids: Collection[int]) -> Steps[dict[int, str]]:
    marks = ", ".join("?" * len(ids)) or "NULL"
    found = yield Statement(f"SELECT id, name FROM user WHERE id IN ({marks})", tuple(ids))
    return {int(row_id): str(name) for row_id, name in found.rows}


def _team_names(ids: Collection[int]) -> Steps[dict[int, str]]:
    marks = ", ".join("?" * len(ids)) or "NULL"
    found = yield Statement(f"SELECT id, name FROM team WHERE id IN ({marks})", tuple(ids))
    return {int(row_id): str(name) for row_id, name in found.rows}


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
