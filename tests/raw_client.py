"""A WebSocket client that does only what a test says, and frames as bytes (RFC 6455)."""

import base64
import os
import struct
from collections.abc import Callable

import trio

HANG_SECONDS = 90.0
"""Nothing takes so long, in virtual time either; whoever waits for more is stuck."""

TEXT, BINARY, CLOSE, PING, PONG = 0x1, 0x2, 0x8, 0x9, 0xA


class RawClient:
    """A client that does only what the test says: it answers neither pings nor closes."""

    def __init__(self, stream: trio.abc.Stream) -> None:
        self.stream = stream
        self._received = b""

    async def send(self, data: bytes) -> None:
        """Send bytes."""
        with trio.fail_after(HANG_SECONDS):
            await self.stream.send_all(data)

    async def until(self, end: bytes) -> bytes:
        """Read up to and with `end`."""
        while end not in self._received:
            assert await self._read(), f"ended before {end!r}: {self._received!r}"
        head, _, self._received = self._received.partition(end)
        return head + end

    async def exactly(self, size: int) -> bytes:
        """Read so many bytes."""
        while len(self._received) < size:
            assert await self._read(), f"ended after {len(self._received)} of {size} bytes"
        data, self._received = self._received[:size], self._received[size:]
        return data

    async def frame(self) -> tuple[int, bytes]:
        """Return opcode and payload of the next WebSocket frame; (0, b"") at the end."""
        while (parsed := unmasked(self._received)) is None:
            if not await self._read():
                assert not self._received, f"half a frame: {self._received[:40]!r}"
                return 0, b""
        opcode, payload, length = parsed
        self._received = self._received[length:]
        return opcode, payload

    async def all(self) -> bytes:
        """Read to the end."""
        while await self._read():
            pass
        received, self._received = self._received, b""
        return received

    async def _read(self) -> bool:
        with trio.fail_after(HANG_SECONDS):
            try:
                data = await self.stream.receive_some(65536)
            except trio.BrokenResourceError:
                data = b""
        self._received += data
        return bool(data)


async def until(happened: Callable[[], object]) -> None:
    """Wait for what tells nobody that it has happened."""
    with trio.fail_after(HANG_SECONDS):
        while not happened():  # noqa: ASYNC110  # there is no event: the state of others is watched from outside
            await trio.sleep(0.005)


def masked(opcode: int, payload: bytes = b"", *, final: bool = True) -> bytes:
    """Return a client's frame (RFC 6455, 5.2)."""
    head = bytes([opcode | (0x80 if final else 0)])
    length = len(payload)
    if length < 126:
        head += bytes([0x80 | length])
    elif length < 65_536:
        head += struct.pack("!BH", 0xFE, length)
    else:
        head += struct.pack("!BQ", 0xFF, length)
    mask = os.urandom(4)
    return head + mask + bytes(byte ^ mask[index % 4] for index, byte in enumerate(payload))


def unmasked(data: bytes) -> tuple[int, bytes, int] | None:
    """Return opcode, payload and whole length of the server's frame at the start; None when more must come."""
    if len(data) < 2:
        return None
    assert data[0] & 0x70 == 0, "no extension was agreed"
    assert data[0] & 0x80, "never fragmented"
    assert data[1] < 0x80, "a server does not mask"
    start = {126: 4, 127: 10}.get(data[1], 2)
    if len(data) < start:
        return None
    length = data[1] if start == 2 else int.from_bytes(data[2:start], "big")
    if len(data) < start + length:
        return None
    return data[0] & 0x0F, data[start : start + length], start + length


def handshake(host: str = "localhost", path: str = "/ws", **headers: str) -> bytes:
    """Return the head of a WebSocket handshake; a header is named with `_` for `-`."""
    lines = {
        "Host": host,
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
    }
    lines |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"GET {path} HTTP/1.1\r\n{head}\r\n".encode("latin-1")
