"""Migrating a SQLite file: each migration is one transaction, so it is applied whole or not at all.

`BEGIN IMMEDIATE` keeps two starters apart: the second waits for the first, looks again, and finds nothing left to do.
Foreign keys are off meanwhile, so that a migration can rebuild a table others refer to (SQLite's own recipe); before
each commit they are checked.
"""

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import trio

from orchd.clock import unix_now
from orchd.errors import StartError, Unavailable
from orchd.storage.dialect import split_statements
from orchd.storage.migrate import (
    AppliedMigration,
    Migration,
    MigrationStatus,
    load_migrations,
    pending_migrations,
)
from orchd.storage.sqlite.sqlite_connection import (
    create_or_connect,
    demand_version,
    mapped_errors,
    start_errors,
    transaction,
)
from orchd.storage.sqlite.sqlite_copies import MigrationCopies
from orchd.storage.sqlite.sqlite_files import demand_writable

_TABLE = """CREATE TABLE IF NOT EXISTS schema_migration (
    number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, appliedAt INTEGER
)"""
_RETRY_SECONDS = 0.1


async def migrate_sqlite(path: Path, timeout: float, migrations: Path | None, copies: int = 0) -> list[str]:
    """Open or make the file, migrate it, close it; the names of what was applied. `timeout` in seconds; `copies` that
    are kept, of which one is made first (`MigrationCopies`)."""
    known = load_migrations("sqlite", migrations)
    with trio.move_on_after(timeout):
        while True:
            with contextlib.suppress(Unavailable):  # switching a new file to WAL does not wait for a lock
                return await trio.to_thread.run_sync(_open_and_migrate, path, timeout, known, copies)
            await trio.sleep(_RETRY_SECONDS)
    return await trio.to_thread.run_sync(_open_and_migrate, path, timeout, known, copies)


def _open_and_migrate(path: Path, timeout: float, known: Sequence[Migration], copies: int) -> list[str]:
    with contextlib.closing(create_or_connect(path, timeout)) as connection, start_errors(path):
        return apply_migrations(connection, known, MigrationCopies(path, copies))


async def sqlite_status(path: Path, timeout: float, migrations: Path | None) -> MigrationStatus:
    """What the file has and lacks; a file that does not exist is not made."""
    known = load_migrations("sqlite", migrations)
    applied = await trio.to_thread.run_sync(_read_applied, path, timeout)
    pending = pending_migrations(known, applied)
    return MigrationStatus([row.name for row in applied], [migration.name for migration in pending])


def _read_applied(path: Path, timeout: float) -> list[AppliedMigration]:
    demand_version()
    with start_errors(path), mapped_errors():
        if not path.exists():
            return []
        demand_writable(path)
        with contextlib.closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=timeout)) as connection:
            return applied_migrations(connection)


def apply_migrations(
    connection: sqlite3.Connection, known: Sequence[Migration], copies: MigrationCopies | None = None
) -> list[str]:
    """Apply what is missing; a database that is no new one is copied first. Raises `StartError`, `Unavailable`,
    `OSError`; blocks."""
    done: list[str] = []
    with mapped_errors():
        applied = applied_migrations(connection)
        pending = pending_migrations(known, applied)
    if copies is not None and applied and pending:
        copies.make(connection, pending[0].number)
    with _without_foreign_keys(connection):
        while True:
            name = _apply_next(connection, known)
            if name is None:
                return done
            done.append(name)


@contextlib.contextmanager
def _without_foreign_keys(connection: sqlite3.Connection) -> Iterator[None]:
    with mapped_errors():
        connection.execute("PRAGMA foreign_keys=OFF")
        try:
            yield
        finally:
            connection.execute("PRAGMA foreign_keys=ON")


def _apply_next(connection: sqlite3.Connection, known: Sequence[Migration]) -> str | None:
    with mapped_errors():
        if not pending_migrations(known, applied_migrations(connection)):
            return None
    with transaction(connection, "BEGIN IMMEDIATE"):
        connection.execute(_TABLE)
        pending = pending_migrations(known, applied_migrations(connection))  # another starter may have been here
        if not pending:
            return None
        _apply(connection, pending[0])
        return pending[0].name


def applied_migrations(connection: sqlite3.Connection) -> list[AppliedMigration]:
    has_table = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'schema_migration'").fetchone()
    if not has_table:
        return []
    rows = connection.execute("SELECT number, name, checksum, appliedAt FROM schema_migration ORDER BY number")
    return [AppliedMigration(*row) for row in rows]


def _apply(connection: sqlite3.Connection, migration: Migration) -> None:
    for statement in _whole_statements(split_statements(migration.sql)):
        try:
            connection.execute(statement)
        except (sqlite3.IntegrityError, sqlite3.ProgrammingError) as error:  # others may be outages, and pass
            raise StartError(f"migration {migration.name} failed and changed nothing: {error}") from error
    broken = connection.execute("PRAGMA foreign_key_check").fetchone()
    if broken is not None:
        raise StartError(f"migration {migration.name} would leave rows of {broken[0]} that refer to nothing")
    connection.execute(
        "INSERT INTO schema_migration (number, name, checksum, appliedAt) VALUES (?, ?, ?, ?)",
        (migration.number, migration.name, migration.checksum, unix_now()),
    )


def _whole_statements(pieces: Iterable[str]) -> Iterator[str]:
    """Put a trigger, whose body holds semicolons, together again."""
    statement = ""
    for piece in pieces:
        statement += piece + ";"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if statement:
        yield statement  # SQLite says what is wrong with it
