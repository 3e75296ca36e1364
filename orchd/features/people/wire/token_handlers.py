"""Answers to `token:*`."""

from orchd.access.tokens import new_token, token_hash, token_hint
from orchd.entity import view
from orchd.errors import Conflict, Forbidden, Invalid
from orchd.features.audit import actor_of
from orchd.features.people.service import People
from orchd.features.people.store.auditing import audited_revocation, audited_token
from orchd.features.people.store.token_queries import LATEST, TOKENS, TokenDraft, TokenRow, add_token
from orchd.features.people.store.user_changes import revoke_and_tell
from orchd.features.people.wire.messages import (
    TokenCreate,
    TokenCreated,
    TokenItem,
    TokenList,
    TokenPage,
    TokenRevoke,
)
from orchd.features.people.wire.user_handlers import finish, require_user
from orchd.protocol.command import CHANGE, Command, Commands
from orchd.protocol.cursor import one_number
from orchd.protocol.identity import Identity
from orchd.protocol.names import checked_name, require_nonblank
from orchd.protocol.page import by_id, page
from orchd.protocol.router import Context
from orchd.protocol.types import MAX_INTEGER, read_moment, timestamp


class TokenHandlers:
    """One method a frame."""

    def __init__(self, people: People) -> None:
        self._people = people

    async def create(self, context: Context, data: TokenCreate) -> TokenCreated:
        token = new_token()
        hashed = token_hash(await self._people.key(), token)
        draft = self._draft(context.identity, data, hashed, token_hint(token))
        now = self._people.clock.now()
        row = await self._people.database.write(audited_token, lambda: add_token(draft, now), actor_of(context), now)
        return TokenCreated(token_item(row), token)

    async def list(self, context: Context, data: TokenList) -> TokenPage:
        user_id = whose(context.identity, data.user_id)
        after = None if data.cursor is None else (one_number(data.cursor, MAX_INTEGER),)
        rows = await self._people.database.read(TOKENS.page, data.limit + 1, after, LATEST, user_id=user_id)
        return TokenPage(*page(rows, data.limit, token_item, by_id))

    async def revoke(self, context: Context, data: TokenRevoke) -> TokenItem:
        who, now = context.identity, self._people.clock.now()
        require_user(who)
        user_id = None if who.role == "admin" else who.user_id
        row = await self._people.database.read(TOKENS.get, data.token_id)
        result = await self._people.change(
            row.user_id,
            context.peer,
            lambda: audited_revocation(
                data.token_id, lambda: revoke_and_tell(data.token_id, user_id, now), actor_of(context), now
            ),
        )
        return token_item(finish(context, result))

    def _draft(self, who: Identity, data: TokenCreate, hashed: str, hint: str) -> TokenDraft:
        """Return the token as it is stored. Raises `Invalid`, and `Forbidden` for more than `who` may."""
        require_user(who)
        expires_at = None if data.expires_at is None else read_moment(data.expires_at, "expiresAt")
        if expires_at is not None and expires_at <= self._people.clock.now():
            raise Invalid("the time is over already", reason="in_the_past", field="expiresAt", path="$.data.expiresAt")
        require_own(who, data)
        name = require_nonblank(checked_name(data.name, "name"), "name")
        return TokenDraft(
            user_id=who.user_id,
            name=name,
            hash=hashed,
            hint=hint,
            scopes=sorted(set(data.scopes)),
            models=None if data.models is None else sorted(set(data.models)),
            background=data.background,
            expires_at=expires_at,
        )


COMMANDS = Commands(
    Command("token:create", TokenCreate, TokenCreated, right="own", scope="admin", errors=(Conflict,)).by(
        TokenHandlers.create
    ),
    Command("token:list", TokenList, TokenPage, right="own", scope="admin", errors=(Conflict,)).by(TokenHandlers.list),
    Command("token:revoke", TokenRevoke, TokenItem, right="own", scope="admin", errors=CHANGE).by(TokenHandlers.revoke),
)


def whose(who: Identity, user_id: int | None) -> int:
    """Return whose rows are listed. Raises `Forbidden` for another user's, unless `who` is an admin."""
    if user_id is None or user_id == who.user_id:
        return who.user_id
    require_user(who)
    if who.role != "admin":
        raise Forbidden("only an admin sees another user's", reason="admin", field="userId", path="$.data.userId")
    return user_id


def token_item(row: TokenRow) -> TokenItem:
    """Return what is shown of a token."""
    return view(
        TokenItem,
        row,
        expires_at=_time(row.expires_at),
        used_at=_time(row.used_at),
        revoked_at=_time(row.revoked_at),
        created_at=timestamp(row.created_at),
    )


def require_own(who: Identity, data: TokenCreate) -> None:
    """A token may do no more than whoever makes it."""
    if "admin" in data.scopes and who.role != "admin":
        raise Forbidden("the scope admin is for admins", reason="admin", field="scopes", path="$.data.scopes")
    if who.scopes is not None and not who.scopes.issuperset(data.scopes):
        raise Forbidden(
            "a token gives no scope that it has not itself", reason="token_limits", field="scopes", path="$.data.scopes"
        )
    if who.models is not None and (data.models is None or not who.models.issuperset(data.models)):
        raise Forbidden(
            "a token gives no model that it may not use itself",
            reason="token_limits",
            field="models",
            path="$.data.models",
        )
    if who.background and not data.background:
        raise Forbidden(
            "a background token makes only such", reason="token_limits", field="background", path="$.data.background"
        )


def _time(milliseconds: int | None) -> str | None:
    return None if milliseconds is None else timestamp(milliseconds)
