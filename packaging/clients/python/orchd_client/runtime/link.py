"""A connection that comes back by itself, with whoever listens to it."""

import random
import ssl
from collections import deque
from collections.abc import AsyncIterator, Iterator
from http import HTTPStatus
from typing import Any, TypeVar

import anyio
import msgspec
from msgspec import Struct

from orchd_client.runtime.facts import Call, ProtocolFacts
from orchd_client.runtime.failures import DisconnectedError, NotADaemonError, OrchdError, RequestError
from orchd_client.runtime.messages import FrameReader, Received, data_of, type_of, write_request
from orchd_client.runtime.session import Listener, Session
from orchd_client.runtime.signal import Signal
from orchd_client.runtime.socket import ClosedError, HandshakeError, Socket, open_socket

R = TypeVar("R")

READY_SECONDS = 30.0
"""So long the first frame may take."""
MAX_UNASKED = 100
"""Frames that belong to no request and are kept until somebody looks at them, the latest ones."""
JITTER = 0.2
"""Pauses are longer or shorter by up to this share, so that not all clients come back at once."""


class _HttpError(Struct):
    code: str
    message: str
    details: dict[str, Any] | None = None
    retryable: bool = False


class _HttpBody(Struct):
    error: _HttpError


class Link:
    """What a client's objects talk through. `run` keeps it connected; all else waits while it is not."""

    def __init__(
        self,
        facts: ProtocolFacts,
        url: str,
        *,
        token: str | None,
        token_in_frame: bool,
        ssl_context: ssl.SSLContext | None,
    ) -> None:
        self._facts, self._url, self._ssl = facts, url, ssl_context
        self._token, self._in_frame = token, token_in_frame
        self._reader = FrameReader(facts.union, facts.frames)
        self._session: Session | None = None
        self._failure: OrchdError | None = None
        self._news = Signal()
        self._listeners: dict[Listener, None] = {}
        self._unasked: deque[Received] = deque(maxlen=MAX_UNASKED)

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

    async def request(self, call: Call[R], data: Struct) -> R:
        """Ask, and return what the reply says. What changes nothing is asked again when the connection was lost.

        When this is cancelled, so is the request. Raises `RequestError`, `DisconnectedError`, `FrameTooLongError`.
        """
        while True:
            session = await self.session()
            try:
                return call.result(await session.ask(call, data))
            except DisconnectedError:
                if not call.safe:
                    raise
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

    async def unasked(self) -> AsyncIterator[Received]:
        """Yield frames that belong to no request and to no subscription, as they come; of many the latest ones."""
        while True:
            while self._unasked:
                yield self._unasked.popleft()
            if self._failure is not None:
                return
            await self._news.wait()

    async def pause(self, attempt: int, at_least: float | None = None) -> None:
        """Wait before the next try, the longer the more there were."""
        seconds = self._facts.reconnect_seconds
        wanted = seconds[min(attempt, len(seconds) - 1)] if at_least is None else at_least
        await anyio.sleep(wanted * random.uniform(1 - JITTER, 1 + JITTER))  # no secret

    async def run(self, *, patient: bool) -> None:
        """Connect, and again when the connection was lost, until that is of no use. `patient`: also the first time."""
        attempt, after = 0, None
        while True:
            try:
                session = await self._open()
                attempt, patient, after = 0, True, None
                await self._serve(session)
            except OrchdError as error:
                if not patient or not self._is_passing(error):
                    self._end(error)
                    return
                after = _told_pause(error)
            if self._session is not None:
                after = self._session.reconnect_after
                self._session = None
                self._news.send()
            await self.pause(attempt, after)
            attempt += 1

    async def _serve(self, session: Session) -> None:
        self._session = session
        self._news.send()
        await session.run(self.listening, self._keep)

    def _keep(self, frame: Received) -> None:
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
                return error.code not in self._facts.no_reconnect
            case _:
                return False

    async def _open(self) -> Session:
        headers = {}
        if self._token is not None and not self._in_frame:
            headers["Authorization"] = f"Bearer {self._token}"
        try:
            socket = await open_socket(self._url, headers, self._facts.protocol, self._ssl)
        except HandshakeError as error:
            raise self._refusal(error) from error
        try:
            return await self._greet(socket)
        except BaseException:
            await socket.aclose()
            raise

    async def _greet(self, socket: Socket) -> Session:
        """Wait for the first frame. Raises `RequestError` where it is an error."""
        if self._token is not None and self._in_frame:
            await socket.send(write_request(self._facts.authenticate, "authenticate", {"token": self._token}))
        with anyio.move_on_after(READY_SECONDS):
            while not (texts := await socket.receive()):
                pass
            first = self._reader.read(texts[0])
            if type_of(first) == self._facts.error:
                raise self._facts.error_of(data_of(first))
            if type_of(first) != self._facts.ready:
                raise NotADaemonError(f"the first frame is {type_of(first)!r}")
            return Session(socket, self._facts, self._reader, data_of(first), texts[1:])
        raise ClosedError(None, "")

    def _refusal(self, error: HandshakeError) -> OrchdError:
        """Return what an answer of HTTP says, by its code where it is one of the daemon's own."""
        try:
            said = msgspec.json.decode(error.body, type=_HttpBody).error
        except (msgspec.MsgspecError, UnicodeError):
            return error
        if error.retry_after is not None:
            said.details = {**(said.details or {}), "retryAfterMs": error.retry_after * 1000}
        said.retryable = self._is_passing(error)
        return self._facts.error_of(said)


def _told_pause(error: OrchdError) -> float | None:
    if isinstance(error, HandshakeError):
        return error.retry_after
    return error.retry_after_seconds if isinstance(error, RequestError) else None
