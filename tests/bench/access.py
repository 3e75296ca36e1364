"""The way in, measured: a token beside none in one daemon, a frame's right, and log-ins beside other people's chats."""

import asyncio
import json
import statistics
import time
from collections import Counter
from itertools import count
from typing import Any, NamedTuple

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
ROUNDS, CHATS = 8, 40
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


async def first_tokens(port: int, head: bytes, over: "asyncio.Future[Any] | None" = None) -> list[float]:
    """Return the milliseconds from questions to their first tokens: `CHATS` of them, or until something is `over`."""
    client = await Client.open(port, head)
    taken: list[float] = []
    while len(taken) < CHATS if over is None else not over.done():
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


class LogIns:
    """Log-ins with wrong passwords, each from another address by another name; what became of them."""

    def __init__(self, port: int) -> None:
        self.statuses: Counter[int] = Counter()
        self._port = port
        self._numbers = count()

    async def log_in(self) -> None:
        number = next(self._numbers)
        client = f"X-Forwarded-For: 198.51.{number % 250}.{number // 250 % 250}\r\nX-Forwarded-Proto: https\r\n"
        body = {"name": f"nobody{number}", "password": PASSWORD}
        self.statuses[(await post(self._port, "/login", body, client)).status] += 1

    async def keep_waiting(self, over: "asyncio.Future[object]") -> None:
        """Let some wait all the time, until something is over."""

        async def again_and_again() -> None:
            while not over.done():
                await self.log_in()

        await asyncio.gather(*(again_and_again() for _ in range(AT_ONCE)))


class Chats(NamedTuple):
    """Milliseconds to first tokens: alone, and beside log-ins that wait all the time; and log-ins a second."""

    alone: list[float]
    beside: list[float]
    each_second: float


async def beside_log_ins(port: int, head: bytes, log_ins: LogIns) -> Chats:
    """Chat alone and beside waiting log-ins in turn, since a machine is not the same from one minute to the next."""
    alone: list[float] = []
    beside: list[float] = []
    seconds, answered = 0.0, 0
    for _ in range(ROUNDS):
        alone += await first_tokens(port, head)
        over, before, started = (
            asyncio.get_running_loop().create_future(),
            log_ins.statuses.total(),
            time.perf_counter(),
        )
        waiting = asyncio.create_task(log_ins.keep_waiting(over))
        beside += await first_tokens(port, head)
        seconds += time.perf_counter() - started
        answered += log_ins.statuses.total() - before
        over.set_result(None)
        await waiting
    return Chats(alone, beside, answered / seconds)


async def beside_a_crowd(port: int, head: bytes, log_ins: LogIns) -> list[float]:
    """First tokens from when a thousand log in at once until all have an answer."""
    crowd = asyncio.gather(*(log_ins.log_in() for _ in range(LOG_INS)))
    taken = await first_tokens(port, head, crowd)
    await crowd
    return taken


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
        rows = [
            Row("connection to session:ready p50, without / with a token, ms", without, with_token),
            Row("a token adds, ms (goal 1)", None, with_token - without),
        ]
        log_ins = LogIns(daemon.port)
        chats = asyncio.run(beside_log_ins(daemon.port, shown, log_ins))
        alone, beside = statistics.median(chats.alone), statistics.median(chats.beside)
        rows += [
            Row(f"first token p50, alone / {AT_ONCE} log-ins waiting all the time, ms", alone, beside),
            Row("waiting log-ins add, ms (goal 2)", None, beside - alone),
            Row("log-ins compared a second", None, chats.each_second),
        ]
        crowd = statistics.median(asyncio.run(beside_a_crowd(daemon.port, shown, log_ins)))
        rows += [
            Row("first token p50, alone / while 1 000 log in at once, ms", alone, crowd),
            *(Row(f"log-ins answered {status}", None, number) for status, number in sorted(log_ins.statuses.items())),
        ]
    empty, check = right_checks()
    rows.append(Row("an empty call / a frame's right, µs (goal 2)", empty, check))
    rows.append(Row("a token's hash, µs", None, hashing()))
    return rows
