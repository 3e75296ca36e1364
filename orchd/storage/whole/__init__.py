"""A database as a whole: all rows read in one snapshot, and all rows of an empty one filled, whatever kind they are."""

from contextlib import AbstractAsyncContextManager

from orchd.storage.url import SqliteUrl, parse_url
from orchd.storage.whole.filling import Filling, FillingPlan, RunCheck
from orchd.storage.whole.reading import ALL_KEYS, KeySpan, Row, RowReader, Rows, Snapshot, TableShape
from orchd.storage.whole.upkeep import DatabaseSize, DatabaseUpkeep

__all__ = (
    "ALL_KEYS",
    "DatabaseSize",
    "DatabaseUpkeep",
    "Filling",
    "FillingPlan",
    "KeySpan",
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


def open_snapshot(url: str, timeout: float) -> AbstractAsyncContextManager[Snapshot]:
    """All that a database holds at this moment, to be read within the block, however long that takes and whoever
    writes meanwhile; nothing is changed, migrated or locked. `timeout` (seconds) bounds connecting and each read.

    Raises `StartError` where there is no database of orchd's or it can't be read, `Unavailable`.
    """
    parsed = parse_url(url)
    if isinstance(parsed, SqliteUrl):
        from orchd.storage.whole.sqlite_reading import sqlite_snapshot

        return sqlite_snapshot(parsed.path, timeout)
    from orchd.storage.whole.mysql_reading import mysql_snapshot

    return mysql_snapshot(parsed, timeout)


def open_filling(url: str, plan: FillingPlan, timeout: float) -> AbstractAsyncContextManager[Filling]:
    """A database to be filled, which stays as it was unless `Filling.switch` returns: one that `plan.resumes` and had
    no rows is only of no use to daemons until then. `timeout` in seconds, as above.

    Raises `StartError` where it is not empty and shall not be replaced, where a daemon runs on it, `Unavailable`.
    """
    parsed = parse_url(url)
    if isinstance(parsed, SqliteUrl):
        from orchd.storage.whole.sqlite_copying import SqliteCopying
        from orchd.storage.whole.sqlite_filling import sqlite_filling

        return sqlite_filling(parsed.path, plan, timeout, SqliteCopying if plan.resumes else None)
    from orchd.storage.whole.mysql_copying import mysql_copying
    from orchd.storage.whole.mysql_filling import mysql_filling

    return (mysql_copying if plan.resumes else mysql_filling)(parsed, plan, timeout)


def open_upkeep(url: str, timeout: float) -> AbstractAsyncContextManager[DatabaseUpkeep]:
    """The upkeep of an existing database. `timeout` (seconds) bounds connecting. Raises `StartError`, `Unavailable`."""
    parsed = parse_url(url)
    if isinstance(parsed, SqliteUrl):
        from orchd.storage.whole.sqlite_upkeep import sqlite_upkeep

        return sqlite_upkeep(parsed.path, timeout)
    from orchd.storage.whole.mysql_upkeep import mysql_upkeep

    return mysql_upkeep(parsed, timeout)
