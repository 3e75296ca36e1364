"""HTTP answers that are due: a daemon that stops waits a moment for what makes them, and until they are sent."""

from collections.abc import Iterator
from contextlib import contextmanager

import trio


class AnswersUnderWay:
    """Which connections owe an answer to a request: from when its head was read until the answer is sent."""

    def __init__(self) -> None:
        self._under_way: set[object] = set()
        self._none = trio.lowlevel.ParkingLot()
        self._resting: set[trio.CancelScope] = set()
        self._dismissed = False
        self.ending = False
        """Whether the next answer of a connection is its last one."""

    def begin(self, sender: object) -> None:
        """Note that a connection owes one."""
        self._under_way.add(sender)

    def end(self, sender: object) -> None:
        """Note that it has sent it, or won't. Idempotent."""
        self._under_way.discard(sender)
        if not self._under_way:
            self._none.unpark_all()

    @contextmanager
    def resting(self, seconds: float) -> Iterator[None]:
        """Within it a connection waits for its next request, so long at most; it may be dismissed."""
        with trio.move_on_after(seconds) as scope:
            if self._dismissed:
                scope.cancel()
            self._resting.add(scope)
            try:
                yield
            finally:
                self._resting.discard(scope)

    def dismiss(self) -> None:
        """Have connections that owe nothing end, now and later."""
        self.ending = self._dismissed = True
        for scope in self._resting:
            scope.cancel()

    async def wait_none(self) -> None:
        """Wait until none is under way."""
        while self._under_way:
            await self._none.park()
