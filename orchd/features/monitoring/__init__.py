"""What the machine and the daemon are doing, pushed to whoever subscribes.

Frames: `monitoring:subscribe`, `monitoring:unsubscribe`, their replies, and `monitoring:metrics`. No tables.
Settings: `process_seconds` and `sensor_seconds`. Gauges shown: `connections` and `generations`. Other features ask its
`MemoryMeter` what is free, and its `LoadMeter` what is in use by others.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import trio

from orchd.features.feature import Feature, House
from orchd.features.monitoring.asked import Asked, asked_here
from orchd.features.monitoring.handlers import COMMANDS, MonitoringHandlers
from orchd.features.monitoring.load import Load, LoadMeter
from orchd.features.monitoring.memory import FreeMemory, MemoryMeter
from orchd.features.monitoring.process import ModelServerReader
from orchd.features.monitoring.sampler import Sampler, machine_readers
from orchd.features.monitoring.service import Monitoring
from orchd.guard import Supervisor
from orchd.protocol.router import Serve

__all__ = ["FEATURE", "FreeMemory", "Load", "LoadMeter", "MemoryMeter"]


@asynccontextmanager
async def open_feature(house: House) -> AsyncIterator[Mapping[str, Serve]]:
    """Run the ticker inside the block. Leaving it waits for no sensor, not even one that hangs."""
    options = house.options["monitoring"]

    def asked() -> Asked:
        """Called in the threads that read sensors; how the servers are is known to the loop only."""
        return asked_here(trio.from_thread.run_sync(house.backends.health))

    sampler = Sampler(machine_readers(options.process_seconds, asked), house.gauges, options.sensor_seconds)
    monitoring = Monitoring(house.hub, sampler)
    house.offer(MemoryMeter())
    servers = ModelServerReader(options.process_seconds, asked, all_of_them=True)
    house.offer(LoadMeter(servers=servers))
    async with trio.open_nursery() as nursery:
        Supervisor(nursery, house.troubles).keep("monitoring", monitoring.run)
        yield COMMANDS.bind(MonitoringHandlers(monitoring))
        nursery.cancel_scope.cancel()


FEATURE = Feature("monitoring", open_feature, (*COMMANDS,))
