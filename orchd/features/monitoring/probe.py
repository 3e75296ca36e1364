"""One group of sensors, read in a worker thread that may hang without anyone waiting for it.

A dead network mount blocks statvfs(2) for hours and a broken driver an ioctl(2) for ever; neither can be
interrupted. So each group has one thread at most: when it is late, the sample goes out without the group, and until
that thread comes back the group stays unread and costs nothing. Trio's worker threads are daemon threads: one that
hangs does not keep the process from exiting.
"""

from collections.abc import Callable
from typing import Generic, TypeVar

import psutil
import trio

from orchd.guard import guarded

T = TypeVar("T")

UNREADABLE = (OSError, psutil.Error, RuntimeError)
"""What psutil raises for something this machine does not have or does not show (NotImplementedError is among them)."""

REST_SECONDS = 60.0
"""How long a group rests after an unexpected failure, so that a defect fills no log."""


def attempt(read: Callable[[], T]) -> T | None:
    """Return what `read` returns, None when the machine has no such thing or does not show it. Blocks like `read`."""
    try:
        return read()
    except UNREADABLE:
        return None


class Probe(Generic[T]):
    """Reads one group of sensors. `refresh` is called from one task at a time."""

    def __init__(self, name: str, read: Callable[[], T]) -> None:
        self.value: T | None = None
        """What the last `refresh` read; None when it could not."""
        self._name = name
        self._read = read
        self._one = trio.CapacityLimiter(1)
        self._rests_until = float("-inf")

    async def refresh(self, seconds: float) -> None:
        """Read anew, for at most `seconds`; afterwards `value` is of this call or None. Raises nothing."""
        self.value = None
        if self._one.borrowed_tokens or trio.current_time() < self._rests_until:
            return
        with guarded("monitoring sensor", sensor=self._name) as guard, trio.move_on_after(seconds):
            self.value = await trio.to_thread.run_sync(self._read, abandon_on_cancel=True, limiter=self._one)
        if guard.error is not None:
            self._rests_until = trio.current_time() + REST_SECONDS
