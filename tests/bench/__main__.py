"""Measure the daemon beside a bare relay and print the figures that matter. `python -m tests.bench [NAME...]`."""

import asyncio
import statistics
import time
from argparse import ArgumentParser

from tests.bench import (
    access,
    backup,
    claims,
    gateway,
    idle,
    imports,
    log_ins,
    metrics,
    outlive,
    rest,
    scheduler,
    scrape,
    start,
    task,
    task_frames,
    tls,
    workspace,
)
from tests.bench.client import Client, is_final
from tests.bench.report import Row, table
from tests.bench.server import CLIENT_CORE, Process, orchd, pin
from tests.bench.upstream import token

STREAMS, TOKENS, INTERVAL_MS = 100, 200, 5
BURST = 20_000
FIRST_TOKEN_ROUNDS = 200


async def first_token(port: int) -> float:
    """Return the median milliseconds from sending a question to its first token."""
    client = await Client.open(port)
    taken = []
    for _ in range(FIRST_TOKEN_ROUNDS):
        started = time.perf_counter()
        client.send_chat("1 0")
        seen = False
        async for frame in client.frames():
            if not seen and frame["type"] == "chat:streaming":
                seen = True
                taken.append(time.perf_counter() - started)
            if is_final(frame):
                break
    await client.close()
    return statistics.median(taken) * 1000


async def one_stream(port: int, tokens: int, interval_ms: float, lags: list[float]) -> bool:
    """Read one answer; note each token's lag behind the upstream's schedule in ms; return whether it is exact."""
    client = await Client.open(port)
    started = time.perf_counter()
    client.send_chat(f"{tokens} {interval_ms:g}")
    texts: list[str] = []
    seen = 0
    async for frame in client.frames():
        if frame["type"] == "chat:streaming":
            chunk = frame["data"]["chunk"]
            texts.append(chunk)
            now = time.perf_counter() - started
            came = chunk.count(" ")
            lags.extend(now * 1000 - index * interval_ms for index in range(seen, seen + came))
            seen += came
        if is_final(frame):
            break
    await client.close()
    return "".join(texts) == "".join(token(index) for index in range(tokens))


async def many_streams(port: int) -> tuple[float, float, int]:
    """Return (wall seconds, median lag in ms, exact answers) of all streams at once."""
    lags: list[float] = []
    started = time.perf_counter()
    exact = await asyncio.gather(*(one_stream(port, TOKENS, INTERVAL_MS, lags) for _ in range(STREAMS)))
    return time.perf_counter() - started, statistics.median(lags), sum(exact)


async def leave(port: int, upstream: int) -> float:
    """Return the median milliseconds from `chat:cancel` to the upstream seeing the end of its connection."""
    taken = []
    for _ in range(10):
        client = await Client.open(port)
        client.send_chat("1000 10")
        async for frame in client.frames():
            if frame["type"] == "chat:streaming":
                break
        asked = time.monotonic()
        client.send({"type": "cancel", "id": "c", "data": {"id": "1"}})
        async for frame in client.frames():
            if frame["type"] == "cancelled":
                break
        await client.close()
        taken.append(await closed_at(upstream) - asked)
    return statistics.median(taken) * 1000


async def closed_at(upstream: int) -> float:
    reader, writer = await asyncio.open_connection("127.0.0.1", upstream)
    writer.write(b"GET /closed HTTP/1.1\r\n\r\n")
    head = await reader.readuntil(b"\r\n\r\n")
    body = await reader.readexactly(int(head.split(b"Content-Length: ")[1]))
    writer.close()
    return float(body.decode().split(":")[1].rstrip("} "))


def measure(server: Process, upstream: int, *, cancels: bool) -> dict[str, float]:
    """Run all of it against one server."""
    figures = {"memory before, MB": server.megabytes(), "first token p50, ms": asyncio.run(first_token(server.port))}
    before = server.cpu()
    wall, lag, exact = asyncio.run(many_streams(server.port))
    figures |= {"100 streams: wall, s": wall, "100 streams: lag p50, ms": lag, "100 streams: exact": exact}
    figures |= {"100 streams: CPU, s": server.cpu() - before, "memory after, MB": server.megabytes()}
    before = server.cpu()
    exact_burst = asyncio.run(one_stream(server.port, BURST, 0, []))
    figures |= {"20 000 tokens: CPU, s": server.cpu() - before, "20 000 tokens: exact": float(exact_burst)}
    if cancels:
        figures["cancel to upstream closed p50, ms"] = asyncio.run(leave(server.port, upstream))
    return figures


def chat() -> list[Row]:
    with Process("tests.bench.upstream", core=CLIENT_CORE) as upstream:
        with Process("tests.bench.relay", str(upstream.port)) as relay:
            base = measure(relay, upstream.port, cancels=False)
        with orchd(upstream.port) as daemon:
            ours = measure(daemon, upstream.port, cancels=True)
    added = Row("added first token p50, ms", None, ours["first token p50, ms"] - base["first token p50, ms"])
    return [Row(name, base.get(name), value) for name, value in ours.items()] + [added]


PARTS = {
    "access": access.run,
    "backup": backup.run,
    "chat": chat,
    "claims": claims.run,
    "gateway": gateway.run,
    "metrics": metrics.run,
    "idle": idle.run,
    "log-ins": log_ins.run,
    "outlive": outlive.run,
    "workspace": workspace.run,
    "import": imports.run,
    "scheduler": scheduler.run,
    "scrape": scrape.run,
    "start": start.run,
    "rest": rest.run,
    "task": task.run,
    "task-frames": task_frames.run,
    "tls": tls.run,
}


def main() -> None:
    parser = ArgumentParser(prog="python -m tests.bench", description="Measure parts beside their baselines.")
    parser.add_argument("part", nargs="*", help="one of " + ", ".join(PARTS))
    asked = parser.parse_args().part
    if unknown := [name for name in asked if name not in PARTS]:
        parser.error(f"no such part: {', '.join(unknown)}; there are {', '.join(PARTS)}")
    pin(0, CLIENT_CORE)
    for name in asked or PARTS:
        print(f"\n{name}: orchd beside the baseline", flush=True)
        print(table(PARTS[name]()), flush=True)


if __name__ == "__main__":
    main()
