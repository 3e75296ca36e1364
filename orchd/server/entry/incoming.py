"""The body of a request that is read while it comes: no more of it is in memory than what its reader works on."""

from collections.abc import AsyncGenerator, Awaitable, Callable

from orchd.errors import TooLarge


class IncomingBody:
    """A body, piece by piece. Whoever sends it waits while nobody reads."""

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
            raise TooLarge(f"the body may have {self._most} bytes", maxBytes=self._most)
        return piece

    async def pieces(self) -> AsyncGenerator[bytes]:
        """Yield what comes, as it comes. Raises as `read` does."""
        while piece := await self.read():
            yield piece
