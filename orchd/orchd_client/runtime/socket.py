"""One WebSocket on any of anyio's streams: the protocol is websockets' own, without its I/O."""

import contextlib
import ssl
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from urllib.parse import urlsplit

import anyio
from anyio.abc import ByteStream
from websockets.client import ClientProtocol
from websockets.exceptions import InvalidStatus
from websockets.frames import Frame, Opcode
from websockets.protocol import State
from websockets.typing import Subprotocol
from websockets.uri import parse_uri

from .failures import DisconnectedError, NotADaemonError

MAX_MESSAGE_BYTES = 64 * 1024 * 1024
"""The longest message that is taken: a page of history may have some MiB."""
CONNECT_SECONDS = 20.0
SEND_SECONDS = 20.0
CLOSE_SECONDS = 2.0
_CHUNK = 64 * 1024
_HUNG_UP = "it hung up before the handshake was done"
_MESSAGES = (Opcode.TEXT, Opcode.BINARY, Opcode.CONT)


class HandshakeError(DisconnectedError):
    """The daemon answered the handshake with an HTTP status instead of a WebSocket."""

    def __init__(self, status: int, body: bytes, retry_after: float | None) -> None:
        super().__init__(f"the daemon answered the handshake with HTTP {status}")
        self.status = status
        self.body = body
        self.retry_after = retry_after
        """Seconds, where it is told."""


class ClosedError(DisconnectedError):
    """The other side closed, or is gone: then there is no `code`."""

    def __init__(self, code: int | None, reason: str) -> None:
        gone = f"no connection: {reason}" if reason else "the connection was lost"
        super().__init__(f"closed: {code} {reason}".rstrip() if code else gone)
        self.code = code
        self.reason = reason


class Socket:
    """Whole text messages in and out. Made by `open_socket`; one task reads, one writes."""

    def __init__(self, stream: ByteStream, protocol: ClientProtocol) -> None:
        self._stream, self._protocol = stream, protocol
        self._message: list[bytes] = []
        self._leaving: deque[bytes] = deque()
        self._sending = anyio.Lock()

    async def send(self, text: bytes, seconds: float = SEND_SECONDS) -> None:
        """Send a message. What the other side doesn't take in time is the end of the connection. Raises `ClosedError`."""
        if self._protocol.state is not State.OPEN:
            raise self._closed()
        self._protocol.send_text(text)
        await self.flush(seconds)

    async def receive(self) -> list[bytes]:
        """Wait for bytes, and return the messages that are whole by now, often none. Raises `ClosedError`."""
        if messages := self._whole():  # they came together with the end of the handshake
            return messages
        try:
            data = await self._stream.receive(_CHUNK)
        except (anyio.EndOfStream, anyio.BrokenResourceError, anyio.ClosedResourceError, OSError):
            self._protocol.receive_eof()
            raise self._closed() from None
        self._protocol.receive_data(data)
        if not self._sending.locked():  # else whoever is sending sends that, too
            with contextlib.suppress(ClosedError):  # what came before is read first
                await self.flush()  # pongs, and the answer to a close frame
        messages = self._whole()
        if not messages and self._protocol.state is not State.OPEN:
            raise self._closed()
        return messages

    async def aclose(self) -> None:
        """Say goodbye, and close. Waits for a moment only, also when it is cancelled."""
        with anyio.move_on_after(CLOSE_SECONDS, shield=True):
            if self._protocol.state is State.OPEN:
                self._protocol.send_close(1000)
                with contextlib.suppress(ClosedError):
                    await self.flush(CLOSE_SECONDS)
        await anyio.aclose_forcefully(self._stream)

    async def flush(self, seconds: float = SEND_SECONDS) -> None:
        """Write what the protocol wants to send; half a frame would be the end of the connection, so it is finished."""
        async with self._sending:
            with anyio.move_on_after(seconds, shield=True) as patience:
                try:
                    while data := self._next_leaving():
                        await self._stream.send(data)
                except (anyio.BrokenResourceError, anyio.ClosedResourceError, OSError):
                    raise self._closed() from None
        if patience.cancelled_caught:
            await anyio.aclose_forcefully(self._stream)
            raise ClosedError(None, "")

    def _next_leaving(self) -> bytes:
        self._leaving += filter(None, self._protocol.data_to_send())
        return self._leaving.popleft() if self._leaving else b""

    def _whole(self) -> list[bytes]:
        found: list[bytes] = []
        for event in self._protocol.events_received():
            if isinstance(event, Frame) and event.opcode in _MESSAGES:
                self._message.append(bytes(event.data))
                if event.fin:
                    found.append(b"".join(self._message))
                    self._message.clear()
        return found

    def _closed(self) -> ClosedError:
        told = self._protocol.close_rcvd  # `close_code` would be None until the other side has closed the stream, too
        return ClosedError(None, "") if told is None else ClosedError(told.code, told.reason)


