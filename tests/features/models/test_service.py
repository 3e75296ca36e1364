import pytest
import trio

from orchd.errors import Conflict, NotFound, Unavailable
from orchd.features.models import queries
from orchd.features.models.generating.benchmark_messages import ModelRun
from orchd.features.models.messages import (
    BackendList,
    BackendPage,
    ModelList,
    ModelLoad,
    ModelLoaded,
    ModelPage,
    ModelProgress,
    ModelRecommend,
    ModelRecommended,
    ModelSwitch,
    ModelSwitched,
    ModelUnload,
    ModelUnloaded,
)
from orchd.features.models.rows import Measurement
from orchd.features.monitoring import FreeMemory
from orchd.llm.types import BackendSpec, Prompt, Turn
from orchd.simulator import Simulator, SimulatorConfig
from orchd.simulator.settings import ModelSpec
from tests.fix_models import Asking, StartModels
from tests.fix_simulator import RunningSimulator, StartSimulator
from tests.llm.complete import complete

NOWHERE = "http://127.0.0.1:9"
ONE_COLD = (ModelSpec("simulated-cold"), ModelSpec("simulated-warm", loaded=True))
NO_MEMORY = FreeMemory(16 * 1024**3, 1024**2, None)


def spec(simulator: RunningSimulator, name: str) -> BackendSpec:
    return BackendSpec(simulator.url, name=name)


def loads_of(simulator: RunningSimulator) -> int:
    return sum(model.loads for model in simulator.stats().models.values())


async def test_a_list_has_every_servers_models(start_models: StartModels, start_simulator: StartSimulator) -> None:
    one, two = await start_simulator(), await start_simulator(models=ONE_COLD)
    desk = await start_models(spec(one, "one"), spec(two, "two"))
    page = await desk.ask(ModelList(), ModelPage)
    assert not page.stale
    names = {(item.name, item.backend, item.state) for item in page.models}
    assert {("simulated-small", "one", "loaded"), ("simulated-cold", "two", "not_loaded")} < names
    thinking = next(item for item in page.models if item.id == "simulated-reasoning")
    assert (thinking.capabilities, thinking.context, thinking.max_context) == (["reasoning"], 16_384, 131_072)
    cold = next(item for item in page.models if item.id == "simulated-cold")
    assert (cold.context, cold.max_context, cold.size_bytes) == (None, 131_072, None)
    assert next(item.type for item in page.models if item.id == "simulated-embedding") == "embedding"


async def test_a_model_of_two_servers_is_named_with_its_server(
    start_models: StartModels, start_simulator: StartSimulator
) -> None:
    one, two = await start_simulator(models=ONE_COLD), await start_simulator(models=ONE_COLD)
    desk = await start_models(spec(one, "one"), spec(two, "two"))
    page = await desk.ask(ModelList(), ModelPage)
    assert {item.name for item in page.models if item.id == "simulated-cold"} == {
        "simulated-cold@one",
        "simulated-cold@two",
    }
    loaded = await desk.ask(ModelLoad("simulated-cold@two"), ModelLoaded)
    assert loaded.model.name == "simulated-cold@two"
    assert (loads_of(one), loads_of(two)) == (0, 1)


async def test_a_server_that_is_away_makes_the_list_stale(
    start_models: StartModels, start_simulator: StartSimulator
) -> None:
    desk = await start_models(spec(await start_simulator(), "one"), BackendSpec(NOWHERE, name="gone"))
    page = await desk.ask(ModelList(refresh=True), ModelPage)
    assert page.stale
    assert {item.backend for item in page.models} == {"one"}
    servers = (await desk.ask(BackendList(), BackendPage)).backends
    assert [(backend.name, backend.ok, backend.kind) for backend in servers] == [
        ("one", True, "lmstudio"),
        ("gone", False, None),
    ]
    assert servers[0].latency_ms is not None
    assert servers[1].reason
    assert servers[1].last_error


async def test_what_a_server_had_is_shown_while_it_is_away(start_models: StartModels) -> None:
    async with trio.open_nursery() as nursery:
        url = await nursery.start(Simulator(SimulatorConfig(port=0, models=ONE_COLD)).serve)
        desk = await start_models(url)
        assert not (await desk.ask(ModelList(), ModelPage)).stale
        nursery.cancel_scope.cancel()
    page = await desk.ask(ModelList(refresh=True), ModelPage)
    assert page.stale
    assert {(item.id, item.state, item.stale) for item in page.models} == {
        ("simulated-cold", "unknown", True),
        ("simulated-warm", "unknown", True),
    }
    with pytest.raises(Unavailable):
        await desk.ask(ModelLoad("simulated-cold"), ModelLoaded)


