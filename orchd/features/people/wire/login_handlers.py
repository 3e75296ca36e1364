"""Answers to `login:*`: the browsers in which somebody is logged in."""

from orchd.entity import view
from orchd.errors import Conflict
from orchd.features.audit import actor_of
from orchd.features.people.service import People
from orchd.features.people.store.auditing import audited_logout
from orchd.features.people.store.session_queries import SESSIONS, SessionRow, live_sessions
from orchd.features.people.store.user_changes import end_login_and_tell
from orchd.features.people.wire.messages import LoginItem, LoginList, LoginPage, LoginRevoke, LoginRevoked
from orchd.features.people.wire.token_handlers import whose
from orchd.features.people.wire.user_handlers import finish, require_user
from orchd.protocol.command import CHANGE, Command, Commands
from orchd.protocol.cursor import one_number
from orchd.protocol.page import by_id, page
from orchd.protocol.router import Context
from orchd.protocol.types import MAX_INTEGER, timestamp


class LoginHandlers:
    """One method a frame."""

    def __init__(self, people: People) -> None:
        self._people = people

    async def list(self, context: Context, data: LoginList) -> LoginPage:
        user_id, current = whose(context.identity, data.user_id), context.identity.web_session_id
        now, before = self._people.clock.now(), one_number(data.cursor, MAX_INTEGER)
        since = now - self._people.idle_ms
        rows = await self._people.database.read(live_sessions, user_id, now, since, data.limit + 1, before)
        return LoginPage(*page(rows, data.limit, lambda row: _item(row, current), by_id))

    async def revoke(self, context: Context, data: LoginRevoke) -> LoginRevoked:
        who, now = context.identity, self._people.clock.now()
        require_user(who)
        owner = None if who.role == "admin" else who.user_id
        row = await self._people.database.read(SESSIONS.get, data.login_id)
        result = await self._people.change(
            row.user_id,
            context.peer,
            lambda: audited_logout(
                row.id, row.user_id, lambda: end_login_and_tell(data.login_id, owner, now), actor_of(context), now
            ),
        )
        finish(context, result)
        return LoginRevoked(data.login_id)


COMMANDS = Commands(
    Command("login:list", LoginList, LoginPage, right="own", scope="admin", errors=(Conflict,)).by(LoginHandlers.list),
    Command("login:revoke", LoginRevoke, LoginRevoked, right="own", scope="admin", errors=CHANGE).by(
        LoginHandlers.revoke
    ),
)


def _item(row: SessionRow, current: int | None) -> LoginItem:
    return view(
        LoginItem,
        row,
        current=row.id == current,
        seen_at=timestamp(row.seen_at),
        expires_at=timestamp(row.expires_at),
        created_at=timestamp(row.created_at),
    )
