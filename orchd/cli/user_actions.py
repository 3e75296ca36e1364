"""What `orchd user` and `orchd token` do: the same steps as the daemon's, on the database, with lines for people."""

import json
import os
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from msgspec import Struct

from orchd.access.names import user_name
from orchd.access.passwords import hash_password, password_flaw
from orchd.access.tokens import new_token, token_hash, token_hint
from orchd.cli.showing import local_time, table
from orchd.clock import unix_now
from orchd.config import Settings
from orchd.errors import Conflict, Invalid, NotFound
from orchd.features.audit import COMMAND_LINE
from orchd.features.people import (
    TOKENS,
    USERS,
    TokenDraft,
    TokenRow,
    UserDraft,
    UserRow,
    add_token,
    audited_change,
    audited_creation,
    audited_revocation,
    audited_token,
    create_user,
    delete_some_and_tell,
    disable_to_delete,
    find_by_name,
    give_and_remove_user,
    is_there_any,
    link_user,
    revoke_and_tell,
    set_password,
    update_user,
)
from orchd.protocol.identity import UserRole
from orchd.protocol.types import timestamp
from orchd.sealing import ServerKeys, open_vault
from orchd.storage import Database, Steps

PAGE = 500
DAY_MS = 86_400_000
MAX_SUBJECT = 255


class _Role(Struct, frozen=True):
    """What somebody may do from now on."""

    role: UserRole


class _Disabling(Struct, frozen=True):
    """Whether somebody is kept out from now on."""

    disabled: bool


class Actions:
    """Each returns the lines that say what was done. They raise `OrchdError` where that can't be."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self._settings = settings
        self._database = database

    async def add(self, name: str, role: UserRole, password: str | None) -> list[str]:
        spelled = user_name(name)
        first = not await self._database.read(is_there_any)
        if first and password is None:
            raise Invalid("the first user needs a password")
        hashed = None if password is None else _hash(password, spelled)
        draft, now = UserDraft(spelled, role, hashed), unix_now()
        row = await self._database.write(audited_creation, lambda: create_user(draft, now), COMMAND_LINE, now)
        told = [f"user {row.name} is new, role {row.role}"]
        if first:
            told += ["everybody has to log in from now on; all that was stored before now belongs to this user"]
        return told

    async def list_users(self, *, as_json: bool = False) -> list[str]:
        rows: list[UserRow] = []
        while page := await self._database.read(USERS.page, PAGE, (rows[-1].id,) if rows else None):
            rows += page
        if as_json:
            return [_items(map(_user_item, rows))]
        if not rows:
            return ["there is no user: nobody has to log in"]
        heads = ("N", "NAME", "ROLE", "STATE", "LOGS IN BY", "LAST LOG-IN")
        cells = (
            (
                row.id,
                row.name,
                row.role,
                "disabled" if row.disabled else "",
                _way(row),
                _time(row.seen_at),
            )
            for row in rows
        )
        return table(heads, cells, None)

    async def passwd(self, name: str, password: str) -> list[str]:
        user = await self._user(name)
        hashed, now = _hash(password, user.name), unix_now()
        await self._change("user:passwd", user, lambda: set_password(user.id, hashed, now))
        return [f"the password of {user.name} is changed"]

    async def role(self, name: str, role: UserRole) -> list[str]:
        user = await self._user(name)
        now = unix_now()
        await self._change("user:update", user, lambda: update_user(user.id, _Role(role), now))
        return [f"user {user.name} is {role} now"]

    async def link(self, name: str, subject: str) -> list[str]:
        issuer = self._settings.oidc.issuer
        if issuer is None:
            raise Invalid("no login provider is configured: set `oidc.issuer`")
        if not 0 < len(subject) <= MAX_SUBJECT or not subject.isascii() or not subject.isprintable():
            raise Invalid(f"a subject has 1 to {MAX_SUBJECT} ASCII characters; it is the claim `sub` of the provider")
        user, now = await self._user(name), unix_now()
        await self._change("user:update", user, lambda: link_user(user.id, issuer, subject, now))
        return [f"user {user.name} logs in by {issuer} as {subject}"]

    async def unlink(self, name: str) -> list[str]:
        user, now = await self._user(name), unix_now()
        await self._change("user:update", user, lambda: link_user(user.id, None, None, now))
        return [f"user {user.name} logs in by no provider"]

    async def disable(self, name: str, *, disabled: bool) -> list[str]:
        user = await self._user(name)
        now = unix_now()
        await self._change("user:update", user, lambda: update_user(user.id, _Disabling(disabled), now))
        return [f"user {user.name} is {'disabled' if disabled else 'enabled'}"]

    async def remove(self, name: str, *, delete_rows: bool, give_to: str | None) -> list[str]:
        user = await self._user(name)
        to = None if give_to is None else (await self._user(give_to)).id
        if to == user.id:
            raise Invalid(f"--give-to names {user.name}, who is to be deleted")
        now = unix_now()
        if delete_rows:
            await self._change("user:update", user, lambda: disable_to_delete(user.id, now))
            while await self._database.write(delete_some_and_tell, user.id, now):
                pass
        try:
            await self._change("user:delete", user, lambda: give_and_remove_user(user.id, to, now))
        except Conflict as error:
            if error.field != "rows":
                raise
            raise Conflict(
                f"{user.name} has conversations, tasks or other rows: hand them over by --give-to NAME, "
                "or delete them by --delete-rows"
            ) from error
        return [f"user {user.name} is deleted"]

    async def create_token(
        self,
        name: str,
        label: str,
        scopes: Sequence[Any],
        models: Sequence[str],
        *,
        background: bool,
        days: int | None,
    ) -> list[str]:
        user = await self._user(name)
        if "admin" in scopes and user.role != "admin":
            raise Invalid(f"the scope admin is for admins, and {user.name} is a {user.role}")
        value, now = new_token(), unix_now()
        draft = TokenDraft(
            user_id=user.id,
            name=label,
            hash=token_hash(await self._key(), value),
            hint=token_hint(value),
            scopes=sorted(set(scopes)),
            models=sorted(set(models)) or None,
            background=background,
            expires_at=None if days is None else now + days * DAY_MS,
        )
        await self._database.write(audited_token, lambda: add_token(draft, now), COMMAND_LINE, now)
        return [value]

    async def list_tokens(self, name: str | None, *, as_json: bool = False) -> list[str]:
        user = None if name is None else await self._user(name)
        rows: list[TokenRow] = []
        whose = None if user is None else user.id
        while page := await self._database.read(TOKENS.page, PAGE, (rows[-1].id,) if rows else None, user_id=whose):
            rows += page
        if not rows and not as_json:
            return ["there is no token"]
        names = {row.id: row.name for row in await self._database.read(_users_of, rows)}
        if as_json:
            return [_items(_token_item(row, names.get(row.user_id)) for row in rows)]
        heads = ("N", "USER", "NAME", "ENDS IN", "SCOPES", "MODELS", "EXPIRES", "LAST USE", "STATE")
        return table(heads, (_cells(row, names.get(row.user_id, "")) for row in rows), None)

    async def revoke_token(self, number: int) -> list[str]:
        now = unix_now()
        row = await self._database.write(
            audited_revocation, number, lambda: revoke_and_tell(number, None, now), COMMAND_LINE, now
        )
        return [f"token {row.id} ({row.name}) is revoked"]

    async def _change(self, action: str, user: UserRow, steps: Callable[[], Steps[object]]) -> None:
        """Change a user, which is stored in the audit log."""
        await self._database.write(audited_change, action, user.id, steps, COMMAND_LINE, unix_now())

    async def _user(self, name: str) -> UserRow:
        found = await self._database.read(find_by_name, user_name(name))
        if found is None:
            raise NotFound(f"there is no user {name}; `orchd user list` shows those that there are")
        return found

    async def _key(self) -> bytes:
        """The key under which tokens are hashed: the daemon's own, made now if it was never needed before."""
        key_file = self._settings.security.master_key_file
        vault = open_vault(self._settings.data_dir or "", key_file, os.environ, self._database)
        return await ServerKeys(self._database, vault).get("token")


