"""The live list of tasks, on both databases: each change once, in order, by whoever comes back, too."""

import pytest

from orchd.clock import unix_now
from orchd.entity import Owner
from orchd.features.task.store import lifecycle_queries, queries
from orchd.features.task.store.saving_queries import Change, save
from orchd.llm import Cost, Price
from orchd.protocol.identity import Identity
from orchd.storage import Database, Statement, Steps
from tests.fix_workspace import ANN, BOB, Desk, Json, open_desk

IN_PROJECT = Identity(1, "ann", "member", reads=(7,), changes=(7,))
MEMBER = Identity(2, "bob", "member", reads=(7,))
MAY_CHANGE = Identity(2, "bob", "member", reads=(7,), changes=(7,))


def a_house() -> Steps[None]:
    for number, name in ((1, "ann"), (2, "bob")):
        yield Statement(
            "INSERT INTO user (id, name, role, disabled, version, created_at, updated_at)"
            " VALUES (?, ?, 'member', 0, 1, 1, 1)",
            (number, name),
        )
    yield Statement(
        "INSERT INTO project (id, user_id, name, description, version, created_at, updated_at)"
        " VALUES (7, 1, 'house', '', 1, 1, 1)"
    )


@pytest.fixture
async def desk(entity_desk: Desk, store: Database) -> Desk:
    """Ann has a project, and bob is in it."""
    await store.write(a_house)
    return entity_desk


async def make(desk: Desk, **more: object) -> int:
    made: Json = (await desk.done(IN_PROJECT, "task:create", title="Paint", **more))["task"]
    return int(made["id"])


def happenings(changes: list[Json]) -> list[tuple[str, bool]]:
    """What has become of a task, and whether it is shown."""
    return [(told["change"], told["item"] is not None) for told in changes]


async def test_each_change_is_told_in_order(desk: Desk, store: Database) -> None:
    assert (await desk.done(ANN, "task:list:subscribe"))["recovered"]
    task_id = await make(desk)
    await desk.done(ANN, "task:update", taskId=task_id, title="Sand")
    await desk.done(ANN, "subtask:create", taskId=task_id, title="Door", prompt="Sand the door.")
    told = await desk.told(ANN, 3)
    assert [each["change"] for each in told] == ["created", "updated", "updated"]
    assert {each["taskId"] for each in told} == {task_id}
    assert sorted(each["number"] for each in told) == [each["number"] for each in told]
    last = told[-1]["item"]
    assert (last["title"], last["subtasks"], last["completed"], last["status"]) == ("Sand", 1, 0, "pending")
    await store.write(lifecycle_queries.cancel, Owner(1), task_id, unix_now())  # as another daemon would
    told = await desk.told(ANN, 4)
    assert (told[3]["change"], told[3]["item"]["status"]) == ("updated", "cancelled")
    for kind in ("task:delete", "task:restore"):
        await desk.done(ANN, kind, taskId=task_id)
    told = await desk.told(ANN, 6)
    assert [each["change"] for each in told[4:]] == ["deleted", "restored"]
    await desk.done(ANN, "task:list:unsubscribe")
    await desk.done(ANN, "task:update", taskId=task_id, title="Oil")
    assert len(desk.changes(ANN)) == 6


async def test_what_a_runner_stores_is_told(desk: Desk, store: Database) -> None:
    task_id = await make(desk)
    start = (await desk.done(ANN, "task:list:subscribe"))["number"]

    def finish() -> Steps[None]:
        yield Statement("UPDATE task SET owner = 'me', ready = 1 WHERE id = ?", (task_id,))
        state = yield from queries.load(task_id)
        assert state is not None
        done = state.with_task(status="completed", ready=False, owner=None)
        yield from save(Change(state, done, "me", unix_now()))

    await store.write(finish)
    (told,) = await desk.told(ANN, 1)
    assert (told["item"]["status"], told["number"]) == ("completed", start + 1)


async def test_whoever_comes_back_is_told_what_happened_meanwhile(desk: Desk) -> None:
    start = (await desk.done(ANN, "task:list:subscribe"))["number"]
    await desk.done(ANN, "task:list:unsubscribe")
    first, second = await make(desk), await make(desk)
    await desk.done(ANN, "task:delete", taskId=first)
    again = await desk.done(ANN, "task:list:subscribe", since=start)
    assert (again["number"], again["recovered"]) == (start, True)
    told = await desk.told(ANN, 3)
    assert [each["taskId"] for each in told] == [first, second, first]
    assert happenings(told) == [("deleted", False), ("created", True), ("deleted", False)]
    lost = await desk.done(ANN, "task:list:subscribe", since=start + 1_000_000)
    assert not lost["recovered"]


