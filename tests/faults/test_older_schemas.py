"""Rows that any earlier version has stored are there after all that came since, on both databases.

A migration is never changed once it is released, so what an earlier version made is made again by its migrations.
"""

import contextlib
import random
import sqlite3
from pathlib import Path

from orchd.backup.contents import FIRST_ROWS, LEFT_OUT
from orchd.backup.copying import copy_database
from orchd.backup.restoring import hash_of
from orchd.storage import load_migrations
from orchd.storage.sqlite.sqlite_connection import create_or_connect
from orchd.storage.sqlite.sqlite_migrate import apply_migrations
from orchd.storage.whole import open_snapshot
from tests.examples import examples
from tests.fix_mariadb import MariaServer
from tests.whole import columns, value

KNOWN = load_migrations("sqlite")
ROWS = 2


def fill_tables(connection: sqlite3.Connection) -> dict[str, int]:
    """Put rows into all tables that there are; how many each has."""
    found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'")
    names = [name for (name,) in found if not name.startswith(("sqlite_", "search_")) and name not in LEFT_OUT]
    connection.execute("PRAGMA foreign_keys=OFF")
    for name in names:
        of = columns(connection, name)
        connection.execute(f"DELETE FROM {name}")
        for number in range(1, ROWS + 1):
            values = [value(column, number, place) for place, column in enumerate(of)]
            into, marks = ", ".join(f'"{column.name}"' for column in of), ", ".join("?" * len(of))
            connection.execute(f"INSERT INTO {name} ({into}) VALUES ({marks})", values)
    connection.execute("PRAGMA foreign_keys=ON")
    return dict.fromkeys(names, ROWS)


def test_its_rows_are_there_after_all_migrations(tmp_path: Path) -> None:
    for schema in random.sample(range(1, len(KNOWN)), min(len(KNOWN) - 1, examples(20))):
        stay(tmp_path / f"{schema}.db", schema)


def stay(path: Path, schema: int) -> None:
    """See that rows of one schema stay."""
    with contextlib.closing(create_or_connect(path, 10)) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        apply_migrations(connection, KNOWN[:schema])
        filled = fill_tables(connection)
        assert apply_migrations(connection, KNOWN) == [migration.name for migration in KNOWN[schema:]]
        there = {name: connection.execute(f"SELECT COUNT(*) FROM {name}").fetchone()[0] for name in filled}
        assert there == filled, f"of schema {schema}"
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


async def test_on_mysql_they_become_the_same(mariadb: MariaServer, tmp_path: Path) -> None:
    """One schema is drawn: its rows go to MySQL as they were, and both databases are brought up to date."""
    schema, path, url = random.randrange(12, len(KNOWN)), tmp_path / "orchd.db", mariadb.new_url()
    with contextlib.closing(create_or_connect(path, 10)) as connection:
        apply_migrations(connection, KNOWN[:schema])
        fill_tables(connection)
    await copy_database(
        f"sqlite://{path}", url, replace=False, lives=lambda _: False, timeout=60, progress=lambda *_: None
    )
    with contextlib.closing(create_or_connect(path, 10)) as connection:
        apply_migrations(connection, KNOWN)
    async with open_snapshot(f"sqlite://{path}", 10) as ours, open_snapshot(url, 10) as theirs:
        shapes, others = await ours.reader.tables(), await theirs.reader.tables()
        for name in shapes.keys() - LEFT_OUT.keys() - set(FIRST_ROWS):
            here, there = await hash_of(ours.reader, shapes[name]), await hash_of(theirs.reader, others[name])
            assert here.figures() == there.figures(), f"{name}, of schema {schema}"
