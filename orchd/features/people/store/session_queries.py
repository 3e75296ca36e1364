"""SQL of the table `web_session`."""

from collections.abc import Mapping

from msgspec import Struct

from orchd.entity import Table
from orchd.errors import NotFound
from orchd.storage import Statement, Steps

MAX_SESSIONS = 100
"""Web sessions that a user may have at once; the next one ends the oldest."""


class SessionRow(Struct, frozen=True):
    """A row; times are Unix milliseconds."""

    id: int
    user_id: int
    hash: str
    address: str
    agent: str
    seen_at: int
    expires_at: int
    created_at: int


class SessionDraft(Struct, frozen=True):
    """A web session that is to be stored."""

    user_id: int
    hash: str
    address: str
    agent: str
    seen_at: int
    expires_at: int


SESSIONS = Table("web_session", SessionRow, "login", key="login_id")
_COLUMNS = SESSIONS.columns


def add_session(draft: SessionDraft, now: int) -> Steps[int]:
    """Store a web session and return its id; the oldest end of those that are too many."""
    found = yield Statement("SELECT id FROM web_session WHERE user_id = ? ORDER BY id", (draft.user_id,))
    for (old,) in found.rows[: max(0, len(found.rows) + 1 - MAX_SESSIONS)]:
        yield Statement("DELETE FROM web_session WHERE id = ?", (old,))
    return (yield from SESSIONS.insert(draft, now))


def end_session(session_id: int, user_id: int | None) -> Steps[int]:
    """End a web session, of this user (None: of anybody); return whose it was. Raises `NotFound`."""
    row = yield from SESSIONS.find(session_id)
    if row is None or (user_id is not None and row.user_id != user_id):
        raise NotFound("there is no such login", field="loginId", path="$.data.loginId")
    yield Statement("DELETE FROM web_session WHERE id = ?", (session_id,))
    return row.user_id


def end_session_of(hashed: str) -> Steps[int | None]:
    """End the web session of a secret; return whose it was, None where there is none."""
    found = yield Statement("SELECT id, user_id FROM web_session WHERE hash = ?", (hashed,))
    if not found.rows:
        return None
    session_id, user_id = found.rows[0]
    yield Statement("DELETE FROM web_session WHERE id = ?", (session_id,))
    return int(user_id)


def end_sessions_of(user_id: int, but: int | None = None) -> Steps[None]:
    """End all web sessions of a user, but for one."""
    yield Statement("DELETE FROM web_session WHERE user_id = ? AND id <> ?", (user_id, but or 0))


def note_session_uses(uses: Mapping[int, int]) -> Steps[None]:
    """Store when web sessions were used last, by their ids."""
    for session_id, seen_at in sorted(uses.items()):
        yield Statement("UPDATE web_session SET seen_at = ? WHERE id = ?", (seen_at, session_id))


def live_sessions(user_id: int, now: int, idle_since: int, limit: int, before: int) -> Steps[list[SessionRow]]:
    """Return the web sessions of a user that have not ended by time, the latest first, of those with lower ids."""
    found = yield Statement(
        f"SELECT {_COLUMNS} FROM web_session WHERE user_id = ? AND id < ? AND expires_at > ? AND seen_at > ?"
        " ORDER BY id DESC LIMIT ?",
        (user_id, before, now, idle_since, limit),
    )
    return [SESSIONS.read(row) for row in found.rows]


def forget_expired_sessions(now: int, idle_since: int) -> Steps[None]:
    """Delete the web sessions that had ended by time then, or of which nobody had seen anything since."""
    yield Statement("DELETE FROM web_session WHERE expires_at <= ? OR seen_at <= ?", (now, idle_since))
