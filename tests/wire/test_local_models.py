"""Models without a server, over a real socket; the client judges every frame by the schema."""

import os
import signal
from pathlib import Path

import pytest
from msgspec.structs import replace

from orchd.config import LocalSettings
from tests.fix_daemon import App, StartApp, make_settings
from tests.fix_local import Shelve, gone, model_processes
from tests.llm.local.models import BROKEN
from tests.wire.client import Client, is_as_told

GREEDY = {"temperature": 0.0, "maxTokens": 8}
AWAY = "http://127.0.0.1:9"
TRIES = 10


async def opened(start: StartApp, tmp_path: Path, folder: Path) -> App:
    local = LocalSettings(models=(str(folder),), context_tokens=2048, threads=1)
    return await start.start(replace(make_settings(tmp_path, AWAY), local=local))


@pytest.fixture
async def client(app: StartApp, tmp_path: Path, shelve: Shelve) -> Client:
    """A connection to a daemon with two models of its own, and one that can't be loaded."""
    folder = shelve("a", "b")
    (folder / "broken.gguf").write_bytes(BROKEN)
    return await (await opened(app, tmp_path, folder)).connect()


async def states(client: Client) -> dict[str, str]:
    reply = await client.request("model:list", {"refresh": True})
    return {model["id"]: model["state"] for model in reply["data"]["models"]}


async def test_an_answer_starts_the_model_and_tells_of_its_memory(client: Client) -> None:
    assert await states(client) == {"a": "not_loaded", "b": "not_loaded", "broken": "not_loaded"}
    assert model_processes() == []
    request = await client.send("chat:send", {"message": "Hi", "model": "a", "params": GREEDY})
    *_, final = await client.answer(request)
    assert (final["data"]["status"], final["data"]["model"], final["data"]["usage"]["completionTokens"]) == (
        "complete",
        "a",
        8,
    )
    phases = [frame["data"]["phase"] for frame in client.frames if frame["type"] == "chat:progress"]
    assert phases[0] == "loading"
    local = (await client.request("backend:list"))["data"]["backends"][0]
    assert (local["name"], local["kind"], local["ok"], local["models"]) == ("local", "llamacpp", True, 3)
    assert local["memoryBytes"] > 1_000_000
    estimate = await client.request("text:estimate", {"model": "a", "text": "one two"})
    assert estimate["data"]["method"] == "exact"


async def test_switching_and_unloading(client: Client) -> None:
    first = await client.request("model:load", {"model": "a"})
    assert (first["data"]["model"]["state"], first["data"]["model"]["context"]) == ("loaded", 2048)
    (old,) = model_processes()
    switched = await client.request("model:switch", {"preferred": "broken", "fallbacks": ["b"]})
    assert [attempt["error"]["code"] for attempt in switched["data"]["attempts"]] == ["upstream_error"]
    assert switched["data"]["model"]["id"] == "b"
    await gone([old])
    assert await states(client) == {"a": "not_loaded", "b": "loaded", "broken": "not_loaded"}
    (new,) = model_processes()
    assert (await client.request("model:unload", {"model": "b"}))["data"] == {"model": "b", "backend": "local"}
    await gone([new])
    assert (await states(client))["b"] == "not_loaded"


async def test_one_that_is_killed_in_the_middle_of_an_answer(client: Client) -> None:
    for _ in range(TRIES):  # until it is killed before it is done: on a busy machine that may come too late
        await client.request("model:load", {"model": "a"})
        (process,) = model_processes()
        long = {"temperature": 0.0, "maxTokens": 1_900}
        request, message_id = await client.started("Hi", model="a", params=long)
        os.kill(process.pid, signal.SIGKILL)
        *_, final = await client.answer(request)
        told = final["data"]
        if told["status"] != "complete":
            break
        await gone([process])
    assert (told["id"], told["status"], told["error"]["code"]) == (message_id, "error", "upstream_error")
    assert told["content"]
    history = await client.history(told["conversationId"])
    assert is_as_told(history[-1], told)
    again = await client.chat("Again", model="a", params=GREEDY)
    assert (again["status"], again.get("error")) == ("complete", None)


async def test_a_model_that_cant_be_loaded_is_told_without_its_path(client: Client) -> None:
    request = await client.send("chat:send", {"message": "Hi", "model": "broken"})
    *_, final = await client.answer(request)
    assert (final["data"]["status"], final["data"]["error"]["code"]) == ("error", "upstream_error")
    assert final["data"]["error"]["message"] == "broken can't be loaded; the daemon's log says why"
