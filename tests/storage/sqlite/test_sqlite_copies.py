"""Before a SQLite file is migrated it is copied, if there is room; the newest copies stay, and all other files."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from orchd.errors import StartError
from orchd.storage import migrate, open_database
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