def _users_of(tokens: Iterable[TokenRow]) -> Steps[list[UserRow]]:
    found = []
    for user_id in dict.fromkeys(token.user_id for token in tokens):
        user = yield from USERS.find(user_id)
        if user is not None:
            found.append(user)
    return found


def _hash(password: str, name: str) -> str:
    if flaw := password_flaw(password, name):
        raise Invalid(flaw.message, reason=flaw.reason)
    return hash_password(password)


def _cells(row: TokenRow, name: str) -> tuple[object, ...]:
    expires = "" if row.expires_at is None else _time(row.expires_at)
    scopes, models = ", ".join(row.scopes), ", ".join(row.models or ())
    over = row.expires_at is not None and row.expires_at <= unix_now()
    state = "revoked" if row.revoked_at is not None else "expired" if over else "background" if row.background else ""
    return row.id, name, row.name, row.hint, scopes, models, expires, _time(row.used_at), state


def _way(row: UserRow) -> str:
    """By what somebody logs in."""
    return "password" if row.password_hash else row.issuer or "tokens"


def _items(items: Iterable[dict[str, object]]) -> str:
    return json.dumps({"items": [*items]}, ensure_ascii=False)


def _user_item(row: UserRow) -> dict[str, object]:
    """A user for programs; times as the protocol has them, null for never."""
    seen = None if row.seen_at is None else timestamp(row.seen_at)
    told = {"id": row.id, "name": row.name, "role": row.role, "disabled": bool(row.disabled)}
    return {**told, "logsInBy": _way(row), "lastLogIn": seen}


def _token_item(row: TokenRow, user: str | None) -> dict[str, object]:
    """A token for programs: never its value."""
    times = {"expiresAt": row.expires_at, "usedAt": row.used_at, "revokedAt": row.revoked_at}
    told = {"id": row.id, "user": user, "name": row.name, "hint": row.hint, "scopes": row.scopes, "models": row.models}
    shown = {name: None if at is None else timestamp(at) for name, at in times.items()}
    return {**told, "background": bool(row.background), **shown}


def _time(milliseconds: int | None) -> str:
    return "never" if milliseconds is None else local_time(timestamp(milliseconds))
