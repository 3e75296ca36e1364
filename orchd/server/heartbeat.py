"""Finding half-open connections: one task pings all sessions, each at its own time.

One task for all, since a task for each would cost thousands of idle connections their memory. Intervals are equal and
begin when the last beat was really given, so insertion order is order of time, and a daemon that was held up does not
beat twice in a row.
"""

import math
from typing import Protocol

import trio

from orchd.wakeup import Signal

TOGETHER = 20
"""Members whose time comes within this part of the interval are beaten at once, at its end: to wake an idle processor
for each of them costs more than what is done then. Of a second or more it is whole seconds, when other things are
looked at, too (`orchd.wakeup.next_beat`)."""


class Pingable(Protocol):
    """What is pinged."""

    def beat(self) -> None:
        """One heartbeat has passed."""


class Heartbeat:
    """Calls `beat` on each member every `interval` seconds, or a little later."""

    def __init__(self, interval: float) -> None:
        self._interval = interval
        part = interval / TOGETHER
        self._part = part if part < 1 else math.ceil(part)
        self._due: dict[Pingable, float] = {}
        self._joined = Signal()

    def join(self, member: Pingable) -> None:
        """Start beating; the first one comes after a whole interval."""
        self._due[member] = self._next()
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
        self._due[member] = self._next()
        member.beat()

    def _next(self) -> float:
        return math.ceil((trio.current_time() + self._interval) / self._part) * self._part
