"""Filling a SQLite database: a new file beside it, which takes its name.

The database that is there is kept locked meanwhile, out of the write-ahead log: nobody else has it open, and there is
no `-wal` beside it that SQLite could take for the new file's. A daemon that starts meanwhile waits. One that had opened
the old file in the very moment of the switch would go on with it, and leave its log beside the new one; so the old
file, which has no name any more, is made unreadable before its lock is given back.
"""

import contextlib
import os
import sqlite3
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from itertools import chain
from pathlib import Path

import trio

from orchd.directories import sync
from orchd.errors import StartError
from orchd.storage.database import SqlValue, Statement
from orchd.storage.migrate import load_migrations
from orchd.storage.readiness import Away
from orchd.storage.sqlite.sqlite_connection import (
    connect,
    create_or_connect,
    execute,
    mapped_errors,
    start_errors,
)
from orchd.storage.sqlite.sqlite_files import side_files
from orchd.storage.sqlite.sqlite_migrate import applied_migrations, apply_migrations
from orchd.storage.whole.filling import IN_USE, NOT_EMPTY, Filling, FillingPlan, demand_own
from orchd.storage.whole.reading import KeySpan, Rows, TableShape
from orchd.storage.whole.sqlite_reading import SqliteRowReader, sqlite_condition

NEW = ".restoring"
"""What the name of the new file ends in; a crash leaves it, and the next filling begins with another one."""
LOCK_SECONDS = 1.0
STATEMENT_ROWS, STATEMENT_VALUES = 50, 30_000
"""Of one INSERT, at most; SQLite takes 32766 values."""
MAPPED_BYTES = 2**40
"""SQLite maps as much of it as it can, most often two gigabytes."""
UNREADABLE = b"This was a database of orchd's; another one has its name now. It is of no use any more.".ljust(100)
"""In the place of a SQLite file's head, which has a hundred bytes."""


@asynccontextmanager
async def sqlite_filling(
    path: Path, plan: FillingPlan, timeout: float, kind: "type[SqliteFilling] | None" = None
) -> AsyncIterator[Filling]:
    """See `open_filling`."""
    with contextlib.ExitStack() as stack:
        old = await trio.to_thread.run_sync(lambda: stack.enter_context(OldFile.hold(path, plan)))
        filling = (kind or SqliteFilling)(path, old, plan, timeout)
        stack.callback(filling.close)
        await trio.to_thread.run_sync(filling.make)
        yield filling


class OldFile:
    """The database that is there, if there is one, held so that nobody else has it open."""

    def __init__(self, path: Path, descriptor: int | None) -> None:
        self._path = path
        self._descriptor = descriptor

    @classmethod
    @contextlib.contextmanager
    def hold(cls, path: Path, plan: FillingPlan) -> Iterator["OldFile"]:
        """Raises `StartError` where it must not be replaced."""
        _demand_owner(path.parent)
        if not path.exists():
            for side in side_files(path):
                if side.exists():
                    raise StartError(f"{side} is there without its database: move it away first")
            yield cls(path, None)
            return
        # Closing any descriptor of a file gives back all locks that a process has of it: this one is opened first.
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        try:
            with contextlib.closing(_lock_file(path)) as connection:
                _demand_replaceable(connection, path, plan)
                yield cls(path, descriptor)
        finally:
            os.close(descriptor)

    def give_way(self, new: Path) -> None:
        """Let the new file have the name."""
        if self._descriptor is None:
            try:
                os.link(new, self._path)
            except FileExistsError:
                raise StartError(f"{self._path} was made meanwhile; stop the daemon, and begin again") from None
            new.unlink()
        else:
            new.rename(self._path)
        sync(self._path.parent)
        if self._descriptor is not None:
            os.pwrite(self._descriptor, UNREADABLE, 0)


def _demand_owner(directory: Path) -> None:
    """Files that root has made would be of no use to the user as whom the daemon runs."""
    place = next(each for each in (directory, *directory.parents) if each.exists())
    owner = place.stat().st_uid
    if os.geteuid() == 0 and owner != 0:
        raise StartError(f"{place} belongs to another user: run this as that one, by `sudo -u '#{owner}'`")


