"""Before a SQLite file is migrated it is copied, if there is room; the newest copies stay, and all other files."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from orchd.errors import StartError
from orchd.storage import migrate, open_database
from orchd.storage.sqlite import sqlite_copies
from orchd.storage.sqlite.sqlite_copies import MigrationCopies
from tests.fix_storage import READY_SECONDS, MakeMigrations

LATER = [f"CREATE TABLE t{number} (id INTEGER)" for number in range(6)]


def copies(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.glob("test.db.before-*"))


async def test_an_old_database_is_copied_and_a_new_one_is_not(tmp_path: Path, make_migrations: MakeMigrations) -> None:
    url = f"sqlite://{tmp_path}/test.db"
    await migrate(url, migrations=make_migrations(), copies=2)
    assert copies(tmp_path) == []
    await migrate(url, migrations=make_migrations(LATER[0]), copies=2)
    (copy,) = copies(tmp_path)
    assert copy.startswith("test.db.before-0002-2")
    with closing(sqlite3.connect(tmp_path / copy)) as connection:
        assert connection.execute("SELECT number FROM schema_migration").fetchall() == [(1,)]
        assert connection.execute("SELECT COUNT(*) FROM note").fetchall() == [(1,)]
    assert (tmp_path / copy).stat().st_mode & 0o777 == 0o600
    await migrate(url, migrations=make_migrations(LATER[0]), copies=2)
    assert copies(tmp_path) == [copy]


async def test_the_daemon_copies_and_keeps_the_newest(tmp_path: Path, make_migrations: MakeMigrations) -> None:
    url = f"sqlite://{tmp_path}/test.db"
    await migrate(url, migrations=make_migrations())
    old = ["test.db.before-0009-20200101T000000Z", "test.db.before-0001-20210101T000000Z"]
    kept = ["test.db.before-mine", "test.db.before-0001-20200101T000000Z.bak"]
    for name in (*old, *kept):
        (tmp_path / name).write_text("")
    later = make_migrations(*LATER[:2])
    async with open_database(url, pool_size=1, timeout=READY_SECONDS, migrations=later, migration_copies=2) as database:
        await database.wait_ready()
    assert old[0] not in copies(tmp_path)
    assert {old[1], *kept} < set(copies(tmp_path))
    assert len(copies(tmp_path)) == 4


async def test_without_room_nothing_is_migrated(
    tmp_path: Path, make_migrations: MakeMigrations, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite://{tmp_path}/test.db"
    await migrate(url, migrations=make_migrations())
    found = os.statvfs(tmp_path)
    small = os.statvfs_result((*found[:4], 10, *found[5:]))
    monkeypatch.setattr("os.statvfs", lambda _: small)
    later = make_migrations(LATER[0])
    with pytest.raises(StartError, match=r"0 MB are free; make room, or set `database.migrationCopies`"):
        await migrate(url, migrations=later, copies=1)
    assert copies(tmp_path) == []
    assert await migrate(url, migrations=later) == ["0002_later"]


def place_large(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT)")
    connection.executemany("INSERT INTO note (text) VALUES (?)", (("x" * 100,) for _ in range(2_000)))
    return connection


def test_how_far_a_copy_is_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_copies, "STEPS", 100)
    monkeypatch.setattr(sqlite_copies, "FIRST_SECONDS", 0.0)
    made, seen = MigrationCopies(tmp_path / "test.db", 1), list[str | None]()
    with closing(place_large(tmp_path / "test.db")) as connection, capture_logs() as lines:
        made.make(connection, 7)
        monkeypatch.setattr(sqlite_copies._CopyProgress, "look", lambda _: seen.append(made.under_way()))
        made.make(connection, 8)
    first, *_, last = [line for line in lines if "0007" in line.get("copy", "") or "of" in line]
    assert [line["event"] for line in lines[:2]] == [
        "the database is copied before it is migrated",
        "the database is being copied",
    ]
    assert 0 <= lines[1]["bytes"] <= 2 * lines[1]["of"] == 2 * first["bytes"]
    assert last["event"] == "the database was copied"
    assert "it is copied before it is migrated: 0 of 0 MB" in seen
    assert made.under_way() is None


async def test_the_state_of_a_database_says_that_it_is_copied(
    tmp_path: Path, make_migrations: MakeMigrations, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MigrationCopies, "under_way", lambda _: "it is copied")
    url = f"sqlite://{tmp_path}/test.db"
    async with open_database(url, pool_size=1, timeout=READY_SECONDS, migrations=make_migrations()) as database:
        assert database.health().reason == "it is copied"
        await database.wait_ready()
        assert (database.health().ok, database.health().reason) == (True, None)
