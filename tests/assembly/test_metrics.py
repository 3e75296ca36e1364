"""What is measured while the daemon runs, and what runs."""

import trio
import trio.testing

from orchd import __version__
from orchd.assembly.metrics import build, open_metrics
from tests.metrics.sources import make_sources


async def test_the_loop_is_measured_while_the_block_lasts(autojump_clock: trio.testing.MockClock) -> None:
    sources = make_sources()
    async with open_metrics(sources, enabled=True) as metrics:
        assert metrics is not None
        await trio.sleep(3.5)
    assert sum(sources.rooms.figures.loop.counts) == 3


async def test_nothing_is_measured_for_nobody(autojump_clock: trio.testing.MockClock) -> None:
    sources = make_sources()
    async with open_metrics(sources, enabled=False) as metrics:
        assert metrics is None
        await trio.sleep(3.5)
    assert sum(sources.rooms.figures.loop.counts) == 0


def test_what_runs() -> None:
    assert build()["version"] == __version__
