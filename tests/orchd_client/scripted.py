"""A daemon in memory that says what a test tells it to, and a client of it: for what no real daemon does."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from http import HTTPStatus
from typing import Any, TypeAlias

import anyio
from anyio.abc import ByteStream, TaskGroup
from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import State
from websockets.server import ServerProtocol
from websockets.typing import Subprotocol

from orchd.orchd_client.client import Client
from orchd.orchd_client.facts import FACTS
from orchd.orchd_client.runtime.link import LinkTerms
from orchd.orchd_client.runtime.opening import open_link
from orchd.orchd_client.runtime.signal import Signal
from orchd.orchd_client.runtime.socket import ClosedError
from tests.fix_scripted import golden

URL = "ws://daemon.example/ws"
CAPACITY = 64 * 1024
Json: TypeAlias = dict[str, Any]


class _Pipe:
    """Bytes on their way in one direction, so many at most."""

    def __init__(self) -> None:
        self.data = bytearray()
        self.closed = False
        self.news = Signal()


class MemoryStream(ByteStream):
    """One end of a connection."""

    def __init__(self, incoming: _Pipe, outgoing: _Pipe) -> None:
        self._incoming, self._outgoing = incoming, outgoing

    async def receive(self, max_bytes: int = 65536) -> bytes:
        await anyio.lowlevel.checkpoint()
        while not self._incoming.data:
            if self._incoming.closed:
                raise anyio.EndOfStream
            await self._incoming.news.wait()
        data = bytes(self._incoming.data[:max_bytes])
        del self._incoming.data[:max_bytes]
        self._incoming.news.send()
        return data

    async def send(self, item: bytes) -> None:
        await anyio.lowlevel.checkpoint()
        while item:
            if self._outgoing.closed:
                raise anyio.BrokenResourceError
            room = CAPACITY - len(self._outgoing.data)
            if room:
                self._outgoing.data += item[:room]
                item = item[room:]
                self._outgoing.news.send()
            else:
                await self._outgoing.news.wait()

    async def send_eof(self) -> None:
        raise NotImplementedError("no WebSocket is half closed")

    async def aclose(self) -> None:
        for pipe in (self._incoming, self._outgoing):
            pipe.closed = True
            pipe.news.send()
        await anyio.lowlevel.checkpoint()


def stream_pair() -> tuple[MemoryStream, MemoryStream]:
    """Return both ends of a connection."""
    one, other = _Pipe(), _Pipe()
    return MemoryStream(one, other), MemoryStream(other, one)


class Visit:
    """One connection as a script sees it."""

    def __init__(self, stream: MemoryStream) -> None:
        self.stream = stream
        self.protocol = ServerProtocol(subprotocols=[Subprotocol(FACTS.protocol)])
        self.request: Request
        self.pongs = 0
        self.epoch = "e"
        self._frames: list[Json] = []

    async def accept(self) -> None:
        """Take the handshake."""
        self.request = await self.requested()
        self.protocol.send_response(self.protocol.accept(self.request))
        await self.flush()

    async def refuse(self, status: HTTPStatus, body: str, **headers: str) -> None:
        """Answer the handshake with an HTTP status."""
        response = self.protocol.reject(status, body)
        await self.requested()
        for name, value in headers.items():
            response.headers[name.replace("_", "-")] = value
        self.protocol.send_response(response)
        await self.flush()
        await self.cut()

    async def requested(self) -> Request:
        """Wait for the handshake."""
        while True:
            self.protocol.receive_data(await self.stream.receive())
            for event in self.protocol.events_received():
                assert isinstance(event, Request)
                return event

    async def greet(self, **limits: int) -> None:
        """Take the handshake, and send the first frame of every session."""
        await self.accept()
        told = {"maxFrameBytes": 1_000_000, "maxInFlight": 32} | limits
        await self.send("session:ready", golden("session:ready", limits=told, epoch=self.epoch))

    async def send(self, kind: str, data: Any, request_id: str | None = None) -> None:
        """Send a frame; without an id it is pushed."""
        frame = {"type": kind, "data": data} | ({} if request_id is None else {"id": request_id})
        await self.send_text(json.dumps(frame).encode())

    async def send_text(self, text: bytes) -> None:
        """Send any text."""
        self.protocol.send_text(text)
        await self.flush()

    async def flush(self) -> None:
        """Send what the protocol wants to send; to somebody who is gone, nothing."""
        with suppress(anyio.BrokenResourceError):
            for data in self.protocol.data_to_send():
                if data:
                    await self.stream.send(data)

    async def receive(self, kind: str | None = None) -> Json:
        """Return the next frame. Raises `EndOfStream`."""
        while not self._frames:
            if self.protocol.state is not State.OPEN:
                raise anyio.EndOfStream
            self.protocol.receive_data(await self.stream.receive())
            for event in self.protocol.events_received():
                assert isinstance(event, Frame)
                self.pongs += event.opcode is Opcode.PONG
                if event.opcode is Opcode.TEXT:
                    self._frames.append(json.loads(bytes(event.data)))
            await self.flush()
        frame = self._frames.pop(0)
        assert kind is None or frame["type"] == kind, frame
        return frame

    async def answer(self, kind: str, data: Any, reply: str | None = None) -> Json:
        """Take a request of this type, and answer it; return it."""
        frame = await self.receive(kind)
        await self.send(reply or kind, data, frame["id"])
        return frame

    async def close(self, code: int, reason: str = "") -> None:
        """Close with a code."""
        self.protocol.send_close(code, reason)
        await self.flush()
        await self.cut()

    async def cut(self) -> None:
        """Be gone without a word."""
        await self.stream.aclose()

    async def rest(self) -> list[Json]:
        """Return the frames that still come, until the client is gone."""
        found = []
        try:
            while True:
                found.append(await self.receive())
        except anyio.EndOfStream:
            return found


Script: TypeAlias = Callable[[Visit], Awaitable[object]]


class ScriptedDaemon:
    """Runs one script a connection, in order; when there are no more nobody listens."""

    def __init__(self, tasks: TaskGroup, scripts: tuple[Script, ...]) -> None:
        self._tasks, self._scripts = tasks, [*scripts]
        self.dialled: list[float] = []
        """When somebody came, in seconds since the first one."""
        self._began = anyio.current_time()

    async def dial(self) -> ByteStream:
        """Connect."""
        await anyio.lowlevel.checkpoint()
        self.dialled.append(anyio.current_time() - self._began)
        if not self._scripts:
            raise ClosedError(None, "nobody listens")
        theirs, ours = stream_pair()
        self._tasks.start_soon(self._serve, self._scripts.pop(0), Visit(ours))
        return theirs

    async def _serve(self, script: Script, visit: Visit) -> None:
        await script(visit)
        await visit.rest()

    @property
    def pauses(self) -> list[float]:
        """Seconds between the times somebody came."""
        return [later - earlier for earlier, later in zip(self.dialled, self.dialled[1:], strict=False)]


@asynccontextmanager
async def scripted(*scripts: Script) -> AsyncIterator[ScriptedDaemon]:
    """A daemon for the block; scripts that still run are ended with it."""
    failure: Exception | None = None
    async with anyio.create_task_group() as tasks:
        try:
            yield ScriptedDaemon(tasks, scripts)
        except Exception as error:  # as the test raised it, not in a group
            failure = error
        tasks.cancel_scope.cancel()
    if failure is not None:
        raise failure


@asynccontextmanager
async def connected(daemon: ScriptedDaemon, *, patient: bool = False, **terms: Any) -> AsyncIterator[Client]:
    """A client of it."""
    async with open_link(FACTS, LinkTerms(URL, daemon.dial, **terms), patient=patient) as link:
        yield Client(link)


@asynccontextmanager
async def client_of(*scripts: Script, **terms: Any) -> AsyncIterator[Client]:
    """A client of a daemon that runs these scripts."""
    async with scripted(*scripts) as daemon, connected(daemon, **terms) as client:
        yield client
