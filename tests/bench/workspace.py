"""What lists, histories and searches take in a database of many messages, and how that grows with them; and how many
small writes at once a database takes a second. On SQLite, and on a private MariaDB where that is installed.

`BENCH_MESSAGES` says how many the large databases have: 1 000 000 take a quarter of an hour to be made on SQLite.
"""

import asyncio
import json
import os
import random
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import trio

from orchd.entity.owner import Belonging
from orchd.entity.search import SearchEntry, add
from orchd.entity.search.search_queries import begin_source, pass_source
from orchd.entity.wire import RowChange, note
from orchd.features.chat import MESSAGE_SOURCE
from orchd.features.search.keeper import IndexKeeper
from orchd.storage import Database, Statement, Steps, open_database
from orchd.worker.pool import InPlace
from tests.bench.client import Client
from tests.bench.report import Row
from tests.bench.server import CLIENT_CORE, Daemon, Process, pin
from tests.fix_mariadb import MariaServer

SIZES = 10_000, int(os.environ.get("BENCH_MESSAGES", "100000"))
"""Messages; twenty users have them, in conversations of a hundred. Ours is the first user."""
USERS, PER_CONVERSATION, AT_ONCE = 20, 100, 500
ROUNDS = 100
VOCABULARY = 20_000
WRITERS, WRITES_EACH = 64, 100
KINDS = ("message", "conversation", "task", "assistant", "knowledge", "knowledge:source", "workflow", "instruction")

Ask = Callable[[random.Random, int], dict[str, Any]]
"""Makes the data of a request, for a database with so many conversations of ours."""


def word(number: int) -> str:
    """A word of a few letters, another one for each number."""
    letters = "etaoinshrdlucmfwypvbgk"
    text = ""
    while True:
        number, place = divmod(number, len(letters))
        text += letters[place]
        if not number:
            return text + "ing"


def text(drawn: random.Random) -> str:
    """About 300 characters; few words are in many of them, and most are in few."""
    return " ".join(word(int(VOCABULARY * drawn.random() ** 3)) for _ in range(45))


def fill(first: int, count: int, drawn: random.Random) -> Steps[None]:
    """Store messages with their entries in the index."""
    for number in range(first, first + count):
        conversation, place = divmod(number, PER_CONVERSATION)
        user = conversation % USERS
        if place == 0:
            yield Statement(
                "INSERT INTO conversation (id, title, message_count, leaf_id, created_at, updated_at, user_id)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (conversation + 1, text(drawn)[:60], PER_CONVERSATION, number + PER_CONVERSATION, number, number, user),
            )
        content = text(drawn)
        yield Statement(
            "INSERT INTO chat_message (id, conversation_id, parent_id, role, content, reasoning, status, created_at,"
            " updated_at) VALUES (?, ?, ?, 'user', ?, '', 'complete', ?, ?)",
            (number + 1, conversation + 1, number if place else None, content, number, number),
        )
        yield from add(SearchEntry("message", number + 1, Belonging(user), number, conversation + 1))


def finish() -> Steps[None]:
    """Say that nothing was there before the index."""
    for kind in KINDS:
        yield from begin_source(kind)
        yield from pass_source(kind, 0, whole=True)


class Prepared(NamedTuple):
    """How many messages were stored a second, and indexed; and how many small writes were made."""

    stored: float
    indexed: float
    written: float


async def prepare(url: str, messages: int) -> Prepared:
    """Make a database."""
    drawn = random.Random(1)
    async with open_database(url, pool_size=1, timeout=60) as database:
        await database.wait_ready()
        started = time.perf_counter()
        for first in range(0, messages, AT_ONCE):
            await database.write(fill, first, AT_ONCE, drawn)
        stored = time.perf_counter()
        await database.write(finish)
        keeper = IndexKeeper(database, [MESSAGE_SOURCE], InPlace())
        await keeper.list_new()
        for _ in range(0, messages, 50_000):  # a daemon does so after every thousand
            await keeper.tidy()
        indexed = time.perf_counter()
        await write_much(database)
        written = time.perf_counter()
    writes = WRITERS * WRITES_EACH
    return Prepared(messages / (stored - started), messages / (indexed - stored), writes / (written - indexed))


