"""Answers to `task:*`, with scripted workers, by the virtual clock."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing

import pytest
from msgspec import UNSET
from trio.testing import MockClock

from orchd.errors import Conflict, Invalid, NotFound
from orchd.features.task.wire.live_messages import TaskApprove, TaskApproved, TaskFound
from orchd.features.task.wire.messages import (
    TaskCancel,
    TaskCreate,
    TaskDelete,
    TaskDeleted,
    TaskDependencyAdd,
    TaskDependencyRemove,
    TaskGet,
    TaskList,
    TaskPage,
    TaskPause,
    TaskPlan,
    TaskReply,
    TaskResume,
    TaskRetry,
    TaskRun,
    TaskUpdate,
    TaskUpdated,
)
from orchd.protocol.types import ClientPayload, ServerPayload
from tests.features.chat.room import MemoryDatabase
from tests.features.task.desk import TaskDesk, desk_at_work
from tests.features.task.hands import Gate, Hands


@asynccontextmanager
async def at_desk(hands: Hands | None = None) -> AsyncIterator[TaskDesk]:
    with closing(MemoryDatabase()) as memory:
        async with desk_at_work(memory, hands or Hands()) as desk:
            yield desk


async def test_a_task_from_first_to_last(autojump_clock: MockClock) -> None:
    async with at_desk() as desk:
        made = (await desk.ask(TaskCreate("Move", "From A to B", "high", "m"), TaskReply)).task
        assert (made.status, made.priority, made.model, made.started) == ("pending", "high", "m", False)
        changed = await desk.ask(TaskUpdate(made.id, title="Stay", model=None, auto_run=True), TaskUpdated)
        assert (changed.task.title, changed.task.model, changed.task.priority) == ("Stay", None, "high")
        assert changed.subtasks == []
        assert (await desk.ask(TaskRun(made.id), TaskReply)).task.started
        screen = await desk.watch(made.id)
        await screen.until("task:update", lambda data: data["task"]["status"] == "completed")
        found = await desk.ask(TaskGet(made.id), TaskFound)
        assert [subtask.status for subtask in found.subtasks] == ["completed"] * 4
        assert found.subtasks[3].depends_on == (found.subtasks[1].id, found.subtasks[2].id)
        assert found.task.result is not None
        assert await desk.ask(TaskDelete(made.id), TaskDeleted) == TaskDeleted(made.id)
        with pytest.raises(NotFound):
            await desk.ask(TaskGet(made.id), TaskFound)


async def test_what_nobody_has(autojump_clock: MockClock) -> None:
    asked: list[ClientPayload] = [TaskGet(9), TaskUpdate(9), TaskDelete(9, force=True), TaskPlan(9), TaskRun(9)]
    asked += [TaskPause(9), TaskResume(9), TaskCancel(9), TaskRetry(9), TaskDependencyAdd(9, 9)]
    async with at_desk() as desk:
        for payload in asked:
            with pytest.raises(NotFound) as refused:
                await desk.ask(payload, ServerPayload)
            assert refused.value.details["field"] == "taskId"


async def test_a_state_that_does_not_fit_is_named_with_the_wanted_one(autojump_clock: MockClock) -> None:
    async with at_desk() as desk:
        task_id = await desk.task()
        wrong: list[tuple[ClientPayload, str]] = [(TaskPause(task_id), "paused"), (TaskResume(task_id), "executing")]
        for payload, wanted in [*wrong, (TaskRetry(task_id), "executing")]:
            with pytest.raises(Conflict) as refused:
                await desk.ask(payload, ServerPayload)
            assert (refused.value.details["status"], refused.value.details["wanted"]) == ("pending", wanted)
            assert "pending" in refused.value.message
            assert wanted in refused.value.message


async def test_pause_resume_cancel_retry(autojump_clock: MockClock) -> None:
    gate = Gate("execute pack")
    async with at_desk(Hands(script=gate)) as desk:
        task_id = await desk.task()
        screen = await desk.watch(task_id)
        await desk.ask(TaskPlan(task_id), TaskReply)
        await gate.reached.wait()
        assert (await desk.ask(TaskPause(task_id), TaskReply)).task.pausing
        assert not (await desk.ask(TaskResume(task_id), TaskReply)).task.pausing
        assert (await desk.ask(TaskCancel(task_id), TaskReply)).task.status == "cancelled"
        assert gate.cancelled == 1
        gate.open.set()
        again = (await desk.ask(TaskRetry(task_id), TaskReply)).task
        assert (again.status, again.started, again.completed_at) == ("pending", True, None)
        await screen.until("task:update", lambda data: data["task"]["status"] == "completed")


async def test_a_running_task_is_deleted_by_force_only(autojump_clock: MockClock) -> None:
    gate = Gate("execute pack")
    async with at_desk(Hands(script=gate)) as desk:
        task_id = await desk.task()
        screen = await desk.watch(task_id)
        await desk.ask(TaskRun(task_id), TaskReply)
        await gate.reached.wait()
        with pytest.raises(Conflict) as refused:
            await desk.ask(TaskDelete(task_id), TaskDeleted)
        assert refused.value.details["field"] == "force"
        await desk.ask(TaskDelete(task_id, force=True), TaskDeleted)
        assert gate.cancelled == 1
        assert await screen.until("task:unsubscribed") == {"taskId": task_id}
        assert len(desk.runner.owned.work) == 0


async def test_lists_are_turned_page_by_page(autojump_clock: MockClock) -> None:
    async with at_desk() as desk:
        ids = [await desk.task(f"task {number}") for number in range(5)]
        page = await desk.ask(TaskList(limit=3), TaskPage)
        rest = await desk.ask(TaskList(limit=3, cursor=page.next_cursor), TaskPage)
        assert sorted(task.id for task in page.items + rest.items) == ids
        assert rest.next_cursor is None
        assert (await desk.ask(TaskList(status="failed"), TaskPage)).items == []
        with pytest.raises(Invalid):
            await desk.ask(TaskList(cursor="x.y"), TaskPage)


async def test_a_task_waits_for_another_one(autojump_clock: MockClock) -> None:
    async with at_desk() as desk:
        first, second = await desk.task("first"), await desk.task("second")
        added = await desk.ask(TaskDependencyAdd(second, first), TaskReply)
        assert added.task.depends_on == [first]
        with pytest.raises(Conflict):
            await desk.ask(TaskDependencyAdd(first, second), TaskReply)
        screen = await desk.watch(second)
        await desk.ask(TaskRun(second), TaskReply)
        data = await screen.until("task:update", lambda data: data["task"]["waitsFor"] == "dependencies")
        assert "first" in data["task"]["reason"]
        removed = await desk.ask(TaskDependencyRemove(second, first), TaskReply)
        assert removed.task.depends_on == []
        await screen.until("task:update", lambda data: data["task"]["status"] == "completed")


async def test_a_person_is_asked_whether_a_task_goes_on_without_one_that_is_deleted(autojump_clock: MockClock) -> None:
    async with at_desk() as desk:
        first = await desk.task("first")
        second = await desk.task("second", depends_on=(first,))
        screen = await desk.watch(second)
        await desk.ask(TaskRun(second), TaskReply)
        await screen.until("task:update", lambda data: data["task"]["waitsFor"] == "dependencies")
        await desk.ask(TaskDelete(first), TaskDeleted)
        asked = await screen.until("task:approval", lambda data: data["kind"] == "dependency")
        assert asked["note"] == f"{first} “first” (deleted)"
        await desk.ask(TaskApprove(asked["approvalId"], asked["hash"], approve=True), TaskApproved)
        await screen.until("task:update", lambda data: data["task"]["status"] == "completed")


async def test_a_task_is_changed_only_if_nobody_else_has_changed_it(autojump_clock: MockClock) -> None:
    async with at_desk() as desk:
        made = (await desk.ask(TaskCreate("Move"), TaskReply)).task
        changed = await desk.ask(TaskUpdate(made.id, title="Stay", version=made.version), TaskUpdated)
        assert changed.task.version > made.version
        with pytest.raises(Conflict) as refused:
            await desk.ask(TaskUpdate(made.id, title="Go", version=made.version), TaskUpdated)
        assert (refused.value.path, refused.value.details["version"]) == ("$.data.version", changed.task.version)
        assert (refused.value.details["present"]["title"], changed.task.title) == ("Stay", "Stay")
        assert (await desk.ask(TaskGet(made.id), TaskFound)).task.title == "Stay"


async def test_lists_are_narrowed_by_priority_and_counted(autojump_clock: MockClock) -> None:
    async with at_desk() as desk:
        for priority in ("high", "low", "high"):
            await desk.ask(TaskCreate("Move", priority=priority), TaskReply)
        found = await desk.ask(TaskList(priority="high", limit=1, total=True), TaskPage)
        assert ([item.priority for item in found.items], found.total) == (["high"], 2)
        assert (await desk.ask(TaskList(), TaskPage)).total is UNSET
