"""The way in, measured: a token beside none in one daemon, a frame's right, and log-ins beside other people's chats."""

import asyncio
import json
import statistics
import time
from collections import Counter
from typing import NamedTuple

from orchd.access.tokens import new_token, token_hash
from orchd.features import commands
from orchd.protocol.identity import Identity, Scope
from orchd.protocol.rights import refusal
from tests.bench.client import Client, is_final
from tests.bench.report import Row
from tests.bench.server import CLIENT_CORE, Process, orchd

CONNECTIONS = 1_000
CHECKS = 200_000
LOG_INS, AT_ONCE = 1_000, 16
CHATS = 300
PASSWORD = "seven wet umbrellas"
SOMEBODY = Identity(7, "maria", "member", scopes=frozenset[Scope]({"chat", "read", "tasks"}))


class Answer(NamedTuple):
    """An HTTP answer: its status, and the cookie that it gives."""

    status: int
    cookie: str


async def post(port: int, path: str, body: dict[str, str], more: str = "") -> Answer:
    """Send one of the daemon's own forms; `more` are headers, each with its line end."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    text = json.dumps(body).encode()
    scheme = "https" if more else "http"
    writer.write(
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: {scheme}://127.0.0.1:{port}\r\n"
        f"{more}Connection: close\r\nContent-Type: application/json\r\nContent-Length: {len(text)}\r\n\r\n".encode()
        + text
    )
    told = (await reader.read()).decode("latin-1")
    writer.close()
    cookie = told.partition("Set-Cookie: ")[2].partition(";")[0]
    return Answer(int(told.split(" ", 2)[1]) if told else 0, cookie)


async def ask(client: Client, kind: str, data: dict[str, object]) -> dict[str, object]:
    """A reply's data."""
    client.send({"type": kind, "id": "q", "data": data})
    async for frame in client.frames():
        if frame.get("id") == "q":
            assert frame["type"] == kind, frame
            found: dict[str, object] = frame["data"]
            return found
    raise ConnectionError(kind)


async def greeted(port: int, head: bytes = b"") -> float:
    """Return the milliseconds from a new connection to `session:ready`."""
    started = time.perf_counter()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(
        b"GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" + head + b"\r\n"
    )
    received = b""
    while b"session:ready" not in received:
        data = await reader.read(65536)
        if not data:
            raise ConnectionError(received.decode("latin-1"))
        received += data
    taken = time.perf_counter() - started
    writer.transport.abort()
    return taken * 1000


async def connections(without: int, port: int, head: bytes) -> tuple[float, float]:
    """Return the medians of many connections to two daemons, in turn: one without users, and one that is shown this."""
    taken = [(await greeted(without), await greeted(port, head)) for _ in range(CONNECTIONS)]
    plain, shown = zip(*taken, strict=True)
    return statistics.median(plain), statistics.median(shown)


async def make_users(port: int) -> tuple[bytes, str]:
    """Make the first user; return the header that shows a token of theirs, and a cookie."""
    local = await Client.open(port)
    await ask(local, "user:create", {"name": "maria", "role": "admin", "password": PASSWORD})
    await local.close()
    cookie = (await post(port, "/login", {"name": "maria", "password": PASSWORD})).cookie
    shown = f"Cookie: {cookie}\r\nOrigin: http://127.0.0.1\r\n".encode()
    browser = await Client.open(port, shown)
    made = await ask(browser, "token:create", {"name": "bench", "scopes": ["chat", "read"]})
    await browser.close()
    return f"Authorization: Bearer {made['token']}\r\n".encode(), cookie


async def first_tokens(port: int, head: bytes, enough: "asyncio.Event | None" = None) -> list[float]:
    """Return the milliseconds from questions to their first tokens: `CHATS` of them, or until it is `enough`."""
    client = await Client.open(port, head)
    taken: list[float] = []
    while len(taken) < CHATS if enough is None else not enough.is_set():
        started = time.perf_counter()
        client.send_chat("1 0")
        seen = False
        async for frame in client.frames():
            if not seen and frame["type"] == "chat:streaming":
                seen = True
                taken.append((time.perf_counter() - started) * 1000)
            if is_final(frame):
                break
        await asyncio.sleep(0.01)
    await client.close()
    return taken


async def beside_log_ins(port: int, head: bytes) -> tuple[list[float], Counter[int], float]:
    """Return first tokens while a thousand wait to log in, a hundred at any time; how these were answered, and how many
    a second.
    """
    places, enough = asyncio.Semaphore(AT_ONCE), asyncio.Event()

    async def log_in(number: int) -> int:
        client = f"X-Forwarded-For: 198.51.{number % 250}.{number // 250}\r\nX-Forwarded-Proto: https\r\n"
        async with places:
            body = {"name": f"nobody{number}", "password": PASSWORD}
            return (await post(port, "/login", body, client)).status

    measured = asyncio.create_task(first_tokens(port, head, enough))
    started = time.perf_counter()
    statuses = await asyncio.gather(*(log_in(number) for number in range(LOG_INS)))
    enough.set()
    return await measured, Counter(statuses), LOG_INS / (time.perf_counter() - started)


def right_checks() -> tuple[float, float]:
    """Return the microseconds of an empty call, and of holding a request against its right."""
    asked = [(command.right, command.scope) for command in commands()]

    def timed(check: object) -> float:
        best = float("inf")
        for _ in range(5):
            started = time.perf_counter()
            for _ in range(CHECKS // len(asked)):
                for right, scope in asked:
                    check(right, scope, SOMEBODY)  # type: ignore[operator]
            best = min(best, time.perf_counter() - started)
        return best / (CHECKS // len(asked) * len(asked)) * 1e6

    return timed(lambda right, scope, who: None), timed(refusal)


def hashing() -> float:
    """Return the microseconds that a token's hash takes."""
    token, key = new_token(), b"k" * 32
    started = time.perf_counter()
    for _ in range(10_000):
        token_hash(key, token)
    return (time.perf_counter() - started) / 10_000 * 1e6


def run() -> list[Row]:
    """Measure. Goals: 1 ms more with a token, 2 µs a check, 2 ms more to a first token beside a thousand log-ins."""
    settings = '[server]\ntrustedProxies = ["127.0.0.1"]\n'
    with (
        Process("tests.bench.upstream", core=CLIENT_CORE) as upstream,
        orchd(upstream.port) as free,
        orchd(upstream.port, settings) as daemon,
    ):
        shown, _ = asyncio.run(make_users(daemon.port))
        without, with_token = asyncio.run(connections(free.port, daemon.port, shown))
        before = asyncio.run(first_tokens(daemon.port, shown))
        rows = [
            Row("connection to session:ready p50, without / with a token, ms", without, with_token),
            Row("a token adds, ms (goal 1)", None, with_token - without),
        ]
        taken, statuses, each_second = asyncio.run(beside_log_ins(daemon.port, shown))
        calm = statistics.median(before + asyncio.run(first_tokens(daemon.port, shown)))
        rows += [
            Row(f"first token p50, calm / {AT_ONCE} log-ins waiting all the time, ms", calm, statistics.median(taken)),
            Row("waiting log-ins add, ms (goal 2)", None, statistics.median(taken) - calm),
            *(Row(f"log-ins answered {status}", None, count) for status, count in sorted(statuses.items())),
            Row("log-ins a second", None, each_second),
        ]
    empty, check = right_checks()
    rows.append(Row("an empty call / a frame's right, µs (goal 2)", empty, check))
    rows.append(Row("a token's hash, µs", None, hashing()))
    return rows
