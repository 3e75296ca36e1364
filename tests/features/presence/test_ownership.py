from collections.abc import AsyncIterator, Collection
from contextlib import suppress

import pytest
import trio
from trio.testing import MockClock, wait_all_tasks_blocked

from orchd.errors import ShuttingDown, Unavailable
from orchd.features.presence import Ownership, Presence
from orchd.features.presence.ownership import LAST_CHANCE_SECONDS, LOOK_SECONDS, TAKE_OVER_SECONDS
from orchd.storage import Statement, Steps
from tests.features.chat.room import MemoryDatabase


def owners() -> Steps[Collection[str]]:
    """Two runs own some, and one of them is this one."""
    yield Statement("SELECT 1", ())
    return ["me", "gone"]


class Alone(Presence):
    """The only run that lives, by the virtual clock: no thread looks for processes."""

    async def dead(self, epochs: Collection[str]) -> set[str]:
        """All others."""
        return set(epochs) - {self.epoch}


class Works:
    """Work that is a name, and what became of it."""

    def __init__(self, database: MemoryDatabase) -> None:
        self.presence = Alone(database, "me")
        self.happened: list[str] = []
        self.away = False
        self.owned: Ownership[str] = Ownership(
            database,
            self.presence,
            owners=owners,
            take_over=self._take_over,
            compare=self._compare,
            cut=lambda work: self.happened.append(f"cut {work}"),
            abandon=self._abandon,
            released=lambda: self.happened.append("released"),
        )

    async def _take_over(self, dead: set[str]) -> None:
        self._check()
        self.happened.append(f"of {sorted(dead)}")

    async def _compare(self) -> None:
        self._check()
        self.happened.append(f"compared {len(self.owned.work)}")

    def _check(self) -> None:
        if self.away:
            raise Unavailable("the database is away")

    def _abandon(self, work: str) -> None:
        self.happened.append(f"abandoned {work}")
        self.owned.release(int(work), work)


@pytest.fixture
async def works() -> AsyncIterator[Works]:
    database = MemoryDatabase(0)
    made = Works(database)
    await made.presence.renew()
    yield made
    database.close()


async def test_nothing_is_acquired_before_others_can_see_that_this_run_lives(works: Works) -> None:
    works.presence.registered = False
    with pytest.raises(Unavailable), works.owned.acquiring():
        pass
    assert not works.owned.acquirers


async def test_what_was_released_and_acquired_again_is_another_one(works: Works) -> None:
    first, second = "first", "second"
    works.owned.acquire(1, first)
    works.owned.acquire(1, second)
    works.owned.release(1, first)
    assert works.owned.work == {1: second}
    assert works.owned.work.get(1) is second
    works.owned.release(1, second)
    assert len(works.owned.work) == 0
    assert works.happened == ["released", "released"]


async def test_draining_waits_for_what_is_owned_and_for_what_is_being_acquired(works: Works) -> None:
    drained = trio.Event()

    async def drain() -> None:
        await works.owned.drain(trio.Event())
        drained.set()

    async with trio.open_nursery() as nursery:
        works.owned.acquire(1, "1")
        with suppress(ZeroDivisionError), works.owned.acquiring():
            nursery.start_soon(drain)
            await wait_all_tasks_blocked()
            with pytest.raises(ShuttingDown), works.owned.acquiring():
                pass
            works.owned.release(1, "1")
            works.owned.acquire(2, "2")
            raise ZeroDivisionError
        await wait_all_tasks_blocked()
        assert not drained.is_set(), "2 was acquired in time"
        works.owned.release(2, "2")
    assert drained.is_set()
    assert works.happened == ["released", "released"]


async def test_after_the_grace_work_is_cut_off_and_then_abandoned(works: Works, autojump_clock: MockClock) -> None:
    hurried = trio.Event()
    started = trio.current_time()
    async with trio.open_nursery() as nursery:
        works.owned.acquire(1, "1")
        with works.owned.acquiring():
            nursery.start_soon(works.owned.drain, hurried)
            await trio.sleep(100)
            assert works.happened == [], "there is no hurry"
            hurried.set()
            await wait_all_tasks_blocked()
            works.owned.acquire(2, "2")
            assert works.happened == ["cut 1", "cut 2"], "what comes too late has no grace"
    assert works.happened == ["cut 1", "cut 2", "abandoned 1", "released", "abandoned 2", "released"]
    assert trio.current_time() - started == pytest.approx(100 + LAST_CHANCE_SECONDS)


async def test_others_are_looked_at_while_something_is_owned(works: Works, autojump_clock: MockClock) -> None:
    async with trio.open_nursery() as nursery:
        nursery.start_soon(works.owned.keep_comparing)
        await trio.sleep(100)
        assert works.happened == []
        works.owned.acquire(1, "1")
        await trio.sleep(2.5 * LOOK_SECONDS)
        assert works.happened == ["compared 1"] * 2
        works.away = True
        await trio.sleep(10 * LOOK_SECONDS)
        works.away = False
        await trio.sleep(LOOK_SECONDS)
        assert works.happened == ["compared 1"] * 3
        works.owned.release(1, "1")
        await trio.sleep(100)
        assert works.happened[3:] == ["released"]
        nursery.cancel_scope.cancel()


async def test_the_work_of_dead_runs_is_taken_over_again_and_again(works: Works, autojump_clock: MockClock) -> None:
    await works.owned.take_over()
    assert works.happened == ["of ['gone']"]
    works.away = True
    with pytest.raises(Unavailable):
        await works.owned.take_over()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(works.owned.keep_taking_over)
        await trio.sleep(1.5 * TAKE_OVER_SECONDS)
        assert len(works.happened) == 1
        works.away = False
        await trio.sleep(2 * TAKE_OVER_SECONDS)
        assert works.happened == ["of ['gone']"] * 3
        nursery.cancel_scope.cancel()
