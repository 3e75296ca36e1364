"""What people change of subtasks, on both databases; Hypothesis edits at random, and the graph stays one without
circles whose places have no gaps."""

import random
from collections.abc import Callable
from contextlib import closing, suppress
from typing import ParamSpec, TypeVar

import pytest
import trio
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from msgspec import structs
from trio.testing import MockClock

from orchd.entity import LOCAL_OWNER
from orchd.errors import Conflict, NotFound, TooLarge
from orchd.features.task.core.approval_hash import plan_hash
from orchd.features.task.core.plan_check import MAX_DEPTH, MAX_SUBTASKS, check_order
from orchd.features.task.core.rows import SubtaskRow
from orchd.features.task.store import queries
from orchd.features.task.store import subtask_queries as editing
from orchd.features.task.wire.subtask_messages import SubtaskCreate, SubtaskUpdate
from orchd.storage import Database, Statement, Steps
from tests.examples import examples
from tests.features.chat.room import MemoryDatabase
from tests.features.task.hands import create

P = ParamSpec("P")
T = TypeVar("T")

PLACES = st.lists(st.integers(0, 7), max_size=4)


def draft(title: str = "a", *depends_on: int, assistant: str | None = None) -> SubtaskCreate:
    """What a person says of a subtask; of which task is said later."""
    return SubtaskCreate(0, title, f"Do {title}", depends_on, assistant=assistant)


def add(task_id: int, content: SubtaskCreate, position: int | None, now: int) -> Steps[SubtaskRow]:
    there = structs.replace(content, task_id=task_id)
    return editing.add(LOCAL_OWNER, task_id, there, content.depends_on, position, now)


def change(old: SubtaskRow, content: SubtaskCreate, now: int) -> Steps[SubtaskRow]:
    patch = SubtaskUpdate(old.id, content.title, depends_on=content.depends_on)
    return editing.change(LOCAL_OWNER, old.id, patch, now)


def set_state(subtask_id: int, status: str, attempts: int) -> Steps[None]:
    yield Statement("UPDATE subtask SET status = ?, attempts = ? WHERE id = ?", (status, attempts, subtask_id))


def set_task(task_id: int, status: str) -> Steps[None]:
    yield Statement("UPDATE task SET status = ? WHERE id = ?", (status, task_id))


def ask_for_plan(task_id: int) -> Steps[None]:
    yield Statement(
        "INSERT INTO task_approval (task_id, kind, hash, state, note, created_at)"
        " VALUES (?, 'plan', 'old', 'open', '', 1)",
        (task_id,),
    )


def once(edit: Steps[SubtaskRow]) -> Steps[SubtaskRow]:
    return (yield from edit)


async def titles(store: Database, task_id: int) -> list[tuple[int, str]]:
    return [(subtask.position, subtask.title) for subtask in await store.read(queries.subtasks, task_id)]


async def test_subtasks_are_added_in_their_places(store: Database) -> None:
    task_id = await store.write(create, ready=False)
    first = await store.write(add, task_id, draft("first"), None, 5)
    await store.write(add, task_id, draft("last", first.id), 99, 5)
    await store.write(add, task_id, draft("zeroth"), 0, 5)
    assert await titles(store, task_id) == [(0, "zeroth"), (1, "first"), (2, "last")]
    rows = await store.read(queries.subtasks, task_id)
    assert rows[2].depends_on == (first.id,)
    order = [rows[2].id, rows[0].id, rows[1].id]
    await store.write(editing.reorder, LOCAL_OWNER, task_id, order, 6)
    assert await titles(store, task_id) == [(0, "last"), (1, "zeroth"), (2, "first")]
    for wrong in (order[:2], [*order, order[0]], [*order[:2], 99]):
        with pytest.raises(Conflict):
            await store.write(editing.reorder, LOCAL_OWNER, task_id, wrong, 6)
    assert await store.write(editing.remove, LOCAL_OWNER, rows[0].id, 7) == task_id
    assert await titles(store, task_id) == [(0, "last"), (1, "first")]
    page = await store.read(editing.page_of, LOCAL_OWNER, task_id, 1, 1)
    assert [subtask.title for subtask in page] == ["first"]


async def test_an_edit_binds_the_open_question_to_the_plan(store: Database) -> None:
    task_id = await store.write(create, ready=False)
    one = await store.write(add, task_id, draft("a"), None, 5)
    await store.write(ask_for_plan, task_id)
    hashes = {"old"}
    for edit in (change(one, draft("b"), 6), add(task_id, draft("c"), 0, 6)):
        await store.write(once, edit)
        (asked,) = await store.read(queries.approvals, task_id)
        task = await store.read(queries.find, task_id)
        assert task is not None
        assert asked.hash == plan_hash(task, await store.read(queries.subtasks, task_id))
        hashes.add(asked.hash)
    assert len(hashes) == 3


