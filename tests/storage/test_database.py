"""What `Database` promises, on SQLite and on MariaDB alike."""

import gc
import signal
import sys
import threading

import pytest
import trio

from orchd.errors import Conflict, NotFound, Unavailable
from orchd.storage import Database, Result, SqlValue, Statement, Steps, ValueRefused, open_database
from orchd.storage.database import Health
from tests.fix_storage import READY_SECONDS, MakeMigrations


def add_note(title: str, body: str = "", number: int | None = None) -> Steps[int]:
    added = yield Statement("INSERT INTO note (title, body, number) VALUES (?, ?, ?)", (title, body, number))
    return added.last_id


def find_body(title: str) -> Steps[str | None]:
    found = yield Statement("SELECT body FROM note WHERE title = ?", (title,))
    return found.rows[0][0] if found.rows else None


def count_notes() -> Steps[int]:
    found = yield Statement("SELECT COUNT(*) FROM note")
    return int(found.rows[0][0])


def one(sql: str, *params: SqlValue) -> Steps[Result]:
    return (yield Statement(sql, params))


async def test_commit_is_visible_and_gives_the_new_id(database: Database) -> None:
    first = await database.write(add_note, "a", "body")
    second = await database.write(add_note, "b", body="other")
    assert 1 < first < second
    assert await database.read(find_body, "a") == "body"
    assert await database.read(find_body, "none") is None
    assert database.health().ok


async def test_migration_text_is_split_where_statements_end(database: Database) -> None:
    assert await database.read(find_body, 'it\'s; a "note" -- 100%?') == "first; text"


async def test_an_error_of_the_steps_undoes_everything(database: Database) -> None:
    def add_then_fail() -> Steps[None]:
        yield from add_note("gone")
        yield from add_note("gone too")
        raise NotFound("no such conversation")

    with pytest.raises(NotFound, match="no such conversation"):
        await database.write(add_then_fail)
    assert await database.read(find_body, "gone") is None
    assert database.health().ok


async def test_an_unavailable_raised_by_the_steps_says_nothing_about_the_database(database: Database) -> None:
    def fail() -> Steps[None]:
        yield from add_note("gone")
        raise Unavailable("no model server")

    with pytest.raises(Unavailable, match="no model server"):
        await database.write(fail)
    assert database.health().ok
    assert await database.read(find_body, "gone") is None


async def test_broken_unique_and_foreign_keys_are_conflicts(database: Database) -> None:
    note = await database.write(add_note, "a")
    with pytest.raises(Conflict):
        await database.write(add_note, "a")
    with pytest.raises(Conflict):
        await database.write(one, "INSERT INTO tag (noteId) VALUES (?)", 12345)
    await database.write(one, "INSERT INTO tag (noteId) VALUES (?)", note)
    with pytest.raises(Conflict):
        await database.write(one, "DELETE FROM note WHERE id = ?", note)
    with pytest.raises(Conflict):
        await database.write(one, "INSERT INTO note (id, title, body) VALUES (?, ?, ?)", note, "c", "")
    assert database.health().ok


async def test_steps_may_go_on_after_a_conflict(database: Database) -> None:
    def add_or_replace(title: str, body: str) -> Steps[str]:
        try:
            yield from add_note(title, body)
        except Conflict:
            yield Statement("UPDATE note SET body = ? WHERE title = ?", (body, title))
            return "replaced"
        return "added"

    assert await database.write(add_or_replace, "a", "1") == "added"
    assert await database.write(add_or_replace, "a", "2") == "replaced"
    assert await database.read(find_body, "a") == "2"


async def test_a_mistake_in_the_sql_is_a_defect_not_an_outage(database: Database) -> None:
    for call in (database.write, database.read):
        with pytest.raises(Exception, match=r"(?i)syntax") as caught:
            await call(one, "SELEC 1")
        assert not isinstance(caught.value, Unavailable)
    with pytest.raises(ValueRefused):
        await database.write(one, "INSERT INTO note (title, body) VALUES (?, ?)", None, "")
    await database.write(add_note, "still works")


async def test_a_probe_is_an_answer(database: Database) -> None:
    await database.probe()
    assert database.health().ok


async def test_a_read_cannot_write(database: Database) -> None:
    with pytest.raises(Exception, match=r"(?i)read.?only|can't be written"):
        await database.read(add_note, "sneaky")
    assert await database.read(find_body, "sneaky") is None
    await database.write(add_note, "still works")


