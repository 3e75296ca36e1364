"""Answers to `user:*`."""

from collections.abc import Callable, Mapping
from functools import partial

import trio
from msgspec import UNSET, structs

from orchd.access.names import user_name
from orchd.entity import view
from orchd.errors import Conflict, Forbidden, Invalid, RateLimited, Unavailable
from orchd.features.audit import actor_of
from orchd.features.people.lives import ChangeResult
from orchd.features.people.service import People, T, check_password
from orchd.features.people.store.auditing import audited_change
from orchd.features.people.store.queries import BY_NAME, USERS, UserDraft, UserRow
from orchd.features.people.store.user_changes import (
    delete_some_rows,
    disable_to_delete,
    give_and_remove_user,
    set_password,
    update_user,
)
from orchd.features.people.wire.messages import (
    UserCreate,
    UserDelete,
    UserDeleted,
    UserGet,
    UserItem,
    UserList,
    UserMe,
    UserPage,
    UserPasswd,
    UserSelf,
    UserUpdate,
)
from orchd.features.project import Concerning
from orchd.protocol.command import CHANGE, LOOKUP, Command, Commands
from orchd.protocol.identity import LOCAL_USER_ID, Identity
from orchd.protocol.page import page
from orchd.protocol.router import Context
from orchd.protocol.types import timestamp
from orchd.storage import Steps

WRONG_AT_MOST, WRONG_SECONDS = 5, 60.0
"""So many wrong present passwords of one user are compared in such a time."""


class UserHandlers:
    """One method a frame."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._wrong: dict[int, list[float]] = {}
        """When wrong present passwords were given, by user."""

    async def create(self, context: Context, data: UserCreate) -> UserItem:
        name = user_name(data.name)
        hashed = None
        if data.password is not None:
            check_password(data.password, name, "$.data.password")
            hashed = await self._people.hashing.hash(data.password)
        elif not self._people.users_exist:
            raise Invalid(
                "the first user needs a password", reason="first_user", field="password", path="$.data.password"
            )
        draft, first = UserDraft(name, data.role, hashed), context.identity.user_id == LOCAL_USER_ID
        result = await self._people.create(draft, actor_of(context), context.peer, first=first)
        return user_item(finish(context, result))

    async def list(self, context: Context, data: UserList) -> UserPage:
        after = None if data.cursor is None else (data.cursor,)
        rows = await self._people.database.read(USERS.page, data.limit + 1, after, BY_NAME)
        return UserPage(*page(rows, data.limit, user_item, lambda last: last.name))

    async def get(self, context: Context, data: UserGet) -> UserItem:
        return user_item(await self._people.database.read(USERS.get, data.user_id))

    async def update(self, context: Context, data: UserUpdate) -> UserItem:
        require_user(context.identity)
        patch = data if data.name is UNSET else structs.replace(data, name=user_name(data.name))
        now = self._people.clock.now()

        def steps() -> Steps[UserRow]:
            return update_user(data.user_id, patch, now, data.version)

        return user_item(finish(context, await self._change(context, "user:update", data.user_id, steps)))

    async def delete(self, context: Context, data: UserDelete) -> UserDeleted:
        require_user(context.identity)
        if (data.rows == "give") is not (data.to is not None):
            raise Invalid("`to` goes with rows given", reason="malformed", field="to", path="$.data.to")
        user_id, now = data.user_id, self._people.clock.now()
        if data.rows == "delete":
            await self._change(context, "user:update", user_id, lambda: disable_to_delete(user_id, now))
            while await self._people.change_memberships(lambda: delete_some_rows(user_id, now)):
                await trio.lowlevel.checkpoint()
        told = {"rows": data.rows, "to": data.to}
        result = await self._change(
            context, "user:delete", user_id, lambda: give_and_remove_user(user_id, data.to, now), told
        )
        if data.to is not None:
            await self._people.change_memberships(partial(_concern, data.to))
        finish(context, result)
        return UserDeleted(data.user_id)

    async def passwd(self, context: Context, data: UserPasswd) -> UserItem:
        who = context.identity
        require_user(who)
        own = data.user_id is None or data.user_id == who.user_id
        if not own and who.role != "admin":
            raise Forbidden(
                "only an admin sets another user's password", reason="admin", field="userId", path="$.data.userId"
            )
        user_id = who.user_id if data.user_id is None else data.user_id
        user = await self._people.database.read(USERS.get, user_id)
        check_password(data.password, user.name, "$.data.password")
        if own:
            await self._require_present(user, data.present)
        hashed, now = await self._people.hashing.hash(data.password), self._people.clock.now()
        keep = who.web_session_id if own else None
        result = await self._change(
            context, "user:passwd", user_id, lambda: set_password(user_id, hashed, now, keep), {"own": own}
        )
        return user_item(finish(context, result))

    async def me(self, context: Context, data: UserMe) -> UserSelf:
        who = context.identity
        if who.role is None:
            raise Unavailable("the database is away: it isn't known who you are", reason="database")
        return UserSelf(
            who.user_id,
            who.name,
            who.role,
            None if who.scopes is None else sorted(who.scopes),
            None if who.models is None else sorted(who.models),
            who.token_id,
            who.web_session_id,
        )

    async def _change(
        self,
        context: Context,
        action: str,
        user_id: int,
        steps: Callable[[], Steps[T]],
        more: Mapping[str, object] | None = None,
    ) -> ChangeResult[T]:
        """Change a user, which is stored in the audit log, and applied before this returns."""
        by, now = actor_of(context), self._people.clock.now()
        return await self._people.change(
            user_id, context.peer, lambda: audited_change(action, user_id, steps, by, now, more)
        )

    async def _require_present(self, user: UserRow, present: str | None) -> None:
        """Raise `Invalid` unless it is the user's password; `RateLimited` when it was guessed at too often."""
        now = trio.current_time()
        wrong = [at for at in self._wrong.get(user.id, ()) if at + WRONG_SECONDS > now]
        if len(wrong) >= WRONG_AT_MOST:
            wait = round((wrong[0] + WRONG_SECONDS - now) * 1000)
            raise RateLimited("too many wrong passwords", reason="wrong_tries", retry_after_ms=wait)
        self._wrong[user.id] = [*wrong, now]  # counted before it is compared, so that many at once are no way around
        if not await self._people.hashing.is_right(user.password_hash, present or ""):
            told = "this is not the present password"
            raise Invalid(told, reason="wrong_password", field="present", path="$.data.present")
        del self._wrong[user.id]


