"""Waking a task that waits for news, without losing any between a look and a wait.

The pattern is `while not there(): await signal.wait()`, or `await signal.wait()` and then a look. A `trio.Event` can be
set only once, so it would have to be replaced for the next news; `tests/house/test_events.py` lets nobody else do that.
"""

import math

import trio


class Signal:
    """Says to one task, again and again, that there is something to look at; set several times it says so once.

    It wakes all who wait. With several of them each must look before it waits: what was set while none of them waited
    is kept for one only. For those who wait for the next of something there is `trio.lowlevel.ParkingLot`.
    """

    __slots__ = ("_event",)

    def __init__(self) -> None:
        self._event = trio.Event()

    def set(self) -> None:
        """Wake who waits, or let who comes next go on at once. Costs next to nothing."""
        self._event.set()

    async def wait(self) -> None:
        """Return once it is set, which may be now, and clear it. A cancelled wait clears nothing."""
        event = self._event
        await event.wait()
        if self._event is event:  # else another one has cleared it, and it may be set anew
            self._event = trio.Event()


def beat_after(now: float, seconds: float) -> float:
    """Return the first multiple of `seconds` behind `now`, by Trio's clock."""
    beat = (math.floor(now / seconds) + 1) * seconds
    return beat if beat > now else beat + seconds  # floats: at a beat it may be that very one


async def next_beat(seconds: float) -> None:
    """Sleep for `seconds` at most, until the clock is at a multiple of it.

    Whatever is looked at now and then is looked at together: to wake an idle processor costs more than most looks do.
    """
    await trio.sleep_until(beat_after(trio.current_time(), seconds))
