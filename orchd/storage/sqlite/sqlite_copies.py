"""A copy of a SQLite database that is made before it is migrated, so that an older orchd can go on with it.

    orchd.db.before-0044-20261130T031500Z

It is a database itself: to go back, stop the daemon, and give the copy the name of the database. Everything here
blocks and runs in worker threads.
"""

import os
import re
import sqlite3
import time
from datetime import UTC, datetime
from pathlib import Path

import structlog

from orchd.clock import unix_now
from orchd.directories import sync
from orchd.errors import StartError
from orchd.storage.sqlite.sqlite_connection import mapped_errors

PART = ".part"
SPARE_BYTES = 64 * 1024 * 1024
"""What is left free besides a copy's own size: for the migration."""
FIRST_SECONDS, AGAIN_SECONDS = 1.0, 5.0
"""After which the log tells how far a copy is, and again."""
STEPS = 100_000
"""Of SQLite, between two looks whether there is something to tell: some milliseconds."""


class MigrationCopies:
    """Of the database at `path`, of which `keep` stay; 0: none is made."""

    def __init__(self, path: Path, keep: int) -> None:
        self._path = path
        self._keep = keep
        self._name = re.compile(re.escape(path.name) + r"\.before-\d{4}-\d{8}T\d{6}Z")
        self._progress: _CopyProgress | None = None

    def under_way(self) -> str | None:
        """Say how far a copy is that is just being made, for people; None where none is. From any thread."""
        progress = self._progress
        return None if progress is None else progress.words()

    def make(self, connection: sqlite3.Connection, migration: int) -> None:
        """Copy the database before the migration of this number, which is the first to come, and delete the oldest
        copies. Raises `StartError` where there is no room, `Unavailable`, `OSError`."""
        if not self._keep:
            return
        size = self._size(connection)
        self._demand_room(size)
        now = datetime.fromtimestamp(unix_now() / 1000, UTC)
        copy = self._path.with_name(f"{self._path.name}.before-{migration:04}-{now:%Y%m%dT%H%M%SZ}")
        log = structlog.get_logger()
        log.info("the database is copied before it is migrated", copy=str(copy), bytes=size)
        part = copy.with_name(f"{copy.name}{PART}")
        part.unlink(missing_ok=True)
        os.close(os.open(part, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
        self._progress = progress = _CopyProgress(part, size)
        try:
            connection.set_progress_handler(progress.look, STEPS)
            with mapped_errors():
                connection.execute("VACUUM INTO ?", (str(part),))
            sync(part)
            part.rename(copy)
        finally:
            self._progress = None
            connection.set_progress_handler(None, 0)
            part.unlink(missing_ok=True)
        sync(copy.parent)
        log.info("the database was copied", copy=str(copy), seconds=round(progress.seconds, 1))
        self._drop_oldest()

    def _size(self, connection: sqlite3.Connection) -> int:
        with mapped_errors():
            page, pages, unused = (
                int(connection.execute(f"PRAGMA {name}").fetchone()[0])
                for name in ("page_size", "page_count", "freelist_count")
            )
        return page * (pages - unused)

    def _demand_room(self, size: int) -> None:
        found = os.statvfs(self._path.parent)
        free = found.f_bavail * found.f_frsize
        if free < size + SPARE_BYTES:
            raise StartError(
                f"the database {self._path} is copied before it is migrated: that takes {size // 10**6} MB, and "
                f"{free // 10**6} MB are free; make room, or set `database.migrationCopies` to 0"
            )

    def _drop_oldest(self) -> None:
        """Delete what was made here and is one too many; other files are nobody's business."""
        names = (entry.name for entry in self._path.parent.iterdir() if self._name.fullmatch(entry.name))
        for name in sorted(names, key=lambda name: name.rpartition("-")[2])[: -self._keep]:
            self._path.with_name(name).unlink(missing_ok=True)


class _CopyProgress:
    """Of one copy: how large what there is of it has become, by the size of its file."""

    def __init__(self, part: Path, size: int) -> None:
        self._part = part
        self._size = size
        self._began = time.monotonic()
        self._tell_at = self._began + FIRST_SECONDS

    @property
    def seconds(self) -> float:
        """For how long it is being made."""
        return time.monotonic() - self._began

    def look(self) -> None:
        """Tell the log how far it is, if it is time; called by SQLite in the midst of its work."""
        if time.monotonic() >= self._tell_at:
            self._tell_at = time.monotonic() + AGAIN_SECONDS
            structlog.get_logger().info("the database is being copied", bytes=self._size_by_now(), of=self._size)

    def words(self) -> str:
        """Return it in words, without a path: clients are told, too."""
        return f"it is copied before it is migrated: {self._size_by_now() // 10**6} of {self._size // 10**6} MB"

    def _size_by_now(self) -> int:
        try:
            return self._part.stat().st_size
        except OSError:  # it is on the way to its name
            return self._size
