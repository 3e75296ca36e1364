"""The background task, with a database in memory and a virtual clock."""

from collections.abc import Callable
from contextlib import suppress
from typing import ParamSpec, TypeVar

import pytest
import trio
import trio.testing
from structlog.testing import capture_logs

from orchd.errors import StartError, Unavailable
from orchd.storage.database import Database, Health, Steps
from orchd.storage.readiness import (
    REFUSED,
    TOLD_AGAIN_SECONDS,
    Away,
    DiskFull,
    Readiness,
    SupervisedDatabase,
    bounded,
    running,
)

T = TypeVar("T")
P = ParamSpec("P")


class Scripted(SupervisedDatabase):
    """Its attempts end as scripted, then well; notes when they were made."""

    def __init__(self, *outcomes: Exception) -> None:
        super().__init__("scripted")
        self.outcomes = list(outcomes)
        self.attempts: list[float] = []
        self.finished = 0

    async def start(self) -> None:
        self.started = trio.current_time()

    async def attempt(self) -> None:
        await trio.lowlevel.checkpoint()
        self.attempts.append(trio.current_time() - self.started)
        if self.outcomes:
            raise self.outcomes.pop(0)

    async def finish(self) -> None:
        await trio.sleep(1)
        self.finished += 1

    async def write(self, steps: Callable[P, Steps[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        raise NotImplementedError

    async def read(self, steps: Callable[P, Steps[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        raise NotImplementedError

    def lose(self, reason: str) -> None:
        with pytest.raises(Away), self._state.noting_failures():
            raise Away(reason)


async def test_pauses_grow_up_to_ten_seconds(autojump_clock: trio.testing.MockClock) -> None:
    database = Scripted(*[Away("gone")] * 7)
    async with running(database):
        assert not database.health().ok
        await database.wait_ready()
    assert database.attempts == pytest.approx([0, 0.5, 1.5, 3.5, 7.5, 15.5, 25.5, 35.5])
    assert database.finished == 1


async def test_a_loss_wakes_the_task_at_once_and_nothing_polls_before(autojump_clock: trio.testing.MockClock) -> None:
    database = Scripted()
    async with running(database):
        await database.wait_ready()
        await trio.sleep(1000)
        assert len(database.attempts) == 1
        database.outcomes = [Away("still gone")]
        database.lose("gone")
        assert database.health() == Health(False, "scripted", "gone")
        await trio.sleep(0.1)
        assert database.health().reason == "still gone"
        await database.wait_ready()
        assert database.attempts == pytest.approx([0, 1000, 1000.5])


async def test_a_refusal_is_told_to_who_waits_and_may_be_mended(autojump_clock: trio.testing.MockClock) -> None:
    database = Scripted(StartError("/path: newer"), StartError("/path: newer"))
    async with running(database):
        with pytest.raises(StartError, match="newer"):
            await database.wait_ready()
        assert database.health() == Health(False, "scripted", REFUSED)
        await trio.sleep(3)
        await database.wait_ready()
        assert database.health().ok


async def test_a_refusal_later_on_is_waited_out(autojump_clock: trio.testing.MockClock) -> None:
    """A right that is taken away while answers run may come back, and they must be stored then."""
    database = Scripted()
    async with running(database):
        await database.wait_ready()
        database.outcomes = [StartError("GRANT it"), StartError("GRANT it")]
        database.lose("gone")
        with trio.fail_after(60):
            await database.wait_ready()
        assert database.health().ok
    assert len(database.attempts) == 4


async def test_the_log_says_when_it_is_lost_and_when_it_is_back(autojump_clock: trio.testing.MockClock) -> None:
    state = Readiness("mysql", "mysql://me@db:3306/x")
    with capture_logs() as logs:
        state.away("the database is away", "Connection refused")
        state.away("the database is away", "Connection refused")
        await trio.sleep(3)
        state.back()
        state.back()
        state.away("the database is away", "Connection refused")
        state.back()
        state.away("the database is read-only")
        await trio.sleep(TOLD_AGAIN_SECONDS)
        state.away("the database is read-only")
        state.note_refusal(StartError("it lacks the right INSERT"))
        state.close()
        state.away("closed")
    told = [(line["event"], line.get("reason"), line.get("cause"), line.get("after_seconds")) for line in logs]
    assert told == [
        ("the database is away", "the database is away", "Connection refused", None),
        ("the database is back", None, None, 3.0),
        ("the database is away", "the database is read-only", None, None),
        ("the database is away", "the database is read-only", None, None),
        ("the database is away", REFUSED, "it lacks the right INSERT", None),
    ]
    assert {line["database"] for line in logs} == {"mysql://me@db:3306/x"}


async def test_a_closed_database_stays_closed() -> None:
    state = Readiness("x")
    state.back()
    state.close()
    state.back()
    state.away("other")
    assert state.health == Health(False, "x", "the database is closed")
    for require in (state.require_ok, state.require_migrated):
        with pytest.raises(Unavailable, match="closed"):
            require()


async def test_finishing_is_not_cut_short_by_a_cancellation(autojump_clock: trio.testing.MockClock) -> None:
    database = Scripted()
    with trio.move_on_after(5):
        async with running(database):
            await trio.sleep_forever()
    assert database.finished == 1


async def test_errors_of_the_block_come_out_bare(autojump_clock: trio.testing.MockClock) -> None:
    async def use(database: Database) -> None:
        raise KeyError(database.health().kind)

    with pytest.raises(KeyError, match="scripted"):
        async with running(Scripted()) as database:
            await use(database)
    with pytest.raises(ExceptionGroup) as group:
        async with running(Scripted()):
            raise ExceptionGroup("mine", [KeyError(1), ValueError(2)])
    assert group.value.message == "mine"


async def test_bounded(autojump_clock: trio.testing.MockClock) -> None:
    with pytest.raises(Away), bounded(trio.current_time() + 1):
        await trio.sleep_forever()
    with trio.move_on_after(1) as scope:
        with bounded(trio.current_time() + 5, shield=True):
            await trio.sleep(3)
        assert trio.current_time() > 0
        await trio.lowlevel.checkpoint()
    assert scope.cancelled_caught


async def test_what_is_full_can_be_read_and_says_why_it_takes_nothing() -> None:
    state = Readiness("scripted")
    state.back()
    with suppress(DiskFull), state.noting_failures():
        raise DiskFull("full")
    assert state.health._replace(since=0) == Health(False, "scripted", "full", full=True, since=0)
    state.require_readable()
    with pytest.raises(Unavailable) as refused:
        state.require_ok()
    assert (refused.value.message, refused.value.reason) == ("full", "storage_full")
    state.away("gone")
    for require in (state.require_readable, state.require_ok):
        with pytest.raises(Unavailable) as away:
            require()
        assert (away.value.message, away.value.reason) == ("gone", "database")
    with suppress(DiskFull), state.noting_failures():
        raise DiskFull("full")
    state.close()
    with pytest.raises(Unavailable):
        state.require_readable()


async def test_since_when_it_answers_is_when_it_came_back_and_not_each_time_that_it_does(
    autojump_clock: trio.testing.MockClock,
) -> None:
    state = Readiness("scripted")
    for is_away in (True, True, False):
        if is_away:
            state.away("away")
        came_back = trio.current_time() if not state.health.readable else state.health.since
        for _ in range(3):
            state.back()
            assert (state.health.readable, state.health.since) == (True, came_back)
            await trio.sleep(1)
        state.away("full", full=True)
        assert (state.health.readable, state.health.since) == (True, came_back)
        await trio.sleep(1)
        state.back()
        assert state.health.since == came_back
    state.away("away")
    state.away("full", full=True)
    assert state.health.since == trio.current_time()
