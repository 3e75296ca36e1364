"""What `/metrics` reads, put together."""

import platform
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import trio

from orchd import __version__
from orchd.guard import Supervisor
from orchd.metrics.exposition import Metrics
from orchd.metrics.loop_delay import LoopWatch
from orchd.metrics.readings import Sources
from orchd.protocol import PROTOCOL


def build() -> dict[str, str]:
    """Return what runs, by the names of its labels."""
    return {"version": __version__, "protocol": PROTOCOL, "python": platform.python_version()}


@asynccontextmanager
async def open_metrics(sources: Sources, *, enabled: bool) -> AsyncIterator[Metrics | None]:
    """Measure the event loop while the block lasts; None, and nothing is measured, where metrics aren't `enabled`."""
    if not enabled:
        yield None
        return
    async with trio.open_nursery() as nursery:
        watch = LoopWatch(sources.rooms.figures.loop)
        Supervisor(nursery, sources.rooms.troubles).keep("measuring the event loop", watch.run)
        yield Metrics(sources)
        nursery.cancel_scope.cancel()
