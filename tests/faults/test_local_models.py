"""However the daemon ends, no process of a model stays behind."""

import signal

import psutil
import pytest

from tests.fix_command import RunCommand
from tests.fix_daemon import Daemon, StartDaemon
from tests.fix_local import Shelve, gone, model_processes


@pytest.fixture
async def loaded(daemon: StartDaemon, shelve: Shelve) -> tuple[Daemon, list[psutil.Process]]:
    """A daemon that runs a model in the middle of an answer, and the model's process."""
    local = {"models": [str(shelve("a"))], "contextTokens": 2048, "threads": 1}
    one = await daemon("http://127.0.0.1:9", settings={"local": local, "server": {"graceSeconds": 0}})
    client = await one.connect()
    await client.request("model:load", {"model": "a"})
    await client.started("Hi", model="a", params={"temperature": 0.0, "maxTokens": 1_900})
    found = model_processes(one.pid)
    assert len(found) == 1
    return one, found


async def test_the_daemon_is_killed(loaded: tuple[Daemon, list[psutil.Process]]) -> None:
    one, processes = loaded
    await one.kill()
    await gone(processes)


async def test_the_daemon_is_told_to_stop(loaded: tuple[Daemon, list[psutil.Process]]) -> None:
    one, processes = loaded
    assert await one.terminate() == 0
    await gone(processes)


async def test_the_daemon_is_told_twice(daemon: StartDaemon, shelve: Shelve) -> None:
    local = {"models": [str(shelve("a"))], "contextTokens": 2048, "threads": 1}
    one = await daemon("http://127.0.0.1:9", settings={"local": local})
    client = await one.connect()
    await client.request("model:load", {"model": "a"})
    processes = model_processes(one.pid)
    request, _ = await client.started("Hi", model="a", params={"temperature": 0.0, "maxTokens": 1_900})
    one.send_signal(signal.SIGTERM)
    await client.until(lambda frame: frame["type"] == "session:closing" or frame.get("id") == request)
    one.send_signal(signal.SIGTERM)
    assert await one.ended() in (0, 130)
    await gone(processes)


def test_a_file_that_is_no_model_stops_the_start(run_command: RunCommand, shelve: Shelve) -> None:
    path = shelve() / "page.gguf"
    path.write_text("<!doctype html>")
    done = run_command("serve", "--local-model", str(path))
    assert done.returncode == 2
    assert done.stderr == (
        f"orchd: flag --local-model: `local.models` names `{path}`, which is no GGUF file; "
        "give the path of a .gguf file, or of a directory with such files\n"
    )
