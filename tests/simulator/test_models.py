"""Which models are loaded, by whom, under which names."""

import pytest
import trio

from orchd.simulator.models import MAX_INSTANCES, Instance, Registry
from orchd.simulator.refusal import RefusedError
from orchd.simulator.settings import ModelSpec, SimulatorConfig
from orchd.simulator.stats import StatCounters

SMALL = ModelSpec("simulated-small", loaded=True)
LARGE = ModelSpec("simulated-large", context=4_096, max_context=8_192)
OTHER = ModelSpec("simulated-other")
VECTORS = ModelSpec("simulated-embedding", type="embedding")


def registry(nursery: trio.Nursery, counters: StatCounters | None = None, **changes: object) -> Registry:
    settings = {"models": (SMALL, LARGE, OTHER, VECTORS), **changes}
    made = Registry(SimulatorConfig(**settings), counters or StatCounters())  # type: ignore[arg-type]  # members by name
    made.nursery = nursery
    return made


async def test_a_loaded_model_is_found_by_key_and_by_instance(nursery: trio.Nursery) -> None:
    models = registry(nursery)
    second = await models.load(SMALL).finish()
    assert second.id == "simulated-small:2"
    assert models.find("simulated-small:2", "llm") is second
    first = models.instances["simulated-small"]
    assert models.find("simulated-small", "llm") is first


async def test_the_context_is_asked_for_within_the_maximum(nursery: trio.Nursery) -> None:
    models = registry(nursery)
    contexts = [(await models.load(LARGE, asked).finish()).context for asked in (None, 100, 10**9)]
    assert contexts == [4_096, 100, 8_192]


async def test_concurrent_first_requests_share_a_load(nursery: trio.Nursery, autojump_clock: object) -> None:
    counters = StatCounters()
    models = registry(nursery, counters, load_seconds=5)
    assert models.find("simulated-large", "llm") is LARGE
    loads = [models.load_on_request(LARGE) for _ in range(3)]
    began = trio.current_time()
    instances = {await load.finish() for load in loads}
    assert trio.current_time() - began == pytest.approx(5)
    assert [instance.id for instance in instances] == ["simulated-large"]
    assert counters.snapshot().models["simulated-large"].loads == 1
    assert loads[0].progress() == 1.0


async def test_or_each_loads_its_own(nursery: trio.Nursery) -> None:
    models = registry(nursery, duplicate_loads=True)
    loads = [models.load_on_request(LARGE) for _ in range(3)]
    ids = [(await load.finish()).id for load in loads]
    assert ids == ["simulated-large", "simulated-large:2", "simulated-large:3"]


async def test_a_failed_load_leaves_nothing_behind(nursery: trio.Nursery) -> None:
    models = registry(nursery)
    with pytest.raises(RefusedError, match="Failed to load"):
        await models.load_on_request(LARGE, fail=True).finish()
    assert models.of(LARGE) == []
    assert (await models.load_on_request(LARGE).finish()).id == "simulated-large"


async def test_eviction_takes_what_was_loaded_on_request_only(nursery: trio.Nursery) -> None:
    models = registry(nursery, evict=True)
    large = await models.load_on_request(LARGE).finish()
    await models.load_on_request(VECTORS).finish()
    assert not large.unloaded.is_set()
    await models.load_on_request(OTHER).finish()
    assert large.unloaded.is_set()
    assert sorted(models.instances) == ["simulated-embedding", "simulated-other", "simulated-small"]


async def test_unloading(nursery: trio.Nursery) -> None:
    counters = StatCounters()
    models = registry(nursery, counters)
    models.unload("simulated-small")
    assert models.find("simulated-small", "llm") is SMALL
    assert counters.snapshot().models["simulated-small"].unloads == 1
    with pytest.raises(RefusedError, match="not loaded"):
        models.unload("simulated-small")


async def test_the_least_busy_instance_is_taken(nursery: trio.Nursery) -> None:
    models = registry(nursery)
    second, third = await models.load(SMALL).finish(), await models.load(SMALL).finish()
    models.unload("simulated-small")
    second.users = 1
    assert models.find("simulated-small", "llm") is third


async def test_names_that_lead_nowhere(nursery: trio.Nursery) -> None:
    models = registry(nursery)
    with pytest.raises(RefusedError, match="not found") as unknown:
        models.find("gpt", "llm")
    assert (unknown.value.status, unknown.value.code) == (404, "model_not_found")
    with pytest.raises(RefusedError, match="not of type llm"):
        models.find("simulated-embedding", "llm")
    with pytest.raises(RefusedError, match="No models loaded"):
        registry(nursery, jit=False).find("simulated-large", "llm")


async def test_an_unknown_name_may_be_served_by_the_only_loaded_model(nursery: trio.Nursery) -> None:
    models = registry(nursery, serve_unknown=True)
    found = models.find("gpt", "llm")
    assert isinstance(found, Instance)
    assert found.id == "simulated-small"
    await models.load(LARGE).finish()
    with pytest.raises(RefusedError):
        models.find("gpt", "llm")


async def test_instances_are_bounded(nursery: trio.Nursery) -> None:
    models = registry(nursery)
    for _ in range(MAX_INSTANCES - 1):
        await models.load(LARGE).finish()
    with pytest.raises(RefusedError, match="insufficient system resources"):
        models.load(LARGE)
