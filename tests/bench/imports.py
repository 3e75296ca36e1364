"""What an import of a thousand conversations takes, and what others notice of it: pings without and with it beside.

And what a program pays to load the classes of the client in Python, of one family and of all.
"""

import asyncio
import json
import random
import statistics
import subprocess
import sys
import time
from typing import Any

from tests.bench.client import Client
from tests.bench.report import Row
from tests.bench.server import CLIENT_CORE, Daemon, Process, orchd, pin

CONVERSATIONS, MESSAGES = 1_000, 20
QUESTION, ANSWER = 400, 3_900
"""Characters; together some 50 MB."""
PINGS = 200
PIECE = 256 * 1024


def text(drawn: random.Random, words: list[str], size: int) -> str:
    """Prose of some length."""
    return " ".join(drawn.choices(words, k=size // 6))[:size]


def export() -> bytes:
    """An export as ChatGPT writes it."""
    drawn = random.Random(7)
    words = ["".join(drawn.choices("abcdefghijklmnopqrstuvwxyz", k=drawn.randint(2, 9))) for _ in range(20_000)]
    return json.dumps([conversation(drawn, words, number) for number in range(CONVERSATIONS)]).encode()


def conversation(drawn: random.Random, words: list[str], number: int) -> dict[str, Any]:
    """One conversation, without branches."""
    nodes: dict[str, Any] = {}
    for place in range(MESSAGES):
        asks = place % 2 == 0
        message = {
            "author": {"role": "user" if asks else "assistant"},
            "create_time": 1_700_000_000 + place,
            "content": {"content_type": "text", "parts": [text(drawn, words, QUESTION if asks else ANSWER)]},
        }
        parent = str(place - 1) if place else None
        nodes[str(place)] = {"id": str(place), "message": message, "parent": parent, "children": []}
    return {"id": f"c{number}", "title": f"Conversation {number}", "mapping": nodes, "current_node": str(MESSAGES - 1)}


async def send(port: int, file: bytes) -> dict[str, Any]:
    """Send a file; what is told of the import."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = (
        f"POST /conversations/import HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(file)}\r\nConnection: close\r\n\r\n"
    )
    writer.write(head.encode())
    for start in range(0, len(file), PIECE):
        writer.write(file[start : start + PIECE])
        await writer.drain()
    answer = await reader.read()
    writer.close()
    told: dict[str, Any] = json.loads(answer.partition(b"\r\n\r\n")[2])
    return told


async def ping(client: Client, number: int) -> float:
    """How long a ping takes, in ms."""
    started = time.perf_counter()
    client.send({"type": "ping", "id": f"p{number}"})
    async for frame in client.frames():
        if frame.get("id") == f"p{number}":
            break
    return (time.perf_counter() - started) * 1000


LOADING = """
import time
from orchd import orchd_client
from orchd.orchd_client import requests, types
started = time.process_time()
for module, names in ((types, {types}), (requests, {requests})):
    for name in names or dir(module):
        getattr(module, name)
print((time.process_time() - started) * 1000)
"""


def loading(types: tuple[str, ...] = (), requests: tuple[str, ...] = ()) -> float:
    """How long it takes to make classes of the client, or all of them, in ms of the processor."""
    command = [sys.executable, "-c", LOADING.format(types=types, requests=requests)]
    taken = [float(subprocess.run(command, capture_output=True, check=True).stdout) for _ in range(5)]
    return min(taken)


async def measure(daemon: Daemon, file: bytes) -> tuple[float, float, list[float], list[float]]:
    """Return the seconds that an import takes, the megabytes that the daemon grows by, and pings before and beside."""
    client = await Client.open(daemon.port)
    before = [await ping(client, number) for number in range(PINGS)]
    sizes = [daemon.megabytes()]
    started = time.perf_counter()
    sending = asyncio.create_task(send(daemon.port, file))
    beside: list[float] = []
    while not sending.done():
        beside.append(await ping(client, PINGS + len(beside)))
        sizes.append(daemon.megabytes())
        await asyncio.sleep(0.01)
    took = time.perf_counter() - started
    told = await sending
    await client.close()
    assert told.get("imported") == CONVERSATIONS, told
    return took, max(sizes) - sizes[0], before, beside


def run() -> list[Row]:
    """Measure one import."""
    pin(0, CLIENT_CORE)
    file = export()
    with Process("tests.bench.upstream", core=CLIENT_CORE) as upstream, orchd(upstream.port) as daemon:
        spent = daemon.cpu()
        took, grown, before, beside = asyncio.run(measure(daemon, file))
        spent = daemon.cpu() - spent
    name = f"import of {CONVERSATIONS:,} conversations, {len(file) / 1e6:.0f} MB"
    return [
        Row("client in Python, classes of tasks against all: ms", loading(), loading(("TaskFound",), ("TaskGet",))),
        Row(f"{name}: seconds", None, took),
        Row(f"{name}: CPU seconds of the daemon", None, spent),
        Row(f"{name}: memory that is taken, MB", None, grown),
        Row("ping beside it: p50, ms", statistics.median(before), statistics.median(beside)),
        Row("ping beside it: p99, ms", sorted(before)[-1 - PINGS // 100], sorted(beside)[-1 - len(beside) // 100]),
    ]
