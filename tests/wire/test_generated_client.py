"""The generated client in Python and a real daemon: as a program would use it, on Trio and on asyncio."""

import json
import random
import sys
from contextlib import suppress
from functools import partial
from pathlib import Path
from subprocess import PIPE
from typing import Any

import pytest
import trio

from tests.examples import examples
from tests.fix_daemon import App, StartApp, StartDaemon
from tests.fix_simulator import RunningSimulator
from tests.test_readme import run

ADDRESS = "ws://127.0.0.1:3001/ws"
LOOPS = pytest.mark.parametrize("loop", ["trio", "asyncio"])
PROGRAM = """
import json, sys
sys.path.insert(0, {folder!r})
import anyio
from orchd_client import *
from orchd_client import errors, types

URL = {url!r}
told = {{}}

{body}

anyio.run(main, backend={loop!r})
print(json.dumps(told))
"""


async def said(body: str, url: str, folder: Path, loop: str, directory: Path) -> dict[str, Any]:
    """What a program notes in `told`."""
    program = directory / "program.py"
    program.write_text(PROGRAM.format(folder=str(folder), url=url, body=body, loop=loop), encoding="utf-8")
    told: dict[str, Any] = json.loads((await run([sys.executable, str(program)], directory)).splitlines()[-1])
    return told


class RandomCuts:
    """Stands between a client and a daemon, and resets connections after some bytes of the daemon, so many times."""

    def __init__(self, daemon: App, cuts: int, rng: random.Random) -> None:
        self.url = ""
        self.cuts = 0
        self._port = int(daemon.url.rpartition(":")[2])
        self._left, self._rng = cuts, rng

    async def run(self, *, task_status: trio.TaskStatus[None]) -> None:
        (listener,) = await trio.open_tcp_listeners(0, host="127.0.0.1")
        self.url = f"ws://127.0.0.1:{listener.socket.getsockname()[1]}/ws"
        task_status.started()
        await trio.serve_listeners(self._serve, [listener])

    async def _serve(self, client: trio.SocketStream) -> None:
        room = self._rng.randrange(700, 2500) if self.cuts else 4000  # the first one: until the answer has begun
        daemon = await trio.open_tcp_stream("127.0.0.1", self._port)
        async with client, daemon, trio.open_nursery() as nursery:
            nursery.start_soon(self._up, client, daemon)
            with suppress(trio.BrokenResourceError, trio.ClosedResourceError):
                async for data in daemon:
                    if self._left > 0 and len(data) >= room:
                        await client.send_all(data[:room])
                        self._left, self.cuts = self._left - 1, self.cuts + 1
                        break
                    room -= len(data)
                    await client.send_all(data)
            nursery.cancel_scope.cancel()

    async def _up(self, client: trio.SocketStream, daemon: trio.SocketStream) -> None:
        with suppress(trio.BrokenResourceError, trio.ClosedResourceError):
            async for data in client:
                await daemon.send_all(data)
            await daemon.send_eof()


USUAL = """
async def main():
    async with connect(URL) as client:
        told["protocol"] = client.ready.protocol
        async with client.chat.send(message="Hello!") as answer:
            told["text"] = "".join([chunk.text async for chunk in answer if chunk.channel == "content"])
        told["content"], told["status"] = answer.message.content, answer.message.status
        told["question"] = answer.question.content
        told["again"] = (await client.chat.send(message="Again")).status
        task = (await client.task.create(title="Tidy up", description="The desk")).task
        async with client.task.subscribe(task_id=task.id) as followed:
            await client.task.update(task_id=task.id, title="Tidy up well")
            async for event in followed:
                if isinstance(event, types.TaskUpdated) and event.task.title == "Tidy up well":
                    told["title"] = event.task.title
                    break
        try:
            await client.task.get(task_id=task.id + 1)
        except errors.NotFoundError as error:
            told["error"] = [error.code, error.retryable, error.path]
        try:
            await client.task.create(title="")
        except RequestError as error:
            told["invalid"] = [error.code, error.path]
        async with client.monitoring.subscribe(interval_ms=1000) as metrics:
            async for event in metrics:
                told["cores"] = event.cpu.cores
                break
        try:
            await client.chat.send(message="x" * 2_000_000)
        except FrameTooLongError:
            told["long"] = True
"""


