"""A database with rows in every table, whatever tables there are by now, and all rows of one."""

import sqlite3
from contextlib import closing
from functools import cache
from graphlib import TopologicalSorter
from typing import Any, NamedTuple

from orchd.backup.contents import LEFT_OUT
from orchd.storage import Database, SqlValue, Statement, Steps
from tests.migrated import sqlite_template

ROWS = 3
TEXTS = ("", "o'É", "💬\\%", "\n\0 ")
"""Texts that are short enough for any column: what databases treat in ways of their own."""
MARK = "\0orchd:long:x:1:1"
"""What begins like a mark of ours, and is somebody's text."""


class Column(NamedTuple):
    """A stored column. `parent`: the table that it refers to."""

    name: str
    kind: str
    optional: bool
    in_key: bool
    unique: bool
    parent: str | None


@cache
def tables() -> dict[str, list[Column]]:
    """Return the tables of the newest schema but those that a backup leaves out, parents first."""
    with closing(sqlite3.connect(":memory:")) as connection, connection:
        template = bytearray(sqlite_template())
        template[18:20] = b"\1\1"  # no write-ahead log: in memory there can't be one
        connection.deserialize(bytes(template))
        found = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
        )
        names = [name for (name,) in found if not name.startswith(("sqlite_", "search_")) and name not in LEFT_OUT]
        read = {name: columns(connection, name) for name in names}
    graph = {name: {column.parent for column in of if column.parent} for name, of in read.items()}
    return {name: read[name] for name in TopologicalSorter(graph).static_order()}


def columns(connection: sqlite3.Connection, table: str) -> list[Column]:
    parents = {row[3]: row[2] for row in connection.execute(f"PRAGMA foreign_key_list({table})")}
    indexes = [row[1] for row in connection.execute(f"PRAGMA index_list({table})") if row[2]]
    unique = {row[2] for index in indexes for row in connection.execute(f"PRAGMA index_info({index})")}
    return [
        Column(name, kind, not not_null and not key, bool(key), name in unique, parents.get(name))
        for _, name, kind, not_null, _, key, hidden in connection.execute(f"PRAGMA table_xinfo({table})")
        if not hidden
    ]


def fill(number_of_rows: int = ROWS) -> Steps[None]:
    """Put rows into every table; what migrations have put there gives way."""
    for table, found in tables().items():
        yield Statement(f"DELETE FROM {table}")
        names, marks = ", ".join(f'"{column.name}"' for column in found), ", ".join("?" * len(found))
        for number in range(1, number_of_rows + 1):
            values = tuple(value(column, number, place) for place, column in enumerate(found))
            yield Statement(f"INSERT INTO {table} ({names}) VALUES ({marks})", values)


def value(column: Column, number: int, place: int) -> SqlValue:
    if column.parent or column.in_key or column.unique:
        return f"{number}é" if column.kind == "TEXT" else number
    if column.optional and number == 1:
        return None
    if column.name == "content":
        return f"{MARK}{number}"
    if column.kind == "TEXT":
        return TEXTS[(number + place) % len(TEXTS)]
    return 0.1 * (number + place) if column.kind in ("REAL", "DOUBLE PRECISION") else (-1) ** number * (2**62 + place)


def all_rows() -> Steps[dict[str, list[tuple[Any, ...]]]]:
    """Return the rows of every table that a backup has, in one order for all databases."""
    rows = {}
    for table, found in tables().items():
        names = ", ".join(f'"{column.name}"' for column in found)
        rows[table] = sorted((yield Statement(f"SELECT {names} FROM {table}")).rows, key=repr)
    return rows


async def fill_all(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Put rows into every table, and return them."""
    await database.write(fill)
    return await database.read(all_rows)
