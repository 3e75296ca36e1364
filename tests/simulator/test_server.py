"""Routes, the key, and the simulator's own life."""

import pytest
import trio

from orchd.errors import StartError
from orchd.simulator import Simulator, SimulatorConfig, demo, serve_forever
from tests.fix_simulator import RunningSimulator, StartSimulator, chat_body


async def test_the_greeting(simulator: RunningSimulator) -> None:
    assert await simulator.get("/lmstudio-greeting") == {"lmstudio": True, "simulated": True}


@pytest.mark.parametrize("path", ["/", "/health", "/v1/models/load", "/v1/chat", "/api/version", "/simulator/none"])
async def test_unknown_paths_are_answered_200_with_an_error(simulator: RunningSimulator, path: str) -> None:
    assert await simulator.get(path) == {"error": f"Unexpected endpoint or method. (GET {path})"}
    assert (await simulator.post(path, {})).status_code == 200


async def test_the_query_is_no_part_of_the_path(simulator: RunningSimulator) -> None:
    assert "data" in await simulator.get("/v1/models?limit=3")


async def test_header_faults_hold_for_any_path(simulator: RunningSimulator) -> None:
    assert (await simulator.post("/v1/models", {}, x_simulate="status=503")).status_code == 503


async def test_stats_and_reset_over_http(simulator: RunningSimulator) -> None:
    await simulator.ask("Hello")
    stats = await simulator.get("/simulator/stats")
    assert stats["paths"] == {"/v1/chat/completions": 1}
    assert (stats["requests"], stats["completed"], stats["running"], stats["lastAbortMs"]) == (1, 1, 0, None)
    assert stats["models"]["simulated-small"]["requests"] == 1
    await simulator.post("/simulator/reset", {})
    assert (await simulator.get("/simulator/stats"))["requests"] == 0


async def test_a_key_is_asked_for_when_one_is_set(start_simulator: StartSimulator) -> None:
    simulator = await start_simulator(api_key="sk-lm-simulated")
    refused = await simulator.ask("Hello")
    assert (refused.status_code, refused.json()["error"]["code"]) == (401, "invalid_api_key")
    path, body = "/v1/chat/completions", chat_body("Hello")
    assert (await simulator.post(path, body, authorization="Bearer sk-lm-simulated")).status_code == 200
    assert (await simulator.get("/lmstudio-greeting"))["lmstudio"]


async def test_it_serves_on_given_listeners() -> None:
    listeners = await trio.open_tcp_listeners(0, host="127.0.0.1")
    async with trio.open_nursery() as nursery:
        url = await nursery.start(Simulator(SimulatorConfig(port=1)).serve, listeners)
        assert url == f"http://127.0.0.1:{listeners[0].socket.getsockname()[1]}"
        nursery.cancel_scope.cancel()


async def test_stopping_ends_running_streams() -> None:
    simulator = Simulator(SimulatorConfig(port=0))
    async with trio.open_nursery() as clients:
        async with trio.open_nursery() as nursery:
            running = RunningSimulator(simulator, await nursery.start(simulator.serve))
            clients.start_soon(running.stream, "Hello [[simulate: interval=600]]")
            await running.until(lambda stats: stats.running == 1)
            nursery.cancel_scope.cancel()
        stats = simulator.stats()
    assert (stats.running, stats.connections, stats.aborted, stats.completed) == (0, 0, 0, 0)


async def test_the_demo_has_one_slow_model(nursery: trio.Nursery) -> None:
    simulator = Simulator(demo())
    running = RunningSimulator(simulator, await nursery.start(simulator.serve))
    assert [item["id"] for item in (await running.get("/v1/models"))["data"]] == ["simulated"]
    began = trio.current_time()
    reply = await running.stream("Hello", model="simulated", max_tokens=4)
    assert trio.current_time() - began >= 0.09
    assert reply.finish_reasons == ["length"]
    nursery.cancel_scope.cancel()


async def test_one_line_says_where_it_listens(capsys: pytest.CaptureFixture[str]) -> None:
    async with trio.open_nursery() as nursery:
        nursery.start_soon(serve_forever, SimulatorConfig(port=0))
        line = ""
        with trio.fail_after(90):
            while not line:
                await trio.lowlevel.checkpoint()
                line = capsys.readouterr().out
        assert line.startswith("listening on http://127.0.0.1:")
        assert line.count("\n") == 1
        nursery.cancel_scope.cancel()


async def test_a_port_in_use_is_told_in_words(simulator: RunningSimulator) -> None:
    port = int(simulator.url.rpartition(":")[2])
    with pytest.raises(StartError, match=f"can't listen on 127.0.0.1:{port}"):
        await serve_forever(SimulatorConfig(port=port))
