"""Models, model servers and assistants over a real socket; the client judges every frame by the schema."""

import pytest

from orchd.config import BackendSettings
from orchd.simulator.settings import ModelSpec
from tests.fix_daemon import StartApp
from tests.fix_simulator import StartSimulator
from tests.wire.client import Client

COLD, SMALL = "simulated-cold", "simulated-small"


@pytest.fixture
async def client(app: StartApp, start_simulator: StartSimulator) -> Client:
    """A connection to a daemon with two model servers, of which one needs a minute to load."""
    fast = await start_simulator()
    slow = await start_simulator(models=(ModelSpec(COLD),), load_seconds=60)
    settings = [BackendSettings(url=fast.url, name="fast"), BackendSettings(url=slow.url, name="slow")]
    return await (await app(*settings)).connect()


async def test_what_there_is(client: Client) -> None:
    reply = await client.request("model:list", {"refresh": True})
    assert reply["type"] == "model:list"
    assert reply["data"]["stale"] is False
    assert {COLD, SMALL} < {model["id"] for model in reply["data"]["models"]}
    reply = await client.request("backend:list")
    assert [(backend["name"], backend["ok"], backend["kind"]) for backend in reply["data"]["backends"]] == [
        ("fast", True, "lmstudio"),
        ("slow", True, "lmstudio"),
    ]
    assert (await client.request("model:queue"))["data"] == {"items": []}


async def test_a_load_is_told_of_and_can_be_cancelled(client: Client) -> None:
    load = await client.send("model:load", {"model": COLD, "force": True})
    frame = await client.until_type("model:progress", load)
    assert (frame["data"]["phase"], frame["data"]["model"]) == ("loading", COLD)
    assert (await client.request("cancel", {"id": load}))["data"] == {"id": load, "found": True}
    *_, final = await client.answer(load)
    assert (final["type"], final["data"]["code"]) == ("error", "cancelled")


async def test_loading_switching_and_unloading(client: Client) -> None:
    loaded = await client.request("model:load", {"model": "simulated-large@fast", "force": True})
    assert loaded["data"]["model"]["state"] == "loaded"
    switched = await client.request("model:switch", {"preferred": "none", "fallbacks": [SMALL]})
    assert (switched["data"]["model"]["id"], switched["data"]["loadMs"]) == (SMALL, None)
    assert [attempt["error"]["code"] for attempt in switched["data"]["attempts"]] == ["not_found"]
    gone = await client.request("model:unload", {"model": "simulated-large"})
    assert gone["data"] == {"model": "simulated-large", "backend": "fast"}


async def test_a_value_by_a_schema(client: Client) -> None:
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
    question = {"model": SMALL, "messages": [{"role": "user", "content": "How many?"}], "schema": schema}
    reply = await client.request("model:complete", question)
    assert isinstance(reply["data"]["value"]["n"], int)
    refused = await client.request("model:complete", question | {"schema": {"type": "number!"}})
    assert (refused["data"]["code"], refused["data"]["details"]["path"]) == ("invalid", "$.data.schema")


async def test_answers_side_by_side(client: Client) -> None:
    request = await client.send("model:compare", {"models": [SMALL, "simulated-reasoning"], "message": "Hello"})
    *frames, final = await client.answer(request)
    texts = ["", ""]
    for frame in frames:
        assert frame["type"] == "model:streaming"
        if frame["data"]["channel"] == "content":
            texts[frame["data"]["index"]] += frame["data"]["chunk"]
    assert [item["content"] for item in final["data"]["items"]] == texts


async def test_measuring_rating_and_suggesting(client: Client) -> None:
    measured = await client.request("model:benchmark", {"model": SMALL, "runs": 2, "maxTokens": 8})
    assert len(measured["data"]["runs"]) == 2
    listed = await client.request("model:benchmarks", {"model": SMALL})
    assert listed["data"]["items"] == [measured["data"]]
    rated = await client.request("model:rate", {"model": SMALL, "rating": 5, "taskType": "chat"})
    assert rated["data"] == {"model": SMALL, "rating": {"mean": 5.0, "count": 1}}
    best = (await client.request("model:recommend", {"taskType": "chat"}))["data"]["items"][0]
    assert best["model"]["id"] == SMALL
    assert "rated 5.0 of 5 by 1" in best["reasons"]
    unknown = await client.request("model:rate", {"model": "no-such-model", "rating": 5})
    assert (unknown["data"]["code"], unknown["data"]["details"]["path"]) == ("not_found", "$.data.model")
    wrong = await client.request("model:recommend", {"taskType": "dancing"})
    assert wrong["data"]["message"].startswith("Must be one of `")
    assert "chat" in wrong["data"]["details"]["allowed"]
    wrong = await client.request("model:rate", {"model": SMALL, "rating": 6})
    assert (wrong["data"]["code"], wrong["data"]["details"]["field"]) == ("invalid", "rating")


async def test_assistants(client: Client) -> None:
    made = await client.request("assistant:create", {"name": "Ada", "category": "code", "model": SMALL})
    taken = await client.request("assistant:create", {"name": "Ada"})
    assert (taken["data"]["code"], taken["data"]["details"]["field"]) == ("conflict", "name")
    ada = {"assistantId": made["data"]["id"]}
    changed = await client.request("assistant:update", ada | {"model": None, "systemPrompt": "be brief"})
    assert (changed["data"]["model"], changed["data"]["systemPrompt"]) == (None, "be brief")
    assert (await client.request("assistant:get", ada))["data"] == changed["data"]
    listed = await client.request("assistant:list", {"category": "code"})
    assert listed["data"] == {"items": [changed["data"]], "nextCursor": None}
    assert (await client.request("assistant:delete", ada))["data"] == ada
    assert (await client.request("assistant:get", ada))["data"]["code"] == "not_found"
