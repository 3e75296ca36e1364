"""The event loop's delay: noted once a second, 0 where nothing is late."""

import trio
import trio.testing

from orchd.metrics.loop_delay import LoopWatch
from orchd.telemetry.figures import Histogram


async def test_each_second_is_looked_at(autojump_clock: trio.testing.MockClock) -> None:
    delays = Histogram((0.5, 2.0))
    with trio.move_on_after(10.5):
        await LoopWatch(delays).run()
    assert delays.counts == [10, 0, 0]
    assert delays.total == 0


async def test_what_blocks_the_loop_is_seen(mock_clock: trio.testing.MockClock, nursery: trio.Nursery) -> None:
    delays = Histogram((0.5, 2.0))
    nursery.start_soon(LoopWatch(delays).run)
    await trio.testing.wait_all_tasks_blocked()
    mock_clock.jump(4.0)  # nobody ran meanwhile
    await trio.testing.wait_all_tasks_blocked()
    assert delays.counts == [0, 0, 1]
    assert delays.total == 3.0
