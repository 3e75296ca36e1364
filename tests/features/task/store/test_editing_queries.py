"""What people change of tasks, on both databases; and that no order of edits makes tasks wait in a circle."""

from contextlib import closing

import pytest
import trio
from hypothesis import given, settings
from hypothesis import strategies as st

from orchd.entity import LOCAL_OWNER
from orchd.errors import Conflict, NotFound
from orchd.features.task.core.approval_hash import dependency_hash
from orchd.features.task.core.plan_check import UnusablePlan, check_order
from orchd.features.task.core.rows import TaskApproval
from orchd.features.task.store import editing_queries as editing
from orchd.features.task.store import lifecycle_queries, queries
from orchd.features.task.store import removal_queries as removal
from orchd.features.task.wire.messages import TaskCreate, TaskLimits, TaskUpdate
from orchd.protocol.types import timestamp
from orchd.storage import Database, Statement, Steps
from tests.examples import examples
from tests.features.chat.room import MemoryDatabase
from tests.features.task.states import FIRST, budget

SENT = TaskCreate("Move", "From A to B", "high", "m", True, TaskLimits(5, 6, 7.5), timestamp(1000))


async def test_a_task_that_is_shared_names_no_other_any_more(store: Database) -> None:
    await store.write(members_of_project, 7)
    task_id, other = [
        await store.write(editing.create, LOCAL_OWNER, TaskCreate(name), (), 1, 1_000) for name in ("a", "b")
    ]
    await store.write(editing.add_dependency, LOCAL_OWNER, task_id, other, 1)
    (named,) = await store.read(queries.blockers, task_id)
    assert named.title == "b"
    told = f"it waits for other tasks: {other} “b” (pending)"
    await store.write(say, task_id, told)
    asked = TaskApproval(0, task_id, None, "dependency", "h", "open", f"{other} “b” (failed)", timestamp(1), None)
    await store.write(queries.APPROVALS.everybodys.insert, asked, 1)
    await store.write(editing.change, LOCAL_OWNER, task_id, TaskUpdate(task_id, title="c"), 2)
    found = await store.read(queries.find, task_id)
    assert found is not None
    assert found.reason == told
    await store.write(editing.change, LOCAL_OWNER, task_id, TaskUpdate(task_id, project_id=7), 3)
    found = await store.read(queries.find, task_id)
    assert found is not None
    assert found.reason == "it waits for other tasks"
    assert [approval.note for approval in await store.read(queries.approvals, task_id)] == ["tasks that it depends on"]
    (hidden,) = await store.read(queries.blockers, task_id)
    assert hidden.title == ""
    await store.write(editing.change, LOCAL_OWNER, other, TaskUpdate(other, project_id=7), 4)
    assert await store.read(queries.blockers, task_id) == [named]


def members_of_project(project_id: int) -> Steps[None]:
    yield Statement(
        "INSERT INTO project (id, user_id, name, description, version, created_at, updated_at)"
        " VALUES (?, 0, 'house', '', 1, 1, 1)",
        (project_id,),
    )


def say(task_id: int, reason: str) -> Steps[None]:
    yield Statement("UPDATE task SET status = 'waiting', reason = ? WHERE id = ?", (reason, task_id))


async def needed(store: Database, task_id: int) -> set[int]:
    """The tasks that a task waits for."""
    return set(await store.read(queries.needed_by, task_id))


def set_state(task_id: int, status: str, owner: str | None) -> Steps[None]:
    yield Statement("UPDATE task SET status = ?, owner = ? WHERE id = ?", (status, owner, task_id))


def count(table: str) -> Steps[int]:
    found = yield Statement(f"SELECT COUNT(*) FROM {table}")
    return int(found.rows[0][0])


async def test_a_task_is_made_and_changed(store: Database) -> None:
    other = await store.write(editing.create, LOCAL_OWNER, SENT, (), 10, 1_000)
    task_id = await store.write(editing.create, LOCAL_OWNER, SENT, (other, other), 10, 1_000)
    task = await store.read(queries.find, task_id)
    assert task is not None
    assert (task.user_id, task.priority, task.budget, task.due_at) == (0, "high", budget(5, 6, 7.5), timestamp(1000))
    assert (task.status, task.ready, task.created_at) == ("pending", False, timestamp(10))
    assert await needed(store, task_id) == {other}
    await store.write(
        editing.change, LOCAL_OWNER, task_id, TaskUpdate(task_id, priority="urgent", budget=TaskLimits(9)), 11
    )
    changed = await store.read(queries.find, task_id)
    assert changed is not None
    assert (changed.title, changed.priority, changed.budget) == ("Move", "urgent", budget(9))
    assert changed.updated_at == timestamp(11)
    assert changed.version > task.version
    with pytest.raises(NotFound) as refused:
        await store.write(editing.create, LOCAL_OWNER, SENT, (99,), 10, 1_000)
    assert refused.value.details["field"] == "dependsOn"
    assert await store.read(count, "task") == 2


async def test_what_running_steps_use_is_not_changed(store: Database) -> None:
    task_id = await store.write(editing.create, LOCAL_OWNER, SENT, (), 10, 1_000)
    await store.write(set_state, task_id, "executing", "me")
    with pytest.raises(Conflict) as refused:
        await store.write(editing.change, LOCAL_OWNER, task_id, TaskUpdate(task_id, description="other"), 11)
    assert (refused.value.details["status"], refused.value.details["wanted"]) == ("executing", "paused")
    assert refused.value.details["field"] == "description"
    same = TaskUpdate(task_id, SENT.title, SENT.description, "urgent", auto_run=False)
    assert (await store.write(editing.change, LOCAL_OWNER, task_id, same, 11))[1].task.priority == "urgent"
    await store.write(set_state, task_id, "paused", None)
    other = TaskUpdate(task_id, description="other", model=None)
    _, shown = await store.write(editing.change, LOCAL_OWNER, task_id, other, 12)
    assert (shown.task.description, shown.task.model) == ("other", None)


