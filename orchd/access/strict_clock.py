"""A clock for what expires: it never goes back, whatever is done to the machine's.

A wall clock that is set back would bring expired tokens and sessions to life again. So the greater of two readings
counts: the wall clock, and the latest time ever seen plus what a clock that nobody can set has counted since.
"""

from collections.abc import Callable


class StrictClock:
    """Unix time in milliseconds that never goes back while the process lives."""

    def __init__(self, wall: Callable[[], int], steady: Callable[[], float]) -> None:
        """`wall` is in milliseconds since 1970, `steady` in seconds since any time."""
        self._wall, self._steady = wall, steady
        self._latest, self._at = wall(), steady()

    def now(self) -> int:
        """Return the present, at least as late as all that was returned before plus the time since."""
        steady = self._steady()
        reckoned = self._latest + round((steady - self._at) * 1000)
        wall = self._wall()
        if wall > reckoned:
            self._latest, self._at = wall, steady
        return max(wall, reckoned)
