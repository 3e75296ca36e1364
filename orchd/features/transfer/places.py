"""The few places of imports that run at once: one of a user, and none kept from others by a file that trickles.

A place is held for as long as a file takes to come. Who sends slowly keeps it while nobody else wants one; then the
slowest import ends, with what has come of its file stored, and may be sent again: what is stored is skipped.
"""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager

import trio

from orchd.errors import Busy

AT_ONCE = 2
"""Imports that run in one daemon at the same time."""
PATIENCE_SECONDS = 20.0
"""How long a file may be waited for in all before its pace matters."""
SLOW_BYTES = 64 * 1024
"""A file of which less comes in a second, while it is waited for, gives way."""
GIVE_WAY_SECONDS = 30.0
"""How long whoever wants a place waits for the end of an import that gives way: it stores what has come."""


class SlowFile(Busy):
    """A file comes slowly, and others wait for the place that its import has."""


class Pace:
    """How fast the file of one import comes."""

    def __init__(self) -> None:
        self.over = trio.Event()
        """Its place is free."""
        self._bytes = 0
        self._waited = 0.0
        self._since: float | None = None
        self._scope = trio.CancelScope()

    @property
    def seconds(self) -> float:
        """For how long the file was waited for by now."""
        return self._waited + (0.0 if self._since is None else trio.current_time() - self._since)

    @property
    def rate(self) -> float:
        """Bytes that came in a second of that."""
        return self._bytes / max(self.seconds, 0.001)

    @property
    def is_slow(self) -> bool:
        """Whether it has to give way to others, and was not told yet."""
        return self.seconds >= PATIENCE_SECONDS and self.rate < SLOW_BYTES and not self._scope.cancel_called

    def give_way(self) -> None:
        """Have the import end where it waits for its file, now or the next time."""
        self._scope.cancel()

    async def measure(self, pieces: AsyncGenerator[bytes]) -> AsyncGenerator[bytes]:
        """Pass the pieces of the file on. Raises `SlowFile` once it gives way."""
        async with aclosing(pieces):
            while True:
                piece: bytes | None = None
                self._since = trio.current_time()
                with self._scope:
                    piece = await anext(pieces, None)
                self._waited, self._since = self.seconds, None
                if self._scope.cancel_called:
                    raise SlowFile(
                        "others wait to import conversations, and this file comes slowly; send it again in a while: "
                        "what is stored by now is skipped then",
                        reason="imports",
                    )
                if piece is None:
                    return
                self._scope = trio.CancelScope()
                self._bytes += len(piece)
                yield piece


class ImportPlaces:
    """Who has one."""

    def __init__(self) -> None:
        self._paces: dict[int, Pace] = {}
        """By the user whose import it is."""

    @asynccontextmanager
    async def place(self, user_id: int) -> AsyncIterator[Pace]:
        """Have a place while the block lasts, that of a slow import if need be. Raises `Busy`."""
        self._require_none(user_id)
        slowest = min((pace for pace in self._paces.values() if pace.is_slow), key=lambda pace: pace.rate, default=None)
        if len(self._paces) >= AT_ONCE and slowest is not None:
            slowest.give_way()
            with trio.move_on_after(GIVE_WAY_SECONDS):
                await slowest.over.wait()
            self._require_none(user_id)
        if len(self._paces) >= AT_ONCE:
            raise Busy("others import conversations; send this file again in a while", reason="imports")
        pace = self._paces[user_id] = Pace()
        try:
            yield pace
        finally:
            del self._paces[user_id]
            pace.over.set()

    def _require_none(self, user_id: int) -> None:
        if user_id in self._paces:
            raise Busy("an import of yours is running; send this file when it has ended", reason="imports")
