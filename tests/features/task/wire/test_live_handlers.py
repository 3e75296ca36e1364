"""Subscriptions, a person's word, logs and figures, with scripted workers, by the virtual clock."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing

import pytest
import trio
from trio.testing import MockClock

from orchd.errors import Conflict, NotFound, TooLarge
from orchd.features.monitoring import MachineLoad
from orchd.features.task.wire.live_messages import (
    TaskApprovalPage,
    TaskApprovals,
    TaskApprove,
    TaskApproved,
    TaskBrakes,
    TaskBrakeState,
    TaskFound,
    TaskLogPage,
    TaskLogs,
    TaskStatistics,
    TaskStats,
    TaskSubscribe,
    TaskSubscribed,
    TaskUnsubscribe,
    TaskUnsubscribed,
)
from orchd.features.task.wire.messages import TaskGet, TaskPlan, TaskReply, TaskRun
from orchd.features.task.wire.subtask_messages import SubtaskReply, SubtaskUpdate
from orchd.protocol.types import ClientPayload, ServerPayload
from tests.features.chat.room import Frame, MemoryDatabase
from tests.features.task.desk import Screen, TaskDesk, desk_at_work
from tests.features.task.hands import Hands, verdict


@asynccontextmanager
async def at_desk(hands: Hands | None = None) -> AsyncIterator[TaskDesk]:
    with closing(MemoryDatabase()) as memory:
        async with desk_at_work(memory, hands or Hands()) as desk:
            yield desk


def completed(data: Frame) -> bool:
    return bool(data["task"]["status"] == "completed")


async def asked(desk: TaskDesk, task_id: int, kind: str, screen: Screen) -> Frame:
    """The open question of a kind, as a subscriber is told."""
    return await screen.until("task:approval", lambda data: data["kind"] == kind and data["status"] == "open")


async def test_a_plan_is_approved_as_it_is_after_editing(autojump_clock: MockClock) -> None:
    async with at_desk() as desk:
        task_id = await desk.task(auto_run=False)
        screen = await desk.watch(task_id)
        await desk.ask(TaskPlan(task_id), TaskReply)
        old = await asked(desk, task_id, "plan", screen)
        waiting = await screen.until("task:update", lambda data: data["task"]["waitsFor"] == "approval")
        subtask_id = waiting["subtasks"][0]["id"]
        await desk.ask(SubtaskUpdate(subtask_id, prompt="Pack with care"), SubtaskReply)
        new = await screen.until("task:approval", lambda data: data["hash"] != old["hash"])
        assert (new["approvalId"], new["status"]) == (old["approvalId"], "open")
        with pytest.raises(Conflict) as refused:
            await desk.ask(TaskApprove(old["approvalId"], old["hash"], approve=True), TaskApproved)
        assert refused.value.details["hash"] == new["hash"]
        told = await desk.ask(TaskApprove(new["approvalId"], new["hash"], approve=True, note="go"), TaskApproved)
        assert (told.approval.status, told.approval.note) == ("approved", "go")
        with pytest.raises(Conflict) as refused:
            await desk.ask(TaskApprove(new["approvalId"], new["hash"], approve=False), TaskApproved)
        assert (refused.value.details["status"], refused.value.details["wanted"]) == ("approved", "refused")
        await screen.until("task:update", completed)


async def test_questions_stay_open_and_are_told_to_who_comes_later(autojump_clock: MockClock) -> None:
    async with at_desk(Hands(verdicts=(verdict("undecided", None),))) as desk:
        task_id = await desk.task()
        await desk.subtask(task_id, "only")
        early = await desk.watch(task_id)
        await desk.ask(TaskRun(task_id), TaskReply)
        question = await asked(desk, task_id, "result", early)
        await trio.sleep(3600)
        late = await desk.watch(task_id)
        assert await asked(desk, task_id, "result", late) == question
        page = await desk.ask(TaskApprovals(), TaskApprovalPage)
        assert [approval.id for approval in page.items] == [question["approvalId"]]
        assert (await desk.ask(TaskApprovals(task_id, cursor="99"), TaskApprovalPage)).items == []
        await desk.ask(TaskApprove(question["approvalId"], question["hash"], approve=True), TaskApproved)
        decided = await late.until("task:approval", lambda data: data["status"] == "approved")
        assert decided["decidedAt"] is not None
        assert (await late.until("task:update", completed))["subtasks"][0]["reviewer"] == "person"
        found = await desk.ask(TaskGet(task_id), TaskFound)
        assert [approval.status for approval in found.approvals] == ["approved"]


async def test_logs_and_figures(autojump_clock: MockClock) -> None:
    async with at_desk() as desk:
        task_id = await desk.task()
        screen = await desk.watch(task_id)
        await desk.ask(TaskRun(task_id), TaskReply)
        await screen.until("task:update", completed)
        page = await desk.ask(TaskLogs(task_id, limit=3), TaskLogPage)
        lines = list(page.items)
        while page.next_cursor is not None:
            page = await desk.ask(TaskLogs(task_id, limit=3, cursor=page.next_cursor), TaskLogPage)
            lines += page.items
        assert [lines[0].message, lines[-1].message] == ["the task is completed", "created"]
        assert [line.id for line in lines] == sorted((line.id for line in lines), reverse=True)
        some = await desk.ask(TaskLogs(task_id, lines[5].subtask_id), TaskLogPage)
        assert {line.subtask_id for line in some.items} == {lines[5].subtask_id}
        stats = await desk.ask(TaskStats(), TaskStatistics)
        assert (stats.total, stats.by_status.completed, stats.calls) == (1, 1, 10)
        assert [(figures.model, figures.runs, figures.approved) for figures in stats.by_model] == [("m1@x", 4, 4)]


async def test_what_holds_tasks_back(autojump_clock: MockClock) -> None:
    async def full() -> MachineLoad:
        return MachineLoad(1, 95, 1, 1)

    with closing(MemoryDatabase()) as memory:
        async with desk_at_work(memory, Hands(), machine=full) as desk:
            state = await desk.ask(TaskBrakes(), TaskBrakeState)
            assert (state.cpu, state.memory, state.vram, state.disk) == (80.0, 90.0, None, 97.0)
            assert state.reason is None, "nobody has looked at the machine yet"
            await desk.brakes.fresh()
            state = await desk.ask(TaskBrakes(), TaskBrakeState)
            assert state.reason == "the machine is busy: memory 95 % in use, limit 90 % (task.brakeMemory)"


async def test_who_has_unsubscribed_hears_nothing_more(autojump_clock: MockClock) -> None:
    async with at_desk() as desk:
        task_id = await desk.task()
        screen = await desk.watch(task_id, streaming=True)
        await screen.until("task:update")
        await desk.ask(TaskUnsubscribe(task_id), TaskUnsubscribed, screen)
        other = await desk.watch(task_id)
        await desk.ask(TaskRun(task_id), TaskReply)
        await other.until("task:update", completed)
        assert len(screen.frames) == 1


async def test_what_nobody_has(autojump_clock: MockClock) -> None:
    asked: list[tuple[ClientPayload, str]] = [
        (TaskSubscribe(9), "taskId"),
        (TaskLogs(9), "taskId"),
        (TaskApprovals(9), "taskId"),
        (TaskApprove(9, "x", approve=True), "approvalId"),
    ]
    async with at_desk() as desk:
        for payload, field in asked:
            with pytest.raises(NotFound) as refused:
                await desk.ask(payload, ServerPayload)
            assert refused.value.details["field"] == field
        with pytest.raises(TooLarge):
            await desk.ask(TaskApprove(9, "x", approve=True, note="x" * 4001), TaskApproved)
        assert await desk.ask(TaskUnsubscribe(9), TaskUnsubscribed) == TaskUnsubscribed(9)
        with pytest.raises(NotFound):
            await desk.ask(TaskSubscribe(9), TaskSubscribed)
