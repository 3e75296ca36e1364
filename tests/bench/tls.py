"""What a frame costs on its way out, encrypted beside plain: the real outbox, over sockets with readers elsewhere."""

import os
import ssl
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path

import trio

from orchd.protocol.websocket import text_frame
from orchd.server.outbox import Outbox, Pressure
from tests.bench.report import Row
from tests.bench.server import CLIENT_CORE, Process
from tests.fix_tls import Authority

FRAMES, BYTES = 4_000, 300
BURSTS = (1, 16)
ROUNDS = 3
PRESSURE = Pressure(2**20, 2**24, 30.0)


async def write(outbox: Outbox, burst: int) -> float:
    """Put frames, so many before the loop turns; return the microseconds of processor time that one costs."""
    frame = text_frame(b"x" * BYTES)
    started = time.process_time()
    for _ in range(FRAMES // burst):
        for _ in range(burst):
            outbox.put(frame)
        await trio.lowlevel.checkpoint()
        if outbox.waiting_bytes > 2**18:
            await outbox.wait_flushed()
    await outbox.wait_flushed()
    return (time.process_time() - started) / FRAMES * 1e6


async def measure(plain: int, secure: int, files: tuple[Path, Path]) -> dict[tuple[str, int], float]:
    """The best of some rounds for each kind of stream and each burst, in turn."""
    found: dict[tuple[str, int], float] = {}
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*files)
    async with AsyncExitStack() as stack:
        nursery = await stack.enter_async_context(trio.open_nursery())
        streams: dict[str, trio.abc.Stream] = {"plain": await trio.open_tcp_stream("127.0.0.1", plain)}
        below = await trio.open_tcp_stream("127.0.0.1", secure)
        secured = trio.SSLStream(below, context, server_side=True)
        await secured.do_handshake()
        streams["tls"] = secured
        outboxes = {kind: Outbox(stream, nursery, PRESSURE) for kind, stream in streams.items()}
        for _ in range(ROUNDS):
            for kind, outbox in outboxes.items():
                for burst in BURSTS:
                    taken = await write(outbox, burst)
                    found[kind, burst] = min(taken, found.get((kind, burst), taken))
        for kind, stream in streams.items():
            outboxes[kind].end()
            await trio.aclose_forcefully(stream)
        nursery.cancel_scope.cancel()
    return found


def run() -> list[Row]:
    """Measure; the baseline is the same outbox without TLS."""
    with tempfile.TemporaryDirectory(prefix="orchd-bench-") as directory:
        authority = Authority(Path(directory))
        files = authority.issue("localhost")
        with (
            Process("tests.bench.tls", core=CLIENT_CORE) as plain,
            Process("tests.bench.tls", str(authority.file), core=CLIENT_CORE) as secure,
        ):
            os.sched_setaffinity(0, set(range(os.cpu_count() or 1)))
            found = trio.run(measure, plain.port, secure.port, files)
    return [
        Row(f"a frame of {BYTES} bytes, {burst} at once, µs of processor", found["plain", burst], found["tls", burst])
        for burst in BURSTS
    ]


async def read(context: ssl.SSLContext | None) -> None:
    """Take one connection, and read it to its end."""
    listeners = await trio.open_tcp_listeners(0, host="127.0.0.1")
    print(listeners[0].socket.getsockname()[1], flush=True)
    stream: trio.abc.Stream = await listeners[0].accept()
    if context is not None:
        stream = trio.SSLStream(stream, context, server_hostname="localhost")
    while await stream.receive_some(2**18):
        pass


if __name__ == "__main__":
    trio.run(read, ssl.create_default_context(cafile=sys.argv[1]) if len(sys.argv) > 1 else None)