async def test_a_load_is_told_of_and_happens_once(start_models: StartModels, start_simulator: StartSimulator) -> None:
    simulator = await start_simulator(models=ONE_COLD, load_seconds=0.05)
    desk = await start_models(simulator.url)
    asking = Asking()
    first = await desk.ask(ModelLoad("simulated-cold"), ModelLoaded, asking)
    assert first.model.state == "loaded"
    assert first.load_ms is not None
    assert first.load_ms >= 50
    progress = asking.of(ModelProgress)
    assert "loading" in [frame.phase for frame in progress]
    assert {(frame.model, frame.backend) for frame in progress} == {("simulated-cold", first.model.backend)}
    again = await desk.ask(ModelLoad("simulated-cold"), ModelLoaded)
    assert again.load_ms is None
    assert loads_of(simulator) == 1


def is_loading(frame: object) -> bool:
    return isinstance(frame, ModelProgress) and frame.phase == "loading"


async def test_those_who_want_a_model_share_one_load(
    start_models: StartModels, start_simulator: StartSimulator
) -> None:
    simulator = await start_simulator(models=ONE_COLD, load_seconds=0.2, duplicate_loads=True)
    desk = await start_models(simulator.url)
    asking = [Asking(number) for number in range(3)]
    async with trio.open_nursery() as nursery:
        for item in asking:
            nursery.start_soon(desk.ask, ModelLoad("simulated-cold"), ModelLoaded, item)
    assert all(any(map(is_loading, item.emitted)) for item in asking)
    assert loads_of(simulator) == 1


async def test_a_load_goes_on_while_somebody_wants_it(
    start_models: StartModels, start_simulator: StartSimulator
) -> None:
    simulator = await start_simulator(models=ONE_COLD, load_seconds=0.5, duplicate_loads=True)
    desk = await start_models(simulator.url)
    impatient, patient, loaded, gone = Asking(1), Asking(2), list[ModelLoaded](), trio.CancelScope()

    async def give_up() -> None:
        with gone:
            await desk.ask(ModelLoad("simulated-cold"), ModelLoaded, impatient)

    async def wait() -> None:
        loaded.append(await desk.ask(ModelLoad("simulated-cold"), ModelLoaded, patient))

    async with trio.open_nursery() as nursery:
        nursery.start_soon(give_up)
        await impatient.until(is_loading)
        nursery.start_soon(wait)
        await patient.until(is_loading)
        gone.cancel()
    assert gone.cancelled_caught
    assert [reply.model.state for reply in loaded] == ["loaded"]
    assert simulator.stats().paths["/api/v1/models/load"] == 1


async def test_many_who_refresh_a_list_cause_one_probe(
    start_models: StartModels, start_simulator: StartSimulator
) -> None:
    simulator = await start_simulator()
    desk = await start_models(simulator.url)
    before = simulator.stats().requests
    async with trio.open_nursery() as nursery:
        for _ in range(20):
            nursery.start_soon(desk.ask, ModelList(refresh=True), ModelPage)
    one = simulator.stats().requests - before
    await desk.ask(ModelList(refresh=True), ModelPage)
    assert 0 < one <= 2 * (simulator.stats().requests - before - one)


async def test_an_embedding_model_of_a_server_that_is_away_is_away(
    start_models: StartModels, start_simulator: StartSimulator
) -> None:
    other = await start_simulator(models=ONE_COLD)
    async with trio.open_nursery() as nursery:
        config = SimulatorConfig(port=0, models=(ModelSpec("simulated-e", type="embedding"),))
        desk = await start_models(await nursery.start(Simulator(config).serve), other.url)
        nursery.cancel_scope.cancel()
    for name in ("simulated-e", "simulated-none"):
        with pytest.raises((Unavailable, NotFound)) as refused:
            await desk.ask(ModelLoad(name), ModelLoaded)
        assert isinstance(refused.value, Unavailable) == (name == "simulated-e")


async def test_a_load_that_is_cancelled_is_given_up(start_models: StartModels, start_simulator: StartSimulator) -> None:
    simulator = await start_simulator(models=ONE_COLD, load_seconds=60)
    desk = await start_models(simulator.url)
    asking = Asking()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(desk.ask, ModelLoad("simulated-cold"), ModelLoaded, asking)
        await asking.until(lambda frame: isinstance(frame, ModelProgress) and frame.phase == "loading")
        nursery.cancel_scope.cancel()
    with trio.fail_after(10):
        while desk.backends.queue():  # noqa: ASYNC110 - the queue tells nobody
            await trio.sleep(0.01)
    page = await desk.ask(ModelList(refresh=True), ModelPage)
    assert {item.state for item in page.models if item.id == "simulated-cold"} == {"not_loaded"}


