"""Reading a MySQL database as a whole, on one connection and in one consistent snapshot; no program of its own is
needed for it, and no right but to read.

Rows come by the order of the primary key, some at a time: the driver would keep the whole of a table. How many is
decided by how long they are, which the server tells first where a table has long texts.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import trio

from orchd.errors import StartError
from orchd.patterns import lazy_pattern
from orchd.storage.database import SqlValue
from orchd.storage.dialect import to_format
from orchd.storage.migrate import demand_whole
from orchd.storage.mysql.mysql_connection import MysqlConnection, connect
from orchd.storage.mysql.mysql_errors import UNKNOWN_DATABASE, TryAgain, error_code
from orchd.storage.mysql.mysql_long import execute
from orchd.storage.mysql.mysql_migrate import LOCK_SECONDS, applied_migrations
from orchd.storage.readiness import Away, bounded
from orchd.storage.url import MysqlUrl
from orchd.storage.whole.reading import (
    ALL_KEYS,
    PORTION_BYTES,
    PORTION_ROWS,
    KeySpan,
    Row,
    RowReader,
    Rows,
    Snapshot,
    TableShape,
)

READ_SECONDS = 600.0
"""How long one statement may take: the server may be slow, but not dead."""
_NEXT_ID = lazy_pattern(r"\bAUTO_INCREMENT=(\d+)")
REFERENCES = (
    "SELECT table_name, column_name, referenced_table_name, referenced_column_name"
    " FROM information_schema.key_column_usage WHERE table_schema = DATABASE() AND referenced_table_name IS NOT NULL"
    " ORDER BY table_name, column_name"
)
"""What refers to what, by foreign keys."""
_CHANGED = "the database's tables are being changed; try again when that is done"


@asynccontextmanager
async def mysql_snapshot(url: MysqlUrl, timeout: float) -> AsyncIterator[Snapshot]:
    """See `open_snapshot`."""
    connection = await connect_existing(url, timeout)
    try:
        with bounded(trio.current_time() + timeout):
            await connection.execute("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            await connection.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
            applied = tuple(await applied_migrations(connection))
        if not applied:
            raise StartError(f"{url}: the database has no tables of orchd's")
        demand_whole(applied)
        yield Snapshot("mysql", MysqlRowReader(connection), applied)
    except TryAgain as error:
        raise Away(_CHANGED, cause=str(error.__cause__)) from error
    finally:
        await connection.aclose()


async def connect_existing(url: MysqlUrl, timeout: float) -> MysqlConnection:
    """Connect within so many seconds. Raises `StartError` where there is no such database, `Unavailable`."""
    try:
        with bounded(trio.current_time() + timeout):
            return await connect(url, lock_seconds=LOCK_SECONDS)
    except Away as error:
        if error_code(error.__cause__) != UNKNOWN_DATABASE:
            raise
        raise StartError(f"{url}: there is no such database") from error


class MysqlRowReader(RowReader):
    """Over a connection in a transaction; who made it closes it."""

    def __init__(self, connection: MysqlConnection) -> None:
        self._connection = connection

    async def _read(self, sql: str, params: tuple[SqlValue, ...] = ()) -> list[tuple[Any, ...]]:
        with bounded(trio.current_time() + READ_SECONDS):
            return (await execute(self._connection, to_format(sql), params)).rows

    async def tables(self) -> Mapping[str, TableShape]:
        columns = await self._read(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = DATABASE()"
            " AND extra NOT LIKE '%GENERATED%'"
        )
        keys = await self._read(
            "SELECT table_name, column_name FROM information_schema.statistics WHERE table_schema = DATABASE()"
            " AND index_name = 'PRIMARY' ORDER BY table_name, seq_in_index"
        )
        names = sorted({table for table, _ in columns})
        return {name: TableShape(name, tuple(sorted(_of(name, columns))), tuple(_of(name, keys))) for name in names}

    async def rows(self, table: TableShape, span: KeySpan | None = None) -> AsyncGenerator[Rows, None]:
        left = span or ALL_KEYS
        long = await self._long_columns(table)
        names = ", ".join(f'"{name}"' for name in table.columns)
        order = ", ".join(f'"{name}"' for name in table.key)
        while True:
            where, params = mysql_condition(table.key, left)
            count = await self._count(table, long, where, params) if long else PORTION_ROWS
            sql = f'SELECT {names} FROM "{table.name}"{where} ORDER BY {order} LIMIT ?'  # noqa: S608  # its own names
            rows = await self._read(sql, (*params, count))
            if not rows:
                return
            yield rows
            left = left._replace(after=table.key_of(rows[-1]))

    async def _long_columns(self, table: TableShape) -> list[str]:
        found = await self._read(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = ?"
            " AND data_type IN ('mediumtext', 'longtext', 'mediumblob', 'longblob') AND extra NOT LIKE '%GENERATED%'",
            (table.name,),
        )
        return [name for (name,) in found]

    async def _count(self, table: TableShape, long: list[str], where: str, params: tuple[SqlValue, ...]) -> int:
        """Return how many of the next rows are read at once."""
        order = ", ".join(f'"{name}"' for name in table.key)
        size = " + ".join(f"COALESCE(LENGTH({name}), 0)" for name in long)
        sql = f'SELECT {size} FROM "{table.name}"{where} ORDER BY {order} LIMIT ?'  # noqa: S608  # its own names
        left, count = PORTION_BYTES, 0
        for (length,) in await self._read(sql, (*params, PORTION_ROWS)):
            left -= int(length)
            count += 1
            if left <= 0:
                break
        return max(1, count)

    async def last_ids(self) -> Mapping[str, int]:
        found = await self._read(
            "SELECT table_name FROM information_schema.columns WHERE table_schema = DATABASE()"
            " AND extra LIKE '%auto_increment%'"
        )
        # `information_schema.tables` has the next id, too: on MySQL 8 the one that it was yesterday.
        told = {name: (await self._read(f'SHOW CREATE TABLE "{name}"'))[0][1] for (name,) in sorted(found)}
        return {name: int(match[1]) - 1 for name, text in told.items() if (match := _NEXT_ID.search(text))}


def broken_reference(child: str, column: str, parent: str, key: str) -> str:
    """Return the statement that finds a row whose foreign key leads nowhere; the names are the database's own."""
    return (
        f'SELECT 1 FROM "{child}" c LEFT JOIN "{parent}" p ON c."{column}" = p."{key}"'  # noqa: S608
        f' WHERE c."{column}" IS NOT NULL AND p."{key}" IS NULL LIMIT 1'
    )


def _of(table: str, pairs: list[tuple[Any, ...]]) -> list[str]:
    return [value for name, value in pairs if name == table]


def mysql_condition(key: tuple[str, ...], span: KeySpan) -> tuple[str, Row]:
    """Return the condition for the rows of a span, in a form of which MySQL makes a range of the primary key."""
    parts, params = list[str](), list[SqlValue]()
    for end, sign, last_sign in ((span.after, ">", ">"), (span.last, "<", "<=")):
        choices = list[str]()
        for place, name in enumerate(key[: len(end)]):
            same = [f'"{earlier}" = ?' for earlier in key[:place]]
            choices.append("(" + " AND ".join([*same, f'"{name}" {last_sign if name == key[-1] else sign} ?']) + ")")
            params += end[: place + 1]
        if choices:
            parts.append("(" + " OR ".join(choices) + ")")
    return " WHERE " + " AND ".join(parts) if parts else "", tuple(params)