async def test_a_relaxed_write_is_a_write_in_all_else(database: Database) -> None:
    def add_then_fail() -> Steps[None]:
        yield from add_note("gone")
        raise NotFound("no such conversation")

    note = await database.write_relaxed(add_note, "a", body="body")
    assert note > 1
    assert await database.read(find_body, "a") == "body"
    with pytest.raises(Conflict):
        await database.write_relaxed(add_note, "a")
    with pytest.raises(NotFound):
        await database.write_relaxed(add_then_fail)
    with trio.CancelScope() as scope:
        scope.cancel()
        await database.write_relaxed(add_note, "never")
    assert scope.cancelled_caught
    assert await database.read(count_notes) == 2
    assert database.health().ok


DIE = """
import os, pathlib, signal, sys, trio
from orchd.storage import Statement, open_database

def add(title):
    yield Statement("INSERT INTO note (title, body) VALUES (?, '')", (title,))

async def main(url, migrations):
    async with open_database(url, pool_size=1, timeout=30, migrations=pathlib.Path(migrations)) as database:
        await database.wait_ready()
        await database.write(add, "durable")
        for index in range(3):
            await database.write_relaxed(add, f"relaxed {index}")
        os.kill(os.getpid(), signal.SIGKILL)

trio.run(main, *sys.argv[1:])
"""


async def test_a_relaxed_write_survives_the_sudden_death_of_its_process(
    database_url: str, make_migrations: MakeMigrations
) -> None:
    migrations = make_migrations()
    with trio.fail_after(READY_SECONDS):
        died = await trio.run_process([sys.executable, "-c", DIE, database_url, str(migrations)], check=False)
    assert died.returncode == -signal.SIGKILL
    async with open_database(database_url, pool_size=1, timeout=10, migrations=migrations) as database:
        await database.wait_ready()
        found = await database.read(one, "SELECT title FROM note WHERE id > 1 ORDER BY id")
    assert [title for (title,) in found.rows] == ["durable", "relaxed 0", "relaxed 1", "relaxed 2"]


async def test_many_writers_of_one_row_lose_no_update(database: Database) -> None:
    def increment() -> Steps[None]:
        found = yield Statement("SELECT number FROM note WHERE title = ?", ("counter",))
        yield Statement("UPDATE note SET number = ? WHERE title = ?", (found.rows[0][0] + 1, "counter"))

    await database.write(add_note, "counter", number=0)
    async with trio.open_nursery() as nursery:
        for _ in range(30):
            nursery.start_soon(database.write, increment)
    found = await database.read(one, "SELECT number FROM note WHERE title = ?", "counter")
    assert found.rows == [(30,)]


async def test_writers_that_see_a_gap_fill_it_once(database: Database) -> None:
    """The phantom: each looks whether a number is taken, and takes it. Nothing but isolation keeps them apart."""

    def take_next(title: str) -> Steps[int]:
        found = yield Statement("SELECT COALESCE(MAX(number), 0) FROM note")
        number = int(found.rows[0][0]) + 1
        yield from add_note(title, number=number)
        return number

    taken: list[int] = []

    async def take(title: str) -> None:
        taken.append(await database.write(take_next, title))

    async with trio.open_nursery() as nursery:
        for index in range(12):
            nursery.start_soon(take, f"t{index}")
    assert sorted(taken) == list(range(1, 13))


async def test_one_failing_writer_among_many_fails_alone(database: Database) -> None:
    refused: list[str] = []

    async def add(title: str) -> None:
        try:
            await database.write(add_note, title)
        except Conflict:
            refused.append(title)

    await database.write(add_note, "7")
    async with trio.open_nursery() as nursery:
        for index in range(20):
            nursery.start_soon(add, str(index))
    assert refused == ["7"]
    assert await database.read(count_notes) == 21


async def test_a_read_sees_one_snapshot(database: Database) -> None:
    started = trio.Event()
    token = trio.lowlevel.current_trio_token()
    counts: list[tuple[int, int]] = []

    def count_twice() -> Steps[tuple[int, int]]:
        before = yield from count_notes()
        token.run_sync_soon(started.set)
        for _ in range(200):  # statements give a write the time to commit in between
            yield Statement("SELECT 1")
        yield Statement("SELECT COUNT(*) FROM note a, note b, note c, note d WHERE a.body <> b.body")
        after = yield from count_notes()
        return before, after

    async def read() -> None:
        counts.append(await database.read(count_twice))

    async with trio.open_nursery() as nursery:
        nursery.start_soon(read)
        await started.wait()
        await database.write(add_note, "in between")
    assert counts[0][0] == counts[0][1]
    assert await database.read(count_notes) == counts[0][0] + 1


