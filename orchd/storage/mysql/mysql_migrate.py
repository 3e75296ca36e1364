"""Migrating a MySQL database. Its DDL commits by itself, so a migration of several statements can't be undone.

What is done about it: a named server lock keeps two starters apart; a migration's row is written before its first
statement with an empty `appliedAt`, which is filled in after its last. A start that finds an empty one refuses to go on
and says how to mend it. A migration whose very first statement fails has changed nothing: its row is taken back.
Once begun, a migration is not cancelled, and its statements have no deadline but a very long one.
"""

import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NoReturn

import trio

from orchd.clock import unix_now
from orchd.errors import OrchdError, StartError, Unavailable
from orchd.storage.dialect import split_statements
from orchd.storage.migrate import (
    AppliedMigration,
    Migration,
    MigrationStatus,
    half_applied,
    load_migrations,
    pending_migrations,
    tables_of,
)
from orchd.storage.mysql.mysql_connection import MysqlConnection, connect
from orchd.storage.mysql.mysql_errors import NO_SUCH_TABLE, UNKNOWN_DATABASE, DriverError, TryAgain, error_code
from orchd.storage.mysql.mysql_rights import demand_rights
from orchd.storage.readiness import NO_TABLES, Away, bounded
from orchd.storage.url import MysqlUrl

MIGRATION_SECONDS = 6 * 3600.0
LOCK_SECONDS = 60
PAUSES_SECONDS = (0.1, 0.3, 1.0)
"""Before a statement of a migration is tried again."""
_TABLE = """CREATE TABLE IF NOT EXISTS schema_migration (
    number INTEGER NOT NULL PRIMARY KEY, name VARCHAR(200) NOT NULL, checksum CHAR(64) NOT NULL, appliedAt BIGINT
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"""
_ROWS = "SELECT number, name, checksum, appliedAt FROM schema_migration ORDER BY number"


async def migrate_mysql(url: MysqlUrl, timeout: float, migrations: Path | None, schema: int | None = None) -> list[str]:
    """Create the database if it does not exist, and migrate it; the names of what was applied.

    `timeout` (seconds) bounds connecting and waiting for another starter; `schema`: only the first so many migrations.
    Raises `Unavailable`, `StartError`.
    """
    known = load_migrations("mysql", migrations)[:schema]
    async with _connect(url, timeout, create=True) as connection:
        with bounded(trio.current_time() + timeout):
            if not pending_migrations(known, await _wait_settled(connection, url, timeout)):
                await demand_tables(connection, known)
                await demand_rights(connection, migrating=False)
                return []
            await demand_rights(connection, migrating=True)  # a migration that stops half-way can't be undone
            await _take_lock(connection, url, timeout)
        # The lock goes with the connection.
        with bounded(trio.current_time() + MIGRATION_SECONDS, shield=True):
            return await _apply_all(connection, known)


async def mysql_status(url: MysqlUrl, timeout: float, migrations: Path | None) -> MigrationStatus:
    """What the database has and lacks; a database that does not exist is not created. Raises `StartError` when the
    user lacks a right that serving needs."""
    known = load_migrations("mysql", migrations)
    applied: list[AppliedMigration] = []
    try:
        async with _connect(url, timeout, create=False) as connection:
            with bounded(trio.current_time() + timeout):
                applied = await _wait_settled(connection, url, timeout)
                await demand_rights(connection, migrating=bool(pending_migrations(known, applied)))
    except Away as error:
        if error_code(error.__cause__) != UNKNOWN_DATABASE:
            raise
    pending = pending_migrations(known, applied)
    return MigrationStatus([row.name for row in applied], [migration.name for migration in pending])


@asynccontextmanager
async def _connect(url: MysqlUrl, timeout: float, *, create: bool) -> AsyncIterator[MysqlConnection]:
    try:
        with bounded(trio.current_time() + timeout):
            connection = await _connect_or_create(url) if create else await connect(url, lock_seconds=LOCK_SECONDS)
        try:
            yield connection
        finally:
            await connection.aclose()
    except TryAgain as error:  # no transaction of ours that could be run again
        raise Away("the database is locked by another transaction", cause=str(error.__cause__)) from error


