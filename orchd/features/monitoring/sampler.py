"""From groups of sensors to one sample: all are read at once, each by itself, and a late one is left out."""

import time
from collections.abc import Callable
from typing import Any, NamedTuple

import trio

from orchd.clock import unix_now
from orchd.features.monitoring.counters import CounterReader, Counters, core_usage, cpu_usage, network_rates, share
from orchd.features.monitoring.gpu import Nvidia
from orchd.features.monitoring.local_servers import LocalServers
from orchd.features.monitoring.messages import (
    MonitoringCpu,
    MonitoringDaemon,
    MonitoringDisk,
    MonitoringGpu,
    MonitoringMemory,
    MonitoringMetrics,
    MonitoringModelServer,
    MonitoringNetwork,
    MonitoringProcesses,
)
from orchd.features.monitoring.probe import Probe
from orchd.features.monitoring.process import ModelServerReader, ServerReading, usage
from orchd.features.monitoring.sensors import Thermal, read_disks, read_thermal
from orchd.llm import Workload
from orchd.protocol.types import timestamp

MIN_WINDOW_SECONDS = 0.2
"""Rates are taken over at least this: the kernel counts the time of a core in steps of 10 ms."""

MAX_WINDOW_SECONDS = 60.0
"""Nobody takes a mean over more than this for the present state; then a short window is measured instead."""

PRIME_SECONDS = 0.5
"""No longer does the first subscriber wait at start; a driver that is slow to load is read once it has come."""

_NO_MEMORY = MonitoringMemory(None, None, None, None, None, None)
_UNKNOWN_SERVER = MonitoringModelServer(None, None, None, None)


class Readers(NamedTuple):
    """Reads of the machine, one a group; each may block in its own thread."""

    counters: Callable[[], Counters]
    disks: Callable[[], list[MonitoringDisk]]
    thermal: Callable[[], Thermal]
    gpus: Callable[[], list[MonitoringGpu]]
    model_server: Callable[[], ServerReading]


class Gauges(NamedTuple):
    """Counts of the daemon's own, for whoever looks at the machine."""

    connections: Callable[[], int]
    generations: Callable[[], int]
    workload: Callable[[], Workload]


def machine_readers(process_seconds: float, asked: Callable[[], LocalServers]) -> Readers:
    """Return the readers of this machine, searching for the model server that is `asked` every `process_seconds`."""
    return Readers(CounterReader(), read_disks, read_thermal, Nvidia(), ModelServerReader(process_seconds, asked))


