"""The line of those who log in and were never right where they come from: thousands may come at once.

A password costs a processor tens of milliseconds, and while it is compared, whatever else wants that processor waits a
little, however much it is preferred. So one stranger is looked at at a time, and after each nobody for twice as long:
whoever chats meanwhile mostly meets a free processor, and log-ins take a third of one however many attack.

Each network has a share of the line, so that one which has many addresses keeps no other one out.
"""

from collections import Counter
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager

import trio

from orchd.errors import Busy

MOST_WAITING = 16
"""So many wait; who comes then is `busy` at once, and may come again."""

MOST_OF_A_NETWORK = 4
"""So many of them come from one network: in IPv6 the 48 bits that a customer of a provider gets."""

RESTS = 2.0
"""For so many times as long as the last one took, nobody is looked at."""

LONGEST_REST_SECONDS = 1.0
"""On a machine that has so much else to do that a password takes seconds, they would wait for ever."""


class StrangersLine:
    """One turn after the other."""

    def __init__(self) -> None:
        self._limiter = trio.CapacityLimiter(1)
        self._rested_at = 0.0
        self._there: Counter[Hashable] = Counter()
        """How many of each network are in the line, or have their turn."""

    def require_place(self, network: Hashable) -> None:
        """Raise `Busy` when as many wait as may, or as many of a network."""
        full = self._limiter.statistics().tasks_waiting >= MOST_WAITING
        if full or self._there[network] >= MOST_OF_A_NETWORK:
            raise Busy("too many log in just now; try again in a moment", reason="logins", retry_after_ms=1000)

    @asynccontextmanager
    async def turn(self, network: Hashable) -> AsyncIterator[None]:
        """Wait for a turn, and have it while the block lasts."""
        self._there[network] += 1
        try:
            async with self._limiter:
                await trio.sleep_until(self._rested_at)
                began = trio.current_time()
                try:
                    yield
                finally:
                    ended = trio.current_time()
                    self._rested_at = ended + min(RESTS * (ended - began), LONGEST_REST_SECONDS)
        finally:
            self._there[network] -= 1
            if not self._there[network]:
                del self._there[network]
