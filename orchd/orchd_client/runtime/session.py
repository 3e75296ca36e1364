"""One connection, from its first frame to its end: requests in flight, and whose a frame is."""

import contextlib
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any, NoReturn, Protocol

import anyio

from .facts import Call, ProtocolFacts
from .failures import FrameTooLongError, NotSentError
from .messages import Frame, FrameReader, write_request
from .socket import ClosedError, Socket

SPARE = 2
"""So many of the requests that may be in flight are kept for `cancel` and `ping`."""
CANCEL_SECONDS = 2.0


class Listener(Protocol):
    """Whoever is shown each frame, over all connections. Neither waits nor raises."""

    def take(self, frame: Frame) -> bool:
        """Look at a frame; tell whether it was meant for this listener."""
        raise NotImplementedError

    def lose(self) -> None:
        """Hear that the connection was lost."""


class Exchange:
    """A request in flight. `end` is called once, with its last frame or, when the connection was lost, with None."""

    def __init__(
        self, request_id: str, call: Call[Any], take: Callable[[Frame], None], end: Callable[[Frame | None], None]
    ) -> None:
        self.id, self.call, self.take, self.end = request_id, call, take, end
        self.ended = False


class Session:
    """A connection that was greeted; `ready` is the data of its first frame."""

    def __init__(
        self, socket: Socket, facts: ProtocolFacts, reader: FrameReader, greeting: Frame, backlog: list[bytes]
    ) -> None:
        self.greeting, self.ready = greeting, greeting.data
        self.reconnect_after: float | None = None
        """Seconds, as the daemon has said before it stops."""
        self.used = False
        """Whether anything came besides the greeting."""
        self._socket, self._facts, self._reader, self._backlog = socket, facts, reader, backlog
        self._exchanges: dict[str, Exchange] = {}
        self._ids = map(str, count(1))
        self._slots = anyio.Semaphore(max(1, self.ready.limits.max_in_flight - SPARE))
        self._open = True

    async def run(self, listeners: Callable[[], Iterator[Listener]], unasked: Callable[[Frame], None]) -> NoReturn:
        """Hand out frames until the connection ends. Always raises: `ClosedError`, `NotADaemonError`."""
        try:
            while True:
                texts = self._backlog or await self._receive()
                self._backlog = []
                for text in texts:
                    self._hand_out(self._reader.read(text), listeners, unasked)
        finally:
            self._open = False
            for exchange in [*self._exchanges.values()]:
                self._finish(exchange, None)
            for listener in listeners():
                listener.lose()
            await self._socket.aclose()

    async def ask(self, call: Call[Any], data: object, take: Callable[[Frame], None] = lambda _: None) -> Frame:
        """Send a request and return its last frame; those before it are handed to `take`.

        Waits where too many are in flight. When this is cancelled, so is the request. Raises `RequestError`,
        `DisconnectedError`, `FrameTooLongError`, `TypeError` for data that JSON can't say.
        """
        done, finals = anyio.Event(), list[Frame | None]()

        def end(frame: Frame | None) -> None:
            finals.append(frame)
            done.set()

        exchange = await self.begin(call, data, take, end)
        try:
            await done.wait()
        except anyio.get_cancelled_exc_class():
            await self.cancel(exchange)
            raise
        return self._facts.final(finals[0])

    async def begin(
        self,
        call: Call[Any],
        data: object,
        take: Callable[[Frame], None],
        end: Callable[[Frame | None], None],
    ) -> Exchange:
        """Send a request whose frames are handed to `take`, its last one to `end`. Raises as `ask`; `NotSentError` when
        the connection was lost before."""
        exchange = Exchange(next(self._ids), call, take, end)
        text = write_request(call.kind, exchange.id, data)
        if len(text) > self.ready.limits.max_frame_bytes:
            most = self.ready.limits.max_frame_bytes
            raise FrameTooLongError(f"{len(text)} bytes, and the daemon takes {most} at most")
        await self._slots.acquire()
        if not self._open:
            self._slots.release()  # for whoever else waits, to hear the same
            raise NotSentError("the connection was lost before the request was sent")
        self._exchanges[exchange.id] = exchange
        try:
            await self._socket.send(text)
        except ClosedError:
            exchange.end = _ignore
            self._finish(exchange, None)
            raise
        except anyio.get_cancelled_exc_class():
            await self.cancel(exchange)
            raise
        return exchange

    async def cancel(self, exchange: Exchange) -> None:
        """Tell the daemon that nobody waits for a request any more. Takes a moment at most."""
        if exchange.ended or not self._open:
            return
        exchange.take, exchange.end = _ignore, _ignore
        with anyio.move_on_after(CANCEL_SECONDS, shield=True):
            with contextlib.suppress(ClosedError):
                told = write_request(self._facts.cancel, next(self._ids), {"id": exchange.id})
                await self._socket.send(told, CANCEL_SECONDS)

    async def _receive(self) -> list[bytes]:
        """Wait for messages; after a long silence ask whether anybody is there."""
        with anyio.move_on_after(self._facts.silence_seconds):
            return await self._socket.receive()
        await self._socket.send(write_request(self._facts.ping, next(self._ids), {}))
        with anyio.move_on_after(self._facts.pong_seconds):
            return await self._socket.receive()
        raise ClosedError(None, "nothing came, not even an answer to a ping")

    def _hand_out(
        self, frame: Frame, listeners: Callable[[], Iterator[Listener]], unasked: Callable[[Frame], None]
    ) -> None:
        self.used = True
        if frame.type == self._facts.closing:
            self.reconnect_after = frame.data.reconnect_after_ms / 1000
        wanted = False
        for listener in listeners():
            wanted |= listener.take(frame)
        exchange = self._exchanges.get(frame.id) if frame.id is not None else None
        if exchange is not None:
            if frame.type == self._facts.error or exchange.call.ended_by(frame):
                self._finish(exchange, frame)
            else:
                exchange.take(frame)
        elif not wanted and frame.id is None:
            unasked(frame)

    def _finish(self, exchange: Exchange, frame: Frame | None) -> None:
        if exchange.ended:
            return
        exchange.ended = True
        del self._exchanges[exchange.id]
        self._slots.release()
        exchange.end(frame)


def _ignore(_: object) -> None:
    """Nobody waits for it."""