async def test_reads_go_on_during_a_long_write(database: Database) -> None:
    inside = trio.Event()
    release = threading.Event()
    token = trio.lowlevel.current_trio_token()

    def slow() -> Steps[None]:
        yield from add_note("slow")
        token.run_sync_soon(inside.set)
        if database.health().kind == "sqlite":
            assert release.wait(60)  # the writer thread; on MySQL the open transaction below takes its time
        else:
            yield Statement("SELECT SLEEP(0.5)")

    async with trio.open_nursery() as nursery:
        nursery.start_soon(database.write, slow)
        await inside.wait()
        with trio.fail_after(90):
            assert await database.read(find_body, "slow") is None
        release.set()
    assert await database.read(find_body, "slow") == ""


async def test_a_cancelled_write_is_finished_before_the_cancellation_goes_on(database: Database) -> None:
    token = trio.lowlevel.current_trio_token()
    with trio.CancelScope() as scope:

        def add_after_cancel() -> Steps[None]:
            yield from add_note("first half")
            token.run_sync_soon(scope.cancel)
            for _ in range(50):
                yield Statement("SELECT 1")
            yield from add_note("second half")

        await database.write(add_after_cancel)
        pytest.fail("the cancellation was lost")
    assert scope.cancelled_caught
    assert await database.read(find_body, "second half") == ""
    assert database.health().ok


async def test_a_write_cancelled_beforehand_does_not_begin(database: Database) -> None:
    with trio.CancelScope() as scope:
        scope.cancel()
        await database.write(add_note, "never")
    assert scope.cancelled_caught
    assert await database.read(find_body, "never") is None


async def test_a_cancelled_read_ends_soon_and_leaves_the_database_usable(database: Database) -> None:
    endless = (
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000000) SELECT SUM(i) FROM n"
    )
    sql = endless if database.health().kind == "sqlite" else "SELECT SLEEP(60)"
    with trio.fail_after(90):
        for _ in range(6):  # more than there are readers: none of them may stay taken
            with trio.move_on_after(0.05) as scope:
                await database.read(one, sql)
            assert scope.cancelled_caught
        await database.write(add_note, "after")
        assert await database.read(find_body, "after") == ""
    assert database.health().ok


async def test_before_it_is_ready_and_after_it_is_closed(database_url: str, make_migrations: MakeMigrations) -> None:
    async with open_database(database_url, pool_size=2, timeout=5, migrations=make_migrations()) as database:
        assert not database.health().ok
        assert database.health().reason
        with pytest.raises(Unavailable, match="being opened"):
            await database.write(add_note, "early")
        with pytest.raises(Unavailable, match="being opened"):
            await database.read(count_notes)
        with trio.fail_after(READY_SECONDS):
            await database.wait_ready()
        await database.wait_ready()
        assert await database.read(count_notes) == 1
    assert database.health() == Health(False, database.health().kind, "the database is closed")
    for call in (database.read, database.write):
        with pytest.raises(Unavailable, match="closed"):
            await call(count_notes)


async def test_leaving_lets_running_transactions_finish(database_url: str, make_migrations: MakeMigrations) -> None:
    migrations = make_migrations()
    token = trio.lowlevel.current_trio_token()
    inside = trio.Event()

    def slow(title: str) -> Steps[None]:
        token.run_sync_soon(inside.set)
        for _ in range(300):
            yield Statement("SELECT 1")
        yield from add_note(title)

    async with (
        trio.open_nursery() as nursery,
        open_database(database_url, pool_size=2, timeout=10, migrations=migrations) as database,
    ):
        await database.wait_ready()
        nursery.start_soon(database.write, slow, "last")
        await inside.wait()
    async with open_database(database_url, pool_size=2, timeout=10, migrations=migrations) as database:
        await database.wait_ready()
        assert await database.read(find_body, "last") == ""


async def test_the_block_s_own_error_comes_out_as_it_is(database_url: str, make_migrations: MakeMigrations) -> None:
    with pytest.raises(KeyError, match="mine"):
        async with open_database(database_url, pool_size=2, timeout=5, migrations=make_migrations()):
            raise KeyError("mine")
    with trio.move_on_after(0.2) as scope:
        async with open_database(database_url, pool_size=2, timeout=5, migrations=make_migrations()) as database:
            await database.wait_ready()
            await trio.sleep_forever()
    assert scope.cancelled_caught


async def test_nothing_is_left_open(database_url: str, make_migrations: MakeMigrations) -> None:
    async with open_database(database_url, pool_size=3, timeout=5, migrations=make_migrations()) as database:
        await database.wait_ready()
        async with trio.open_nursery() as nursery:
            for index in range(6):
                nursery.start_soon(database.write, add_note, str(index))
                nursery.start_soon(database.read, count_notes)
        with trio.move_on_after(0.02):
            await database.read(one, "SELECT COUNT(*) FROM note a, note b, note c, note d, note e, note f")
    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("orchd")] == []
    gc.collect()  # an unclosed socket or connection warns here, and a warning fails the test
