"""Lists of models in three forms, loading and unloading."""

from typing import Any

import trio

from tests.fix_simulator import RunningSimulator, StartSimulator


async def instances(simulator: RunningSimulator, key: str) -> list[dict[str, Any]]:
    models = (await simulator.get("/api/v1/models"))["models"]
    found: list[dict[str, Any]] = next(model["loaded_instances"] for model in models if model["key"] == key)
    return found


async def test_every_list_names_simulated_models_only(simulator: RunningSimulator) -> None:
    openai = [item["id"] for item in (await simulator.get("/v1/models"))["data"]]
    v0 = [item["id"] for item in (await simulator.get("/api/v0/models"))["data"]]
    v1 = [item["key"] for item in (await simulator.get("/api/v1/models"))["models"]]
    assert openai == v0 == v1
    assert all(name.startswith("simulated") for name in v1)


async def test_states_and_contexts(simulator: RunningSimulator) -> None:
    items = {item["id"]: item for item in (await simulator.get("/api/v0/models"))["data"]}
    assert (items["simulated-small"]["state"], items["simulated-small"]["loaded_context_length"]) == ("loaded", 32_768)
    assert items["simulated-large"]["state"] == "not-loaded"
    assert "loaded_context_length" not in items["simulated-large"]
    assert items["simulated-embedding"]["type"] == "embeddings"


async def test_one_model(simulator: RunningSimulator) -> None:
    assert (await simulator.get("/api/v0/models/simulated-small"))["state"] == "loaded"
    assert (await simulator.get("/api/v0/models/none"))["error"]["code"] == "model_not_found"


async def test_capabilities(simulator: RunningSimulator) -> None:
    models = {model["key"]: model for model in (await simulator.get("/api/v1/models"))["models"]}
    assert models["simulated-reasoning"]["capabilities"]["reasoning"]["default"] == "on"
    assert "capabilities" not in models["simulated-embedding"]
    assert models["simulated-small"]["loaded_instances"][0]["config"]["parallel"] == 4


async def test_without_loading_on_request_only_loaded_models_are_listed(start_simulator: StartSimulator) -> None:
    simulator = await start_simulator(jit=False)
    names = [item["id"] for item in (await simulator.get("/v1/models"))["data"]]
    assert "simulated-large" not in names
    answer = await simulator.ask("Hello", model="simulated-large")
    assert answer.json()["error"]["message"].startswith("No models loaded")


async def test_load_again_and_unload(simulator: RunningSimulator) -> None:
    body = {"model": "simulated-small", "context_length": 2_048, "echo_load_config": True}
    answer = (await simulator.post("/api/v1/models/load", body)).json()
    assert (answer["instance_id"], answer["status"]) == ("simulated-small:2", "loaded")
    assert answer["load_config"]["context_length"] == 2_048
    assert [item["id"] for item in await instances(simulator, "simulated-small")] == [
        "simulated-small",
        "simulated-small:2",
    ]
    reply = await simulator.ask("Hello", model="simulated-small:2")
    assert reply.json()["model"] == "simulated-small:2"
    gone = await simulator.post("/api/v1/models/unload", {"instance_id": "simulated-small:2"})
    assert gone.json() == {"instance_id": "simulated-small:2"}
    assert len(await instances(simulator, "simulated-small")) == 1


async def test_a_model_is_listed_once_its_load_has_ended(start_simulator: StartSimulator) -> None:
    simulator = await start_simulator(load_seconds=0.2)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(simulator.post, "/api/v1/models/load", {"model": "simulated-large"})
        await simulator.until(lambda stats: stats.requests == 1)
        assert await instances(simulator, "simulated-large") == []
    assert len(await instances(simulator, "simulated-large")) == 1


async def test_what_cannot_be_loaded_or_unloaded(simulator: RunningSimulator) -> None:
    load, unload = "/api/v1/models/load", "/api/v1/models/unload"
    assert (await simulator.post(load, {"model": "none"})).status_code == 404
    assert (await simulator.post(load, {"model": "simulated-large", "ttl": 5})).status_code == 400
    assert (await simulator.post(load, {"model": "simulated-large", "context_length": 1})).status_code == 400
    failed = await simulator.post(load, {"model": "simulated-large"}, x_simulate="load_error")
    assert (failed.status_code, failed.json()["error"]["code"]) == (500, "model_load_failed")
    assert (await simulator.post(unload, {"model": "simulated-small"})).status_code == 400
    assert (await simulator.post(unload, {"instance_id": "none"})).status_code == 404
