"""Secrets of the daemon's own, by name: random, the same for all daemons of a database, sealed there.

Each is for one purpose, e.g. to tell tokens that this daemon gave out from others.
"""

import secrets
from contextlib import suppress

import trio

from orchd.clock import unix_now
from orchd.errors import Conflict
from orchd.sealing import queries
from orchd.sealing.master_key import KEY_BYTES
from orchd.sealing.sealed_value import Place, UnreadableSecretError
from orchd.sealing.vault import Vault
from orchd.storage import Database, Steps


class ServerKeys:
    """The server keys of a database."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault
        self._known: dict[str, bytes] = {}
        self._lock = trio.Lock()

    async def get(self, name: str) -> bytes:
        """Return the key of a name, 32 bytes, made when it is asked for first; from memory once it was read.

        A name belongs to one purpose, and there are few of them. Raises `Unavailable` while the database is away, or
        when the key can't be opened with the master keys of this daemon.
        """
        known = self._known.get(name)
        if known is not None:
            return known
        async with self._lock:
            if name not in self._known:
                self._known[name] = await self._fetch(name)
            return self._known[name]

    async def _fetch(self, name: str) -> bytes:
        sealed = await self._database.read(queries.find_server_key, name)
        if sealed is None:
            await self._vault.prepare()
            with suppress(Conflict):  # another daemon was first
                await self._database.write(_make, self._vault, name, unix_now())
            sealed = await self._database.read(queries.find_server_key, name) or ""
        try:
            return await self._vault.open(Place("server_key", name), sealed)
        except UnreadableSecretError as error:
            raise error.again(f"the server's key {name} can't be opened: {error.message}") from error


def _make(vault: Vault, name: str, now: int) -> Steps[None]:
    sealed = yield from vault.seal(Place("server_key", name), secrets.token_bytes(KEY_BYTES))
    yield from queries.add_server_key(name, sealed, now)
