"""Whether work grows faster than what it is done on: measured by this thread's own time, never against a clock's.

Four times as much may take about four times the time, and its square takes sixteen times; for twice as much it takes
four times. The least of many tries counts, which take turns, so that a machine that is busy for a while doesn't matter.
"""

import time
from collections.abc import Callable

FACTOR = 4
MOST = 9.0
"""How many times the work FACTOR times the size may take: between 4 and 16."""

HALF, MOST_OF_HALF = 2, 2.9
"""Such a part of the work is done as well, and how many times its time the whole may take: between 2 and 4."""
TRIES = 24


def seconds(work: Callable[[], object], tries: int = 1) -> float:
    """Return the least time of several tries that this thread was at work."""
    found = []
    for _ in range(tries):
        begun = time.thread_time()
        work()
        found.append(time.thread_time() - begun)
    return min(found)


def is_square(work: Callable[[int], Callable[[], object]], size: int, noise: float = 0.0) -> bool:
    """Whether `work(size)`, called, takes more than linear time. What takes less than `noise` seconds says nothing.

    What is called must do the same each time; what it needs is made by `work`.
    """
    small, half, large = work(size), work(size * FACTOR // HALF), work(size * FACTOR)
    once = seconds(large)
    if once < noise or once <= MOST * seconds(small, 2):  # one look shows what is linear, and most work is
        return False
    times = [seconds(each) for each in (small, half, large)]
    for _ in range(TRIES):
        times = [min(least, seconds(each)) for least, each in zip(times, (small, half, large), strict=True)]
        if times[2] <= MOST * times[0] or times[2] <= MOST_OF_HALF * times[1]:
            return False
    return True
