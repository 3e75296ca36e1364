"""Sealing and opening what a database keeps, with the master keys that this daemon has.

All daemons of a database must seal under a key that all of them have, or one could not open what another has sealed.
So the first thing that is sealed in a database is an *anchor*, a server key that nobody uses: the master key of the
anchor is the one that everything is sealed under, read in the same transaction. A daemon without that key seals
nothing. A rotation seals the anchor anew first, and from that commit on nobody seals under the old key.
"""

import secrets
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

import structlog
import trio

from orchd.clock import unix_now
from orchd.errors import ConfigurationError, Conflict, Unavailable
from orchd.sealing import queries
from orchd.sealing.master_key import KEY_BYTES, KeyRing
from orchd.sealing.sealed_value import (
    MissingKeyError,
    Place,
    UnreadableSecretError,
    key_id_of,
    load_library,
    seal,
    unseal,
)
from orchd.sealing.sources import KeySource, find_source
from orchd.storage import Database, Steps

ANCHOR: Final = "anchor"
REREAD_SECONDS: Final = 1.0
"""How often a source is read again at most for a key that is not there."""


class Vault:
    """The master keys of `source`, for the sealed values of `database`. Makes the first key when it is needed first."""

    def __init__(self, source: KeySource, database: Database) -> None:
        self._source = source
        self._database = database
        self._ring = KeyRing()
        self._read_at = float("-inf")
        self._lock = trio.Lock()
        self._loaded = False

    def demand_readable(self) -> None:
        """Read the keys that there are. Blocks on the disk. Raises `ConfigurationError` when they can't be used."""
        self._ring = self._source.read()

    async def prepare(self) -> None:
        """Have ready what `seal` needs: the keys, and the database's anchor.

        To be awaited before a transaction that seals; makes the master key and the anchor where there are none yet.
        Raises `Unavailable` when the keys can't be read, or are not those of this database.
        """
        sealed = await self._database.read(queries.find_server_key, ANCHOR)
        if sealed is None:
            sealed = await self._drop_anchor()
        try:
            await self.open(Place("server_key", ANCHOR), sealed)
        except UnreadableSecretError as error:
            text = f"nothing can be sealed: what seals the secrets of this database can't be used: {error.message}"
            raise error.again(text) from error

    async def look(self) -> None:
        """Say in the log when the secrets of this database can't be opened here; to be awaited at the start."""
        with suppress(Unavailable):  # a database that is away is told elsewhere
            sealed = await self._database.read(queries.find_server_key, ANCHOR)
            if sealed is None:
                return
            try:
                await self.open(Place("server_key", ANCHOR), sealed)
            except UnreadableSecretError as error:
                structlog.get_logger().error(
                    "the secrets of this database can't be opened", reason=error.message, source=self._source.described
                )

    def seal(self, place: Place, value: bytes) -> Steps[str]:
        """Return `value` sealed for `place`, as a step of the transaction that stores it. Raises `MissingKeyError` when
        the keys were changed since `prepare`."""
        anchor = yield from queries.find_server_key(ANCHOR)
        key = self._ring.find(key_id := key_id_of(anchor or ""))
        if key is None:
            raise MissingKeyError(key_id)
        return seal(key, place, value)

    async def open(self, place: Place, sealed: str) -> bytes:
        """Return the value that was sealed for `place`; the keys are read again if its key is not among them.

        Raises `UnreadableSecretError`, whose sentence begins after "can't be opened: "; `Unavailable` when the keys
        can't be read.
        """
        if not self._loaded:  # in a thread, since it takes long enough to hold others up
            await trio.to_thread.run_sync(load_library)
            self._loaded = True
        try:
            return unseal(self._ring, place, sealed)
        except MissingKeyError:
            await self._reread()
        return unseal(self._ring, place, sealed)

    async def _drop_anchor(self) -> str:
        """Store the anchor, sealed under the first key; return it as it is stored, whoever was first."""
        await trio.to_thread.run_sync(load_library)
        async with self._lock:
            if not self._ring.keys:
                await self._take(make=True)
            first = self._ring.first
            if first is None:
                raise Unavailable("the daemon has no master key; its log says why", reason="master_key")
            sealed = seal(first, Place("server_key", ANCHOR), secrets.token_bytes(KEY_BYTES))
            with suppress(Conflict):  # another daemon was first
                await self._database.write(queries.add_server_key, ANCHOR, sealed, unix_now())
            stored = await self._database.read(queries.find_server_key, ANCHOR)
            return stored or sealed

    async def _reread(self) -> None:
        async with self._lock:
            if trio.current_time() >= self._read_at + REREAD_SECONDS:
                await self._take(make=False)

    async def _take(self, *, make: bool) -> None:
        """Read the keys, or make the first; what was known stays where that fails."""
        self._read_at = trio.current_time()
        source = self._source
        try:
            ring = await trio.to_thread.run_sync(source.read)
            if make and not ring.keys:
                ring = await trio.to_thread.run_sync(source.make)
                structlog.get_logger().warning(
                    "a master key was made: keep a copy of its file, or the stored secrets are lost with it",
                    file=str(source.path),
                    key=ring.ids[0],
                )
        except ConfigurationError as error:
            structlog.get_logger().error("the master keys can't be read", reason=str(error))
            raise Unavailable("the daemon's master keys can't be read; its log says why", reason="master_key") from None
        self._ring = ring


def open_vault(data_dir: str, key_file: str | None, environ: Mapping[str, str], database: Database) -> Vault:
    """Return the vault of a daemon whose data are in `data_dir`; `key_file` is the setting `security.masterKeyFile`.

    Reads the keys that there are, which blocks on the disk. Raises `ConfigurationError` when they can't be used.
    """
    vault = Vault(find_source(data_dir, key_file, environ), database)
    vault.demand_readable()
    return vault
