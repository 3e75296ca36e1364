import pytest
import trio

from orchd.errors import Invalid, NotFound
from orchd.features.models.generating.benchmark_messages import (
    ModelBenchmark,
    ModelBenchmarkItem,
    ModelBenchmarkPage,
    ModelBenchmarks,
)
from orchd.features.models.messages import (
    ModelComplete,
    ModelCompleted,
    ModelList,
    ModelPage,
    ModelProgress,
    ModelRate,
    ModelRated,
    ModelRecommend,
    ModelRecommended,
    ModelStars,
    ModelTurn,
)
from orchd.features.models.queue_messages import ModelQueue, ModelQueued
from orchd.simulator.settings import ModelSpec
from tests.fix_models import Asking, Desk, StartModels
from tests.fix_simulator import RunningSimulator, StartSimulator

SMALL = "simulated-small"


@pytest.fixture
async def desk(start_models: StartModels, simulator: RunningSimulator) -> Desk:
    return await start_models(simulator.url)


async def test_a_benchmark_is_measured_told_of_and_stored(
    start_models: StartModels, start_simulator: StartSimulator
) -> None:
    simulator = await start_simulator(models=(ModelSpec("simulated-cold"),), load_seconds=0.02, token_interval=0.002)
    desk = await start_models(simulator.url)
    asking = Asking()
    done = await desk.ask(ModelBenchmark("simulated-cold", runs=3, max_tokens=16), ModelBenchmarkItem, asking)
    assert (len(done.runs), done.failed, done.max_tokens) == (3, 0, 16)
    assert done.load_ms is not None
    assert done.load_ms >= 20
    assert all(run.completion_tokens == 16 for run in done.runs)
    for spread in (done.first_token_ms, done.total_ms, done.tokens_per_second):
        assert spread is not None
        assert spread.min <= spread.median <= spread.max
    assert done.tokens_per_second is not None
    assert done.tokens_per_second.min > 0
    assert {frame.run for frame in asking.of(ModelProgress) if frame.phase == "generating"} == {1, 2, 3}
    page = await desk.ask(ModelBenchmarks(model="simulated-cold"), ModelBenchmarkPage)
    assert [item.id for item in page.items] == [done.id]
    suggested = await desk.ask(ModelRecommend("chat"), ModelRecommended)
    assert any("measured here" in reason for reason in suggested.items[0].reasons)


async def test_benchmarks_are_turned_page_by_page(desk: Desk) -> None:
    made = [(await desk.ask(ModelBenchmark(SMALL, 1, 1), ModelBenchmarkItem)).id for _ in range(3)]
    page = await desk.ask(ModelBenchmarks(limit=2), ModelBenchmarkPage)
    assert [item.id for item in page.items] == [made[2], made[1]]
    page = await desk.ask(ModelBenchmarks(limit=2, cursor=page.next_cursor), ModelBenchmarkPage)
    assert ([item.id for item in page.items], page.next_cursor) == ([made[0]], None)
    assert (await desk.ask(ModelBenchmarks(cursor="0"), ModelBenchmarkPage)).items == []


async def test_each_run_asks_anew(desk: Desk, simulator: RunningSimulator) -> None:
    await desk.ask(ModelBenchmark(SMALL, runs=4, max_tokens=4), ModelBenchmarkItem)
    assert simulator.stats().completed == 4


async def test_an_embedding_model_is_not_measured_by_talking_to_it(desk: Desk, simulator: RunningSimulator) -> None:
    with pytest.raises(Invalid) as refused:
        await desk.ask(ModelBenchmark("simulated-embedding"), ModelBenchmarkItem)
    assert refused.value.details["field"] == "model"
    assert simulator.stats().running == simulator.stats().completed == 0


async def test_a_rating_shows_wherever_the_model_does(desk: Desk) -> None:
    rated = await desk.ask(ModelRate(SMALL, 5, comment="quick"), ModelRated)
    assert rated == ModelRated(SMALL, ModelStars(5.0, 1))
    await desk.ask(ModelRate(SMALL, 2), ModelRated, Asking(1))
    page = await desk.ask(ModelList(), ModelPage)
    assert next(item.rating for item in page.models if item.id == SMALL) == ModelStars(3.5, 2)
    with pytest.raises(NotFound):
        await desk.ask(ModelRate("none", 5), ModelRated)


async def test_the_queue_shows_what_runs_and_what_waits(
    start_models: StartModels, start_simulator: StartSimulator
) -> None:
    simulator = await start_simulator(token_interval=0.05, parallel=1)
    desk = await start_models(simulator.url)
    assert (await desk.ask(ModelQueue(), ModelQueued)).items == []
    question = ModelComplete([ModelTurn("user", "Tell me all you know.")], model=SMALL)
    first, second = Asking(1), Asking(2)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(desk.ask, question, ModelCompleted, first)
        await simulator.until(lambda stats: stats.tokens > 0)
        nursery.start_soon(desk.ask, question, ModelCompleted, second)
        waits = await second.until(lambda frame: isinstance(frame, ModelProgress) and frame.phase == "queued")
        items = (await desk.ask(ModelQueue(), ModelQueued, Asking(1))).items
        nursery.cancel_scope.cancel()
    assert isinstance(waits, ModelProgress)
    assert [(item.state, item.user, item.position, item.why) for item in items] == [
        ("running", "local", None, None),
        ("waiting", "another user", 1, "slots"),
    ]
    assert {(item.model, item.priority) for item in items} == {(SMALL, "chat")}
