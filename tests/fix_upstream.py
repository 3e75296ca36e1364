"""A model server whose every byte the test decides: `upstream` over a real socket, `memory_upstream` in memory.

A test sets `upstream.script`, an async function that gets each `Exchange` that no route answers, or `upstream.routes`.
"""

import json
import socket
import struct
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import httpx
import pytest
import trio
import trio.testing

from orchd.errors import OrchdError
from orchd.llm.asking.stream import AttemptSpec, Watch, generate
from orchd.llm.types import Channel, Deadlines, Outcome, Phase
from orchd.llm.wire.endpoint import Endpoint
from orchd.llm.wire.transport import WireTransport

SSE_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
CHUNKED_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
DONE = b"data: [DONE]\n\n"
PATIENT = Deadlines(connect=5.0, first_event=20.0, gap=20.0)


def event(value: Any) -> bytes:
    """One event as servers usually write it."""
    return f"data: {json.dumps(value, ensure_ascii=False)}\n\n".encode()


def delta(**members: Any) -> bytes:
    """The event of a chunk with that delta."""
    return event({"model": "m", "choices": [{"index": 0, "delta": members, "finish_reason": None}]})


def finish(reason: str = "stop") -> bytes:
    """The event of a finish reason."""
    return event({"model": "m", "choices": [{"index": 0, "delta": {}, "finish_reason": reason}]})


def usage(prompt: int = 9, completion: int = 3) -> bytes:
    """The event that carries only usage."""
    counts = {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}
    return event({"model": "m", "choices": [], "usage": counts})


def chunk(data: bytes) -> bytes:
    """An HTTP chunk."""
    return b"%x\r\n%s\r\n" % (len(data), data)


def reply(status: int, value: Any, content_type: str = "application/json") -> bytes:
    """A whole response with a JSON body, or with the bytes given."""
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    head = f"HTTP/1.1 {status} X\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


class Exchange:
    """One request as the server sees it, and the connection to answer it on."""

    def __init__(self, stream: trio.abc.Stream, head: bytes, body: bytes) -> None:
        self.stream = stream
        self.head = head
        self.body = body
        self.method, self.path = head.decode().split(" ")[:2]
        lines = head.decode().split("\r\n")[1:]
        self.headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines) if name}
        self.closed = trio.Event()

    def json(self) -> Any:
        """The request's body."""
        return json.loads(self.body)

    async def send(self, *parts: bytes) -> None:
        """Send each part in a write of its own."""
        for part in parts:
            await self.stream.send_all(part)

    async def reset(self) -> None:
        """Send RST, not FIN. The task that watches for the client's end must not hold the socket any more."""
        assert isinstance(self.stream, trio.SocketStream)
        self.stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        await self.stream.aclose()

    async def watch(self) -> None:
        """Notice when the client closes."""
        try:
            while await self.stream.receive_some(65_536):
                pass
        except (trio.BrokenResourceError, trio.ClosedResourceError):
            pass
        self.closed.set()


Script: TypeAlias = Callable[[Exchange], Awaitable[None]]


