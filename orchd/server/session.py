"""A client's session: its frames in, its requests, its replies out.

The reader never waits: trio-websocket stops answering pings while its message queue is full. So each message is
decoded, and either refused at once or given a task under its own cancel scope. Each request gets exactly one final
frame: its handler's reply or an `error`.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from sys import getsizeof
from typing import NamedTuple

import trio
import trio_websocket
from msgspec import UNSET

from orchd.budget import MemoryBudget
from orchd.clock import unix_now
from orchd.errors import (
    Busy,
    Conflict,
    Forbidden,
    Internal,
    OrchdError,
    RateLimited,
    RequestCancelled,
    ShuttingDown,
    Unauthorized,
)
from orchd.guard import guarded
from orchd.hub import Hub
from orchd.protocol import messages
from orchd.protocol.codec import Codec, FrameRefused, Request
from orchd.protocol.codes import (
    BINARY_REFUSED,
    FRAME_TOO_LONG,
    PROOF_NEEDED,
    PROTOCOL_ABUSE,
    SHUTTING_DOWN,
    TOO_MANY_CONNECTIONS,
    UNAUTHORIZED,
    CloseCode,
)
from orchd.protocol.frame_type import FrameType, Payload
from orchd.protocol.identity import Identity
from orchd.protocol.reading.members import locate
from orchd.protocol.rights import refusal
from orchd.protocol.router import Context, Peer, Router, Serve
from orchd.protocol.types import timestamp
from orchd.server import request_log
from orchd.server.entry.doorkeeper import Doorkeeper
from orchd.server.entry.entrance import Arrival, Entrance
from orchd.server.meter import Meter
from orchd.server.outbox import Outbox
from orchd.server.request import RunningRequest
from orchd.server.shares import Shares
from orchd.telemetry.daemon import UNKNOWN, SocketFigures
from orchd.telemetry.request_id import identify, request_id_here

FINAL_SECONDS = 0.5
"""How long requests may take to say their last word once the session is closed because the daemon stops."""

MAX_PROOF_BYTES = 4096
"""Longest frame of a connection that must prove whose it is, or the limit for all, if that is less."""

ABUSE_LIMIT = 100
"""Frames in a row that break the protocol before the connection is closed 4501."""


class SessionServices(NamedTuple):
    """What all sessions share."""

    codec: Codec
    router: Router
    hub: Hub
    ready: Callable[[str, Identity], messages.SessionReady]
    """Makes the greeting for a session id and whoever it is."""
    doorkeeper: Doorkeeper
    max_frame_bytes: int
    max_in_flight: int
    frames_per_second: float = 0.0
    """That a connection may go on sending; 0: any number."""
    unfinished_bytes: int = 64 * 1024 * 1024
    """Of messages that have begun to come and not ended, over all connections."""
    requests: MemoryBudget | None = None
    """The memory of unfinished requests, over all connections; None: as much as they want."""
    tell_refusal: Callable[[Identity, str, str], None] = lambda who, address, kind: None
    """Told of requests that somebody may not make: who, from which address, and the type. Never waits, never raises."""
    figures: SocketFigures = SocketFigures()
    """What goes over all connections."""
    shares: Shares = Shares()
    """What each user takes, over all connections."""
    proof_seconds: float = 10.0
    """How long a connection that has shown nothing may take to prove whose it is."""


class Session:
    """One open WebSocket. `run` owns its requests; they end when it does."""

    __slots__ = (
        "_close",
        "_closing",
        "_follows",
        "_in_flight",
        "_meter",
        "_outbox",
        "_running",
        "_scope",
        "_violations",
        "_wire",
        "entrance",
        "frames_in",
        "id",
    )

    def __init__(self, session_id: str, wire: SessionServices, outbox: Outbox, meter: Meter, arrival: Arrival) -> None:
        self.id = session_id
        self.entrance = Entrance(
            arrival, wire.doorkeeper, outbox, self._greet, self._end_unproved, self._reopen, wire.hub.renew, wire.shares
        )
        """Whose it is; what each request may do is decided when it comes."""
        self._wire = wire
        self._outbox = outbox
        self._meter = meter
        self._in_flight: dict[str, RunningRequest] = {}
        self._running = 0
        self._violations = 0
        self._closing = False
        self._follows: Callable[[Peer], bool] | None = None
        self._close: CloseCode | None = None
        self._scope: trio.CancelScope | None = None
        self.frames_in = 0

    def begin(self) -> None:
        """Send the first frame, `session:ready`, unless whose it is must be proved first."""
        try:
            self.entrance.begin()
        except Busy as error:
            self._refuse(None, error)
            self.close(TOO_MANY_CONNECTIONS)

    async def run(self, connection: "trio_websocket.WebSocketConnection") -> CloseCode | None:
        """Serve until the client leaves or the session is closed; return the close code if it is ours to say."""
        try:
            async with trio.open_nursery() as requests:
                self._scope = requests.cancel_scope
                if not self.entrance.is_proved:
                    requests.start_soon(self._wait_proved)
                with suppress(trio_websocket.ConnectionClosed):
                    while self._close is None or self._running:
                        self._receive(await connection.get_message(), requests)
                requests.cancel_scope.cancel()
        finally:
            identify(None)
            self.entrance.leave()
            self._wire.hub.forget(self._outbox)
        return self._close

    def announce_closing(self, reason: str, reconnect_after_ms: int) -> None:
        """Tell the client that the daemon stops, and take no new requests."""
        self._closing = True
        if not self.entrance.is_waiting:
            self._put(messages.CLOSING, messages.SessionClosing(reason, reconnect_after_ms))

    def make_way(self, reason: str, reconnect_after_ms: int, follows: Callable[[Peer], bool]) -> None:
        """Tell the client to come back later, and close once no request is unfinished and it `follows` nothing."""
        self._follows = follows
        self.announce_closing(reason, reconnect_after_ms)
        self.review()

    def review(self) -> None:
        """Close if the session makes way and nothing keeps it any longer."""
        if self._follows is not None and not self._running and not self._follows(self._outbox):
            self.close(SHUTTING_DOWN)

    def close(self, code: CloseCode = SHUTTING_DOWN) -> None:
        """End the session: unfinished requests are cancelled, then the socket closes with `code`.

        At a shutdown they first get `FINAL_SECONDS`: what they wait for has just ended, only their last frame is due.
        """
        self._close = self._close or code
        self._closing = True
        if self._scope is None:
            return
        if self._running and code is SHUTTING_DOWN:
            self._scope.deadline = trio.current_time() + FINAL_SECONDS
        else:
            self._scope.cancel()

    def _receive(self, message: str | bytes, requests: trio.Nursery) -> None:
        if isinstance(message, bytes):
            self.close(BINARY_REFUSED)
        elif len(message) * 4 > self._longest < len(message.encode()):
            self.close(FRAME_TOO_LONG)
        else:
            self.frames_in += 1
            identify(f"{self.id}-{self.frames_in}")
            self._dispatch(message, requests)

    @property
    def _longest(self) -> int:
        """Bytes that a frame may have now: who has proved nothing has nothing long to say."""
        limit = self._wire.max_frame_bytes
        return min(MAX_PROOF_BYTES, limit) if self.entrance.is_waiting else limit

    def _dispatch(self, message: str, requests: trio.Nursery) -> None:
        try:
            request = self._wire.codec.decode(message)
        except FrameRefused as refused:
            self._wire.figures.frames_in.add((refused.type or UNKNOWN,))
            request_log.note(self.id, "request refused", refused.type, refused.request_id, refused.error)
            self._refuse(refused.request_id, refused.error)
            self._violations += 1
            if self._violations >= ABUSE_LIMIT:
                self.close(PROTOCOL_ABUSE)
            return
        self._violations = 0
        self._wire.figures.frames_in.add((request.type,))
        refusal = self._objection(request)
        if refusal is not None:
            request_log.note(self.id, "request refused", request.type, request.id, refusal)
            self._refuse(None if isinstance(refusal, Conflict) else request.id, refusal)
        elif isinstance(request.data, messages.Ping):
            self._put(messages.PING.reply, messages.Pong(timestamp(unix_now())), request.id)
        else:
            self._start(request, requests, getsizeof(message))

    def _objection(self, request: Request) -> OrchdError | None:
        """Say why a valid request can't be taken now; a `cancel` for each request in flight always can."""
        if request.id is not None and request.id in self._in_flight:
            return Conflict("a request with this id is in flight", reason="malformed", id=request.id, field="id")
        if (refused := self._refusal(request)) is not None:
            return refused
        cancels = isinstance(request.data, messages.Cancel)
        if not cancels and (wait := self._meter.retry_after_ms(trio.current_time())):
            return RateLimited(
                "too many frames in too short a time on this connection", reason="too_fast", retry_after_ms=wait
            )
        if isinstance(request.data, messages.Ping):
            return None
        if self._closing and not cancels:
            return ShuttingDown("the daemon is shutting down")
        if self._running >= self._wire.max_in_flight * (2 if cancels else 1):
            return Busy(f"{self._wire.max_in_flight} requests are in flight on this connection", reason="connections")
        return None if cancels else self._wire.shares.count_frame(self.entrance.identity.user_id, trio.current_time())

    def _refusal(self, request: Request) -> OrchdError | None:
        """Say why whoever asks may not: the one place where frames are held against rights."""
        if isinstance(request.data, messages.SessionAuthenticate):
            return None
        command, who = self._wire.codec.commands[request.type], self.entrance.asker
        refused = refusal(command.right, command.scope, who)
        if isinstance(refused, Forbidden | Unauthorized):
            self._wire.tell_refusal(who, self.entrance.client.label or "", request.type)
        return refused

    def _start(self, request: Request, requests: trio.Nursery, size: int) -> None:
        try:
            held = None if self._wire.requests is None else self._wire.requests.hold(self, size)
        except Busy as refusal:
            self._refuse(request.id, refusal)
            return
        in_flight = RunningRequest(
            request.id, self.entrance.identity, self._outbox, held, self.entrance.client.label or ""
        )
        own = OWN.get(request.type)
        serve = self._wire.router.serve(request.type) if own is None else own.bind(self)
        if request.id is not None:
            self._in_flight[request.id] = in_flight
        self._running += 1
        self._wire.shares.begin(in_flight.identity.user_id, trio.current_time())
        requests.start_soon(self._serve, in_flight, serve, request)

    async def _serve(self, in_flight: RunningRequest, serve: Serve, request: Request) -> None:
        """Run one request to its final frame."""
        final: bytes | None = None
        started = time.monotonic()
        try:
            about = {"type": request.type, "session": self.id}
            span = self._wire.figures.tracing.span("request", request_id=request_id_here() or "", **about)
            with guarded("request", request=request.id, **about) as guard, span, in_flight.scope:
                final = await serve(in_flight, request.data)
            if final is not None:
                await self._outbox.reply(final, partial(self._over, in_flight, replied=True))
        finally:
            self._over(in_flight)
        self._wire.figures.requests.note(time.monotonic() - started)
        if final is not None:
            request_log.note(self.id, "request answered", request.type, request.id, None, started)
        else:
            error = guard.error or self._reason(in_flight)
            locate(error, request.data)
            request_log.note(self.id, "request failed", request.type, request.id, error, started, request.data)
            if not self._wire.codec.commands[request.type].expects(error):
                request_log.note_unlisted(self.id, request.type, error)
            self._refuse(request.id, error)
            if isinstance(error, Unauthorized) and self.entrance.is_waiting:
                self.close(UNAUTHORIZED)
            elif self.entrance.is_refused:
                self.close(TOO_MANY_CONNECTIONS)
        self.review()
        if self._close is not None and not self._running and self._scope is not None:
            self._scope.cancel()

    def _over(self, in_flight: RunningRequest, *, replied: bool = False) -> None:
        """Free a request's place and id. Idempotent."""
        if in_flight.ended.is_set():
            return
        self._running -= 1
        self._wire.shares.end(in_flight.identity.user_id)
        if in_flight.held is not None:
            in_flight.held.release()
        if in_flight.id is not None:
            del self._in_flight[in_flight.id]
        in_flight.ended.set()
        if replied:
            in_flight.note_reply()

    def _reason(self, in_flight: RunningRequest) -> OrchdError:
        """Tell why a handler ended without a reply or an error."""
        if in_flight.cancelled:
            return RequestCancelled("cancelled by the client")
        return Internal("the request ended without an answer")

    async def _cancel(self, context: Context, data: messages.Cancel) -> messages.Cancelled:
        """The receipt follows the end of what was cancelled."""
        target = self._in_flight.get(data.id)
        if target is None or target is context:
            return messages.Cancelled(data.id, found=False)
        await target.cancel()
        return messages.Cancelled(data.id, found=True)

    async def _authenticate(
        self, _context: Context, data: messages.SessionAuthenticate
    ) -> messages.SessionAuthenticated:
        identity = await self.entrance.authenticate(data.token)
        assert identity.role is not None
        return messages.SessionAuthenticated(identity.name, identity.role)

    async def _wait_proved(self) -> None:
        """Close the connection when whose it is is not proved in time."""
        try:
            await self.entrance.wait_proved(self._wire.proof_seconds)
        except Unauthorized as error:
            self._end_unproved(error)

    def _end_unproved(self, why: Unauthorized) -> None:
        """Close the connection, which is nobody's, or nobody's any more."""
        self._refuse(None, why)
        self.close(UNAUTHORIZED)

    def _reopen(self) -> None:
        """Close the connection, which was anybody's until now, so that its client opens another one with a proof."""
        self.close(PROOF_NEEDED)

    def _greet(self) -> None:
        self._put(messages.READY, self._wire.ready(self.id, self.entrance.identity))

    def _put(self, kind: FrameType[Payload], payload: Payload, request_id: str | None = None) -> None:
        self._outbox.put(kind.frame(payload, request_id))

    def _refuse(self, request_id: str | None, error: OrchdError) -> None:
        details = error.details or UNSET
        self._wire.figures.errors.add((error.code,))
        told = messages.Error(error.code, error.message, error.retryable, details, request_id_here() or UNSET)
        self._put(messages.ERROR, told, request_id)


OWN = {
    route.command.type: route
    for route in (messages.CANCEL.by(Session._cancel), messages.AUTHENTICATE.by(Session._authenticate))
}
"""What the session itself answers in tasks of its own."""
