"""The tests' WebSocket clients: one that reads and judges everything, and one that is as rude as a test wants."""

import base64
import json
import os
import socket
import struct
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from urllib.parse import urlsplit

import trio
from trio_websocket import ConnectionClosed, WebSocketConnection, wrap_client_stream

from tests.wire.referee import Frame, Referee, is_final

HANG_SECONDS = 90.0
"""Nothing takes so long; whoever waits for more is stuck."""

METRICS_SECONDS = 0.1
"""Between two looks at the metrics, of which a subscription may be given some that are not quite fresh."""

PAUSE_SECONDS = 0.05
"""Between two questions whether something has happened: to ask without a pause keeps a processor from it."""

MAX_MESSAGE = 64 * 1024 * 1024

_RESET = struct.pack("ii", 1, 0)


class Client:
    """One connection. A task of `connect`'s nursery reads it, so `frames` holds all that has come, in order."""

    def __init__(self, websocket: WebSocketConnection, stream: trio.SocketStream) -> None:
        self.frames: list[Frame] = []
        self.referee = Referee()
        self.closed = trio.Event()
        self.close_code: int | None = None
        """Set with `closed`; None when the connection was lost without a close frame."""
        self._websocket = websocket
        self._stream = stream
        self._ids = map(str, count(1))
        self._came = trio.Event()

    @property
    def subprotocol(self) -> str | None:
        """What the daemon chose of those offered."""
        return self._websocket.subprotocol

    async def read(self) -> None:
        """Read and judge until the connection ends."""
        try:
            while True:
                text = await self._websocket.get_message()
                assert isinstance(text, str), "frames are text messages"
                frame = json.loads(text)
                self.referee.receive(frame)
                self.frames.append(frame)
                self._wake()
        except ConnectionClosed as closed:
            self.close_code = None if closed.reason is None else closed.reason.code
        finally:
            await trio.aclose_forcefully(self._stream)
            self.closed.set()
            self._wake()

    def cut(self) -> None:
        """Leave without a farewell, by RST."""
        cut(self._stream)

    def _wake(self) -> None:
        self._came.set()
        self._came = trio.Event()

    async def send(self, kind: str, data: Frame | None = None, *, request_id: str | None = None) -> str:
        """Send a frame; the id that it has."""
        request_id = request_id or f"r{next(self._ids)}"
        self.referee.asked(kind, request_id)
        await self.send_text(json.dumps({"type": kind, "id": request_id, "data": data or {}}))
        return request_id

    async def send_text(self, message: str | bytes) -> None:
        """Send any text, or a binary message."""
        with trio.fail_after(HANG_SECONDS):
            await self._websocket.send_message(message)

    async def request(self, kind: str, data: Frame | None = None) -> Frame:
        """Send a frame and return the final frame that answers it."""
        return (await self.answer(await self.send(kind, data)))[-1]

    async def chat(self, message: str, **members: object) -> Frame:
        """Send a message and return the stored answer's data."""
        final = await self.request("chat:send", {"message": message, **members})
        assert final["type"] == "chat:message", final
        return dict(final["data"])

    async def answer(self, request_id: str) -> list[Frame]:
        """All frames with this id, once the final one is among them."""
        with trio.fail_after(HANG_SECONDS):
            while request_id in self.referee.asked_types:
                await self._next_news(f"the final frame of {request_id}")
        return [frame for frame in self.frames if frame.get("id") == request_id]

    async def until(self, wanted: Callable[[Frame], bool], *, after: int = 0) -> Frame:
        """The first frame from the position `after` on that is wanted, as soon as it has come."""
        with trio.fail_after(HANG_SECONDS):
            while True:
                while after < len(self.frames):
                    after += 1
                    if wanted(self.frames[after - 1]):
                        return self.frames[after - 1]
                await self._next_news("a frame")

    async def until_type(self, kind: str, request_id: str | None = None) -> Frame:
        """The first frame of a type, of this request if one is named."""
        return await self.until(lambda f: f["type"] == kind and request_id in (None, f.get("id")))

    async def started(self, message: str, *, characters: int = 1, **members: object) -> tuple[str, int]:
        """Send a message and wait for the first text of its answer; the request's id and the answer's."""
        request_id = await self.send("chat:send", {"message": message, **members})
        frame = await self.until(
            lambda f: (
                f.get("id") == request_id
                and (is_final(f, "chat:send") or (f["type"] == "chat:streaming" and f["data"]["seq"] >= characters))
            )
        )
        assert frame["type"] == "chat:streaming", f"it ended before it had said enough: {frame}"
        return request_id, frame["data"]["messageId"]

    async def history(self, conversation_id: int, **members: object) -> list[Frame]:
        """The messages of a conversation's active branch, all pages of it unless a `limit` is given."""
        messages: list[Frame] = []
        while True:
            final = await self.request("chat:history", {"conversationId": conversation_id, **members})
            assert final["type"] == "chat:history", final
            messages = [*final["data"]["messages"], *messages]
            if "limit" in members or not final["data"]["hasMore"]:
                return messages
            members["before"] = messages[0]["id"]

    async def metrics(self) -> Frame:
        """The daemon's present metrics: the first of a new subscription, which is ended again."""
        after = len(self.frames)
        await self.request("monitoring:subscribe", {"intervalMs": 1000})
        frame = await self.until(lambda f: f["type"] == "monitoring:metrics", after=after)
        await self.request("monitoring:unsubscribe")
        return dict(frame["data"])

    async def until_connections(self, count: int) -> None:
        """Wait until the daemon has so many connections."""
        with trio.fail_after(HANG_SECONDS):
            while (await self.metrics())["daemon"]["connections"] != count:  # noqa: ASYNC110 - no frame tells
                await trio.sleep(METRICS_SECONDS)

    async def wait_closed(self) -> int | None:
        """Wait until the connection has ended; the close code, None when it was just lost."""
        with trio.fail_after(HANG_SECONDS):
            await self.closed.wait()
        return self.close_code

    async def aclose(self) -> None:
        """Close in an orderly way."""
        with trio.fail_after(HANG_SECONDS):
            await self._websocket.aclose()
            await self.closed.wait()

    async def _next_news(self, what: str) -> None:
        assert not self.closed.is_set(), f"closed ({self.close_code}) before {what} came; last: {self.frames[-3:]}"
        try:
            await self._came.wait()
        except trio.Cancelled:
            # The scope around this is a hang guard: say what was waited for before it turns into TooSlowError.
            print(f"waited in vain for {what}; last frames: {self.frames[-3:]}")  # noqa: T201
            raise


