"""Looking after a MySQL database, whether a daemon uses it or not."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import trio

from orchd.storage.dialect import to_format
from orchd.storage.mysql.mysql_connection import MysqlConnection
from orchd.storage.mysql.mysql_errors import TryAgain
from orchd.storage.mysql.mysql_migrate import MIGRATION_SECONDS
from orchd.storage.readiness import Away, bounded
from orchd.storage.url import MysqlUrl
from orchd.storage.whole.mysql_reading import REFERENCES, MysqlRowReader, broken_reference, connect_existing
from orchd.storage.whole.upkeep import DatabaseSize, DatabaseUpkeep, TableSize


@asynccontextmanager
async def mysql_upkeep(url: MysqlUrl, timeout: float) -> AsyncIterator["MysqlUpkeep"]:
    """See `open_upkeep`."""
    connection = await connect_existing(url, timeout)
    try:
        yield MysqlUpkeep(connection)
    except TryAgain as error:
        raise Away("the database is locked by another transaction", cause=str(error.__cause__)) from error
    finally:
        await connection.aclose()


class MysqlUpkeep(DatabaseUpkeep):
    """Over a connection that who made it closes."""

    def __init__(self, connection: MysqlConnection) -> None:
        self._connection = connection
        self._reader = MysqlRowReader(connection)

    async def _run(self, sql: str) -> list[tuple[Any, ...]]:
        with bounded(trio.current_time() + MIGRATION_SECONDS):
            return (await self._connection.execute(to_format(sql), ())).rows

    async def faults(self) -> list[str]:
        found = list[str]()
        for name in await self._reader.tables():
            told = await self._run(f'CHECK TABLE "{name}"')
            found += [f"{name}: {text}" for _, _, kind, text in told if kind == "error" or text not in ("OK",)]
        for child, column, parent, key in await self._run(REFERENCES):
            if await self._run(broken_reference(child, column, parent, key)):
                found.append(f"a row of {child} refers to a row of {parent} that is not there")
        return found

    async def measure(self) -> DatabaseSize:
        shapes = await self._reader.tables()
        found = await self._run(
            "SELECT table_name, data_length + index_length, data_free FROM information_schema.tables"
            " WHERE table_schema = DATABASE()"
        )
        sizes = {name: int(size or 0) for name, size, _ in found}
        counts = [
            TableSize(name, int((await self._run(f'SELECT COUNT(*) FROM "{name}"'))[0][0]), sizes.get(name))  # noqa: S608
            for name in sorted(shapes)
        ]
        return DatabaseSize(counts, sum(sizes.values()), None)

    async def compact(self) -> None:
        for name in await self._reader.tables():
            await self._run(f'OPTIMIZE TABLE "{name}"')
