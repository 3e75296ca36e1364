"""What a scrape of `/metrics` takes while a thousand connections are open, and how much of a core one a quarter of a
minute costs."""

import asyncio
import statistics
import time

from tests.bench.client import Client
from tests.bench.report import Row
from tests.bench.server import CLIENT_CORE, Process, orchd

CONNECTIONS, ROUNDS = 1_000, 50
AT_ONCE = 50


async def scrape(port: int) -> float:
    """Return the milliseconds from asking to the last byte."""
    started = time.perf_counter()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(
        b"GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nAccept: application/openmetrics-text\r\n\r\n"
    )
    text = await reader.read()
    while more := await reader.read():
        text += more
    writer.close()
    if not text.endswith(b"# EOF\n"):
        raise RuntimeError(text[:200].decode())
    return (time.perf_counter() - started) * 1000


async def measure(daemon: Process) -> tuple[float, float]:
    """Return the median milliseconds of a scrape, and those of processor time."""
    clients: list[Client] = []
    for _ in range(0, CONNECTIONS, AT_ONCE):
        clients += await asyncio.gather(*(Client.open(daemon.port) for _ in range(AT_ONCE)))
    for client in clients[:20]:
        client.send_chat("20 0")
    await asyncio.sleep(2)
    await scrape(daemon.port)  # the first one loads the library
    before = daemon.cpu()
    taken = [await scrape(daemon.port) for _ in range(ROUNDS)]
    return statistics.median(taken), (daemon.cpu() - before) * 1000 / ROUNDS


def run() -> list[Row]:
    with Process("tests.bench.upstream", core=CLIENT_CORE) as upstream, orchd(upstream.port) as daemon:
        taken, cpu = asyncio.run(measure(daemon))
    return [
        Row(f"/metrics with {CONNECTIONS:,} connections p50, ms", None, taken),
        Row("the same: CPU, ms", None, cpu),
    ]
