"""The files of a SQLite database that are removed, replaced, read-only or grown."""

import contextlib
import os
import sqlite3
import stat
from pathlib import Path

import pytest
import trio
from structlog.testing import capture_logs

from orchd.errors import StartError, Unavailable
from orchd.storage import SqlValue, Statement, Steps, migration_status, open_database
from orchd.storage.sqlite.sqlite_connection import WAL_BYTES
from tests.fix_storage import MakeMigrations

HANG_SECONDS = 90.0


def add_note(title: str, body: str = "") -> Steps[int]:
    added = yield Statement("INSERT INTO note (title, body) VALUES (?, ?)", (title, body))
    return added.last_id


def titles() -> Steps[list[SqlValue]]:
    found = yield Statement("SELECT title FROM note WHERE id > 1 ORDER BY id")
    return [row[0] for row in found.rows]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "test.db"


@pytest.mark.parametrize("how", ["removed", "replaced"])
async def test_a_file_that_is_removed_while_it_is_open_is_noticed(
    how: str, path: Path, make_migrations: MakeMigrations
) -> None:
    """SQLite itself would go on in a file without a name, and all of it would be lost."""
    async with open_database(f"sqlite://{path}", pool_size=1, timeout=2, migrations=make_migrations()) as database:
        await database.wait_ready()
        await database.write(add_note, "before")
        await database.read(titles)
        kept = path.with_name("kept.db")
        with contextlib.closing(sqlite3.connect(path)) as connection:
            connection.execute("VACUUM INTO ?", (str(kept),))
        for file in path.parent.glob("test.db*"):
            file.unlink()
        if how == "replaced":
            kept.rename(path)
        with capture_logs() as logs, pytest.raises(Unavailable, match="file is gone"):
            await database.write(add_note, "lost")
        if how == "removed":  # else it may be back already
            with pytest.raises(Unavailable):
                await database.read(titles)
            assert not database.health().ok
        (line,) = (line for line in logs if line["event"] == "the database is away")
        assert f"{path} was {how}" in line["cause"]
        if how == "removed":
            kept.rename(path)
        with trio.fail_after(HANG_SECONDS):
            await database.wait_ready()
        await database.write(add_note, "after")
        assert await database.read(titles) == ["before", "after"]


async def test_the_log_gives_its_disk_back_after_a_long_read(path: Path, make_migrations: MakeMigrations) -> None:
    wal = path.with_name("test.db-wal")
    async with open_database(f"sqlite://{path}", pool_size=1, timeout=30, migrations=make_migrations()) as database:
        await database.wait_ready()
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT COUNT(*) FROM note").fetchall()
            for number in range(5):
                await database.write(add_note, f"long {number}", "x" * 5_000_000)
            assert wal.stat().st_size > WAL_BYTES
        await database.write(add_note, "checkpoint", "x" * 5_000_000)
        await database.write(add_note, "begins again")
        assert wal.stat().st_size <= WAL_BYTES


def by_mode(path: Path, wanted: int) -> bool:
    """What `os.access` says to somebody who is not root."""
    return not wanted & os.W_OK or bool(path.stat().st_mode & stat.S_IWUSR)


async def test_a_file_that_may_only_be_read_is_named(
    path: Path, make_migrations: MakeMigrations, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrations = make_migrations()
    async with open_database(f"sqlite://{path}", pool_size=1, timeout=2, migrations=migrations) as database:
        await database.wait_ready()
    monkeypatch.setattr("orchd.storage.sqlite.sqlite_files.os.access", by_mode)
    path.chmod(0o400)
    async with open_database(f"sqlite://{path}", pool_size=1, timeout=2, migrations=migrations) as database:
        with trio.fail_after(HANG_SECONDS), pytest.raises(StartError, match=f"{path} can't be written to"):
            await database.wait_ready()
    with pytest.raises(StartError, match=f"{path} can't be written to"):
        await migration_status(f"sqlite://{path}", migrations=migrations)
    path.chmod(0o600)
    side = path.with_name("test.db-wal")
    side.touch(0o400)
    with pytest.raises(StartError, match=f"{side} can't be written to"):
        await migration_status(f"sqlite://{path}", migrations=migrations)
    async with open_database(f"sqlite://{path}", pool_size=1, timeout=2, migrations=migrations) as database:
        with trio.fail_after(HANG_SECONDS):
            await database.wait_ready()
        assert side.stat().st_mode & stat.S_IWUSR, "what an earlier start has left is mended"
        await database.write(add_note, "after")
