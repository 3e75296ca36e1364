"""The client's side of the wire protocol over one WebSocket connection; the terminal client is built on it.

Frames are told apart by the request's id: whoever asked waits for the one final frame, and what comes before it (a
streamed answer) is handed to a callback from the reader's task, in order and without a queue.
"""

import os
import socket
import ssl
from collections.abc import Callable
from itertools import count
from typing import Any
from urllib.parse import SplitResult, urlsplit

import msgspec
import trio
import trio_websocket
from trio_websocket import ConnectionClosed, ConnectionRejected, HandshakeError, WebSocketConnection

from orchd.errors import CODES, ConfigurationError, Internal, OrchdError, Timeout, Unavailable

SUBPROTOCOL = "orchd.v1"
CONNECT_SECONDS = 10.0
REPLY_SECONDS = 30.0
PING_SECONDS = 20.0
CLOSE_SECONDS = 2.0
MAX_MESSAGE = 256 * 1024 * 1024
"""Characters of one server frame; a page of history may hold many long answers."""

_REPLIES = {
    "ping": "pong",
    "cancel": "cancelled",
    "chat:cancel": "chat:cancelled",
    "chat:resume": "chat:resumed",
    "chat:subscribe": "chat:subscribed",
    "chat:unsubscribe": "chat:unsubscribed",
    "task:subscribe": "task:subscribed",
    "task:unsubscribe": "task:unsubscribed",
    "monitoring:subscribe": "monitoring:subscribed",
    "monitoring:unsubscribe": "monitoring:unsubscribed",
}
"""The final frames of requests whose reply has another type than they have; a test compares it with the schema."""

_SCHEMES = {"http": "ws", "https": "wss", "ws": "ws", "wss": "wss"}
_BROKEN_OFF = 1006
_FINAL_CLOSES = frozenset({4500, 4501})
_ERRORS = {error.code: error for error in CODES}


class Frame(msgspec.Struct, frozen=True):
    """A server frame; what this client does not know of it is ignored."""

    type: str
    id: str | None = None
    data: dict[str, Any] = {}


class ConnectionLostError(Exception):
    """The connection ended before the final frame. `again`: whether the close code allows to connect anew."""

    def __init__(self, reason: str, *, again: bool) -> None:
        super().__init__(reason)
        self.again = again


def _nothing(_frame: Frame) -> None:
    """What becomes of frames before a reply that nobody wants."""


class _Pending:
    """A request in flight."""

    def __init__(self, is_final: Callable[[Frame], bool], on_frame: Callable[[Frame], None]) -> None:
        self.is_final = is_final
        self.on_frame = on_frame
        self.final: Frame | None = None
        self.done = trio.Event()


