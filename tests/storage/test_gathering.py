"""What is noted is stored: at once, then in gatherings, and again after an outage."""

import trio
from trio.testing import MockClock

from orchd.errors import Conflict, Unavailable
from orchd.storage import keep_storing
from orchd.wakeup import Signal


async def test_it_is_stored_in_gatherings_and_again_after_a_failure(autojump_clock: MockClock) -> None:
    noted, times = Signal(), list[float]()
    failures = [Unavailable("away"), Conflict("another was first")]

    async def store() -> None:
        times.append(trio.current_time())
        if len(times) > 2 and failures:
            raise failures.pop()

    async with trio.open_nursery() as nursery:
        start = trio.current_time()
        nursery.start_soon(lambda: keep_storing(noted, store, pause=1.0, retry=5.0))
        await trio.sleep(10)
        noted.set()
        await trio.sleep(0.5)
        noted.set()
        noted.set()
        await trio.sleep(10)
        noted.set()
        await trio.sleep(100)
        nursery.cancel_scope.cancel()
    assert [round(at - start, 3) for at in times] == [10, 11, 20.5, 25.5, 30.5]
