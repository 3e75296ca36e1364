"""One connection, from its first frame to its end: requests in flight, and whose a frame is."""

import contextlib
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any, Protocol

import anyio
from msgspec import Struct

from orchd_client.runtime.facts import Call, ProtocolFacts
from orchd_client.runtime.failures import DisconnectedError, FrameTooLongError
from orchd_client.runtime.messages import FrameReader, Received, data_of, type_of, write_request
from orchd_client.runtime.socket import ClosedError, Socket

SPARE = 2
"""So many of the requests that may be in flight are kept for `cancel` and `ping`."""
CANCEL_SECONDS = 2.0


class Listener(Protocol):
    """Whoever is shown each frame, over all connections. Neither waits nor raises."""

    def take(self, frame: Received) -> bool:
        """Look at a frame; tell whether it was meant for this listener."""

    def lose(self) -> None:
        """Hear that the connection was lost."""


class Exchange:
    """A request in flight. `end` is called once, with its last frame or, when the connection was lost, with None."""

    def __init__(
        self, request_id: str, call: Call[Any], take: Callable[[Received], None], end: Callable[[Received | None], None]
    ) -> None:
        self.id, self.call, self.take, self.end = request_id, call, take, end
        self.ended = False


class Session:
    """A connection that was greeted; `ready` is the data of its first frame."""

    def __init__(
        self, socket: Socket, facts: ProtocolFacts, reader: FrameReader, ready: Any, backlog: list[bytes]
    ) -> None:
        self.ready = ready
        self.reconnect_after: float | None = None
        """Seconds, as the daemon has said before it stops."""
        self._socket, self._facts, self._reader, self._backlog = socket, facts, reader, backlog
        self._exchanges: dict[str, Exchange] = {}
        self._ids = map(str, count(1))
        self._slots = anyio.Semaphore(max(1, ready.limits.max_in_flight - SPARE))
        self._open = True

    async def run(self, listeners: Callable[[], Iterator[Listener]], unasked: Callable[[Received], None]) -> None:
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

    async def ask(self, call: Call[Any], data: Struct, take: Callable[[Received], None] = lambda _: None) -> Received:
        """Send a request and return its last frame; those before it are handed to `take`.

        Waits where too many are in flight. When this is cancelled, so is the request. Raises `RequestError`,
        `DisconnectedError`, `FrameTooLongError`.
        """
        done, finals = anyio.Event(), list[Received | None]()

        def end(frame: Received | None) -> None:
            finals.append(frame)
            done.set()

        exchange = await self.begin(call, data, take, end)
        try:
            await done.wait()
        except anyio.get_cancelled_exc_class():
            await self.cancel(exchange)
            raise
        return self.final(finals[0])

    def final(self, frame: Received | None) -> Received:
        """Return a last frame. Raises the `RequestError` that it is, or `DisconnectedError` when there is none."""
        if frame is None:
            raise DisconnectedError("the connection was lost before the reply came")
        if type_of(frame) == self._facts.error:
            raise self._facts.error_of(data_of(frame))
        return frame

    async def begin(
        self,
        call: Call[Any],
        data: Struct,
        take: Callable[[Received], None],
        end: Callable[[Received | None], None],
    ) -> Exchange:
        """Send a request whose frames are handed to `take`, its last one to `end`. Raises as `ask`."""
        await self._slots.acquire()
        exchange = Exchange(next(self._ids), call, take, end)
        text = write_request(call.kind, exchange.id, data)
        if not self._open or len(text) > self.ready.limits.max_frame_bytes:
            self._slots.release()
            if not self._open:
                raise DisconnectedError("the connection was lost before the request was sent")
            raise FrameTooLongError(f"{len(text)} bytes; {self.ready.limits.max_frame_bytes} are taken")
        self._exchanges[exchange.id] = exchange
        try:
            await self._socket.send(text)
        except ClosedError:
            self._exchanges.pop(exchange.id, None)
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
                await self._socket.send(write_request(self._facts.cancel, next(self._ids), {"id": exchange.id}))

    async def _receive(self) -> list[bytes]:
        """Wait for messages; after a long silence ask whether anybody is there."""
        with anyio.move_on_after(self._facts.silence_seconds):
            return await self._socket.receive()
        await self._socket.send(write_request(self._facts.ping, next(self._ids), {}))
        with anyio.move_on_after(self._facts.pong_seconds):
            return await self._socket.receive()
        raise ClosedError(None, "nothing came, not even an answer to a ping")

    def _hand_out(
        self, frame: Received, listeners: Callable[[], Iterator[Listener]], unasked: Callable[[Received], None]
    ) -> None:
        if type_of(frame) == self._facts.closing:
            self.reconnect_after = data_of(frame).reconnect_after_ms / 1000
        wanted = False
        for listener in listeners():
            wanted |= listener.take(frame)
        exchange = self._exchanges.get(frame.id) if frame.id is not None else None
        if exchange is not None:
            if type_of(frame) == self._facts.error or exchange.call.ended_by(frame):
                self._finish(exchange, frame)
            else:
                exchange.take(frame)
        elif not wanted and frame.id is None:
            unasked(frame)

    def _finish(self, exchange: Exchange, frame: Received | None) -> None:
        exchange.ended = True
        if self._exchanges.pop(exchange.id, None) is not None:
            self._slots.release()
        exchange.end(frame)


def _ignore(_: object) -> None:
    """Nobody waits for it."""