class Upstream:
    """The server. `requests` has every exchange in order, `asked` is set by the first one.

    A route is a whole response for a `METHOD /path`.
    """

    def __init__(self, nursery: trio.Nursery) -> None:
        self.url = "http://memory:1"
        self.script: Script | None = None
        self.routes: dict[str, bytes] = {}
        self.requests: list[Exchange] = []
        self.asked = trio.Event()
        self._nursery = nursery
        self._memory = True

    async def listen(self) -> None:
        """Serve a real port instead of memory."""
        listeners = await self._nursery.start(trio.serve_tcp, self._serve, 0)
        port = listeners[0].socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self._memory = False

    async def connect(self, host: str, port: int) -> trio.abc.Stream:
        """What the client connects with."""
        if not self._memory:
            return await trio.open_tcp_stream(host, port)
        ours, theirs = trio.testing.memory_stream_pair()
        self._nursery.start_soon(self._serve, theirs)
        return ours

    def says(self, *parts: bytes, head: bytes = SSE_HEAD) -> None:
        """Answer every request that no route takes with these writes, then close."""

        async def script(exchange: Exchange) -> None:
            await exchange.send(head, *parts)

        self.script = script

    def paths(self) -> list[str]:
        """The requests so far, as `METHOD /path`."""
        return [f"{exchange.method} {exchange.path}" for exchange in self.requests]

    async def _serve(self, stream: trio.abc.Stream) -> None:
        exchange = await _read_request(stream)
        if exchange is None:
            return
        self.requests.append(exchange)
        self.asked.set()
        async with trio.open_nursery() as nursery:
            nursery.start_soon(exchange.watch)
            try:
                route = self.routes.get(f"{exchange.method} {exchange.path}")
                if route is not None:
                    await exchange.send(route)
                elif self.script is not None:
                    await self.script(exchange)
                else:
                    await exchange.send(reply(404, {"error": "no route"}))
            except (trio.BrokenResourceError, trio.ClosedResourceError):
                exchange.closed.set()
            nursery.cancel_scope.cancel()
        await stream.aclose()


async def _read_request(stream: trio.abc.Stream) -> Exchange | None:
    data = b""
    while b"\r\n\r\n" not in data:
        piece = await stream.receive_some(65_536)
        if not piece:
            return None
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = [int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    while len(body) < sum(lengths):
        body += await stream.receive_some(65_536)
    return Exchange(stream, head, body)


class Recorder:
    """A listener that remembers; `events` in the order of the calls."""

    def __init__(self) -> None:
        self.events: list[tuple[str, str | float | None]] = []
        self.phases: list[tuple[Phase, float | None]] = []
        self.texts: list[tuple[Channel, str]] = []
        self.closes = 0
        self.heard = trio.Event()

    def on_phase(self, phase: Phase, progress: float | None) -> None:
        self.phases.append((phase, progress))
        self.events.append((phase, progress))

    def on_delta(self, channel: Channel, text: str) -> None:
        assert text
        self.texts.append((channel, text))
        self.events.append((channel, text))
        self.heard.set()

    def on_close(self) -> None:
        self.closes += 1
        self.events.append(("close", None))

    def text(self, channel: Channel = "content") -> str:
        """All text of a channel."""
        return "".join(text for kind, text in self.texts if kind == channel)


class Attempt(Recorder):
    """What came of one `generate`: the outcome, or the error."""

    outcome: Outcome | None = None
    error: OrchdError | None = None

    @property
    def reason(self) -> str:
        """`details.reason` of the error, empty for success."""
        return "" if self.error is None else str(self.error.details.get("reason"))

    async def run(self, upstream: Upstream, deadlines: Deadlines = PATIENT, max_bytes: int = 1 << 20) -> "Attempt":
        """Make one attempt at a generation on `upstream`."""
        transport = WireTransport(upstream.connect)
        client = httpx.AsyncClient(transport=transport, trust_env=False, timeout=httpx.Timeout(None))
        endpoint = Endpoint(client, transport, upstream.url + "/v1/chat/completions")
        ask = AttemptSpec("upstream", b"{}", "asked", False, max_bytes)
        watch = Watch(deadlines, "upstream")
        try:
            with watch.bounds():
                self.outcome = await generate(endpoint, ask, watch, self)
        except OrchdError as error:
            self.error = error
        finally:
            await client.aclose()
        return self


@pytest.fixture
async def upstream(nursery: trio.Nursery) -> Upstream:
    """A scriptable server on a real port of the loopback."""
    server = Upstream(nursery)
    await server.listen()
    return server


@pytest.fixture
async def memory_upstream(nursery: trio.Nursery) -> Upstream:
    """A scriptable server in memory, for the virtual clock."""
    return Upstream(nursery)
