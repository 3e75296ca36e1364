"""What the database says that somebody may do: the one place where rows become identities."""

from typing import Any, NamedTuple

from orchd.features.people.store.queries import USERS, UserRow, find_by_name
from orchd.features.people.store.session_queries import SESSIONS, SessionRow
from orchd.features.people.store.token_queries import TOKENS, TokenRow
from orchd.features.project import Memberships, memberships
from orchd.protocol.identity import Identity
from orchd.storage import Statement, Steps


class Admission(NamedTuple):
    """Somebody who is let in, and until when by the clock (Unix milliseconds; None: until something changes).

    `seen_at`: the last use of a web session that is known, None for others.
    """

    identity: Identity
    expires_at: int | None = None
    seen_at: int | None = None


class Standing(NamedTuple):
    """Everything by which a user is let in, as it stands in one snapshot; `user` None: deleted."""

    user_id: int
    user: UserRow | None
    tokens: dict[int, TokenRow]
    sessions: dict[int, SessionRow]
    projects: Memberships

    def admission(self, who: Identity) -> Admission | None:
        """Return what has become of an admission; None: it has ended."""
        if self.user is None:
            return None
        token = session = None
        if who.token_id is not None and (token := self.tokens.get(who.token_id)) is None:
            return None
        if who.web_session_id is not None and (session := self.sessions.get(who.web_session_id)) is None:
            return None
        return admit(self.user, self.projects, token=token, session=session)


def admit(
    user: UserRow, projects: Memberships, *, token: TokenRow | None = None, session: SessionRow | None = None
) -> Admission | None:
    """Return the admission of a user, by a token or a session if given; None where it has ended for good."""
    if user.disabled or (token is not None and token.revoked_at is not None):
        return None
    changes = () if user.role == "viewer" else projects.changes
    who = Identity(user.id, user.name, user.role, reads=projects.reads, changes=changes)
    if token is not None:
        return Admission(
            who._replace(
                scopes=frozenset(token.scopes),
                models=None if token.models is None else frozenset(token.models),
                background=token.background,
                token_id=token.id,
            ),
            token.expires_at,
        )
    if session is not None:
        return Admission(who._replace(web_session_id=session.id), session.expires_at, session.seen_at)
    return Admission(who)


def admission_by_token(hashed: str) -> Steps[Admission | None]:
    """Return whom a token's hash lets in, whether it has expired or not."""
    found = yield Statement(_BY_TOKEN, (hashed,))
    if not found.rows:
        return None
    user, token = _pair(found.rows[0])
    return admit(user, (yield from memberships(user.id)), token=TOKENS.read(token))


def admission_by_cookie(hashed: str) -> Steps[Admission | None]:
    """Return whom the hash of a session's secret lets in, whether it has expired or not."""
    found = yield Statement(_BY_COOKIE, (hashed,))
    if not found.rows:
        return None
    user, session = _pair(found.rows[0])
    return admit(user, (yield from memberships(user.id)), session=SESSIONS.read(session))


def admission_by_name(name: str) -> Steps[Admission | None]:
    """Return whom a name lets in that somebody trusted has said."""
    user = yield from find_by_name(name)
    return None if user is None else admit(user, (yield from memberships(user.id)))


def standing_of(user_id: int) -> Steps[Standing]:
    """Return what a user is let in by."""
    user = yield from USERS.find(user_id)
    if user is None:
        return Standing(user_id, None, {}, {}, Memberships())
    found = yield Statement(
        f"SELECT {_TOKEN_COLUMNS} FROM api_token WHERE user_id = ? AND revoked_at IS NULL", (user_id,)
    )
    tokens = {row.id: row for row in map(TOKENS.read, found.rows)}
    found = yield Statement(f"SELECT {_SESSION_COLUMNS} FROM web_session WHERE user_id = ?", (user_id,))
    sessions = {row.id: row for row in map(SESSIONS.read, found.rows)}
    return Standing(user_id, user, tokens, sessions, (yield from memberships(user_id)))


def standings_of(user_ids: list[int]) -> Steps[dict[int, Standing]]:
    """Return what users are let in by, all in one snapshot."""
    standings: dict[int, Standing] = {}
    for user_id in user_ids:
        standings[user_id] = yield from standing_of(user_id)
    return standings


_TOKEN_COLUMNS, _SESSION_COLUMNS = TOKENS.columns, SESSIONS.columns
_USER_COLUMNS = USERS.columns_as("u")
_BY_TOKEN = (
    f"SELECT {_USER_COLUMNS}, {TOKENS.columns_as('t')} FROM api_token AS t JOIN user AS u ON u.id = t.user_id"
    " WHERE t.hash = ?"
)
_BY_COOKIE = (
    f"SELECT {_USER_COLUMNS}, {SESSIONS.columns_as('s')} FROM web_session AS s JOIN user AS u ON u.id = s.user_id"
    " WHERE s.hash = ?"
)


def _pair(row: tuple[Any, ...]) -> tuple[UserRow, tuple[Any, ...]]:
    """The user's columns, and those of the row that leads to the user."""
    split = len(USERS.all_columns)
    return USERS.read(row[:split]), row[split:]
