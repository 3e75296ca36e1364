"""Wrong log-ins, ten thousand a minute, beside other people's pings and chats; and what stays in memory."""

import asyncio
import json
import statistics
import sys
import time

from tests.bench.access import LogIns, first_tokens, make_users
from tests.bench.client import Client
from tests.bench.report import Row
from tests.bench.server import CLIENT_CORE, Daemon, Process, orchd

A_MINUTE = 10_000
SECONDS = 24.0
PINGS = 200


async def pings(port: int, head: bytes) -> list[float]:
    """The milliseconds of many pings."""
    client = await Client.open(port, head)
    taken: list[float] = []
    for number in range(PINGS):
        started = time.perf_counter()
        client.send({"type": "ping", "id": str(number), "data": {}})
        async for frame in client.frames():
            if frame["type"] == "pong":
                break
        taken.append((time.perf_counter() - started) * 1000)
        await asyncio.sleep(0.005)
    await client.close()
    return taken


async def attack(log_ins: LogIns) -> float:
    """Begin as many log-ins as come in that time, whatever becomes of those before; return how many a minute."""
    started, begun = time.perf_counter(), 0
    async with asyncio.TaskGroup() as group:
        while (passed := time.perf_counter() - started) < SECONDS:
            while begun < passed * A_MINUTE / 60:
                group.create_task(log_ins.log_in())
                begun += 1
            await asyncio.sleep(0.005)
    return begun / (time.perf_counter() - started) * 60


async def beside(port: int, head: bytes) -> tuple[list[float], list[float], dict[str, float]]:
    """Pings and first tokens while it lasts, and what the log-ins were told. Those come from a process of their own,
    since one that is busy with them measures itself."""
    command = (sys.executable, "-m", "tests.bench.log_ins", str(port))
    attacker = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    over = asyncio.create_task(attacker.communicate())
    pinged: list[float] = []
    chatted: list[float] = []
    while not over.done():
        pinged += await pings(port, head)
        chatted += await first_tokens(port, head)
    told: dict[str, float] = json.loads((await over)[0])
    return pinged, chatted, told


def measure(daemon: Daemon) -> list[Row]:
    """Measure one daemon, before, during and after."""
    head, _ = asyncio.run(make_users(daemon.port))
    asyncio.run(first_tokens(daemon.port, head))
    memory, processor = daemon.megabytes(), daemon.cpu()
    calm_pings, calm_chats = asyncio.run(pings(daemon.port, head)), asyncio.run(first_tokens(daemon.port, head))
    pinged, chatted, told = asyncio.run(beside(daemon.port, head))
    calm_pings += asyncio.run(pings(daemon.port, head))
    calm_chats += asyncio.run(first_tokens(daemon.port, head))
    return [
        Row("ping p50, alone / beside them, ms", statistics.median(calm_pings), statistics.median(pinged)),
        Row("ping p99, ms", _p99(calm_pings), _p99(pinged)),
        Row("first token p50, ms", statistics.median(calm_chats), statistics.median(chatted)),
        Row("first token p99, ms", _p99(calm_chats), _p99(chatted)),
        *(Row(f"log-ins, {name}", None, number) for name, number in sorted(told.items())),
        Row("memory before / after, MB", memory, daemon.megabytes()),
        Row("processor time of the daemon, s", None, daemon.cpu() - processor),
    ]


def _p99(taken: list[float]) -> float:
    return sorted(taken)[len(taken) * 99 // 100]


def run() -> list[Row]:
    settings = '[server]\ntrustedProxies = ["127.0.0.1"]\n'
    with Process("tests.bench.upstream", core=CLIENT_CORE) as upstream, orchd(upstream.port, settings) as daemon:
        return measure(daemon)


def main() -> None:
    log_ins = LogIns(int(sys.argv[1]))
    came = asyncio.run(attack(log_ins))
    told = {f"answered {status}": number for status, number in log_ins.statuses.items()}
    print(json.dumps(told | {"a minute": came}))


if __name__ == "__main__":
    main()
