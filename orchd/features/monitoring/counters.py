"""The cheap group: what the kernel counts, and the rates that follow from two readings.

psutil keeps the previous reading of `cpu_percent` per thread, so in worker threads it would answer 0 or the mean of
some other span. Hence only counters are read here, and the differences are taken by pure functions.
"""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, TypeAlias

import psutil

from orchd.features.monitoring.messages import MonitoringMemory, MonitoringNetwork
from orchd.features.monitoring.probe import attempt

CGROUP = Path("/sys/fs/cgroup")
"""Has memory limits of its own only inside a container: the machine's real root group has none."""

Traffic: TypeAlias = Mapping[str, tuple[int, int]]
"""Bytes received and sent, by interface."""


class CoreTimes(NamedTuple):
    """Seconds of one core since boot."""

    busy: float
    total: float


class Counters(NamedTuple):
    """One reading; None where the machine does not tell."""

    at: float
    """Monotonic seconds."""
    cores: tuple[CoreTimes, ...] | None
    load: tuple[float, float, float] | None
    memory: MonitoringMemory
    traffic: Traffic | None
    own_cpu_seconds: float | None
    own_rss_bytes: int | None


class CounterReader:
    """Reads all counters. Blocks for well under a millisecond."""

    def __init__(self) -> None:
        self._own = psutil.Process()

    def __call__(self) -> Counters:
        """Read once. Raises nothing that `attempt` knows."""
        own_times = attempt(self._own.cpu_times)
        own_memory = attempt(self._own.memory_info)
        return Counters(
            time.monotonic(),
            attempt(_cores),
            attempt(psutil.getloadavg),
            read_memory(),
            attempt(_traffic),
            None if own_times is None else own_times.user + own_times.system,
            None if own_memory is None else own_memory.rss,
        )


def _cores() -> tuple[CoreTimes, ...]:
    return tuple(_core_times(times._asdict()) for times in psutil.cpu_times(percpu=True))


def _core_times(times: Mapping[str, float]) -> CoreTimes:
    """Linux counts the time of guests in `user` and `nice` as well."""
    total = sum(times.values()) - times.get("guest", 0.0) - times.get("guest_nice", 0.0)
    return CoreTimes(total - times["idle"] - times.get("iowait", 0.0), total)


def _traffic() -> Traffic:
    counted = psutil.net_io_counters(pernic=True, nowrap=False)
    return {name: (counts.bytes_recv, counts.bytes_sent) for name, counts in counted.items() if not _is_loopback(name)}


def _is_loopback(interface: str) -> bool:
    return interface in ("lo", "lo0") or interface.startswith("Loopback")


def read_memory(cgroup: Path = CGROUP) -> MonitoringMemory:
    """Read main memory and swap; inside a container with a lower limit, that is the memory there is."""
    machine, swap = attempt(psutil.virtual_memory), attempt(psutil.swap_memory)
    total = None if machine is None else machine.total
    used = None if machine is None else max(0, machine.total - machine.available)
    limit = attempt(lambda: container_memory(cgroup))
    if limit is not None and (total is None or limit[0] < total):
        total, used = limit
    return MonitoringMemory(
        total=total,
        used=used,
        available=None if total is None or used is None else total - used,
        usage_percent=None if not total or used is None else percent(used, total),
        swap_used=None if swap is None else swap.used,
        swap_total=None if swap is None else swap.total,
    )


def container_memory(cgroup: Path) -> tuple[int, int] | None:
    """Return limit and use of a container (cgroup v2), without cache that can go. Raises OSError outside one."""
    limit = (cgroup / "memory.max").read_text().strip()
    if not limit.isdecimal():
        return None
    current = int((cgroup / "memory.current").read_text())
    stat = dict(line.split(maxsplit=1) for line in (cgroup / "memory.stat").read_text().splitlines())
    return int(limit), min(int(limit), max(0, current - int(stat.get("inactive_file", 0))))


def percent(part: float, whole: float) -> float:
    """Return `part` of `whole` in percent, within 0 and 100 (the kernel's counters may step back a little)."""
    return round(min(100.0, max(0.0, 100.0 * part / whole)), 2)


def core_usage(before: Counters, now: Counters) -> list[float] | None:
    """Return each core's load in percent; None when unknown, or when cores came or went."""
    if before.cores is None or now.cores is None or len(before.cores) != len(now.cores):
        return None
    spans = [(b.busy - a.busy, b.total - a.total) for a, b in zip(before.cores, now.cores, strict=True)]
    return None if any(total <= 0 for _, total in spans) else [percent(busy, total) for busy, total in spans]


def cpu_usage(before: Counters, now: Counters) -> float | None:
    """Return the load of all cores together in percent."""
    if before.cores is None or now.cores is None or len(before.cores) != len(now.cores):
        return None
    total = sum(core.total for core in now.cores) - sum(core.total for core in before.cores)
    busy = sum(core.busy for core in now.cores) - sum(core.busy for core in before.cores)
    return percent(busy, total) if total > 0 else None


def share(cpu_seconds: float | None, elapsed: float, cores: int | None) -> float | None:
    """Return what a process used in `elapsed` seconds, in percent of all cores."""
    if cpu_seconds is None or elapsed <= 0 or not cores:
        return None
    return percent(cpu_seconds, elapsed * cores)


def network_rates(before: Counters, now: Counters) -> MonitoringNetwork:
    """Return bytes per second over the interfaces there are in both readings; null where a counter went back."""
    elapsed = now.at - before.at
    if before.traffic is None or now.traffic is None or elapsed <= 0:
        return MonitoringNetwork(None, None)
    pairs = [(before.traffic[name], now.traffic[name]) for name in before.traffic.keys() & now.traffic.keys()]
    return MonitoringNetwork(
        _rate([new[0] - old[0] for old, new in pairs], elapsed),
        _rate([new[1] - old[1] for old, new in pairs], elapsed),
    )


def _rate(deltas: list[int], elapsed: float) -> int | None:
    return None if any(delta < 0 for delta in deltas) else round(sum(deltas) / elapsed)
