"""Finding half-open connections: one task pings all sessions, each at its own time.

One task for all, since a task for each would cost thousands of idle connections their memory. Intervals are equal and
begin when the last beat was really given, so insertion order is order of time, and a daemon that was held up does not
beat twice in a row.
"""

from typing import Protocol

import trio

from orchd.wakeup import Signal


class Pingable(Protocol):
    """What is pinged."""

    def beat(self) -> None:
        """One heartbeat has passed."""


class Heartbeat:
    """Calls `beat` on each member once every `interval` seconds."""

    def __init__(self, interval: float) -> None:
        self._interval = interval
        self._due: dict[Pingable, float] = {}
        self._joined = Signal()

    def join(self, member: Pingable) -> None:
        """Start beating; the first one comes after a whole interval."""
        self._due[member] = trio.current_time() + self._interval
        self._joined.set()

    def leave(self, member: Pingable) -> None:
        """Stop beating. Idempotent."""
        self._due.pop(member, None)

    async def run(self) -> None:
        """Beat until cancelled."""
        while True:
            due = next(iter(self._due.values()), None)
            if due is None:
                await self._joined.wait()
            elif due > trio.current_time():
                await trio.sleep_until(due)
            else:
                self._beat_first()

    def _beat_first(self) -> None:
        member = next(iter(self._due))
        del self._due[member]
        self._due[member] = trio.current_time() + self._interval
        member.beat()
