"""SQL of the table `user`."""

from msgspec import Struct

from orchd.access.names import user_name
from orchd.entity import SortOrder, Table
from orchd.errors import Conflict, NotFound, Unauthorized
from orchd.protocol.identity import UserRole
from orchd.storage import Statement, Steps


class UserRow(Struct, frozen=True):
    """A row; times are Unix milliseconds. Who has no password logs in elsewhere, by `issuer` and `subject`, or not."""

    id: int
    name: str
    role: UserRole
    created_at: int
    updated_at: int
    version: int
    disabled: bool = False
    password_hash: str | None = None
    issuer: str | None = None
    subject: str | None = None
    seen_at: int | None = None


class UserDraft(Struct, frozen=True):
    """A user who is to be made."""

    name: str
    role: UserRole
    password_hash: str | None = None
    issuer: str | None = None
    subject: str | None = None


USERS = Table("user", UserRow, "user", key="user_id", unique=("name",))
_COLUMNS = USERS.columns
BY_NAME = SortOrder(("name",))


def is_there_any() -> Steps[bool]:
    """Whether there is a user."""
    found = yield Statement("SELECT id FROM user ORDER BY id LIMIT 1")
    return bool(found.rows)


def find_by_name(name: str) -> Steps[UserRow | None]:
    """Return the user of a name, as `user_name` spells it."""
    found = yield Statement(f"SELECT {_COLUMNS} FROM user WHERE name = ?", (name,))
    return USERS.read(found.rows[0]) if found.rows else None


def find_to_log_in(name: str) -> Steps[UserRow | None]:
    """Return the user of a name, as `find_by_name` does. Raises `Unauthorized` while there is nobody at all; asks so
    much of the database whether there is one of this name or not."""
    if not (yield from is_there_any()):
        raise Unauthorized("there is no user yet: make the first one (`orchd user add NAME --admin`)", reason="no_user")
    return (yield from find_by_name(name))


def user_called(name: str, member: str = "userName") -> Steps[UserRow]:
    """Return the user of a name that the `member` of a request gives. Raises `NotFound`, and `Invalid` for no name."""
    found = yield from find_by_name(user_name(name, f"$.data.{member}"))
    if found is None:
        raise NotFound("there is no such user", field=member, path=f"$.data.{member}")
    return found


def find_by_subject(issuer: str, subject: str) -> Steps[UserRow | None]:
    """Return the user whom a login provider knows by this subject."""
    found = yield Statement(f"SELECT {_COLUMNS} FROM user WHERE issuer = ? AND subject = ?", (issuer, subject))
    return USERS.read(found.rows[0]) if found.rows else None


def require_other_admin(user_id: int) -> Steps[None]:
    """Raise `Conflict` unless somebody else is an admin who can log in; holds until the transaction's end."""
    found = yield Statement("SELECT id FROM user WHERE role = 'admin' AND disabled = 0 AND id <> ? LIMIT 1", (user_id,))
    if not found.rows:
        told = "this is the last admin: make another user an admin first"
        raise Conflict(told, reason="last_admin", field="userId", path="$.data.userId")


def note_seen(user_id: int, now: int) -> Steps[None]:
    """Note that somebody has just logged in."""
    yield Statement("UPDATE user SET seen_at = ? WHERE id = ?", (now, user_id))


def delete(user_id: int) -> Steps[None]:
    """Delete a user, with tokens and web sessions."""
    yield Statement("DELETE FROM user WHERE id = ?", (user_id,))
