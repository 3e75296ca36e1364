"""The clients that docs/clients.md shows are run as they stand, but for the address, over connections that are cut."""

import json
import re
import sys
from contextlib import suppress
from pathlib import Path

import pytest
import trio

from orchd.protocol.schema.shape import objects
from tests.fix_daemon import App, StartApp
from tests.fix_simulator import RunningSimulator
from tests.fix_typescript import Node
from tests.house.source import ROOT
from tests.test_readme import ADDRESS, only_answer, run
from tests.wire_schema import published

TEXT = (ROOT / "docs" / "clients.md").read_text(encoding="utf-8")

TEXT_FRAME = 0x81

CUTS = (1, 2, 4, 2)
"""Frames that each connection gives before it is reset: not even a pong; no word of the answer, though the question was
stored; some of it; some more."""


def example(language: str) -> str:
    """The one fenced block of that language that is a whole program."""
    blocks = re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)
    (block,) = [block for block in blocks if ADDRESS in block]
    return str(block)


def example_of_a_written_client(language: str) -> str:
    """The one fenced block of that language that uses a client that orchd has written."""
    blocks = re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)
    (block,) = [block for block in blocks if "connect()" in block]
    return str(block)


class CuttingProxy:
    """Stands between a client and a daemon, and resets the first connections after so many frames of the daemon."""

    def __init__(self, daemon: App, cuts: tuple[int, ...]) -> None:
        self.url = ""
        self.connections = 0
        self._port = int(daemon.url.rpartition(":")[2])
        self._cuts = cuts

    async def run(self, *, task_status: trio.TaskStatus[None]) -> None:
        (listener,) = await trio.open_tcp_listeners(0, host="127.0.0.1")
        self.url = f"ws://127.0.0.1:{listener.socket.getsockname()[1]}/ws"
        task_status.started()
        await trio.serve_listeners(self._serve, [listener])

    async def _serve(self, client: trio.SocketStream) -> None:
        number, self.connections = self.connections, self.connections + 1
        frames = self._cuts[number] if number < len(self._cuts) else None
        daemon = await trio.open_tcp_stream("127.0.0.1", self._port)
        async with client, daemon, trio.open_nursery() as nursery:
            nursery.start_soon(self._up, client, daemon)
            with suppress(trio.BrokenResourceError):
                await self._down(daemon, client, frames)
            nursery.cancel_scope.cancel()

    async def _up(self, client: trio.SocketStream, daemon: trio.SocketStream) -> None:
        with suppress(trio.BrokenResourceError):
            async for data in client:
                await daemon.send_all(data)
            await daemon.send_eof()

    async def _down(self, daemon: trio.SocketStream, client: trio.SocketStream, frames: int | None) -> None:
        """Hand on what the daemon says, up to the last frame that is allowed; ends when one more has come."""
        waiting, length_of = b"", head_length
        async for data in daemon:
            waiting += data
            while 0 < (length := length_of(waiting)) <= len(waiting):
                text = length_of is frame_length and waiting[0] == TEXT_FRAME
                if text and frames is not None:
                    if frames == 0:
                        return
                    frames -= 1
                await client.send_all(waiting[:length])
                waiting, length_of = waiting[length:], frame_length


def head_length(data: bytes) -> int:
    """The length of the answer to the handshake, 0 when its end has not come."""
    return data.find(b"\r\n\r\n") + 4 if b"\r\n\r\n" in data else 0


def frame_length(data: bytes) -> int:
    """The length of the first frame of a server, 0 when that is not known yet."""
    if len(data) < 10 and (len(data) < 2 or data[1] > 125):
        return 0
    if data[1] == 126:
        return 4 + int.from_bytes(data[2:4])
    return 10 + int.from_bytes(data[2:10]) if data[1] == 127 else 2 + data[1]


def test_the_keywords_of_our_own_are_all_named() -> None:
    told = re.search(r"`KEYWORDS` is `(\[.*?\])`", TEXT)
    assert told is not None
    used = {key for node in objects(published()) for key in node if key.startswith("x-") or key == "tsType"}
    assert set(json.loads(told[1])) == used


async def said(command: list[str], suffix: str, language: str, one: App, directory: Path) -> str:
    """What the example prints when its connection is cut again and again."""
    proxy = CuttingProxy(one, CUTS)
    async with trio.open_nursery() as nursery:
        await nursery.start(proxy.run)
        program = directory / f"client.{suffix}"
        program.write_text(example(language).replace(ADDRESS, proxy.url), encoding="utf-8")
        printed = await run([*command, str(program)], directory)
        nursery.cancel_scope.cancel()
    assert proxy.connections == len(CUTS) + 1
    return printed


async def test_the_python_client_loses_nothing(app: StartApp, simulator: RunningSimulator, tmp_path: Path) -> None:
    one = await app(simulator.url)
    assert await said([sys.executable], "py", "python", one, tmp_path) == await only_answer(one)


async def test_the_javascript_client_loses_nothing(
    app: StartApp, simulator: RunningSimulator, node: Node, tmp_path: Path
) -> None:
    one = await app(simulator.url)
    assert await said([node.program], "mjs", "javascript", one, tmp_path) == await only_answer(one)


async def test_the_client_that_is_written_in_python_is_used_so(
    app: StartApp, simulator: RunningSimulator, generated_folder: Path, tmp_path: Path
) -> None:
    one = await app(simulator.url)
    text = example_of_a_written_client("python").replace("connect()", f'connect("{one.ws_url}")')
    (tmp_path / "use.py").write_text(f"import sys\nsys.path.insert(0, {str(generated_folder)!r})\n{text}")
    printed = await run([sys.executable, str(tmp_path / "use.py")], tmp_path)
    await is_used_so(one, printed, "not_found: there is no such conversation $.data.conversationId")


async def test_the_client_that_is_written_in_typescript_is_used_so(
    app: StartApp, simulator: RunningSimulator, typescript_folder: Path, node: Node, tmp_path: Path
) -> None:
    one = await app(simulator.url)
    text = example_of_a_written_client("ts").replace("connect()", f'connect("{one.ws_url}")')
    program = typescript_folder / "example.ts"
    program.write_text(text.replace("@orchd/client", "./src/index.ts"), encoding="utf-8")
    printed = await run([node.program, str(program)], tmp_path)
    await is_used_so(one, printed, "there is no such conversation $.data.conversationId")


async def is_used_so(one: App, printed: str, refusal: str) -> None:
    """Check that an example has shown a refusal, the answer that is stored, and a change that it was told of."""
    client = await one.connect()
    questions = (await client.request("conversation:list"))["data"]["items"]
    _, answer = await client.history(questions[-1]["id"])
    assert refusal in printed.splitlines()
    assert answer["content"] in printed
    assert "created Ada" in printed.splitlines()


@pytest.mark.parametrize("language", ["python", "javascript"])
async def test_a_refusal_is_told(app: StartApp, language: str, node: Node, tmp_path: Path) -> None:
    command, suffix = ([sys.executable], "py") if language == "python" else ([node.program], "mjs")
    one = await app("http://127.0.0.1:9")
    program = tmp_path / f"client.{suffix}"
    text = example(language).replace(ADDRESS, one.ws_url).replace('"Hello!"', '" "')
    program.write_text(text, encoding="utf-8")
    with trio.fail_after(90):
        done = await trio.run_process([*command, str(program)], capture_stderr=True, check=False)
    assert done.returncode != 0
    assert b"invalid: " in done.stderr
