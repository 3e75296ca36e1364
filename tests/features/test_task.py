"""Whose tasks: what somebody asks about others' ones is refused as if they weren't there, by every frame."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from typing import Any, NamedTuple

import pytest
from msgspec import Struct
from trio.testing import MockClock

from orchd.errors import Forbidden, NotFound, OrchdError
from orchd.features.task import COMMANDS
from orchd.features.task.core.rows import TaskApproval
from orchd.features.task.log.messages import ExecutionLogList, ExecutionLogSubscribe, ExecutionLogUnsubscribe
from orchd.features.task.store import queries
from orchd.features.task.wire.live_messages import (
    TaskApprovalPage,
    TaskApprovals,
    TaskApprove,
    TaskApproved,
    TaskBrakes,
    TaskLogs,
    TaskStatistics,
    TaskStats,
    TaskSubscribe,
    TaskSubscribed,
    TaskUnsubscribe,
)
from orchd.features.task.wire.live_tasks import FOLLOWING
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
    TaskRestore,
    TaskResume,
    TaskRetry,
    TaskRun,
    TaskUpdate,
    TaskUpdated,
)
from orchd.features.task.wire.subtask_messages import (
    SubtaskCreate,
    SubtaskDelete,
    SubtaskGet,
    SubtaskList,
    SubtaskReorder,
    SubtaskReply,
    SubtaskUpdate,
)
from orchd.protocol.identity import Identity
from orchd.protocol.types import ClientPayload, timestamp
from orchd.storage import Statement, Steps
from tests.features.chat.room import MemoryDatabase
from tests.features.task.desk import TaskDesk, desk_at_work
from tests.features.task.hands import Hands

ANA, EVE = Identity(1, "ana", "member"), Identity(2, "eve", "member")
SHARED = 7
EDITOR = Identity(3, "ed", "member", reads=(SHARED,), changes=(SHARED,))
READER = Identity(4, "rea", "member", reads=(SHARED,))


class Ids(NamedTuple):
    """What a request names."""

    task: int
    subtask: int
    approval: int


NOBODYS = Ids(10**6, 10**6, 10**6)

READS: dict[type[ClientPayload], Callable[[Ids], ClientPayload]] = {
    TaskGet: lambda ids: TaskGet(ids.task),
    TaskSubscribe: lambda ids: TaskSubscribe(ids.task, True),
    TaskLogs: lambda ids: TaskLogs(ids.task),
    TaskApprovals: lambda ids: TaskApprovals(ids.task),
    SubtaskGet: lambda ids: SubtaskGet(ids.subtask),
    SubtaskList: lambda ids: SubtaskList(ids.task),
}
CHANGES: dict[type[ClientPayload], Callable[[Ids], ClientPayload]] = {
    TaskUpdate: lambda ids: TaskUpdate(ids.task, title="mine"),
    TaskDelete: lambda ids: TaskDelete(ids.task, True),
    TaskPlan: lambda ids: TaskPlan(ids.task),
    TaskRun: lambda ids: TaskRun(ids.task),
    TaskPause: lambda ids: TaskPause(ids.task),
    TaskResume: lambda ids: TaskResume(ids.task),
    TaskCancel: lambda ids: TaskCancel(ids.task),
    TaskRetry: lambda ids: TaskRetry(ids.task),
    TaskDependencyAdd: lambda ids: TaskDependencyAdd(ids.task, ids.task),
    TaskDependencyRemove: lambda ids: TaskDependencyRemove(ids.task, ids.task),
    TaskApprove: lambda ids: TaskApprove(ids.approval, "h", True),
    SubtaskCreate: lambda ids: SubtaskCreate(ids.task, "mine", "do it"),
    SubtaskUpdate: lambda ids: SubtaskUpdate(ids.subtask, title="mine"),
    SubtaskDelete: lambda ids: SubtaskDelete(ids.subtask),
    SubtaskReorder: lambda ids: SubtaskReorder(ids.task, (ids.subtask,)),
}
OF_REMOVED: dict[type[ClientPayload], Callable[[Ids], ClientPayload]] = {TaskRestore: lambda ids: TaskRestore(ids.task)}
"""What finds tasks that were removed, and no others."""
ONES_OWN = {
    *(TaskBrakes, TaskCreate, TaskList, TaskStats, TaskUnsubscribe),
    *(ExecutionLogList, ExecutionLogSubscribe, ExecutionLogUnsubscribe),
    *(FOLLOWING.subscribe.payload, FOLLOWING.unsubscribe.payload),
}
"""What names no task, or nothing but what the connection follows; see below. Of the log: tests/features/task/log/; of
the live list: tests/features/task/wire/test_live_tasks.py."""


class Seen(NamedTuple):
    """How a request was refused."""

    kind: type[OrchdError]
    message: str
    details: dict[str, Any]


async def refusal(desk: TaskDesk, payload: ClientPayload, who: Identity) -> Seen:
    with pytest.raises(OrchdError) as caught:
        await desk.ask(payload, Struct, who=who)
    return Seen(type(caught.value), caught.value.message, caught.value.details)


class Place(NamedTuple):
    """A desk where Ana has a task."""

    desk: TaskDesk
    memory: MemoryDatabase
    ids: Ids

    async def stored(self) -> object:
        """All that may have changed of it."""
        return await self.memory.read(whole, self.ids.task)


def whole(task_id: int) -> Steps[object]:
    task = yield from queries.find(task_id)
    asked = yield from queries.approvals(task_id)
    return task, (yield from queries.subtasks(task_id)), asked


@asynccontextmanager
async def at_place(project_id: int | None) -> AsyncIterator[Place]:
    with closing(MemoryDatabase()) as memory:
        await memory.write(add_project)
        async with desk_at_work(memory, Hands()) as desk:
            made = (await desk.ask(TaskCreate("secret", project_id=project_id), TaskReply, who=ANA)).task
            part = (await desk.ask(SubtaskCreate(made.id, "part", "do it"), SubtaskReply, who=ANA)).subtask
            asked = TaskApproval(0, made.id, None, "plan", "h", "open", "", timestamp(1), None)
            yield Place(
                desk, memory, Ids(made.id, part.id, await memory.write(queries.APPROVALS.everybodys.insert, asked, 1))
            )


def add_project() -> Steps[None]:
    """Ana's, of which Ed is a member."""
    yield Statement(
        "INSERT INTO user (id, name, role, disabled, version, created_at, updated_at)"
        " VALUES (3, 'ed', 'member', 0, 1, 1, 1)"
    )
    yield Statement(
        "INSERT INTO project (id, user_id, name, description, version, created_at, updated_at)"
        f" VALUES ({SHARED}, 1, 'house', '', 1, 1, 1)"
    )
    yield Statement(
        "INSERT INTO project_member (project_id, user_id, role, created_at) VALUES (?, 3, 'editor', 1)", (SHARED,)
    )


