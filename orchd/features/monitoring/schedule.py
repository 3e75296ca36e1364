"""Who is due, and when to wake: arithmetic only, in milliseconds since the first subscriber came.

Everyone's due times are the multiples of its interval, rounded up to a common grid. So equal intervals fall
together however late one of them subscribed, and a thousand different ones still wake the ticker at most twice a
second.
"""

from collections.abc import Iterable
from typing import NamedTuple

GRID_MS = 500
"""Steps of the common grid: half the shortest interval, so that rounding never makes two frames of one into one."""


class Beat(NamedTuple):
    """One subscriber's rhythm."""

    interval_ms: int
    due_ms: int

    def after(self, now_ms: int) -> "Beat":
        """Return the beat after one that was served at `now_ms`.

        It is the first due time at least half an interval away: the second frame after subscribing comes after one
        interval on average and never on the heels of the first, and what a slow collection has missed is left out.
        """
        return Beat(self.interval_ms, next_due(self.interval_ms, now_ms + self.interval_ms // 2 - 1))


def next_due(interval_ms: int, after_ms: int) -> int:
    """Return the first due time of an interval that is later than `after_ms`."""
    passed = after_ms // GRID_MS * GRID_MS
    multiple = (passed // interval_ms + 1) * interval_ms
    return -(-multiple // GRID_MS) * GRID_MS


def wake_at(beats: Iterable[Beat]) -> int | None:
    """Return when somebody is due next; None when nobody ever is."""
    return min((beat.due_ms for beat in beats), default=None)
