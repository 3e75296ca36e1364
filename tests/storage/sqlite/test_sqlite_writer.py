"""The writer thread: what is grouped, and that a group is no worse for its members than standing alone."""

import sqlite3
import threading
import time
from collections.abc import AsyncIterator, Callable, Collection
from functools import partial
from pathlib import Path

import outcome
import pytest
import trio

from orchd.errors import Conflict, NotFound
from orchd.storage.database import Statement, Steps
from orchd.storage.readiness import Away
from orchd.storage.sqlite.sqlite_connection import create_or_connect
from orchd.storage.sqlite.sqlite_writer import GROUP_SIZE, WriteJob, WriterThread

HANG_SECONDS = 90.0


class Held:
    """A writer thread that is kept busy, so that what is submitted meanwhile stands in its queue as one group."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.opened = 0
        self.writer = WriterThread(self.open, "orchd-test-writer")
        self.jobs: list[WriteJob[None]] = []
        self.release = threading.Event()

    def open(self) -> sqlite3.Connection:
        self.opened += 1
        connection = create_or_connect(self.path, 0.05)
        connection.execute("CREATE TABLE IF NOT EXISTS t (a TEXT UNIQUE)")
        connection.execute("CREATE TABLE IF NOT EXISTS child (a TEXT REFERENCES t (a) DEFERRABLE INITIALLY DEFERRED)")
        return connection

    def submit(
        self, steps: Callable[[], Steps[None]], seconds: float = HANG_SECONDS, *, durable: bool = True
    ) -> WriteJob[None]:
        job = WriteJob(steps, time.monotonic() + seconds, durable)
        self.jobs.append(job)
        self.writer.submit(job)
        return job

    async def run_group(
        self, *steps: Callable[[], Steps[None]], relaxed: Collection[Callable[[], Steps[None]]] = ()
    ) -> list[outcome.Outcome[None] | None]:
        """Submit these while the thread is busy, those in `relaxed` as such; their outcomes."""
        inside = trio.Event()
        token = trio.lowlevel.current_trio_token()

        def hold() -> Steps[None]:
            token.run_sync_soon(inside.set)
            assert self.release.wait(HANG_SECONDS)
            yield Statement("SELECT 1")

        self.release.clear()
        self.submit(hold)
        await inside.wait()
        jobs = [self.submit(each, durable=each not in relaxed) for each in steps]
        self.release.set()
        with trio.fail_after(HANG_SECONDS):
            for job in jobs:
                await job.done.wait()
        return [job.outcome for job in jobs]

    async def stop(self) -> None:
        self.writer.stop()
        with trio.fail_after(HANG_SECONDS):
            await self.writer.stopped.wait()
        self.writer.join(HANG_SECONDS)

    def values(self) -> set[str]:
        connection = sqlite3.connect(self.path)
        try:
            return {row[0] for row in connection.execute("SELECT a FROM t")}
        finally:
            connection.close()


@pytest.fixture
async def held(tmp_path: Path) -> AsyncIterator[Held]:
    held = Held(tmp_path / "test.db")
    yield held
    await held.stop()


def run(*statements: str) -> Steps[None]:
    for sql in statements:
        yield Statement(sql)


def add(value: str) -> Callable[[], Steps[None]]:
    return partial(run, f"INSERT INTO t VALUES ('{value}')")


def fail() -> Steps[None]:
    yield Statement("INSERT INTO t VALUES ('gone')")
    raise NotFound("mine")


def errors(outcomes: list[outcome.Outcome[None] | None]) -> list[type[BaseException] | None]:
    return [type(each.error) if isinstance(each, outcome.Error) else None for each in outcomes]


async def test_what_waits_is_committed_together(held: Held) -> None:
    results = await held.run_group(*(add(str(index)) for index in range(50)))
    assert errors(results) == [None] * 50
    assert held.writer.commits == 2
    assert held.values() == {str(index) for index in range(50)}


async def test_a_group_is_bounded(held: Held) -> None:
    await held.run_group(*(add(str(index)) for index in range(GROUP_SIZE + 1)))
    assert held.writer.commits == 3


async def test_who_fails_is_undone_alone(held: Held) -> None:
    results = await held.run_group(add("a"), fail, add("a"), add("b"))
    assert errors(results) == [None, NotFound, Conflict, None]
    assert held.writer.commits == 2
    assert held.values() == {"a", "b"}


async def test_a_member_that_ends_the_whole_transaction(held: Held) -> None:
    def end_all() -> Steps[None]:  # as SQLite does by itself after some faults of the disk
        yield Statement("INSERT OR ROLLBACK INTO t VALUES ('a')")

    results = await held.run_group(add("a"), end_all, add("b"))
    assert errors(results) == [None, Conflict, None]
    assert held.values() == {"a", "b"}


async def test_a_member_that_makes_the_commit_fail(held: Held) -> None:
    orphan = partial(run, "INSERT INTO child VALUES ('nobody')")
    results = await held.run_group(add("a"), orphan, add("b"))
    assert errors(results) == [None, Conflict, None]
    assert held.values() == {"a", "b"}


class Looking:
    """Jobs that note how the transaction they are in will be committed."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str]] = []

    def job(self, name: str) -> Callable[[], Steps[None]]:
        return partial(self._look, name)

    def _look(self, name: str) -> Steps[None]:
        found = yield Statement("PRAGMA synchronous")
        self.seen.append((name, {1: "normal", 2: "full"}[found.rows[0][0]]))


