"""A database as a whole: all rows read in one snapshot, and all rows of an empty one filled, whatever kind they are."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from orchd.storage.url import SqliteUrl, parse_url
from orchd.storage.whole.filling import Filling, FillingPlan, RunCheck
from orchd.storage.whole.reading import Row, RowReader, Rows, Snapshot, TableShape
from orchd.storage.whole.upkeep import DatabaseSize, DatabaseUpkeep

__all__ = (
    "DatabaseSize",
    "DatabaseUpkeep",
    "Filling",
    "FillingPlan",
    "Row",
    "RowReader",
    "Rows",
    "RunCheck",
    "Snapshot",
    "TableShape",
    "open_filling",
    "open_snapshot",
    "open_upkeep",
)


@asynccontextmanager
async def open_snapshot(url: str, timeout: float) -> AsyncIterator[Snapshot]:
    """All that a database holds at this moment, to be read within the block, however long that takes and whoever
    writes meanwhile; nothing is changed, migrated or locked. `timeout` (seconds) bounds connecting and each read.

    Raises `StartError` where there is no database of orchd's or it can't be read, `Unavailable`.
    """
    parsed = parse_url(url)
    if isinstance(parsed, SqliteUrl):
        from orchd.storage.whole.sqlite_reading import sqlite_snapshot

        async with sqlite_snapshot(parsed.path, timeout) as snapshot:
            yield snapshot
        return
    from orchd.storage.whole.mysql_reading import mysql_snapshot

    async with mysql_snapshot(parsed, timeout) as snapshot:
        yield snapshot


@asynccontextmanager
async def open_filling(url: str, plan: FillingPlan, timeout: float) -> AsyncIterator[Filling]:
    """A database to be filled, which stays as it was unless `Filling.switch` returns. `timeout` in seconds, as above.

    Raises `StartError` where it is not empty and shall not be replaced, where a daemon runs on it, `Unavailable`.
    """
    parsed = parse_url(url)
    if isinstance(parsed, SqliteUrl):
        from orchd.storage.whole.sqlite_filling import sqlite_filling

        async with sqlite_filling(parsed.path, plan, timeout) as filling:
            yield filling
        return
    from orchd.storage.whole.mysql_filling import mysql_filling

    async with mysql_filling(parsed, plan, timeout) as filling:
        yield filling


@asynccontextmanager
async def open_upkeep(url: str, timeout: float) -> AsyncIterator[DatabaseUpkeep]:
    """The upkeep of an existing database. `timeout` (seconds) bounds connecting. Raises `StartError`, `Unavailable`."""
    parsed = parse_url(url)
    if isinstance(parsed, SqliteUrl):
        from orchd.storage.whole.sqlite_upkeep import sqlite_upkeep

        async with sqlite_upkeep(parsed.path, timeout) as upkeep:
            yield upkeep
        return
    from orchd.storage.whole.mysql_upkeep import mysql_upkeep

    async with mysql_upkeep(parsed, timeout) as mysql:
        yield mysql
