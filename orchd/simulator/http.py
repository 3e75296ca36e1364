"""One client's HTTP/1.1 connection: requests in, answers out, and an eye on the socket meanwhile.

While an answer is under way a second task keeps reading. It is the only way to learn at once that the client has
gone: a server that is waiting for the next token sends nothing, and so would notice nothing. What arrives early
belongs to the next request and stays with h11. A half-closed connection counts as gone.
"""

import socket
import struct
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import NamedTuple

import h11
import trio

from orchd.simulator.refusal import RefusedError

MAX_BODY_BYTES = 8 * 1024 * 1024
MAX_HEAD_BYTES = 64 * 1024
MAX_EARLY_BYTES = 64 * 1024
RECEIVE_BYTES = 64 * 1024
BODY_SECONDS = 60.0
DRAIN_SECONDS = 1.0
"""How long to read what a refused client still sends: closing at once would reset its answer away."""
PIECE_SECONDS = 0.0005
"""Between the pieces of a body that is written in pieces, so that they are likely to arrive apart."""

JSON = "application/json; charset=utf-8"
_REASONS = {status.value: status.phrase for status in HTTPStatus}
_NO_LINGER = struct.pack("ii", 1, 0)


class HttpRequest(NamedTuple):
    """A request that has arrived whole; header names are in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class HttpExchange:
    """The answer to one request. All its sends may raise `trio.BrokenResourceError` once the client is gone."""

    def __init__(self, connection: h11.Connection, stream: trio.SocketStream, keep_alive: float) -> None:
        self._h11 = connection
        self._stream = stream
        self._keep_alive = keep_alive
        self.piece: int | None = None
        self.begun = False
        self.gone = False
        self.drop_next = False

    async def answer(self, status: int, body: bytes, headers: tuple[tuple[str, str], ...] = ()) -> None:
        """Send a whole JSON response."""
        await self._head(status, [("content-type", JSON), ("content-length", str(len(body))), *headers])
        await self.end(body)

    async def begin(self) -> None:
        """Send the head of an event stream."""
        await self._head(200, [("content-type", "text/event-stream; charset=utf-8"), ("cache-control", "no-cache")])

    async def send(self, data: bytes) -> None:
        """Send a part of the body; nothing for no bytes (an empty chunk would end it)."""
        if data:
            await self._write(self._h11.send(h11.Data(data=data)))

    async def end(self, last: bytes = b"") -> None:
        """Send `last` and end the body, in one write: a client may close as soon as it has read `last`."""
        data = self._h11.send(h11.Data(data=last)) if last else b""
        await self._write((data or b"") + (self._h11.send(h11.EndOfMessage()) or b""))

    async def answer_half(self, body: bytes) -> None:
        """Promise a whole JSON response, send half of it and close the connection."""
        await self._head(200, [("content-type", JSON), ("content-length", str(len(body)))])
        await self._stream.send_all(body[: len(body) // 2])
        await self._stream.aclose()

    async def cut(self, half: bytes) -> None:
        """Promise a chunk, send `half` of it and close the connection."""
        await self._stream.send_all(b"%x\r\n%b" % (2 * len(half) + 1, half))
        await self._stream.aclose()

    async def reset(self) -> None:
        """Close with a TCP reset."""
        self._stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
        await self._stream.aclose()

    async def _head(self, status: int, headers: list[tuple[str, str]]) -> None:
        self.begun = True
        headers += [("x-simulated", "true")]
        if self._keep_alive:
            headers += [("connection", "keep-alive"), ("keep-alive", f"timeout={self._keep_alive:g}")]
        else:
            headers += [("connection", "close")]
        reason = _REASONS.get(status, "Simulated")
        await self._write(self._h11.send(h11.Response(status_code=status, headers=headers, reason=reason)))

    async def _write(self, data: bytes | None) -> None:
        if not data:
            return
        if self.piece is None or not self.begun:
            await self._stream.send_all(data)
            return
        for start in range(0, len(data), self.piece):
            await self._stream.send_all(data[start : start + self.piece])
            await trio.sleep(PIECE_SECONDS)


HttpHandler = Callable[[HttpRequest, HttpExchange], Awaitable[None]]


class ClientConnection:
    """Serves the requests of one connection, one after another, until either side ends it."""

    def __init__(self, stream: trio.SocketStream, handler: HttpHandler, keep_alive: float) -> None:
        self._stream = stream
        self._handler = handler
        self._keep_alive = keep_alive
        self._h11 = h11.Connection(h11.SERVER, max_incomplete_event_size=MAX_HEAD_BYTES)

    async def serve(self) -> None:
        """Serve until the connection is over; closes the stream, raises nothing that a client could cause."""
        async with self._stream:
            try:
                while await self._serve_one():
                    pass
            except (trio.BrokenResourceError, trio.ClosedResourceError):
                return

    async def refuse(self, status: int, message: str) -> None:
        """Answer the next request, whatever it is, with an error; then close."""
        async with self._stream:
            with trio.move_on_after(self._keep_alive):
                try:
                    await self._receive()
                    await self._say_no(RefusedError(status, message, type="server_error"))
                except (h11.RemoteProtocolError, RefusedError, trio.BrokenResourceError):
                    return

    async def _serve_one(self) -> bool:
        try:
            request = await self._receive()
        except h11.RemoteProtocolError as error:
            await self._say_no(RefusedError(error.error_status_hint, f"Malformed HTTP request: {error}"))
            return False
        except RefusedError as refused:
            await self._say_no(refused)
            return False
        if request is None:
            return False
        exchange = HttpExchange(self._h11, self._stream, self._keep_alive)
        await self._serve_watched(request, exchange)
        if exchange.gone or self._h11.our_state is not h11.DONE:
            return False
        if exchange.drop_next:
            await self._wait_for_reuse()
            return False
        self._h11.start_next_cycle()
        return True

    async def _wait_for_reuse(self) -> None:
        if not self._h11.trailing_data[0]:
            with trio.move_on_after(self._keep_alive):
                await self._stream.receive_some(1)

    async def _serve_watched(self, request: HttpRequest, exchange: HttpExchange) -> None:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._watch, exchange, nursery.cancel_scope)
            try:
                await self._handler(request, exchange)
            except trio.BrokenResourceError:
                exchange.gone = True
            except trio.ClosedResourceError:
                pass  # a fault closed it
            nursery.cancel_scope.cancel()

    async def _watch(self, exchange: HttpExchange, scope: trio.CancelScope) -> None:
        early = 0
        try:
            while early <= MAX_EARLY_BYTES:
                data = await self._stream.receive_some(RECEIVE_BYTES)
                if not data:
                    break
                early += len(data)
                self._h11.receive_data(data)
        except trio.BrokenResourceError:
            pass
        except trio.ClosedResourceError:
            return  # a fault closed it: our own doing, not the client's
        exchange.gone = True
        scope.cancel()

    async def _receive(self) -> HttpRequest | None:
        """The next request; None when there is none within the keep-alive time or the client has closed."""
        head: object = None
        with trio.move_on_after(self._keep_alive):
            head = await self._event()
        if isinstance(head, h11.Request):
            with trio.move_on_after(BODY_SECONDS):
                return _request(head, await self._body(head))
        return None

    async def _body(self, head: h11.Request) -> bytes:
        body = bytearray()
        while isinstance(event := await self._event(), h11.Data):
            body += event.data
            if len(body) > MAX_BODY_BYTES:
                raise RefusedError(413, f"Request body over {MAX_BODY_BYTES} bytes")
        return bytes(body)

    async def _event(self) -> object:
        while True:
            event = self._h11.next_event()
            if event is not h11.NEED_DATA:
                return event
            if self._h11.they_are_waiting_for_100_continue:
                go_on = h11.InformationalResponse(status_code=100, headers=[], reason="Continue")
                await self._stream.send_all(self._h11.send(go_on) or b"")
            self._h11.receive_data(await self._stream.receive_some(RECEIVE_BYTES))

    async def _say_no(self, refused: RefusedError) -> None:
        if self._h11.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            return
        exchange = HttpExchange(self._h11, self._stream, keep_alive=0)
        await exchange.answer(refused.status, refused.body())
        await self._stream.send_eof()
        with trio.move_on_after(DRAIN_SECONDS):
            while await self._stream.receive_some(RECEIVE_BYTES):
                pass


def _request(head: h11.Request, body: bytes) -> HttpRequest:
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in head.headers}
    path = head.target.decode("latin-1").partition("?")[0]
    return HttpRequest(head.method.decode("latin-1"), path, headers, body)