async def test_no_load_without_memory_unless_forced(start_models: StartModels, start_simulator: StartSimulator) -> None:
    simulator = await start_simulator(models=ONE_COLD)
    desk = await start_models(simulator.url, free=NO_MEMORY)
    with pytest.raises(Unavailable) as refused:
        await desk.ask(ModelLoad("simulated-cold"), ModelLoaded)
    assert refused.value.details["reason"] == "memory"
    assert refused.value.details["availableBytes"] == 1024**2
    assert loads_of(simulator) == 0
    assert (await desk.ask(ModelLoad("simulated-warm"), ModelLoaded)).load_ms is None
    assert (await desk.ask(ModelLoad("simulated-cold", force=True), ModelLoaded)).load_ms is not None


async def test_an_unloaded_model_is_gone_from_memory(
    start_models: StartModels, start_simulator: StartSimulator
) -> None:
    desk = await start_models((await start_simulator()).url)
    await desk.ask(ModelUnload("simulated-small"), ModelUnloaded)
    page = await desk.ask(ModelList(refresh=True), ModelPage)
    assert next(item.state for item in page.models if item.id == "simulated-small") == "not_loaded"


async def test_models_for_embeddings_are_loaded_too(start_models: StartModels, start_simulator: StartSimulator) -> None:
    desk = await start_models((await start_simulator(models=(ModelSpec("simulated-e", type="embedding"),))).url)
    loaded = await desk.ask(ModelLoad("simulated-e"), ModelLoaded)
    assert (loaded.model.type, loaded.model.state) == ("embedding", "loaded")


@pytest.mark.parametrize("payload", [ModelLoad("none"), ModelUnload("none"), ModelSwitch("none")])
async def test_an_unknown_model_is_not_found(
    start_models: StartModels, start_simulator: StartSimulator, payload: ModelLoad
) -> None:
    desk = await start_models((await start_simulator()).url)
    with pytest.raises(NotFound) as refused:
        await desk.ask(payload, ModelLoaded)
    assert refused.value.details["field"] == "model"


async def test_a_switch_says_why_the_preferred_one_failed(
    start_models: StartModels, start_simulator: StartSimulator
) -> None:
    simulator = await start_simulator(models=(*ONE_COLD, ModelSpec("simulated-other")))
    desk = await start_models(simulator.url)
    switched = await desk.ask(ModelSwitch("none", ("simulated-cold", "simulated-other")), ModelSwitched)
    assert (switched.model.id, switched.model.state) == ("simulated-cold", "loaded")
    assert [(attempt.model, attempt.error.code) for attempt in switched.attempts] == [("none", "not_found")]
    assert loads_of(simulator) == 1


async def test_a_switch_to_none_tells_of_all(start_models: StartModels, start_simulator: StartSimulator) -> None:
    desk = await start_models((await start_simulator(models=ONE_COLD)).url, free=NO_MEMORY)
    with pytest.raises(Unavailable) as refused:
        await desk.ask(ModelSwitch("none", ("simulated-cold",)), ModelSwitched)
    attempts = refused.value.details["attempts"]
    assert [(attempt["model"], attempt["code"]) for attempt in attempts] == [
        ("none", "not_found"),
        ("simulated-cold", "unavailable"),
    ]


async def test_suggestions_come_from_what_servers_have(
    start_models: StartModels, start_simulator: StartSimulator
) -> None:
    desk = await start_models((await start_simulator()).url)
    found = await desk.ask(ModelRecommend("embedding"), ModelRecommended)
    assert [suggestion.model.id for suggestion in found.items] == ["simulated-embedding"]
    found = await desk.ask(ModelRecommend("reasoning", limit=1), ModelRecommended)
    assert [suggestion.model.id for suggestion in found.items] == ["simulated-reasoning"]
    assert "it thinks before it answers" in found.items[0].reasons
    assert (await desk.ask(ModelRecommend("vision"), ModelRecommended)).items == []


async def test_suggestions_follow_each_new_benchmark(
    start_models: StartModels, start_simulator: StartSimulator
) -> None:
    desk = await start_models(spec(await start_simulator(models=ONE_COLD), "one"))
    for speed in (10.0, 20.0, 30.0):
        run = ModelRun(1, 1000, speed, 20, 128, None)
        done = Measurement("simulated-warm", "one", 1, 128, None, [run], 1_750_000_000_000)
        await desk.services.database.write(queries.add_benchmark, done)
        found = await desk.ask(ModelRecommend("chat", limit=1), ModelRecommended)
        assert f"measured here: {speed:g} tokens/s" in found.items[0].reasons


async def test_a_model_that_answers_is_not_unloaded(start_models: StartModels, start_simulator: StartSimulator) -> None:
    simulator = await start_simulator(token_interval=0.05)
    desk = await start_models(simulator.url)
    async with trio.open_nursery() as nursery:
        target = await desk.backends.resolve("simulated-small", None, None)
        nursery.start_soon(complete, desk.backends, target, Prompt((Turn("user", "Tell me all."),)))
        await simulator.until(lambda stats: stats.tokens > 0)
        with pytest.raises(Conflict):
            await desk.ask(ModelUnload("simulated-small"), ModelUnloaded)
        nursery.cancel_scope.cancel()
