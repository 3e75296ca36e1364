"""The log over all tasks, listed and followed, on both databases."""

from typing import Any, NamedTuple

import pytest

from orchd.features.task.core.task_log import LogEntry, LogFact
from orchd.features.task.store import saving_queries
from orchd.storage import Database, Statement, Steps
from tests.fix_workspace import ANN, BOB, Desk, Json

LATER = 2_000_000_000_000


def people() -> Steps[None]:
    for number, name in ((1, "ann"), (2, "bob")):
        yield Statement(
            "INSERT INTO user (id, name, role, disabled, version, created_at, updated_at)"
            " VALUES (?, ?, 'member', 0, 1, 1, 1)",
            (number, name),
        )


class Made(NamedTuple):
    """Ids of a task and of its subtask."""

    task: int
    subtask: int


async def make(desk: Desk, store: Database) -> Made:
    """A task of ann's with a subtask, and four lines in its log, two of them in 2033."""
    made = await desk.done(ANN, "task:create", title="Paint", description="the door")
    task_id = made["task"]["id"]
    added = await desk.done(ANN, "subtask:create", taskId=task_id, title="Sand", prompt="Sand the door.")
    subtask_id = added["subtask"]["id"]
    in_vain = LogEntry(subtask_id, "error", "in vain", LogFact("changed"), {"code": "timeout"})
    await store.write(
        saving_queries.log, task_id, [LogEntry(None, "warning", "twice", LogFact("changed")), in_vain], LATER
    )
    return Made(task_id, subtask_id)


def messages(page: Json) -> list[str]:
    return [item["message"] for item in page["items"]]


LINES = ["in vain", "twice", "added by a person", "created"]


@pytest.fixture
async def made(entity_desk: Desk, store: Database) -> Made:
    """A task of ann's."""
    await store.write(people)
    return await make(entity_desk, store)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, LINES),
        ({"level": "warning"}, LINES[:2]),
        ({"level": "error"}, LINES[:1]),
        ({"since": "2033-01-01T00:00:00Z"}, LINES[:2]),
        ({"until": "2033-01-01T00:00:00Z"}, LINES[2:]),
        ({"level": "info", "limit": 3}, LINES[:3]),
    ],
)
async def test_lines_that_fit(entity_desk: Desk, made: Made, wanted: dict[str, Any], found: list[str]) -> None:
    assert messages(await entity_desk.done(ANN, "execution-log:list", **wanted)) == found
    assert messages(await entity_desk.done(ANN, "execution-log:list", taskId=made.task, **wanted)) == found


async def test_what_a_line_says_and_how_many_there_are(entity_desk: Desk, made: Made) -> None:
    page = await entity_desk.done(ANN, "execution-log:list", limit=1, total=True, subtaskId=made.subtask)
    (item,) = page["items"]
    assert (item["taskId"], item["subtaskId"], item["level"]) == (made.task, made.subtask, "error")
    assert item["metadata"] == {"code": "timeout"}
    assert page["total"] == 2
    rest = await entity_desk.done(ANN, "execution-log:list", cursor=page["nextCursor"], subtaskId=made.subtask)
    assert (messages(rest), rest["nextCursor"], rest.get("total")) == (["added by a person"], None, None)


async def test_others_see_no_lines(entity_desk: Desk, made: Made) -> None:
    assert (await entity_desk.done(BOB, "execution-log:list", total=True))["total"] == 0
    for kind in ("execution-log:list", "execution-log:subscribe"):
        for member, row_id in (("taskId", made.task), ("subtaskId", made.subtask)):
            refused = await entity_desk.refused(BOB, kind, **{member: row_id})
            assert (refused["code"], refused["details"]["path"]) == ("not_found", f"$.data.{member}")


async def test_new_lines_are_told_to_those_who_see_them(entity_desk: Desk, store: Database, made: Made) -> None:
    for who in (ANN, BOB):
        assert (await entity_desk.done(who, "execution-log:subscribe", level="error"))["recovered"]
    other = await make(entity_desk, store)
    (told,) = await entity_desk.told(ANN, 1)
    assert (told["change"], told["item"]["message"], told["item"]["taskId"]) == ("created", "in vain", other.task)
    assert told["executionLogId"] == told["item"]["id"]
    await entity_desk.done(ANN, "execution-log:unsubscribe")
    assert entity_desk.changes(BOB) == []


async def test_lines_that_came_meanwhile_are_told_to_whoever_comes_back(entity_desk: Desk, store: Database) -> None:
    await store.write(people)
    start = (await entity_desk.done(ANN, "execution-log:subscribe"))["number"]
    await entity_desk.done(ANN, "execution-log:unsubscribe")
    _, second = [await make(entity_desk, store) for _ in range(2)]
    await entity_desk.done(ANN, "execution-log:subscribe", since=start, taskId=second.task)
    told = await entity_desk.told(ANN, len(LINES))
    assert [each["item"]["message"] for each in told] == LINES[::-1]
    assert {each["item"]["taskId"] for each in told} == {second.task}


async def test_a_line_is_told_to_nobody_from_whom_its_task_was_taken_meanwhile(
    entity_desk: Desk, store: Database, made: Made
) -> None:
    start = (await entity_desk.done(ANN, "execution-log:subscribe"))["number"]
    await entity_desk.done(ANN, "execution-log:unsubscribe")
    await store.write(saving_queries.log, made.task, [LogEntry(None, "warning", "twice", LogFact("changed"))], LATER)
    await entity_desk.done(ANN, "task:delete", taskId=made.task)
    await entity_desk.done(ANN, "execution-log:subscribe", since=start)
    (told,) = await entity_desk.told(ANN, 1)
    assert (told["change"], told["item"]) == ("deleted", None)


async def test_who_did_it_is_named(entity_desk: Desk, store: Database, made: Made) -> None:
    other = (await entity_desk.done(ANN, "task:create", title="Buy paint", description="white"))["task"]["id"]
    await entity_desk.done(ANN, "task:update", taskId=made.task, title="Paint it")
    await entity_desk.done(ANN, "subtask:update", subtaskId=made.subtask, title="Sand it")
    await entity_desk.done(ANN, "task:dependency:add", taskId=made.task, dependsOn=other)
    await entity_desk.done(ANN, "task:cancel", taskId=made.task)
    await entity_desk.done(ANN, "task:delete", taskId=made.task)
    await entity_desk.done(ANN, "task:restore", taskId=made.task)
    page = await entity_desk.done(ANN, "execution-log:list", taskId=made.task)
    facts = [item["fact"] for item in page["items"]]
    named = {fact["code"] for fact in facts if fact.get("actor") == {"userId": ANN.user_id, "name": "ann"}}
    assert named == {
        "created",
        "changed",
        "subtask_added",
        "subtask_changed",
        "dependency_added",
        "cancel_wanted",
        "restored",
    }
    assert "actor" not in next(item["fact"] for item in page["items"] if item["message"] == "twice")


async def test_nobody_is_named_where_nobody_was_logged_in(entity_desk: Desk, store: Database) -> None:
    made = await make(entity_desk, store)
    page = await entity_desk.done(ANN, "execution-log:list", taskId=made.task)
    assert page["items"]
    assert all("actor" not in item["fact"] for item in page["items"])
