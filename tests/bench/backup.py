"""A backup of a large database while answers stream, and its restoration.

The database is the file that `ORCHD_TEST_BENCH_DATABASE` names, or one of about 1 GB that is made here. The baseline is
the same daemon without a backup beside it. Each runs as modestly as those do that the daemon makes itself.
"""

import asyncio
import contextlib
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from orchd.storage import load_migrations
from orchd.storage.sqlite.sqlite_connection import create_or_connect
from orchd.storage.sqlite.sqlite_migrate import apply_migrations
from tests.bench.client import Client, is_final
from tests.bench.report import Row
from tests.bench.server import CLIENT_CORE, Daemon, Process

ANSWERS, TOKENS, INTERVAL_MS = 20, 200, 20.0
MESSAGES, CHARACTERS = 450_000, 2_000
GIVEN = "ORCHD_TEST_BENCH_DATABASE"


async def one(port: int, lags: list[float]) -> None:
    """Read an answer; note by how many milliseconds each token is later than the model server's schedule."""
    client = await Client.open(port)
    started, seen = time.perf_counter(), 0
    client.send_chat(f"{TOKENS} {INTERVAL_MS:g}")
    async for frame in client.frames():
        if frame["type"] == "chat:streaming":
            now = (time.perf_counter() - started) * 1000
            came = frame["data"]["chunk"].count(" ")
            lags.extend(now - index * INTERVAL_MS for index in range(seen, seen + came))
            seen += came
        if is_final(frame):
            break
    await client.close()


async def answers(port: int, until: "subprocess.Popen[bytes] | None") -> list[float]:
    """Ask for answers, all at once, again until a process has ended; how late each token was."""
    lags = list[float]()
    while True:
        await asyncio.gather(*(one(port, lags) for _ in range(ANSWERS)))
        if until is None or until.poll() is not None:
            return lags


def make(path: Path) -> None:
    """Make a database with conversations of long messages, none of them like another."""
    text = " ".join(f"{number * 7919 % 100_003:x}" for number in range(60_000))
    with contextlib.closing(create_or_connect(path, 10)) as connection:
        apply_migrations(connection, load_migrations("sqlite"))
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("BEGIN")
        connection.execute(
            "INSERT INTO conversation (id, title, message_count, created_at, updated_at) VALUES (1, 'bench', 0, 1, 1)"
        )
        connection.executemany(
            "INSERT INTO chat_message (conversation_id, role, content, reasoning, status, created_at, updated_at)"
            " VALUES (1, 'user', ?, '', 'complete', 1, 1)",
            ((text[start : start + CHARACTERS],) for start in (number * 31 % 250_000 for number in range(MESSAGES))),
        )
        connection.execute("COMMIT")


def command(*arguments: str) -> "subprocess.Popen[bytes]":
    nice = ["nice", "-n", "10"]
    return subprocess.Popen([*nice, sys.executable, "-m", "orchd", *arguments], stdout=subprocess.DEVNULL)


def run() -> list[Row]:
    """Measure, and print the sizes on the way."""
    directory = Path(tempfile.mkdtemp(prefix="orchd-bench-"))
    try:
        database, file = directory / "orchd.db", directory / "a.backup"
        given = os.environ.get(GIVEN)
        shutil.copy(given, database) if given else make(database)
        size = database.stat().st_size / 1e6
        with Process("tests.bench.upstream", core=CLIENT_CORE) as upstream, Daemon(directory, upstream.port) as daemon:
            alone = asyncio.run(answers(daemon.port, None))
            started = time.perf_counter()
            beside = asyncio.run(answers(daemon.port, command("backup", str(file), "--data-dir", str(directory))))
            backup = time.perf_counter() - started
            print(f"a database of {size:,.0f} MB, a backup of {file.stat().st_size / 1e6:,.0f} MB", flush=True)
            target, started = directory / "restored", time.perf_counter()
            assert command("restore", str(file), "--data-dir", str(target)).wait() == 0
            restore = time.perf_counter() - started
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    rows = [
        Row(f"{ANSWERS} answers: lag {name}, ms", of(alone), of(beside))
        for name, of in (("p50", statistics.median), ("p99", p99), ("of the latest token", max))
    ]
    return [*rows, Row("backup, MB/s", None, size / backup), Row("restore, MB/s", None, size / restore)]


def p99(values: list[float]) -> float:
    return statistics.quantiles(values, n=100)[98]
