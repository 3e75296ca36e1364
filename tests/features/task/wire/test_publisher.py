"""Who hears what of a task: each state once, encoded once, whoever changed it, however slow the connection."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing

import pytest
import trio
from trio.testing import MockClock

from orchd.entity import LOCAL_OWNER, Belonging
from orchd.entity.wire import ChangeFeed, RowChange, note
from orchd.features.task.store import lifecycle_queries
from orchd.features.task.store.removal_queries import remove
from orchd.features.task.wire import publisher as publisher_module
from orchd.features.task.wire.messages import TaskReply, TaskRun
from orchd.features.task.wire.publisher import Follower, Publisher
from orchd.hub import Hub
from orchd.protocol.identity import LOCAL, Identity
from orchd.storage import Statement, Steps
from tests.features.chat.room import Frame, MemoryDatabase
from tests.features.task.desk import Screen, desk_at_work
from tests.features.task.hands import Gate, Hands, add_subtasks, create


@pytest.fixture
async def memory() -> AsyncIterator[MemoryDatabase]:
    with closing(MemoryDatabase()) as database:
        yield database


@asynccontextmanager
async def publishing(memory: MemoryDatabase, hub: Hub) -> AsyncIterator[Publisher]:
    feed = ChangeFeed(memory, hub)
    publisher = Publisher(memory, hub, feed)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(publisher.run)
        nursery.start_soon(feed.keep_telling)
        yield publisher
        nursery.cancel_scope.cancel()


def encoded(screens: list[Screen]) -> int:
    """How many frames there are, whoever shares them."""
    return len({id(frame) for screen in screens for frame in screen.frames})


def is_paused(data: Frame) -> bool:
    return bool(data["task"]["status"] == "paused")


async def test_a_change_costs_one_encoding(memory: MemoryDatabase, autojump_clock: MockClock) -> None:
    task_id = await memory.write(create)
    await memory.write(add_subtasks, task_id, "a", "b")
    async with publishing(memory, Hub()) as publisher:
        screens = [Screen() for _ in range(1000)]
        for screen in screens:
            publisher.subscribe(task_id, Belonging(0), Follower(screen, LOCAL, 0), streaming=False)
        first = await screens[-1].until("task:update")
        assert [subtask["title"] for subtask in first["subtasks"]] == ["a", "b"]
        assert encoded(screens) == 1
        await memory.write(lifecycle_queries.pause, LOCAL_OWNER, task_id, 5)
        publisher.on_change(task_id)
        publisher.on_change(task_id)
        await screens[-1].until("task:update", is_paused)
        assert encoded(screens) == 2
        assert {len(screen.frames) for screen in screens} == {2}


async def test_who_comes_later_is_told_alone(memory: MemoryDatabase, autojump_clock: MockClock) -> None:
    task_id, early, late = await memory.write(create), Screen(), Screen()
    async with publishing(memory, Hub()) as publisher:
        publisher.subscribe(task_id, Belonging(0), Follower(early, LOCAL, 0), streaming=False)
        await early.until("task:update")
        publisher.subscribe(task_id, Belonging(0), Follower(late, LOCAL, 0), streaming=False)
        await late.until("task:update")
        assert len(early.frames) == len(late.frames) == 1


async def test_a_slow_connection_gets_the_newest_only(memory: MemoryDatabase, autojump_clock: MockClock) -> None:
    task_id, slow, quick = await memory.write(create), Screen(), Screen()
    async with publishing(memory, Hub()) as publisher:
        for screen in (slow, quick):
            publisher.subscribe(task_id, Belonging(0), Follower(screen, LOCAL, 0), streaming=False)
        await slow.until("task:update")
        slow.held = True
        for change in (lifecycle_queries.pause, lifecycle_queries.resume, lifecycle_queries.cancel):
            await memory.write(change, LOCAL_OWNER, task_id, 5)
            publisher.on_change(task_id)
            await trio.sleep(1)
        slow.drain()
        assert [data["task"]["status"] for data in slow.of("task:update")] == ["pending", "cancelled"]
        assert [data["task"]["status"] for data in quick.of("task:update")] == [
            "pending",
            "paused",
            "pending",
            "cancelled",
        ]


async def test_what_others_do_is_noticed(memory: MemoryDatabase, autojump_clock: MockClock) -> None:
    task_id, screen = await memory.write(create, ready=False), Screen()
    async with publishing(memory, Hub()) as publisher:
        publisher.subscribe(task_id, Belonging(0), Follower(screen, LOCAL, 0), streaming=False)
        await screen.until("task:update")
        await memory.write(lifecycle_queries.cancel, LOCAL_OWNER, task_id, 5)
        await screen.until("task:update", lambda data: data["task"]["status"] == "cancelled")
        await memory.write(remove, LOCAL_OWNER, task_id, 6)
        assert await screen.until("task:unsubscribed") == {"taskId": task_id}
        await trio.sleep(10)
        assert len(screen.frames) == 3


async def test_an_absent_database_delays_only(memory: MemoryDatabase, autojump_clock: MockClock) -> None:
    task_id, screen = await memory.write(create), Screen()
    async with publishing(memory, Hub()) as publisher:
        memory.away = True
        publisher.subscribe(task_id, Belonging(0), Follower(screen, LOCAL, 0), streaming=False)
        await trio.sleep(5)
        assert not screen.frames
        memory.away = False
        await screen.until("task:update")


async def test_a_connection_that_ends_is_forgotten(memory: MemoryDatabase, autojump_clock: MockClock) -> None:
    task_id, screen, hub = await memory.write(create), Screen(), Hub()
    async with publishing(memory, hub) as publisher:
        publisher.subscribe(task_id, Belonging(0), Follower(screen, LOCAL, 0), streaming=True)
        heard = publisher.listen_to(task_id, None, "plan", 1)
        assert publisher.tells(screen)
        hub.forget(screen)
        assert not publisher.tells(screen)
        heard.on_delta("text")
        publisher.stop_listening(heard)
        publisher.on_change(task_id)
        await trio.sleep(5)
        assert not screen.frames


async def test_text_is_for_those_who_ask(autojump_clock: MockClock) -> None:
    gate = Gate("execute carry")
    with closing(MemoryDatabase()) as memory:
        async with desk_at_work(memory, Hands(script=gate)) as desk:
            task_id = await desk.task()
            reader, other = await desk.watch(task_id, streaming=True), await desk.watch(task_id)
            await desk.ask(TaskRun(task_id), TaskReply)
            await gate.reached.wait()
            gate.open.set()
            await reader.until("task:update", lambda data: data["task"]["status"] == "completed")
            texts = reader.of("task:streaming")
            assert not other.of("task:streaming")
            assert {data["step"] for data in texts} == {"plan", "execute", "check", "consolidate"}
            assert sum(data["done"] for data in texts) == 10


ANA, BOB = Identity(1, "ana", "member"), Identity(2, "bob", "member", reads=(7,))


async def test_who_may_not_see_a_task_any_more_is_told_no_more(
    memory: MemoryDatabase, autojump_clock: MockClock
) -> None:
    task_id, ana, bob, hub = await memory.write(create), Screen(), Screen(), Hub()
    await memory.write(give, task_id, 1, 7)
    async with publishing(memory, hub) as publisher:
        for screen, who in ((ana, ANA), (bob, BOB)):
            publisher.subscribe(task_id, Belonging(1, 7), Follower(screen, who, 0), streaming=True)
        await bob.until("task:update")
        heard = publisher.listen_to(task_id, None, "plan", 1)
        heard.on_delta("for both")
        hub.renew(bob, BOB._replace(reads=()))
        heard.on_delta(" for ana")
        publisher.on_change(task_id)
        await trio.sleep(5)
        assert [frame["type"] for frame in bob.read] == ["task:update", "task:streaming", "task:unsubscribed"]
        assert [data["chunk"] for data in ana.of("task:streaming")] == ["for both", " for ana"]
        publisher.subscribe(task_id, Belonging(1, 7), Follower(bob, BOB, 0), streaming=True)  # by a request from before
        await trio.sleep(5)
        assert [frame["type"] for frame in bob.read[3:]] == ["task:unsubscribed"]


async def test_who_leaves_with_its_project_is_noticed(memory: MemoryDatabase, autojump_clock: MockClock) -> None:
    """Also where another daemon has moved the task."""
    task_id, ana, bob = await memory.write(create), Screen(), Screen()
    await memory.write(give, task_id, 1, 7)
    async with publishing(memory, Hub()) as publisher:
        for screen, who in ((ana, ANA), (bob, BOB)):
            publisher.subscribe(task_id, Belonging(1, 7), Follower(screen, who, 0), streaming=False)
        await bob.until("task:update")
        await memory.write(give, task_id, 1, None)
        assert await bob.until("task:unsubscribed") == {"taskId": task_id}
        await ana.until("task:update", lambda data: data["task"]["projectId"] is None)
        assert len(bob.frames) == 2


def give(task_id: int, user_id: int, project_id: int | None) -> Steps[None]:
    yield Statement(
        "UPDATE task SET user_id = ?, project_id = ?, version = version + 1 WHERE id = ?",
        (user_id, project_id, task_id),
    )
    yield from note(RowChange("task", task_id, "updated", Belonging(user_id, project_id)), 1)


async def test_what_was_forgotten_before_it_was_heard_is_looked_at(
    memory: MemoryDatabase, autojump_clock: MockClock
) -> None:
    task_id, screen = await memory.write(create), Screen()
    async with publishing(memory, Hub()) as publisher:
        publisher.subscribe(task_id, Belonging(0), Follower(screen, LOCAL, 0), streaming=False)
        await screen.until("task:update")
        await memory.write(paused_unheard, task_id)
        await screen.until("task:update", is_paused)


def paused_unheard(task_id: int) -> Steps[None]:
    yield from lifecycle_queries.pause(LOCAL_OWNER, task_id, 5)
    yield Statement("DELETE FROM entity_change")


async def test_what_was_told_is_forgotten_with_its_last_follower(
    memory: MemoryDatabase, autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publisher_module, "KNOWN_AT_MOST", 2)
    ids, screen = [await memory.write(create) for _ in range(4)], Screen()
    async with publishing(memory, Hub()) as publisher:
        for task_id in ids:
            publisher.subscribe(task_id, Belonging(0), Follower(screen, LOCAL, 0), streaming=False)
        await trio.sleep(2)
        assert len(publisher._told) == 2
        for task_id in ids:
            publisher.unsubscribe(task_id, screen)
        publisher.on_change(ids[0])
        assert publisher._told == {}