async def test_a_group_is_as_durable_as_its_members_ask(held: Held) -> None:
    looking = Looking()
    a, b, c = (looking.job(name) for name in "abc")
    await held.run_group(a, b, c, relaxed=[a, b, c])
    await held.run_group(a, b, c, relaxed=[a, c])
    await held.run_group(a, b, relaxed=[a, b])
    await held.run_group(a, relaxed=[a])
    seen = "".join(name for name, _ in looking.seen), [how for _, how in looking.seen]
    assert seen == ("abcabcaba", ["normal"] * 3 + ["full"] * 3 + ["normal"] * 3)


async def test_after_a_spoiled_group_each_is_committed_as_it_asks(held: Held) -> None:
    looking = Looking()
    orphan = partial(run, "INSERT INTO child VALUES ('nobody')")
    relaxed, durable = looking.job("relaxed"), looking.job("durable")
    results = await held.run_group(relaxed, orphan, durable, relaxed=[relaxed])
    assert errors(results) == [None, Conflict, None]
    assert looking.seen[-2:] == [("relaxed", "normal"), ("durable", "full")]


async def test_a_member_past_its_deadline_does_not_begin(held: Held) -> None:
    begun: list[str] = []

    def note() -> Steps[None]:
        begun.append("late")
        yield Statement("SELECT 1")

    late = held.submit(note, seconds=-1)
    results = await held.run_group(add("a"))
    assert isinstance(late.outcome, outcome.Error)
    assert isinstance(late.outcome.error, Away)
    assert (errors(results), begun) == ([None], [])


async def test_the_connection_is_opened_once_and_anew_after_an_outage(held: Held) -> None:
    await held.run_group(add("a"), add("b"))
    assert held.opened == 1
    other = create_or_connect(held.path, 1)
    other.execute("BEGIN IMMEDIATE")
    job = held.submit(add("c"))
    await job.done.wait()
    assert errors([job.outcome]) == [Away]
    other.close()
    await held.run_group(add("d"))
    assert held.opened == 2
    assert held.values() == {"a", "b", "d"}


async def test_stopping_finishes_what_was_handed_over(held: Held) -> None:
    jobs = [held.submit(add(str(index))) for index in range(20)]
    await held.stop()
    assert errors([job.outcome for job in jobs]) == [None] * 20
    assert all(job.done.is_set() for job in jobs)
    assert "orchd-test-writer" not in {thread.name for thread in threading.enumerate()}


def test_the_thread_outlives_no_run(tmp_path: Path) -> None:
    """When Trio's loop is gone before the thread is stopped, the thread ends as soon as it has something to report."""

    async def leave() -> Held:
        held = Held(tmp_path / "test.db")
        held.submit(partial(wait_for, held.release))
        return held

    held = trio.run(leave)
    held.release.set()
    held.writer.join(HANG_SECONDS)
    assert "orchd-test-writer" not in {thread.name for thread in threading.enumerate()}


def wait_for(event: threading.Event) -> Steps[None]:
    assert event.wait(HANG_SECONDS)
    yield Statement("INSERT INTO t VALUES ('a')")


def test_a_job_waits_for_the_disk_unless_it_says_otherwise() -> None:
    def steps() -> Steps[None]:
        yield Statement("SELECT 1")

    assert WriteJob(steps, 0.0).durable


async def test_a_thread_that_hangs_does_not_hold_up_the_end_of_the_process(held: Held) -> None:
    threads = [thread for thread in threading.enumerate() if thread.name == "orchd-test-writer"]
    assert [thread.daemon for thread in threads] == [True] * len(threads) != [], "Python waits for no daemon thread"


async def test_a_long_statement_may_take_the_time_that_it_has(held: Held) -> None:
    numbers = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000)"
    results = await held.run_group(partial(run, f"{numbers} SELECT SUM(i) FROM n"))
    assert results == [outcome.Value(None)]


async def test_nothing_is_written_to_a_file_that_is_no_more_the_one_that_was_opened(tmp_path: Path) -> None:
    def other_file() -> None:
        raise Away("the file was replaced")

    held = Held(tmp_path / "t.db")
    await held.stop()
    held.writer = WriterThread(held.open, "orchd-test-writer", other_file)
    job = held.submit(add("a"))
    with trio.fail_after(HANG_SECONDS):
        await job.done.wait()
    assert isinstance(job.outcome, outcome.Error)
    assert isinstance(job.outcome.error, Away)
    await held.stop()
