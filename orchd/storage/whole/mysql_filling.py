"""Filling a MySQL database: one transaction, which the server undoes whatever happens before its end.

Not shadow tables that are renamed: their foreign keys would be called otherwise than migrations call them, and each of
the statements by which MySQL makes tables commits by itself. So tables are there before rows are, which does no harm to
an empty database; one that has rows must have the schema of those that replace them.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import trio

from orchd.errors import Conflict, StartError
from orchd.storage.database import SqlValue
from orchd.storage.dialect import to_format
from orchd.storage.migrate import load_migrations
from orchd.storage.mysql.mysql_connection import MysqlConnection
from orchd.storage.mysql.mysql_errors import TryAgain
from orchd.storage.mysql.mysql_long import execute
from orchd.storage.mysql.mysql_migrate import connect_or_create, migrate_mysql, mysql_status
from orchd.storage.readiness import Away, bounded
from orchd.storage.url import MysqlUrl
from orchd.storage.whole.filling import IN_USE, NOT_EMPTY, RUNS, Filling, FillingPlan, demand_own
from orchd.storage.whole.mysql_reading import (
    READ_SECONDS,
    REFERENCES,
    MysqlRowReader,
    broken_reference,
    connect_existing,
    mysql_condition,
)
from orchd.storage.whole.reading import KeySpan, Rows, TableShape


@asynccontextmanager
async def mysql_filling(url: MysqlUrl, plan: FillingPlan, timeout: float) -> AsyncIterator[Filling]:
    """See `open_filling`."""
    await _make_tables(url, plan, timeout)
    connection = await connect_existing(url, timeout)
    try:
        filling = MysqlFilling(url, connection, plan, timeout)
        await filling.begin()
        yield filling
    except TryAgain as error:
        raise Away("the database is locked by another transaction", cause=str(error.__cause__)) from error
    finally:
        connection.close()  # the server undoes what was not committed


async def _make_tables(url: MysqlUrl, plan: FillingPlan, timeout: float) -> None:
    """Have the tables of the schema there. Raises `StartError` where there are others, before anything is made."""
    status = await mysql_status(url, timeout, None)
    await demand_own_tables(url, timeout)
    if not status.applied:
        await migrate_mysql(url, timeout, None, plan.schema)
    elif len(status.applied) != plan.schema:
        raise StartError(
            f"{url}: it has the tables of schema {len(status.applied)}, and these rows are of schema {plan.schema}; "
            "name a database that does not exist yet"
        )


async def demand_own_tables(url: MysqlUrl, timeout: float) -> None:
    """Raise `StartError` where tables are others'; the database is made if it does not exist."""
    with bounded(trio.current_time() + timeout):
        connection = await connect_or_create(url)
        try:
            demand_own(str(url), await MysqlRowReader(connection).tables(), load_migrations("mysql"))
        finally:
            connection.close()


class MysqlFilling(Filling):
    """A transaction on a connection that who made it closes."""

    def __init__(self, url: MysqlUrl, connection: MysqlConnection, plan: FillingPlan, timeout: float) -> None:
        self._url = url
        self._connection = connection
        self._plan = plan
        self._timeout = timeout
        self.reader = MysqlRowReader(connection)

    async def run(self, sql: str, params: tuple[SqlValue, ...] = ()) -> Sequence[tuple[Any, ...]]:
        """Run one statement; return its rows. Raises `Conflict`, `TryAgain`, `Unavailable`."""
        with bounded(trio.current_time() + READ_SECONDS):
            return (await execute(self._connection, to_format(sql), params)).rows

    async def begin(self) -> None:
        """Begin the transaction, in which all rows are gone. Raises `StartError` where they must not go."""
        await self.run("SET SESSION foreign_key_checks = 0")
        await self.run("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        await self.run("START TRANSACTION")
        # From here on no daemon can say that it runs: it waits for this table.
        if any(map(self._plan.lives, await self.run(f"{RUNS} FOR UPDATE"))):
            raise StartError(f"{self._url}: {IN_USE}; one that was killed elsewhere counts for a minute")
        tables = await self.tables()
        for name in tables:
            counts = name not in self._plan.ignored and not self._plan.replace
            if counts and await self.run(f'SELECT 1 FROM "{name}" LIMIT 1'):  # noqa: S608  # the database's own names
                raise StartError(f"{self._url}: {NOT_EMPTY}")
        for name in tables:
            if name != "schema_migration":
                await self.run(f'DELETE FROM "{name}"')  # noqa: S608  # the database's own names

    async def tables(self) -> Mapping[str, TableShape]:
        return await self.reader.tables()

    async def add(self, table: TableShape, rows: Rows) -> None:
        await self._insert(table, rows, "INSERT")

    async def is_empty(self, table: TableShape) -> bool:
        return not await self.run(f'SELECT 1 FROM "{table.name}" LIMIT 1')  # noqa: S608  # the database's own names

    async def put(self, table: TableShape, span: KeySpan, rows: Rows) -> None:
        where, params = mysql_condition(table.key, span)
        await self.run(f'DELETE FROM "{table.name}"{where}', params)  # noqa: S608  # the database's own names
        if rows:
            await self._insert(table, rows, "REPLACE")

    async def _insert(self, table: TableShape, rows: Rows, verb: str) -> None:
        columns = ", ".join(f'"{name}"' for name in table.columns)
        one = f"({', '.join('?' * len(table.columns))})"
        sql = f'{verb} INTO "{table.name}" ({columns}) VALUES {", ".join([one] * len(rows))}'
        params = tuple(cell for row in rows for cell in row)
        if len(rows) > 1 and not self._connection.takes(to_format(sql), params):
            half = len(rows) // 2
            await self._insert(table, rows[:half], verb)
            await self._insert(table, rows[half:], verb)
            return
        try:
            await self.run(sql, params)
        except Conflict as error:
            raise StartError(f"two rows of {table.name} are the same here: {error.__cause__}") from error

    async def settle(self, last_ids: Mapping[str, int]) -> None:
        for child, column, parent, key in await self.run(REFERENCES):
            broken = await self.run(broken_reference(child, column, parent, key))
            if broken:
                raise StartError(f"rows of {child} refer to rows of {parent} that are not there")
        self._last_ids = last_ids

    async def switch(self) -> None:
        await self.run("COMMIT")
        await self._raise_ids()
        await self._update()

    async def _raise_ids(self) -> None:
        there = await self.reader.last_ids()
        for name, last_id in self._last_ids.items():
            if there.get(name, last_id) < last_id:  # of rows that are gone; MySQL knows those that are there
                await self.run(f'ALTER TABLE "{name}" AUTO_INCREMENT = {int(last_id) + 1}')

    async def _update(self) -> None:
        if self._plan.schema < len(load_migrations("mysql")):
            await migrate_mysql(self._url, self._timeout, None)