async def test_what_is_put_into_a_project_and_taken_out_is_told_its_members(desk: Desk) -> None:
    for who in (MEMBER, IN_PROJECT):
        await desk.done(who, "task:list:subscribe")
    task_id, own = await make(desk, projectId=7), await make(desk)
    await desk.done(IN_PROJECT, "task:update", taskId=task_id, projectId=None)
    await desk.done(IN_PROJECT, "task:update", taskId=own, projectId=7)
    told = await desk.told(BOB, 3)
    assert [each["taskId"] for each in told] == [task_id, task_id, own]
    assert happenings(told)[1:] == [("deleted", False), ("updated", True)]
    assert len(await desk.told(ANN, 4)) == 4, "whose they are sees all of it"


async def test_a_project_that_ends_takes_its_tasks_from_its_members(desk: Desk) -> None:
    task_id = await make(desk, projectId=7)
    await desk.done(MEMBER, "task:list:subscribe")
    await desk.done(IN_PROJECT, "project:delete", projectId=7, rows="release")
    (told,) = [each for each in await desk.told(BOB, 1) if "taskId" in each]
    assert (told["taskId"], told["change"], told["item"]) == (task_id, "deleted", None)


async def test_what_was_removed_holds_no_project_up(desk: Desk) -> None:
    task_id = await make(desk, projectId=7)
    await desk.done(IN_PROJECT, "task:delete", taskId=task_id)
    await desk.done(IN_PROJECT, "project:delete", projectId=7)
    restored = await desk.done(ANN, "task:restore", taskId=task_id)
    assert restored["task"]["projectId"] is None


async def test_who_waits_for_a_task_that_ends_is_told_of_too(desk: Desk, store: Database) -> None:
    first = await make(desk)
    second = await make(desk, dependsOn=[first])
    await store.write(lifecycle_queries.run, Owner(1), second, unix_now())

    def wait() -> Steps[None]:
        yield Statement(
            "UPDATE task SET status = 'waiting', waits_for = 'dependencies', ready = 0 WHERE id = ?", (second,)
        )

    await store.write(wait)
    await desk.done(ANN, "task:list:subscribe")
    await store.write(lifecycle_queries.cancel, Owner(1), first, unix_now())
    told = await desk.told(ANN, 2)
    assert [(each["taskId"], each["change"]) for each in told[:2]] == [(first, "updated"), (second, "updated")]


async def test_what_an_ended_task_had_spent_is_told(desk: Desk, store: Database) -> None:
    task_id = await make(desk)
    await store.write(lifecycle_queries.cancel, Owner(1), task_id, unix_now())
    await desk.done(ANN, "task:list:subscribe")
    spent = Cost(1, 10, 20, 0.5, (Price(1200, "EUR"),))
    await store.write(lifecycle_queries.bill, task_id, spent, unix_now())
    (told,) = await desk.told(ANN, 1)
    assert (told["taskId"], told["change"]) == (task_id, "updated")
    assert (await desk.done(ANN, "task:get", taskId=task_id))["task"]["spent"]["tokens"] == 30
    await store.write(lifecycle_queries.bill, task_id, spent, unix_now())
    await desk.told(ANN, 2)
    money = (await desk.done(ANN, "task:get", taskId=task_id))["task"]["spent"]["expenses"]
    assert money == [{"costMicros": 2400, "currency": "EUR"}]
    await desk.done(ANN, "task:delete", taskId=task_id)
    await store.write(lifecycle_queries.bill, task_id, spent, unix_now())
    await make(desk)
    assert [each["change"] for each in await desk.told(ANN, 4)] == [*["updated"] * 2, "deleted", "created"]


async def test_one_has_only_so_many_tasks(store: Database) -> None:
    await store.write(a_house)
    async with open_desk(store, max_rows=2) as desk:
        first, shared = await make(desk), await make(desk, projectId=7)
        refused = await desk.refused(ANN, "task:create", title="Sand")
        assert (refused["code"], refused["details"]["reason"]) == ("conflict", "too_many_rows")
        await desk.done(BOB, "task:create", title="Sand")
        await desk.done(ANN, "task:delete", taskId=shared)
        third = await make(desk)
        refused = await desk.refused(MAY_CHANGE, "task:restore", taskId=shared)
        assert refused["details"]["reason"] == "too_many_rows", "whoever restores it: it is ann's"
        assert [task["id"] for task in (await desk.done(ANN, "task:list"))["items"]] == [third, first]
        await desk.done(ANN, "task:delete", taskId=first)
        assert (await desk.done(MAY_CHANGE, "task:restore", taskId=shared))["task"]["id"] == shared
