"""A WebSocket client that costs little, so that what is measured is the server: raw frames over asyncio streams."""

import asyncio
import os
import struct
from collections.abc import AsyncIterator
from typing import Any

import msgspec

DECODE = msgspec.json.Decoder().decode


class Client:
    """One connection. Frames come as decoded JSON."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self.buffer = b""

    @classmethod
    async def open(cls, port: int, shown: bytes = b"") -> "Client":
        """Connect; `shown` are more headers, each with its line end."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**22)
        writer.write(
            b"GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" + shown + b"\r\n"
        )
        head = await reader.readuntil(b"\r\n\r\n")
        if b" 101 " not in head.split(b"\r\n")[0]:
            raise ConnectionError(head.decode())
        return cls(reader, writer)

    def send(self, frame: dict[str, Any]) -> None:
        payload = msgspec.json.encode(frame)
        length = (
            bytes([0x81, 0x80 | len(payload)]) if len(payload) < 126 else struct.pack("!BBH", 0x81, 0xFE, len(payload))
        )
        self.writer.write(length + bytes(4) + payload)

    def send_chat(self, message: str, request_id: str = "1") -> None:
        self.send({"type": "chat:send", "id": request_id, "data": {"message": message}})

    async def frames(self) -> AsyncIterator[Any]:
        """Yield text frames until the connection ends; pings are answered."""
        while data := await self.reader.read(2**18):
            self.buffer += data
            for frame in self.split():
                yield DECODE(frame)

    def split(self) -> list[bytes]:
        found, buffer, at = [], self.buffer, 0
        while len(buffer) - at >= 2:
            size, start = buffer[at + 1], at + 2
            if size == 126:
                size, start = int.from_bytes(buffer[at + 2 : at + 4], "big"), at + 4
            elif size == 127:
                size, start = int.from_bytes(buffer[at + 2 : at + 10], "big"), at + 10
            if len(buffer) < start + size:
                break
            if buffer[at] == 0x81:
                found.append(buffer[start : start + size])
            elif buffer[at] == 0x89:
                self.writer.write(bytes([0x8A, 0x80 | size]) + bytes(4) + buffer[start : start + size])
            at = start + size
        self.buffer = buffer[at:]
        return found

    async def close(self) -> None:
        self.writer.write(bytes([0x88, 0x80]) + os.urandom(4))
        self.writer.close()


def is_final(frame: Any) -> bool:
    """Whether a frame ends a `chat:send`."""
    kind: str = frame["type"]
    return kind == "error" or (kind == "chat:message" and frame["data"]["role"] == "assistant")
