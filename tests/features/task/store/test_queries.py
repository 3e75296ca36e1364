from orchd.features.models import ModelQuality
from orchd.features.task.core.rows import Blocker, QualityFigures
from orchd.features.task.store import lifecycle_queries, queries
from orchd.features.task.store.saving_queries import Change, save
from orchd.protocol.types import timestamp
from orchd.storage import Database, Statement, Steps
from tests.features.task.hands import add_subtasks, create, depend
from tests.features.task.states import budget


async def test_what_does_not_exist_is_none(store: Database) -> None:
    assert await store.read(queries.find, 10**9) is None
    assert await store.read(queries.load, 10**9) is None
    assert await store.read(queries.APPROVALS.everybodys.find, 10**9) is None
    assert await store.read(queries.subtasks, 10**9) == []


async def test_a_task_comes_back_with_all_its_members(store: Database) -> None:
    task_id = await store.write(create, "Möbel 🪑", calls=5, tokens=7, minutes=1.5)
    await store.write(fill, task_id)
    task = await store.read(queries.find, task_id)
    assert task is not None
    assert (task.title, task.budget, task.seconds) == ("Möbel 🪑", budget(5, 7, 1.5), 2.25)
    assert (task.ready, task.auto_run, task.planned, task.model, task.due_at) == (
        True,
        True,
        False,
        "m@x",
        timestamp(99),
    )


def fill(task_id: int) -> Steps[None]:
    yield Statement("UPDATE task SET seconds = 2.25, model = 'm@x', due_at = 99 WHERE id = ?", (task_id,))


async def test_subtasks_come_in_order_with_what_they_need(store: Database) -> None:
    task_id = await store.write(create)
    first, second, third = await store.write(add_subtasks, task_id, "a", "b", "c")
    await store.write(arrange, [first, second, third])
    rows = await store.read(queries.subtasks, task_id)
    assert [(row.title, row.depends_on) for row in rows] == [("c", (first, second)), ("a", ()), ("b", (first,))]
    state = await store.read(queries.load, task_id)
    assert state is not None
    assert list(state.subtasks) == [third, first, second]


def arrange(ids: list[int]) -> Steps[None]:
    first, second, third = ids
    yield Statement("UPDATE subtask SET position = -1 WHERE id = ?", (third,))
    for needy, other in ((third, second), (third, first), (second, first)):
        yield Statement("INSERT INTO subtask_dependency (subtask_id, depends_on) VALUES (?, ?)", (needy, other))


async def test_only_unfinished_tasks_block(store: Database) -> None:
    task_id, done, open_one = [await store.write(create, title) for title in ("t", "done", "open")]
    for other in (done, open_one):
        await store.write(depend, task_id, other)
    await store.write(complete, done)
    assert await store.read(queries.blockers, task_id) == [Blocker(open_one, "open", "pending")]
    await store.write(complete, open_one)
    assert await store.read(queries.blockers, task_id) == []


def complete(task_id: int) -> Steps[None]:
    yield Statement("UPDATE task SET status = 'completed' WHERE id = ?", (task_id,))


async def test_a_task_is_handed_what_those_it_waited_for_came_to_within_bounds(store: Database) -> None:
    task_id, done, long, open_one = [await store.write(create, title) for title in ("t", "done", "long", "open")]
    for other in (done, long, open_one):
        await store.write(depend, task_id, other)
    for other, result in ((done, "Tea is steamed."), (long, "é" * 20_000), (open_one, "")):
        await store.write(give_result, other, result)
    await store.write(complete, done)
    await store.write(complete, long)
    state = await store.read(queries.load, task_id)
    assert state is not None
    first, second = state.inputs
    assert (first.title, first.text) == ("The task “done”", "Tea is steamed.")
    assert second.text == "é" * 6_000 + "\n[… it goes on for 14000 characters …]"
    alone = await store.read(queries.load, done)
    assert alone is not None
    assert alone.inputs == ()


def give_result(task_id: int, result: str) -> Steps[None]:
    yield Statement("UPDATE task SET result = ? WHERE id = ?", (result, task_id))


async def test_what_other_models_thought_is_told_by_kind_of_task(store: Database) -> None:
    task_id = await store.write(create)
    await store.write(lifecycle_queries.acquire, [task_id], "me")
    state = await store.read(queries.load, task_id)
    assert state is not None
    gauged = [
        QualityFigures("a@x", "code", runs=3, checked=3, approved=2, scored=2, score_sum=150, tokens=100, seconds=4.0),
        QualityFigures("b@x", "code", runs=1),
        QualityFigures("a@x", "chat", runs=1, checked=1),
    ]
    await store.write(save, Change(state, state, "me", 0, (), gauged))
    assert await store.read(queries.model_quality, "code") == {"a@x": ModelQuality(3, 2, 75.0)}
    assert await store.read(queries.model_quality, "chat") == {"a@x": ModelQuality(1, 0, None)}
    assert [(row.model, row.task_type, row.runs) for row in await store.read(queries.quality, None)] == [
        ("a@x", "chat", 1),
        ("a@x", "code", 3),
        ("b@x", "code", 1),
    ]