def test_no_frame_is_forgotten_here() -> None:
    assert {*READS, *CHANGES, *OF_REMOVED, *ONES_OWN} == {command.payload for command in COMMANDS}


@pytest.mark.parametrize("project_id", [None, SHARED])
async def test_others_tasks_are_as_if_they_were_not_there(project_id: int | None, autojump_clock: MockClock) -> None:
    async with at_place(project_id) as place:
        before = await place.stored()
        for ask in (*READS.values(), *CHANGES.values()):
            foreign = await refusal(place.desk, ask(place.ids), EVE)
            assert foreign == await refusal(place.desk, ask(NOBODYS), EVE)
            assert foreign.kind is NotFound
        assert await place.stored() == before


async def test_who_only_reads_sees_and_changes_nothing(autojump_clock: MockClock) -> None:
    async with at_place(SHARED) as place:
        before = await place.stored()
        for ask in READS.values():
            await place.desk.ask(ask(place.ids), Struct, who=READER)
        for ask in CHANGES.values():
            assert (await refusal(place.desk, ask(place.ids), READER)).kind is Forbidden
        assert await place.stored() == before
        for ask in CHANGES.values():
            assert (await refusal(place.desk, ask(NOBODYS), READER)).kind is NotFound


async def test_others_removed_tasks_are_as_if_they_were_not_there(autojump_clock: MockClock) -> None:
    async with at_place(SHARED) as place:
        (ask,) = OF_REMOVED.values()
        foreign = await refusal(place.desk, ask(place.ids), EVE)
        assert (foreign.kind, foreign.details["path"]) == (NotFound, "$.data.taskId")
        await place.desk.ask(TaskDelete(place.ids.task), TaskDeleted, who=EDITOR)
        for each in (*READS.values(), *CHANGES.values(), ask):
            assert await refusal(place.desk, each(place.ids), EVE) == await refusal(place.desk, each(NOBODYS), EVE)
        for each in (*READS.values(), *CHANGES.values()):
            assert (await refusal(place.desk, each(place.ids), ANA)).kind is NotFound, "also for whose it is"
        assert (await refusal(place.desk, ask(place.ids), READER)).kind is Forbidden
        restored = (await place.desk.ask(ask(place.ids), TaskReply, who=EDITOR)).task
        assert (restored.id, restored.deleted_at) == (place.ids.task, None)


