"""`orchd top` against a daemon: once for scripts, and live on a terminal that it leaves as it was."""

import json
import signal

import pytest
import trio

from tests.fix_command import RunCommand
from tests.fix_daemon import App, StartApp
from tests.fix_simulator import StartSimulator
from tests.fix_terminal import StartChat

LONG = "x [[simulate: tokens=2000,interval=0.05]]"


@pytest.fixture
async def house(app: StartApp, start_simulator: StartSimulator) -> App:
    """A daemon with a model server."""
    return await app((await start_simulator()).url)


async def test_once(house: App, run_command: RunCommand) -> None:
    client = await house.connect()
    await client.send("chat:send", {"message": LONG, "model": "simulated-small"})
    await client.until_type("chat:streaming")
    told = json.loads((await trio.to_thread.run_sync(run_command, "top", "--url", house.url, "--json")).stdout)
    (item,) = told["queue"]
    assert (item["model"], item["state"]) == ("simulated-small", "running")
    assert item["tokens"] >= 1
    assert item["tokensPerSecond"] > 0
    assert told["metrics"]["daemon"]["connections"] == 2
    assert [backend["ok"] for backend in told["backends"]] == [True]
    shown = (await trio.to_thread.run_sync(run_command, "top", "--url", house.url, "--once")).stdout
    assert "simulated-small" in shown
    assert "\x1b" not in shown


async def test_it_lives_and_leaves_no_trace(house: App, start_chat: StartChat) -> None:
    screen = await start_chat(house.url, command="top")
    await screen.until("0 running   0 waiting")
    client = await house.connect()
    await client.send("chat:send", {"message": LONG, "model": "simulated-small"})
    await screen.until("simulated-small")
    await screen.until("1 running   0 waiting")
    screen.resize(40, 10)
    await screen.until(lambda one: len(one.rows) <= 10 and "1 running" in one.text)
    await screen.type("q")
    assert await screen.wait() == 0
    assert screen.raw.rstrip().endswith("\x1b[?25h\x1b[?1049l")


async def test_ctrl_c_ends_it_too_and_no_color_is_heeded(house: App, start_chat: StartChat) -> None:
    screen = await start_chat(house.url, command="top", NO_COLOR="1")
    await screen.until("MODEL SERVER")
    screen.process.send_signal(signal.SIGINT)
    assert await screen.wait() == 0
    assert screen.raw.rstrip().endswith("\x1b[?25h\x1b[?1049l")
    assert "\x1b[1m" not in screen.raw


async def test_it_waits_for_a_daemon_that_went(house: App, start_chat: StartChat) -> None:
    screen = await start_chat(house.url, command="top")
    await screen.until("MODEL SERVER")
    await house.stop()
    await screen.until("trying again")
    await screen.type("q")
    assert await screen.wait() == 0


async def test_without_a_terminal_it_says_what_to_do(run_command: RunCommand) -> None:
    refused = await trio.to_thread.run_sync(run_command, "top", "--url", "http://127.0.0.1:1")
    assert refused.returncode == 2
    assert "--once" in refused.stderr
