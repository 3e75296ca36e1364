"""What people and daemons ask of a task, on both databases."""

from collections.abc import Callable
from typing import TypeAlias

import pytest

from orchd.entity import LOCAL_OWNER, Owner
from orchd.errors import Conflict, NotFound
from orchd.features.task.core.actions import Conditions, StepLimits
from orchd.features.task.core.causes import Explanation, TaskCause, TaskFailure
from orchd.features.task.core.results import EarlierPlan, Plan, PlannedSubtask
from orchd.features.task.core.rows import StepKey, StepRow, StepSuccess, TaskRow, TaskStatus
from orchd.features.task.core.transitions import advance
from orchd.features.task.store import editing_queries, lifecycle_queries, queries
from orchd.features.task.store.lifecycle_queries import Decision
from orchd.features.task.store.saving_queries import Change, save
from orchd.features.task.wire.messages import TaskUpdate
from orchd.protocol.types import timestamp
from orchd.storage import Database, Statement, Steps
from tests.features.task.hands import add_subtasks, create, depend

STATUSES: tuple[TaskStatus, ...] = (
    "pending", "planning", "executing", "validating", "consolidating", "waiting", "paused", "completed", "failed",
    "cancelled",
)  # fmt: skip
WHY = Explanation("why", TaskCause("defect", error=TaskFailure("internal", "why")))
Ask: TypeAlias = Callable[[Owner, int, int], Steps[TaskRow]]

ALLOWED: dict[Ask, set[TaskStatus]] = {
    lifecycle_queries.run: {"pending"},
    lifecycle_queries.pause: {"planning", "executing", "validating", "consolidating", "waiting"},
    lifecycle_queries.resume: {"paused"},
    lifecycle_queries.cancel: set(STATUSES) - {"completed", "failed", "cancelled"},
    lifecycle_queries.retry: {"failed", "cancelled"},
    lifecycle_queries.plan: set(STATUSES) - {"completed", "cancelled"},
}


def put(task_id: int, status: str, owner: str | None = None) -> Steps[None]:
    yield Statement("UPDATE task SET status = ?, owner = ? WHERE id = ?", (status, owner, task_id))


async def find(store: Database, task_id: int) -> TaskRow:
    found = await store.read(queries.find, task_id)
    assert found is not None
    return found


async def test_each_wish_has_its_states_and_a_refusal_names_both(store: Database) -> None:
    for wish, allowed in ALLOWED.items():
        for status in STATUSES:
            task_id = await store.write(create, ready=False)
            await store.write(put, task_id, status)
            before = await find(store, task_id)
            if status in allowed:
                assert (await store.write(wish, LOCAL_OWNER, task_id, 9)).version > before.version
                continue
            with pytest.raises(Conflict, match=f"the task is {status}; it (can't become|is so already)") as refusal:
                await store.write(wish, LOCAL_OWNER, task_id, 9)
            assert refusal.value.details["status"] == status
            assert refusal.value.details["wanted"] in (*STATUSES,)
            assert await find(store, task_id) == before
        with pytest.raises(NotFound):
            await store.write(wish, LOCAL_OWNER, 10**9, 9)


async def test_a_task_in_hand_is_asked_to_pause_and_may_be_told_to_go_on(store: Database) -> None:
    task_id = await store.write(create)
    await store.write(put, task_id, "executing", "me")
    task = await store.write(lifecycle_queries.pause, LOCAL_OWNER, task_id, 9)
    assert (task.status, task.pausing) == ("executing", True)
    task = await store.write(lifecycle_queries.resume, LOCAL_OWNER, task_id, 9)
    assert (task.status, task.pausing) == ("executing", False)
    waiting = await store.write(create)
    assert (await store.write(lifecycle_queries.pause, LOCAL_OWNER, waiting, 9)).status == "paused", (
        "nobody has it in hand"
    )


