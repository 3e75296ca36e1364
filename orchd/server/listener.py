"""The port: accepts, tells HTTP from WebSocket, owns every connection, and closes them all in bounded time."""

import secrets
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial

import structlog
import trio
import trio_websocket

from orchd import __version__
from orchd.access.addresses import NO_PROXIES, SocketPeer, TrustedProxies
from orchd.errors import Busy
from orchd.guard import Supervisor, Troubles, guarded
from orchd.protocol import PROTOCOL
from orchd.protocol.codes import NO_HEARTBEAT, CloseCode
from orchd.protocol.router import Peer
from orchd.protocol.websocket import PING_FRAME, close_frame
from orchd.server.accepting import accept, address_of
from orchd.server.entry.newcomers import NOWHERE, NewcomerPlace, Newcomers
from orchd.server.entry.page import Page
from orchd.server.entry.reception import Reception
from orchd.server.exit.answers import AnswersUnderWay
from orchd.server.exit.departures import Departures
from orchd.server.heartbeat import Heartbeat
from orchd.server.http import Handshake, HttpConnection
from orchd.server.meter import Meter, MeterLimits, PartialMessages
from orchd.server.outbox import Outbox, Pressure
from orchd.server.session import Session, SessionServices
from orchd.server.stream import PeerStream, linger
from orchd.telemetry.figures import OTHER
from orchd.tls.handshakes import Handshakes, PlainTextError
from orchd.tls.renewal import Certificate
from orchd.wakeup import Signal

MISSED_BEATS = 2
"""Heartbeats without a single received byte after which a connection counts as dead."""

NOT_ENCRYPTED = Page.of_json(
    400,
    {
        "name": "orchd",
        "version": __version__,
        "error": {"code": "invalid", "message": "this port speaks TLS; use https:// or wss://"},
    },
)
"""For who speaks HTTP to a port of TLS. It names the daemon as `/version` does, for one that wants the same port."""

TOO_MANY_NEWCOMERS = Page.of_refusal(
    Busy(
        "too many connections of your address have not said whose they are; try again in a moment",
        reason="connections",
        retry_after_ms=1000,
    )
)

ORDINARY_ENDS = (1000, 1001, 1005, 1006)
"""Close codes with which clients leave."""

CLOSE_SECONDS = 1.0
"""How long one closing handshake may take."""


FAREWELL_SECONDS = 0.25
"""How long a stop waits for clients that speak TLS to answer our farewell: most that are idle never do."""

FEWEST_HANDSHAKES = 256
"""So many TLS handshakes may be under way at once, or a quarter of the connections if that is more."""


class OpenConnection:
    """An open WebSocket with what it is made of: what the heartbeat beats and shutdown closes."""

    __slots__ = ("_backlog", "_missed", "_seen", "_sent", "_stream", "outbox", "session")

    def __init__(self, session: Session, stream: PeerStream, outbox: Outbox) -> None:
        self.session = session
        self.outbox = outbox
        self._stream = stream
        self._seen = 0
        self._sent = 0
        self._backlog = False
        self._missed = 0

    def beat(self) -> None:
        """Ping, or give the connection up when it has been silent for too long.

        One that takes a backlog is alive: it can't answer a ping that lies behind that, so it isn't sent one.
        """
        reads = self._takes_a_backlog()
        self._missed = 0 if reads or self._stream.received > self._seen else self._missed + 1
        self._seen = self._stream.received
        if self._missed >= MISSED_BEATS:
            self.outbox.fail(NO_HEARTBEAT)
        elif not reads:
            self.outbox.ping(PING_FRAME)

    def _takes_a_backlog(self) -> bool:
        """Whether the peer has taken some of what waited at the last beat already, and something still waits.

        What a dead peer's kernel takes without it never leaves anything waiting, until it takes nothing more.
        """
        moved = self._backlog and self.outbox.sent_bytes > self._sent
        self._sent, self._backlog = self.outbox.sent_bytes, self.outbox.waiting_bytes > 0
        return moved and self._backlog


