"""What changes users, or what they come in by, as steps of a transaction; an admin who can log in is always left.

Each tells all daemon runs (`access_change`). The command line runs them on the database; the handlers do so by
`People.change`, which applies them to this run's connections at once.
"""

from functools import partial

from msgspec import Struct

from orchd.entity import MAX_PROJECTS
from orchd.entity.owned_rows import adopt_rows, count_rows_of, delete_rows, give_rows
from orchd.entity.wire import release_rows
from orchd.errors import Conflict, Invalid
from orchd.features.people.store.change_queries import note_change
from orchd.features.people.store.queries import (
    USERS,
    UserDraft,
    UserRow,
    delete,
    find_by_subject,
    is_there_any,
    require_other_admin,
)
from orchd.features.people.store.session_queries import end_session, end_sessions_of
from orchd.features.people.store.token_queries import TokenRow, revoke_token
from orchd.features.project import Concerning, note_users_projects
from orchd.protocol.identity import UserRole
from orchd.storage import Steps

ROWS_AT_ONCE = 50
"""Rows of each table that one transaction deletes: a task or a conversation may have many below it."""


class NewPassword(Struct, frozen=True):
    """A password's hash, to be stored."""

    password_hash: str


class Exclusion(Struct, frozen=True):
    """Whether somebody is kept out."""

    disabled: bool


class NewRole(Struct, frozen=True):
    """What somebody may do from now on."""

    role: UserRole


class ProviderLink(Struct, frozen=True):
    """By what a login provider knows somebody; None: by nothing."""

    issuer: str | None
    subject: str | None


def create_user(draft: UserDraft, now: int) -> Steps[UserRow]:
    """Make a user. The first one must be an admin, and takes over all that the local owner has.

    Raises `Conflict` for a name that is taken, `Invalid` for a first user who is no admin.
    """
    first = not (yield from is_there_any())
    if first and draft.role != "admin":
        raise Invalid("the first user must be an admin", reason="first_user", field="role", path="$.data.role")
    row = yield from USERS.add(draft, now)
    if first:
        yield from adopt_rows(row.id)
    yield from note_change(None if first else row.id, now)
    return row


def create_first_user(draft: UserDraft, now: int) -> Steps[UserRow]:
    """Make the first user. Raises `Conflict` when there is one."""
    if (yield from is_there_any()):
        raise Conflict("there is a user already", reason="users_exist")
    return (yield from create_user(draft, now))


def update_user(user_id: int, patch: Struct, now: int, version: int | None = None) -> Steps[UserRow]:
    """Change a user's name, role, or whether they are disabled; who is disabled is logged out everywhere.

    Raises `NotFound`; `Conflict` where no admin would be left, for a name that is taken, or another version.
    """
    old = yield from USERS.get(user_id)
    row = yield from USERS.change(user_id, patch, now, version=version)
    if _is_ruling(old) and not _is_ruling(row):
        yield from require_other_admin(user_id)
    if row.disabled:
        yield from end_sessions_of(user_id)
    yield from note_change(user_id, now)
    return row


def set_password(user_id: int, hashed: str, now: int, keep: int | None = None) -> Steps[UserRow]:
    """Store a new password; all web sessions of the user end, but for one that is to be kept. Raises `NotFound`."""
    row = yield from USERS.change(user_id, NewPassword(hashed), now)
    yield from end_sessions_of(user_id, keep)
    yield from note_change(user_id, now)
    return row


def link_user(user_id: int, issuer: str | None, subject: str | None, now: int) -> Steps[UserRow]:
    """Let a user log in by a login provider from now on, or not any more (None); their web sessions end.

    Raises `NotFound`, and `Conflict` when another user is known there by this subject.
    """
    if issuer is not None and subject is not None:
        other = yield from find_by_subject(issuer, subject)
        if other is not None and other.id != user_id:
            raise Conflict(f"the login provider's subject is that of the user {other.name}", reason="subject_taken")
    row = yield from USERS.change(user_id, ProviderLink(issuer, subject), now)
    yield from end_sessions_of(user_id)
    yield from note_change(user_id, now)
    return row


def give_and_remove_user(user_id: int, to: int | None, now: int) -> Steps[None]:
    """Delete a user, whose rows become those of `to`; None: there must be none.

    Raises `NotFound`, and `Conflict` for the last admin, for rows that are there, or that can't be given.
    """
    row = yield from USERS.get(user_id)
    if _is_ruling(row):
        yield from require_other_admin(user_id)
    if to is not None:
        yield from _require_taker(user_id, to)
        yield from give_rows(user_id, to)
        yield from note_users_projects(to, "updated", MAX_PROJECTS, now)
        yield from note_change(to, now)
    elif counts := (yield from count_rows_of(user_id)):
        raise Conflict(
            "the user has rows: say with `rows` whether they are deleted or given to somebody",
            reason="has_rows",
            field="rows",
            path="$.data.rows",
            rows=counts,
        )
    yield from delete(user_id)
    yield from note_change(user_id, now)


def revoke_and_tell(token_id: int, user_id: int | None, now: int) -> Steps[TokenRow]:
    """Revoke a token, of this user (None: of anybody), and return it. Raises `NotFound`."""
    row = yield from revoke_token(token_id, user_id, now)
    yield from note_change(row.user_id, now)
    return row


def end_login_and_tell(login_id: int, user_id: int | None, now: int) -> Steps[None]:
    """Log a browser out, of this user (None: of anybody). Raises `NotFound`."""
    owner = yield from end_session(login_id, user_id)
    yield from note_change(owner, now)


def disable_to_delete(user_id: int, now: int) -> Steps[UserRow]:
    """Keep a user out whose rows are about to be deleted, so that no new ones come. Raises as `update_user` does."""
    return (yield from update_user(user_id, Exclusion(True), now))


def delete_some_rows(user_id: int, now: int) -> Concerning[bool]:
    """Delete some rows of a user; tell whether there may be more, and who was in those projects that are gone."""
    concerned = yield from note_users_projects(user_id, "deleted", ROWS_AT_ONCE, now)
    return bool((yield from delete_rows(user_id, ROWS_AT_ONCE, partial(release_rows, now=now)))), concerned - {user_id}


def delete_some_and_tell(user_id: int, now: int) -> Steps[bool]:
    """Delete some rows of a user; tell whether there may be more. The daemon runs hear of who was in their projects."""
    more, concerned = yield from delete_some_rows(user_id, now)
    for other in sorted(concerned):
        yield from note_change(other, now)
    return more


def _is_ruling(row: UserRow) -> bool:
    return row.role == "admin" and not row.disabled


def _require_taker(user_id: int, to: int) -> Steps[None]:
    if to == user_id or (yield from USERS.find(to)) is None:
        raise Invalid("`to` is not another user", reason="other_user", field="to", path="$.data.to")
