"""A timed database: what it is asked for is noted, and done as before; who is at work with it."""

import pytest
import trio

from orchd.errors import Conflict, Unavailable
from orchd.storage import Database, Statement, Steps, TimedDatabase
from orchd.telemetry.daemon import StorageFigures


def count() -> Steps[int]:
    found = yield Statement("SELECT COUNT(*) FROM note")
    return int(found.rows[0][0])


def add(title: str) -> Steps[int]:
    done = yield Statement("INSERT INTO note (title, body) VALUES (?, 'x')", (title,))
    return done.changed


def fail() -> Steps[None]:
    yield Statement("SELECT 1")
    raise Unavailable("no more")


async def test_transactions_are_noted_by_kind(database: Database) -> None:
    figures = StorageFigures()
    timed = TimedDatabase(database, figures)
    await timed.wait_ready()
    before = await timed.read(count)
    assert await timed.write(add, "a") == 1
    assert await timed.write_relaxed(add, "b") == 1
    assert await timed.read(count) == before + 2
    with pytest.raises(Conflict):
        await timed.write(add, "a")
    with pytest.raises(Unavailable):
        await timed.read(fail)
    assert {kind: sum(each.counts) for (kind,), each in figures.seconds.read().items()} == {
        "read": 3,
        "write": 2,
        "write_relaxed": 1,
    }
    assert dict(figures.failures.read()) == {("write", "conflict"): 1, ("read", "unavailable"): 1}
    assert timed.health().ok
    await timed.probe()
    await timed.require_space()


async def test_one_that_is_cancelled_says_nothing(database: Database) -> None:
    figures = StorageFigures()
    await database.wait_ready()
    with trio.CancelScope() as scope:
        scope.cancel()
        await TimedDatabase(database, figures).read(count)
    assert not any(sum(each.counts) for each in figures.seconds.read().values())


async def test_who_is_at_work(database: Database) -> None:
    await database.wait_ready()
    timed = TimedDatabase(database, StorageFigures())
    free = timed.places()
    assert free.size >= 1
    assert (free.used, free.waiting) == (0, 0)
    seen = []

    def look() -> Steps[None]:
        yield Statement("SELECT 1")
        seen.append(timed.places().used)

    await timed.read(look)
    assert seen == [1]
