"""Lists, logs and figures of tasks, on both databases."""

import pytest

from orchd.entity import LOCAL_OWNER, Owner
from orchd.errors import NotFound
from orchd.features.task.core.task_log import LogEntry, LogFact
from orchd.features.task.store import listing_queries as listing
from orchd.features.task.store.listing_queries import TaskFilter, TaskSummary
from orchd.features.task.store.saving_queries import log
from orchd.protocol.types import timestamp, unix_milliseconds
from orchd.storage import Database, Statement, Steps
from tests.features.task.hands import add_subtasks, create, depend


def set_members(task_id: int, updated_at: int, status: str = "completed") -> Steps[None]:
    yield Statement(
        "UPDATE task SET updated_at = ?, status = ?, started_at = 1000, completed_at = ?, calls = 2, tokens = 10,"
        " seconds = 1.5 WHERE id = ?",
        (updated_at, status, 1000 + updated_at, task_id),
    )


async def test_a_task_is_shown_with_all(store: Database) -> None:
    first, second = await store.write(create), await store.write(create, "Second")
    await store.write(depend, second, first)
    ids = await store.write(add_subtasks, second, "a", "b")
    shown = await store.read(listing.find_details, second)
    assert shown is not None
    assert (shown.task.title, [*shown.needed], [subtask.id for subtask in shown.subtasks]) == ("Second", [first], ids)
    assert await store.read(listing.find_details, 99) is None


ANY = TaskFilter()


async def page(
    store: Database, wanted: TaskFilter, limit: int, before: tuple[int, int] | None, owner: Owner = LOCAL_OWNER
) -> list[TaskSummary]:
    return await store.read(listing.page, owner, wanted, limit, before)


async def test_pages_of_tasks(store: Database) -> None:
    ids = [await store.write(create, f"task {number}") for number in range(5)]
    for place, task_id in enumerate(ids):
        await store.write(set_members, task_id, place // 2, "failed" if place == 4 else "completed")
    await store.write(add_subtasks, ids[0], "a", "b")
    rows = await page(store, ANY, 3, None)
    assert [row.task.id for row in rows] == [ids[4], ids[3], ids[2]]
    rows = await store.read(
        listing.page, LOCAL_OWNER, ANY, 3, (unix_milliseconds(rows[-1].task.updated_at), rows[-1].task.id)
    )
    assert [(row.task.id, row.subtasks, row.completed) for row in rows] == [(ids[1], 0, 0), (ids[0], 2, 0)]
    assert [row.task.id for row in await page(store, TaskFilter("failed"), 9, None)] == [ids[4]]
    assert [row.task.id for row in await page(store, TaskFilter("completed"), 1, (1, ids[3]))] == [ids[2]]


async def test_pages_of_a_log(store: Database) -> None:
    task_id, (subtask_id,) = await store.write(create), await store.write(add_subtasks, 1, "a")
    entries = [
        LogEntry(subtask_id if number % 2 else None, "info", f"{number}", LogFact("changed"), {"number": number})
        for number in range(6)
    ]
    await store.write(log, task_id, entries, 5)
    rows = await store.read(listing.logs, LOCAL_OWNER, task_id, None, 4, None)
    assert [row.message for row in rows] == ["5", "4", "3", "2"]
    rows = await store.read(listing.logs, LOCAL_OWNER, task_id, subtask_id, 4, rows[-1].id)
    assert [(row.message, row.subtask_id, row.details, row.created_at) for row in rows] == [
        ("1", subtask_id, {"number": 1}, timestamp(5))
    ]
    with pytest.raises(NotFound):
        await store.read(listing.logs, LOCAL_OWNER, 99, None, 4, None)


async def test_figures(store: Database) -> None:
    assert await store.read(listing.figures, 0) == ({}, 0, 0, 0.0, [], [])
    for moment, status in ((5, "completed"), (9, "completed"), (7, "failed")):
        await store.write(set_members, await store.write(create), moment, status)
    figures = await store.read(listing.figures, 0)
    assert figures.by_status == {"completed": 2, "failed": 1}
    assert (figures.calls, figures.tokens, figures.seconds, figures.times) == (6, 30, 4.5, [9, 5])


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_figures_read_no_task(store: Database) -> None:
    """With the texts of ten thousand tasks in the way they would take too long."""

    def plans() -> Steps[list[str]]:
        steps, lines = listing.figures(0), []
        statement = next(steps)
        for _ in range(2):
            found = yield Statement(f"EXPLAIN QUERY PLAN {statement.sql}", statement.params)
            lines += [str(row[-1]) for row in found.rows]
            statement = steps.send((yield statement))
        return lines

    lines = await store.read(plans)
    assert len(lines) == 2
    assert all("COVERING INDEX task_figures" in line for line in lines)
