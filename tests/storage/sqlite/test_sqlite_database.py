"""SQLite under stress: full disks, locks of other processes, files that go and come back, deadlines."""

import contextlib
import resource
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import trio
import trio.testing

from orchd.errors import StartError, Unavailable
from orchd.storage import Database, SqlValue, Statement, Steps, open_database
from orchd.storage.readiness import running
from orchd.storage.sqlite.sqlite_database import SqliteDatabase
from tests.fix_storage import MakeMigrations

HANG_SECONDS = 90.0
ENDLESS = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n"
HOLD_LOCK = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
sys.stdin.readline()
"""


def add_note(title: str, body: str = "") -> Steps[int]:
    added = yield Statement("INSERT INTO note (title, body) VALUES (?, ?)", (title, body))
    return added.last_id


def titles() -> Steps[list[SqlValue]]:
    found = yield Statement("SELECT title FROM note WHERE id > 1 ORDER BY id")
    return [row[0] for row in found.rows]


def run(sql: str) -> Steps[None]:
    yield Statement(sql)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "test.db"


@contextmanager
def locked_by_another_process(path: Path) -> Iterator[None]:
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD_LOCK, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with other:
        assert other.stdout is not None
        assert other.stdout.readline() == "locked\n"
        try:
            yield
        finally:
            other.kill()


async def test_file_and_directory_are_the_owner_s_alone(path: Path, make_migrations: MakeMigrations) -> None:
    async with open_database(f"sqlite://{path}", pool_size=1, timeout=5, migrations=make_migrations()) as database:
        await database.wait_ready()
        await database.write(add_note, "a")
        modes = {entry.name: stat.S_IMODE(entry.stat().st_mode) for entry in path.parent.iterdir()}
    assert modes == dict.fromkeys(("test.db", "test.db-wal", "test.db-shm"), 0o600)
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


async def test_the_settings_of_the_connection(path: Path, make_migrations: MakeMigrations) -> None:
    def pragma(name: str) -> Steps[SqlValue]:
        found = yield Statement(f"PRAGMA {name}")
        value: SqlValue = found.rows[0][0]
        return value

    async with open_database(f"sqlite://{path}", pool_size=1, timeout=5, migrations=make_migrations()) as database:
        await database.wait_ready()
        seen = [await database.write(pragma, name) for name in ("journal_mode", "synchronous", "foreign_keys")]
        assert seen == ["wal", 2, 1]
        assert await database.read(pragma, "query_only") == 1


async def test_only_a_durable_commit_waits_for_the_disk(path: Path, make_migrations: MakeMigrations) -> None:
    def add_and_look(title: str) -> Steps[SqlValue]:
        yield from add_note(title)
        found = yield Statement("PRAGMA synchronous")
        value: SqlValue = found.rows[0][0]
        return value

    async with open_database(f"sqlite://{path}", pool_size=1, timeout=5, migrations=make_migrations()) as database:
        await database.wait_ready()
        seen = []
        for index in range(3):  # again and again: SQLite applies a pragma when it is prepared, and sqlite3 keeps those
            seen.append(await database.write(add_and_look, f"durable {index}"))
            seen.append(await database.write_relaxed(add_and_look, f"relaxed {index}"))
            seen.append(await database.write_relaxed(add_and_look, f"relaxed again {index}"))
        assert seen == [2, 1, 1] * 3


async def test_a_write_past_its_deadline_is_undone_and_others_go_on(
    path: Path, make_migrations: MakeMigrations
) -> None:
    def slow() -> Steps[None]:
        yield from add_note("slow")
        yield Statement(ENDLESS)

    async with open_database(f"sqlite://{path}", pool_size=1, timeout=1, migrations=make_migrations()) as database:
        await database.wait_ready()
        with trio.fail_after(HANG_SECONDS), pytest.raises(Unavailable, match="in time"):
            await database.write(slow)
        with trio.fail_after(HANG_SECONDS), pytest.raises(Unavailable, match="in time"):
            await database.read(run, ENDLESS)
        with trio.fail_after(HANG_SECONDS):
            await database.wait_ready()
        await database.write(add_note, "after")
        assert await database.read(titles) == ["after"]


async def test_a_write_that_nobody_waits_for_any_more_is_not_begun(path: Path, make_migrations: MakeMigrations) -> None:
    release = threading.Event()
    inside = trio.Event()
    token = trio.lowlevel.current_trio_token()

    def hold() -> Steps[None]:
        token.run_sync_soon(inside.set)
        assert release.wait(HANG_SECONDS)
        yield Statement("SELECT 1")

    async def overdue(database: Database, steps: str) -> None:
        with pytest.raises(Unavailable):
            await (database.write(hold) if steps == "hold" else database.write(add_note, steps))

    async with open_database(f"sqlite://{path}", pool_size=1, timeout=0.5, migrations=make_migrations()) as database:
        await database.wait_ready()
        async with trio.open_nursery() as nursery:
            nursery.start_soon(overdue, database, "hold")
            await inside.wait()
            nursery.start_soon(overdue, database, "too late")
        release.set()
        with trio.fail_after(HANG_SECONDS):
            await database.wait_ready()
        assert await database.read(titles) == []


async def test_the_queue_of_writes_is_bounded(path: Path, make_migrations: MakeMigrations) -> None:
    release = threading.Event()

    def hold() -> Steps[None]:
        yield Statement("SELECT 1")
        release.wait(HANG_SECONDS)

    database = SqliteDatabase(path, readers=1, timeout=0.5, migrations=make_migrations())
    database._write_places = trio.Semaphore(1)
    async with running(database):
        await database.wait_ready()
        async with trio.open_nursery() as nursery:

            async def refused() -> None:
                with pytest.raises(Unavailable, match="in time"):
                    await database.write(hold)

            nursery.start_soon(refused)
            await trio.testing.wait_all_tasks_blocked()
            with pytest.raises(Unavailable, match=r"too many|in time"):
                await database.write(add_note, "no place")
        release.set()
        with trio.fail_after(HANG_SECONDS):
            await database.wait_ready()
        await database.write(add_note, "a place")
        assert await database.read(titles) == ["a place"]


async def test_a_lock_of_another_process_is_an_outage_that_ends_by_itself(
    path: Path, make_migrations: MakeMigrations
) -> None:
    async with open_database(f"sqlite://{path}", pool_size=1, timeout=1, migrations=make_migrations()) as database:
        await database.wait_ready()
        with locked_by_another_process(path):
            with trio.fail_after(HANG_SECONDS), pytest.raises(Unavailable, match=r"locked|in time"):
                await database.write(add_note, "a")
            assert not database.health().ok
            assert await database.read(titles) == []  # readers don't mind
        with trio.fail_after(HANG_SECONDS):
            await database.wait_ready()
        await database.write(add_note, "b")
        assert await database.read(titles) == ["b"]


async def test_a_short_lock_is_waited_for(path: Path, make_migrations: MakeMigrations) -> None:
    async with open_database(f"sqlite://{path}", pool_size=1, timeout=10, migrations=make_migrations()) as database:
        await database.wait_ready()
        async with trio.open_nursery() as nursery:
            with locked_by_another_process(path):
                nursery.start_soon(database.write, add_note, "a")
                await trio.sleep(0.3)
        assert await database.read(titles) == ["a"]


async def test_a_lock_at_the_start_is_waited_for(path: Path, make_migrations: MakeMigrations) -> None:
    path.parent.mkdir()
    sqlite3.connect(path).close()
    url = f"sqlite://{path}"
    with locked_by_another_process(path):
        async with open_database(url, pool_size=1, timeout=0.6, migrations=make_migrations()) as database:
            with trio.move_on_after(1) as scope:
                await database.wait_ready()
            assert scope.cancelled_caught
            assert "locked" in (database.health().reason or "") or "in time" in (database.health().reason or "")
    async with open_database(f"sqlite://{path}", pool_size=1, timeout=1, migrations=make_migrations()) as database:
        with trio.fail_after(HANG_SECONDS):
            await database.wait_ready()


async def test_a_file_that_goes_is_not_made_anew_and_found_when_it_is_back(
    path: Path, make_migrations: MakeMigrations
) -> None:
    """As when the disk under a mount point is away for a while."""
    away = path.parent.with_name("away")
    async with open_database(f"sqlite://{path}", pool_size=1, timeout=1, migrations=make_migrations()) as database:
        await database.wait_ready()
        await database.write(add_note, "before")
        with locked_by_another_process(path):  # an outage, after which the connection is opened anew
            with pytest.raises(Unavailable):
                await database.write(add_note, "no")
            path.parent.rename(away)
        path.parent.mkdir()
        with trio.fail_after(HANG_SECONDS), pytest.raises(Unavailable, match=r"can't be opened|in time"):
            await database.write(add_note, "no")
        assert list(path.parent.iterdir()) == []
        path.parent.rmdir()
        away.rename(path.parent)
        with trio.fail_after(HANG_SECONDS):
            await database.wait_ready()
        await database.write(add_note, "after")
        assert await database.read(titles) == ["before", "after"]


def fill(path: Path) -> None:
    """Write a file until there is no space left."""
    with path.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(b"x" * 4096):
            pass


@contextmanager
def small_tmpfs(directory: Path) -> Iterator[None]:
    directory.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(directory)]
    try:
        mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        mounted = False
    if not mounted:
        pytest.skip("a file system of half a MiB can be mounted by root only")
    try:
        yield
    finally:
        subprocess.run(["umount", str(directory)], check=True)


async def test_a_full_disk_is_an_outage_until_there_is_space(tmp_path: Path, make_migrations: MakeMigrations) -> None:
    disk = tmp_path / "disk"
    with small_tmpfs(disk):
        filler = disk / "filler"
        url = f"sqlite://{disk}/test.db"
        async with open_database(url, pool_size=1, timeout=5, migrations=make_migrations()) as database:
            await database.wait_ready()
            await database.write(add_note, "before")
            fill(filler)
            results: list[str] = []

            async def add(title: str) -> None:
                try:
                    await database.write(add_note, title, "y" * 20_000)
                    results.append("stored")
                except Unavailable as error:
                    results.append(error.message)

            async with trio.open_nursery() as nursery:
                for index in range(5):
                    nursery.start_soon(add, f"full {index}")
            assert results == ["the database's disk is full"] * 5
            assert not database.health().ok
            assert await database.read(titles) == ["before"]
            await trio.sleep(0.7)
            assert not database.health().ok  # the check has tried to write, too
            filler.unlink()
            with trio.fail_after(HANG_SECONDS):
                await database.wait_ready()
            await database.write(add_note, "after")
            assert await database.read(titles) == ["before", "after"]


async def test_a_failing_write_to_the_file_is_an_outage(path: Path, make_migrations: MakeMigrations) -> None:
    async with open_database(f"sqlite://{path}", pool_size=1, timeout=5, migrations=make_migrations()) as database:
        await database.wait_ready()
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, hard))  # Python ignores the signal that goes with it
        try:
            with pytest.raises(Unavailable, match="disk"):
                await database.write(add_note, "large", "y" * 1_000_000)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        with trio.fail_after(HANG_SECONDS):
            await database.wait_ready()
        await database.write(add_note, "after")
        assert await database.read(titles) == ["after"]


@pytest.mark.parametrize("where", ["/proc/orchd/x.db", "/proc/version", "directory", "file/x.db", "garbage"])
async def test_a_file_that_cannot_be_used_is_told_at_the_start(
    tmp_path: Path, make_migrations: MakeMigrations, where: str
) -> None:
    (tmp_path / "directory").mkdir()
    (tmp_path / "file").write_text("")
    (tmp_path / "garbage").write_text("this is no database at all" * 200)
    url = f"sqlite://{tmp_path / where}"
    async with open_database(url, pool_size=1, timeout=2, migrations=make_migrations()) as database:
        with trio.fail_after(HANG_SECONDS), pytest.raises(StartError, match="database file") as caught:
            await database.wait_ready()
        assert str(tmp_path / where) in str(caught.value)
        assert str(tmp_path) not in (database.health().reason or "")
        with pytest.raises(Unavailable, match="operator"):
            await database.write(add_note, "a")


def damage(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (path.stat().st_size - 4096))


async def test_a_damaged_file_is_told_at_the_start(path: Path, make_migrations: MakeMigrations) -> None:
    async with open_database(f"sqlite://{path}", pool_size=1, timeout=2, migrations=make_migrations()) as database:
        await database.wait_ready()
    damage(path)
    async with open_database(f"sqlite://{path}", pool_size=1, timeout=2, migrations=make_migrations()) as database:
        with trio.fail_after(HANG_SECONDS), pytest.raises(StartError, match="damaged"):
            await database.wait_ready()


async def test_leaving_is_bounded_though_the_thread_hangs(path: Path, make_migrations: MakeMigrations) -> None:
    release = threading.Event()
    waited = []

    def hang() -> Steps[None]:
        yield Statement("SELECT 1")
        waited.append(release.wait(HANG_SECONDS))

    async with open_database(f"sqlite://{path}", pool_size=1, timeout=0.5, migrations=make_migrations()) as database:
        await database.wait_ready()
        with pytest.raises(Unavailable):
            await database.write(hang)
    assert waited == [], "it still hangs"
    release.set()
    for thread in threading.enumerate():
        if thread.name == "orchd-sqlite-writer":
            thread.join(HANG_SECONDS)
            assert not thread.is_alive()


async def test_writes_that_nobody_waits_for_are_bounded_too_while_the_disk_hangs(
    path: Path, make_migrations: MakeMigrations, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What stays in the thread's queue keeps its place, however long ago its caller was told."""
    release = threading.Event()

    def hold() -> Steps[None]:
        yield Statement("SELECT 1")
        release.wait(HANG_SECONDS)

    database = SqliteDatabase(path, readers=1, timeout=0.3, migrations=make_migrations())
    database._write_places = places = trio.Semaphore(6)
    async with running(database):
        await database.wait_ready()
        for _ in range(3):
            async with trio.open_nursery() as nursery:
                for number in range(5):

                    async def refused(number: int = number) -> None:
                        with pytest.raises(Unavailable):
                            await database.write(hold if number == 0 else titles)

                    nursery.start_soon(refused)
        assert places.value == 0, "all are in the queue still, and no more"
        release.set()
        with trio.fail_after(HANG_SECONDS):
            await database.wait_ready()
        await database.write(add_note, "after")
        await trio.testing.wait_all_tasks_blocked()
        assert places.value == 6