async def connect(
    nursery: trio.Nursery,
    url: str,
    subprotocols: Sequence[str] = ("orchd.v1",),
    headers: Mapping[str, str] | None = None,
) -> Client:
    """Connect, read in `nursery`, and return once the daemon has greeted; `headers` may say who connects."""
    parts = urlsplit(url)
    assert parts.hostname is not None
    assert parts.port is not None
    with trio.fail_after(HANG_SECONDS):
        stream = await trio.open_tcp_stream(parts.hostname, parts.port)
        websocket = await wrap_client_stream(
            *(nursery, stream, parts.netloc, parts.path),
            subprotocols=list(subprotocols),
            extra_headers=[(name.encode(), value.encode()) for name, value in (headers or {}).items()],
            max_message_size=MAX_MESSAGE,
        )
    client = Client(websocket, stream)
    nursery.start_soon(client.read)
    await client.until_type("session:ready")
    return client


def is_as_told(stored: Frame, told: Frame) -> bool:
    """Whether a message of a history is the one that a frame told; a history may tell more members of it."""
    return told.items() <= stored.items()


class RudeClient:
    """A WebSocket by hand: it reads nothing unless told to, and leaves without a farewell."""

    def __init__(self, stream: trio.SocketStream) -> None:
        self.stream = stream

    @classmethod
    async def connect(cls, url: str, *, receive_buffer: int | None = None) -> "RudeClient":
        """Connect and read the handshake's answer, no byte further than that and what came with it."""
        parts = urlsplit(url)
        assert parts.hostname is not None
        raw = trio.socket.socket()
        if receive_buffer is not None:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        await raw.connect((parts.hostname, parts.port))
        client = cls(trio.SocketStream(raw))
        key = base64.b64encode(os.urandom(16)).decode()
        await client.stream.send_all(
            f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        head = b""
        with trio.fail_after(HANG_SECONDS):
            while b"\r\n\r\n" not in head:
                head += await client.stream.receive_some(1)
        assert head.startswith(b"HTTP/1.1 101"), head
        return client

    async def send(self, kind: str, data: Frame, request_id: str = "rude") -> None:
        """Send one frame."""
        payload = json.dumps({"type": kind, "id": request_id, "data": data}).encode()
        head = (
            bytes([0x81, 0x80 | len(payload)]) if len(payload) < 126 else struct.pack("!BBH", 0x81, 254, len(payload))
        )
        with trio.fail_after(HANG_SECONDS):
            await self.stream.send_all(head + bytes(4) + payload)

    async def read_until(self, wanted: bytes) -> bytes:
        """Read until these bytes have come."""
        data = b""
        with trio.fail_after(HANG_SECONDS):
            while wanted not in data:
                received = await self.stream.receive_some(65_536)
                assert received, f"closed before {wanted!r} came"
                data += received
        return data

    async def rest(self) -> bytes | None:
        """Read to the end; None when that is a reset."""
        data = b""
        with trio.fail_after(HANG_SECONDS):
            try:
                while received := await self.stream.receive_some(65_536):
                    data += received
            except trio.BrokenResourceError:
                return None
        return data

    def cut(self) -> None:
        """Leave without a farewell, by RST."""
        cut(self.stream)


def cut(stream: trio.SocketStream) -> None:
    """End a connection by RST."""
    stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    stream.socket.close()
