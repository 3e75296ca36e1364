"""A daemon dies in the middle of an answer that a real llama.cpp server keeps: the next one goes on with it."""

import json
import random
import signal
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import trio

from tests.faults.matrix import KEPT, Cell
from tests.faults.scene import GatedClient, gated
from tests.fix_daemon import Daemon, StartDaemon
from tests.fix_llama import LlamaServer
from tests.fix_tell import Tell
from tests.http_client import http_client
from tests.wire.client import HANG_SECONDS

QUESTION = "Go on"
PARAMS: dict[str, object] = {"seed": 20, "temperature": 1.0, "maxTokens": 1950}
"""By these the model says the same each time, with characters that are cut in the middle: about 1800 tokens."""
BEGUN = 60
"""Characters after which an answer is well begun, and far from its end."""


class Kept:
    """A daemon whose model server keeps answers, and what an undisturbed answer is."""

    def __init__(self, nursery: trio.Nursery, daemon: Daemon, server: LlamaServer, path: Path) -> None:
        self.daemon = daemon
        self.server = server
        self.whole = ""
        self.path = path
        """The file of its database."""
        self.nursery = nursery

    async def connect(self) -> GatedClient:
        return await gated(self.nursery, self.daemon.ws_url)

    async def ask(self, client: GatedClient) -> tuple[str, int]:
        """Ask, and return the ids of the request and of the answer once its first text is there."""
        request_id = await client.send("chat:send", {"message": QUESTION, "params": PARAMS})
        first = await client.until(lambda f: f["type"] == "chat:streaming" and f.get("id") == request_id)
        return request_id, int(first["data"]["messageId"])

    async def learn(self) -> None:
        """Have the answer once without any fault."""
        client = await self.connect()
        request_id, _ = await self.ask(client)
        final = (await client.answer(request_id))[-1]["data"]
        assert (final["status"], final["usage"]["completionTokens"] > 300) == ("complete", True), final
        self.whole = str(final["content"])

    async def crash(self, moment: int, forgotten: Path | None = None) -> tuple[GatedClient, int]:
        """Kill the daemon once a client has so many characters of an answer, and start it again. `forgotten`: the file
        of its database, where the server is restarted meanwhile, too; all of the text is journalled before."""
        client = await self.connect()
        _, message_id = await self.ask(client)
        await client.until_seq(message_id, moment)
        await self.until_noted()
        await self.die(client, message_id, forgotten)
        assert self.whole.startswith(client.text(message_id))
        return client, message_id

    async def die(self, client: GatedClient, message_id: int = 0, forgotten: Path | None = None) -> None:
        """Kill the daemon and start it again. The model stands still meanwhile, so that it is still at work then."""
        self.server.process.send_signal(signal.SIGSTOP)
        try:
            if forgotten is not None:
                await self.until_silent(client, message_id)
                with trio.fail_after(HANG_SECONDS):
                    while journalled(forgotten, message_id) < client.seq(message_id):  # noqa: ASYNC110 - it tells nobody
                        await trio.sleep(0.02)
            await self.daemon.kill()
            await client.wait_closed()
            if forgotten is None:
                await self.daemon.restart()
        finally:
            self.server.process.send_signal(signal.SIGCONT)
        if forgotten is not None:
            await trio.to_thread.run_sync(self.server.restart)
            await self.daemon.restart()

    async def until_noted(self) -> None:
        """Wait until the journal has where the answer is kept."""
        with trio.fail_after(HANG_SECONDS):
            while not rows(self.path, "SELECT message_id FROM journal_stream"):  # noqa: ASYNC110 - it tells nobody
                await trio.sleep(0.01)

    async def until_silent(self, client: GatedClient, message_id: int) -> None:
        """Wait until a client has all that the daemon has of an answer."""
        seq = -1
        while seq < client.seq(message_id):
            seq = client.seq(message_id)
            await trio.sleep(0.3)

    def extent(self, text: str, seen: str) -> str:
        """How much of the answer `text` is, in the matrix's words; it may be no other one."""
        if text == seen:
            return "the text so far"
        assert self.whole.startswith(text), (self.whole[:100], text[:100])
        return "the whole text" if text == self.whole else "more text"

    async def resume(self, client: GatedClient, before: GatedClient, message_id: int) -> dict[str, Any]:
        """Resume where another connection was cut."""
        return await client.resume(message_id, before.seq(message_id), before.epoch)

    async def end(self, client: GatedClient, before: GatedClient, message_id: int) -> str:
        """What a client that has resumed sees in the end, in the matrix's words."""
        final = await client.until_final(message_id)
        seen = before.text(message_id)
        assert seen + client.text(message_id) == final["content"], "nothing is missing, and nothing is there twice"
        return f"a resume repairs it exactly; `{final['status']}`, {self.extent(final['content'], seen)}"

    async def stored(self, client: GatedClient, seen: str) -> str:
        """What is stored of the newest answer, in the matrix's words."""
        listed = (await client.request("conversation:list", {"limit": 1}))["data"]["items"]
        message = (await client.history(listed[0]["id"]))[-1]
        return f"`{message['status']}`, {self.extent(message['content'], seen)}"

    async def until_idle(self) -> None:
        """Wait until the model works on nothing."""
        async with http_client(timeout=HANG_SECONDS) as client:
            with trio.fail_after(HANG_SECONDS):
                while any(slot["is_processing"] for slot in (await client.get(f"{self.server.url}/slots")).json()):  # noqa: ASYNC110 - no event tells it
                    await trio.sleep(0.05)


