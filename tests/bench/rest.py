"""What a daemon takes while nobody asks it anything: memory, and the processor, alone and with many connections."""

import asyncio
import tempfile
from contextlib import suppress
from pathlib import Path

from tests.bench.client import Client
from tests.bench.report import Row
from tests.bench.start import INSTALLED, PROGRAMS, started

CONNECTIONS, AT_ONCE = 1_000, 50
SETTLED_SECONDS, WATCHED_SECONDS = 8, 65
"""The second holds two pings to each connection, and each kind of periodic look."""


def memory(pid: int) -> tuple[float, float]:
    """Return the megabytes that are resident, and of those the process's own, which no file holds."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()[1:]
    found = {name: int(rest.split()[0]) * 1024 / 1e6 for name, _, rest in (line.partition(":") for line in lines)}
    return found["Rss"], found["Anonymous"]


def spent(pid: int) -> float:
    """Return the seconds on a processor of all threads so far, as the scheduler counts them: ticks are too coarse."""
    total = 0
    for thread in Path(f"/proc/{pid}/task").iterdir():
        with suppress(FileNotFoundError):
            total += int((thread / "schedstat").read_text(encoding="ascii").split()[0])
    return total / 1e9


async def stay(client: Client) -> None:
    """Answer pings until the connection ends."""
    async for _ in client.frames():
        pass


async def watched(pid: int) -> float:
    """Return the percentage of a core that is taken."""
    before = spent(pid)
    await asyncio.sleep(WATCHED_SECONDS)
    return (spent(pid) - before) / WATCHED_SECONDS * 100


async def measure(pid: int, port: int) -> tuple[float, float, float, float]:
    """Return megabytes, resident and own, and percentages of a core, alone and with connections."""
    await asyncio.sleep(SETTLED_SECONDS)
    held = memory(pid)
    alone = await watched(pid)
    clients: list[Client] = []
    for _ in range(0, CONNECTIONS, AT_ONCE):
        clients += await asyncio.gather(*(Client.open(port) for _ in range(AT_ONCE)))
    staying = [asyncio.create_task(stay(client)) for client in clients]
    await asyncio.sleep(SETTLED_SECONDS)
    together = await watched(pid)
    if left := [task for task in staying if task.done()]:
        raise RuntimeError(f"{len(left)} connections ended")
    return *held, alone, together


def figures(program: tuple[str, ...]) -> tuple[float, float, float, float]:
    with tempfile.TemporaryDirectory(prefix="orchd-bench-") as place, started(program, Path(place)) as daemon:
        return asyncio.run(measure(daemon.pid, daemon.port))


def run() -> list[Row]:
    """Measure the single file where it is built, beside the installed one."""
    names = (
        "memory at rest, MB",
        "of that its own, MB",
        "processor at rest, % of a core",
        f"with {CONNECTIONS:,} idle connections, %",
    )
    ours = figures(PROGRAMS[-1])
    base = figures(INSTALLED) if PROGRAMS[1:] else (None,) * len(names)
    return [Row(name, of_base, of_ours) for name, of_base, of_ours in zip(names, base, ours, strict=True)]