async def test_a_claim_is_somebodys_alone_until_he_is_dead(store: Database) -> None:
    ids = [await store.write(create, f"t{n}", ready=n != 3) for n in range(4)]
    assert await store.read(lifecycle_queries.ready, 2, braked=False) == ids[:2]
    assert await store.write(lifecycle_queries.acquire, ids, "a") == ids[:3]
    assert await store.write(lifecycle_queries.acquire, ids, "b") == []
    assert await store.read(lifecycle_queries.ready, 9, braked=False) == []
    assert await store.read(lifecycle_queries.owners) == ["a"]
    assert sorted(await store.read(lifecycle_queries.owned_versions, "a")) == ids[:3]
    assert await store.write(lifecycle_queries.take_over, {"a"}) == 3
    assert await store.write(lifecycle_queries.acquire, ids, "b") == ids[:3]


async def test_urgent_tasks_come_first_and_the_brakes_hold_only_what_they_held(store: Database) -> None:
    first, urgent, held = [await store.write(create, title) for title in ("first", "urgent", "held")]
    await store.write(update, urgent, "priority = 3")
    await store.write(update, held, "waits_for = 'brakes'")
    assert await store.read(lifecycle_queries.ready, 9, braked=False) == [urgent, first, held]
    assert await store.read(lifecycle_queries.ready, 9, braked=True) == [urgent, first]


def update(task_id: int, change: str) -> Steps[None]:
    yield Statement(f"UPDATE task SET {change} WHERE id = ?", (task_id,))


async def test_a_cancellation_ends_all_of_it(store: Database) -> None:
    task_id = await store.write(create)
    other = await store.write(create, "other")
    await store.write(depend, other, task_id)
    await store.write(lifecycle_queries.acquire, [task_id], "me")
    subtask_ids = await store.write(add_subtasks, task_id, "a", "b", needs_approval=True)
    state = await store.read(queries.load, task_id)
    assert state is not None
    new, _, _ = advance(state, Conditions(0, StepLimits()), "me")
    await store.write(save, Change(state, new, "me", 0))
    assert len(await store.read(queries.approvals, task_id)) == 2
    task = await store.write(lifecycle_queries.cancel, LOCAL_OWNER, task_id, 77)
    assert (task.status, task.owner, task.ready, task.completed_at) == ("cancelled", None, False, timestamp(77))
    assert await store.read(queries.approvals, task_id) == []
    for subtask in await store.read(queries.subtasks, task_id):
        assert (subtask.status, subtask.completed_at) == ("cancelled", timestamp(77))
    assert len(subtask_ids) == 2

    again = await store.write(lifecycle_queries.retry, LOCAL_OWNER, task_id, 78)
    assert (again.status, again.round, again.ready, again.completed_at) == ("pending", 2, True, None)
    assert {subtask.status for subtask in await store.read(queries.subtasks, task_id)} == {"pending"}


async def test_a_plan_of_ones_own_is_not_planned_over(store: Database) -> None:
    task_id = await store.write(create, ready=False)
    await store.write(add_subtasks, task_id, "mine")
    with pytest.raises(Conflict, match="subtasks of its own"):
        await store.write(lifecycle_queries.plan, LOCAL_OWNER, task_id, 9)
    await store.write(update, task_id, "planned = 1")
    task = await store.write(lifecycle_queries.plan, LOCAL_OWNER, task_id, 9)
    assert (task.ready, task.round) == (True, 2)
    assert await store.read(queries.subtasks, task_id) == []
    await store.write(add_subtasks, task_id, "begun")
    await store.write(attempted, task_id)
    with pytest.raises(Conflict, match="have been begun"):
        await store.write(lifecycle_queries.plan, LOCAL_OWNER, task_id, 9)


async def test_a_refused_plan_is_made_anew_though_the_refusal_is_being_looked_at(store: Database) -> None:
    task_id = await store.write(create)
    await store.write(put, task_id, "waiting", "me")
    task = await store.write(lifecycle_queries.plan, LOCAL_OWNER, task_id, 9)
    assert (task.status, task.round, task.owner) == ("pending", 2, "me")
    await store.write(put, task_id, "planning", "me")
    with pytest.raises(Conflict, match="the task is planning"):
        await store.write(lifecycle_queries.plan, LOCAL_OWNER, task_id, 9)