async def _connect_or_create(url: MysqlUrl) -> MysqlConnection:
    try:
        return await connect(url, lock_seconds=LOCK_SECONDS)
    except Away as error:
        if error_code(error.__cause__) != UNKNOWN_DATABASE:
            raise
    server = await connect(url, lock_seconds=LOCK_SECONDS, database=False)
    try:
        await server.execute(f"CREATE DATABASE IF NOT EXISTS `{url.name}` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
    finally:
        await server.aclose()
    return await connect(url, lock_seconds=LOCK_SECONDS)


async def _wait_settled(connection: MysqlConnection, url: MysqlUrl, timeout: float) -> list[AppliedMigration]:
    """The rows, once no other starter is at work: what it is just applying looks half applied."""
    rows = await applied_migrations(connection)
    if any(row.applied_at is None for row in rows):
        await _take_lock(connection, url, timeout)
        rows = await applied_migrations(connection)
    return rows


async def _take_lock(connection: MysqlConnection, url: MysqlUrl, timeout: float) -> None:
    name = "orchd_" + hashlib.sha256(url.name.encode()).hexdigest()[:32]  # the server's limit is 64 characters
    taken = await connection.execute("SELECT GET_LOCK(%s, %s)", (name, timeout / 2))
    if taken.rows[0][0] != 1:
        raise Unavailable("another orchd is migrating the database")


async def applied_migrations(connection: MysqlConnection) -> list[AppliedMigration]:
    try:
        found = await connection.execute(_ROWS)
    except Away as error:
        if error_code(error.__cause__) != NO_SUCH_TABLE:
            raise
        return []
    return [AppliedMigration(*row) for row in found.rows]


async def demand_tables(connection: MysqlConnection, known: Sequence[Migration]) -> None:
    """Raise `Away` unless the tables of all migrations are there: somebody may be restoring them just now."""
    found = await connection.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()")
    missing = tables_of(known) - {name for (name,) in found.rows}
    if missing:
        raise Away(NO_TABLES, cause=f"missing: {', '.join(sorted(missing))}")


async def _apply_all(connection: MysqlConnection, known: Sequence[Migration]) -> list[str]:
    await connection.execute(_TABLE)
    pending = pending_migrations(known, await applied_migrations(connection))  # another starter may have been here
    for migration in pending:
        await _apply(connection, migration)
    return [migration.name for migration in pending]


async def _apply(connection: MysqlConnection, migration: Migration) -> None:
    await connection.execute(
        "INSERT INTO schema_migration (number, name, checksum) VALUES (%s, %s, %s)",
        (migration.number, migration.name, migration.checksum),
    )
    for position, statement in enumerate(split_statements(migration.sql), start=1):
        try:
            await _patiently(connection, statement)
        except (DriverError, OrchdError, StartError, TryAgain) as error:
            await _fail_half_applied(connection, migration, position, error)
    await connection.execute(
        "UPDATE schema_migration SET appliedAt = %s WHERE number = %s", (unix_now(), migration.number)
    )


async def _patiently(connection: MysqlConnection, statement: str) -> None:
    """Run a statement, again where the server says that it can't do it now: what it refuses it has not begun."""
    for pause in PAUSES_SECONDS:
        try:
            await connection.execute(statement)
        except (Away, TryAgain):
            if not connection.usable:
                raise
            await trio.sleep(pause)
        else:
            return
    await connection.execute(statement)


async def _fail_half_applied(
    connection: MysqlConnection, migration: Migration, position: int, error: Exception
) -> NoReturn:
    if position == 1 and connection.usable:
        await connection.execute("DELETE FROM schema_migration WHERE number = %s", (migration.number,))
        raise StartError(
            f"migration {migration.name} failed at its first statement and changed nothing: {_server_words(error)}"
        ) from error
    raise StartError(f"{half_applied(migration.name, position)} The server said: {_server_words(error)}") from error


def _server_words(error: Exception) -> str:
    """The server's own words, where there are some."""
    return str(error.__cause__ or error)