def _lock_file(path: Path) -> sqlite3.Connection:
    """Open a database so that nobody else can have it open."""
    with contextlib.ExitStack() as unless_done, start_errors(path):
        try:
            with mapped_errors():
                connection = connect(path, LOCK_SECONDS)
                unless_done.callback(connection.close)
                connection.execute("PRAGMA journal_mode=DELETE")
                connection.execute("BEGIN EXCLUSIVE")
        except Away as error:
            if getattr(error.__cause__, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY:
                raise StartError(f"the database file {path}: {IN_USE}") from error
            raise
        unless_done.pop_all()
        return connection


def _demand_replaceable(connection: sqlite3.Connection, path: Path, plan: FillingPlan) -> None:
    with mapped_errors():
        names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if names and not applied_migrations(connection):
            raise StartError(f"the database file {path} is none of orchd's")
        plain = {name for name in names if not name.startswith(("sqlite_", "search_"))}
        demand_own(f"the database file {path}", plain, load_migrations("sqlite"))
        counted = sorted(plain - {*plan.ignored})
        filled = any(connection.execute(f'SELECT 1 FROM "{name}" LIMIT 1').fetchone() for name in counted)  # noqa: S608
    if filled and not plan.replace:
        raise StartError(f"the database file {path}: {NOT_EMPTY}")


class SqliteFilling(Filling):
    """A new file. `make` begins it, `close` ends it, and removes what has not become the database."""

    ending = NEW

    def __init__(self, path: Path, old: OldFile, plan: FillingPlan, timeout: float) -> None:
        self._path = path.with_name(path.name + self.ending)
        self._old = old
        self._plan = plan
        self._timeout = timeout
        self._known = load_migrations("sqlite")
        self._connection: sqlite3.Connection | None = None
        self._indexes: list[str] = []
        self._begun = False

    @property
    def _open(self) -> sqlite3.Connection:
        assert self._connection is not None, "`make` comes first"
        return self._connection

    def make(self) -> None:
        """Make the file, with tables that are empty, and without indexes: these are made at once at the end."""
        self._remove()
        self._begun = True
        self._connection = create_or_connect(self._path, self._timeout)
        self.reader = SqliteRowReader(self._connection)
        with mapped_errors():
            # Whatever happens to this file before it has its name is of no interest.
            for pragma in ("journal_mode=OFF", "synchronous=OFF", "locking_mode=EXCLUSIVE", "cache_size=-65536"):
                self._connection.execute(f"PRAGMA {pragma}")
        apply_migrations(self._connection, self._known[: self._plan.schema])
        with mapped_errors():
            self._connection.execute("PRAGMA foreign_keys=OFF")
            for (name,) in self._tables():
                self._connection.execute(f'DELETE FROM "{name}"')  # noqa: S608  # the database's own names
            self._indexes = self._drop_indexes()
            self._connection.execute("BEGIN")

    def _drop_indexes(self) -> list[str]:
        """Return the statements that make them again."""
        found = indexes_of(self._open)
        for name in found:
            self._open.execute(f'DROP INDEX "{name}"')
        return list(found.values())

    def _tables(self) -> list[tuple[str]]:
        return self._open.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'"
            " AND name NOT LIKE 'search!_text%' ESCAPE '!' AND name <> 'schema_migration'"
        ).fetchall()

    async def tables(self) -> Mapping[str, TableShape]:
        return await self.reader.tables()

    async def add(self, table: TableShape, rows: Rows) -> None:
        await trio.to_thread.run_sync(self._add, table, rows)

    def _add(self, table: TableShape, rows: Rows) -> None:
        with mapped_errors():
            self._insert(table, rows, "INSERT")

    def _insert(self, table: TableShape, rows: Rows, verb: str) -> None:
        """Many rows a statement: so a thread that reads what comes next is not waited for at each row."""
        at_once = max(1, min(STATEMENT_ROWS, STATEMENT_VALUES // len(table.columns)))
        for start in range(0, len(rows), at_once):
            sql, params = insertion(table, rows[start : start + at_once])
            self._open.execute(f"{verb} {sql}", params)

    async def is_empty(self, table: TableShape) -> bool:
        sql = f'SELECT 1 FROM "{table.name}" LIMIT 1'  # noqa: S608  # the database's own names
        return await trio.to_thread.run_sync(lambda: self._open.execute(sql).fetchone() is None)

    async def put(self, table: TableShape, span: KeySpan, rows: Rows) -> None:
        await trio.to_thread.run_sync(self._put, table, span, rows)

    def _put(self, table: TableShape, span: KeySpan, rows: Rows) -> None:
        where, params = sqlite_condition(table.key, span)
        with mapped_errors():
            self._open.execute(f'DELETE FROM "{table.name}"{where}', params)  # noqa: S608  # the database's own names
            self._insert(table, rows, "INSERT OR REPLACE")

    async def settle(self, last_ids: Mapping[str, int]) -> None:
        await trio.to_thread.run_sync(self._settle, last_ids)

    def _settle(self, last_ids: Mapping[str, int]) -> None:
        with mapped_errors():
            counted = {name for (name,) in self._open.execute("SELECT name FROM sqlite_sequence")}
            for name, last_id in last_ids.items():
                sql = "UPDATE sqlite_sequence SET seq = MAX(seq, ?) WHERE name = ?"
                if name not in counted:
                    sql = "INSERT INTO sqlite_sequence (seq, name) VALUES (?, ?)"
                self._open.execute(sql, (last_id, name))
            if self._open.in_transaction:
                self._open.execute("COMMIT")
            # From here on all tables are read several times. What is mapped is not copied page by page, which takes
            # longer than making of an index what was read.
            self._open.execute(f"PRAGMA mmap_size={MAPPED_BYTES}")
            self._open.execute("BEGIN")
            try:
                for sql in self._indexes:
                    self._open.execute(sql)
            except sqlite3.IntegrityError as error:
                raise StartError(f"two rows are the same where they must differ: {error}") from error
            self._open.execute("COMMIT")
            broken = self._open.execute("PRAGMA foreign_key_check").fetchone()
        if broken is not None:
            raise StartError(f"rows of {broken[0]} refer to rows of {broken[2]} that are not there")

    async def switch(self) -> None:
        await trio.to_thread.run_sync(self._switch)

    def _switch(self) -> None:
        apply_migrations(self._open, self._known)
        execute(self._open, Statement("PRAGMA optimize"))
        execute(self._open, Statement("PRAGMA journal_mode=DELETE"))  # nothing of it stays beside the file
        self._open.close()
        self._connection = None
        sync(self._path)
        self._old.give_way(self._path)
        self._begun = False

    def close(self) -> None:
        """Remove the new file unless it has become the database."""
        if self._connection is not None:
            self._connection.close()
        if self._begun:  # the file may be there though it was not opened: a full disk has room for a name
            self._remove()

    def _remove(self) -> None:
        for path in (self._path, *side_files(self._path), self._path.with_name(self._path.name + "-journal")):
            path.unlink(missing_ok=True)


def indexes_of(connection: sqlite3.Connection) -> dict[str, str]:
    """Return the indexes that statements have made, with these."""
    return dict(
        connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL").fetchall()
    )


def insertion(table: TableShape, rows: Rows) -> tuple[str, tuple[SqlValue, ...]]:
    """Return what follows INSERT in a statement that puts some rows into a table. A column that is NULL in all of them
    says so in the statement: Python's sqlite3 takes longer to bind one None than a text, and most columns of most
    tables are NULL."""
    columns = ", ".join(f'"{name}"' for name in table.columns)
    cells = tuple(zip(*rows, strict=True))
    bound = [column for column in cells if column.count(None) < len(rows)]
    one = ", ".join("?" if column.count(None) < len(rows) else "NULL" for column in cells)
    sql = f'INTO "{table.name}" ({columns}) VALUES {", ".join([f"({one})"] * len(rows))}'
    return sql, tuple(chain.from_iterable(zip(*bound, strict=True)))
