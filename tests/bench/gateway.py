"""What the doors of other APIs cost: the streams of the chat's bench again, asked for by HTTP.

The baseline of a first token is the model server itself, asked without a daemon; that of processor time is the
WebSocket path of the same daemon. All are measured in turn, so that what else the machine does falls on each.
"""

import asyncio
import json
import statistics
import time
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import Any, NamedTuple

from tests.bench.client import Client, is_final
from tests.bench.report import Row
from tests.bench.server import CLIENT_CORE, Process, orchd
from tests.bench.upstream import token

STREAMS, TOKENS, INTERVAL_MS = 100, 200, 20
"""Slow enough that the daemon keeps up: one whose core is full takes the same time whatever an answer costs."""
ROUNDS = 3
FIRST_TOKENS = 200
MEGABYTE = 2**20


class _Door(NamedTuple):
    """A path, what is asked there besides the messages, and how to find the text of a line of the answer."""

    path: str
    more: dict[str, Any]
    text: Callable[[dict[str, Any]], str]
    messages: str = "messages"

    def request(self, message: str) -> bytes:
        """Return a request for a stream."""
        asked = {"model": "bench", "stream": True, self.messages: [{"role": "user", "content": message}], **self.more}
        body = json.dumps(asked).encode()
        head = f"POST {self.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def _completed(event: dict[str, Any]) -> str:
    return "".join(choice["delta"].get("content", "") for choice in event["choices"])


def _named(kind: str, text: Callable[[dict[str, Any]], str]) -> Callable[[dict[str, Any]], str]:
    return lambda event: text(event) if event["type"] == kind else ""


CHAT = _Door("/v1/chat/completions", {}, _completed)
DOORS = (
    CHAT,
    _Door("/v1/messages", {"max_tokens": 1000}, _named("content_block_delta", lambda event: event["delta"]["text"])),
    _Door("/v1/responses", {}, _named("response.output_text.delta", lambda event: event["delta"]), "input"),
    _Door("/api/chat", {}, lambda event: event["message"]["content"]),
)


async def _ask(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, door: _Door, message: str, heard: list[float]
) -> bytes:
    """Return the whole answer with its head, in chunks; when it had its first token is added to `heard`."""
    writer.write(door.request(message))
    read, parts, first = b"", [], len(heard)
    while not read.endswith(b"0\r\n\r\n"):
        if not (read := await reader.read(MEGABYTE)):
            raise ConnectionError("the answer has no end")
        parts.append(read)
        if len(heard) == first and b"t0 " in read:
            heard.append(time.perf_counter())
    return b"".join(parts)


def _text(door: _Door, answer: bytes) -> str:
    """Return the text of an answer."""
    head, _, rest = answer.partition(b"\r\n\r\n")
    if b" 200 " not in head.split(b"\r\n")[0]:
        raise ConnectionError(answer.decode())
    whole = b""
    while rest:
        size, _, rest = rest.partition(b"\r\n")
        whole, rest = whole + rest[: int(size, 16)], rest[int(size, 16) + 2 :]
    lines = (line.removeprefix(b"data: ") for line in whole.split(b"\n"))
    return "".join(door.text(json.loads(line)) for line in lines if line.startswith(b"{"))


async def _stream(port: int, door: _Door) -> bool:
    """Read one answer; return whether it is exact."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=MEGABYTE)
    answer = await _ask(reader, writer, door, f"{TOKENS} {INTERVAL_MS}", [])
    writer.close()
    return _text(door, answer) == "".join(map(token, range(TOKENS)))


async def _socket(port: int) -> bool:
    """Read one answer over a WebSocket; return whether it is exact."""
    client = await Client.open(port)
    client.send_chat(f"{TOKENS} {INTERVAL_MS}")
    texts = []
    async for frame in client.frames():
        if frame["type"] == "chat:streaming":
            texts.append(frame["data"]["chunk"])
        if is_final(frame):
            break
    await client.close()
    return "".join(texts) == "".join(map(token, range(TOKENS)))


async def _all(answers: Iterable[Awaitable[bool]]) -> float:
    """Wait for all; return how many are exact."""
    return float(sum(await asyncio.gather(*answers)))


async def _first_tokens(server: int, daemon: int) -> tuple[float, float, float]:
    """Return the median milliseconds from a request to its first token, asked in turn: of the server itself and of the
    daemon, each over a new connection, and of the daemon over a connection that is kept, as clients do."""
    kept = await asyncio.open_connection("127.0.0.1", daemon, limit=MEGABYTE)
    taken = [(await _first(server), await _first(daemon), await _first(daemon, kept)) for _ in range(FIRST_TOKENS)]
    kept[1].close()
    direct, fresh, again = zip(*taken, strict=True)
    return statistics.median(direct), statistics.median(fresh), statistics.median(again)


async def _first(port: int, kept: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None) -> float:
    started, heard = time.perf_counter(), list[float]()
    reader, writer = kept or await asyncio.open_connection("127.0.0.1", port, limit=MEGABYTE)
    await _ask(reader, writer, CHAT, "1 0", heard)
    if kept is None:
        writer.close()
    return (heard[0] - started) * 1000


def _cost(daemon: Process, ask: Callable[[], Awaitable[bool]]) -> tuple[float, float]:
    """Return what many streams at once cost of processor time, in seconds, and how many were exact."""
    before = daemon.cpu()
    exact = asyncio.run(_all(ask() for _ in range(STREAMS)))
    return daemon.cpu() - before, exact


def run() -> list[Row]:
    """Measure."""
    with Process("tests.bench.upstream", core=CLIENT_CORE) as upstream, orchd(upstream.port) as daemon:
        direct, fresh, kept = asyncio.run(_first_tokens(upstream.port, daemon.port))
        ways = (partial(_socket, daemon.port), *(partial(_stream, daemon.port, door) for door in DOORS))
        rounds = [[_cost(daemon, ask) for ask in ways] for _ in range(ROUNDS)]
    best = [(min(cost for cost, _ in each), min(exact for _, exact in each)) for each in zip(*rounds, strict=True)]
    (socket, socket_exact), *doors = best
    rows = [
        Row("first token, new connection p50, ms (baseline: the server itself)", direct, fresh),
        Row("first token, kept connection p50, ms (baseline: the server itself)", direct, kept),
        Row("added first token, kept connection p50, ms (at most 1)", None, kept - direct),
    ]
    for door, (cost, exact) in zip(DOORS, doors, strict=True):
        rows.append(Row(f"{STREAMS} streams, {door.path}: CPU, s (baseline: the WebSocket)", socket, cost))
        rows.append(Row(f"{STREAMS} streams, {door.path}: exact", socket_exact, exact))
    return rows
