"""What an idle connection costs: the growth of the daemon's memory over thousands of them."""

import asyncio
import resource

from tests.bench.client import Client
from tests.bench.report import Row
from tests.bench.server import CLIENT_CORE, Process, orchd

CONNECTIONS = 5_000
AT_ONCE = 50


async def open_all(port: int, clients: list[Client]) -> None:
    for _ in range(0, CONNECTIONS, AT_ONCE):
        clients += await asyncio.gather(*(Client.open(port) for _ in range(AT_ONCE)))


async def measure(server: Process) -> float:
    """Return KiB of resident memory for each connection."""
    before = server.megabytes()
    clients: list[Client] = []
    await open_all(server.port, clients)
    await asyncio.sleep(1)
    return (server.megabytes() - before) * 1e6 / 1024 / CONNECTIONS


def run() -> list[Row]:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 20_000), hard))
    with Process("tests.bench.upstream", core=CLIENT_CORE) as upstream, orchd(upstream.port) as daemon:
        return [Row(f"KiB per idle connection ({CONNECTIONS:,} open)", None, asyncio.run(measure(daemon)))]
