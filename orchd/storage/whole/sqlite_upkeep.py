"""Looking after a SQLite file, whether a daemon has it open or not."""

import contextlib
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import trio

from orchd.errors import StartError
from orchd.storage.sqlite.sqlite_connection import connect, demand_version, start_errors
from orchd.storage.whole.sqlite_reading import PROGRESS_STEPS, SqliteRowReader
from orchd.storage.whole.upkeep import DatabaseSize, DatabaseUpkeep, TableSize

MOST_FAULTS = 100


@asynccontextmanager
async def sqlite_upkeep(path: Path, timeout: float) -> AsyncIterator["SqliteUpkeep"]:
    """See `open_upkeep`."""
    connection = await trio.to_thread.run_sync(_open, path, timeout)
    with contextlib.closing(connection):
        yield SqliteUpkeep(connection)


def _open(path: Path, timeout: float) -> sqlite3.Connection:
    demand_version()
    with start_errors(path):
        if not path.is_file():
            raise StartError(f"there is no database file {path}")
        try:
            connection = connect(path, timeout)
        except sqlite3.DatabaseError as error:
            raise StartError(f"the database file {path} can't be opened: {error}") from error
        connection.set_progress_handler(trio.from_thread.check_cancelled, PROGRESS_STEPS)
        return connection


class SqliteUpkeep(DatabaseUpkeep):
    """Over a connection that who made it closes."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._reader = SqliteRowReader(connection)

    async def faults(self) -> list[str]:
        return await self._reader.run(self._faults)

    def _faults(self) -> list[str]:
        try:
            return self._damaged_pages() or self._broken_references()
        except sqlite3.DatabaseError as error:  # some damage it doesn't list, but stops at
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_CORRUPT:
                raise
            return [str(error)]

    def _damaged_pages(self) -> list[str]:
        found = self._connection.execute(f"PRAGMA integrity_check({MOST_FAULTS})").fetchall()
        return [str(told) for (told,) in found if told != "ok"]

    def _broken_references(self) -> list[str]:
        found = self._connection.execute("PRAGMA foreign_key_check").fetchmany(MOST_FAULTS)
        return [
            f"row {row} of {child} refers to a row of {parent} that is not there" for child, row, parent, _ in found
        ]

    async def measure(self) -> DatabaseSize:
        shapes = await self._reader.tables()
        return await self._reader.run(lambda: self._measure(sorted(shapes)))

    def _measure(self, names: list[str]) -> DatabaseSize:
        counts = [
            TableSize(name, self._number(f'SELECT COUNT(*) FROM "{name}"'), None)  # noqa: S608  # its own names
            for name in names
        ]
        page = self._number("PRAGMA page_size")
        return DatabaseSize(
            counts, page * self._number("PRAGMA page_count"), page * self._number("PRAGMA freelist_count")
        )

    def _number(self, sql: str) -> int:
        return int(self._connection.execute(sql).fetchone()[0])

    async def compact(self) -> None:
        await self._reader.run(lambda: self._connection.executescript("VACUUM; PRAGMA wal_checkpoint(TRUNCATE);"))