class Client:
    """One connection; made by `connect`, closed by `aclose` or by the other side."""

    def __init__(self, websocket: WebSocketConnection, on_push: Callable[[Frame], None]) -> None:
        self._socket = websocket
        self._on_push = on_push
        self._pending: dict[str, _Pending] = {}
        self._ids = map(str, count(1))
        self._decode = msgspec.json.Decoder(Frame).decode
        self._reading = trio.CancelScope()
        self.ended = trio.Event()
        """Set as soon as the connection is known to be lost; `lost` says why."""
        self.closed = trio.Event()
        self.session: dict[str, Any] = {}
        self.lost: ConnectionLostError | None = None
        self.reconnect_seconds: float | None = None

    async def request(
        self,
        kind: str,
        data: dict[str, Any] | None = None,
        on_frame: Callable[[Frame], None] = _nothing,
        seconds: float | None = None,
    ) -> dict[str, Any]:
        """Send a request and return its reply's data; frames before the reply are given to `on_frame`.

        When this is cancelled, so is the request.
        Raises the `OrchdError` that the daemon answers with, `Timeout` after `seconds`, `ConnectionLostError`.
        """
        patience = REPLY_SECONDS if seconds is None else seconds
        reply = _REPLIES.get(kind, kind)
        pending = _Pending(lambda frame: frame.type == reply, on_frame)
        request_id = next(self._ids)
        try:
            with trio.move_on_after(patience):
                return await self._ask(request_id, kind, data or {}, pending)
        except trio.Cancelled:
            with trio.move_on_after(CLOSE_SECONDS, shield=True):
                await self._send({"type": "cancel", "data": {"id": request_id}})
            raise
        raise Timeout(f"no answer to {kind} within {patience:g} s")

    async def answer(self, kind: str, data: dict[str, Any], on_frame: Callable[[Frame], None]) -> dict[str, Any]:
        """Send `chat:send`, `chat:edit`, `chat:regenerate` or `chat:continue`, and wait for the answer.

        Every frame of it but the last is given to `on_frame`, which must not block. Returns the assistant's stored
        message, whatever its status. Waits as long as the answer takes (the daemon has the deadlines, a ping watches
        over the connection). Raises `OrchdError` when it was refused, `ConnectionLostError`.
        """
        return await self._ask(next(self._ids), kind, data, _Pending(_is_answer, on_frame))

    async def cancel_answer(self, message_id: int | None) -> None:
        """Cancel this answer; None: the request sent last, whose answer has no id yet. Raises as `request` does."""
        if message_id is not None:
            await self.request("chat:cancel", {"messageId": message_id})
        elif self._pending:
            await self.request("cancel", {"id": next(reversed(self._pending))})

    async def aclose(self) -> None:
        """Close the connection and wait until it is; the other side has a moment to agree."""
        self._end(ConnectionLostError("closed by this client", again=False))
        await self.closed.wait()

    async def greeted(self) -> None:
        """Take the daemon's first frame. Raises `Unavailable` when it is no orchd, `ConnectionLostError`."""
        try:
            first = self._decoded(await self._socket.get_message())
        except ConnectionClosed as closed:
            raise _lost(closed) from None
        if first is None or first.type != "session:ready":
            raise Unavailable("what answers there is no orchd daemon")
        self.session = first.data

    async def read(self) -> None:
        """Take frames until the connection ends, then wake all who wait. Raises only what the callbacks raise."""
        try:
            with self._reading:
                while (frame := self._decoded(await self._socket.get_message())) is not None:
                    self._dispatch(frame)
        except ConnectionClosed as closed:
            self._end(_lost(closed))
        self._end(ConnectionLostError("it sends what is no frame of this protocol", again=False))

    def _decoded(self, message: str | bytes) -> Frame | None:
        """None: no frame. Only this is judged here: no failure of a callback is taken for one of the wire."""
        try:
            return self._decode(message)
        except (msgspec.MsgspecError, UnicodeError):
            return None

    async def watch(self) -> None:
        """Ping until the connection ends, and end it when no pong comes; runs beside `read`."""
        try:
            while self.lost is None:
                await trio.sleep(PING_SECONDS)
                with trio.fail_after(PING_SECONDS):
                    await self._socket.ping()
        except ConnectionClosed as closed:
            self._end(_lost(closed))
        except trio.TooSlowError:
            self._end(ConnectionLostError("it does not answer", again=True))

    async def _ask(self, request_id: str, kind: str, data: dict[str, Any], pending: _Pending) -> dict[str, Any]:
        if self.lost is not None:
            raise self.lost
        self._pending[request_id] = pending
        try:
            await self._send({"type": kind, "id": request_id, "data": data})
            await pending.done.wait()
        finally:
            del self._pending[request_id]
        if pending.final is None:
            raise self._loss()
        if pending.final.type == "error":
            raise error_of(pending.final.data)
        return pending.final.data

    async def _send(self, frame: dict[str, Any]) -> None:
        try:
            with trio.fail_after(REPLY_SECONDS):
                await self._socket.send_message(msgspec.json.encode(frame).decode())
        except ConnectionClosed as closed:
            self._end(_lost(closed))
        except trio.TooSlowError:
            self._end(ConnectionLostError("it takes no data", again=True))

    def _dispatch(self, frame: Frame) -> None:
        pending = self._pending.get(frame.id) if frame.id is not None else None
        if frame.type == "session:closing":
            self.reconnect_seconds = frame.data.get("reconnectAfterMs", 1000) / 1000
            self._on_push(frame)
        elif pending is None:
            self._on_push(frame)
        elif frame.type == "error" or pending.is_final(frame):
            pending.final = frame
            pending.done.set()
        else:
            pending.on_frame(frame)

    def _loss(self) -> ConnectionLostError:
        return self.lost or ConnectionLostError("it was closed", again=True)

    def _end(self, lost: ConnectionLostError) -> None:
        self.lost = self.lost or lost
        self.ended.set()
        self._reading.cancel()
        for pending in self._pending.values():
            pending.done.set()


async def connection(
    url: str, on_push: Callable[[Frame], None], *, task_status: trio.TaskStatus[Client] = trio.TASK_STATUS_IGNORED
) -> None:
    """Connect, give the `Client` once the daemon has greeted, and stay until the connection ends; for `nursery.start`.

    `on_push` gets the frames that answer no request. Raises, before there is a client only: `ConfigurationError` for a
    bad `url`, `Unavailable` when no such daemon is there, `ConnectionLostError` when it closes at once.
    """
    address = websocket_url(url)
    begun = _Begun(task_status)
    try:
        with trio.fail_after(CONNECT_SECONDS):
            stream = await _open(urlsplit(address))
        async with stream:
            await _attend(stream, address, on_push, begun)
    except (OSError, trio.TooSlowError, HandshakeError) as error:
        if begun.client is not None:  # a callback's failure is its owner's, and none of the network
            raise
        raise Unavailable(f"can't connect to {address}: {_reason(error)}") from error


