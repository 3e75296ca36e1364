"""Tasks that are removed, had back, and gone for good, on both databases."""

import pytest

from orchd.entity import LOCAL_OWNER, Owner
from orchd.errors import Conflict, Forbidden, NotFound
from orchd.features.task.store import editing_queries as editing
from orchd.features.task.store import lifecycle_queries, listing_queries, queries, removal_queries
from orchd.features.task.store.listing_queries import TaskFilter
from orchd.features.task.wire.messages import TaskCreate
from orchd.storage import Database, Statement, Steps

SENT = TaskCreate("Move")


async def make(store: Database, *needed: int) -> int:
    return await store.write(editing.create, LOCAL_OWNER, SENT, needed, 10, 1_000)


async def remove(store: Database, task_id: int, now: int = 11) -> None:
    await store.write(removal_queries.remove, LOCAL_OWNER, task_id, now)


async def restore(store: Database, task_id: int) -> None:
    await store.write(removal_queries.restore, LOCAL_OWNER, task_id, 12, 1_000)


def set_state(task_id: int, status: str, *, begun: bool = False) -> Steps[None]:
    at, waits_for = 5 if begun else None, "dependencies" if status == "waiting" else ""
    yield Statement(
        "UPDATE task SET status = ?, waits_for = ?, started_at = ? WHERE id = ?", (status, waits_for, at, task_id)
    )


def add_check(task_id: int, ledger_id: int) -> Steps[None]:
    result = (
        '{"outcome":"verified","score":80,"reviewer":"r","notes":"","guidance":"",'
        f'"ledger_id":{ledger_id},"verdicts":[],"cost":{{}}}}'
    )
    yield Statement(
        "INSERT INTO task_step (task_id, step, attempt, kind, round, state, runs, retryable, epoch, result_json,"
        " started_at) VALUES (?, 'check:1:1', 1, 'check', 1, 'done', 1, 0, 'e', ?, 1)",
        (task_id, result),
    )


def add_ledger() -> Steps[int]:
    inserted = yield Statement(
        "INSERT INTO verification (user_id, message_id, outcome, confidence, report_json, created_at)"
        " VALUES (1, NULL, 'verified', 90, '{}', 1)"
    )
    return inserted.last_id


def counts(*tables: str) -> Steps[list[int]]:
    numbers = list[int]()
    for table in tables:
        found = yield Statement(f"SELECT COUNT(*) FROM {table}")
        numbers.append(int(found.rows[0][0]))
    return numbers


BELOW = "verification", "task_step", "task_dependency"


async def asked_of(store: Database, task_id: int) -> list[tuple[str, str]]:
    """What a person is asked about a task."""
    return [(asked.status, asked.note) for asked in await store.read(queries.approvals, task_id)]


async def needed(store: Database, task_id: int) -> list[int]:
    return [*await store.read(queries.needed_by, task_id)]


async def test_a_task_that_was_removed_is_had_back_with_all_that_it_had(store: Database) -> None:
    task_id = await make(store)
    await store.write(add_check, task_id, await store.write(add_ledger))
    before = await store.read(queries.find, task_id)
    await remove(store, task_id)
    assert await store.read(queries.find, task_id) is None
    with pytest.raises(NotFound):
        await store.write(removal_queries.remove, LOCAL_OWNER, task_id, 11)
    assert (await store.read(listing_queries.figures, 0)).by_status == {}
    for deleted, found in ((False, []), (True, [task_id])):
        page = await store.read(listing_queries.page, LOCAL_OWNER, TaskFilter(deleted=deleted), 9, None)
        assert [row.task.id for row in page] == found
        assert await store.read(listing_queries.count, LOCAL_OWNER, TaskFilter(deleted=deleted)) == len(found)
    await restore(store, task_id)
    after = await store.read(queries.find, task_id)
    assert before is not None
    assert after is not None
    assert (after.title, after.status, after.deleted_at) == (before.title, before.status, None)
    assert after.version > before.version
    assert await store.read(counts, *BELOW[:2]) == [1, 1]
    with pytest.raises(Conflict):
        await store.write(removal_queries.restore, LOCAL_OWNER, task_id, 12, 1_000)


