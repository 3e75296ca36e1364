"""Filling an empty MySQL database so that the next filling goes on where this one is broken off.

Every portion is committed. So that no daemon takes what is there for all, a row of `schema_migration` says before
anything else that the database is not whole, and every start refuses it; it goes with the last statement. One that has
rows to be replaced is filled in one transaction instead (`mysql_filling.py`): until that ends, they are still there.

A second connection keeps other copies and daemons away meanwhile, by its locks.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import trio

from orchd.errors import StartError
from orchd.storage.migrate import UNFINISHED_COPY, load_migrations
from orchd.storage.mysql.mysql_connection import MysqlConnection
from orchd.storage.mysql.mysql_errors import TryAgain
from orchd.storage.mysql.mysql_migrate import (
    applied_migrations,
    begin_copy,
    connect_or_create,
    end_copy,
    migrate_mysql,
)
from orchd.storage.readiness import Away, bounded
from orchd.storage.url import MysqlUrl
from orchd.storage.whole.filling import IN_USE, RUNS, Filling, FillingPlan, demand_own
from orchd.storage.whole.mysql_filling import MysqlFilling, mysql_filling
from orchd.storage.whole.mysql_reading import MysqlRowReader, connect_existing

KEPT = frozenset({"schema_migration", "long_text", "daemon"})
"""Of the tables that don't count, those whose rows stay: in one are parts of rows that do, one is locked."""
GUARD_SECONDS = 30 * 86_400
"""How long a copy may take, at most: the server closes connections on which nothing is said."""
_LOCK = "SELECT number FROM schema_migration WHERE number = ? FOR UPDATE"


@asynccontextmanager
async def mysql_copying(url: MysqlUrl, plan: FillingPlan, timeout: float) -> AsyncIterator[Filling]:
    """See `open_filling`."""
    if not await _begin(url, plan, timeout):
        async with mysql_filling(url, plan, timeout) as filling:
            yield filling
        return
    await migrate_mysql(url, timeout, None, plan.schema, copying=True)
    guard = await connect_existing(url, timeout)
    try:
        connection = await connect_existing(url, timeout)
        try:
            copying = MysqlCopying(url, connection, guard, plan, timeout)
            await copying.begin()
            yield copying
        finally:
            connection.close()
    except TryAgain as error:
        raise _lock_error(error) from error
    finally:
        guard.close()


async def _begin(url: MysqlUrl, plan: FillingPlan, timeout: float) -> bool:
    """Have the database say that it is not whole, unless rows are in it that count. Returns whether it says so."""
    with bounded(trio.current_time() + timeout):
        connection = await connect_or_create(url)
    try:
        demand_own(str(url), await MysqlRowReader(connection).tables(), load_migrations("mysql"))
        applied = await applied_migrations(connection)
        if any(row.number == UNFINISHED_COPY for row in applied):
            return True
        if await _is_filled(connection, plan):
            return False
        if applied and len(applied) != plan.schema:
            return False
        if applied and any(map(plan.lives, (await connection.execute(RUNS)).rows)):
            raise StartError(f"{url}: {IN_USE}; one that was killed elsewhere counts for a minute")
        await begin_copy(connection)
        return True
    except TryAgain as error:
        raise _lock_error(error) from error
    finally:
        connection.close()


def _lock_error(error: TryAgain) -> Away:
    return Away("the database is locked by another transaction", cause=str(error.__cause__))


async def _is_filled(connection: MysqlConnection, plan: FillingPlan) -> bool:
    for name in await MysqlRowReader(connection).tables():
        sql = f'SELECT 1 FROM "{name}" LIMIT 1'  # noqa: S608  # the database's own names
        if name not in plan.ignored and (await connection.execute(sql)).rows:
            return True
    return False


class MysqlCopying(MysqlFilling):
    """Two connections, both closed by who made them: one writes, `guard` keeps others away."""

    def __init__(
        self, url: MysqlUrl, connection: MysqlConnection, guard: MysqlConnection, plan: FillingPlan, timeout: float
    ) -> None:
        super().__init__(url, connection, plan, timeout)
        self._guard = MysqlFilling(url, guard, plan, timeout)
        self._guarding = guard

    async def begin(self) -> None:
        """Keep others away, and drop what is not copied. Raises `StartError` where a daemon or another copy is."""
        # It waits for nobody, and says nothing until all is copied.
        await self._guard.run(f"SET SESSION innodb_lock_wait_timeout = 1, wait_timeout = {GUARD_SECONDS}")
        await self._guard.run("START TRANSACTION")
        try:
            still = await self._guard.run(_LOCK, (UNFINISHED_COPY,))
        except TryAgain as error:
            raise StartError(f"{self._url}: another copy into it is running") from error
        if not still:
            raise StartError(f"{self._url}: another copy into it has just ended")
        # From here on no daemon can say that it runs: it waits for this table.
        if any(map(self._plan.lives, await self._guard.run(f"{RUNS} FOR UPDATE"))):
            raise StartError(f"{self._url}: {IN_USE}; one that was killed elsewhere counts for a minute")
        await self._guard.run("DELETE FROM daemon")
        await self.run("SET SESSION foreign_key_checks = 0")
        for name in sorted({*self._plan.ignored}.intersection(await self.tables()) - KEPT):
            await self.run(f'DELETE FROM "{name}"')  # noqa: S608  # the database's own names

    async def switch(self) -> None:
        await self._raise_ids()
        await end_copy(self._guarding)
        await self._guard.run("COMMIT")
        await self._update()
