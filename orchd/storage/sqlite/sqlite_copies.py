"""A copy of a SQLite database that is made before it is migrated, so that an older orchd can go on with it.

    orchd.db.before-0044-20261130T031500Z

It is a database itself: to go back, stop the daemon, and give the copy the name of the database. Everything here
blocks and runs in worker threads.
"""

import os
import re
import sqlite3
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


class MigrationCopies:
    """Of the database at `path`, of which `keep` stay; 0: none is made."""

    def __init__(self, path: Path, keep: int) -> None:
        self._path = path
        self._keep = keep
        self._name = re.compile(re.escape(path.name) + r"\.before-\d{4}-\d{8}T\d{6}Z")

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
        try:
            with mapped_errors():
                connection.execute("VACUUM INTO ?", (str(part),))
            sync(part)
            part.rename(copy)
        finally:
            part.unlink(missing_ok=True)
        sync(copy.parent)
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
