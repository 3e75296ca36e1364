from orchd.features.models import ModelQuality
from orchd.features.task.core.rows import QualityFigures
from orchd.features.task.engine.quality import Quality
from orchd.features.task.store import lifecycle_queries, queries
from orchd.features.task.store.saving_queries import Change, save
from orchd.storage import Database
from tests.features.task.hands import create


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
    quality = Quality(store)
    assert await quality.read("code") == {"a@x": ModelQuality(3, 2, 75.0)}
    assert await quality.read("chat") == {"a@x": ModelQuality(1, 0, None)}
    assert [(row.model, row.task_type, row.runs) for row in await quality.rows()] == [
        ("a@x", "chat", 1),
        ("a@x", "code", 3),
        ("b@x", "code", 1),
    ]
