"""Answers to `subtask:*`, with scripted workers, by the virtual clock."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing

import pytest
from trio.testing import MockClock

from orchd.errors import Conflict, Invalid, NotFound
from orchd.features.task.core.results import CheckResult
from orchd.features.task.wire.messages import TaskReply, TaskRun
from orchd.features.task.wire.subtask_messages import (
    SubtaskCreate,
    SubtaskDelete,
    SubtaskDeleted,
    SubtaskFound,
    SubtaskGet,
    SubtaskList,
    SubtaskPage,
    SubtaskReorder,
    SubtaskReordered,
    SubtaskReply,
    SubtaskUpdate,
)
from orchd.protocol.types import ClientPayload, ServerPayload
from tests.features.chat.room import MemoryDatabase
from tests.features.task.desk import TaskDesk, desk_at_work
from tests.features.task.hands import Hands, verdict


@asynccontextmanager
async def at_desk(*verdicts: CheckResult) -> AsyncIterator[TaskDesk]:
    hands = Hands(verdicts=verdicts or (verdict("verified"),))
    with closing(MemoryDatabase()) as memory:
        async with desk_at_work(memory, hands) as desk:
            yield desk


async def titles(desk: TaskDesk, task_id: int) -> Sequence[str]:
    return [subtask.title for subtask in (await desk.ask(SubtaskList(task_id), SubtaskPage)).items]


async def test_subtasks_by_hand(autojump_clock: MockClock) -> None:
    async with at_desk() as desk:
        task_id = await desk.task()
        first = await desk.subtask(task_id, "first")
        second = await desk.subtask(task_id, "second", first.id)
        assert (second.depends_on, second.position, second.difficulty) == ((first.id,), 1, 5)
        changed = await desk.ask(
            SubtaskUpdate(second.id, title="2nd", difficulty=9, model="m", needs_approval=True), SubtaskReply
        )
        assert (changed.subtask.title, changed.subtask.difficulty, changed.subtask.model) == ("2nd", 9, "m")
        assert changed.subtask.depends_on == (first.id,)
        order = await desk.ask(SubtaskReorder(task_id, (second.id, first.id)), SubtaskReordered)
        assert [subtask.id for subtask in order.items] == [second.id, first.id]
        with pytest.raises(Conflict) as circle:
            await desk.ask(SubtaskUpdate(first.id, depends_on=(second.id,)), SubtaskReply)
        told = circle.value.details
        assert (told["field"], told["reason"], told["steps"]) == ("dependsOn", "circle", [1, 2])
        gone = await desk.ask(SubtaskDelete(first.id), SubtaskDeleted)
        assert (gone.subtask_id, gone.task_id) == (first.id, task_id)
        assert (await desk.ask(SubtaskGet(second.id), SubtaskFound)).subtask.depends_on == ()


async def test_lists_are_turned_page_by_page(autojump_clock: MockClock) -> None:
    async with at_desk() as desk:
        task_id = await desk.task()
        for name in "abc":
            await desk.subtask(task_id, name)
        page = await desk.ask(SubtaskList(task_id, limit=2), SubtaskPage)
        assert ([subtask.title for subtask in page.items], page.next_cursor) == (["a", "b"], "2")
        page = await desk.ask(SubtaskList(task_id, limit=2, cursor=page.next_cursor), SubtaskPage)
        assert ([subtask.title for subtask in page.items], page.next_cursor) == (["c"], None)
        with pytest.raises(Invalid):
            await desk.ask(SubtaskList(task_id, cursor="-1"), SubtaskPage)


async def test_what_nobody_has(autojump_clock: MockClock) -> None:
    asked: list[tuple[ClientPayload, str]] = [
        (SubtaskCreate(9, "a", "b"), "taskId"),
        (SubtaskList(9), "taskId"),
        (SubtaskReorder(9, ()), "taskId"),
        (SubtaskGet(9), "subtaskId"),
        (SubtaskUpdate(9), "subtaskId"),
        (SubtaskDelete(9), "subtaskId"),
    ]
    async with at_desk() as desk:
        for payload, field in asked:
            with pytest.raises(NotFound) as refused:
                await desk.ask(payload, ServerPayload)
            assert refused.value.details["field"] == field


async def test_all_attempts_are_shown_and_the_better_one_is_kept(autojump_clock: MockClock) -> None:
    async with at_desk(verdict("rejected", 30), verdict("verified", 90)) as desk:
        task_id = await desk.task()
        one = await desk.subtask(task_id, "only")
        screen = await desk.watch(task_id)
        await desk.ask(TaskRun(task_id), TaskReply)
        await screen.until("task:update", lambda data: data["task"]["status"] == "completed")
        found = await desk.ask(SubtaskGet(one.id), SubtaskFound)
        assert (found.subtask.status, found.subtask.kept, found.subtask.attempts) == ("completed", 2, 2)
        outcomes = [
            (attempt.attempt, attempt.state, attempt.check and attempt.check.outcome) for attempt in found.attempts
        ]
        assert outcomes == [(1, "done", "rejected"), (2, "done", "verified")]
        assert found.attempts[0].text == "only() #1"
        assert found.attempts[0].characters == len("only() #1")
        assert found.subtask.result == "only() #2"
        with pytest.raises(Conflict) as refused:
            await desk.ask(SubtaskUpdate(one.id, title="x"), SubtaskReply)
        assert refused.value.details["status"] == "completed"


async def test_a_blank_prompt(autojump_clock: MockClock) -> None:
    async with at_desk() as desk:
        with pytest.raises(Invalid):
            await desk.ask(SubtaskCreate(await desk.task(), "a", " "), SubtaskReply)