async def test_what_was_said_of_a_refused_plan_is_there_for_the_next_one(store: Database) -> None:
    task_id = await asked_about_a_plan(store)
    plan = Plan([PlannedSubtask("A", "Do a.")], "m@one")
    await store.write(planned_so, task_id, plan)
    [asked] = await store.read(queries.approvals, task_id)
    word = lifecycle_queries.Decision(asked.id, asked.hash, approve=False, note="too few steps")
    await store.write(lifecycle_queries.decide, LOCAL_OWNER, word, 1)
    await store.write(put, task_id, "waiting", None)
    await store.write(lifecycle_queries.plan, LOCAL_OWNER, task_id, 9)
    state = await store.read(queries.load, task_id)
    assert state is not None
    assert state.earlier_plan() == EarlierPlan(plan.subtasks, ["too few steps"])
    assert state.approval("plan", None, asked.hash) is None, "no later plan is taken for the refused one"
    await store.write(lifecycle_queries.plan, LOCAL_OWNER, task_id, 10)
    state = await store.read(queries.load, task_id)
    assert state is not None
    assert state.earlier_plan() == EarlierPlan(plan.subtasks, ["too few steps"]), "also for the one after that"


def planned_so(task_id: int, plan: Plan) -> Steps[None]:
    key = StepKey("plan", 1)
    step = StepRow(key, "plan", None, None, 1, epoch="me", end=StepSuccess(plan, 1))
    yield from queries.STEPS.everybodys.insert(step, 1, task_id=task_id)


def attempted(task_id: int) -> Steps[None]:
    yield Statement("UPDATE subtask SET attempts = 1 WHERE task_id = ?", (task_id,))


async def asked_about_a_plan(store: Database) -> int:
    task_id = await store.write(create, auto_run=False)
    await store.write(update, task_id, "planned = 1")
    await store.write(add_subtasks, task_id, "a")
    await store.write(lifecycle_queries.acquire, [task_id], "me")
    state = await store.read(queries.load, task_id)
    assert state is not None
    new, _, _ = advance(state, Conditions(0, StepLimits()), "me")
    await store.write(save, Change(state, new, "me", 0))
    return task_id


async def test_a_word_counts_once_and_only_for_what_it_was_about(store: Database) -> None:
    task_id = await asked_about_a_plan(store)
    (asked,) = await store.read(queries.approvals, task_id)
    assert (asked.kind, asked.status) == ("plan", "open")
    await store.write(add_subtasks, task_id, "b")
    await store.write(lifecycle_queries.rebind, task_id)
    (rebound,) = await store.read(queries.approvals, task_id)
    first = rebound.hash
    task = await find(store, task_id)
    await store.write(editing_queries.change, LOCAL_OWNER, task.id, TaskUpdate(task.id, description="all else"), 9)
    with pytest.raises(Conflict, match="has changed"):
        await store.write(lifecycle_queries.decide, LOCAL_OWNER, Decision(asked.id, first, True, ""), 9)
    with pytest.raises(Conflict, match="has changed") as refusal:
        await store.write(lifecycle_queries.decide, LOCAL_OWNER, Decision(asked.id, asked.hash, True, ""), 9)
    now = refusal.value.details["hash"]
    decided = await store.write(lifecycle_queries.decide, LOCAL_OWNER, Decision(asked.id, now, False, "too long"), 9)
    assert (decided.status, decided.note, decided.decided_at) == ("refused", "too long", timestamp(9))
    assert (await find(store, task_id)).ready
    with pytest.raises(Conflict, match="it is refused; it can't be approved any more"):
        await store.write(lifecycle_queries.decide, LOCAL_OWNER, Decision(asked.id, now, True, ""), 9)
    with pytest.raises(Conflict, match="it is refused; it was answered so before"):
        await store.write(lifecycle_queries.decide, LOCAL_OWNER, Decision(asked.id, now, False, ""), 9)
    with pytest.raises(NotFound):
        await store.write(lifecycle_queries.decide, LOCAL_OWNER, Decision(10**9, now, True, ""), 9)


