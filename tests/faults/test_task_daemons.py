"""Several daemons on one database, one after the other or at once, and a database that comes and goes; in memory, where
seconds cost nothing, unless it says otherwise."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
import trio
from trio.testing import MockClock

from orchd.entity import LOCAL_OWNER
from orchd.errors import Invalid
from orchd.features.task.core.results import PlannedSubtask
from orchd.storage import Database, Statement, Steps
from tests.features.chat.room import MemoryDatabase
from tests.features.task.hands import Gate, Hands, Works, create, failing, working

ONE = [PlannedSubtask("only", "Do it")]


@pytest.fixture
def memory() -> Iterator[MemoryDatabase]:
    database = MemoryDatabase()
    yield database
    database.close()


@asynccontextmanager
async def at_work(memory: MemoryDatabase, hands: Hands, epoch: str = "me") -> AsyncIterator[Works]:
    """Works by the virtual clock."""
    async with working(memory, hands, epoch=epoch, now=lambda: round(trio.current_time() * 1000)) as works:
        yield works


async def test_a_run_without_memory_begins_an_unfinished_step_once_more(
    memory: MemoryDatabase, autojump_clock: MockClock
) -> None:
    """The process dies twice while a subtask runs; what is done stays done, and the third time nobody tries."""
    task_id = await memory.write(create)
    hands = Hands(script=Gate("execute carry"))
    for epoch in ("a", "b"):
        async with at_work(memory, hands, epoch) as works:
            assert isinstance(works.hands.script, Gate)
            await works.hands.script.reached.wait()
            await trio.sleep(1)
        hands.script = Gate("execute carry")
        await memory.write(forget_daemon, epoch)
    async with at_work(memory, hands, "c") as works:
        task = await works.until(task_id)
        carry = (await works.subtasks(task_id))[1]
    assert (hands.done["execute carry 1"], hands.done["execute carry 2"]) == (2, 0)
    assert (hands.done["plan"], hands.done["execute pack 1"]) == (1, 1)
    assert (carry.status, carry.notes) == ("failed", "the daemon ended twice while it ran")
    assert task.status == "failed"


def forget_daemon(epoch: str) -> Steps[None]:
    """As if the process had died: its row would be judged dead."""
    yield Statement("DELETE FROM daemon WHERE epoch = ?", (epoch,))


async def test_an_orderly_stop_costs_no_run(memory: MemoryDatabase, autojump_clock: MockClock) -> None:
    task_id = await memory.write(create)
    hands = Hands(ONE)
    for epoch in ("a", "b", "c"):
        gate = Gate("execute")
        hands.script = gate
        async with at_work(memory, hands, epoch) as works:
            await gate.reached.wait()
            hurried = trio.Event()
            async with trio.open_nursery() as nursery:
                nursery.start_soon(works.runner.drain, hurried)
                await trio.sleep(5)
                assert len(works.runner.owned.work) == 1, "it has the grace to end"
                hurried.set()
            assert (gate.cancelled, len(works.runner.owned.work)) == (1, 0)
            assert ((await works.task(task_id)).owner, (await works.task(task_id)).ready) == (None, True)
    hands.script = failing(Invalid("no"))
    async with at_work(memory, hands, "d") as works:
        assert (await works.until(task_id)).status == "completed"
    assert hands.done["execute only 1"] == 4


async def test_a_drain_takes_nothing_more(memory: MemoryDatabase, autojump_clock: MockClock) -> None:
    task_id = await memory.write(create)
    gate = Gate("execute pack")
    hands = Hands(script=gate)
    async with at_work(memory, hands) as works:
        await gate.reached.wait()
        async with trio.open_nursery() as nursery:
            nursery.start_soon(works.runner.drain, trio.Event())
            await trio.sleep(1)
            gate.open.set()
        await memory.write(create, "late")
        works.runner.wake()
        await trio.sleep(60)
        assert len(works.runner.owned.work) == 0
        assert (await works.subtasks(task_id))[0].status == "validating"
    assert hands.done["check pack 1"] == 0


async def test_two_daemons_share_the_tasks(memory: MemoryDatabase, autojump_clock: MockClock) -> None:
    ids = [await memory.write(create, f"t{n}") for n in range(6)]
    mine, others = Hands(), Hands()
    async with at_work(memory, mine, "a") as works, at_work(memory, others, "b"):
        for task_id in ids:
            assert (await works.until(task_id)).status == "completed"
    both = mine.done + others.done
    assert all(count == len(ids) for count in both.values()), "each step of each task once"


async def test_two_daemons_on_a_real_database_run_each_step_once(store: Database) -> None:
    ids = [await store.write(create, f"t{n}") for n in range(8)]
    mine, others = Hands(), Hands()
    async with working(store, mine, epoch="a") as works, working(store, others, epoch="b") as more:
        more.runner.wake()
        for task_id in ids:
            assert (await works.until(task_id)).status == "completed"
    both = mine.done + others.done
    assert set(both.values()) == {len(ids)}, both


async def test_another_daemon_cancels(memory: MemoryDatabase, autojump_clock: MockClock) -> None:
    task_id = await memory.write(create)
    gate = Gate("execute pack")
    async with at_work(memory, Hands(script=gate), "a") as works, at_work(memory, Hands(), "b") as other:
        await gate.reached.wait()
        await other.lifecycle.cancel(LOCAL_OWNER, task_id)
        await works.let_go()
    assert gate.cancelled == 1
    assert works.ears.changes[task_id], "its people are told"


async def test_an_absent_database_is_waited_for(memory: MemoryDatabase, autojump_clock: MockClock) -> None:
    task_id = await memory.write(create)
    gate = Gate("execute carry")
    hands = Hands(script=gate)
    async with at_work(memory, hands) as works:
        await gate.reached.wait()
        memory.away = True
        gate.open.set()
        await trio.sleep(300)
        memory.away = False
        assert (await works.until(task_id)).status == "completed"
    assert all(count == 1 for count in hands.done.values())
