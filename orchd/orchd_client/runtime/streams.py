"""Requests that tell how far they are, and subscriptions."""

import contextlib
from collections import deque
from collections.abc import Generator
from functools import reduce
from types import TracebackType
from typing import Any, Generic, TypeVar

import anyio
from msgspec import Struct, structs

from .facts import Call, FollowTerms
from .failures import DisconnectedError, OrchdError, OverflowedError, RequestError
from .link import MAX_TRIES, Link
from .messages import Frame
from .session import CANCEL_SECONDS, Exchange, Session
from .signal import Signal

R = TypeVar("R")
F = TypeVar("F")

MAX_KEPT = 1000
"""Frames that are kept for a reader that is slow."""


class ChangeGap:
    """Something may have happened here that was not told, while there was no connection: read the present state."""

    def __repr__(self) -> str:
        return "ChangeGap()"


class UnaskedFrames:
    """Frames that belong to no request and to no subscription, as they come; of many the latest ones."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def __aiter__(self) -> "UnaskedFrames":
        return self

    async def __anext__(self) -> Frame:
        return await self._link.next_unasked()


class RequestStream(Generic[R, F]):
    """A request that tells how far it is: `async for` inside of `async with`, then `finish`. `await` gives the reply.

    Leaving early cancels it.
    """

    def __init__(self, link: Link, call: Call[R], data: Struct) -> None:
        self._link, self._call, self._data = link, call, data
        self._frames: deque[F] = deque()
        self._news = Signal()
        self._session: Session | None = None
        self._exchange: Exchange | None = None
        self._finals: list[Frame | None] = []
        self._overflowed = False

    def __await__(self) -> Generator[Any, None, R]:
        return self._link.request(self._call, self._data).__await__()

    async def __aenter__(self) -> "RequestStream[R, F]":
        self._session, self._exchange = await self._link.begin(self._call, self._data, self._take, self._end)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._session is not None
        assert self._exchange is not None
        await self._session.cancel(self._exchange)

    def __aiter__(self) -> "RequestStream[R, F]":
        return self

    async def __anext__(self) -> F:
        while not self._frames:
            if self._overflowed:
                raise OverflowedError(f"over {MAX_KEPT} frames of {self._call.kind} were not read")
            if self._finals:
                raise StopAsyncIteration
            await self._news.wait()
        return self._frames.popleft()

    async def finish(self) -> R:
        """Wait for the end, and return what the reply says. Raises `RequestError`, `DisconnectedError`."""
        while not self._finals:
            await self._news.wait()
        return self._call.result(self._link.facts.final(self._finals[0]))

    def _take(self, frame: Frame) -> None:
        self._overflowed |= len(self._frames) >= MAX_KEPT
        if not self._overflowed:
            self._frames.append(frame.data)
            self._news.send()

    def _end(self, frame: Frame | None) -> None:
        self._finals.append(frame)
        self._news.send()


class Subscription(Generic[R, F]):
    """What is followed: `async for` inside of `async with` gives the data of each frame. Leaving ends it.

    It goes on after a lost connection; where changes may be missing then, a `ChangeGap` stands in their place.
    """

    def __init__(self, link: Link, call: Call[R], data: Struct, terms: FollowTerms) -> None:
        self._link, self._call, self._data, self._terms = link, call, data, terms
        self._frames: deque[F | ChangeGap] = deque()
        self._news = Signal()
        self._session: Session | None = None
        self._failure: OrchdError | None = None
        self._number: int | None = None
        self._lost = self._ended = False
        self._key = None if terms.key is None else getattr(data, terms.key)
        self._tries = 0
        self.reply: R | None = None
        """What the daemon answered last to the request for it."""

    async def __aenter__(self) -> "Subscription[R, F]":
        self._link.listen(self)
        try:
            await self._begin_first()
        except BaseException:
            self._link.leave(self)
            raise
        return self

    async def _begin_first(self) -> None:
        for _ in range(MAX_TRIES - 1):
            session = self._session = await self._link.session()
            self._lost = False
            try:
                return await self._begin(session, self._data)
            except DisconnectedError:
                await self._link.wait_lost(session)
        self._session = await self._link.session()
        await self._begin(self._session, self._data)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._link.leave(self)
        session = self._link.connected
        gone = self._ended or isinstance(self._failure, RequestError)
        if session is None or gone or any(self._shares(other) for other in self._link.listening()):
            return
        with anyio.move_on_after(CANCEL_SECONDS, shield=True):
            with contextlib.suppress(OrchdError):  # the connection has ended, and the subscription with it
                await session.ask(self._terms.end, self._terms.end_data(self._key))

    def __aiter__(self) -> "Subscription[R, F]":
        return self

    async def __anext__(self) -> F | ChangeGap:
        while not self._frames:
            if self._failure is not None:
                raise self._failure
            if self._ended:
                raise StopAsyncIteration
            if self._lost:
                await self._come_back()
            else:
                await self._news.wait()
        return self._frames.popleft()

    def take(self, frame: Frame) -> bool:
        """Look at a frame, pushed or sent to whoever caused it: each comes once."""
        kind = frame.type
        if kind not in self._terms.pushes or self._lost:
            return False
        data = frame.data
        if self._key is not None and self._key_of(kind, data) != self._key:
            return False
        if len(self._frames) >= MAX_KEPT:
            self._failure = OverflowedError(f"over {MAX_KEPT} frames of {self._call.kind} were not read")
        elif self._failure is None:
            self._frames.append(data)
        if self._terms.number is not None:
            self._number = getattr(data, self._terms.number)
        self._ended |= kind == self._terms.end.reply and frame.id is None and self._key is not None
        self._news.send()
        return True

    def lose(self) -> None:
        """The connection was lost: it is asked for again when somebody wants to read on."""
        self._lost = True
        self._news.send()

    def _key_of(self, kind: str, data: Any) -> Any:
        return reduce(getattr, self._terms.paths.get(kind, ()), data)

    def _shares(self, other: object) -> bool:
        """Whether another one on the same connection lives by the same request to the daemon."""
        return isinstance(other, Subscription) and (other._terms.end.kind, other._key) == (
            self._terms.end.kind,
            self._key,
        )

    async def _begin(self, session: Session, data: Struct) -> None:
        done = anyio.Event()
        finals: list[Frame | None] = []

        def end(frame: Frame | None) -> None:
            if frame is not None and self._call.ended_by(frame):
                self._take_reply(frame.data)
            finals.append(frame)
            done.set()

        exchange = await session.begin(self._call, data, lambda _: None, end)
        try:
            await done.wait()
        except anyio.get_cancelled_exc_class():
            await session.cancel(exchange)
            raise
        self._link.facts.final(finals[0])

    def _take_reply(self, reply: Any) -> None:
        again, self.reply = self.reply is not None, reply
        if self._terms.number is not None and self._terms.recovered is not None:
            whole = getattr(reply, self._terms.recovered)
            if not again or not whole:
                self._number = getattr(reply, self._terms.number)
            again = again and not whole
        self._lost = False
        if again:
            self._frames.append(ChangeGap())
            self._news.send()

    async def _come_back(self) -> None:
        if self._session is not None:
            await self._link.wait_lost(self._session)
        session = self._session = await self._link.session()
        data = self._data
        if self._terms.since is not None and self._number is not None:
            data = structs.replace(data, **{self._terms.since: self._number})
        try:
            await self._begin(session, data)
            self._tries = 0
        except DisconnectedError:
            return
        except RequestError as error:
            if not error.retryable:
                self._failure = error
                return
            await self._link.pause(self._tries, error.retry_after_seconds)
            self._tries += 1
            self._session = None
