"""What the fault tests are played with: a model server that is told every step, clients that stop reading, a held lock.

A fault is only worth a test when it strikes at a known moment. So nothing here waits for time to pass: the model
server says a piece when the test says so, and the test goes on when the client has it.
"""

import socket
import sqlite3
import struct
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import trio
from trio_websocket import WebSocketConnection, wrap_client_stream

from orchd.storage import MysqlUrl, parse_url
from orchd.storage.mysql.mysql_connection import connect
from tests.fix_mariadb import MariaServer
from tests.fix_upstream import DONE, SSE_HEAD, Exchange, Upstream, delta, finish
from tests.wire import echo
from tests.wire.client import HANG_SECONDS, MAX_MESSAGE, Client
from tests.wire.referee import Frame

_RESET = struct.pack("ii", 1, 0)
_resumes = count(1)


class Act:
    """One answer of the model server, word by word."""

    def __init__(self) -> None:
        self.begun = trio.Event()
        self.over = trio.Event()
        self.exchange: Exchange | None = None

    async def say(self, *texts: str) -> None:
        """Send each text as a chunk."""
        await self.send(*(delta(content=text) for text in texts if text))

    async def send(self, *parts: bytes) -> None:
        """Send bytes as they are."""
        assert self.exchange is not None
        await self.exchange.send(*parts)

    async def finish(self) -> None:
        """End the answer as it should be."""
        await self.send(finish() + DONE)
        self.over.set()

    def die(self) -> None:
        """Reset the connection."""
        assert self.exchange is not None
        assert isinstance(self.exchange.stream, trio.SocketStream)
        self.exchange.stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self.over.set()

    async def left(self) -> None:
        """Wait until the daemon has let the model server go."""
        assert self.exchange is not None
        with trio.fail_after(HANG_SECONDS):
            await self.exchange.closed.wait()


class Stage:
    """Makes `upstream` play acts: each question gets the act that has its text as a name."""

    def __init__(self, upstream: Upstream) -> None:
        echo.set_up(upstream)
        upstream.script = self._play
        self._acts: dict[str, Act] = {}

    def act(self, name: str) -> Act:
        """The act of that name."""
        return self._acts.setdefault(name, Act())

    async def cue(self, name: str) -> Act:
        """The act of that name, once the daemon has asked for it."""
        act = self.act(name)
        with trio.fail_after(HANG_SECONDS):
            await act.begun.wait()
        return act

    async def _play(self, exchange: Exchange) -> None:
        act = self.act(exchange.json()["messages"][-1]["content"])
        act.exchange = exchange
        await exchange.send(SSE_HEAD)
        act.begun.set()
        await act.over.wait()


class Gate(trio.abc.Stream):
    """A socket that can stop being read: it fills, as that of a phone in a tunnel does."""

    def __init__(self, inner: trio.SocketStream) -> None:
        self._inner = inner
        self._open = trio.Event()
        self._open.set()

    def shut(self) -> None:
        """Give out no more bytes."""
        self._open = trio.Event()

    def open(self) -> None:
        """Give them out again."""
        self._open.set()

    async def receive_some(self, max_bytes: int | None = None) -> bytes | bytearray:
        data = await self._inner.receive_some(max_bytes)
        await self._open.wait()
        return data

    async def send_all(self, data: bytes | bytearray | memoryview) -> None:
        await self._inner.send_all(data)

    async def wait_send_all_might_not_block(self) -> None:
        await self._inner.wait_send_all_might_not_block()

    async def aclose(self) -> None:
        await self._inner.aclose()