@pytest.mark.parametrize(("status", "owner"), [("executing", "me"), ("executing", None)])
async def test_a_running_task_is_not_deleted_nor_changed(store: Database, status: str, owner: str | None) -> None:
    task_id = await store.write(editing.create, LOCAL_OWNER, SENT, (), 10, 1_000)
    await store.write(set_state, task_id, status, owner)
    with pytest.raises(Conflict) as refused:
        await store.write(removal.remove, LOCAL_OWNER, task_id, 11)
    assert (refused.value.details["status"], refused.value.details["wanted"]) == (status, "cancelled")
    with pytest.raises(Conflict) as refused:
        await store.write(editing.add_dependency, LOCAL_OWNER, task_id, task_id, 11)
    assert (refused.value.details["status"], refused.value.details["wanted"]) == (status, "paused")


@pytest.mark.parametrize("status", ["pending", "waiting", "paused"])
async def test_a_task_that_is_only_looked_at_may_be_edited_on(store: Database, status: str) -> None:
    """Each edit has the task looked at; the next one must not depend on how long that takes."""
    task_id, other = [await store.write(editing.create, LOCAL_OWNER, SENT, (), 10, 1_000) for _ in range(2)]
    await store.write(set_state, task_id, status, "me")
    before = await store.read(queries.find, task_id)
    await store.write(editing.add_dependency, LOCAL_OWNER, task_id, other, 11)
    after = await store.read(queries.find, task_id)
    assert before is not None
    assert after is not None
    assert (after.owner, after.version) == ("me", before.version + 1), "whoever looks at it looks again"
    with pytest.raises(Conflict):
        await store.write(removal.remove, LOCAL_OWNER, task_id, 12)


async def test_a_task_that_was_told_to_run_is_not_deleted(store: Database) -> None:
    task_id = await store.write(editing.create, LOCAL_OWNER, SENT, (), 10, 1_000)
    await store.write(lifecycle_queries.run, LOCAL_OWNER, task_id, 11)
    with pytest.raises(Conflict) as refused:
        await store.write(removal.remove, LOCAL_OWNER, task_id, 12)
    assert refused.value.details["field"] == "force"


async def test_dependencies(store: Database) -> None:
    first, second, third = [await store.write(editing.create, LOCAL_OWNER, SENT, (), 10, 1_000) for _ in range(3)]
    await store.write(editing.add_dependency, LOCAL_OWNER, second, first, 11)
    await store.write(editing.add_dependency, LOCAL_OWNER, second, first, 11)
    await store.write(editing.add_dependency, LOCAL_OWNER, third, second, 11)
    for task_id, other in ((first, third), (first, second), (first, first)):
        with pytest.raises(Conflict) as refused:
            await store.write(editing.add_dependency, LOCAL_OWNER, task_id, other, 12)
        assert refused.value.details["status"] == refused.value.details["other"] == "pending"
    with pytest.raises(NotFound):
        await store.write(editing.add_dependency, LOCAL_OWNER, first, 99, 12)
    await store.write(editing.remove_dependency, LOCAL_OWNER, second, first, 12)
    with pytest.raises(NotFound):
        await store.write(editing.remove_dependency, LOCAL_OWNER, second, first, 12)
    await store.write(editing.add_dependency, LOCAL_OWNER, first, third, 13)


@settings(max_examples=examples(60), deadline=None)
@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), max_size=14))
def test_no_order_of_edits_makes_a_circle(wanted: list[tuple[int, int]]) -> None:
    async def edit() -> list[set[int]]:
        with closing(MemoryDatabase(seconds=0)) as memory:
            for _ in range(5):
                await memory.write(editing.create, LOCAL_OWNER, SENT, (), 10, 1_000)
            known: set[tuple[int, int]] = set()
            for task_id, other in wanted:
                before = [{b for a, b in known if a == number} for number in range(6)]
                try:
                    await memory.write(editing.add_dependency, LOCAL_OWNER, task_id, other, 11)
                except Conflict:
                    before[task_id].add(other)
                    assert is_circular(before), "refused for nothing"
                else:
                    known.add((task_id, other))
            return [await needed(memory, number) for number in range(6)]

    assert not is_circular(trio.run(edit))


def is_circular(graph: list[set[int]]) -> bool:
    try:
        check_order(graph)
    except UnusablePlan:
        return True
    return False


async def waits_for_another(store: Database) -> tuple[int, int]:
    other = await store.write(editing.create, LOCAL_OWNER, SENT, (), 10, 1_000)
    task_id = await store.write(editing.create, LOCAL_OWNER, SENT, (other,), 10, 1_000)
    await store.write(set_state, task_id, "waiting", None)
    return task_id, other


async def test_a_question_about_a_task_is_withdrawn_when_that_is_begun_anew_or_not_waited_for(store: Database) -> None:
    for change in ("retry", "remove_dependency"):
        task_id, other = await waits_for_another(store)
        await store.write(set_state, other, "failed", None)
        state = await store.read(queries.load, task_id)
        assert state is not None
        asked = TaskApproval(
            0, task_id, None, "dependency", dependency_hash(state.task, state.blockers), "open", "", FIRST, None
        )
        await store.write(queries.APPROVALS.everybodys.insert, asked, 1)
        if change == "retry":
            await store.write(lifecycle_queries.retry, LOCAL_OWNER, other, 11)
        else:
            await store.write(editing.remove_dependency, LOCAL_OWNER, task_id, other, 11)
        assert await store.read(queries.approvals, task_id) == []
