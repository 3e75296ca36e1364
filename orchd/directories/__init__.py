"""Directories and files for this user only, and names in them that outlast a loss of power."""

import errno
import os
import stat
from pathlib import Path


def make_directory(directory: Path) -> None:
    """Make a directory that only this user sees, and those above it. Raises `OSError`."""
    if not directory.is_dir():
        make_directory(directory.parent)  # `parents=True` would let others in there
        directory.mkdir(mode=0o700, exist_ok=True)
        sync(directory.parent)


def write_new(path: Path, data: bytes) -> None:
    """Write a file that isn't there yet, for this user only, to the disk; where that fails there is none. Raises
    `OSError`."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        sync(path.parent)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def sync(path: Path) -> None:
    """Return once what is in a file, or the names that are in a directory, are on the disk. Raises `OSError`."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    except OSError as error:
        is_directory = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        if not is_directory or error.errno not in (errno.EINVAL, errno.ENOTSUP):  # some file systems have no such thing
            raise
    finally:
        os.close(descriptor)
