"""Answers to `provider:*`: as for all entities, and besides each model server is tried before it is stored, the changes
are in the audit log, and those of the configuration are shown."""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from msgspec import UNSET, Struct, UnsetType, structs

from orchd.clock import unix_now
from orchd.entity import DAEMON_OWNER, Owner, apply_patch, owner_of
from orchd.entity.wire import EntityHandlers, EntityRooms, commands_of
from orchd.errors import Forbidden, Invalid
from orchd.features.account import ACCOUNTS
from orchd.features.audit import AuditAction, actor_of, entry
from orchd.features.credential import CREDENTIALS
from orchd.features.provider.configured import ConfiguredProviders, cursor_of, place_of
from orchd.features.provider.messages import ProviderTest, ProviderTested
from orchd.features.provider.provider import (
    CONNECTION,
    MAX_PROVIDERS,
    PROVIDER,
    ProviderItem,
    server_address,
    spec_of,
)
from orchd.features.provider.service import ProviderServers
from orchd.features.provider.trial import ProviderTrials
from orchd.llm import Backends, BackendSpec, ServerTrial
from orchd.protocol.command import MODEL_CALL, AnyCommand, Command, Commands
from orchd.protocol.identity import Identity
from orchd.protocol.page import MAX_REPLY_BYTES, fitting
from orchd.protocol.router import Context
from orchd.protocol.types import ClientPayload, ServerPayload
from orchd.storage import Steps

T = TypeVar("T")
P = ParamSpec("P")

MODELS_SHOWN = 200