async def test_whose_it_is_not_has_nothing_back(store: Database) -> None:
    task_id = await make(store)
    await remove(store, task_id)
    with pytest.raises(NotFound):
        await store.write(removal_queries.restore, Owner(5), task_id, 12, 1_000)
    with pytest.raises(Forbidden):
        await store.write(removal_queries.restore, Owner(0, models=frozenset({"m"})), task_id, 12, 1_000)


async def test_what_was_removed_long_ago_goes_with_its_ledgers(store: Database) -> None:
    first = await make(store)
    second = await make(store, first)
    await store.write(add_check, first, await store.write(add_ledger))
    await remove(store, first)
    assert await store.write(removal_queries.purge_tasks, 11, 5) == 0
    assert await store.read(counts, *BELOW) == [1, 1, 1]
    assert await store.write(removal_queries.purge_tasks, 12, 5) == 1
    assert await store.read(counts, *BELOW) == [0, 0, 0]
    assert await store.read(queries.find, second) is not None
    with pytest.raises(NotFound):
        await restore(store, first)


async def test_who_waits_for_a_task_that_is_removed_is_asked_about_until_it_is_back(store: Database) -> None:
    other = await make(store)
    task_id, idle = await make(store, other), await make(store, other)
    await store.write(set_state, task_id, "waiting")
    await remove(store, other)
    assert await asked_of(store, task_id) == [("open", f"{other} “Move” (deleted)")]
    assert await asked_of(store, idle) == [], "nobody has told it to run"
    assert await needed(store, task_id) == []
    with pytest.raises(NotFound):
        await store.write(editing.remove_dependency, LOCAL_OWNER, task_id, other, 11)
    await restore(store, other)
    assert (await asked_of(store, task_id), await needed(store, task_id)) == ([], [other])
    found = await store.read(queries.find, task_id)
    assert found is not None
    assert found.ready, "it is looked at again"


async def test_nobody_is_asked_about_one_that_is_completed(store: Database) -> None:
    other = await make(store)
    task_id = await make(store, other)
    await store.write(set_state, task_id, "waiting")
    await store.write(set_state, other, "completed")
    await remove(store, other)
    assert await asked_of(store, task_id) == []


@pytest.mark.parametrize(("status", "kept"), [("pending", False), ("completed", True)])
async def test_what_has_begun_without_it_is_not_held_up(store: Database, status: str, *, kept: bool) -> None:
    other = await make(store)
    task_id = await make(store, other)
    await store.write(set_state, other, status)
    await remove(store, other)
    await store.write(set_state, task_id, "executing", begun=True)
    await restore(store, other)
    assert await needed(store, task_id) == ([other] if kept else [])


async def test_one_that_waits_and_is_had_back_is_asked_about_what_was_removed_meanwhile(store: Database) -> None:
    other = await make(store)
    task_id = await make(store, other)
    await store.write(set_state, task_id, "waiting")
    for removed in (task_id, other):
        await remove(store, removed)
    await restore(store, task_id)
    asked = [("open", f"{other} “Move” (deleted)")]
    assert await asked_of(store, task_id) == asked
    await remove(store, await ended(store, task_id))
    await restore(store, task_id)
    assert await asked_of(store, task_id) == asked, "once"


async def ended(store: Database, task_id: int) -> int:
    """Have a task told to run no more, as a runner that has looked at it does."""

    def let_go() -> Steps[None]:
        yield Statement("UPDATE task SET ready = 0 WHERE id = ?", (task_id,))

    await store.write(let_go)
    return task_id


async def test_nothing_has_a_task_begun_that_was_removed(store: Database) -> None:
    other = await make(store)
    task_id = await make(store, other)
    await store.write(set_state, task_id, "waiting")
    await remove(store, task_id)
    await store.write(set_state, other, "failed")
    await store.write(lifecycle_queries.retry, LOCAL_OWNER, other, 12)
    assert await store.read(lifecycle_queries.ready, 9, braked=False) == [other]