@LOOPS
async def test_what_the_readme_promises(
    app: StartApp, simulator: RunningSimulator, generated_folder: Path, loop: str, tmp_path: Path
) -> None:
    one = await app(simulator.url)
    told = await said(USUAL, one.ws_url, generated_folder, loop, tmp_path)
    assert told["protocol"] == "orchd.v1"
    assert told["text"] == told["content"] != ""
    assert (told["status"], told["again"], told["question"]) == ("complete", "complete", "Hello!")
    assert told["title"] == "Tidy up well"
    assert told["error"] == ["not_found", False, "$.data.taskId"]
    assert told["invalid"] == ["invalid", "$.data.title"]
    assert told["cores"] is None or told["cores"] > 0
    assert told["long"]


CUT = """
async def main():
    async with connect(URL) as client:
        parts = []
        async with client.chat.send(message="[[simulate: tokens=600,interval=0.01]]") as answer:
            async for chunk in answer:
                if not chunk.recovered:
                    parts.clear()
                parts.append((chunk.channel, chunk.text))
        told["text"] = "".join(text for channel, text in parts if channel == "content")
        told["status"] = answer.message.status
        history = await client.chat.history(conversation_id=answer.message.conversation_id)
        told["stored"] = history.messages[-1].content
"""


@LOOPS
async def test_an_answer_is_whole_however_often_the_connection_is_cut(
    app: StartApp, simulator: RunningSimulator, generated_folder: Path, loop: str, tmp_path: Path
) -> None:
    one = await app(simulator.url)
    proxy = RandomCuts(one, examples(40), random.Random(loop))
    async with trio.open_nursery() as nursery:
        await nursery.start(proxy.run)
        told = await said(CUT, proxy.url, generated_folder, loop, tmp_path)
        nursery.cancel_scope.cancel()
    assert proxy.cuts >= 3
    assert told["text"] == told["stored"]
    assert len(told["stored"]) > 1000
    assert told["status"] == "complete"


LEFT = """
async def main():
    async with connect(URL) as client:
        async with client.chat.send(message="[[simulate: tokens=5000,interval=0.05]]") as answer:
            async for chunk in answer:
                break
        with anyio.fail_after(30):
            while True:
                history = await client.chat.history(conversation_id=answer.question.conversation_id)
                if history.messages[-1].status != "streaming":
                    break
                await anyio.sleep(0.05)
        told["status"] = history.messages[-1].status
        with anyio.move_on_after(0.3) as scope:
            await client.chat.send(message="[[simulate: tokens=5000,interval=0.05]]")
        told["cancelled"] = scope.cancelled_caught
        try:
            async with client.chat.send(message="[[simulate: tokens=5000,interval=0.05]]") as answer:
                raise KeyError("mine")
        except KeyError:
            told["mine"] = True
        told["model"] = (await client.ping()).timestamp
"""


@LOOPS
async def test_leaving_the_block_cancels(
    app: StartApp, simulator: RunningSimulator, generated_folder: Path, loop: str, tmp_path: Path
) -> None:
    one = await app(simulator.url)
    told = await said(LEFT, one.ws_url, generated_folder, loop, tmp_path)
    assert told["status"] == "cancelled"
    assert told["cancelled"]
    assert told["mine"], "what the block raises comes out as it is"


