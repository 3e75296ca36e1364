"""A connection that comes back by itself, with whoever listens to it."""

import random
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, NoReturn, TypeVar

import anyio
import msgspec
from anyio.abc import ByteStream
from msgspec import Struct

from .facts import Call, ProtocolFacts
from .failures import DisconnectedError, NotADaemonError, NotSentError, OrchdError, RequestError
from .messages import Frame, FrameReader, write_request
from .session import Exchange, Listener, Session
from .signal import Signal
from .socket import ClosedError, HandshakeError, Socket, open_socket

R = TypeVar("R")

READY_SECONDS = 30.0
"""So long the first frame may take."""
GREETING_SECONDS = 1.0
"""After this a daemon that says nothing is asked why: it may wait to be told who connects."""
MAX_UNASKED = 100
"""Frames that belong to no request and are kept until somebody looks at them, the latest ones."""
MAX_TRIES = 8
"""So often a request that changes nothing is sent when the connection is lost each time: it may be what ends it."""
JITTER = 0.2
"""Pauses are longer or shorter by up to this share, so that not all clients come back at once."""


@dataclass(frozen=True)
class LinkTerms:
    """How to connect, and as whom."""

    url: str
    dial: Callable[[], Awaitable[ByteStream]]
    """Opens a stream to the daemon. Raises `ClosedError`, `NotADaemonError`."""
    token: str | None = field(default=None, repr=False)
    token_in_frame: bool = False
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    """More headers of the handshake."""
    tries: int | None = None
    """So many times in a row it is tried to come back; None: for ever."""
    told_loss: Callable[[OrchdError, int], None] = lambda _error, _attempt: None
    """Hears why there is no connection, and the number of the attempt that is made after a pause, from 1."""


class _HttpError(Struct):
    code: str
    message: str
    details: dict[str, Any] | None = None
    retryable: bool = False


class _HttpBody(Struct):
    error: _HttpError


