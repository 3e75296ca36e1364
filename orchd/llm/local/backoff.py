"""How long to wait before a process that keeps dying is started again. Pure: times are seconds of any one clock."""

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 30.0
STEADY_SECONDS = 60.0
"""A process that lived so long had come up well: its end says nothing about the next one."""


class BackOff:
    """The pauses of one process: none after the first end, then doubled at each end, up to the longest."""

    def __init__(self) -> None:
        self._ends = 0
        self._until = float("-inf")

    def note_end(self, began: float, now: float) -> None:
        """Note that a process that began then has ended now, by itself."""
        self._ends = 1 if now - began >= STEADY_SECONDS else self._ends + 1
        if self._ends > 1:
            # The exponent is bounded too: a float has an end.
            pause = min(FIRST_PAUSE_SECONDS * 2.0 ** min(self._ends - 2, 30), LONGEST_PAUSE_SECONDS)
            self._until = now + pause

    def wait(self, now: float) -> float:
        """Return for how many seconds not to start another one."""
        return max(0.0, self._until - now)
