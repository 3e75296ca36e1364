"""What `orchd check` says of the master keys, and of the keys of model servers that are stored as credentials."""

import os
from collections.abc import Mapping
from typing import NamedTuple

import trio

from orchd.cli.findings import Finding
from orchd.config import Settings
from orchd.errors import ConfigurationError, OrchdError, StartError
from orchd.features.credential import read_keys
from orchd.llm import Backends
from orchd.sealing import open_vault
from orchd.sealing.rotation import Census, take_census
from orchd.sealing.sources import find_source
from orchd.storage import SqliteUrl, migration_status, open_database, parse_url

PATIENCE = 5.0
"""Seconds that the database gets beyond its own deadlines."""


class StoredKeys(NamedTuple):
    """What the database has of keys: which master keys have sealed what, and model servers' keys or why there is none,
    by the names of credentials."""

    census: Census
    keys: Mapping[str, str | OrchdError]


async def stored_keys(settings: Settings) -> StoredKeys | None:
    """Read what is sealed; None where the database is not there, not up to date, or does not answer: its own check
    says so. Changes nothing."""
    url, timeout = settings.database.url or "", settings.database.timeout_seconds
    names = sorted({backend.credential for backend in settings.backends if backend.credential is not None})
    with trio.move_on_after(timeout + PATIENCE):
        try:
            if (await migration_status(url, timeout=timeout)).pending:
                return None
            async with open_database(url, pool_size=1, timeout=timeout) as database:
                await database.wait_ready()
                vault = open_vault(settings.data_dir or "", settings.security.master_key_file, os.environ, database)
                return StoredKeys(await take_census(database), await read_keys(database, vault, names))
        except (OrchdError, StartError, ConfigurationError):
            return None
    return None


def master_keys(settings: Settings, stored: StoredKeys | None) -> Finding:
    """Say where the master key is, and whether it is the one of this database. Blocks on the disk for a moment."""
    source = find_source(settings.data_dir or "", settings.security.master_key_file, os.environ)
    try:
        ring = source.read()
    except ConfigurationError as error:
        return Finding("FAILED", "master key", str(error))
    anchor = stored.census.anchor if stored is not None else None
    if anchor is not None and not ring.keys:
        told = f"this database is sealed under {anchor}, which this command doesn't see; a daemon may have it as a"
        return Finding("note", "master key", f"{told} systemd credential or in its environment, else restore it")
    if anchor is not None and ring.find(anchor) is None:
        told = f"this database is sealed under {anchor}, which {source.described} does not hold; restore that key"
        return Finding("FAILED", "master key", told)
    if not ring.keys:
        return Finding("note", "master key", f"none yet; made in {source.path} when the first secret is stored")
    told = f"{' '.join(ring.ids)} in {source.described}"
    if source.kind == "data":
        return Finding("note", "master key", f"{told}; {_beside(settings)}")
    return Finding("ok", "master key", told)


def _beside(settings: Settings) -> str:
    """What an operator should know of a key that was made where the data are."""
    copy = "keep a copy elsewhere: without it stored secrets are lost"
    if isinstance(parse_url(settings.database.url or ""), SqliteUrl):
        return f"it lies beside the database, so whoever copies both can read the secrets; {copy}"
    return f"other daemons of this database need the same file; {copy}"


def give_keys(backends: Backends, stored: StoredKeys | None) -> None:
    """Give model servers the keys that are stored for them, or the reason why that can't be done."""
    for server, (credential, _) in backends.credentials().items():
        key = stored.keys.get(str(credential)) if stored is not None else None
        if isinstance(key, str):
            backends.give_key(server, key)
        else:
            why = f"its key is the credential {credential}, and the database can't be read"
            backends.give_key(server, None, why if key is None else key.message)
