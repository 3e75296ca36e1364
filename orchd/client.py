"""The client's side of the wire protocol over one WebSocket connection; the terminal client is built on it.

Frames are told apart by the request's id: whoever asked waits for the one final frame, and what comes before it (a
streamed answer) is handed to a callback from the reader's task, in order and without a queue.
"""

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

_REPLIES = {"ping": "pong", "cancel": "cancelled", "chat:cancel": "chat:cancelled"}
_SCHEMES = {"http": "ws", "https": "wss", "ws": "ws", "wss": "wss"}
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


class _Pending:
    """A request in flight."""

    def __init__(self, is_final: Callable[[Frame], bool], on_frame: Callable[[Frame], None]) -> None:
        self.is_final = is_final
        self.on_frame = on_frame
        self.final: Frame | None = None
        self.done = trio.Event()


class Client:
    """One connection; made by `connect`, closed by `aclose` or by the other side."""

    def __init__(self, socket: WebSocketConnection, on_push: Callable[[Frame], None]) -> None:
        self._socket = socket
        self._on_push = on_push
        self._pending: dict[str, _Pending] = {}
        self._ids = map(str, count(1))
        self._decode = msgspec.json.Decoder(Frame).decode
        self._reading = trio.CancelScope()
        self.closed = trio.Event()
        self.session: dict[str, Any] = {}
        self.lost: ConnectionLostError | None = None
        self.reconnect_seconds: float | None = None

    async def request(self, kind: str, data: dict[str, Any] | None = None) -> dict[str, Any]:
        """Send a request and return its reply's data.

        Raises the `OrchdError` that the daemon answers with, `Timeout` after `REPLY_SECONDS`, `ConnectionLostError`.
        """
        reply = _REPLIES.get(kind, kind)
        pending = _Pending(lambda frame: frame.type == reply, lambda frame: None)
        with trio.move_on_after(REPLY_SECONDS):
            return await self._ask(next(self._ids), kind, data or {}, pending)
        raise Timeout(f"no answer to {kind} within {REPLY_SECONDS:g} s")

    async def send_message(self, data: dict[str, Any], on_frame: Callable[[Frame], None]) -> dict[str, Any]:
        """Send a chat message; every frame of the answer but the last is given to `on_frame`, which must not block.

        Returns the assistant's stored message, whatever its status. Waits as long as the answer takes (the daemon has
        the deadlines, and a ping watches over the connection). Raises `OrchdError` when it was
        refused, `ConnectionLostError`.
        """
        pending = _Pending(_is_answer, on_frame)
        return await self._ask(next(self._ids), "chat:send", data, pending)

    async def cancel_answer(self, message_id: int | None) -> None:
        """Cancel this answer; None: the message sent last, whose answer has no id yet. Raises as `request` does."""
        if message_id is not None:
            await self.request("chat:cancel", {"messageId": message_id})
        elif sent := [key for key, pending in self._pending.items() if pending.is_final is _is_answer]:
            await self.request("cancel", {"id": sent[-1]})

    async def aclose(self) -> None:
        """Close the connection and wait until it is; the other side has a moment to agree."""
        self._end(ConnectionLostError("closed by this client", again=False))
        await self.closed.wait()

    async def greeted(self) -> None:
        """Take the daemon's first frame. Raises `Unavailable` when it is no orchd, `ConnectionLostError`."""
        try:
            first = self._decode(await self._socket.get_message())
        except ConnectionClosed as closed:
            raise _lost(closed) from None
        except (msgspec.MsgspecError, UnicodeError):
            first = Frame("")
        if first.type != "session:ready":
            raise Unavailable("what answers there is no orchd daemon")
        self.session = first.data

    async def read(self) -> None:
        """Take frames until the connection ends, then wake all who wait. Does not raise."""
        try:
            with self._reading:
                while True:
                    self._dispatch(self._decode(await self._socket.get_message()))
        except ConnectionClosed as closed:
            self._end(_lost(closed))
        except (msgspec.MsgspecError, UnicodeError):
            self._end(ConnectionLostError("it sends what is no frame of this protocol", again=False))

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
    try:
        with trio.fail_after(CONNECT_SECONDS):
            stream = await _open(urlsplit(address))
        async with stream:
            await _attend(stream, address, on_push, task_status)
    except (OSError, trio.TooSlowError, HandshakeError) as error:
        raise Unavailable(f"can't connect to {address}: {_reason(error)}") from error


async def _open(parts: SplitResult) -> trio.SocketStream | trio.SSLStream[trio.SocketStream]:
    host = parts.hostname or ""
    if parts.scheme == "ws":
        return await trio.open_tcp_stream(host, parts.port or 80)
    return await trio.open_ssl_over_tcp_stream(host, parts.port or 443, https_compatible=True)


async def _attend(
    stream: trio.SocketStream | trio.SSLStream[trio.SocketStream],
    address: str,
    on_push: Callable[[Frame], None],
    task_status: trio.TaskStatus[Client],
) -> None:
    """The stream is ours, because trio-websocket leaves it open when the other side refuses or vanishes.

    It raises a refused handshake in its reader's task, so that it arrives here in a group.
    """
    parts = urlsplit(address)
    resource = parts._replace(scheme="", netloc="", fragment="").geturl()
    try:
        async with trio.open_nursery() as nursery:
            with trio.fail_after(CONNECT_SECONDS):
                socket = await trio_websocket.wrap_client_stream(
                    *(nursery, stream, parts.netloc, resource), subprotocols=[SUBPROTOCOL], max_message_size=MAX_MESSAGE
                )
                client = Client(socket, on_push)
                await client.greeted()
            task_status.started(client)
            nursery.start_soon(client.watch)
            await client.read()
            with trio.move_on_after(CLOSE_SECONDS):
                await socket.aclose()
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
    return ConnectionLostError(f"closed with code {code}{f', {told}' if told else ''}", again=code not in _FINAL_CLOSES)


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
    return getattr(cause, "strerror", None) or str(cause)
