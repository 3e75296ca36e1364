"""Following all tasks that one sees: those that are there, those that come, and those of which one hears no more."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing

import pytest
import trio
from trio.testing import MockClock

from orchd.entity import LOCAL_OWNER, Belonging
from orchd.entity.wire import ChangeFeed, RowChange, latest, listening, note
from orchd.errors import Invalid
from orchd.features.task.core.rows import TaskRow
from orchd.features.task.store import lifecycle_queries
from orchd.features.task.store.queries import find
from orchd.features.task.wire import all_tasks
from orchd.features.task.wire.live_messages import TaskSubscribe, TaskSubscribed, TaskUnsubscribe, TaskUnsubscribed
from orchd.features.task.wire.messages import TaskDelete, TaskDeleted, TaskReply, TaskRun, TaskUpdate, TaskUpdated
from orchd.features.task.wire.publisher import Follower, Publisher
from orchd.hub import Hub
from orchd.protocol.identity import LOCAL, Identity
from orchd.storage import Statement, Steps
from tests.features.chat.room import MemoryDatabase
from tests.features.task.desk import Screen, desk_at_work
from tests.features.task.hands import Hands, create

ANA, BOB = Identity(1, "ana", "member"), Identity(2, "bob", "member", reads=(7,))


@pytest.fixture
async def memory() -> AsyncIterator[MemoryDatabase]:
    with closing(MemoryDatabase()) as database:
        yield database


@asynccontextmanager
async def publishing(memory: MemoryDatabase, hub: Hub | None = None) -> AsyncIterator[Publisher]:
    hub = hub or Hub()
    feed = ChangeFeed(memory, hub)
    publisher = Publisher(memory, hub, feed)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(publisher.run)
        nursery.start_soon(feed.keep_telling)
        yield publisher
        nursery.cancel_scope.cancel()


def belongs(task_id: int, user_id: int, project_id: int | None, at: int) -> Steps[None]:
    """Give a task to somebody, as another daemon does."""
    yield Statement(
        "UPDATE task SET user_id = ?, project_id = ?, version = version + 1, updated_at = ? WHERE id = ?",
        (user_id, project_id, at, task_id),
    )
    yield from note(RowChange("task", task_id, "updated", Belonging(user_id, project_id)), at)


async def asked(memory: MemoryDatabase, screen: Screen, who: Identity) -> Follower:
    """Somebody who asks to follow tasks at this moment."""
    return Follower(screen, who, await memory.read(latest))


async def row(memory: MemoryDatabase, task_id: int) -> TaskRow:
    found = await memory.read(find, task_id)
    assert found is not None
    return found


def told(screen: Screen) -> list[tuple[str, int]]:
    """What a connection was told, and of which task."""
    return [
        (frame["type"].partition(":")[2], frame["data"].get("taskId") or frame["data"]["task"]["id"])
        for frame in screen.read
    ]


async def test_a_life_is_followed_without_being_asked_for(autojump_clock: MockClock) -> None:
    with closing(MemoryDatabase()) as memory:
        async with desk_at_work(memory, Hands()) as desk:
            early = await desk.task("early")
            screen = Screen()
            assert (await desk.ask(TaskSubscribe(), TaskSubscribed, screen)).task_id == 0
            await trio.sleep(5)
            assert screen.read == [], "only changes are told"
            late = await desk.task("late")
            await screen.until("task:update", lambda data: data["task"]["id"] == late)
            await desk.ask(TaskRun(late), TaskReply)
            await screen.until("task:update", lambda data: data["task"]["status"] == "completed")
            assert early not in {data["task"]["id"] for data in screen.of("task:update")}
            await desk.ask(TaskDelete(early), TaskDeleted)
            assert await screen.until("task:unsubscribed") == {"taskId": early}
            assert (await desk.ask(TaskUnsubscribe(), TaskUnsubscribed, screen)).task_id == 0
            count = len(screen.read)
            await desk.ask(TaskDelete(late), TaskDeleted)
            await trio.sleep(5)
            assert len(screen.read) == count
            with pytest.raises(Invalid) as error:
                await desk.ask(TaskSubscribe(streaming=True), TaskSubscribed, screen)
            assert error.value.path == "$.data.streaming"


async def test_nobody_hears_of_what_they_do_not_see(memory: MemoryDatabase, autojump_clock: MockClock) -> None:
    own, shared, foreign = [await memory.write(create, name) for name in ("own", "shared", "foreign")]
    await memory.write(belongs, own, 2, None, 2)
    await memory.write(belongs, shared, 1, 7, 2)
    await memory.write(belongs, foreign, 1, None, 2)
    ana, bob = Screen(), Screen()
    async with publishing(memory) as publisher:
        for screen, who in ((ana, ANA), (bob, BOB)):
            publisher.subscribe_all(await asked(memory, screen, who))
        await trio.sleep(2)
        for task_id in (own, shared, foreign):
            publisher.on_change(task_id)
        await trio.sleep(5)
    assert told(bob) == [("update", own), ("update", shared)]
    assert told(ana) == [("update", shared), ("update", foreign)]


async def test_what_other_daemons_do_is_told_and_what_was_before_is_not(
    memory: MemoryDatabase, autojump_clock: MockClock
) -> None:
    old = [await memory.write(create, "old") for _ in range(3)]
    screen, later = Screen(), Screen()
    async with publishing(memory) as publisher:
        publisher.subscribe_all(await asked(memory, screen, LOCAL))
        await trio.sleep(2)
        assert screen.read == []
        new = await memory.write(create, "new")
        await memory.write(belongs, new, 0, None, 50)
        await trio.sleep(2)
        publisher.subscribe_all(await asked(memory, later, LOCAL))
        await memory.write(lifecycle_queries.cancel, LOCAL_OWNER, old[1], 60)
        await trio.sleep(2)
        assert told(screen) == [("update", new), ("update", old[1])]
        assert told(later) == [("update", old[1])]
        await trio.sleep(10)
        assert len(screen.read) == 2


async def test_a_newcomers_first_look_hides_nothing_from_others(
    memory: MemoryDatabase, autojump_clock: MockClock
) -> None:
    task_id = await memory.write(create)
    await memory.write(belongs, task_id, 1, 7, 2)
    ana, bob = Screen(), Screen()
    async with publishing(memory) as publisher:
        publisher.subscribe_all(await asked(memory, ana, ANA))
        await trio.sleep(2)
        await memory.write(belongs, task_id, 1, 7, 3)
        publisher.subscribe_all(await asked(memory, bob, BOB))
        await ana.until("task:update")


async def test_more_changes_than_one_page_are_all_told(
    memory: MemoryDatabase, autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "CHANGES_AT_ONCE", 2)
    ids = [await memory.write(create) for _ in range(7)]
    screen = Screen()
    async with publishing(memory) as publisher:
        publisher.subscribe_all(await asked(memory, screen, LOCAL))
        await trio.sleep(2)
        for at, task_id in enumerate(ids):
            await memory.write(belongs, task_id, 0, None, 10 + at)
        await trio.sleep(5)
    assert told(screen) == [("update", task_id) for task_id in ids]


async def test_who_also_follows_one_of_them_hears_of_it_once(memory: MemoryDatabase, autojump_clock: MockClock) -> None:
    task_id, screen = await memory.write(create), Screen()
    async with publishing(memory) as publisher:
        publisher.subscribe(task_id, Belonging(0), Follower(screen, LOCAL, 0), streaming=False)
        publisher.subscribe_all(await asked(memory, screen, LOCAL))
        await screen.until("task:update")
        publisher.on_change(task_id)
        await memory.write(lifecycle_queries.pause, LOCAL_OWNER, task_id, 5)
        publisher.on_change(task_id)
        await trio.sleep(5)
        assert len(screen.read) == 2
        before = await row(memory, task_id)
        await memory.write(delete, task_id)
        publisher.on_move(before)
        await trio.sleep(5)
        assert told(screen)[2:] == [("unsubscribed", task_id)]


def delete(task_id: int) -> Steps[None]:
    yield Statement("DELETE FROM task WHERE id = ?", (task_id,))


async def test_what_leaves_ones_sight_is_told(memory: MemoryDatabase, autojump_clock: MockClock) -> None:
    moved, left = [await memory.write(create) for _ in range(2)]
    for task_id in (moved, left):
        await memory.write(belongs, task_id, 1, 7, 2)
    hub, ana, bob = Hub(), Screen(), Screen()
    async with publishing(memory, hub) as publisher:
        for screen, who in ((ana, ANA), (bob, BOB)):
            publisher.subscribe_all(await asked(memory, screen, who))
        await trio.sleep(2)
        before = await row(memory, moved)
        await memory.write(belongs, moved, 1, None, 5)
        publisher.on_move(before)
        await trio.sleep(2)
        assert told(bob) == [("unsubscribed", moved)]
        assert told(ana) == [("update", moved)]
        hub.renew(bob, BOB._replace(reads=()))
        await trio.sleep(2)
        assert told(bob)[1:] == [("unsubscribed", left)]
        publisher.on_change(left)
        await trio.sleep(2)
        assert len(bob.read) == 2
        hub.forget(ana)
        publisher.on_change(moved)
        await trio.sleep(2)
        assert told(ana)[1:] == [("update", left)]


async def test_what_is_remembered_is_bounded(
    memory: MemoryDatabase, autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(all_tasks, "KNOWN_AT_MOST", 3)
    ids = [await memory.write(create) for _ in range(9)]
    screen = Screen()
    async with publishing(memory) as publisher:
        publisher.subscribe_all(await asked(memory, screen, LOCAL))
        for task_id in ids:
            publisher.on_change(task_id)
        await trio.sleep(1)
        assert len(publisher._all._known) == 3
        publisher.unsubscribe_all(screen)
        await memory.write(belongs, ids[0], 0, None, 9)
        publisher.on_change(ids[0])
        await trio.sleep(1)
    assert len(screen.read) == len(ids)


async def test_a_task_shows_each_only_those_tasks_it_waits_for_that_they_see(
    memory: MemoryDatabase, autojump_clock: MockClock
) -> None:
    shared, secret, known = [await memory.write(create, name, ready=False) for name in ("shared", "secret", "known")]
    for task_id, project_id in ((shared, 7), (secret, None), (known, 7)):
        await memory.write(belongs, task_id, 1, project_id, 2)
    await memory.write(wait_for, shared, secret, known)
    ana, bob = Screen(), Screen()
    async with publishing(memory) as publisher:
        for screen, who in ((ana, ANA), (bob, BOB)):
            publisher.subscribe(shared, Belonging(1, 7), Follower(screen, who, 0), streaming=False)
        await trio.sleep(2)
    assert [data["task"]["dependsOn"] for data in ana.of("task:update")] == [[secret, known]]
    assert [data["task"]["dependsOn"] for data in bob.of("task:update")] == [[known]]


def wait_for(task_id: int, *others: int) -> Steps[None]:
    for other in others:
        yield Statement("INSERT INTO task_dependency (task_id, depends_on) VALUES (?, ?)", (task_id, other))


async def test_a_change_by_frames_is_told_with_what_others_may_see(autojump_clock: MockClock) -> None:
    with closing(MemoryDatabase()) as memory:
        async with desk_at_work(memory, Hands()) as desk:
            screen, task_id = Screen(), await desk.task("before")
            await desk.ask(TaskSubscribe(), TaskSubscribed, screen)
            await desk.ask(TaskUpdate(task_id, title="after"), TaskUpdated)
            assert (await screen.until("task:update"))["task"]["title"] == "after"