class _Begun:
    """Whether there is a client already."""

    def __init__(self, task_status: trio.TaskStatus[Client]) -> None:
        self._task_status = task_status
        self.client: Client | None = None

    def started(self, client: Client) -> None:
        self.client = client
        self._task_status.started(client)


async def _open(parts: SplitResult) -> trio.SocketStream | trio.SSLStream[trio.SocketStream]:
    host = parts.hostname or ""
    if parts.scheme == "ws":
        return await trio.open_tcp_stream(host, parts.port or 80)
    return await trio.open_ssl_over_tcp_stream(host, parts.port or 443, https_compatible=True)


async def _attend(
    stream: trio.SocketStream | trio.SSLStream[trio.SocketStream],
    address: str,
    on_push: Callable[[Frame], None],
    begun: _Begun,
) -> None:
    """The stream is ours, because trio-websocket leaves it open when the other side refuses or vanishes.

    It raises a refused handshake in its reader's task, so that it arrives here in a group.
    """
    parts = urlsplit(address)
    resource = parts._replace(scheme="", netloc="", fragment="").geturl()
    try:
        async with trio.open_nursery() as nursery:
            with trio.fail_after(CONNECT_SECONDS):
                websocket = await trio_websocket.wrap_client_stream(
                    *(nursery, stream, parts.netloc, resource), subprotocols=[SUBPROTOCOL], max_message_size=MAX_MESSAGE
                )
                client = Client(websocket, on_push)
                await client.greeted()
            begun.started(client)
            nursery.start_soon(client.watch)
            await client.read()
            with trio.move_on_after(CLOSE_SECONDS):
                await websocket.aclose()
            client.closed.set()
            nursery.cancel_scope.cancel()
    except BaseExceptionGroup as group:
        if len(group.exceptions) == 1:
            raise group.exceptions[0] from None
        raise


def websocket_url(url: str) -> str:
    """The WebSocket address for what people type: `http://` becomes `ws://`, and `/ws` is added to a bare host.

    Raises `ConfigurationError`.
    """
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        usable = parts.hostname is not None and parts.port != 0 and parts.username is None
    except ValueError:
        usable = False
    if not usable or parts.scheme not in _SCHEMES:
        raise ConfigurationError(f"--url: `{url.rpartition('@')[2]}` is no address; write e.g. http://127.0.0.1:3001")
    path = parts.path if parts.path.strip("/") else "/ws"
    return parts._replace(scheme=_SCHEMES[parts.scheme], path=path).geturl()


def error_of(data: dict[str, Any]) -> OrchdError:
    """The error that a frame's `{code, message, details?}` stands for; an unknown code is `Internal`."""
    kind = _ERRORS.get(str(data.get("code")), Internal)
    error = kind(str(data.get("message") or data.get("code") or "unknown error"))
    error.details = data.get("details") or {}
    return error


def _is_answer(frame: Frame) -> bool:
    return frame.type == "chat:message" and frame.data.get("role") == "assistant"


def _lost(closed: ConnectionClosed) -> ConnectionLostError:
    code, told = (closed.reason.code, closed.reason.reason) if closed.reason is not None else (1006, None)
    reason = "it broke off" if code == _BROKEN_OFF else f"closed with code {code}{f', {told}' if told else ''}"
    return ConnectionLostError(reason, again=code not in _FINAL_CLOSES)


def _reason(error: Exception) -> str:
    if isinstance(error, ConnectionRejected):
        return f"it answers with HTTP {error.status_code}"
    if isinstance(error, HandshakeError):
        return "what answers is no WebSocket server"
    if isinstance(error, trio.TooSlowError):
        return f"no WebSocket handshake within {CONNECT_SECONDS:g} s"
    cause: BaseException = error.__cause__ or error
    while isinstance(cause, BaseExceptionGroup):
        cause = cause.exceptions[0]
    if isinstance(cause, socket.gaierror):
        return f"the name can't be looked up ({cause.strerror})"
    if isinstance(cause, ssl.SSLError):
        return f"no TLS connection ({cause.reason or cause.strerror})"
    if isinstance(cause, OSError) and cause.errno:
        return os.strerror(cause.errno).lower()  # Trio's text repeats the address
    return str(cause)
