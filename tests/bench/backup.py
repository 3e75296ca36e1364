"""A backup of a large database while answers stream, and its restoration.

The database is the file that `ORCHD_TEST_BENCH_DATABASE` names, or one of about 1 GB that is made here. The baseline of
the answers is the same daemon while the backup stands still, in rounds that take turns; that of the restoration is
SQLite's own copy, `VACUUM INTO`, which reads and writes the same rows. Each runs as modestly as those backups do that
the daemon makes itself. Where the machine has other work, look at ratios, and at what a second of one processor does.
"""

import asyncio
import contextlib
import itertools
import os
import random
import shutil
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

from orchd.storage import load_migrations
from orchd.storage.sqlite.sqlite_connection import create_or_connect
from orchd.storage.sqlite.sqlite_migrate import apply_migrations
from tests.bench.client import Client, is_final
from tests.bench.report import Row
from tests.bench.server import CLIENT_CORE, Daemon, Process

ANSWERS, TOKENS, INTERVAL_MS = 20, 200, 20.0
MESSAGES, CHARACTERS, WORDS = 450_000, 2_000, 30_000
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


async def answers(port: int) -> list[float]:
    """Ask for answers, all at once; how late each token was."""
    lags = list[float]()
    await asyncio.gather(*(one(port, lags) for _ in range(ANSWERS)))
    return lags


def rounds(port: int, backup: "subprocess.Popen[bytes]") -> tuple[list[list[float]], list[list[float]]]:
    """Ask for answers while the backup stands still, and while it is made, in turn until it has ended; the lags of
    each round. So both meet the same machine."""
    alone, beside = list[list[float]](), list[list[float]]()
    while backup.poll() is None:
        backup.send_signal(signal.SIGSTOP)
        alone.append(asyncio.run(answers(port)))
        backup.send_signal(signal.SIGCONT)
        beside.append(asyncio.run(answers(port)))
    return alone, beside


def make(path: Path) -> None:
    """Make a database with conversations of long messages, of words that are as frequent as in a language: gzip leaves
    as much of them as of people's texts."""
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
            ((text,) for text in texts()),
        )
        connection.execute("COMMIT")


def texts() -> Iterator[str]:
    draw = random.Random(1)
    words = ["".join(draw.choices("etaoinshrdlucmfwypvbgk", k=draw.randrange(2, 11))) for _ in range(WORDS)]
    frequent = list(itertools.accumulate(1 / (rank + 3) for rank in range(WORDS)))
    text = " ".join(draw.choices(words, cum_weights=frequent, k=100 * WORDS))
    for _ in range(MESSAGES):
        start = draw.randrange(len(text) - CHARACTERS)
        yield text[start : start + CHARACTERS]


def command(*arguments: str) -> "subprocess.Popen[bytes]":
    nice = ["nice", "-n", "10"]
    return subprocess.Popen([*nice, sys.executable, "-m", "orchd", *arguments], stdout=subprocess.DEVNULL)


class Pace(NamedTuple):
    """Megabytes of the database in a second, and in a second of a processor's time."""

    wall: float
    processor: float


def paced(work: Callable[[], None], size: float) -> Pace:
    """Do something with a database of `size` megabytes, here or in a child that ends."""
    began, spent = time.perf_counter(), sum(os.times()[:4])
    work()
    return Pace(size / (time.perf_counter() - began), size / (sum(os.times()[:4]) - spent))


def backed_up(data: Path, file: Path) -> None:
    if command("backup", str(file), "--data-dir", str(data)).wait():
        raise RuntimeError("it could not be backed up")


def restored(file: Path, target: Path) -> None:
    if command("restore", str(file), "--data-dir", str(target)).wait():
        raise RuntimeError("it could not be restored")


def copied(database: Path, copy: Path) -> None:
    with contextlib.closing(sqlite3.connect(database)) as connection:
        connection.execute("VACUUM INTO ?", (str(copy),))
    with copy.open("rb") as file:
        os.fsync(file.fileno())


def run() -> list[Row]:
    """Measure, and print the sizes on the way."""
    directory = Path(tempfile.mkdtemp(prefix="orchd-bench-"))
    try:
        database, file = directory / "data" / "orchd.db", directory / "a.backup"
        copy = directory / "copy" / "orchd.db"  # the daemon takes its own directory with it
        database.parent.mkdir()
        copy.parent.mkdir()
        given = os.environ.get(GIVEN)
        shutil.copy(given, database) if given else make(database)
        size = database.stat().st_size / 1e6
        plain = paced(partial(copied, database, copy), size)
        with (
            Process("tests.bench.upstream", core=CLIENT_CORE) as upstream,
            Daemon(database.parent, upstream.port) as daemon,
        ):
            backup = command("backup", str(file), "--data-dir", str(database.parent))
            alone, beside = rounds(daemon.port, backup)
        backup_pace = paced(partial(backed_up, copy.parent, directory / "b.backup"), size)
        print(f"a database of {size:,.0f} MB, a backup of {file.stat().st_size / 1e6:,.0f} MB", flush=True)
        restore = paced(partial(restored, file, directory / "restored"), size)
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    rows = [
        Row(f"{ANSWERS} answers: lag {name}, ms", middle(of, alone), middle(of, beside))
        for name, of in (("p50", statistics.median), ("p99", p99), ("of the latest token", max))
    ]
    return [
        *rows,
        Row("the latest token of all rounds, ms", max(map(max, alone)), max(map(max, beside))),
        Row("backup, MB/s", None, backup_pace.wall),
        Row("backup, MB per second of a processor", None, backup_pace.processor),
        Row("restore, MB/s", plain.wall, restore.wall),
        Row("restore, MB per second of a processor", plain.processor, restore.processor),
    ]


def middle(of: Callable[[list[float]], float], lags: list[list[float]]) -> float:
    """Return the median of a figure over all rounds: one of them may have met something else."""
    return statistics.median(map(of, lags))


def p99(values: list[float]) -> float:
    return statistics.quantiles(values, n=100)[98]
