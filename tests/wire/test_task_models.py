"""Tasks asked for by a program, as models: planned, done and checked by the simulated models."""

import json
from functools import partial
from pathlib import Path

import httpx
import msgspec
import pytest
import trio

from orchd.config import BackendSettings
from orchd.settings.entry.gateway import GatewaySettings
from orchd.simulator.settings import ModelSpec
from tests.fix_daemon import App, StartApp, make_settings
from tests.fix_simulator import RunningSimulator, StartSimulator
from tests.gateway_desk import events_of
from tests.wire.test_tasks import UNBRAKED


@pytest.fixture
async def simulator(start_simulator: StartSimulator) -> RunningSimulator:
    return await start_simulator(models=(ModelSpec("simulated-qwen"), ModelSpec("simulated-llama")))


@pytest.fixture
async def place(app: StartApp, simulator: RunningSimulator, tmp_path: Path) -> App:
    """A daemon with two models of different families, whose tasks are models, too."""
    settings = make_settings(tmp_path, BackendSettings(url=simulator.url, name="one"))
    return await app.start(msgspec.structs.replace(settings, task=UNBRAKED, gateway=GatewaySettings(tasks=True)))


def question(text: str = "Move house from A to B.", **members: object) -> dict[str, object]:
    return {"model": "task", "messages": [{"role": "user", "content": text}], **members}


async def test_a_task_answers(place: App) -> None:
    connection = await place.connect()
    await connection.request("assistant:create", {"name": "Mover", "systemPrompt": "Be brief."})
    with trio.fail_after(60):
        async with httpx.AsyncClient(base_url=place.url, timeout=60) as http:
            listed = [model["id"] for model in (await http.get("/v1/models")).json()["data"]]
            assert {"task", "task:Mover"} <= {*listed}
            assert "task:Mover" in [model["name"] for model in (await http.get("/api/tags")).json()["models"]]
            found = [(await http.post("/api/show", json={"model": name})).json() for name in ("task", "task:Mover")]
            assert [each["capabilities"] for each in found] == [["completion"], ["completion"]]
            harmless = question(tools=[], n=1, response_format={"type": "text"}, audio=None)
            whole = (await http.post("/v1/chat/completions", json=harmless)).json()
            streamed = (await http.post("/v1/chat/completions", json=question(model="task:Mover", stream=True))).content
            lines = (await http.post("/api/chat", json=question())).content.splitlines()
            odd = question(tools=[{}]), question(n=2), question(model="task:Nobody")
            huge = json.dumps(question(audio=0)).replace('"audio": 0', '"audio": 1e999')
            unread = await http.post("/v1/chat/completions", content=huge, headers={"Content-Type": "application/json"})
            empty = question(messages=[{"role": "system"}])
            wrong = [await http.post("/v1/chat/completions", json=body) for body in (*odd, empty)]
            text = await http.post("/v1/completions", json={"model": "task", "prompt": "x"})
    assert whole["choices"][0]["message"]["content"]
    assert whole["choices"][0]["finish_reason"] == "stop"
    shown = (await connection.request("task:get", {"taskId": whole["orchd"]["task"]}))["data"]["task"]
    assert (shown["status"], shown["result"]) == ("completed", whole["choices"][0]["message"]["content"])
    assert any(line.startswith(b": task ") for line in streamed.split(b"\n"))
    *_, piece, end = events_of(streamed)
    assert end is None
    planned = (await connection.request("task:get", {"taskId": piece["orchd"]["task"]}))["data"]["task"]
    assert planned["description"] == "Be brief.\n\nMove house from A to B."
    said = [json.loads(line) for line in lines]
    assert said[0]["orchd"]["phase"].startswith("task ")
    assert "".join(line["message"]["content"] for line in said)
    assert (said[-1]["done"], said[-1]["done_reason"]) == (True, "stop")
    told = [(answer.status_code, answer.json()["error"]["param"]) for answer in [*wrong, text]]
    assert (unread.status_code, unread.json()["error"]["param"]) == (400, "audio")
    assert told == [(400, "tools"), (400, "n"), (404, "model"), (400, "messages"), (400, "model")]


async def test_a_task_ends_with_its_reader(place: App, simulator: RunningSimulator) -> None:
    connection = await place.connect()
    await connection.request("task:list:subscribe", {})

    async def ask(scope: trio.CancelScope) -> None:
        with scope:
            async with httpx.AsyncClient(base_url=place.url, timeout=60) as http:
                await http.post("/v1/chat/completions", json=question("Wait. [[simulate: silence=60]]"))

    with trio.fail_after(60):
        async with trio.open_nursery() as nursery:
            scope = trio.CancelScope()
            nursery.start_soon(ask, scope)
            await connection.until_type("task:changed")
            await simulator.until(lambda stats: stats.running > 0)
            scope.cancel()
        await simulator.until(lambda stats: stats.running == 0)
        (task,) = (await connection.request("task:list", {}))["data"]["items"]
    assert task["status"] == "cancelled"


async def test_who_waits_for_a_task_is_told_that_the_daemon_stops_and_the_next_one_goes_on(
    app: StartApp, simulator: RunningSimulator, tmp_path: Path
) -> None:
    settings = make_settings(tmp_path, BackendSettings(url=simulator.url, name="one"), grace_seconds=0.1)
    settings = msgspec.structs.replace(settings, task=UNBRAKED, gateway=GatewaySettings(tasks=True))
    first = await app.start(settings)
    answers: dict[str, httpx.Response] = {}

    async def ask(name: str, path: str, *, stream: bool) -> None:
        answers[name] = await http.post(path, json=question("Wait. [[simulate: silence=60]]", stream=stream))

    with trio.fail_after(60):
        async with httpx.AsyncClient(base_url=first.url, timeout=60) as http, trio.open_nursery() as nursery:
            nursery.start_soon(partial(ask, "streamed", "/v1/chat/completions", stream=True))
            nursery.start_soon(partial(ask, "whole", "/v1/chat/completions", stream=False))
            nursery.start_soon(partial(ask, "lines", "/api/chat", stream=True))
            await simulator.until(lambda stats: stats.running >= 3)
            await first.stop()
        streamed, whole, lines = (answers[name] for name in ("streamed", "whole", "lines"))
        *_, error = events_of(streamed.content)
        last = json.loads(lines.content.splitlines()[-1])
        assert error["error"]["code"] == last["code"] == "shutting_down"
        assert (whole.status_code, whole.json()["error"]["code"]) == (503, "shutting_down")
        second = await (await app.start(settings)).connect()
        tasks = (await second.request("task:list", {}))["data"]["items"]
    assert whole.headers["X-Should-Retry"] == "false"
    told = [error["error"]["details"]["taskId"], whole.json()["error"]["details"]["taskId"]]
    assert {*told} < {task["id"] for task in tasks}
    assert not [task for task in tasks if task["status"] in ("cancelled", "failed")]


async def test_tasks_are_no_models_unless_somebody_says_so(app: StartApp, start_simulator: StartSimulator) -> None:
    one = await app((await start_simulator()).url)
    async with httpx.AsyncClient(base_url=one.url) as http:
        assert "task" not in (await http.get("/v1/models")).text
        refused = await http.post("/v1/chat/completions", json=question())
    assert (refused.status_code, refused.json()["error"]["param"]) == (404, "model")
