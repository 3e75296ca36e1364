"""The HTTP side of the port: reads a request's head with h11, answers pages, recognises the upgrade to `/ws`.

GET and HEAD only; request bodies are refused. The bytes of an upgrade are kept, since trio-websocket wants to read
the handshake itself.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple

import h11
import trio

from orchd.server.gate import Gate

MAX_HEAD_BYTES = 16 * 1024
"""Longest request head; a longer one is answered 431."""

_READ_BYTES = 4096

_READ_BY_WSPROTO = (b"connection", b"sec-websocket-")
"""Headers that wsproto decodes as ASCII; it fails at any that are not."""


class Page(NamedTuple):
    """An HTTP answer. `body` is UTF-8 where it is text."""

    status: int
    content_type: str
    body: bytes

    @classmethod
    def of_json(cls, status: int, value: object) -> "Page":
        """Make a JSON page."""
        return cls(status, "application/json", json.dumps(value, ensure_ascii=False).encode() + b"\n")

    @classmethod
    def of_error(cls, status: int, code: str, message: str) -> "Page":
        """Make a JSON page for a refused request."""
        return cls.of_json(status, {"error": {"code": code, "message": message}})


class Handshake(NamedTuple):
    """The bytes of a WebSocket handshake's head, and those that came with it."""

    head: bytes
    rest: bytes


Pages = Mapping[str, Callable[[], Awaitable[Page]]]
"""What is served, by path."""

WEBSOCKET_PATH = "/ws"


class HttpConnection:
    """One client's HTTP requests, one after another, until it leaves or upgrades."""

    def __init__(self, stream: trio.abc.Stream, pages: Pages, gate: Gate, idle_seconds: float) -> None:
        self._stream = stream
        self._pages = pages
        self._gate = gate
        self._idle_seconds = idle_seconds
        self._parser = h11.Connection(h11.SERVER, max_incomplete_event_size=MAX_HEAD_BYTES)
        self._received = b""

    async def run(self) -> Handshake | None:
        """Answer requests. Returns a WebSocket handshake when one comes, None when the client is done.

        Raises nothing of the network's: a broken connection is a client that is done.
        """
        try:
            while True:
                request = await self._next_request()
                if request is None:
                    return None
                page = await self._answer(request)
                if page is None:
                    rest = self._parser.trailing_data[0]
                    return Handshake(self._received[: len(self._received) - len(rest)], rest)
                kept = False
                with trio.move_on_after(self._idle_seconds):
                    kept = await self._send(page, request)
                if not kept:
                    return None
        except (trio.BrokenResourceError, trio.ClosedResourceError):
            return None

    async def refuse(self, page: Page) -> None:
        """Answer whatever comes with `page` and no more."""
        with trio.move_on_after(self._idle_seconds):
            try:
                await self._send(page, None)
            except (trio.BrokenResourceError, trio.ClosedResourceError):
                return

    async def _next_request(self) -> h11.Request | None:
        with trio.move_on_after(self._idle_seconds):
            while True:
                try:
                    event = self._parser.next_event()
                except h11.RemoteProtocolError as error:
                    status = error.error_status_hint
                    await self._send(Page.of_error(status, "invalid", "not an HTTP request this daemon reads"), None)
                    return None
                if isinstance(event, h11.Request):
                    return event
                if event is not h11.NEED_DATA:
                    return None
                data = await self._stream.receive_some(_READ_BYTES)
                self._received += data
                self._parser.receive_data(bytes(data))
        return None

    async def _answer(self, request: h11.Request) -> Page | None:
        """Return the page for `request`; None means that it is a WebSocket handshake to be accepted."""
        headers = dict(request.headers)
        host = headers.get(b"host", b"").decode("latin-1")
        if not self._gate.admits_host(host):
            return Page.of_error(
                403, "forbidden", "this Host is not allowed; use an IP address or localhost, or set server.allowedHosts"
            )
        if request.method not in (b"GET", b"HEAD"):
            return Page.of_error(405, "invalid", "only GET and HEAD are answered here")
        if b"transfer-encoding" in headers or headers.get(b"content-length", b"0") != b"0":
            return Page.of_error(413, "too_large", "requests have no body here")
        path = request.target.split(b"?", 1)[0].decode("latin-1")
        if path == WEBSOCKET_PATH:
            return self._refuse_upgrade(request, headers, host)
        page = self._pages.get(path)
        return await page() if page is not None else Page.of_error(404, "not_found", "there is no such page")

    def _refuse_upgrade(self, request: h11.Request, headers: dict[bytes, bytes], host: str) -> Page | None:
        upgrade = headers.get(b"upgrade", b"").lower()
        connection = {token.strip() for token in headers.get(b"connection", b"").lower().split(b",")}
        if request.method != b"GET" or upgrade != b"websocket" or b"upgrade" not in connection:
            return Page.of_error(426, "invalid", "this path speaks WebSocket")
        if headers.get(b"sec-websocket-version") != b"13" or b"sec-websocket-key" not in headers:
            return Page.of_error(426, "invalid", "WebSocket version 13 with a key is needed")
        if not all(value.isascii() for name, value in request.headers if name.startswith(_READ_BY_WSPROTO)):
            return Page.of_error(400, "invalid", "headers of the handshake are ASCII")
        origin = headers.get(b"origin")
        if not self._gate.admits_origin(None if origin is None else origin.decode("latin-1"), host):
            return Page.of_error(403, "forbidden", "this Origin is not allowed; see server.allowedOrigins")
        return None

    async def _send(self, page: Page, request: h11.Request | None) -> bool:
        """Send `page`; return whether the connection may be used for another request."""
        keep = request is not None and page.status < 400
        headers = [
            ("Content-Type", page.content_type),
            ("Content-Length", str(len(page.body))),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
            ("Content-Security-Policy", "default-src 'self'; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'"),
        ]
        if page.status == 426:
            headers += [("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13")]
        if page.status == 405:
            headers.append(("Allow", "GET, HEAD"))
        if not keep:
            headers.append(("Connection", "close"))
        if self._parser.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            return False
        data = self._parser.send(h11.Response(status_code=page.status, headers=headers)) or b""
        if request is None or request.method != b"HEAD":
            data += self._parser.send(h11.Data(data=page.body)) or b""
        data += self._parser.send(h11.EndOfMessage()) or b""
        await self._stream.send_all(data)
        return keep and self._next_cycle()

    def _next_cycle(self) -> bool:
        while self._parser.their_state is h11.SEND_BODY:
            if self._parser.next_event() is h11.NEED_DATA:
                return False
        if self._parser.our_state is h11.MUST_CLOSE or self._parser.their_state is not h11.DONE:
            return False
        self._received = self._parser.trailing_data[0]
        self._parser.start_next_cycle()
        return True
