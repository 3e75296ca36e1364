"""A migration of a SQLite file is applied whole or not at all."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from orchd.errors import StartError
from orchd.storage import migrate, migration_status, open_database
from orchd.storage.sqlite.sqlite_migrate import apply_migrations
from tests.fix_storage import MakeMigrations

TRIGGER = """
CREATE TABLE log (noteId INTEGER);
-- a trigger; its body has semicolons
CREATE TRIGGER noted AFTER INSERT ON note BEGIN
    INSERT INTO log (noteId) VALUES (NEW.id);
    INSERT INTO log (noteId) VALUES (-NEW.id);
END;
INSERT INTO note (title, body) VALUES ('triggered', 'END;');
"""
REBUILD = """
CREATE TABLE new_note (id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL, body TEXT NOT NULL);
INSERT INTO new_note SELECT id, title, body FROM note;
DROP TABLE note;
ALTER TABLE new_note RENAME TO note;
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "test.db"


def rows(path: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


async def test_a_failing_migration_leaves_no_trace(path: Path, make_migrations: MakeMigrations) -> None:
    broken = make_migrations("CREATE TABLE b (id INTEGER); INSERT INTO note (title) VALUES (NULL)")
    with pytest.raises(StartError, match="migration 0002_later failed and changed nothing: NOT NULL"):
        await migrate(f"sqlite://{path}", migrations=broken)
    assert (await migration_status(f"sqlite://{path}", migrations=broken)).applied == ["0001_note"]
    assert rows(path, "SELECT name FROM sqlite_master WHERE name = 'b'") == []


async def test_triggers_stay_in_one_piece(path: Path, make_migrations: MakeMigrations) -> None:
    await migrate(f"sqlite://{path}", migrations=make_migrations(TRIGGER))
    assert rows(path, "SELECT noteId FROM log") == [(2,), (-2,)]


async def test_a_table_that_others_refer_to_can_be_rebuilt(path: Path, make_migrations: MakeMigrations) -> None:
    tag = "INSERT INTO tag (noteId) VALUES (1)"
    await migrate(f"sqlite://{path}", migrations=make_migrations(tag, REBUILD))
    assert rows(path, "SELECT noteId FROM tag") == [(1,)]


async def test_a_migration_may_not_break_a_reference(path: Path, make_migrations: MakeMigrations) -> None:
    breaking = make_migrations("INSERT INTO tag (noteId) VALUES (77)")
    with pytest.raises(StartError, match="rows of tag that refer to nothing"):
        await migrate(f"sqlite://{path}", migrations=breaking)
    assert rows(path, "SELECT * FROM tag") == []


async def test_looking_makes_no_file(path: Path, make_migrations: MakeMigrations) -> None:
    await migration_status(f"sqlite://{path}", migrations=make_migrations())
    assert list(path.parent.glob("test.db*")) == []


@pytest.fixture
def garbage(path: Path) -> Path:
    path.write_text("no database" * 1000)
    return path


async def test_what_can_not_be_opened(garbage: Path, make_migrations: MakeMigrations) -> None:
    for call in (migrate, migration_status):
        with pytest.raises(StartError, match="is not a SQLite database"):
            await call(f"sqlite://{garbage}", migrations=make_migrations())


async def test_the_connection_that_has_migrated_is_let_go(
    path: Path, make_migrations: MakeMigrations, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[sqlite3.Connection] = []

    def apply(connection: sqlite3.Connection, *rest: Any) -> list[str]:
        seen.append(connection)
        return apply_migrations(connection, *rest)

    monkeypatch.setattr("orchd.storage.sqlite.sqlite_database.apply_migrations", apply)
    closed: list[bool] = []
    for _ in range(2):
        async with open_database(f"sqlite://{path}", pool_size=1, timeout=5, migrations=make_migrations()) as database:
            await database.wait_ready()
            closed.append(is_closed(seen[-1]))
    assert closed == [True, False]


def is_closed(connection: sqlite3.Connection) -> bool:
    try:
        return connection.total_changes < 0
    except sqlite3.ProgrammingError:
        return True
