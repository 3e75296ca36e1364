"""A backup to be read: a file or a stream, as it is or encrypted."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from io import BufferedReader
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

import trio

from orchd.backup.contents import BackupError
from orchd.backup.encryption import AGE, decrypting, is_locked, read_identities
from orchd.backup.records import GZIP
from orchd.errors import ConfigurationError

AskPassphrase: TypeAlias = Callable[[], str]
"""Asks somebody for the passphrase of the identity file."""


@asynccontextmanager
async def open_source(source: BufferedReader, identity: Path | None, ask: AskPassphrase) -> AsyncIterator[BinaryIO]:
    """What is in a backup that may be encrypted. Raises `BackupError` for what is none, `ConfigurationError` where the
    identity is missing or wrong, `OSError`."""
    begins = source.peek(len(AGE))[: len(AGE)]
    if begins.startswith(GZIP):
        yield source
        return
    if begins != AGE:
        raise BackupError("this is no backup of orchd's")
    if identity is None:
        raise ConfigurationError("the backup is encrypted: name the file of its identity with --identity")
    async with decrypting(source, await trio.to_thread.run_sync(_identities, identity, ask)) as plain:
        yield plain


def _identities(path: Path, ask: AskPassphrase) -> list[Any]:
    data = path.read_bytes()
    return read_identities(data, ask() if is_locked(data) else None)