async def test_bounds_and_names(store: Database) -> None:
    task_id, other = await store.write(create, ready=False), await store.write(create, ready=False)
    elsewhere = await store.write(add, other, draft("x"), None, 5)
    with pytest.raises(NotFound) as missing:
        await store.write(add, task_id, draft("a", elsewhere.id), None, 5)
    assert missing.value.details["field"] == "dependsOn"
    with pytest.raises(NotFound) as missing:
        await store.write(add, task_id, draft("a", assistant="nobody"), None, 5)
    assert missing.value.details["field"] == "assistant"
    with pytest.raises(NotFound):
        await store.write(editing.remove, LOCAL_OWNER, 99, 5)
    with pytest.raises(NotFound):
        await store.read(editing.page_of, LOCAL_OWNER, 99, 1, 0)


async def test_a_row_and_a_task_have_an_end(autojump_clock: MockClock) -> None:
    with closing(MemoryDatabase(seconds=0)) as memory:
        task_id = await memory.write(create, ready=False)
        last: tuple[int, ...] = ()
        for number in range(MAX_DEPTH):
            last = ((await memory.write(add, task_id, draft(f"{number}", *last), None, 5)).id,)
        with pytest.raises(Conflict):
            await memory.write(add, task_id, draft("over", *last), None, 5)
        for number in range(MAX_SUBTASKS - MAX_DEPTH):
            await memory.write(add, task_id, draft(f"{number}"), None, 5)
        with pytest.raises(TooLarge):
            await memory.write(add, task_id, draft("over"), None, 5)


@pytest.mark.parametrize(("status", "attempts"), [("completed", 1), ("executing", 1), ("waiting", 2), ("rejected", 3)])
async def test_what_was_begun_stays(store: Database, status: str, attempts: int) -> None:
    task_id = await store.write(create, ready=False)
    one = await store.write(add, task_id, draft("a"), None, 5)
    await store.write(set_state, one.id, status, attempts)
    begun = await store.read(queries.find_subtask, LOCAL_OWNER, one.id)
    with pytest.raises(Conflict) as refused:
        await store.write(change, begun, draft("b"), 6)
    assert (refused.value.details["status"], refused.value.details["wanted"]) == (status, "pending")
    await store.write(set_task, task_id, "failed")
    if status == "rejected":  # the next round may be told something else
        await store.write(change, begun, draft("b"), 6)
    await store.write(set_task, task_id, "executing")
    with pytest.raises(Conflict) as refused:
        await store.write(add, task_id, draft("c"), None, 6)
    assert (refused.value.details["status"], refused.value.details["wanted"]) == ("executing", "paused")


class Edits(RuleBasedStateMachine):
    """A person who edits a plan, as wrongly as may be."""

    def __init__(self) -> None:
        super().__init__()
        self.memory = MemoryDatabase(seconds=0)
        self.task_id = self.do(create, ready=False)

    def teardown(self) -> None:
        self.memory.close()

    def do(self, steps: Callable[P, Steps[T]], *args: P.args, **members: P.kwargs) -> T:
        async def write() -> T:
            return await self.memory.write(steps, *args, **members)

        return trio.run(write)

    def rows(self) -> list[SubtaskRow]:
        return self.do(queries.subtasks, self.task_id)

    def some(self, places: list[int]) -> tuple[int, ...]:
        rows = self.rows()
        return tuple({rows[place % len(rows)].id for place in places}) if rows else ()

    @rule(needed=PLACES, position=st.integers(0, 5))
    def add(self, needed: list[int], position: int) -> None:
        if len(self.rows()) < 8:
            self.do(add, self.task_id, draft("new", *self.some(needed)), position, 5)

    @rule(place=st.integers(0, 7), needed=PLACES)
    def change(self, place: int, needed: list[int]) -> None:
        before = self.rows()
        if before:
            wanted = draft("changed", *self.some(needed))
            with suppress(Conflict):
                self.do(change, before[place % len(before)], wanted, 6)
                return
            assert self.rows() == before, "refused, but changed"

    @rule(place=st.integers(0, 7))
    def remove(self, place: int) -> None:
        if rows := self.rows():
            self.do(editing.remove, LOCAL_OWNER, rows[place % len(rows)].id, 7)

    @rule(order=st.randoms())
    def reorder(self, order: random.Random) -> None:
        ids = [subtask.id for subtask in self.rows()]
        order.shuffle(ids)
        self.do(editing.reorder, LOCAL_OWNER, self.task_id, ids, 8)
        assert [subtask.id for subtask in self.rows()] == ids

    @invariant()
    def it_can_be_carried_out(self) -> None:
        rows = self.rows()
        places = {subtask.id: place for place, subtask in enumerate(rows)}
        assert [subtask.position for subtask in rows] == list(range(len(rows)))
        check_order([{places[other] for other in subtask.depends_on} for subtask in rows])


TestEdits = Edits.TestCase
TestEdits.settings = settings(max_examples=examples(25), stateful_step_count=20, deadline=None)
