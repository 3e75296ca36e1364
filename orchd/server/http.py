"""The HTTP side of the port: reads requests with h11, and answers them as the reception says.

Bodies are read where a page wants one, and nowhere else. The bytes of an upgrade are kept, since trio-websocket wants
to read the handshake itself.
"""

import os
from collections.abc import Awaitable, Callable
from contextlib import aclosing, suppress
from functools import partial
from typing import NamedTuple

import h11
import trio

from orchd.access.addresses import NO_PROXIES, UNKNOWN_PEER, ForwardingError, SocketPeer, TrustedProxies
from orchd.errors import OrchdError
from orchd.protocol.reading.body import read_body
from orchd.server.entry.body import IncomingBody, RequestBody, is_read
from orchd.server.entry.entrance import Arrival
from orchd.server.entry.gate import is_loopback_host
from orchd.server.entry.head import RequestHead, read_target
from orchd.server.entry.live_request import LiveRequest
from orchd.server.entry.newcomers import NOWHERE, NewcomerPlace
from orchd.server.entry.page import Headers, Page, PageRoute, PieceWay
from orchd.server.entry.reception import Reception, answer_to_options
from orchd.server.exit.answer import AnswerFraming, AnswerOutlet, chunk
from orchd.server.exit.answers import AnswersUnderWay
from orchd.server.exit.departures import Departures, cancel_after
from orchd.telemetry.daemon import SocketFigures
from orchd.telemetry.request_id import HEADER, accept_id, identify

MAX_HEAD_BYTES = 16 * 1024
"""Longest request head; a longer one is answered 431."""

_READ_BYTES = 4096

TURN_PIECES = 16
"""After so many pieces of answers that were sent at once, other tasks have a turn."""

_CHUNKED = b"\r\nTransfer-Encoding: chunked\r\n"
"""In the head of an answer: how h11 says that it comes in chunks."""

BODILESS = (204, 304)
"""Statuses of answers without a body."""

_POLICY = (
    "default-src 'self'; img-src 'self' blob: data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; "
    "object-src 'none'; require-trusted-types-for 'script'; trusted-types svelte-trusted-html "
    "dompurify orchd-markdown"
)
_HEADERS = (
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ("Referrer-Policy", "no-referrer"),
    ("Content-Security-Policy", _POLICY),
)
"""What every answer says unless it says otherwise: scripts and styles only from files of our own, pictures also from
what a page has in its memory. No text becomes HTML but by the policies that there are: of the compiler's own
templates, of what makes harmless what strangers wrote, and of what it then is."""


class Handshake(NamedTuple):
    """The bytes of a WebSocket handshake's head, those that came with it, and who sent it."""

    head: bytes
    rest: bytes
    arrival: Arrival


class _PageCall(NamedTuple):
    """A request for a page that there is: its head, that page's route, and the body that may follow."""

    head: RequestHead
    route: PageRoute
    body: RequestBody


