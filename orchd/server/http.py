"""The HTTP side of the port: reads a request's head with h11, answers pages, recognises the upgrade to `/ws`.

GET, HEAD and OPTIONS only; request bodies are refused. The bytes of an upgrade are kept, since trio-websocket wants to
read the handshake itself.
"""

import json
from base64 import b64decode
from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple

import h11
import trio

from orchd.access.addresses import (
    NO_PROXIES,
    UNKNOWN_PEER,
    ClientFacts,
    ForwardingError,
    SocketPeer,
    TrustedProxies,
)
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
        return cls(status, "application/json", json.dumps(value, ensure_ascii=False).encode() + b"\n")

    @classmethod
    def of_error(cls, status: int, code: str, message: str) -> "Page":
        """Make a JSON page for a refused request."""
        return cls.of_json(status, {"error": {"code": code, "message": message}})


class Handshake(NamedTuple):
    """The bytes of a WebSocket handshake's head, those that came with it, and who sent it."""

    head: bytes
    rest: bytes
    client: ClientFacts = ClientFacts()


_METHODS = (b"GET", b"HEAD", b"OPTIONS")

_VERSIONS = (b"1.0", b"1.1")

_NOTHING = Page(200, "text/plain", b"")
"""The answer to OPTIONS: what may be asked for, and no permission to other people's pages."""

_ONCE = (b"origin", b"sec-websocket-key", b"sec-websocket-version")
"""Headers of a handshake that must not be doubled: which one counts would be anybody's guess."""

Pages = Mapping[str, Callable[[], Awaitable[Page]]]
"""What is served, by path."""

WEBSOCKET_PATH = "/ws"


class HttpConnection:
    """One client's HTTP requests, one after another, until it leaves or upgrades.

    What a proxy says of its client holds for one request: it may send those of many clients over one connection.
    """

    def __init__(
        self,
        stream: trio.abc.Stream,
        pages: Pages,
        gate: Gate,
        idle_seconds: float,
        *,
        peer: SocketPeer = UNKNOWN_PEER,
        proxies: TrustedProxies = NO_PROXIES,
    ) -> None:
        self._stream = stream
        self._pages = pages
        self._gate = gate
        self._idle_seconds = idle_seconds
        self._peer = peer
        self._proxies = proxies
        self._client = ClientFacts()
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
                    return Handshake(self._received[: len(self._received) - len(rest)], rest, self._client)
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
        authority, path = _target(request.target)
        try:
            self._client = self._proxies.facts(self._peer, list(request.headers))
        except ForwardingError as error:
            return Page.of_error(400, "invalid", f"the proxy's {error}")
        refused = self._refuse(request, headers, authority)
        if refused is not None:
            return refused
        if path == WEBSOCKET_PATH:
            host = self._client.host or authority or headers.get(b"host", b"").decode("latin-1")
            return _refuse_upgrade(request, headers) or self._refuse_origin(headers, host)
        return await self._page(path, request.method)

    def _refuse(self, request: h11.Request, headers: dict[bytes, bytes], authority: str | None) -> Page | None:
        """Return why a request gets nothing, whatever it asks for.

        One without `Host` is taken in HTTP/1.0 only: health checks send it, and no browser does, so that no name can
        be made to point here (h11 refuses it in HTTP/1.1).
        """
        if len(self._received) - len(self._parser.trailing_data[0]) > MAX_HEAD_BYTES:
            return Page.of_error(431, "invalid", "the head of the request is too long")
        if request.http_version not in _VERSIONS:
            return Page.of_error(505, "invalid", "HTTP/1.1 is spoken here")
        host = headers.get(b"host")
        named = (self._client.host, authority, None if host is None else host.decode("latin-1"))
        if not all(self._gate.admits_host(name) for name in named if name is not None):
            return Page.of_error(
                403, "forbidden", "this Host is not allowed; use an IP address or localhost, or set server.allowedHosts"
            )
        if request.method not in _METHODS:
            return Page.of_error(405, "invalid", "only GET, HEAD and OPTIONS are answered here")
        if b"transfer-encoding" in headers or headers.get(b"content-length", b"0") != b"0":
            return Page.of_error(413, "too_large", "requests have no body here")
        return None

    async def _page(self, path: str, method: bytes) -> Page:
        """Return a page; for OPTIONS, which health checks send, nothing of it but whether it is well."""
        if path == "*" and method == b"OPTIONS":
            return _NOTHING
        make = self._pages.get(path)
        if make is None:
            return Page.of_error(404, "not_found", "there is no such page")
        page = await make()
        return _NOTHING if method == b"OPTIONS" and page.status < 400 else page

    def _refuse_origin(self, headers: dict[bytes, bytes], host: str) -> Page | None:
        origin = headers.get(b"origin")
        told = None if origin is None else origin.decode("latin-1")
        if not self._gate.admits_origin(told, host, secure=self._client.secure):
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
            ("Cross-Origin-Resource-Policy", "same-origin"),
            ("Referrer-Policy", "no-referrer"),
            ("Content-Security-Policy", "default-src 'self'; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'"),
        ]
        if page.status == 426:
            headers += [("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13")]
        if page.status == 405 or page is _NOTHING:
            headers.append(("Allow", ", ".join(method.decode() for method in _METHODS)))
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


def _target(target: bytes) -> tuple[str | None, str]:
    """Return a target's authority, None unless it is in absolute form (RFC 9112, 3.2.2), and its path."""
    text = target.split(b"?", 1)[0].decode("latin-1")
    scheme, absolute, rest = text.partition("://")
    if not absolute or scheme.lower() not in ("http", "https"):
        return None, text
    authority, slash, path = rest.partition("/")
    return authority, slash + path or "/"


def _refuse_upgrade(request: h11.Request, headers: dict[bytes, bytes]) -> Page | None:
    """Return why a request is no handshake that can be accepted."""
    upgrade = headers.get(b"upgrade", b"").lower()
    connection = {token.strip() for token in headers.get(b"connection", b"").lower().split(b",")}
    if request.method != b"GET" or upgrade != b"websocket" or b"upgrade" not in connection:
        return Page.of_error(426, "invalid", "this path speaks WebSocket")
    if request.http_version != b"1.1":
        return Page.of_error(426, "invalid", "WebSocket needs HTTP/1.1")
    if headers.get(b"sec-websocket-version") != b"13" or b"sec-websocket-key" not in headers:
        return Page.of_error(426, "invalid", "WebSocket version 13 with a key is needed")
    if not _is_key(headers[b"sec-websocket-key"]):
        return Page.of_error(400, "invalid", "Sec-WebSocket-Key is not the base64 of 16 bytes")
    names = [name for name, _ in request.headers]
    if any(names.count(name) > 1 for name in _ONCE):
        return Page.of_error(400, "invalid", "a header of the handshake stands there twice")
    if not all(value.isascii() for name, value in request.headers if name.startswith(_READ_BY_WSPROTO)):
        return Page.of_error(400, "invalid", "headers of the handshake are ASCII")
    return None


def _is_key(key: bytes) -> bool:
    try:
        return len(b64decode(key, validate=True)) == 16
    except ValueError:
        return False