class Sampler:
    """Takes samples of the machine. `prime` and `collect` are called from one task."""

    def __init__(self, readers: Readers, gauges: Gauges, sensor_seconds: float) -> None:
        self._gauges = gauges
        self._sensor_seconds = sensor_seconds
        self._started = time.monotonic()
        self._counters = Probe("counters", readers.counters)
        self._disks = Probe("disks", readers.disks)
        self._thermal = Probe("thermal", readers.thermal)
        self._gpus = Probe("gpus", readers.gpus)
        self._server = Probe("model server", readers.model_server)
        self._counting: tuple[Probe[Any], ...] = (self._counters, self._server)
        self._others: tuple[Probe[Any], ...] = (self._disks, self._thermal, self._gpus)
        self._counters_before: Counters | None = None
        self._server_before: ServerReading | None = None
        self._kept_at = float("-inf")
        self._written_before = 0
        self._counted_at = self._kept_at

    async def prime(self) -> None:
        """Read everything once, so that the first sample has rates, and what hangs is known. Raises nothing."""
        await self._refresh(min(self._sensor_seconds, PRIME_SECONDS), *self._counting, *self._others)
        self._keep()

    def look(self) -> bool:
        """Return whether model servers work, or have worked since the last sample. Costs next to nothing.

        Where nothing has come, what comes from now on is not thought to have come all the time since that sample.
        """
        workload = self._gauges.workload()
        if workload.running or workload.waiting or workload.written != self._written_before:
            return True
        self._counted_at = trio.current_time()
        return False

    async def collect(self, patience: float) -> MonitoringMetrics:
        """Take one sample. A group that needs longer than `patience` seconds is left out, and until it is back."""
        patience = min(patience, self._sensor_seconds)
        await self._open_window(patience)
        await self._refresh(patience, *self._counting, *self._others)
        metrics = self._metrics()
        self._keep()
        return metrics

    async def _refresh(self, patience: float, *probes: Probe[Any]) -> None:
        async with trio.open_nursery() as nursery:
            for probe in probes:
                nursery.start_soon(probe.refresh, patience)

    async def _open_window(self, patience: float) -> None:
        """Make sure that there is an earlier reading, neither too old nor too recent to compute rates from."""
        age = trio.current_time() - self._kept_at
        if age > MAX_WINDOW_SECONDS or self._counters_before is None:
            await self._refresh(patience, *self._counting)
            self._keep()
            age = 0.0
        if age < MIN_WINDOW_SECONDS:
            await trio.sleep(MIN_WINDOW_SECONDS - age)

    def _keep(self) -> None:
        self._counters_before = self._counters.value or self._counters_before
        self._server_before = self._server.value or self._server_before
        self._written_before = self._gauges.workload().written
        self._kept_at = self._counted_at = trio.current_time()

    def _metrics(self) -> MonitoringMetrics:
        before, now = self._counters_before, self._counters.value
        return MonitoringMetrics(
            timestamp=timestamp(unix_now()),
            cpu=_cpu(before, now, self._thermal.value),
            memory=_NO_MEMORY if now is None else now.memory,
            gpus=self._gpus.value or [],
            disks=self._disks.value or [],
            network=network_rates(before, now) if before and now else MonitoringNetwork(None, None),
            processes=MonitoringProcesses(_model_server(self._server_before, self._server.value, _core_count(now))),
            daemon=self._daemon(before, now),
        )

    def _daemon(self, before: Counters | None, now: Counters | None) -> MonitoringDaemon:
        workload = self._gauges.workload()
        return MonitoringDaemon(
            connections=self._gauges.connections(),
            generations=self._gauges.generations(),
            rss_bytes=None if now is None else now.own_rss_bytes,
            cpu_usage=_own_usage(before, now) if before and now else None,
            uptime_seconds=int(time.monotonic() - self._started),
            tokens_per_second=self._token_rate(workload.written),
            running=workload.running,
            waiting=workload.waiting,
        )

    def _token_rate(self, written: int) -> float:
        """Return the mean since the sample before; a server that was removed has taken its tokens with it."""
        more = max(0, written - self._written_before)
        return round(more / max(MIN_WINDOW_SECONDS, trio.current_time() - self._counted_at), 1)


def _cpu(before: Counters | None, now: Counters | None, thermal: Thermal | None) -> MonitoringCpu:
    return MonitoringCpu(
        usage=cpu_usage(before, now) if before and now else None,
        per_core=core_usage(before, now) if before and now else None,
        cores=_core_count(now),
        frequency_mhz=None if thermal is None else thermal.frequency_mhz,
        temperature=None if thermal is None else thermal.temperature,
        load=None if now is None or now.load is None else [round(load, 2) for load in now.load],
    )


def _core_count(now: Counters | None) -> int | None:
    return None if now is None or now.cores is None else len(now.cores)


def _own_usage(before: Counters, now: Counters) -> float | None:
    if before.own_cpu_seconds is None or now.own_cpu_seconds is None:
        return None
    return share(now.own_cpu_seconds - before.own_cpu_seconds, now.at - before.at, _core_count(now))


def _model_server(before: ServerReading | None, now: ServerReading | None, cores: int | None) -> MonitoringModelServer:
    if now is None:
        return _UNKNOWN_SERVER
    if now.pid is None:
        return MonitoringModelServer(False, None, None, None)
    return MonitoringModelServer(True, now.pid, usage(before, now, cores), now.memory_bytes)