class HttpConnection:
    """One client's HTTP requests, one after another, until it leaves or upgrades.

    What a proxy says of its client holds for one request: it may send those of many clients over one connection.
    """

    def __init__(
        self,
        stream: trio.abc.Stream,
        reception: Reception,
        idle_seconds: float,
        *,
        peer: SocketPeer = UNKNOWN_PEER,
        proxies: TrustedProxies = NO_PROXIES,
        place: NewcomerPlace = NOWHERE,
        figures: SocketFigures | None = None,
        departures: Departures | None = None,
        answers: AnswersUnderWay | None = None,
    ) -> None:
        """`place` is left as soon as a request is somebody's."""
        self._stream = stream
        self._reception = reception
        self._idle_seconds = idle_seconds
        self._peer = peer
        self._proxies = proxies
        self._place = place
        self._figures = figures or SocketFigures()
        self._departures = departures or Departures()
        self._answers = answers or AnswersUnderWay()
        self._parser = h11.Connection(h11.SERVER, max_incomplete_event_size=MAX_HEAD_BYTES)
        self._received = b""
        self._live: LiveRequest | None = None
        self._told: Headers = ()
        """What the answer to this request says of it, whatever that is."""
        self._at_once = 0
        """Pieces that were sent without a wait."""

    async def run(self) -> Handshake | None:
        """Answer requests. Returns a WebSocket handshake when one comes, None when the client is done.

        Raises nothing of the network's: a broken connection is a client that is done.
        """
        try:
            while True:
                request = await self._next_request()
                if request is None:
                    return None
                identify(request_id := accept_id(_request_id(request)))
                self._told = ((HEADER, request_id),)
                self._answers.begin(self)
                try:
                    answered = await self._answer(request)
                finally:
                    self._answers.end(self)
                    self._leave_live()
                if isinstance(answered, Arrival):
                    rest = self._parser.trailing_data[0]
                    return Handshake(self._received[: len(self._received) - len(rest)], rest, answered)
                if not (answered and self._next_cycle()):
                    return None
        except (trio.BrokenResourceError, trio.ClosedResourceError):
            return None
        finally:
            identify(None)

    async def refuse(self, page: Page) -> None:
        """Answer whatever comes with `page` and no more."""
        self._told = ()
        with suppress(trio.BrokenResourceError, trio.ClosedResourceError):
            await self._send(page, None)

    async def _next_request(self) -> h11.Request | None:
        with self._answers.resting(self._idle_seconds):
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

    async def _answer(self, request: h11.Request) -> Arrival | bool:
        """Give a request what it asks for; return whether another one may follow, or who opens a WebSocket."""
        found = await self._find(request)
        if isinstance(found, Arrival):
            return found
        if isinstance(found, Page):
            return await self._reply(found, request)
        if found.route.watched:
            return await self._answer_watched(found, request)
        return await self._reply(self._reception.share(await self._admit(found), found.head, found.route), request)

    async def _find(self, request: h11.Request) -> Page | Arrival | _PageCall:
        """Return what answers `request`, or who opens a WebSocket."""
        if len(self._received) - len(self._parser.trailing_data[0]) > MAX_HEAD_BYTES:
            return Page.of_error(431, "invalid", "the head of the request is too long")
        headers = list(request.headers)
        try:
            client = self._proxies.facts(self._peer, headers)
        except ForwardingError as error:
            return Page.of_error(400, "invalid", f"the proxy's {error}")
        head = RequestHead(request.method, request.http_version, *read_target(request.target), headers, client)
        if not all(map(is_loopback_host, head.hosts)):
            head = head._replace(client=client._replace(relayed=True))
        refused = self._reception.refuse(head)
        if refused is not None:
            return refused
        if head.is_upgrade:
            return await self._reception.open(head)
        route = self._reception.find(head)
        if isinstance(route, Page):
            return route
        return _PageCall(head, route, RequestBody(self._parser, self._stream, self._idle_seconds))

    async def _answer_watched(self, asked: _PageCall, request: h11.Request) -> bool:
        """Answer a request as long as its client is there, and let in. What is whole is sent whoever has left."""
        head, route, body = asked
        self._live = live = LiveRequest(route, self._reception.doorkeeper)
        page: Page | None = None
        sent: bool | None = None
        async with trio.open_nursery() as nursery:
            live.bound(nursery.cancel_scope)

            def watch() -> None:
                if not self._departures.watch(self._stream, nursery.cancel_scope.cancel):
                    nursery.start_soon(cancel_after, body.wait_departure, nursery.cancel_scope)

            body.when_read = watch
            try:
                with suppress(trio.BrokenResourceError, trio.ClosedResourceError):
                    page = self._reception.share(await self._admit(asked), head, route)
                    if page.flow is not None:
                        sent = await self._send_flow(page, page.flow, request, nursery, partial(self._refusal, asked))
                    elif page.watched:
                        sent = await self._reply(page, request)
            finally:
                self._departures.forget(self._stream)
            if nursery.child_tasks:
                nursery.cancel_scope.cancel()
        if sent is not None:
            return sent
        if page is not None and page.flow is None and not page.watched:
            return await self._reply(page, request)
        return live.why is not None and await self._reply(self._refusal(asked, live.why), request)

    def _refusal(self, asked: _PageCall, error: OrchdError) -> Page:
        """Return what a request gets in place of its answer, as the clients of its page read it."""
        return self._reception.share(asked.route.refuse(Page.of_refusal(error)), asked.head, asked.route)

    async def _admit(self, asked: _PageCall) -> Page:
        head, route, body = asked
        try:
            request = await self._reception.admit(head, route)
            if request.identity.role is not None:
                self._place.leave()
            if self._live is not None:
                self._live.begin(request)
            if route.body is not None:
                request = request._replace(body=read_body(await body.read_whole(), route.body))
            if route.upload is not None and head.method != b"OPTIONS":
                lengths = head.values(b"content-length")
                length = int(lengths[0]) if lengths else None
                request = request._replace(incoming=IncomingBody(body.read, route.upload.max_bytes, length))
            page = await route.answer(request)
        except OrchdError as error:
            return route.refuse(Page.of_refusal(error))
        return answer_to_options(page, route) if head.method == b"OPTIONS" else page

    def _leave_live(self) -> None:
        if self._live is not None:
            self._live.leave()
            self._live = None

    async def _reply(self, page: Page, request: h11.Request) -> bool:
        """Answer a request; return whether the connection may be used for another one."""
        if page.pieces is not None and request.method != b"HEAD":
            return await self._send_pieces(page, request)
        return await self._send(page, request)

    async def _send_flow(
        self,
        page: Page,
        flow: Callable[[PieceWay], Awaitable[bytes]],
        request: h11.Request,
        nursery: trio.Nursery,
        refuse: Callable[[OrchdError], Page],
    ) -> bool:
        """Let an answer write itself: some must be taken within the time that a whole page has otherwise, and within
        that all of it once it is over. Return whether it was sent whole."""
        # What was begun for it goes first: its head is made while others are waited for. Of the tasks that have a turn
        # any may be the first, so that it takes two.
        await trio.lowlevel.cancel_shielded_checkpoint()
        await trio.lowlevel.cancel_shielded_checkpoint()
        framing, count = self._frame_answer(page), partial(self._figures.pages.add, (str(page.status),))
        outlet = AnswerOutlet(self._stream, nursery, self._idle_seconds, framing, count, nursery.cancel_scope.cancel)
        failure: OrchdError | None = None
        try:
            try:
                outlet.put_end(await flow(outlet), self._end)
            except OrchdError as error:  # what was begun is without its end, so that nobody takes it for whole
                failure = error
            if outlet.waiting_bytes:
                with trio.move_on_after(self._idle_seconds):
                    await outlet.wait_flushed()
            whole = failure is None and not outlet.waiting_bytes and not outlet.lost
        finally:
            if not outlet.begun:
                self._forget_answer()
            outlet.end()
        return whole if failure is None or outlet.begun else await self._send(refuse(failure), request)

    def _frame_answer(self, page: Page) -> AnswerFraming:
        """Return the form of an answer that comes in pieces, which is begun with that."""
        headers = self._headers(page, page.length, keep=not self._is_last)
        head = self._parser.send(h11.Response(status_code=page.status, headers=headers)) or b""
        return AnswerFraming(head, chunk if _CHUNKED in head else self._frame)

    def _forget_answer(self) -> None:
        """Forget an answer of which nothing was sent. What is sent in its place ends the connection, so that it needs
        no parser that knows of the request."""
        self._parser = h11.Connection(h11.SERVER)

    def _end(self) -> bytes:
        """Return what says that the last piece was the last."""
        return self._parser.send(h11.EndOfMessage()) or b""

    async def _send_pieces(self, page: Page, request: h11.Request) -> bool:
        """Send an answer piece by piece, each within the time that a whole page has otherwise. Where none comes since
        something is wrong, that is the answer."""
        assert page.pieces is not None
        async with aclosing(page.pieces) as pieces:
            try:
                piece = await anext(pieces, b"")
            except OrchdError as error:
                return await self._send(Page.of_refusal(error), request)
            self._figures.pages.add((str(page.status),))
            data, frame = self._frame_answer(page)
            try:
                while piece:
                    if not await self._send_in_time(data + frame(piece)):
                        return False
                    data, piece = b"", await anext(pieces, b"")
            except OrchdError:
                return False  # without its end, so that nobody takes it for whole
        return await self._send_in_time(data + self._end())

    def _frame(self, piece: bytes) -> bytes:
        """Return a piece as the answer's head has announced it."""
        return self._parser.send(h11.Data(data=piece)) or b""

    async def _send_in_time(self, data: bytes) -> bool:
        """Send; what the socket takes at once, as it nearly always does, needs no deadline and no other turn. Now and
        then others have theirs all the same, for pieces may come without a wait."""
        if (sent := self._send_now(data)) == len(data):
            self._at_once += 1
            if self._at_once % TURN_PIECES == 0:
                await trio.lowlevel.checkpoint()
            return True
        with trio.move_on_after(self._idle_seconds):
            await self._stream.send_all(memoryview(data)[sent:])
            return True
        return False

    def _send_now(self, data: bytes) -> int:
        """Give the kernel what it takes now; return how many bytes that is, 0 where there is no plain socket. What is
        wrong with the socket is told when the rest is sent."""
        if not isinstance(self._stream, trio.SocketStream):
            return 0
        try:
            return os.write(self._stream.socket.fileno(), data)
        except OSError:
            return 0

    async def _send(self, page: Page, request: h11.Request | None) -> bool:
        """Send `page`; return whether the connection may be used for another request."""
        if self._parser.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            return False
        keep = request is not None and page.status < 400 and is_read(self._parser) and not self._is_last
        length = len(page.body) if page.length is None else page.length
        self._figures.pages.add((str(page.status),))
        response = h11.Response(status_code=page.status, headers=self._headers(page, length, keep=keep))
        data = self._parser.send(response) or b""
        if request is None or request.method != b"HEAD":
            data += self._parser.send(h11.Data(data=page.body)) or b""
        return await self._send_in_time(data + self._end()) and keep

    @property
    def _is_last(self) -> bool:
        """Whether the daemon stops, and the client has sent nothing behind its request."""
        return self._answers.ending and not self._parser.trailing_data[0]

    def _headers(self, page: Page, length: int | None, *, keep: bool) -> list[tuple[str, str]]:
        sized = [] if length is None else [("Content-Length", str(length))]
        typed = [] if page.status in BODILESS else [("Content-Type", page.content_type), *sized]
        own = {name for name, _ in page.headers}
        common = [(name, value) for name, value in _HEADERS if name not in own]
        return [*typed, *common, *page.headers, *self._told, *(() if keep else (("Connection", "close"),))]

    def _next_cycle(self) -> bool:
        parser = self._parser
        if not is_read(parser) or parser.our_state is h11.MUST_CLOSE or parser.their_state is not h11.DONE:
            return False
        self._received = self._parser.trailing_data[0]
        self._parser.start_next_cycle()
        return True


def _request_id(request: h11.Request) -> str | None:
    """Return what its sender calls a request; None where that isn't said once."""
    said = [value for name, value in request.headers if name == HEADER.lower().encode()]
    return said[0].decode("latin-1") if len(said) == 1 else None