async def test_an_editor_works_on_anothers_task(autojump_clock: MockClock) -> None:
    async with at_place(SHARED) as place:
        desk, ids = place.desk, place.ids
        changed = await desk.ask(TaskUpdate(ids.task, title="ours"), TaskUpdated, who=EDITOR)
        assert (changed.task.title, changed.task.user_id) == ("ours", ANA.user_id)
        asked = (await desk.ask(TaskApprovals(), TaskApprovalPage, who=EDITOR)).items[0]
        decided = await desk.ask(TaskApprove(asked.id, asked.hash, False), TaskApproved, who=EDITOR)
        assert decided.approval.status == "refused"
        own = (await desk.ask(TaskCreate("after", depends_on=(ids.task,)), TaskReply, who=EDITOR)).task
        assert own.depends_on == [ids.task]
        taken = await desk.ask(TaskUpdate(ids.task, project_id=None), TaskUpdated, who=EDITOR)
        assert taken.task.project_id is None, "whoever takes it away is told so, for the last time"
        assert (await refusal(desk, TaskGet(ids.task), EDITOR)).kind is NotFound


async def test_a_task_uses_no_other_models_than_who_made_it(autojump_clock: MockClock) -> None:
    """Nor does a token have others used by a task that may use them."""
    bot = ANA._replace(models=frozenset({"tiny", "small"}), token_id=9)
    async with at_place(None) as place:
        desk = place.desk
        for ask in CHANGES.values():
            assert (await refusal(desk, ask(place.ids), bot)).kind is Forbidden
        for ask in READS.values():
            await desk.ask(ask(place.ids), Struct, who=bot)
        made = (await desk.ask(TaskCreate("by a program"), TaskReply, who=bot)).task
        stored = await place.memory.read(queries.find, made.id)
        assert stored is not None
        assert stored.models == ("small", "tiny")
        await desk.ask(TaskUpdate(made.id, title="by a person"), TaskUpdated, who=ANA)
        less = bot._replace(models=frozenset({"tiny"}))
        assert (await refusal(desk, TaskRun(made.id), less)).kind is Forbidden
        await desk.ask(TaskRun(made.id), TaskReply, who=bot)


async def test_inner_ids_of_others_are_as_if_they_were_not_there(autojump_clock: MockClock) -> None:
    async with at_place(SHARED) as place:
        desk, ids = place.desk, place.ids
        own = (await desk.ask(TaskCreate("mine"), TaskReply, who=EVE)).task.id
        asks: tuple[Callable[[int], ClientPayload], ...] = (
            lambda other: TaskCreate("mine", depends_on=(other,)),
            lambda other: TaskDependencyAdd(own, other),
            lambda other: TaskDependencyRemove(own, other),
        )
        for ask in asks:
            foreign = await refusal(desk, ask(ids.task), EVE)
            assert foreign == await refusal(desk, ask(NOBODYS.task), EVE)
            assert (foreign.kind, foreign.details["path"]) == (NotFound, "$.data.dependsOn")
        for ask in (
            lambda project: TaskCreate("mine", project_id=project),
            lambda project: TaskUpdate(own, project_id=project),
        ):
            foreign = await refusal(desk, ask(SHARED), EVE)
            assert foreign == await refusal(desk, ask(99), EVE)
            assert (foreign.kind, foreign.details["path"]) == (NotFound, "$.data.projectId")
        foreign = await refusal(desk, SubtaskCreate(own, "a", "b", (ids.subtask,)), EVE)
        assert foreign == await refusal(desk, SubtaskCreate(own, "a", "b", (NOBODYS.subtask,)), EVE)
        assert (await desk.ask(TaskLogs(own, ids.subtask), Struct, who=EVE)).items == []  # type: ignore[attr-defined]


