"""Notifications as people have them, on both databases: told once, read, counted, followed; made by nobody else."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest
import trio

from orchd.clock import unix_now
from orchd.features.notification import queries
from orchd.features.notification.messages import NotificationDraft
from orchd.features.notification.queries import MAX_KEPT, NOTIFICATION, Occasion
from orchd.features.notification.service import Notifier
from orchd.storage import Database, Statement, Steps
from tests.fix_workspace import ANN, BOB, HANG_SECONDS, Desk, open_desk


def occasion(user_id: int | None, source: str, again_ms: int | None = None) -> Occasion:
    return Occasion(user_id, NotificationDraft(kind="quota", source=source, title=f"about {source}"), again_ms)


async def tell(
    store: Database, *sources: str, user_id: int | None = 1, now: int = 1, again_ms: int | None = None
) -> list[int]:
    told = await store.write(queries.raise_all, [occasion(user_id, source, again_ms) for source in sources], now)
    return [row.id for row in told]


async def test_one_is_told_of_a_thing_once(store: Database) -> None:
    assert len(await tell(store, "a", "b", "a")) == 2
    assert await tell(store, "a", now=10**12) == []
    assert len(await tell(store, "a", user_id=BOB.user_id)) == 1
    assert await tell(store, "b", now=1_000, again_ms=1_000) == []
    assert len(await tell(store, "b", now=1_002, again_ms=1_000)) == 1


def users(*roles: str) -> Steps[None]:
    for number, role in enumerate(roles, 1):
        yield Statement(
            "INSERT INTO user (id, name, role, disabled, version, created_at, updated_at) VALUES (?, ?, ?, ?, 1, 1, 1)",
            (number, f"user{number}", role.strip("-"), role.startswith("-")),
        )


async def test_what_concerns_all_is_told_to_those_who_decide(store: Database) -> None:
    (first,) = await tell(store, "server", user_id=None)
    assert (await store.read(NOTIFICATION.rows.everybodys.get, first)).user_id == 0
    await store.write(users, "admin", "member", "-admin", "admin")
    told = await store.write(queries.raise_all, [occasion(None, "other")], 1)
    assert [row.user_id for row in told] == [1, 4]


async def test_the_oldest_make_room(store: Database) -> None:
    for start in range(0, MAX_KEPT + 5, 201):
        await tell(store, *(f"s{number}" for number in range(start, min(start + 201, MAX_KEPT + 5))))
    assert await store.read(NOTIFICATION.rows.everybodys.count) == MAX_KEPT
    assert (await store.read(NOTIFICATION.rows.everybodys.page, 1))[0].source == "s5"


async def test_they_are_read_and_counted(store: Database) -> None:
    async with open_desk(store) as desk:
        ids = await tell(store, "a", "b", "c")
        (others,) = await tell(store, "a", user_id=BOB.user_id)
        assert (await desk.done(ANN, "notification:unread")) == {"unread": 3}
        assert (await desk.done(ANN, "notification:read", notificationIds=ids[:1])) == {"changed": 1, "unread": 2}
        assert (await desk.done(ANN, "notification:read", notificationIds=ids[:2])) == {"changed": 1, "unread": 1}
        row = await desk.done(ANN, "notification:get", notificationId=ids[0])
        assert (row["read"], row["readAt"] is None, row["version"]) == (True, False, 2)
        for wrong, place in (([ids[2], others], "[1]"), ([10**6], "[0]")):
            told = await desk.refused(ANN, "notification:read", notificationIds=wrong)
            assert (told["code"], told["details"]["path"]) == ("not_found", f"$.data.notificationIds{place}")
        assert (await desk.refused(ANN, "notification:read"))["details"]["path"] == "$.data.notificationIds"
        listed = await desk.done(ANN, "notification:list", read=False, total=True)
        assert ([row["id"] for row in listed["items"]], listed["total"]) == ([ids[2]], 1)
        assert (await desk.done(ANN, "notification:read", all=True)) == {"changed": 1, "unread": 0}
        assert (await desk.done(BOB, "notification:unread")) == {"unread": 1}


async def test_they_are_followed(store: Database) -> None:
    async with open_desk(store) as desk:
        await desk.done(ANN, "notification:subscribe")
        (row_id,) = await tell(store, "a", now=unix_now())  # what is of long ago is forgotten
        await tell(store, "b", user_id=BOB.user_id, now=unix_now())
        await desk.told(ANN, 1)
        await desk.done(ANN, "notification:read", all=True)
        await desk.told(ANN, 2)
        await desk.done(ANN, "notification:delete", notificationId=row_id)
        told = await desk.told(ANN, 3)
        assert [change["change"] for change in told] == ["created", "updated", "deleted"]
        assert (await desk.done(ANN, "notification:restore", notificationId=row_id))["read"]


@pytest.mark.parametrize("kind", ["create", "update"])
async def test_nobody_makes_or_changes_one(entity_desk: Desk, kind: str) -> None:
    told = await entity_desk.refused(ANN, f"notification:{kind}", title="x")
    assert told["code"] == "unknown_type"


async def test_others_see_none(store: Database) -> None:
    async with open_desk(store) as desk:
        (row_id,) = await tell(store, "a")
        for asked in ("get", "delete", "restore"):
            told = await desk.refused(BOB, f"notification:{asked}", notificationId=row_id)
            assert told == await desk.refused(BOB, f"notification:{asked}", notificationId=10**6)
        assert (await desk.done(BOB, "notification:list"))["items"] == []


async def told_of(desk: Desk, count: int) -> Sequence[Any]:
    return [change["item"] for change in await desk.told(ANN, count)]


async def test_what_becomes_of_a_task_is_told(store: Database) -> None:
    async with open_desk(store) as desk:
        await desk.done(ANN, "notification:subscribe")
        task = (await desk.done(ANN, "task:create", title="Paint"))["task"]["id"]
        # Any change of a task may be what its question is found by, so none of its name comes after the question.
        await desk.done(ANN, "task:update", taskId=task, title="Paint it")
        await store.write(ask_of, task)
        await desk.done(ANN, "task:update", taskId=task, description="Red.")
        (asked,) = await told_of(desk, 1)
        assert (asked["kind"], asked["taskId"], asked["text"]) == ("approval", task, "May the plan be run?")
        assert (asked["title"], asked["subject"]) == ("“Paint it” asks you something", "Paint it")
        await store.write(end, task, "failed")
        await desk.done(ANN, "task:update", taskId=task, description="Blue.")
        settled, failed = (await told_of(desk, 3))[1:]
        assert (settled["id"], settled["read"]) == (asked["id"], True)
        assert (failed["kind"], failed["title"], failed["text"]) == ("task_failed", "“Paint it” has failed", "no paint")
        await desk.done(ANN, "task:update", taskId=task, title="Paint again")
        other = (await desk.done(ANN, "task:create", title="Sand"))["task"]["id"]
        await store.write(end, other, "completed")
        await desk.done(ANN, "task:update", taskId=other, title="Sand it")
        completed = (await told_of(desk, 4))[3]
        assert (completed["kind"], completed["taskId"], completed["approvalId"]) == ("task_completed", other, None)


async def test_what_was_asked_counts_as_read_once_it_is_settled(store: Database) -> None:
    async with open_desk(store) as desk:
        await desk.done(ANN, "notification:subscribe")
        tasks = [(await desk.done(ANN, "task:create", title=title))["task"]["id"] for title in ("Paint", "Sand", "Oil")]
        for task in tasks:
            await store.write(wait_for_budget if task == tasks[2] else ask_of, task)
            await desk.done(ANN, "task:update", taskId=task, description="Red.")
        await told_of(desk, 3)
        await store.write(end, tasks[0], "pending")
        await desk.done(ANN, "task:update", taskId=tasks[0], description="Blue.")
        (settled,) = (await told_of(desk, 4))[3:]
        assert (settled["taskId"], settled["read"], settled["readAt"] is None) == (tasks[0], True, False)
        assert await desk.done(ANN, "notification:unread") == {"unread": 2}
        await desk.done(ANN, "task:delete", taskId=tasks[1])
        assert (await told_of(desk, 5))[4]["taskId"] == tasks[1]
        await desk.done(ANN, "task:update", taskId=tasks[2], description="Still waits.")
        await store.write(end, tasks[2], "pending")
        await desk.done(ANN, "task:update", taskId=tasks[2], description="Goes on.")
        assert (await told_of(desk, 6))[5]["taskId"] == tasks[2]
        assert await desk.done(ANN, "notification:unread") == {"unread": 0}


async def test_what_was_settled_while_no_daemon_saw_it_is_read_at_the_next_start(store: Database) -> None:
    async with open_desk(store) as desk:
        await desk.done(ANN, "notification:subscribe")
        task = (await desk.done(ANN, "task:create", title="Paint"))["task"]["id"]
        await store.write(ask_of, task)
        await desk.done(ANN, "task:update", taskId=task, description="Red.")
        (asked,) = await told_of(desk, 1)
    await store.write(end, task, "pending")
    looked = trio.Event()
    feed: Any = SimpleNamespace(look=looked.set)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(Notifier(store, feed, lambda _: None).keep_telling)
        with trio.fail_after(HANG_SECONDS):
            await looked.wait()
        nursery.cancel_scope.cancel()
    assert (await store.read(NOTIFICATION.rows.everybodys.get, asked["id"])).read


def wait_for_budget(task_id: int) -> Steps[None]:
    yield Statement("UPDATE task SET status = 'waiting', waits_for = 'budget' WHERE id = ?", (task_id,))


def ask_of(task_id: int) -> Steps[None]:
    yield Statement(
        "INSERT INTO task_approval (task_id, kind, hash, state, note, created_at) VALUES (?, 'plan', ?, 'open', '', 1)",
        (task_id, "0" * 64),
    )


def end(task_id: int, status: str) -> Steps[None]:
    yield Statement("UPDATE task_approval SET state = 'withdrawn' WHERE task_id = ?", (task_id,))
    yield Statement("UPDATE task SET status = ?, waits_for = '', reason = 'no paint' WHERE id = ?", (status, task_id))
