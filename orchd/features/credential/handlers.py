"""Answers to `credential:*`."""

from collections.abc import Callable
from functools import partial

import trio
from msgspec import UNSET

from orchd.clock import unix_now
from orchd.entity import owner_of
from orchd.entity.wire import follow_commands_of, present_row_in_conflict
from orchd.errors import Busy, Conflict, NotFound, OrchdError
from orchd.features.audit import actor_of
from orchd.features.credential import queries
from orchd.features.credential.messages import (
    FOLLOWING,
    CredentialCreate,
    CredentialDelete,
    CredentialDeleted,
    CredentialGet,
    CredentialItem,
    CredentialList,
    CredentialPage,
    CredentialTest,
    CredentialTestOutcome,
    CredentialUpdate,
)
from orchd.features.credential.queries import CREDENTIALS
from orchd.features.credential.service import BackendKeys, check_secret
from orchd.llm import Backends
from orchd.protocol.command import CHANGE, LOOKUP, MODEL_CALL, Command, Commands
from orchd.protocol.cursor import one_number
from orchd.protocol.names import checked_name, require_nonblank
from orchd.protocol.page import by_id, itself, page
from orchd.protocol.router import Context
from orchd.protocol.types import timestamp
from orchd.sealing import UnreadableSecretError, Vault
from orchd.storage import Database

MAX_TESTS = 2
"""Tests at once: each is some requests to a model server."""


class CredentialHandlers:
    """One method a frame."""

    def __init__(
        self, database: Database, vault: Vault, backends: Backends, keys: BackendKeys, tell: Callable[[], None]
    ) -> None:
        self._database = database
        self._tell = tell
        self._vault = vault
        self._backends = backends
        self._keys = keys
        self._tests = trio.Semaphore(MAX_TESTS)

    async def create(self, context: Context, data: CredentialCreate) -> CredentialItem:
        name, secret = _check_name(data.name), check_secret(data.secret, data.kind)
        await self._vault.prepare()
        made = await self._database.write(
            queries.add,
            owner_of(context.identity),
            name,
            data.kind,
            secret,
            self._vault,
            unix_now(),
            actor_of(context),
        )
        self._tell_all()
        return made

    async def get(self, context: Context, data: CredentialGet) -> CredentialItem:
        seen = CREDENTIALS.seen_by(owner_of(context.identity))
        return await self._database.read(seen.get, data.credential_id)

    async def list(self, context: Context, data: CredentialList) -> CredentialPage:
        seen = CREDENTIALS.seen_by(owner_of(context.identity))
        after = None if data.cursor is None else (one_number(data.cursor, 0),)
        rows = await self._database.read(seen.page, data.limit + 1, after, kind=data.kind)
        total = (await self._database.read(seen.count, kind=data.kind)) if data.total else UNSET
        return CredentialPage(*page(rows, data.limit, itself, by_id), total)

    async def update(self, context: Context, data: CredentialUpdate) -> CredentialItem:
        owner = owner_of(context.identity)
        name = data.name if data.name is UNSET else _check_name(data.name)
        secret = None
        if data.secret is not UNSET:
            old = await self._database.read(CREDENTIALS.changed_by(owner).get, data.credential_id)
            secret = check_secret(data.secret, old.kind)
            await self._vault.prepare()
        change = partial(queries.change, owner, data.credential_id, name, secret, self._vault)
        async with present_row_in_conflict(partial(self.get, context, CredentialGet(data.credential_id))):
            changed = await self._database.write(change, unix_now(), actor_of(context), data.version)
        self._tell_all()
        return changed

    async def delete(self, context: Context, data: CredentialDelete) -> CredentialDeleted:
        owner = owner_of(context.identity)
        await self._database.write(queries.remove, owner, data.credential_id, unix_now(), actor_of(context))
        self._tell_all()
        return CredentialDeleted(data.credential_id)

    async def test(self, context: Context, data: CredentialTest) -> CredentialTestOutcome:
        item, stored = await self._database.read(queries.find_sealed, owner_of(context.identity), data.credential_id)
        if item.kind != "model_server":
            raise Conflict(
                "only a model server's key can be tested",
                reason="wrong_kind",
                field="credentialId",
                path="$.data.credentialId",
            )
        try:
            self._tests.acquire_nowait()
        except trio.WouldBlock:
            raise Busy(f"{MAX_TESTS} credentials are being tested already", reason="trials") from None
        try:
            key = (await self._vault.open(stored.place, stored.sealed)).decode()
            outcome = await self._try_key(data.backend, key)
        except UnreadableSecretError as error:
            raise error.again(f"the credential can't be opened: {error.message}") from error
        finally:
            self._tests.release()
        await self._database.write(queries.note_test, item, outcome, unix_now(), actor_of(context))
        self._tell()
        return outcome

    def _tell_all(self) -> None:
        """Have model servers follow, and tell whoever follows."""
        self._keys.look_soon()
        self._tell()

    async def _try_key(self, backend: str, key: str) -> CredentialTestOutcome:
        """Ask a server; a failure is what came of it, unless nothing was asked."""
        try:
            trial = await self._backends.try_key(backend, key)
        except (Busy, NotFound):
            raise
        except OrchdError as error:
            return CredentialTestOutcome(backend, False, None, None, error.message, timestamp(unix_now()))
        return CredentialTestOutcome(backend, True, trial.models, trial.needed, None, timestamp(unix_now()))


def _check_name(name: str) -> str:
    return require_nonblank(checked_name(name, "name"), "name")


COMMANDS = Commands(
    Command(
        "credential:create",
        CredentialCreate,
        CredentialItem,
        right="change",
        scope="admin",
        errors=(Conflict,),
        grows=True,
    ).by(CredentialHandlers.create),
    Command("credential:get", CredentialGet, CredentialItem, right="read", scope="admin", errors=LOOKUP).by(
        CredentialHandlers.get
    ),
    Command("credential:list", CredentialList, CredentialPage, right="read", scope="admin").by(CredentialHandlers.list),
    Command("credential:update", CredentialUpdate, CredentialItem, right="change", scope="admin", errors=CHANGE).by(
        CredentialHandlers.update
    ),
    Command("credential:delete", CredentialDelete, CredentialDeleted, right="change", scope="admin", errors=LOOKUP).by(
        CredentialHandlers.delete
    ),
    Command(
        "credential:test",
        CredentialTest,
        CredentialTestOutcome,
        right="change",
        scope="admin",
        errors=(Conflict, *MODEL_CALL),
    ).by(CredentialHandlers.test),
)
FOLLOW_COMMANDS = follow_commands_of(FOLLOWING)
