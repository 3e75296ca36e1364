"""The body of a request, read while it comes. Nothing is read ahead, so a client waits for what takes its bytes."""

from collections.abc import AsyncGenerator, Awaitable, Callable

import h11
import trio

from orchd.errors import Invalid, TooLarge

READ_BYTES = 64 * 1024
LEAST_BYTES = 4 * 1024
"""So many must come within the time that a client may be idle, or the end: who sends a byte now and then would keep a
connection for ever."""


class RequestBody:
    """The body of the request that `parser` has read the head of."""

    def __init__(self, parser: h11.Connection, stream: trio.abc.Stream, idle_seconds: float) -> None:
        self._parser = parser
        self._stream = stream
        self._idle_seconds = idle_seconds
        self._ended = False
        self.when_read: Callable[[], None] | None = None
        """Called once it was read to its end."""
        self._broken: str | None = None
        """Why there is no more of it."""

    async def read(self) -> bytes:
        """Return some more, nothing at the end. Raises `Invalid` when it breaks off or does not come in time; what came
        until then is returned first."""
        some = self._take_here()
        if self._wants_more(some):
            with trio.move_on_after(self._idle_seconds) as patience:
                await self._ask()
                while self._wants_more(some):
                    some += await self._next()
            if patience.cancelled_caught:
                self._broken = "the body did not come in time"
        if self._broken is not None and not some:
            raise Invalid(self._broken, reason="broken_off")
        return bytes(some)

    async def read_whole(self) -> bytes:
        """Return all of it; for one whose length is known and allowed. Raises as `read` does."""
        body = bytearray()
        with trio.move_on_after(self._idle_seconds) as patience:
            while some := await self.read():
                body += some
        if patience.cancelled_caught:
            raise Invalid("the body did not come in time", reason="broken_off")
        return bytes(body)

    async def wait_departure(self) -> None:
        """Wait until the client leaves; for after the whole body was read. What it sends meanwhile is kept for its next
        request; one that sends more than that may have is not watched any more."""
        while len(self._parser.trailing_data[0]) <= READ_BYTES:
            try:
                data = bytes(await self._stream.receive_some(READ_BYTES))
            except (trio.BrokenResourceError, trio.ClosedResourceError):
                return
            if not data:
                return
            self._parser.receive_data(data)
        await trio.sleep_forever()

    def _take_here(self) -> bytearray:
        """Return what has come already, as short bodies do with their heads; perhaps nothing, perhaps all."""
        some = bytearray()
        if self._parser.they_are_waiting_for_100_continue:
            return some
        while self._wants_more(some) and (event := self._event()) is not h11.NEED_DATA:
            some += self._take(event)
        return some

    def _wants_more(self, some: bytearray) -> bool:
        """Whether more of it is to come before `some` is enough."""
        return len(some) < LEAST_BYTES and not self._ended and self._broken is None

    async def _next(self) -> bytes:
        """Return what comes next, nothing at the end and where it breaks off."""
        while (event := self._event()) is h11.NEED_DATA:
            try:
                self._parser.receive_data(bytes(await self._stream.receive_some(READ_BYTES)))
            except trio.BrokenResourceError:
                event = None
                break
        return self._take(event)

    def _event(self) -> object:
        """Return h11's next event, None where the body breaks off."""
        try:
            return self._parser.next_event()
        except h11.RemoteProtocolError:
            return None

    def _take(self, event: object) -> bytes:
        if isinstance(event, h11.Data):
            return bytes(event.data)
        if event is None:
            self._broken = "the body ended too early"
            return b""
        self._ended = True
        told, self.when_read = self.when_read, None  # what is told may know this body: a circle lives for long
        if told is not None:
            told()
        return b""

    async def _ask(self) -> None:
        """Say that it is wanted to clients that ask before they send it (`Expect: 100-continue`)."""
        if self._parser.they_are_waiting_for_100_continue:
            go_on = h11.InformationalResponse(status_code=100, headers=[])
            await self._stream.send_all(self._parser.send(go_on) or b"")


class IncomingBody:
    """A body as a page reads it, piece by piece: no more of it is in memory than what its reader works on."""

    def __init__(self, receive: Callable[[], Awaitable[bytes]], most: int, length: int | None) -> None:
        """`receive` gives the next piece, an empty one after the last. `length` is what the head says, None where the
        body comes in chunks."""
        self._receive = receive
        self._most = most
        self.length = length
        self.received = 0
        """Bytes so far."""

    async def read(self) -> bytes:
        """Return the next piece, an empty one at the end. Raises `TooLarge` for more than it may have, `Invalid` when
        it breaks off."""
        piece = await self._receive()
        self.received += len(piece)
        if self.received > self._most:
            raise TooLarge(f"the body may have {self._most} bytes", reason="too_long", maxBytes=self._most)
        return piece

    async def pieces(self) -> AsyncGenerator[bytes]:
        """Yield what comes, as it comes. Raises as `read` does."""
        while piece := await self.read():
            yield piece


def is_read(parser: h11.Connection) -> bool:
    """Whether all of the request that `parser` reads is here, or else its connection ends with the answer; what nobody
    wanted of its body is passed over."""
    try:
        while parser.their_state is h11.SEND_BODY:
            if parser.next_event() is h11.NEED_DATA:
                return False
    except h11.RemoteProtocolError:
        return False
    return True