FOLLOWED = """
async def main():
    async with connect(URL) as client, connect({direct!r}) as other:
        async with client.conversation.subscribe() as followed:
            first = await other.conversation.create(title="first")
            async for event in followed:
                told["first"] = event.item.title
                break
            told["cut"] = (await client.ping()).timestamp != ""
            for number in range(40):
                await other.conversation.create(title=f"more {{number}}")
            titles = []
            async for event in followed:
                titles.append("gap" if isinstance(event, ChangeGap) else event.item.title)
                if titles[-1] == "more 39":
                    break
            told["titles"] = titles
"""


@LOOPS
async def test_a_subscription_misses_nothing_when_the_connection_is_cut(
    app: StartApp, simulator: RunningSimulator, generated_folder: Path, loop: str, tmp_path: Path
) -> None:
    one = await app(simulator.url)
    proxy = RandomCuts(one, 6, random.Random(loop))
    async with trio.open_nursery() as nursery:
        await nursery.start(proxy.run)
        body = FOLLOWED.format(direct=one.ws_url)
        told = await said(body, proxy.url, generated_folder, loop, tmp_path)
        nursery.cancel_scope.cancel()
    assert told["first"] == "first"
    assert proxy.cuts >= 2
    assert told["titles"] == [f"more {number}" for number in range(40)]


REFUSED = """
async def main():
    for name, url, token in (
        ("token", URL, "orchd_pat_" + "x" * 43),
        ("page", URL.replace("/ws", "/healthz"), None),
        ("nobody", "ws://127.0.0.1:9/ws", None),
    ):
        try:
            async with connect(url, token=token) as client:
                told[name] = "connected"
        except OrchdError as error:
            told[name] = type(error).__name__
    for url in ("http://127.0.0.1/ws", "ws://name:word@127.0.0.1/ws"):
        try:
            async with connect(url):
                told["address"] = "connected"
        except ValueError:
            told["address"] = "refused"
"""


@LOOPS
async def test_what_cannot_be_connected_to_says_why(
    app: StartApp, simulator: RunningSimulator, generated_folder: Path, loop: str, tmp_path: Path
) -> None:
    one = await app(simulator.url)
    told = await said(REFUSED, one.ws_url, generated_folder, loop, tmp_path)
    assert told["token"] == "UnauthorizedError"
    assert told["page"] == "NotADaemonError"
    assert told["nobody"] in ("DisconnectedError", "ClosedError")
    assert told["address"] == "refused"


RESTARTED = """
async def main():
    async with connect(URL) as client:
        async with client.chat.send(message="[[simulate: tokens=4000,interval=0.05]]") as answer:
            parts, recovered = [], True
            async for chunk in answer:
                if not chunk.recovered:
                    recovered = False
                    parts.clear()
                parts.append(chunk.text)
                if len(parts) == 5:
                    print("begun", flush=True)
        told["recovered"], told["text"] = recovered, "".join(parts)
        told["status"], told["content"] = answer.message.status, answer.message.content
"""


async def test_a_restart_of_the_daemon_is_told_and_the_text_begins_anew(
    daemon: StartDaemon, simulator: RunningSimulator, generated_folder: Path, tmp_path: Path, free_port: int
) -> None:
    one = await daemon(simulator.url, port=free_port)
    program = tmp_path / "program.py"
    text = PROGRAM.format(folder=str(generated_folder), url=one.ws_url, body=RESTARTED, loop="asyncio")
    program.write_text(text, encoding="utf-8")
    with trio.fail_after(120):
        async with trio.open_nursery() as nursery:
            start = partial(trio.run_process, [sys.executable, str(program)], stdout=PIPE)
            process: trio.Process = await nursery.start(start)
            assert process.stdout is not None
            lines = b""
            async for data in process.stdout:
                lines += data
                if lines.endswith(b"begun\n"):
                    await one.kill()
                    await one.start()
    told = json.loads(lines.decode().splitlines()[-1])
    assert told["recovered"] is False
    assert told["text"] == told["content"] != ""
    assert told["status"] == "interrupted"