class ProviderHandlers(EntityHandlers[ProviderItem]):
    """Admins alone get here."""

    def __init__(
        self, rooms: EntityRooms, backends: Backends, servers: ProviderServers, trials: ProviderTrials
    ) -> None:
        super().__init__(PROVIDER, rooms._replace(max_rows=MAX_PROVIDERS))
        self._servers = servers
        self._trials = trials
        self._configured = ConfiguredProviders(backends, unix_now())

    async def permit(self, who: Identity, sent: ClientPayload) -> None:
        """Raises `NotFound` for a credential or an account that they don't see, `Conflict` for a server of the
        configuration, `Forbidden` for another one's key at a new address, and what is wrong with a server that can't be
        reached."""
        credential_id = getattr(sent, "credential_id", None)
        if isinstance(credential_id, int):
            await self._database.read(CREDENTIALS.seen_by(owner_of(who)).get, credential_id)
        account_id = getattr(sent, "account_id", None)
        if isinstance(account_id, int):
            await self._database.read(ACCOUNTS.seen_by(owner_of(who)).get, account_id)
        row_id = getattr(sent, "provider_id", None)
        if isinstance(row_id, int):
            self._configured.require_stored(row_id)
        if not getattr(sent, "untested", False):
            await self._try(owner_of(who), row_id, self._entity.as_stored(sent))

    def store_more(self, old: ProviderItem | None, new: ProviderItem, now: int) -> Steps[None]:
        """Raise `Conflict` for a name or an address that the configuration has."""
        del old, now
        yield from ()
        self._configured.require_free(new)

    async def create(self, context: Context, data: ClientPayload) -> ProviderItem:
        await self.permit(context.identity, data)
        sent = self._entity.as_stored(data)
        return await self._store(context, "create", None, self.add, DAEMON_OWNER, sent, unix_now())

    async def get(self, context: Context, data: ClientPayload) -> ProviderItem:
        row_id = self._id_of(data)
        found = self._configured.find(row_id)
        return found if found is not None else await super().get(context, data)

    async def list(self, context: Context, data: Any) -> Any:
        """Return those of the configuration first, and then those of the database in the order that is wanted."""
        more = self._configured.fitting(data)
        start = place_of(data.cursor)
        shown = [] if start is None else fitting(more[start : start + data.limit], MAX_REPLY_BYTES // 2)
        left = data.limit - len(shown) if start is None or start + len(shown) >= len(more) else 0
        stored: Any = await super().list(
            context, structs.replace(data, cursor=data.cursor if start is None else None, limit=left or 1)
        )
        total = stored.total + len(more) if data.total else UNSET
        if not left:
            return structs.replace(stored, items=shown, next_cursor=cursor_of((start or 0) + len(shown)), total=total)
        return structs.replace(stored, items=[*shown, *stored.items], total=total)

    async def update(self, context: Context, data: ClientPayload) -> ProviderItem:
        await self.permit(context.identity, data)
        sent = self._entity.as_stored(data)
        return await self._store(context, "update", self._id_of(data), self._change, DAEMON_OWNER, sent, unix_now())

    async def delete(self, context: Context, data: ClientPayload) -> ServerPayload:
        row_id = self._id_of(data)
        self._configured.require_stored(row_id)
        await self._store(context, "delete", row_id, self._remove, DAEMON_OWNER, row_id, unix_now())
        return self._entity.payloads.deleted(provider_id=row_id)

    async def restore(self, context: Context, data: ClientPayload) -> ProviderItem:
        row_id = self._id_of(data)
        self._configured.require_stored(row_id)
        return await self._store(context, "restore", row_id, self._restore, DAEMON_OWNER, row_id, unix_now())

    async def test(self, context: Context, data: ProviderTest) -> ProviderTested:
        """Have a server list its models."""
        if isinstance(data.credential_id, int):
            await self._database.read(CREDENTIALS.seen_by(owner_of(context.identity)).get, data.credential_id)
        trial = await self._trials.run(await self._spec_to_test(owner_of(context.identity), data))
        latency = None if trial.seconds is None else round(trial.seconds * 1000, 2)
        shown = list(trial.models[:MODELS_SHOWN])
        return ProviderTested(trial.kind, trial.version, len(trial.models), shown, latency)

    async def _spec_to_test(self, owner: Owner, data: ProviderTest) -> BackendSpec:
        if (spec := self._configured.spec(data.provider_id or 0)) is not None:
            return spec
        if data.provider_id is not None:
            row = await self._database.read(PROVIDER.rows.seen_by(DAEMON_OWNER).get, data.provider_id)
            spec = _with(spec_of(row), data)
            await self._database.read(_require_key, owner, row.url, spec.url, spec.credential)
            return spec
        if data.url is UNSET:
            raise Invalid("say which one, or its address", reason="malformed", field="url", path="$.data.url")
        return _with(BackendSpec(data.url), data)

    async def _try(self, owner: Owner, row_id: int | None, sent: Struct) -> ServerTrial | None:
        """Try a server as it is about to be stored, where it will be asked and what decides about that is changed."""
        if row_id is None:
            return await self._trials.run(spec_of(_draft(sent))) if getattr(sent, "active", True) else None
        old = await self._database.read(PROVIDER.rows.seen_by(DAEMON_OWNER).get, row_id)
        new = apply_patch(old, sent)
        await self._database.read(_require_key, owner, old.url, new.url, new.credential_id)
        changed = any(getattr(old, member) != getattr(new, member) for member in (*CONNECTION, "active"))
        return await self._trials.run(spec_of(new)) if new.active and changed else None

    async def _store(
        self,
        context: Context,
        verb: str,
        row_id: int | None,
        steps: Callable[P, Steps[T]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Change a row, and have the servers follow."""
        done = await self._write(_store_noting, context, verb, row_id, lambda: steps(*args, **kwargs))
        await self._servers.look()
        return done


def _store_noting(context: Context, verb: str, row_id: int | None, steps: Callable[[], Steps[T]]) -> Steps[T]:
    """Change a provider, and note who did, and what it was before."""
    actor = actor_of(context)
    rows = PROVIDER.rows.changed_by(DAEMON_OWNER)
    before = None if row_id is None else (yield from rows.find(row_id))
    done = yield from steps()
    made = done.id if isinstance(done, ProviderItem) else row_id
    after = yield from rows.find(made or 0)
    if before is not None and after is not None:
        yield from _require_key(owner_of(context.identity), before.url, after.url, after.credential_id)
    yield from entry(actor, AuditAction(f"provider:{verb}", "provider", made or 0, None, before, after), unix_now())
    return done


def _require_key(owner: Owner, old_url: str, new_url: str, credential: str | int | None) -> Steps[None]:
    """Raise `Forbidden` where a key would be sent to a new address by somebody who doesn't see its credential: by an
    address of their own they could read it."""
    if old_url == new_url or not isinstance(credential, int):
        return
    if (yield from CREDENTIALS.seen_by(owner).find(credential)) is None:
        text = "its key is another admin's: with a new address, send a `credentialId` of your own, or null"
        raise Forbidden(text, reason="key_of_another", field="url", path="$.data.url")


def _draft(sent: Struct) -> ProviderItem:
    """Return what is about to be stored as if it were."""
    values = {name: getattr(sent, name) for name in sent.__struct_fields__ if name in ProviderItem.__struct_fields__}
    time = "1970-01-01T00:00:00.000Z"
    return ProviderItem(id=1, version=1, created_at=time, updated_at=time, deleted_at=None, **values)


def _with(spec: BackendSpec, data: ProviderTest) -> BackendSpec:
    """Return a server with what is to be tried in the place of what is stored."""
    url: str | UnsetType = data.url if data.url is UNSET else server_address(data.url, "url")
    given = {"url": url, "kind": data.kind, "credential": data.credential_id}
    return structs.replace(spec, **{name: value for name, value in given.items() if value is not UNSET})


ROW_COMMANDS = commands_of(PROVIDER)
OWN_COMMANDS = Commands(
    Command("provider:test", ProviderTest, ProviderTested, right="admin", scope="admin", errors=MODEL_CALL).by(
        ProviderHandlers.test
    ),
)
COMMANDS: tuple[AnyCommand, ...] = (*ROW_COMMANDS, *OWN_COMMANDS)
