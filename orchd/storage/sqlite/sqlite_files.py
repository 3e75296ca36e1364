"""The files of a SQLite database: whether they can be written, and whether they are still the ones that were opened.

SQLite opens a file that may only be read, and goes on in one that was removed: neither is an error to it before it is
too late. Everything here blocks and runs in worker threads.
"""

import os
import stat
from contextlib import suppress
from pathlib import Path

from orchd.errors import StartError


def side_files(path: Path) -> tuple[Path, Path]:
    """The files that SQLite keeps beside a database."""
    return path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")


def mend_side_files(path: Path) -> None:
    """Make the files beside a database as writable as itself. They have the mode that it had when they were made, and
    after a start on a read-only file they stay so, and the database with them. Where that can't be done, nothing is."""
    with suppress(OSError):
        mode = stat.S_IMODE(path.stat().st_mode)
        for side in side_files(path):
            if side.exists() and os.access(path, os.W_OK) and not os.access(side, os.W_OK):
                side.chmod(mode)


def demand_writable(path: Path) -> None:
    """Raise `StartError` that names the file which this user can't write. SQLite itself would open it all the same."""
    for file in (path, *side_files(path)):
        if file.exists() and not os.access(file, os.W_OK):
            raise StartError(
                f"the database file {file} can't be written to; check its owner and mode, and how its disk is mounted"
            )


def identity(path: Path) -> tuple[int, int] | None:
    """Which file stands at `path` now; None when there is none. Raises `OSError` for other reasons."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino
