"""Where a backup goes: a file that is there whole or not at all, or a stream that somebody else keeps."""

import fcntl
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import trio

from orchd.backup.contents import BackupError
from orchd.directories import sync

PART = ".part"
"""What the name of a file ends in that is being written; a crash leaves it, the next backup of its name takes it."""


@asynccontextmanager
async def new_file(path: Path) -> AsyncIterator[BinaryIO]:
    """A file to be written, readable for this user alone, which gets its name when the block ends without a failure:
    what has that name then is on the disk, and replaces what had it before. Raises `BackupError`, `OSError`."""
    part = path.with_name(path.name + PART)
    file = await trio.to_thread.run_sync(_open, part)
    placed = False
    try:
        yield file
        await trio.to_thread.run_sync(_place, file, part, path)
        placed = True
    finally:
        if not placed:
            with suppress(FileNotFoundError):
                part.unlink()
        with suppress(OSError):  # of what could not be written, somebody has been told
            file.close()


def _open(part: Path) -> BinaryIO:
    descriptor = os.open(part, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.fchmod(descriptor, 0o600)
        os.ftruncate(descriptor, 0)
    except BlockingIOError:
        os.close(descriptor)
        raise BackupError(f"{part} is being written by another backup") from None
    except BaseException:
        os.close(descriptor)
        raise
    return os.fdopen(descriptor, "wb", buffering=1024 * 1024)


def _place(file: BinaryIO, part: Path, path: Path) -> None:
    file.flush()
    os.fsync(file.fileno())
    part.rename(path)
    sync(path.parent)
