"""Which migrations may be applied, and that the two real directories describe the same tables."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest

from orchd.errors import StartError
from orchd.storage import migrate, migration_status, open_database
from orchd.storage.migrate import (
    AppliedMigration,
    DatabaseKind,
    Migration,
    load_migrations,
    pending_migrations,
    tables_of,
)
from tests.fix_mariadb import MariaServer
from tests.fix_storage import MakeMigrations

MIGRATE = """
import sys, trio
from functools import partial
from pathlib import Path
from orchd.storage import migrate
sys.stdin.readline()
print(len(trio.run(partial(migrate, sys.argv[1], timeout=20, migrations=Path(sys.argv[2])))))
"""


def migration(number: int, sql: str = "SELECT 1") -> Migration:
    return Migration(number, f"{number:04}_x", sql, f"sum {sql}")


def applied(number: int, checksum: str = "sum SELECT 1", at: int | None = 1) -> AppliedMigration:
    return AppliedMigration(number, f"{number:04}_x", checksum, at)


def test_what_is_pending() -> None:
    known = [migration(1), migration(2), migration(3)]
    assert pending_migrations(known, []) == known
    assert pending_migrations(known, [applied(1), applied(2)]) == known[2:]
    assert pending_migrations(known, [applied(1), applied(2), applied(3)]) == []


def test_what_is_refused() -> None:
    known = [migration(1), migration(2)]
    with pytest.raises(StartError, match="0003_x, which this version of orchd does not know"):
        pending_migrations(known, [applied(1), applied(2), applied(3)])
    with pytest.raises(StartError, match="0002_x was changed after"):
        pending_migrations(known, [applied(1), applied(2, "other")])
    with pytest.raises(StartError, match="0002_x stopped half-way"):
        pending_migrations(known, [applied(1), applied(2, at=None)])


def write(directory: Path, name: str, sql: bytes = b"SELECT 1;\n") -> None:
    (directory / "sqlite").mkdir(parents=True, exist_ok=True)
    (directory / "sqlite" / name).write_bytes(sql)


def test_files_are_read_in_order_and_line_ends_do_not_matter(tmp_path: Path) -> None:
    for directory, end in ((tmp_path / "a", b"\n"), (tmp_path / "b", b"\r\n")):
        write(directory, "0002_second.sql", b"SELECT 2;" + end)
        write(directory, "0001_first.sql", b"SELECT" + end + b"1;" + end)
        write(directory, "README.md")
    first = load_migrations("sqlite", tmp_path / "a")
    assert [(migration.number, migration.name) for migration in first] == [(1, "0001_first"), (2, "0002_second")]
    assert load_migrations("sqlite", tmp_path / "b") == first


@pytest.mark.parametrize(
    "names", [["0002_a.sql"], ["0001_a.sql", "0001_b.sql"], ["0001_a.sql", "0003_b.sql"], ["1_a.sql"]]
)
def test_misnumbered_files_are_refused(tmp_path: Path, names: list[str]) -> None:
    for name in names:
        write(tmp_path, f"{name}.sql")
    with pytest.raises(StartError, match=r"number|named"):
        load_migrations("sqlite", tmp_path)


def test_missing_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(StartError, match="missing"):
        load_migrations("mysql", tmp_path)


async def test_migrating_step_by_step(database_url: str, make_migrations: MakeMigrations) -> None:
    one = make_migrations(name="one")
    three = make_migrations("CREATE TABLE b (id INTEGER)", "ALTER TABLE b ADD COLUMN c INTEGER; SELECT 1", name="three")
    names = ["0001_note", "0002_later", "0003_later"]
    assert await migration_status(database_url, migrations=three) == ([], names)
    assert await migration_status(database_url, migrations=three) == ([], names)  # nothing was made by looking
    assert await migrate(database_url, migrations=one) == names[:1]
    assert await migrate(database_url, migrations=one) == []
    assert await migration_status(database_url, migrations=three) == (names[:1], names[1:])
    assert await migrate(database_url, migrations=three) == names[1:]
    assert await migration_status(database_url, migrations=three) == (names, [])


async def test_a_newer_database_is_refused(database_url: str, make_migrations: MakeMigrations) -> None:
    await migrate(database_url, migrations=make_migrations("CREATE TABLE b (id INTEGER)", name="new"))
    old = make_migrations(name="old")
    for refused in (migrate, migration_status):
        with pytest.raises(StartError, match="newer version"):
            await refused(database_url, migrations=old)
    async with open_database(database_url, pool_size=1, timeout=5, migrations=old) as database:
        with pytest.raises(StartError, match="newer version"):
            await database.wait_ready()


async def test_a_changed_migration_is_refused(database_url: str, make_migrations: MakeMigrations) -> None:
    await migrate(database_url, migrations=make_migrations("CREATE TABLE b (id INTEGER)", name="a"))
    changed = make_migrations("CREATE TABLE b (id BIGINT)", name="b")
    async with open_database(database_url, pool_size=1, timeout=5, migrations=changed) as database:
        with pytest.raises(StartError, match="0002_later was changed"):
            await database.wait_ready()


async def test_two_processes_start_at_once(database_url: str, make_migrations: MakeMigrations) -> None:
    directory = make_migrations(*(f"CREATE TABLE t{index} (id INTEGER)" for index in range(8)))
    assert migrate_in_processes(3, database_url, directory) == 9
    assert (await migration_status(database_url, migrations=directory)).pending == []


def migrate_in_processes(count: int, url: str, directory: Path) -> int:
    """Start that many at once; how many migrations they applied together."""
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", MIGRATE, url, str(directory)]
    starters = [subprocess.Popen(command, text=True, stdin=pipe, stdout=pipe, stderr=pipe) for _ in range(count)]
    for starter in starters:
        assert starter.stdin is not None
        starter.stdin.write("go\n")
        starter.stdin.flush()
    counts = []
    for starter in starters:
        out, error = starter.communicate(timeout=60)
        assert starter.returncode == 0, error
        counts.append(int(out))
    return sum(counts)


class Column(NamedTuple):
    """What must be the same on both: the kind of value and, outside primary keys, whether it may be null."""

    table: str
    name: str
    holds: str
    nullable: bool | None


_HOLDS = {
    **dict.fromkeys(("INTEGER", "INT", "BIGINT", "SMALLINT", "TINYINT"), "integer"),
    **dict.fromkeys(("TEXT", "LONGTEXT", "MEDIUMTEXT", "VARCHAR", "CHAR"), "text"),
    **dict.fromkeys(("REAL", "DOUBLE", "DOUBLE PRECISION", "FLOAT"), "real"),
    **dict.fromkeys(("BLOB", "LONGBLOB", "MEDIUMBLOB", "VARBINARY", "BINARY"), "blob"),
}


def holds(declared: str) -> str:
    return _HOLDS[declared.upper().partition("(")[0].strip()]


def sqlite_schema(path: Path) -> tuple[set[Column], set[tuple[str, ...]]]:
    columns: set[Column] = set()
    unique: set[tuple[str, ...]] = set()
    with closing(sqlite3.connect(path)) as connection:
        # An index of words is a virtual table, with tables of its own.
        query = (
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            " AND name NOT LIKE 'search_text%'"
        )
        for (table,) in connection.execute(query).fetchall():
            for _, name, declared, required, _, key in connection.execute(f'PRAGMA table_info("{table}")').fetchall():
                columns.add(Column(table, name, holds(declared), None if key else not required))
            for _, index, is_unique, origin, _ in connection.execute(f'PRAGMA index_list("{table}")').fetchall():
                if is_unique and origin != "pk":
                    names = [row[2] for row in connection.execute(f'PRAGMA index_info("{index}")').fetchall()]
                    unique.add((table, *names))
    return columns, unique


async def mysql_schema(server: MariaServer, database: str) -> tuple[set[Column], set[tuple[str, ...]]]:
    rows = await server.execute(
        "SELECT table_name, column_name, data_type, is_nullable, column_key FROM information_schema.columns "
        "WHERE table_schema = ? AND extra NOT LIKE '%%GENERATED%%'",
        database,
    )
    columns = {
        Column(str(table), str(name), holds(str(declared)), None if key == "PRI" else nullable == "YES")
        for table, name, declared, nullable, key in rows
    }
    found = await server.execute(
        "SELECT table_name, GROUP_CONCAT(column_name ORDER BY seq_in_index) FROM information_schema.statistics "
        "WHERE table_schema = ? AND non_unique = 0 AND index_name <> 'PRIMARY' GROUP BY table_name, index_name",
        database,
    )
    return columns, {(str(table), *str(names).split(",")) for table, names in found}


async def test_the_shipped_migrations_make_the_same_tables_on_both(tmp_path: Path, mariadb: MariaServer) -> None:
    names: dict[DatabaseKind, list[str]] = {
        "sqlite": [migration.name for migration in load_migrations("sqlite")],
        "mysql": [migration.name for migration in load_migrations("mysql")],
    }
    assert names["sqlite"] == names["mysql"]
    url = mariadb.new_url()
    await migrate(f"sqlite://{tmp_path}/real.db")
    await migrate(url)
    ours = sqlite_schema(tmp_path / "real.db")
    theirs = await mysql_schema(mariadb, mariadb.name_of(url))
    words = {column for column in theirs[0] if column.table in ("search_text", "search_posting")}
    assert {column.name for column in words} == {"rowid", "owner", "words", "place", "word", "text_id"}
    count = Column("schema_migration", "doneStatements", "integer", True)  # on SQLite a migration is never half
    assert ours[0] == theirs[0] - words - {count}
    assert ours[1] == theirs[1]
    assert {column.table for column in ours[0]} > {"schema_migration"}


async def test_every_text_column_of_the_shipped_tables_can_hold_every_character(mariadb: MariaServer) -> None:
    url = mariadb.new_url()
    await migrate(url)
    found = await mariadb.execute(
        "SELECT table_name, column_name, collation_name FROM information_schema.columns "
        "WHERE table_schema = ? AND collation_name NOT LIKE 'utf8mb4%'",
        mariadb.name_of(url),
    )
    assert found == []


def test_the_tables_that_migrations_leave() -> None:
    script = """-- CREATE TABLE no (a INT);
    CREATE TABLE a(id INT); CREATE TABLE b (id INT, note TEXT DEFAULT 'x; CREATE TABLE y (z)');
    create table if not exists c (id INT); CREATE INDEX d ON a (id); ALTER TABLE a ADD COLUMN e INT;
    CREATE TABLE new_b (id INT); DROP TABLE b; ALTER TABLE new_b RENAME TO b; DROP TABLE c;"""
    assert tables_of([Migration(1, "0001_x", script, "")]) == {"a", "b"}


@pytest.mark.parametrize("kind", ["sqlite", "mysql"])
def test_the_tables_of_our_own_migrations(kind: DatabaseKind) -> None:
    assert {"conversation", "chat_message", "daemon", "journal", "task"} <= tables_of(load_migrations(kind))