class Link:
    """What a client's objects talk through. `run` keeps it connected; all else waits while it is not."""

    def __init__(self, facts: ProtocolFacts, terms: LinkTerms) -> None:
        self.facts = facts
        self._terms = terms
        self._reader = FrameReader(facts.payloads)
        self._session: Session | None = None
        self._failure: OrchdError | None = None
        self._news = Signal()
        self._listeners: dict[Listener, None] = {}
        self._unasked: deque[Frame] = deque(maxlen=MAX_UNASKED)

    @property
    def tries(self) -> int | None:
        """So many times in a row it is tried to come back; None: for ever."""
        return self._terms.tries

    @property
    def failure(self) -> OrchdError | None:
        """What has ended the link for good."""
        return self._failure

    async def ended(self) -> OrchdError:
        """Wait until something has ended the link for good; return it."""
        while self._failure is None:
            await self._news.wait()
        return self._failure

    async def session(self) -> Session:
        """Return the connection that there is, or wait for one. Raises what has ended the link for good."""
        while self._session is None:
            if self._failure is not None:
                raise self._failure
            await self._news.wait()
        return self._session

    @property
    def connected(self) -> Session | None:
        """The connection that there is just now."""
        return self._session

    async def request(self, call: Call[R], data: object) -> R:
        """Ask, and return what the reply says. What changes nothing is asked again when the connection was lost.

        When this is cancelled, so is the request. Raises `RequestError`, `DisconnectedError`, `FrameTooLongError`,
        `TypeError` for data that JSON can't say.
        """
        return call.result(await self.ask(call, data))

    async def ask(self, call: Call[Any], data: object, take: Callable[[Frame], None] = lambda _: None) -> Frame:
        """Ask, and return the last frame; those before it are handed to `take`. Otherwise as `request`."""
        for _ in range(MAX_TRIES - 1):
            session = await self.session()
            try:
                return await session.ask(call, data, take)
            except NotSentError:
                pass
            except DisconnectedError:
                if not call.safe:
                    raise
            await self.wait_lost(session)
        return await (await self.session()).ask(call, data, take)

    async def begin(
        self, call: Call[Any], data: object, take: Callable[[Frame], None], end: Callable[[Frame | None], None]
    ) -> tuple[Session, Exchange]:
        """Send a request over the connection that there is, or the next one; return both. Raises as `ask`."""
        while True:
            session = await self.session()
            try:
                return session, await session.begin(call, data, take, end)
            except NotSentError:
                await self.wait_lost(session)

    async def wait_lost(self, session: Session) -> None:
        """Wait until it is known here, too, that a connection was lost."""
        while self._session is session:
            await self._news.wait()

    def listen(self, listener: Listener) -> None:
        """Show each frame to a listener from now on."""
        self._listeners[listener] = None

    def leave(self, listener: Listener) -> None:
        """Show nothing more to a listener."""
        self._listeners.pop(listener, None)

    def listening(self) -> Iterator[Listener]:
        """Yield who listens."""
        return iter([*self._listeners])

    async def next_unasked(self) -> Frame:
        """Wait for a frame that belongs to no request and to no subscription. Raises what has ended the link for good."""
        while not self._unasked:
            if self._failure is not None:
                raise self._failure
            await self._news.wait()
        return self._unasked.popleft()

    async def pause(self, attempt: int, at_least: float | None = None) -> None:
        """Wait before the next try, the longer the more there were; where seconds were told, never less than those."""
        if at_least is None:
            seconds = self.facts.reconnect_seconds
            wanted = seconds[min(attempt, len(seconds) - 1)] * random.uniform(1 - JITTER, 1 + JITTER)
        else:
            wanted = at_least * random.uniform(1, 1 + 2 * JITTER)
        await anyio.sleep(wanted)

    async def run(self, *, patient: bool) -> None:
        """Connect, and again when the connection was lost, until that is of no use. `patient`: also the first time."""
        attempt = 0
        while True:
            after = None
            try:
                session = await self._open()
                patient = True
                await self._serve(session)
            except OrchdError as error:
                if not patient or not self._is_passing(error):
                    self._end(error)
                    return
                after, loss = _told_pause(error), error
            if self._session is not None:
                after = self._session.reconnect_after
                attempt = 0 if self._session.used else attempt
                self._session = None
                self._news.send()
            if attempt == self._terms.tries:
                self._end(loss)
                return
            attempt += 1
            self._terms.told_loss(loss, attempt)
            await self.pause(attempt - 1, after)

    async def _serve(self, session: Session) -> NoReturn:
        self._session = session
        self._news.send()
        await session.run(self.listening, self._keep)

    def _keep(self, frame: Frame) -> None:
        self._unasked.append(frame)
        self._news.send()

    def _end(self, error: OrchdError) -> None:
        self._failure, self._session = error, None
        self._news.send()

    def _is_passing(self, error: OrchdError) -> bool:
        """Whether it may be gone at the next try."""
        match error:
            case RequestError():
                return error.retryable
            case HandshakeError():
                return error.status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
            case ClosedError():
                return error.code not in self.facts.no_reconnect
            case _:
                return False

    async def _open(self) -> Session:
        terms = self._terms
        headers = dict(terms.headers)
        if terms.token is not None and not terms.token_in_frame:
            headers["Authorization"] = f"Bearer {terms.token}"
        try:
            socket = await open_socket(terms.url, terms.dial, headers, self.facts.protocol)
        except HandshakeError as error:
            raise self._refusal(error) from error
        try:
            return await self._greet(socket)
        except BaseException:
            await socket.aclose()
            raise

    async def _greet(self, socket: Socket) -> Session:
        """Wait for the first frame. Raises `RequestError` where it is an error."""
        if self._terms.token is not None and self._terms.token_in_frame:
            await socket.send(write_request(self.facts.authenticate, "authenticate", {"token": self._terms.token}))
        texts: list[bytes] = []
        with anyio.move_on_after(GREETING_SECONDS):
            texts = await _first(socket)
        if not texts:
            await socket.send(write_request(self.facts.ping, "ping", {}))
            with anyio.move_on_after(READY_SECONDS):
                texts = await _first(socket)
        if not texts:
            raise ClosedError(None, "it says nothing")
        first = self.facts.final(self._reader.read(texts[0]))
        if first.type != self.facts.ready:
            raise NotADaemonError(f"the first frame is {first.type!r}")
        return Session(socket, self.facts, self._reader, first, texts[1:])

    def _refusal(self, error: HandshakeError) -> OrchdError:
        """Return what an answer of HTTP says, by its code where it is one of the daemon's own."""
        try:
            said = msgspec.json.decode(error.body, type=_HttpBody).error
        except (msgspec.MsgspecError, UnicodeError):
            return error
        if error.retry_after is not None:
            said.details = {**(said.details or {}), "retryAfterMs": error.retry_after * 1000}
        said.retryable = self._is_passing(error)
        return self.facts.error_of(said)


async def _first(socket: Socket) -> list[bytes]:
    while not (texts := await socket.receive()):
        pass
    return texts


def _told_pause(error: OrchdError) -> float | None:
    if isinstance(error, HandshakeError):
        return error.retry_after
    return error.retry_after_seconds if isinstance(error, RequestError) else None