def settings_for(server: LlamaServer, name: str = "llama", **more: object) -> dict[str, dict[str, object]]:
    """The settings of a daemon that asks `server`, and calls it so; `more` are the chat's."""
    return {
        "[backends]": {"url": server.url, "name": name},
        "chat": {"loopCharacters": 0, "titleSeconds": 0, **more},
        "server": {"graceSeconds": 0.3},
    }


@asynccontextmanager
async def kept(start: StartDaemon, server: LlamaServer, path: Path, nursery: trio.Nursery) -> AsyncIterator[Kept]:
    settings = settings_for(server)
    yield (found := Kept(nursery, await start(settings=settings, database=f"sqlite://{path}"), server, path))
    await found.until_idle()


async def killed_and_killed_again(play: Kept, tell: Tell) -> None:
    """All runs tell the same text at the same positions."""
    before, message_id = await play.crash(random.randint(1, len(play.whole) // 2))
    began = trio.current_time()
    between = await play.connect()
    resumed = await play.resume(between, before, message_id)
    assert resumed["recovered"], resumed
    tell(f"taking an answer up: {1000 * (trio.current_time() - began):.0f} ms until a client has what it had missed")
    await between.until_seq(message_id, before.seq(message_id) + 1)
    await play.die(between)
    again = await play.connect()
    assert (await play.resume(again, before, message_id))["recovered"]
    sees = await play.end(again, before, message_id)
    stored = await play.stored(again, before.text(message_id))
    assert Cell(f"connection lost; {sees}", stored) == KEPT["daemon: kill -9"]
    late = await play.connect()
    assert (await late.resume(message_id, between.seq(message_id), between.epoch))["recovered"], (
        "once it has ended, too"
    )
    assert before.text(message_id) + between.text(message_id) + late.text(message_id) == play.whole


async def cancelled_once_it_is_taken_up(play: Kept) -> None:
    before, message_id = await play.crash(BEGUN)
    again = await play.connect()
    resumed = await play.resume(again, before, message_id)
    assert resumed["recovered"], (resumed, play.daemon.stderr[-2500:])
    await again.until_seq(message_id, before.seq(message_id) + 1)
    play.server.process.send_signal(signal.SIGSTOP)  # it is not to come to its end before it hears of that
    request_id = await again.send("chat:cancel", {"messageId": message_id})
    play.server.process.send_signal(signal.SIGCONT)
    receipt = (await again.answer(request_id))[-1]["data"]
    assert receipt["status"] == "cancelled", receipt
    assert receipt["upstreamClosedMs"] is not None
    await play.until_idle()
    sees = await play.end(again, before, message_id)
    stored = await play.stored(again, before.text(message_id))
    row = "the same, and the answer is cancelled once it is taken up"
    assert Cell(f"connection lost; {sees}; the model stops", stored) == KEPT[row]


async def forgotten_by_the_server(play: Kept, path: Path) -> None:
    before, message_id = await play.crash(BEGUN, path)
    again = await play.connect()
    with trio.fail_after(HANG_SECONDS):
        while (await play.stored(again, before.text(message_id))).startswith("`streaming`"):  # noqa: ASYNC110 - nobody is told
            await trio.sleep(0.05)
    resumed = await play.resume(again, before, message_id)
    message = resumed["message"]
    sees = f"a resume tells the message anew: `{message['status']}`"
    sees += f", {play.extent(message['content'], before.text(message_id))}"
    stored = await play.stored(again, before.text(message_id))
    row = "the same, and the model server is started again, too"
    assert (resumed["recovered"], Cell(f"connection lost; {sees}", stored)) == (False, KEPT[row])


async def stopped_in_good_order(play: Kept) -> None:
    """Nobody may come after it: so the model is not left at work."""
    client = await play.connect()
    request_id, message_id = await play.ask(client)
    play.daemon.send_signal(signal.SIGTERM)
    final = (await client.answer(request_id))[-1]["data"]
    assert await client.wait_closed() == 1001
    text = client.text(message_id)
    assert text == final["content"]
    await play.until_idle()
    assert await play.daemon.ended() == 0
    await play.daemon.start()
    sees = f"`{final['status']}`, {play.extent(text, text)}; closed with 1001; the model stops"
    assert Cell(sees, await play.stored(await play.connect(), text)) == KEPT["daemon: SIGTERM"]


async def handed_over(play: Kept, row: str, successor: Daemon | None = None) -> None:
    """The daemon is stopped in good order, and another one goes on: `successor`, else the next one of its own."""
    client = await play.connect()
    _, message_id = await play.ask(client)
    await client.until_seq(message_id, BEGUN)
    await play.until_noted()
    play.server.process.send_signal(signal.SIGSTOP)  # it is not to come to its end within the grace
    try:
        play.daemon.send_signal(signal.SIGTERM)
        assert await client.wait_closed() == 1001
        assert await play.daemon.ended() == 0
    finally:
        play.server.process.send_signal(signal.SIGCONT)
    told = [frame["data"]["role"] for frame in client.frames if frame["type"] == "chat:message"]
    assert "assistant" not in told, "nobody is told an end"
    if successor is None:
        await play.daemon.start()
    again = await gated(play.nursery, (successor or play.daemon).ws_url)
    assert (await play.resume(again, client, message_id))["recovered"], play.daemon.stderr[-2500:]
    sees = await play.end(again, client, message_id)
    stored = await play.stored(again, client.text(message_id))
    assert Cell(f"closed with 1001; {sees}", stored) == KEPT[row]


class Program:
    """A program that asks for an answer by HTTP, and has it kept in a conversation. `text` is what it has of it."""

    def __init__(self, play: Kept) -> None:
        self.text = ""
        self.code = ""
        """Of the error that has ended it."""
        self.lost = False
        self.begun = trio.Event()
        self.over = trio.Event()
        self._play = play

    async def ask(self) -> None:
        """Ask, and read until the end, or until the connection is lost."""
        asked = {"seed": PARAMS["seed"], "temperature": 1.0, "max_tokens": PARAMS["maxTokens"], "stream": True}
        body = {**asked, "messages": [{"role": "user", "content": QUESTION}]}
        url, headers = f"{self._play.daemon.url}/v1/chat/completions", {"X-Orchd-Conversation": "new"}
        async with http_client(timeout=HANG_SECONDS) as client:
            try:
                async with client.stream("POST", url, json=body, headers=headers) as reply:
                    async for line in reply.aiter_lines():
                        self._take(line)
            except httpx.TransportError:
                self.lost = True
        self.over.set()

    def _take(self, line: str) -> None:
        data = line.removeprefix("data: ")
        if not data.startswith("{"):
            return
        told = json.loads(data)
        self.code = told.get("error", {}).get("code", "")
        self.text += "".join(choice["delta"].get("content") or "" for choice in told.get("choices", []))
        if len(self.text) >= BEGUN:
            self.begun.set()

    async def ended(self) -> str:
        """What is stored of the answer once it has ended, in the matrix's words."""
        client = await self._play.connect()
        with trio.fail_after(HANG_SECONDS):
            while (stored := await self._play.stored(client, self.text)).startswith("`streaming`"):  # noqa: ASYNC110 - nobody is told
                await trio.sleep(0.05)
        return stored


async def killed_before_a_program(play: Kept) -> None:
    program = Program(play)
    play.nursery.start_soon(program.ask)
    await program.begun.wait()
    await play.until_noted()
    play.server.process.send_signal(signal.SIGSTOP)
    try:
        await play.daemon.kill()
        await program.over.wait()
        await play.daemon.restart()
    finally:
        play.server.process.send_signal(signal.SIGCONT)
    assert (program.lost, play.whole.startswith(program.text)) == (True, True), program.text
    row = "daemon: kill -9, while it answers a program that keeps its answer"
    assert Cell("connection lost", await program.ended()) == KEPT[row]


async def stopped_before_a_program(play: Kept) -> None:
    program = Program(play)
    play.nursery.start_soon(program.ask)
    await program.begun.wait()
    await play.until_noted()
    play.server.process.send_signal(signal.SIGSTOP)
    try:
        play.daemon.send_signal(signal.SIGTERM)
        await program.over.wait()
        assert await play.daemon.ended() == 0
        await play.daemon.restart()
    finally:
        play.server.process.send_signal(signal.SIGCONT)
    assert (program.lost, play.whole.startswith(program.text)) == (False, True), program.text
    row = "daemon: SIGTERM with `chat.handOver`, while it does"
    assert Cell(f"the text so far, `{program.code}`", await program.ended()) == KEPT[row]


async def test_answers_outlive_the_daemon(
    daemon: StartDaemon, llama_server: LlamaServer, tmp_path: Path, nursery: trio.Nursery, tell: Tell
) -> None:
    path = tmp_path / "kept.db"
    async with kept(daemon, llama_server, path, nursery) as play:
        await play.learn()
        await killed_and_killed_again(play, tell)
        await cancelled_once_it_is_taken_up(play)
        await forgotten_by_the_server(play, path)
        await stopped_in_good_order(play)
        settings = settings_for(llama_server, "otherwise", handOver=True)
        successor = await daemon(settings=settings, database=f"sqlite://{path}", data="next")
        await handed_over(play, "daemon: SIGTERM, and another one uses the database", successor)
        play.daemon = successor
        await handed_over(play, "daemon: SIGTERM with `chat.handOver`, and another start")
        assert [line["level"] for line in play.daemon.log("answer left to the next daemon")] == ["info"]
        await killed_before_a_program(play)
        await stopped_before_a_program(play)


@pytest.mark.drill
async def test_answers_outlive_the_daemon_again_and_again(
    daemon: StartDaemon, llama_server: LlamaServer, tmp_path: Path, nursery: trio.Nursery, tell: Tell
) -> None:
    async with kept(daemon, llama_server, tmp_path / "kept.db", nursery) as play:
        await play.learn()
        for _ in range(10):
            await killed_and_killed_again(play, tell)
            await cancelled_once_it_is_taken_up(play)


def journalled(path: Path, message_id: int) -> int:
    """How many characters the journal has of an answer. (SQLite's own `length` ends at a NUL.)"""
    query = "SELECT text FROM journal WHERE message_id = ?"
    return sum(len(text) for (text,) in rows(path, query, message_id))


def rows(path: Path, query: str, *values: int) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(path, timeout=HANG_SECONDS)
    try:
        return connection.execute(query, values).fetchall()
    finally:
        connection.close()
