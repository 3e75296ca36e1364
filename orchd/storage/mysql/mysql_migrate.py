"""Migrating a MySQL database. Its DDL commits by itself, so a migration of several statements can't be undone.

What is done about it: a named server lock keeps two starters apart; a migration's row is written before its first
statement with an empty `appliedAt`, which is filled in after its last, and counts in `doneStatements` those that are
through. A start that finds an empty `appliedAt` goes on behind them. A statement that changes rows is one transaction
with its count. One that changes tables is not: when the process or the server died between the two, it is run again,
and what the server then says tells that it had been through. A migration whose very first statement fails has changed
nothing: its row is taken back. Once begun, a migration is not cancelled, and its statements have no deadline but a very
long one.
"""

import hashlib
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple, NoReturn

import trio

from orchd.clock import unix_now
from orchd.errors import OrchdError, StartError, Unavailable
from orchd.storage.dialect import split_statements
from orchd.storage.migrate import (
    UNFINISHED_COPY,
    AppliedMigration,
    Migration,
    MigrationStatus,
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
    number INTEGER NOT NULL PRIMARY KEY, name VARCHAR(200) NOT NULL, checksum CHAR(64) NOT NULL, appliedAt BIGINT,
    doneStatements BIGINT
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"""
_ADD_COUNT = "ALTER TABLE schema_migration ADD COLUMN doneStatements BIGINT"
_COUNTS = (
    "SELECT number, checksum, doneStatements FROM schema_migration"
    " WHERE appliedAt IS NULL AND doneStatements IS NOT NULL"
)
_UNKNOWN_COLUMN = 1054
_DONE = frozenset({1050, 1051, 1060, 1061, 1068, 1091, 1826})
"""What a server says of a statement that was through before: the table, column, index or key is there, or is gone."""
_NOT_MADE, _KEY_IS_THERE = 1005, "errno: 121"
"""What MariaDB says of a foreign key that is there; its text, since the number is that of all tables it can't make."""
_OF_ROWS = ("INSERT", "UPDATE", "DELETE")
_ROWS = "SELECT number, name, checksum, appliedAt FROM schema_migration ORDER BY number"


async def migrate_mysql(
    url: MysqlUrl, timeout: float, migrations: Path | None, schema: int | None = None, *, copying: bool = False
) -> list[str]:
    """Create the database if it does not exist, and migrate it; the names of what was applied.

    `timeout` (seconds) bounds connecting and waiting for another starter; `schema`: only the first so many migrations;
    `copying`: the copy that is not whole is the caller's.
    Raises `Unavailable`, `StartError`.
    """
    known = load_migrations("mysql", migrations)[:schema]
    async with _connect(url, timeout, create=True) as connection:
        with bounded(trio.current_time() + timeout):
            applied = await _wait_settled(connection, url, timeout, known)
            if not pending_migrations(known, _without_copy(applied) if copying else applied):
                await demand_tables(connection, known)
                await demand_rights(connection, migrating=False)
                return []
            await demand_rights(connection, migrating=True)  # before anything is done that would stop half-way
            await _take_lock(connection, url, timeout)
        # The lock goes with the connection.
        with bounded(trio.current_time() + MIGRATION_SECONDS, shield=True):
            return await _apply_all(connection, known, copying)


async def mysql_status(url: MysqlUrl, timeout: float, migrations: Path | None) -> MigrationStatus:
    """What the database has and lacks; a database that does not exist is not created. Raises `StartError` when the
    user lacks a right that serving needs."""
    known = load_migrations("mysql", migrations)
    applied: list[AppliedMigration] = []
    try:
        async with _connect(url, timeout, create=False) as connection:
            with bounded(trio.current_time() + timeout):
                applied = await _wait_settled(connection, url, timeout, known)
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
            connection = await connect_or_create(url) if create else await connect(url, lock_seconds=LOCK_SECONDS)
        try:
            yield connection
        finally:
            await connection.aclose()
    except TryAgain as error:  # no transaction of ours that could be run again
        raise Away("the database is locked by another transaction", cause=str(error.__cause__)) from error


async def connect_or_create(url: MysqlUrl) -> MysqlConnection:
    """Connect, to a database that is made if it does not exist. Raises `Unavailable`."""
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


async def _wait_settled(
    connection: MysqlConnection, url: MysqlUrl, timeout: float, known: Sequence[Migration]
) -> list[AppliedMigration]:
    """The rows, once no other starter is at work: what it is just applying looks half applied. Without those that can
    be gone on with."""
    rows = await applied_migrations(connection)
    if any(row.applied_at is None for row in rows):
        await _take_lock(connection, url, timeout)
        rows = await applied_migrations(connection)
    return _without(rows, await _counts(connection, known))


def _without(rows: Sequence[AppliedMigration], counts: Mapping[int, int]) -> list[AppliedMigration]:
    return [row for row in rows if row.number not in counts]


def _without_copy(rows: Sequence[AppliedMigration]) -> list[AppliedMigration]:
    return [row for row in rows if row.number != UNFINISHED_COPY]


async def begin_copy(connection: MysqlConnection) -> None:
    """Have the database say that a copy into it is not whole, before it has any table. Raises `Unavailable`."""
    await connection.execute(_TABLE)
    await connection.execute(
        "INSERT IGNORE INTO schema_migration (number, name, checksum, appliedAt) VALUES (%s, 'copying', '', %s)",
        (UNFINISHED_COPY, unix_now()),
    )


async def end_copy(connection: MysqlConnection) -> None:
    """Take that back, in a transaction that is committed by the caller. Raises `Unavailable`."""
    await connection.execute("DELETE FROM schema_migration WHERE number = %s", (UNFINISHED_COPY,))


async def _counts(connection: MysqlConnection, known: Sequence[Migration]) -> dict[int, int]:
    """How many statements are through of each migration that stopped half-way, if it is still the same. One that an
    older orchd began has no count."""
    try:
        found = await connection.execute(_COUNTS)
    except Away as error:
        if error_code(error.__cause__) not in (_UNKNOWN_COLUMN, NO_SUCH_TABLE):
            raise
        return {}
    checksums = {migration.number: migration.checksum for migration in known}
    return {number: count for number, checksum, count in found.rows if checksums.get(number) == checksum}


async def _take_lock(connection: MysqlConnection, url: MysqlUrl, timeout: float) -> None:
    name = "orchd_" + hashlib.sha256(url.name.encode()).hexdigest()[:32]  # the server's limit is 64 characters
    taken = await connection.execute("SELECT GET_LOCK(%s, %s)", (name, timeout / 2))
    if taken.rows[0][0] != 1:
        raise Unavailable("another orchd is migrating the database", reason="database")


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


async def _apply_all(connection: MysqlConnection, known: Sequence[Migration], copying: bool) -> list[str]:
    await connection.execute(_TABLE)
    await _run_once(connection, _ADD_COUNT)
    counts = await _counts(connection, known)  # another starter may have been here
    applied = _without(await applied_migrations(connection), counts)
    pending = pending_migrations(known, _without_copy(applied) if copying else applied)
    for migration in pending:
        await _apply(connection, migration, counts.get(migration.number))
    return [migration.name for migration in pending]


async def _apply(connection: MysqlConnection, migration: Migration, done: int | None) -> None:
    """Run what is left of a migration; `done` statements are through, None: it has not begun."""
    if done is None:
        await connection.execute(
            "INSERT INTO schema_migration (number, name, checksum, doneStatements) VALUES (%s, %s, %s, 0)",
            (migration.number, migration.name, migration.checksum),
        )
    for position, statement in enumerate(split_statements(migration.sql), start=1):
        if position <= (done or 0):
            continue
        try:
            await _patiently(connection, statement, _Place(migration.number, position, repeated=position - 1 == done))
        except (DriverError, OrchdError, StartError, TryAgain) as error:
            await _fail_half_applied(connection, migration, position, error)
    await connection.execute(
        "UPDATE schema_migration SET appliedAt = %s WHERE number = %s", (unix_now(), migration.number)
    )


class _Place(NamedTuple):
    """A statement's place. `repeated`: it may have been through before."""

    number: int
    position: int
    repeated: bool


async def _patiently(connection: MysqlConnection, statement: str, place: _Place) -> None:
    """Run a statement and count it, again where the server says that it can't do it now: what it refuses it has not
    begun."""
    for pause in PAUSES_SECONDS:
        try:
            await _run_counted(connection, statement, place)
        except (Away, TryAgain):
            if not connection.usable:
                raise
            await connection.execute("ROLLBACK")
            await trio.sleep(pause)
        else:
            return
    await _run_counted(connection, statement, place)


async def _run_counted(connection: MysqlConnection, statement: str, place: _Place) -> None:
    if statement.lstrip()[:6].upper() in _OF_ROWS:
        await connection.execute("START TRANSACTION")
        await connection.execute(statement)
        await _count(connection, place)
        await connection.execute("COMMIT")
    else:
        await (_run_once(connection, statement) if place.repeated else connection.execute(statement))
        await _count(connection, place)


async def _run_once(connection: MysqlConnection, statement: str) -> None:
    """Run a statement that changes tables, unless the server says that this has been done."""
    try:
        await connection.execute(statement)
    except Away as error:
        if not _was_done(error.__cause__):
            raise


def _was_done(error: BaseException | None) -> bool:
    code = error_code(error)
    return code in _DONE or (code == _NOT_MADE and _KEY_IS_THERE in str(error))


async def _count(connection: MysqlConnection, place: _Place) -> None:
    await connection.execute(
        "UPDATE schema_migration SET doneStatements = %s WHERE number = %s", (place.position, place.number)
    )


async def _fail_half_applied(
    connection: MysqlConnection, migration: Migration, position: int, error: Exception
) -> NoReturn:
    if position == 1 and connection.usable:
        await connection.execute("ROLLBACK")
        await connection.execute("DELETE FROM schema_migration WHERE number = %s", (migration.number,))
        raise StartError(
            f"migration {migration.name} failed at its first statement and changed nothing: {_server_words(error)}"
        ) from error
    where = f"migration {migration.name} stopped at its statement {position}; the next start goes on there"
    raise StartError(f"{where}. The server said: {_server_words(error)}") from error


def _server_words(error: Exception) -> str:
    """The server's own words, where there are some."""
    return str(error.__cause__ or error)
