"""What it costs to keep answers: many at once with the journal on, and a resume of a long one."""

import asyncio
import sqlite3
import statistics
import time
from contextlib import closing
from pathlib import Path

from tests.bench.client import Client, is_final
from tests.bench.report import Row
from tests.bench.server import CLIENT_CORE, Process, orchd, pin
from tests.bench.upstream import token

ANSWERS, TOKENS, INTERVAL_MS = 200, 600, 50
"""Thirty seconds of 200 answers at 20 tokens a second each."""

LONG_TOKENS = 17_000
"""About 100 KB of text."""

RESUMES = 20


async def one_answer(port: int) -> bool:
    client = await Client.open(port)
    client.send_chat(f"{TOKENS} {INTERVAL_MS}")
    texts: list[str] = []
    async for frame in client.frames():
        if frame["type"] == "chat:streaming":
            texts.append(frame["data"]["chunk"])
        if is_final(frame):
            break
    await client.close()
    return "".join(texts) == "".join(token(index) for index in range(TOKENS))


async def commits(database: Path, over: asyncio.Event) -> float:
    """Return how many transactions a second the database saw, by SQLite's own counter of changes."""
    with closing(sqlite3.connect(database)) as connection, connection:
        seen, count, started = None, 0, time.monotonic()
        while not over.is_set():
            (version,) = connection.execute("PRAGMA data_version").fetchone()
            count += version != seen
            seen = version
            await asyncio.sleep(0.005)
    return count / (time.monotonic() - started)


async def many(port: int, database: Path) -> tuple[int, float]:
    """Return (exact answers, transactions a second while they ran)."""
    running = [asyncio.create_task(one_answer(port)) for _ in range(ANSWERS)]
    await asyncio.sleep(2)  # the questions are stored by now
    over = asyncio.Event()
    watch = asyncio.create_task(commits(database, over))
    await asyncio.sleep(TOKENS * INTERVAL_MS / 1000 - 5)  # and no answer has ended yet
    over.set()
    return sum(await asyncio.gather(*running)), await watch


async def resume(port: int) -> tuple[float, float]:
    """Return (median ms to the last byte of a resumed answer, its KB)."""
    client = await Client.open(port)
    epoch, message_id, text = "", 0, ""
    client.send_chat(f"{LONG_TOKENS} 0")
    async for frame in client.frames():
        epoch = frame["data"].get("epoch", epoch)
        if is_final(frame):
            message_id, text = frame["data"]["id"], frame["data"]["content"]
            break
    taken = []
    for number in range(RESUMES):
        started = time.perf_counter()
        data = {"messageId": message_id, "afterSeq": 0, "epoch": epoch}
        client.send({"type": "chat:resume", "id": f"r{number}", "data": data})
        got = ""
        async for frame in client.frames():
            if frame["type"] == "chat:streaming" and not frame["data"]["done"]:
                got += frame["data"]["chunk"]
            if frame["type"] == "chat:resumed":
                taken.append(time.perf_counter() - started)
            if is_final(frame):
                break
        if got != text:
            raise AssertionError("a resumed answer differs")
    await client.close()
    return statistics.median(taken) * 1000, len(text.encode()) / 1000


def run() -> list[Row]:
    """Measure against a daemon of its own."""
    pin(0, CLIENT_CORE)
    with Process("tests.bench.upstream", core=CLIENT_CORE) as upstream, orchd(upstream.port) as daemon:
        milliseconds, kilobytes = asyncio.run(resume(daemon.port))
        before = daemon.cpu()
        exact, per_second = asyncio.run(many(daemon.port, daemon.directory / "orchd.db"))
        return [
            Row(f"resume of {kilobytes:.0f} KB, ms", None, milliseconds),
            Row(f"{ANSWERS} answers x {TOKENS} tokens: exact", None, exact),
            Row("transactions/s meanwhile", None, per_second),
            Row("CPU, s (in 30 s)", None, daemon.cpu() - before),
        ]
