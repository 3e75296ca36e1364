"""The composition: what `serve` does that no single room does. Conversations with it are in tests/wire."""

import gc
import io
import json
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
import trio
import trio.testing

from orchd import __version__
from orchd import app as composition
from orchd.app import schema_text, serve
from orchd.config import BackendSettings, ModelSettings, Settings
from orchd.errors import StartError
from orchd.llm import servers
from orchd.stopping import Stopping
from tests.fix_daemon import Listening, StartApp, make_settings, running_tasks
from tests.fix_simulator import RunningSimulator
from tests.wire.client import HANG_SECONDS

NOBODY = "http://127.0.0.1:9"


async def test_the_pages(app: StartApp, simulator: RunningSimulator) -> None:
    one = await app(BackendSettings(simulator.url, name="sim"))
    await (await one.connect()).chat("[[simulate: tokens=1]]")
    assert (await one.get("/healthz")).json() == {"status": "ok"}
    ready = await one.get("/readyz")
    assert ready.status_code == 200
    report = ready.json()
    assert (report["ready"], report["stopping"]) == (True, False)
    assert report["database"] == {"ok": True, "kind": "sqlite", "reason": None}
    (backend,) = report["backends"]
    assert (backend["name"], backend["kind"], backend["ok"]) == ("sim", "lmstudio", True)
    version = (await one.get("/version")).json()
    assert version.items() >= {"name": "orchd", "version": __version__, "protocol": "orchd.v1"}.items()
    front = await one.get("/")
    assert front.headers["content-type"].startswith("text/html")
    assert (await one.get("/nothing")).status_code == 404
    assert (await one.get("/ws")).status_code == 426


async def test_the_schema_is_served_as_it_is_printed(app: StartApp) -> None:
    served = await (await app(NOBODY)).get("/protocol.schema.json")
    assert served.json() == json.loads(schema_text())


async def test_readiness_says_that_it_stops(app: StartApp, simulator: RunningSimulator) -> None:
    one = await app(simulator.url, grace_seconds=HANG_SECONDS)
    client = await one.connect()
    request_id, _ = await client.started("[[simulate: stall_after=1]]")
    status = await keep_alive(one, begin_stop=one.begin_stop)
    assert status.startswith(b"HTTP/1.1 503")
    assert b'"stopping": true' in status
    await client.request("cancel", {"id": request_id})


async def keep_alive(one: Listening, begin_stop: Callable[[], None]) -> bytes:
    """Ask for `/readyz` twice on one connection, since no new one is accepted once it stops."""
    request = b"GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with trio.fail_after(HANG_SECONDS):
        stream = await trio.open_tcp_stream("127.0.0.1", int(one.url.rpartition(":")[2]))
        async with stream:
            await stream.send_all(request)
            assert (await stream.receive_some(65_536)).startswith(b"HTTP/1.1 200")
            begin_stop()
            await trio.testing.wait_all_tasks_blocked(0.01)
            await stream.send_all(request)
            return bytes(await stream.receive_some(65_536))


def with_demo(settings: Settings) -> Settings:
    return msgspec.structs.replace(settings, models=ModelSettings(demo=True))


async def test_the_demo_answers_where_no_real_server_is_known(
    app: StartApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(servers, "SEARCHED", (NOBODY,))
    client = await (await app.start(with_demo(make_settings(tmp_path)))).connect()
    answer = await client.chat("Hello", params={"maxTokens": 2})
    assert (answer["status"], answer["model"]) == ("complete", "simulated")


async def test_the_demo_never_answers_for_a_real_server_that_is_away(app: StartApp, tmp_path: Path) -> None:
    client = await (await app.start(with_demo(make_settings(tmp_path, NOBODY)))).connect()
    refused = await client.request("chat:send", {"message": "Hello"})
    assert refused["data"]["code"] == "unavailable"
    answer = await client.chat("Hello", model="simulated", params={"maxTokens": 2})
    assert answer["status"] == "complete", "who asks for it by name gets it"


async def test_a_default_model_answers_conversations_that_name_none(
    app: StartApp, simulator: RunningSimulator, tmp_path: Path
) -> None:
    models = ModelSettings(default="simulated-reasoning")
    settings = msgspec.structs.replace(make_settings(tmp_path, simulator.url), models=models)
    client = await (await app.start(settings)).connect()
    assert (await client.chat("[[simulate: tokens=1]]"))["model"] == "simulated-reasoning"
    asked = await client.chat("[[simulate: tokens=1]]", model="simulated-small")
    assert asked["model"] == "simulated-small"
    again = await client.chat("[[simulate: tokens=1]]", conversationId=asked["conversationId"])
    assert again["model"] == "simulated-small"


async def test_a_port_in_use_is_a_start_error(app: StartApp, tmp_path: Path) -> None:
    taken = await app(NOBODY)
    port = int(taken.url.rpartition(":")[2])
    with pytest.raises(StartError, match=f"can't listen on 127.0.0.1:{port}"):
        await serve(make_settings(tmp_path / "other", NOBODY, port=port), io.StringIO(), Stopping())


async def test_stopping_leaves_no_task_behind(app: StartApp, simulator: RunningSimulator) -> None:
    one = await app(simulator.url)
    client = await one.connect()
    await client.chat("[[simulate: tokens=1]]")
    await one.stop()
    assert await client.wait_closed() == 1001
    await simulator.until(lambda stats: stats.connections == 0)
    before = running_tasks()
    for _ in range(3):
        await one.start()
        await one.connect()
        await one.stop()
    await simulator.until(lambda stats: stats.connections == 0)
    assert running_tasks() == before


def test_the_schema_text_is_json_with_both_roots() -> None:
    definitions = json.loads(schema_text())["$defs"]
    assert {"ClientFrame", "ServerFrame"} <= definitions.keys()


def test_what_is_loaded_is_not_looked_through_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    frozen: list[int] = []
    monkeypatch.setattr("orchd.app.trio.run", lambda *args: frozen.append(gc.get_freeze_count()))
    try:
        assert composition.run(make_settings(tmp_path), listen_line=io.StringIO()) == 0
    finally:
        gc.unfreeze()
    assert frozen[0] > 10_000
