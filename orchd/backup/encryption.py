"""Encrypted backups, in the form of age (age-encryption.org/v1): for recipients, opened by their identities.

Everything goes through a pipe, with age at its other end in a thread, so that no backup need fit into memory. A
passphrase alone encrypts nothing here: age's own library takes such a text only whole. An identity file may have one.
"""

import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, BinaryIO, NamedTuple

import trio

from orchd.backup.contents import BackupError
from orchd.errors import ConfigurationError

AGE = b"age-encryption.org/v1\n"
_ARMOR = b"-----BEGIN AGE ENCRYPTED FILE-----"


def read_recipients(texts: Sequence[str]) -> list[Any]:
    """Return what age makes of `age1…` and `ssh-…` public keys. Raises `ConfigurationError`."""
    import pyrage

    found = list[Any]()
    for text in texts:
        try:
            kind = pyrage.ssh if text.startswith("ssh-") else pyrage.x25519
            found.append(kind.Recipient.from_str(text))
        except pyrage.RecipientError:
            raise ConfigurationError(
                "a recipient is a public key of age's, `age1…`, or SSH's, `ssh-ed25519 …`"
            ) from None
    return found


def read_identities(data: bytes, passphrase: str | None) -> list[Any]:
    """Return the identities in a file, made by `age-keygen` or `ssh-keygen`; one with a passphrase is opened by it.
    Raises `ConfigurationError`."""
    import pyrage

    if is_locked(data):
        try:
            data = pyrage.passphrase.decrypt(data, passphrase or "")
        except pyrage.DecryptError:
            raise ConfigurationError("the identity file can't be opened with this passphrase") from None
    try:
        if data.startswith(b"-----BEGIN"):
            return [pyrage.ssh.Identity.from_buffer(data)]
        lines = data.decode("utf-8").split()
        return [pyrage.x25519.Identity.from_str(line) for line in lines if line.startswith("AGE-SECRET-KEY-")]
    except (pyrage.IdentityError, UnicodeDecodeError):
        raise ConfigurationError("the identity file holds no identity of age's, nor an SSH key") from None


class NewIdentity(NamedTuple):
    """What decrypts backups, and whom they are encrypted for."""

    file: bytes
    """What a file of it holds: what `age-keygen` writes, under a passphrase what `age -p` makes of that."""
    recipient: str


def make_identity(passphrase: str | None) -> NewIdentity:
    """Draw an identity of age's, which only `passphrase` opens unless that is None. Takes a second with one: age makes
    guessing slow."""
    import pyrage

    identity = pyrage.x25519.Identity.generate()
    recipient = str(identity.to_public())
    file = f"# public key: {recipient}\n{identity}\n".encode("ascii")
    return NewIdentity(file if passphrase is None else pyrage.passphrase.encrypt(file, passphrase), recipient)


def is_locked(data: bytes) -> bool:
    """Tell whether a file is encrypted by age: an identity file then wants a passphrase."""
    return data.startswith((AGE, _ARMOR))


@asynccontextmanager
async def encrypting(out: BinaryIO, recipients: Sequence[Any]) -> AsyncIterator[BinaryIO]:
    """A file whose bytes come out encrypted; without recipients, `out` itself. Raises `BackupError` where they can't be
    written."""
    if not recipients:
        yield out
        return
    import pyrage

    source, sink = _pipe()
    failures = list[BackupError]()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(_work, pyrage.encrypt_io, source, out, recipients, source, failures)
        try:
            yield sink
            await trio.to_thread.run_sync(sink.close)
        except BrokenPipeError:
            raise failures[0] from None  # it was noted before the pipe's other end was closed
        finally:
            with suppress(OSError):
                sink.close()
    if failures:
        raise failures[0]


@asynccontextmanager
async def decrypting(source: BinaryIO, identities: Sequence[Any]) -> AsyncIterator[BinaryIO]:
    """A file with what was encrypted. Raises `BackupError` where no identity opens it, or it was changed."""
    import pyrage

    plain, sink = _pipe()
    failures = list[BackupError]()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(_work, pyrage.decrypt_io, source, sink, identities, sink, failures)
        try:
            yield plain
        except BackupError:
            if failures:
                raise failures[0] from None
            raise
        finally:
            plain.close()


async def _work(
    age: Callable[[BinaryIO, BinaryIO, list[Any]], None],
    source: BinaryIO,
    sink: BinaryIO,
    keys: Sequence[Any],
    own: BinaryIO,
    failures: list[BackupError],
) -> None:
    """Let age read and write; it ends when one of its ends is closed. What fails is noted before its own end of the
    pipe is closed."""
    import pyrage

    def run() -> None:
        try:
            age(source, sink, list(keys))
            sink.flush()
        except BrokenPipeError:
            return  # who reads has stopped, and knows why
        except (OSError, pyrage.EncryptError, pyrage.DecryptError) as error:
            failures.append(BackupError(f"the backup can't be encrypted or decrypted: {error}"))

    await trio.to_thread.run_sync(run)
    with suppress(OSError):
        own.close()


def _pipe() -> tuple[BinaryIO, BinaryIO]:
    ours, theirs = os.pipe()
    return os.fdopen(ours, "rb"), os.fdopen(theirs, "wb")
