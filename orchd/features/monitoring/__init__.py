"""What the machine and the daemon are doing, pushed to whoever subscribes.

Frames: `monitoring:subscribe`, `monitoring:unsubscribe`, `monitoring:history`, their replies, and `monitoring:metrics`.
No tables.
Other features ask its `MemoryMeter` what is free, and its `LoadMeter` what is in use by others.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

import trio

from orchd.features.feature import OpenFeatures, Services
from orchd.features.monitoring.handlers import COMMANDS, MonitoringHandlers
from orchd.features.monitoring.load import LoadMeter, MachineLoad
from orchd.features.monitoring.local_servers import LocalServers, asked_here, works_here
from orchd.features.monitoring.memory import FreeMemory, MemoryMeter
from orchd.features.monitoring.process import ModelServerReader
from orchd.features.monitoring.sampler import Gauges, Sampler, machine_readers
from orchd.features.monitoring.service import Monitoring
from orchd.guard import Supervisor
from orchd.settings.monitoring import MonitoringSettings

__all__ = [
    "COMMANDS",
    "FreeMemory",
    "Gauges",
    "LoadMeter",
    "MachineLoad",
    "MemoryMeter",
    "Meters",
    "open_monitoring",
    "works_here",
]


class Meters(NamedTuple):
    """What other features ask of the machine."""

    memory: MemoryMeter
    load: LoadMeter


@asynccontextmanager
async def open_monitoring(
    services: Services, settings: MonitoringSettings, gauges: Gauges
) -> AsyncIterator[OpenFeatures[Meters]]:
    """Run the ticker inside the block. Leaving it waits for no sensor, not even one that hangs."""

    def ask_local_servers() -> LocalServers:
        """Called in the threads that read sensors; how the servers are is known to the loop only."""
        return asked_here(trio.from_thread.run_sync(services.backends.health))

    sampler = Sampler(machine_readers(settings.process_seconds, ask_local_servers), gauges, settings.sensor_seconds)
    monitoring = Monitoring(services.hub, sampler)
    servers = ModelServerReader(settings.process_seconds, ask_local_servers, all_of_them=True)
    async with trio.open_nursery() as nursery:
        Supervisor(nursery, services.troubles).keep("monitoring", monitoring.run)
        yield OpenFeatures(
            Meters(MemoryMeter(), LoadMeter(servers=servers)), COMMANDS.bind(MonitoringHandlers(monitoring))
        )
        nursery.cancel_scope.cancel()
