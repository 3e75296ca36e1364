"""Reading a SQLite file as a whole, in one read transaction.

Not by SQLite's online backup: that copies pages, and begins again each time another connection writes, so that beside a
daemon that streams answers it would never end; or it copies all at once, and then it is a read transaction, too, but
its copy can't be put into another kind of database. A read transaction holds nobody up. Meanwhile the write-ahead log
is not emptied: it grows by what is written until the snapshot is closed.
"""

import contextlib
import sqlite3
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import trio

from orchd.errors import StartError
from orchd.storage.database import Statement
from orchd.storage.sqlite.sqlite_connection import (
    connect_reader,
    demand_version,
    execute,
    mapped_errors,
    start_errors,
)
from orchd.storage.sqlite.sqlite_migrate import applied_migrations
from orchd.storage.whole.reading import (
    PORTION_BYTES,
    PORTION_ROWS,
    KeySpan,
    Row,
    RowReader,
    Rows,
    Snapshot,
    TableShape,
    weight,
)

T = TypeVar("T")

PROGRESS_STEPS = 100_000
"""Steps of SQLite between two looks whether somebody still waits: about ten milliseconds."""
FETCHED_ROWS = 16
"""Are fetched at once, which takes a third less time than one by one; a portion is larger than it should be by so many
rows at most."""


@asynccontextmanager
async def sqlite_snapshot(path: Path, timeout: float) -> AsyncIterator[Snapshot]:
    """See `open_snapshot`."""
    connection = await trio.to_thread.run_sync(_open, path, timeout)
    reader = SqliteRowReader(connection)
    try:
        applied = await reader.run(lambda: tuple(applied_migrations(connection)))
        if not applied:
            raise StartError(f"the database file {path} has no tables of orchd's")
        yield Snapshot("sqlite", reader, applied)
    finally:
        connection.close()


def _open(path: Path, timeout: float) -> sqlite3.Connection:
    demand_version()
    with contextlib.ExitStack() as unless_done, start_errors(path):
        if not path.is_file():
            raise StartError(f"there is no database file {path}")
        connection = connect_reader(path, timeout)
        unless_done.callback(connection.close)
        connection.set_progress_handler(trio.from_thread.check_cancelled, PROGRESS_STEPS)
        execute(connection, Statement("BEGIN"))
        execute(connection, Statement("SELECT name FROM sqlite_master LIMIT 1"))  # from here on it is the snapshot
        unless_done.pop_all()
        return connection


class SqliteRowReader(RowReader):
    """Over a connection that nobody else uses meanwhile; who made it closes it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    async def run(self, work: Callable[[], T]) -> T:
        """Do something with the connection in a thread; a cancellation interrupts what SQLite is at."""

        def do() -> T:
            with mapped_errors():
                try:
                    return work()
                except sqlite3.OperationalError:
                    trio.from_thread.check_cancelled()  # raises Cancelled if that is why
                    raise

        return await trio.to_thread.run_sync(do, abandon_on_cancel=False)

    async def tables(self) -> Mapping[str, TableShape]:
        return await self.run(self._tables)

    def _tables(self) -> dict[str, TableShape]:
        found = self._connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'"
        ).fetchall()
        virtual = tuple(f"{name}_" for name, sql in found if sql.upper().startswith("CREATE VIRTUAL"))
        names = [name for name, _ in found if f"{name}_" not in virtual and not name.startswith(virtual or "\0")]
        return {name: self._shape(name) for name in sorted(names)}

    def _shape(self, table: str) -> TableShape:
        # `hidden` is 0 of what is stored.
        found = self._connection.execute(
            "SELECT name, pk FROM pragma_table_xinfo(?) WHERE hidden = 0", (table,)
        ).fetchall()
        key = sorted((place, name) for name, place in found if place)
        return TableShape(table, tuple(sorted(name for name, _ in found)), tuple(name for _, name in key))

    async def rows(self, table: TableShape, span: KeySpan | None = None) -> AsyncGenerator[Rows, None]:
        sql, params = f'SELECT {_names(table.columns)} FROM "{table.name}"', Row()  # noqa: S608  # the database's own names
        if span is not None:
            where, params = sqlite_condition(table.key, span)
            sql += f"{where} ORDER BY {_names(table.key)}"
        cursor = await self.run(lambda: self._connection.execute(sql, params))
        while rows := await self.run(lambda: _portion(cursor)):
            yield rows

    async def last_ids(self) -> Mapping[str, int]:
        return await self.run(self._last_ids)

    def _last_ids(self) -> dict[str, int]:
        if not self._connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'").fetchall():
            return {}
        return dict(self._connection.execute("SELECT name, seq FROM sqlite_sequence ORDER BY name").fetchall())


def sqlite_condition(key: tuple[str, ...], span: KeySpan) -> tuple[str, Row]:
    """Return the condition for the rows of a span."""
    marks = f"({', '.join('?' * len(key))})"
    parts = [f"({_names(key)}) {sign} {marks}" for sign, end in ((">", span.after), ("<=", span.last)) if end]
    return " WHERE " + " AND ".join(parts) if parts else "", span.after + span.last


def _names(columns: tuple[str, ...]) -> str:
    return ", ".join(f'"{name}"' for name in columns)


def _portion(cursor: sqlite3.Cursor) -> Rows:
    rows, left = list[Row](), PORTION_BYTES
    while left > 0 and len(rows) < PORTION_ROWS and (more := cursor.fetchmany(FETCHED_ROWS)):
        rows += more
        left -= sum(map(weight, more))
    return rows