def check_address(url: str) -> None:
    """Raise `ValueError` for what is no address of a WebSocket, or has a secret in it."""
    parts = urlsplit(url)
    if parts.scheme not in ("ws", "wss") or not parts.hostname or parts.username or parts.password or parts.fragment:
        raise ValueError("the address must be like ws://127.0.0.1:3001/ws, without a name or a password in it")
    if parts.port == 0 or not parts.netloc.isprintable() or not f"{parts.path}{parts.query}".isascii():
        raise ValueError("the address has no port that can be reached, or characters that it can't have")


def check_header(name: str, value: str) -> None:
    """Raise `ValueError`, which doesn't show it, for a value that a header can't have."""
    if (
        not (value.isascii() and value.isprintable())
        or not value.strip()
        or not name.isascii()
        or not name.isprintable()
    ):
        raise ValueError(f"{name!r} has characters that a header can't have, or none")


def make_dialer(url: str, context: ssl.SSLContext | None) -> Callable[[], Awaitable[ByteStream]]:
    """Return what opens a stream to the host of an address, over TLS where the address says so."""
    uri = parse_uri(url)

    async def dial() -> ByteStream:
        try:
            if not uri.secure:
                return await anyio.connect_tcp(uri.host, uri.port)
            believed = context or ssl.create_default_context()
            return await anyio.connect_tcp(uri.host, uri.port, ssl_context=believed, tls_standard_compatible=False)
        except ssl.SSLError as error:
            raise NotADaemonError(f"TLS: {error}") from error
        except (anyio.BrokenResourceError, anyio.EndOfStream) as error:  # in the midst of the TLS handshake
            raise ClosedError(None, "it was closed at once") from error
        except OSError as error:
            raise ClosedError(None, str(error)) from error

    return dial


async def open_socket(
    url: str, dial: Callable[[], Awaitable[ByteStream]], headers: Mapping[str, str], subprotocol: str
) -> Socket:
    """Connect, and shake hands. Raises `HandshakeError`, `ClosedError`, `NotADaemonError`."""
    with anyio.move_on_after(CONNECT_SECONDS):
        stream = await dial()
        try:
            protocol = ClientProtocol(
                parse_uri(url), subprotocols=[Subprotocol(subprotocol)], max_size=MAX_MESSAGE_BYTES
            )
            return await _shake_hands(stream, protocol, headers)
        except BaseException:
            await anyio.aclose_forcefully(stream)
            raise
    raise ClosedError(None, "no answer to the handshake")


async def _shake_hands(stream: ByteStream, protocol: ClientProtocol, headers: Mapping[str, str]) -> Socket:
    request = protocol.connect()
    for name, value in headers.items():
        request.headers[name] = value
    protocol.send_request(request)
    socket = Socket(stream, protocol)
    await socket.flush()  # the first of its bytes
    while protocol.handshake_exc is None:
        try:
            protocol.receive_data(await stream.receive(_CHUNK))
        except (anyio.EndOfStream, anyio.BrokenResourceError, anyio.ClosedResourceError, OSError):
            raise ClosedError(None, _HUNG_UP) from None
        if protocol.state is State.OPEN:
            return socket
    raise _refusal(protocol.handshake_exc)


def _refusal(failure: Exception) -> DisconnectedError | NotADaemonError:
    if isinstance(failure, InvalidStatus):
        after, status = failure.response.headers.get("Retry-After", ""), failure.response.status_code
        if status < HTTPStatus.BAD_REQUEST:
            return NotADaemonError(f"no orchd answers there: HTTP {status}")
        return HandshakeError(status, bytes(failure.response.body or b""), float(after) if after.isdigit() else None)
    if isinstance(failure, EOFError):
        return ClosedError(None, _HUNG_UP)
    return NotADaemonError(f"what answers there is no WebSocket: {failure}")