async def test_a_question_about_a_step_is_bound_to_the_step_as_it_is_edited(store: Database) -> None:
    task_id = await store.write(create)
    (subtask_id,) = await store.write(add_subtasks, task_id, "a", needs_approval=True)
    await store.write(lifecycle_queries.acquire, [task_id], "me")
    state = await store.read(queries.load, task_id)
    assert state is not None
    new, _, _ = advance(state, Conditions(0, StepLimits()), "me")
    await store.write(save, Change(state, new, "me", 0))
    await store.write(lifecycle_queries.pause, LOCAL_OWNER, task_id, 8)
    (asked,) = await store.read(queries.approvals, task_id)
    await store.write(change_subtask, subtask_id, "prompt = 'other'")
    await store.write(lifecycle_queries.rebind, task_id)
    with pytest.raises(Conflict, match="has changed"):
        await store.write(lifecycle_queries.decide, LOCAL_OWNER, Decision(asked.id, asked.hash, True, ""), 9)
    await store.write(change_subtask, subtask_id, "needs_approval = 0")
    await store.write(lifecycle_queries.rebind, task_id)
    assert await store.read(queries.approvals, task_id) == [], "nobody is asked any more"


def change_subtask(subtask_id: int, changes: str) -> Steps[None]:
    yield Statement(f"UPDATE subtask SET {changes} WHERE id = ?", (subtask_id,))


async def test_giving_up_is_for_the_owner(store: Database) -> None:
    task_id = await store.write(create)
    await store.write(lifecycle_queries.acquire, [task_id], "me")
    assert not await store.write(lifecycle_queries.give_up, task_id, "other", WHY, 9)
    assert await store.write(lifecycle_queries.give_up, task_id, "me", WHY, 9)
    task = await find(store, task_id)
    assert (task.status, task.reason, task.cause, task.owner) == ("failed", *WHY, None)
    retried = await store.write(lifecycle_queries.retry, LOCAL_OWNER, task_id, 10)
    assert (retried.reason, retried.cause) == (None, None), "what was said of the round before"


async def test_what_is_asked_is_in_the_log(store: Database) -> None:
    task_id = await store.write(create, ready=False)
    for wish in (lifecycle_queries.run, lifecycle_queries.pause, lifecycle_queries.resume, lifecycle_queries.cancel):
        await store.write(wish, LOCAL_OWNER, task_id, 9)
    found = await store.read(messages, task_id)
    assert found == ["told to run", "told to pause", "told to go on", "told to end"]


def messages(task_id: int) -> Steps[list[str]]:
    found = yield Statement("SELECT message FROM task_log WHERE task_id = ? ORDER BY id", (task_id,))
    return [row[0] for row in found.rows]


async def test_tasks_that_wait_for_a_quota_are_left_out_while_it_is_used_up(store: Database) -> None:
    ids = [await store.write(create, f"t{number}") for number in range(4)]

    def wait(task_id: int, user_id: int, token_id: int | None) -> Steps[None]:
        yield Statement(
            "UPDATE task SET waits_for = 'quota', user_id = ?, token_id = ? WHERE id = ?", (user_id, token_id, task_id)
        )

    for task_id, (user_id, token_id) in zip(ids, [(1, None), (1, 5), (2, None)], strict=False):
        await store.write(wait, task_id, user_id, token_id)

    async def ready(*payers: lifecycle_queries.Payer) -> list[int]:
        return await store.read(lifecycle_queries.ready, 9, braked=False, payers=payers)

    assert await ready() == ids
    assert await ready((1, None)) == ids[1:]
    assert await ready((1, 5), (2, None), (0, None)) == [ids[0], ids[3]]
    many = [(user_id, None) for user_id in range(lifecycle_queries.PAYERS_PER_STATEMENT + 1)]
    assert await ready(*many) == ids[3:]