COMMANDS = Commands(
    Command("user:create", UserCreate, UserItem, right="admin", scope="admin", errors=(Conflict,)).by(
        UserHandlers.create
    ),
    Command("user:list", UserList, UserPage, right="admin", scope="admin").by(UserHandlers.list),
    Command("user:get", UserGet, UserItem, right="admin", scope="admin", errors=LOOKUP).by(UserHandlers.get),
    Command("user:update", UserUpdate, UserItem, right="admin", scope="admin", errors=CHANGE).by(UserHandlers.update),
    Command("user:delete", UserDelete, UserDeleted, right="admin", scope="admin", errors=CHANGE).by(
        UserHandlers.delete
    ),
    Command("user:passwd", UserPasswd, UserItem, right="own", scope="admin", errors=CHANGE).by(UserHandlers.passwd),
    Command("user:me", UserMe, UserSelf, right="status", scope="read").by(UserHandlers.me),
)


def _concern(user_id: int) -> Concerning[None]:
    """Whoever was given somebody's projects is in them from now on."""
    yield from ()
    return None, {user_id}


def require_user(who: Identity) -> None:
    """Raise `Conflict` for the local owner, who changes no user: there is none, or another run has just made the first
    one and this one doesn't know yet (it may have lost the database)."""
    if who.user_id == LOCAL_USER_ID:
        raise Conflict(
            "there is no user yet: make one with `orchd user add NAME --admin` or `user:create`", reason="no_user"
        )


def finish(context: Context, result: ChangeResult[T]) -> T:
    """Return what a change gave; if it ends the connection that asked, that happens after its reply."""
    context.after_reply(result.end_own)
    return result.value


def user_item(row: UserRow) -> UserItem:
    """Return what is shown of a user."""
    return view(
        UserItem,
        row,
        has_password=row.password_hash is not None,
        seen_at=None if row.seen_at is None else timestamp(row.seen_at),
        created_at=timestamp(row.created_at),
        updated_at=timestamp(row.updated_at),
    )