class GatedClient(Client):
    """A client that can stop reading, and knows what it has of each answer."""

    def __init__(self, websocket: WebSocketConnection, stream: trio.SocketStream, gate: Gate) -> None:
        super().__init__(websocket, stream)
        self.times: list[float] = []
        """When each of `frames` came, by Trio's clock."""
        self._gate = gate

    def _wake(self) -> None:
        self.times += [trio.current_time()] * (len(self.frames) - len(self.times))
        super()._wake()

    def stall(self) -> None:
        """Read no more."""
        self._gate.shut()

    def read_on(self) -> None:
        """Read again."""
        self._gate.open()

    @property
    def epoch(self) -> str:
        """The daemon's, as it was greeted with."""
        return str(self.frames[0]["data"]["epoch"])

    def pieces(self, message_id: int) -> list[Frame]:
        """The data of an answer's `chat:streaming` frames so far."""
        return [
            frame["data"]
            for frame in self.frames
            if frame["type"] == "chat:streaming" and frame["data"]["messageId"] == message_id
        ]

    def text(self, message_id: int) -> str:
        """An answer's text so far."""
        return "".join(piece["chunk"] for piece in self.pieces(message_id))

    def seq(self, message_id: int) -> int:
        """The position up to which this client has an answer; the `done` frame is no text."""
        return max((piece["seq"] for piece in self.pieces(message_id) if not piece["done"]), default=0)

    async def until_seq(self, message_id: int, seq: int) -> None:
        """Wait for so much of an answer."""
        await self.until(
            lambda f: f["type"] == "chat:streaming" and f["data"]["messageId"] == message_id and f["data"]["seq"] >= seq
        )

    async def until_done(self, message_id: int) -> None:
        """Wait for an answer's `done` frame."""
        await self.until(
            lambda f: f["type"] == "chat:streaming" and f["data"]["messageId"] == message_id and f["data"]["done"]
        )

    async def until_final(self, message_id: int) -> Frame:
        """Wait for the answer as it ended."""
        frame = await self.until(lambda f: f["type"] == "chat:message" and f["data"]["id"] == message_id)
        return dict(frame["data"])

    async def resume(self, message_id: int, after_seq: int, epoch: str) -> Frame:
        """Ask for what was missed; the data of `chat:resumed`."""
        request_id = f"resume-{next(_resumes)}"
        wish = {"messageId": message_id, "afterSeq": after_seq, "epoch": epoch}
        await self.send("chat:resume", wish, request_id=request_id)
        resumed = (await self.answer(request_id))[-1]
        assert resumed["type"] == "chat:resumed", resumed
        return dict(resumed["data"])


async def gated(nursery: trio.Nursery, url: str, *, receive_buffer: int | None = None) -> GatedClient:
    """Connect, read in `nursery`, and return once the daemon has greeted."""
    parts = urlsplit(url)
    raw = trio.socket.socket()
    if receive_buffer is not None:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    with trio.fail_after(HANG_SECONDS):
        await raw.connect((parts.hostname, parts.port))
        stream = trio.SocketStream(raw)
        gate = Gate(stream)
        websocket = await wrap_client_stream(
            nursery,
            gate,  # type: ignore[arg-type]  # it is annotated more narrowly than what it does: any stream will do
            parts.netloc,
            parts.path,
            subprotocols=["orchd.v1"],
            max_message_size=MAX_MESSAGE,
        )
    client = GatedClient(websocket, stream, gate)
    nursery.start_soon(client.read)
    await client.until_type("session:ready")
    return client


@asynccontextmanager
async def locked(path: Path) -> AsyncIterator[None]:
    """Keep everyone else from writing to a SQLite file while the block lasts."""
    connection = await trio.to_thread.run_sync(_lock, path)
    try:
        yield
    finally:
        connection.close()


def _lock(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=HANG_SECONDS, isolation_level=None, check_same_thread=False)
    connection.execute("BEGIN IMMEDIATE")
    return connection


@asynccontextmanager
async def row_locked(server: MariaServer, database: str, message_id: int) -> AsyncIterator[None]:
    """Keep everyone else from changing a message while the block lasts, or the server."""
    url = parse_url(server.url(database))
    assert isinstance(url, MysqlUrl)
    connection = await connect(url, lock_seconds=5)
    try:
        await connection.execute("BEGIN", ())
        await connection.execute("SELECT id FROM chat_message WHERE id = %s FOR UPDATE", (message_id,))
        yield
    finally:
        await connection.aclose()


async def until_journalled(path: Path, message_id: int, characters: int) -> None:
    """Wait until the journal in a SQLite file has so much of an answer: another process writes it, and tells nobody."""
    with trio.fail_after(HANG_SECONDS):
        while journalled(path, message_id) < characters:  # noqa: ASYNC110 - see above
            await trio.sleep(0.02)


def journalled(path: Path, message_id: int) -> int:
    """How many characters the journal in a SQLite file has of an answer."""
    connection = sqlite3.connect(path, timeout=HANG_SECONDS)
    try:
        query = "SELECT coalesce(sum(length(text)), 0) FROM journal WHERE message_id = ?"
        return int(connection.execute(query, (message_id,)).fetchone()[0])
    finally:
        connection.close()


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` of the values don't exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
