"""Filling a SQLite database so that the next filling goes on where this one is broken off.

The new file stays beside the database, under a name by which no daemon opens it, until it is whole. Rows come into it
in transactions: so it is sound whenever the process ends, and what is in it can be compared.
"""

import contextlib
import fcntl
import os
import sqlite3
from pathlib import Path

from orchd.errors import StartError
from orchd.storage.readiness import Away
from orchd.storage.sqlite.sqlite_connection import create_or_connect, mapped_errors, start_errors, transaction
from orchd.storage.sqlite.sqlite_migrate import apply_migrations
from orchd.storage.whole.filling import FillingPlan
from orchd.storage.whole.reading import KeySpan, Rows, TableShape
from orchd.storage.whole.sqlite_filling import LOCK_SECONDS, OldFile, SqliteFilling, indexes_of
from orchd.storage.whole.sqlite_reading import SqliteRowReader

COPY = ".copying"
"""What the name of the new file ends in."""
LOG_PAGES = 16_384
"""So many of four kibibytes are written before the write-ahead log is emptied."""
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


class BusyError(StartError):
    """Another copy is at work on the same file."""


class SqliteCopying(SqliteFilling):
    """A file that stays when it is broken off, whole up to the last rows that were added, and is gone on with."""

    ending = COPY

    def __init__(self, path: Path, old: OldFile, plan: FillingPlan, timeout: float) -> None:
        super().__init__(path, old, plan, timeout)
        self._descriptor: int | None = None

    def make(self) -> None:
        """Open the file that is there, without indexes. One that is of no use gives way to a new one."""
        try:
            self._open_file()
        except (StartError, Away) as error:
            if isinstance(error, BusyError) or (isinstance(error, Away) and _code(error) not in _DAMAGED):
                raise
            self._leave()
            self._remove()
            self._open_file()

    def _hold(self) -> None:
        """Keep other copies away. Raises `StartError`."""
        with start_errors(self._path):
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            # Closed after the connection: closing any descriptor of a file gives back all that SQLite has locked of it.
            self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BusyError(f"{self._path} is being written by another copy") from None

    def _open_file(self) -> None:
        self._hold()
        known = self._known[: self._plan.schema]
        self._connection = create_or_connect(self._path, LOCK_SECONDS)
        self.reader = SqliteRowReader(self._connection)
        with mapped_errors():
            # A log that is not waited for: what a loss of power takes is copied again, and the file stays sound.
            for pragma in ("synchronous=NORMAL", f"wal_autocheckpoint={LOG_PAGES}", "cache_size=-65536"):
                self._connection.execute(f"PRAGMA {pragma}")
        apply_migrations(self._connection, known)
        with contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as memory:
            apply_migrations(memory, known)
            self._indexes = list(indexes_of(memory).values())
        with mapped_errors():
            self._connection.execute("PRAGMA foreign_keys=OFF")
            self._drop_indexes()

    def _add(self, table: TableShape, rows: Rows) -> None:
        with transaction(self._open, "BEGIN"):
            super()._add(table, rows)

    def _put(self, table: TableShape, span: KeySpan, rows: Rows) -> None:
        with transaction(self._open, "BEGIN"):
            super()._put(table, span, rows)

    def close(self) -> None:
        """Leave the file for the next copy unless it has become the database."""
        self._leave()

    def _leave(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def _code(error: Exception) -> int:
    return int(getattr(error.__cause__, "sqlite_errorcode", 0)) & 0xFF