class Server:
    """All connections of the daemon. `run` serves listeners; `announce_closing` and `close` end them."""

    def __init__(
        self,
        wire: SessionServices,
        reception: Reception,
        pressure: Pressure,
        *,
        max_connections: int,
        heartbeat_seconds: float,
        handshake_seconds: float,
        troubles: Troubles | None = None,
        proxies: TrustedProxies = NO_PROXIES,
        certificate: Certificate | None = None,
        newcomers: Newcomers | None = None,
    ) -> None:
        self._troubles = troubles
        self._proxies = proxies
        self._newcomers = newcomers or Newcomers()
        most = max(FEWEST_HANDSHAKES, max_connections // 4)
        self._handshakes = None if certificate is None else Handshakes(certificate, handshake_seconds, most)
        self._wire = wire
        self._departures = Departures()
        http = partial(HttpConnection, reception=reception, idle_seconds=handshake_seconds)
        self._answers = AnswersUnderWay()
        self._http = partial(http, figures=wire.figures, departures=self._departures, answers=self._answers)
        self._pressure = pressure
        self._limits = MeterLimits(wire.max_frame_bytes, wire.frames_per_second)
        self._unfinished = PartialMessages(max(wire.unfinished_bytes, 2 * wire.max_frame_bytes))
        self._max_connections = max_connections
        self._handshake_seconds = handshake_seconds
        self._heartbeat = Heartbeat(heartbeat_seconds)
        self._open: dict[OpenConnection, None] = {}
        self._sockets = 0
        self._secured = 0
        self._accepting = trio.CancelScope()
        self._serving = trio.CancelScope()
        self._left = Signal()
        self._closing: tuple[str, int] | None = None
        self._follows: Callable[[Peer], bool] | None = None
        self._closed: CloseCode | None = None
        self._log = structlog.get_logger()

    @property
    def sessions(self) -> int:
        return len(self._open)

    async def run(self, listeners: Sequence[trio.abc.Listener[trio.abc.Stream]]) -> None:
        """Accept until told to stop, and serve what was accepted until `close` has ended it all."""
        with self._serving:
            async with trio.open_nursery() as connections:
                services = Supervisor(connections, self._troubles)
                services.keep("heartbeat", self._heartbeat.run)
                services.keep("departures", self._departures.run)

                def begin(stream: trio.abc.Stream) -> None:
                    connections.start_soon(self.serve, stream)

                with self._accepting:
                    async with trio.open_nursery() as accepting:
                        for listener in listeners:
                            accepting.start_soon(accept, listener, begin)

    def announce_closing(self, reason: str, reconnect_after_ms: int) -> None:
        """Accept no more connections and requests, and tell every client."""
        self._accepting.cancel()
        self._answers.ending = True
        self._closing = (reason, reconnect_after_ms)
        for connection in self._open:
            connection.session.announce_closing(reason, reconnect_after_ms)

    def make_way(self, reason: str, spread_ms: int, follows: Callable[[Peer], bool]) -> None:
        """Accept no more connections, and send the clients away, spread over time so that they don't come all at once.

        A connection stays until its requests have ended and it `follows` nothing that somebody else asked for; when the
        latter changes, `review` must be called.
        """
        self._accepting.cancel()
        self._answers.ending = True
        self._follows = follows
        self._closing = (reason, spread_ms)
        for connection in list(self._open):
            connection.session.make_way(reason, secrets.randbelow(spread_ms + 1), follows)

    def review(self) -> None:
        """Close the sessions that make way and that nothing keeps any longer."""
        for connection in list(self._open):
            connection.session.review()

    async def close(self, code: CloseCode, seconds: float) -> None:
        """Close all sessions, and let HTTP answers reach their clients; what isn't done within `seconds` in all is cut
        off. Who speaks TLS is told that nothing more comes, and has a moment to hear it."""
        self._closed = code
        self._answers.ending = True
        with trio.move_on_after(seconds):
            for connection in list(self._open):
                connection.session.close(code)
            while self._open:
                await self._left.wait()
            await self._answers.wait_none()
            self._answers.dismiss()
            with trio.move_on_after(FAREWELL_SECONDS):
                while self._secured:
                    await self._left.wait()
        for connection in list(self._open):
            connection.outbox.reset()
        self._serving.cancel()

    async def serve(self, stream: trio.abc.Stream) -> None:
        """Serve one accepted connection until it ends; a failure ends this connection only."""
        self._sockets += 1
        try:
            with guarded("connection"):
                async with stream:
                    with guarded("connection"):
                        await self._serve_stream(stream)
                    await linger(stream)
        finally:
            self._sockets -= 1

    async def _serve_stream(self, stream: trio.abc.Stream) -> None:
        """Serve a connection unless too many of its address are here. Of a trusted proxy's it is the client's that
        counts, which is known later."""
        peer = SocketPeer(address_of(stream))
        place = NOWHERE if self._proxies.trusts(peer.address) else self._newcomers.enter(peer.address)
        if place is None:
            if self._handshakes is None:
                await self._http(stream).refuse(TOO_MANY_NEWCOMERS)
            return
        try:
            await self._serve_secured(stream, peer, place)
        finally:
            place.leave()

    async def _serve_secured(self, stream: trio.abc.Stream, peer: SocketPeer, place: NewcomerPlace) -> None:
        """Serve over TLS if this listener speaks it, else over the stream as it is."""
        if self._handshakes is None or not isinstance(stream, trio.SocketStream):
            await self._serve_http(stream, peer, place)
            return
        try:
            secured = await self._handshakes.secure(stream)
        except PlainTextError:
            await self._http(stream).refuse(NOT_ENCRYPTED)
            return
        if secured is not None:
            self._secured += 1
            try:
                await self._serve_http(secured, peer._replace(secure=True), place)
            finally:
                try:
                    await linger(secured)
                finally:
                    self._secured -= 1
                    self._left.set()

    async def _serve_http(self, stream: trio.abc.Stream, peer: SocketPeer, place: NewcomerPlace) -> None:
        http = self._http(stream, peer=peer, proxies=self._proxies, place=place)
        if self._sockets > self._max_connections:
            await http.refuse(Page.of_error(503, "busy", "too many connections"))
            return
        handshake = await http.run()
        if handshake is None:
            return
        if handshake.arrival.client.proxied:
            newcomer = self._newcomers.enter(handshake.arrival.client.address)
            if newcomer is None:
                await http.refuse(TOO_MANY_NEWCOMERS)
                return
            place = newcomer
        del http  # the parser's memory is not needed while the socket lives
        try:
            arrival = handshake.arrival._replace(place=place)
            await self._serve_websocket(stream, handshake._replace(arrival=arrival))
        finally:
            place.leave()

    async def _serve_websocket(self, stream: trio.abc.Stream, handshake: Handshake) -> None:
        async with trio.open_nursery() as nursery:
            outbox = Outbox(stream, nursery, self._pressure, self._wire.figures)
            meter = Meter(self._limits, self._unfinished, outbox.fail)
            peer_stream = PeerStream(stream, outbox, handshake, meter)
            try:
                session = Session(secrets.token_hex(8), self._wire, outbox, meter, handshake.arrival)
                websocket = await self._accept(nursery, peer_stream)
                if websocket is not None:
                    peer_stream.serves(websocket)
                    await self._serve_session(OpenConnection(session, peer_stream, outbox), websocket)
            finally:  # before the socket is closed: its number may be another's at once
                outbox.end()
                meter.end()
                peer_stream.serves(None)  # in a circle, an unfinished message would wait for the garbage collector
            nursery.cancel_scope.cancel()

    def _catch_up(self, session: Session) -> None:
        """Tell a client what the others were told before it came (over HTTP it may have been there for long)."""
        if self._follows is not None and self._closing is not None:
            session.make_way(self._closing[0], secrets.randbelow(self._closing[1] + 1), self._follows)
        elif self._closing is not None:
            session.announce_closing(*self._closing)
        if self._closed is not None:
            session.close(self._closed)

    async def _accept(self, nursery: trio.Nursery, stream: PeerStream) -> "trio_websocket.WebSocketConnection | None":
        """Let trio-websocket do the handshake; None when it does not come about in time."""
        with trio.move_on_after(self._handshake_seconds):
            request: trio_websocket.WebSocketRequest = await trio_websocket.wrap_server_stream(
                nursery, stream, message_queue_size=1, max_message_size=self._wire.max_frame_bytes
            )
            offered = PROTOCOL in request.proposed_subprotocols
            return await request.accept(subprotocol=PROTOCOL if offered else None)
        return None

    async def _serve_session(self, connection: OpenConnection, websocket: "trio_websocket.WebSocketConnection") -> None:
        started = time.monotonic()
        session = connection.session
        self._open[connection] = None
        self._wire.figures.opened += 1
        self._heartbeat.join(connection)
        session.begin()
        self._catch_up(session)
        code: CloseCode | None = None
        try:
            code = await session.run(websocket)
        finally:
            self._heartbeat.leave(connection)
            try:
                await _part(connection.outbox, websocket, code)
            finally:
                del self._open[connection]
                self._left.set()
            ended = _end_code(connection, websocket, code)
            self._wire.figures.closed.add((_end_label(connection, ended, code),))
            self._log.info(
                "connection ended",
                session=session.id,
                client=session.entrance.client.label,
                seconds=round(time.monotonic() - started, 3),
                frames=session.frames_in,
                code=ended,
            )


async def _part(outbox: Outbox, websocket: "trio_websocket.WebSocketConnection", code: CloseCode | None) -> None:
    """Close with `code` unless the connection is already closed, and wait for the closing handshake, for a bounded
    time.

    trio-websocket's own `aclose` would not do: its reader fails at a ping that crosses our close frame.
    """
    with trio.move_on_after(CLOSE_SECONDS) as patience:
        if code is not None and websocket.closed is None:
            outbox.put_last(close_frame(code.code, code.reason))
            with suppress(trio_websocket.ConnectionClosed):
                while True:  # what it says until it answers the close is lost anyway
                    await websocket.get_message()
        await outbox.wait_flushed()
    if patience.cancelled_caught:
        outbox.reset()


def _end_code(
    connection: OpenConnection, websocket: "trio_websocket.WebSocketConnection", ours: CloseCode | None
) -> int | None:
    """Return the close code that the session ended with, whichever side sent it."""
    if connection.outbox.failed:
        return connection.outbox.failed.code
    if ours is not None:
        return ours.code
    return websocket.closed.code if websocket.closed else None


def _end_label(connection: OpenConnection, ended: int | None, ours: CloseCode | None) -> str:
    """Return by which close codes ends are counted: those of clients may be any number."""
    if ended is None:
        return "none"
    told = ours is not None or connection.outbox.failed is not None or ended in ORDINARY_ENDS
    return str(ended) if told else OTHER
