"""The clients that README.md shows are run as they stand there, but for the address."""

import re
import sys
from pathlib import Path

import trio

from tests.fix_daemon import App, StartApp
from tests.fix_simulator import RunningSimulator
from tests.fix_typescript import Node
from tests.wire.client import HANG_SECONDS

README = (Path(__file__).resolve().parents[1] / "README.md").read_text(encoding="utf-8")
ADDRESS = "ws://127.0.0.1:3001/ws"


def example(language: str) -> str:
    """The one fenced block of that language."""
    (block,) = re.findall(rf"^```{language}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
    assert ADDRESS in block
    assert len(block.splitlines()) <= 16, "short enough to be read at a glance"
    return str(block)


async def run(command: list[str], directory: Path) -> str:
    """What a program prints; it must end well."""
    with trio.fail_after(HANG_SECONDS):
        done = await trio.run_process(command, capture_stdout=True, capture_stderr=True, cwd=directory, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


async def only_answer(one: App) -> str:
    """The answer of the only conversation there is."""
    client = await one.connect()
    (item,) = (await client.request("conversation:list"))["data"]["items"]
    question, answer = await client.history(item["id"])
    assert (question["content"], answer["status"]) == ("Hello!", "complete")
    return str(answer["content"])


async def test_the_python_client(app: StartApp, simulator: RunningSimulator, tmp_path: Path) -> None:
    one = await app(simulator.url)
    program = tmp_path / "client.py"
    program.write_text(example("python").replace(ADDRESS, one.ws_url), encoding="utf-8")
    assert await run([sys.executable, str(program)], tmp_path) == await only_answer(one)


async def test_the_javascript_client(app: StartApp, simulator: RunningSimulator, node: Node, tmp_path: Path) -> None:
    one = await app(simulator.url)
    program = tmp_path / "client.mjs"
    program.write_text(example("javascript").replace(ADDRESS, one.ws_url), encoding="utf-8")
    assert await run([node.program, str(program)], tmp_path) == await only_answer(one)