async def test_nothing_of_others_is_listed_or_counted(autojump_clock: MockClock) -> None:
    async with at_place(SHARED) as place:
        desk = place.desk
        for who, count in ((ANA, 1), (EDITOR, 1), (READER, 1), (EVE, 0)):
            assert len((await desk.ask(TaskList(), TaskPage, who=who)).items) == count
            assert len((await desk.ask(TaskList(project_id=SHARED), TaskPage, who=who)).items) == count
            assert len((await desk.ask(TaskApprovals(), TaskApprovalPage, who=who)).items) == count
            assert (await desk.ask(TaskStats(), TaskStatistics, who=who)).total == (who is ANA)


async def test_a_task_that_is_not_shared_any_more_hands_nothing_on(autojump_clock: MockClock) -> None:
    async with at_place(SHARED) as place:
        desk, ids = place.desk, place.ids
        for who, count in ((EDITOR, 0), (ANA, 1)):
            own = (await desk.ask(TaskCreate("after", depends_on=(ids.task,)), TaskReply, who=who)).task.id
            await desk.ask(TaskUpdate(ids.task, project_id=None), TaskUpdated, who=ANA)
            blocked = await place.memory.read(queries.blockers, own)
            assert [bool(blocker.title) for blocker in blocked] == [bool(count)]
            await place.memory.write(complete, ids.task)
            assert len(await place.memory.read(queries.inputs, own)) == count
            await place.memory.write(complete, ids.task, "pending")
            await desk.ask(TaskUpdate(ids.task, project_id=SHARED), TaskUpdated, who=ANA)


async def test_a_deleted_task_that_was_shared_is_not_named_any_more(autojump_clock: MockClock) -> None:
    for unshared, shown in ((True, "another one (deleted)"), (False, "“secret”")):
        async with at_place(SHARED) as place:
            desk, ids = place.desk, place.ids
            own = (await desk.ask(TaskCreate("after", depends_on=(ids.task,)), TaskReply, who=EDITOR)).task.id
            await desk.ask(TaskRun(own), TaskReply, who=EDITOR)
            screen = await desk.watch(own, who=EDITOR)
            await screen.until("task:update", lambda data: data["task"]["status"] == "waiting")
            if unshared:
                await desk.ask(TaskUpdate(ids.task, project_id=None), TaskUpdated, who=ANA)
            await desk.ask(TaskDelete(ids.task), Struct, who=ANA)
            asked = (await desk.ask(TaskApprovals(own), TaskApprovalPage, who=EDITOR)).items
            assert shown in asked[0].note


def complete(task_id: int, status: str = "completed") -> Steps[None]:
    yield Statement("UPDATE task SET status = ?, result = 'the secret' WHERE id = ?", (status, task_id))


async def test_who_follows_a_shared_task_is_told_until_it_is_taken_away(autojump_clock: MockClock) -> None:
    async with at_place(SHARED) as place:
        desk, ids = place.desk, place.ids
        screen = await desk.watch(ids.task, who=READER)
        await screen.until("task:update")
        await desk.ask(TaskUpdate(ids.task, title="ours"), TaskUpdated, who=ANA)
        await screen.until("task:update", lambda data: data["task"]["title"] == "ours")
        await desk.ask(TaskUpdate(ids.task, title="mine", project_id=None), TaskUpdated, who=ANA)
        assert await screen.until("task:unsubscribed") == {"taskId": ids.task}
        assert all(data["task"]["title"] != "mine" for data in screen.of("task:update"))
        await desk.ask(TaskSubscribe(ids.task), TaskSubscribed, screen, who=ANA)
