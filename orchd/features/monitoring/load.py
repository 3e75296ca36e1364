"""How much of the machine is in use, for whoever wants to begin more work only while there is room."""

import time
from collections.abc import Callable
from pathlib import PurePath
from typing import NamedTuple

import trio

from orchd.features.monitoring.counters import CounterReader, Counters, cpu_usage
from orchd.features.monitoring.gpu import Nvidia
from orchd.features.monitoring.messages import MonitoringDisk, MonitoringGpu
from orchd.features.monitoring.probe import Probe
from orchd.features.monitoring.process import ServerReading, usage
from orchd.features.monitoring.sensors import read_disks

PATIENCE_SECONDS = 2.0

MIN_WINDOW_SECONDS, MAX_WINDOW_SECONDS = 0.25, 60.0
"""The processor's load is taken over at least and at most this; without a reading of that age one is taken first."""


class MachineLoad(NamedTuple):
    """Percent in use; None where the machine does not tell. `vram` is that of the fullest graphics card.

    `cpu` is without what this daemon's model servers use, which is `own_cpu`: their load is the work itself; None when
    none was found among the processes. `disk_free` is in bytes.
    """

    cpu: float | None
    memory: float | None
    vram: float | None
    disk: float | None
    disk_free: int | None = None
    own_cpu: float | None = None


class LoadMeter:
    """Reads the load on demand."""

    def __init__(
        self,
        counters: Callable[[], Counters] | None = None,
        cards: Callable[[], list[MonitoringGpu]] | None = None,
        disks: Callable[[], list[MonitoringDisk]] = read_disks,
        servers: Callable[[], ServerReading] | None = None,
    ) -> None:
        self._one = trio.Lock()
        self._counters = Probe("load", counters or CounterReader())
        self._cards = Probe("graphics load", cards or Nvidia())
        self._disks = Probe("disk load", disks)
        self._servers = Probe("model servers' load", servers or _no_servers)
        self._before: Counters | None = None
        self._servers_before: ServerReading | None = None
        self._read_at = float("-inf")

    async def read(self, path: str) -> MachineLoad:
        """Read now; `disk` is the file system that holds `path`. Some seconds at most; raises nothing."""
        async with self._one:
            await self._open_window()
            async with trio.open_nursery() as nursery:
                for probe in (self._counters, self._servers, self._cards, self._disks):
                    nursery.start_soon(probe.refresh, PATIENCE_SECONDS)
            now, own = self._counters.value, self._own_cpu()
            cpu = self._cpu(own)
            disk = _holding(PurePath(path), self._disks.value or [])
            self._keep()
            return MachineLoad(
                cpu=cpu,
                memory=None if now is None else now.memory.usage_percent,
                vram=_fullest(self._cards.value or []),
                disk=None if disk is None else disk.usage_percent,
                disk_free=None if disk is None or disk.total is None or disk.used is None else disk.total - disk.used,
                own_cpu=own,
            )

    async def _open_window(self) -> None:
        age = trio.current_time() - self._read_at
        if age > MAX_WINDOW_SECONDS:
            await self._counters.refresh(PATIENCE_SECONDS)
            await self._servers.refresh(PATIENCE_SECONDS)
            self._keep()
            age = 0.0
        if age < MIN_WINDOW_SECONDS:
            await trio.sleep(MIN_WINDOW_SECONDS - age)

    def _cpu(self, own: float | None) -> float | None:
        """The processor's load by others than this daemon's model servers."""
        before, now = self._before, self._counters.value
        whole = None if now is None or before is None else cpu_usage(before, now)
        return whole if whole is None or own is None else round(max(0.0, whole - own), 2)

    def _own_cpu(self) -> float | None:
        now = self._counters.value
        if now is None or self._servers.value is None:
            return None
        return usage(self._servers_before, self._servers.value, len(now.cores or ()))

    def _keep(self) -> None:
        self._servers_before = self._servers.value or self._servers_before
        self._before = self._counters.value or self._before
        self._read_at = trio.current_time()


def _no_servers() -> ServerReading:
    return ServerReading(time.monotonic(), None, {}, None)


def _fullest(cards: list[MonitoringGpu]) -> float | None:
    used = [100 * card.vram_used / card.vram_total for card in cards if card.vram_total and card.vram_used is not None]
    return round(max(used), 2) if used else None


def _holding(path: PurePath, disks: list[MonitoringDisk]) -> MonitoringDisk | None:
    """Return the file system with the longest mount point above `path`."""
    above = [disk for disk in disks if path.is_relative_to(disk.mount)]
    return max(above, key=lambda disk: len(disk.mount), default=None)
