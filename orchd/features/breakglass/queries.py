"""SQL of the table `access_grant`."""

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

from orchd.entity import Table
from orchd.storage import Statement, Steps

AccessKind: TypeAlias = Annotated[
    Literal["conversation", "task"], Meta(title="AccessKind", description="What kind of row an admin is let at.")
]


class GrantRow(Struct, frozen=True):
    """A row; times are Unix milliseconds."""

    id: int
    admin_id: int
    kind: AccessKind
    target_id: int
    owner_id: int
    created_at: int
    expires_at: int


class GrantDraft(Struct, frozen=True):
    """A grant that is to be made."""

    admin_id: int
    kind: AccessKind
    target_id: int
    owner_id: int
    expires_at: int


GRANTS = Table("access_grant", GrantRow, "access grant")


def grant(draft: GrantDraft, now: int) -> Steps[GrantRow]:
    """Store a grant in place of an earlier one for the same row; those that have run out are deleted."""
    yield Statement("DELETE FROM access_grant WHERE expires_at <= ?", (now,))
    yield Statement(
        "DELETE FROM access_grant WHERE admin_id = ? AND kind = ? AND target_id = ?",
        (draft.admin_id, draft.kind, draft.target_id),
    )
    return (yield from GRANTS.add(draft, now))


def find_grant(admin_id: int, kind: AccessKind, target_id: int, now: int) -> Steps[GrantRow | None]:
    """Return the grant by which an admin may read a row now, None where there is none. A clock that was set back
    prolongs none beyond its beginning."""
    columns = GRANTS.columns
    found = yield Statement(
        f"SELECT {columns} FROM access_grant WHERE admin_id = ? AND kind = ? AND target_id = ?"
        " AND created_at <= ? AND expires_at > ? ORDER BY id DESC LIMIT 1",
        (admin_id, kind, target_id, now, now),
    )
    return GRANTS.read(found.rows[0]) if found.rows else None
