"""One frame to a thousand sockets, encoded once, against a Node server built on `ws`, the usual library for it."""

import os
import selectors
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.report import Row
from tests.bench.server import CLIENT_CORE, SERVER_CORE, pin

SOCKETS, ROUNDS = 1_000, 100
NODE = Path(__file__).parent / "node"


def frames_per_second(command: list[str], cwd: str | None = None) -> float:
    """Start a fan-out server, connect, let it send, and return how many frames a second arrived."""
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=cwd) as child:
        pin(child.pid, SERVER_CORE)
        assert child.stdout is not None
        assert child.stdin is not None
        port, size = (int(word) for word in child.stdout.readline().split())
        sockets = [connect(port) for _ in range(SOCKETS)]
        child.stdin.write("go\n")
        child.stdin.flush()
        taken = receive(sockets, size * ROUNDS)
        child.kill()
        for each in sockets:
            each.close()
    return SOCKETS * ROUNDS / taken


def connect(port: int) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", port))
    client.sendall(
        b"GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    payload = b'{"type":"bench:subscribe"}'
    client.sendall(bytes([0x81, 0x80 | len(payload)]) + bytes(4) + payload)
    received = b""
    while b"bench:subscribed" not in received or not received.endswith(b"}"):
        received += client.recv(4096)
    client.setblocking(False)
    return client


def receive(sockets: list[socket.socket], expected: int) -> float:
    """Read until each socket has had `expected` bytes more; return the seconds from the first byte to the last."""
    selector = selectors.DefaultSelector()
    missing = dict.fromkeys(sockets, expected)
    buffer = bytearray(2**20)
    for each in sockets:
        selector.register(each, selectors.EVENT_READ)
    started = None
    while missing:
        for key, _ in selector.select(timeout=30):
            client = key.fileobj
            assert isinstance(client, socket.socket)
            count = client.recv_into(buffer)
            started = started or time.perf_counter()
            missing[client] -= count
            if missing[client] <= 0 or not count:
                selector.unregister(client)
                del missing[client]
    return time.perf_counter() - (started or 0.0)


def run() -> list[Row]:
    """Compare both servers; without Node only our own figure is printed."""
    pin(0, CLIENT_CORE)
    ours = frames_per_second([sys.executable, "-m", "tests.bench.fanout", str(ROUNDS)])
    return [Row(f"frames/s to {SOCKETS:,} sockets", node_figure(), ours)]


def node_figure() -> float | None:
    """Return the baseline's figure, None where Node or its library can't be had."""
    if shutil.which("npm") is None:
        return None
    with tempfile.TemporaryDirectory() as directory:
        shutil.copytree(NODE, directory, dirs_exist_ok=True)
        installed = subprocess.run(["npm", "install", "--silent"], cwd=directory, check=False, env={**os.environ})
        if installed.returncode:
            return None
        return frames_per_second(["node", "server.js", str(ROUNDS)], cwd=directory)
