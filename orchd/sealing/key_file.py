"""A file of master keys: read only when nobody else can read it, and replaced as a whole or not at all.

Whoever changes it holds a lock on its directory. What is written reaches the disk before it has the file's name, so
that after any end of the process, or of the power, there is the old text or the new one. Everything here blocks.
"""

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from orchd.directories import sync, write_new
from orchd.errors import ConfigurationError
from orchd.sealing.master_key import KeyRing, parse_keys

MAX_FILE: Final = 16 * 1024
_OTHERS = stat.S_IRWXO | stat.S_IWGRP
_HEAD = """\
# Master keys of orchd: with them and the database all its secrets can be read. Keep a copy elsewhere, where nobody
# else can read it; without this file the stored secrets are lost. `orchd keys` lists and changes them.
"""


def read_key_file(path: Path, *, handed_out: bool = False) -> KeyRing | None:
    """Return the keys of a file, None when there is none. `handed_out`: the system gave it to this process, and said
    itself who may read it. Raises `ConfigurationError` that says what to do."""
    text = read_secret_file(path, handed_out=handed_out)
    if text is None:
        return None
    try:
        ring = parse_keys(text)
    except ConfigurationError as error:
        raise ConfigurationError(f"the master key file {path} {error}") from None
    if not ring.keys:
        raise ConfigurationError(f"the master key file {path} holds no key; restore it, or remove it if it never did")
    return ring


def read_secret_file(path: Path, *, handed_out: bool) -> str | None:
    """Return the text of a file that nobody else can read, None when there is none."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigurationError(f"the master key file {path} can't be read: {error.strerror}") from None
    try:
        _demand_private(path, os.fstat(descriptor), handed_out=handed_out)
        data = os.read(descriptor, MAX_FILE + 1)
        text = data.decode("ascii")
    except OSError as error:
        raise ConfigurationError(f"the master key file {path} can't be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"the master key file {path} is no text; write its key in base64") from None
    finally:
        os.close(descriptor)
    if len(data) > MAX_FILE:
        raise ConfigurationError(f"the master key file {path} is longer than {MAX_FILE} bytes; is it the right one?")
    return text


def _demand_private(path: Path, found: os.stat_result, *, handed_out: bool) -> None:
    """Raise `ConfigurationError` unless the file is this user's, or root's for this user's group, and nobody else's."""
    if not stat.S_ISREG(found.st_mode):
        raise ConfigurationError(f"the master key file {path} is not a file")
    own = found.st_uid == os.geteuid()
    if found.st_mode & _OTHERS or (own and not handed_out and found.st_mode & stat.S_IRWXG):
        raise ConfigurationError(
            f"the master key file {path} can be read or changed by others (mode {stat.S_IMODE(found.st_mode):o}); "
            f"run `chmod 600 {path}`, and if others may have read it, `orchd keys rotate` after that"
        )
    if not own and found.st_uid != 0 and not handed_out:
        fix = f"run `chown {os.geteuid()} {path}` and `chmod 600 {path}`"
        raise ConfigurationError(f"the master key file {path} belongs to another user; {fix}")


@contextmanager
def changing(path: Path) -> Iterator[None]:
    """Keep others, here and in other processes, from changing the file while the block runs.

    Makes its directory, for this user only, where there is none. Raises `ConfigurationError`.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise ConfigurationError(f"the directory {path.parent} can't be used for a key: {error.strerror}") from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    except OSError as error:
        raise ConfigurationError(f"the master key file {path} can't be written: {error.strerror}") from error
    finally:
        os.close(descriptor)


def create(path: Path, ring: KeyRing) -> bool:
    """Write a file that is not there yet, for one user only; tell whether it was not. Raises `OSError`.

    The user is this one; when it is root, whoever has the directory.
    """
    written = _write_beside(path, ring)
    try:
        if os.geteuid() == 0:
            directory = path.parent.stat()
            os.chown(written, directory.st_uid, directory.st_gid)
        _name_it(written, path)
    except FileExistsError:
        return False
    finally:
        written.unlink(missing_ok=True)
    sync(path.parent)
    return True


def _name_it(written: Path, path: Path) -> None:
    """Give a file its name, unless another one has it. Raises `FileExistsError`, `OSError`."""
    try:
        os.link(written, path)
    except PermissionError:  # a file system without links
        if path.exists():
            raise FileExistsError from None
        written.rename(path)


def replace(path: Path, ring: KeyRing) -> None:
    """Put the keys of `ring` in the place of those that the file has, at once for whoever reads it; its owner and group
    stay where this user may say so. Raises `OSError`."""
    target = path.resolve()
    before = target.stat()
    written = _write_beside(target, ring)
    try:
        with suppress(PermissionError):
            os.chown(written, before.st_uid, before.st_gid)
        written.chmod(stat.S_IMODE(before.st_mode) & ~_OTHERS)
        written.replace(target)
    except OSError:
        written.unlink(missing_ok=True)
        raise
    sync(target.parent)


def _write_beside(path: Path, ring: KeyRing) -> Path:
    """Write the keys under another name in the same directory, to the disk; one that a crash left there goes."""
    beside = path.with_name(path.name + ".new")
    beside.unlink(missing_ok=True)
    write_new(beside, (_HEAD + "".join(f"{key.text}  # {key.id}\n" for key in ring.keys)).encode("ascii"))
    return beside