async def write_much(database: Database) -> None:
    """Make small writes, many at once, each a transaction of its own that is on the disk when it returns."""

    async def write(writer: int) -> None:
        for number in range(WRITES_EACH):
            await database.write(note, RowChange("bench", 1 + number, "updated", Belonging(1 + writer)), number)

    async with trio.open_nursery() as nursery:
        for writer in range(WRITERS):
            nursery.start_soon(write, writer)


ASKS: dict[str, Ask] = {
    "conversation:list": lambda drawn, ours: {"limit": 50},
    "chat:history": lambda drawn, ours: {"conversationId": 1 + USERS * drawn.randrange(ours), "limit": 50},
    "search": lambda drawn, ours: {"query": " ".join(word(drawn.randrange(VOCABULARY // 50)) for _ in range(2))},
}
"""What a window asks when it opens; a search is for two words, of which the common ones are drawn."""


async def measure(port: int, ours: int) -> dict[str, tuple[float, float]]:
    """Return the median and the 99th percentile in ms of each request."""
    client, drawn = await Client.open(port), random.Random(2)
    found: dict[str, tuple[float, float]] = {}
    for kind, data in ASKS.items():
        taken = []
        for number in range(ROUNDS):
            started = time.perf_counter()
            client.send({"type": kind, "id": f"{kind}{number}", "data": data(drawn, ours)})
            async for frame in client.frames():
                if frame.get("id") == f"{kind}{number}":
                    if frame["type"] == "error":
                        raise AssertionError(frame)
                    taken.append((time.perf_counter() - started) * 1000)
                    break
        taken.sort()
        found[kind] = taken[ROUNDS // 2], taken[-1 - ROUNDS // 100]
    await client.close()
    return found


def run() -> list[Row]:
    """Measure a small database as the baseline and a large one, on each kind."""
    pin(0, CLIENT_CORE)
    rows = _compare("SQLite", lambda directory: f"sqlite://{directory}/orchd.db")
    if shutil.which("mariadbd", path=f"{os.environ.get('PATH', '')}:/usr/sbin") is None:
        return rows
    server = MariaServer(Path(tempfile.mkdtemp(prefix="orchd-bench-")), buffer_pool="1G", log_file="96M")
    try:
        return rows + _compare("MariaDB", lambda _: server.new_url())
    finally:
        server.kill()
        shutil.rmtree(server.directory, ignore_errors=True)


def _compare(kind: str, new_url: Callable[[Path], str]) -> list[Row]:
    prepared, found = [], []
    with Process("tests.bench.upstream", core=CLIENT_CORE) as upstream:
        for messages in SIZES:
            directory = Path(tempfile.mkdtemp(prefix="orchd-bench-"))
            url = new_url(directory)
            prepared.append(trio.run(prepare, url, messages))
            with Daemon(directory, upstream.port, f"[database]\nurl = {json.dumps(url)}") as daemon:
                found.append(asyncio.run(measure(daemon.port, messages // PER_CONVERSATION // USERS or 1)))
    small, large = found
    rows: list[Row] = []
    for ask in ASKS:
        rows.append(Row(f"{kind}, {ask}: p50, ms", small[ask][0], large[ask][0]))
        rows.append(Row(f"{kind}, {ask}: p99, ms", small[ask][1], large[ask][1]))
    few, many = prepared
    rows.append(Row(f"{kind}: messages stored/s, of {SIZES[0]:,} and {SIZES[1]:,}", few.stored, many.stored))
    rows.append(Row(f"{kind}: messages indexed/s", few.indexed, many.indexed))
    rows.append(Row(f"{kind}: small writes/s, {WRITERS} at once", few.written, many.written))
    return rows
