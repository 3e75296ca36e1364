"""The runner with scripted workers: whole tasks, crashes of the process's memory, other daemons, an absent database."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
import trio
from trio.testing import MockClock

from orchd.entity import LOCAL_OWNER
from orchd.errors import Invalid, UpstreamError
from orchd.features.task.core import transitions
from orchd.features.task.core.actions import Action, Conditions, StepLimits
from orchd.features.task.core.causes import Explanation
from orchd.features.task.core.results import PlannedSubtask
from orchd.features.task.core.rows import TaskApproval
from orchd.features.task.core.state import TaskState
from orchd.features.task.engine import running
from orchd.features.task.store import lifecycle_queries, queries
from orchd.features.task.store.lifecycle_queries import Decision
from orchd.llm import Cost, NoAnswerError
from orchd.storage import Statement, Steps
from tests.features.chat.room import MemoryDatabase
from tests.features.task.any_task import BUSY
from tests.features.task.hands import (
    Gate,
    Hands,
    Works,
    add_subtasks,
    create,
    depend,
    failing,
    steps_of,
    verdict,
    working,
)

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


async def test_a_task_runs_to_its_answer(memory: MemoryDatabase, autojump_clock: MockClock) -> None:
    task_id = await memory.write(create)
    hands = Hands()
    async with at_work(memory, hands) as works:
        task = await works.until(task_id)
    assert (task.status, task.owner, task.ready) == ("completed", None, False)
    assert task.result == "pack() #1 | carry(pack) #1 | clean(pack) #1 | unpack(carry+clean) #1"
    assert task.completed_at is not None
    assert all(count == 1 for count in hands.done.values())
    assert len(hands.done) == 1 + 2 * 4 + 1
    assert (task.calls, task.tokens) == (10, 150 + 4 * 15 + 4 * 30 + 60)
    for subtask in await works.subtasks(task_id):
        assert (subtask.status, subtask.verified, subtask.reviewer, subtask.score) == ("completed", True, "judge@x", 80)
        assert subtask.completed_at is not None
    assert works.ears.texts[0] == "plan"


async def test_independent_subtasks_run_at_once_within_the_bound(
    memory: MemoryDatabase, autojump_clock: MockClock
) -> None:
    async def slowly(_name: str) -> None:
        await trio.sleep(10)

    task_id = await memory.write(create)
    hands = Hands([PlannedSubtask(f"p{n}", "Do it") for n in range(9)], script=slowly)
    async with at_work(memory, hands) as works:
        await works.until(task_id)
    assert hands.most_active == 4


async def test_a_rejected_result_is_made_again_by_another_model(
    memory: MemoryDatabase, autojump_clock: MockClock
) -> None:
    task_id = await memory.write(create)
    hands = Hands(ONE, [verdict("rejected", 30), verdict("verified", 90)])
    async with at_work(memory, hands) as works:
        await works.until(task_id)
        (one,) = await works.subtasks(task_id)
        steps = await memory.read(steps_of, task_id)
    assert (one.status, one.kept, one.result_model, one.score, one.attempts) == ("completed", 2, "m2@x", 90, 2)
    assert [(order.attempt, order.guidance, order.avoid) for order in hands.orders] == [
        (1, None, []),
        (2, "mend rejected", ["m1@x"]),
    ]
    assert [step.key.name for step in steps if step.kind == "execute"] == [f"execute:{one.id}"] * 2, "both are stored"


async def question(works: Works, task_id: int) -> TaskApproval:
    """What a person is asked, as soon as it is."""
    with trio.fail_after(90):
        while True:
            for asked in await works.database.read(queries.approvals, task_id):
                if asked.status == "open":
                    return asked
            with trio.move_on_after(0.2):
                await works.ears.change()


async def test_a_person_is_the_last_instance_for_what_no_model_approves(
    memory: MemoryDatabase, autojump_clock: MockClock
) -> None:
    task_id = await memory.write(create)
    hands = Hands(ONE, [verdict("rejected", 30)], choice=0)
    async with at_work(memory, hands) as works:
        for attempts, note in ((2, "longer"), (3, "better"), (3, "no")):
            asked = await question(works, task_id)
            (one,) = await works.subtasks(task_id)
            assert (one.status, one.attempts, hands.done["better only 2"]) == ("waiting", attempts, 1)
            assert one.result == f"only() #{one.kept}", "what is asked about is shown"
            await works.lifecycle.decide(LOCAL_OWNER, Decision(asked.id, asked.hash, approve=False, note=note))
        task = await works.until(task_id)
        (one,) = await works.subtasks(task_id)
        assert (task.status, one.status, one.verified) == ("failed", "rejected", False)
        assert (task.reason or "").startswith("1 of 1 subtasks did not succeed: “only” rejected (a person refused it")
        await works.lifecycle.ask(lifecycle_queries.retry, LOCAL_OWNER, task_id)
        await question(works, task_id)
    told = [order.guidance or "" for order in hands.orders]
    assert told[:2] == ["", "mend rejected"]
    assert "longer" in told[2]
    assert all(note in told[3] for note in ("longer", "better", "mend rejected")), "a round later"


async def test_failures_are_tried_again_and_then_named(memory: MemoryDatabase, autojump_clock: MockClock) -> None:
    task_id = await memory.write(create)
    error = NoAnswerError(UpstreamError("no sense in it"), Cost(), "bad@x")
    hands = Hands(script=failing(error, "plan", "execute pack 1", "check pack 2", *["execute carry 1"] * 9))
    hands.script = failing(
        error, "plan", "execute pack 1", "check pack 2", *(f"execute carry {n}" for n in range(1, 4))
    )
    async with at_work(memory, hands) as works:
        task = await works.until(task_id)
        pack, carry, clean, unpack = await works.subtasks(task_id)
    assert task.status == "failed"
    assert "“carry” failed (no sense in it)" in (task.reason or "")
    assert [subtask.status for subtask in (pack, carry, clean, unpack)] == [
        "completed",
        "failed",
        "completed",
        "skipped",
    ]
    assert unpack.notes == "it needs “carry”, which is failed"
    assert hands.done["check pack 2"] == 2
    assert [order.avoid for order in hands.orders if order.subtask.title == "pack"] == [[], ["bad@x"]]


async def test_what_can_not_be_mended_is_not_tried_again(memory: MemoryDatabase, autojump_clock: MockClock) -> None:
    task_id = await memory.write(create)
    hands = Hands(script=failing(Invalid("it makes no sense"), "plan"))
    async with at_work(memory, hands) as works:
        task = await works.until(task_id)
    assert (task.status, task.reason) == ("failed", "it could not be planned: it makes no sense")
    assert hands.done == {"plan": 1}


async def test_a_defect_in_a_worker_is_a_failed_step(memory: MemoryDatabase, autojump_clock: MockClock) -> None:
    async def broken(_name: str) -> None:
        raise ValueError("a secret of ours")

    task_id = await memory.write(create)
    async with at_work(memory, Hands(script=broken)) as works:
        task = await works.until(task_id)
    assert task.status == "failed"
    assert "secret" not in (task.reason or "")


async def test_a_person_decides_what_no_model_can(memory: MemoryDatabase, autojump_clock: MockClock) -> None:
    task_id = await memory.write(create)
    hands = Hands(ONE, [verdict("undecided", None)])
    async with at_work(memory, hands) as works:
        task = await works.until(task_id, lambda task: task.status == "waiting")
        assert task.reason == "it waits for a person's decision on “only”"
        await works.let_go()
        (asked,) = await memory.read(queries.approvals, task_id)
        await works.lifecycle.decide(LOCAL_OWNER, Decision(asked.id, asked.hash, approve=False, note="shorter"))
        await works.until(task_id, lambda task: hands.done["check only 2"] == 1 and task.status == "waiting")
        assert hands.orders[1].guidance == "shorter\nmend undecided"
        asked = (await memory.read(queries.approvals, task_id))[-1]
        await works.lifecycle.decide(LOCAL_OWNER, Decision(asked.id, asked.hash, approve=True, note="fine"))
        task = await works.until(task_id)
        (one,) = await works.subtasks(task_id)
    assert task.status == "completed"
    assert (one.status, one.verified, one.reviewer, one.notes) == ("completed", False, "person", "fine")


async def test_a_plan_waits_for_its_approval_and_a_step_for_its_own(
    memory: MemoryDatabase, autojump_clock: MockClock
) -> None:
    task_id = await memory.write(create, auto_run=False)
    hands = Hands(ONE)
    async with at_work(memory, hands) as works:
        await works.until(task_id, lambda task: task.status == "waiting")
        (asked,) = await memory.read(queries.approvals, task_id)
        assert (asked.kind, hands.orders) == ("plan", [])
        await works.lifecycle.decide(LOCAL_OWNER, Decision(asked.id, asked.hash, approve=True, note=""))
        assert (await works.until(task_id)).status == "completed"

        refused = await memory.write(create, ready=False)
        await memory.write(add_subtasks, refused, "dig", "fill", needs_approval=True)
        await works.lifecycle.ask(lifecycle_queries.run, LOCAL_OWNER, refused)
        await works.until(refused, lambda task: task.status == "waiting")
        first, second = await memory.read(queries.approvals, refused)
        await works.lifecycle.decide(LOCAL_OWNER, Decision(first.id, first.hash, approve=False, note="too deep"))
        await works.lifecycle.decide(LOCAL_OWNER, Decision(second.id, second.hash, approve=True, note=""))
        task = await works.until(refused)
        dig, fill = await works.subtasks(refused)
    assert (dig.status, dig.notes) == ("cancelled", "a person refused to run it: too deep")
    assert (task.status, task.result, fill.status) == ("completed", "fill() #1", "completed")


async def test_a_task_waits_for_others(memory: MemoryDatabase, autojump_clock: MockClock) -> None:
    first = await memory.write(create, "first", ready=False)
    second = await memory.write(create, "second")
    await memory.write(depend, second, first)
    async with at_work(memory, Hands(ONE)) as works:
        task = await works.until(second, lambda task: task.status == "waiting")
        assert task.reason == f"it waits for other tasks: {first} “first” (pending)"
        await works.lifecycle.ask(lifecycle_queries.run, LOCAL_OWNER, first)
        assert (await works.until(second)).status == "completed"
        assert (await works.task(first)).status == "completed"


async def test_a_pause_lets_running_steps_end(memory: MemoryDatabase, autojump_clock: MockClock) -> None:
    task_id = await memory.write(create)
    gate = Gate("execute carry")
    hands = Hands(script=gate)
    async with at_work(memory, hands) as works:
        await gate.reached.wait()
        await works.lifecycle.ask(lifecycle_queries.pause, LOCAL_OWNER, task_id)
        await trio.sleep(60)
        assert (await works.task(task_id)).status == "executing"
        gate.open.set()
        task = await works.until(task_id, lambda task: task.status == "paused")
        assert (task.pausing, task.owner) == (False, None)
        await trio.sleep(60)
        assert hands.done["check carry 1"] == 0
        await works.lifecycle.ask(lifecycle_queries.resume, LOCAL_OWNER, task_id)
        assert (await works.until(task_id)).status == "completed"
    assert all(count == 1 for count in hands.done.values())


async def test_a_cancelled_task_lets_its_models_go(memory: MemoryDatabase, autojump_clock: MockClock) -> None:
    task_id = await memory.write(create)
    gate = Gate("execute")
    async with at_work(memory, Hands(script=gate)) as works:
        await gate.reached.wait()
        task = await works.lifecycle.cancel(LOCAL_OWNER, task_id)
        assert (task.status, gate.cancelled, len(works.runner.owned.work)) == ("cancelled", 1, 0)
        assert {subtask.status for subtask in await works.subtasks(task_id)} == {"cancelled"}
        await trio.sleep(60)
        assert (await works.task(task_id)).status == "cancelled"
        assert all(step.status != "intent" for step in await memory.read(steps_of, task_id))

        gate.open.set()
        await works.lifecycle.ask(lifecycle_queries.retry, LOCAL_OWNER, task_id)
        assert (await works.until(task_id)).status == "completed"


async def test_a_budget_stops_a_task_until_it_is_raised(memory: MemoryDatabase, autojump_clock: MockClock) -> None:
    task_id = await memory.write(create, calls=4)
    hands = Hands()
    async with at_work(memory, hands) as works:
        task = await works.until(task_id, lambda task: task.status == "waiting")
        assert (task.waits_for, task.reason) == ("budget", "the budget is spent: 4 of 4 model calls")
        assert sum(hands.done.values()) == 4
        await memory.write(raise_calls, task_id)
        works.lifecycle.announce_edit(task_id)
        assert (await works.until(task_id)).status == "completed"
    assert all(count == 1 for count in hands.done.values())


def raise_calls(task_id: int) -> Steps[None]:
    yield Statement("UPDATE task SET max_calls = 100 WHERE id = ?", (task_id,))
    yield from lifecycle_queries.reconsider(task_id, 5)


async def test_a_step_over_the_budgets_minutes_is_cut_off(memory: MemoryDatabase, autojump_clock: MockClock) -> None:
    task_id = await memory.write(create, minutes=1)
    gate = Gate("execute")
    async with at_work(memory, Hands(ONE, script=gate)) as works:
        task = await works.until(task_id, lambda task: task.status == "waiting")
    assert (gate.cancelled, task.waits_for, task.reason) == (1, "budget", "the budget is spent: 1.002 of 1 minutes")


async def test_brakes_hold_new_work_back(memory: MemoryDatabase, autojump_clock: MockClock) -> None:
    reason: list[Explanation | None] = [None]
    task_id = await memory.write(create)
    gate = Gate("execute pack")
    hands = Hands(script=gate)
    async with at_work(memory, hands) as works:
        works.deps.brakes = lambda: reason[0]
        await gate.reached.wait()
        reason[0] = BUSY
        gate.open.set()
        task = await works.until(task_id, lambda task: task.status == "waiting")
        assert (task.waits_for, task.reason, task.ready) == ("brakes", "the machine is busy", True)
        assert task.cause == BUSY.cause, "as it was stored"
        other = await memory.write(create, "other")
        works.runner.wake()
        assert (await works.until(other, lambda task: task.status == "waiting")).reason == "the machine is busy"
        reason[0] = None
        works.runner.wake_all()
        assert (await works.until(task_id)).status == (await works.until(other)).status == "completed"


async def test_a_deleted_task_is_let_go_of(memory: MemoryDatabase, autojump_clock: MockClock) -> None:
    task_id = await memory.write(create)
    gate = Gate("execute pack")
    async with at_work(memory, Hands(script=gate)) as works:
        await gate.reached.wait()
        await memory.write(delete, task_id)
        await works.let_go()
    assert gate.cancelled == 1


def delete(task_id: int) -> Steps[None]:
    yield Statement("DELETE FROM task WHERE id = ?", (task_id,))


async def test_no_more_tasks_are_in_hand_than_there_are_places(
    memory: MemoryDatabase, autojump_clock: MockClock
) -> None:
    ids = [await memory.write(create, f"t{n}") for n in range(5)]
    now = lambda: round(trio.current_time() * 1000)  # noqa: E731
    gate = Gate("plan")
    async with working(memory, Hands(ONE, script=gate), limits=StepLimits(), now=now, places=2) as works:
        await gate.reached.wait()
        await trio.sleep(30)
        assert len(works.runner.owned.work) == 2
        gate.open.set()
        for task_id in ids:
            assert (await works.until(task_id)).status == "completed"


async def test_a_task_that_meets_a_defect_fails_and_no_other(
    memory: MemoryDatabase, autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad = await memory.write(create, "good"), await memory.write(create, "bad")
    real = transitions.advance

    def broken(state: TaskState, world: Conditions, epoch: str) -> tuple[TaskState, list[Action], int | None]:
        if state.task.id == bad and state.subtasks:
            raise ZeroDivisionError("a secret of ours")
        return real(state, world, epoch)

    monkeypatch.setattr(running, "advance", broken)
    async with at_work(memory, Hands()) as works:
        assert (await works.until(good)).status == "completed"
        task = await works.until(bad)
        await works.let_go()
    assert (task.status, task.reason, task.owner) == ("failed", "something went wrong inside the daemon", None)
    assert works.ears.changes[bad]
