"""The groups that touch hardware: file systems, and the processor's clock and temperature."""

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

import psutil

from orchd.features.monitoring.messages import MonitoringDisk
from orchd.features.monitoring.probe import attempt

NO_DISKS = frozenset({"autofs", "cramfs", "devtmpfs", "erofs", "iso9660", "overlay", "ramfs", "squashfs", "tmpfs"})
"""File systems without a disk of their own, or of fixed content."""

CPU_SENSORS = ("coretemp", "k10temp", "zenpower", "cpu_thermal", "cpu-thermal", "soc_thermal", "acpitz")
"""hwmon drivers of processors, best first; acpitz is some spot on the board."""

PACKAGE_LABELS = ("package id", "tdie", "tctl")
"""How those drivers label the sensor of the whole package, best first."""


class Partition(Protocol):
    """What is needed of psutil's `sdiskpart`."""

    @property
    def device(self) -> str: ...
    @property
    def mountpoint(self) -> str: ...
    @property
    def fstype(self) -> str: ...


class Temperature(Protocol):
    """What is needed of psutil's `shwtemp`."""

    @property
    def label(self) -> str: ...
    @property
    def current(self) -> float: ...


class Thermal(NamedTuple):
    """Clock in MHz and temperature in Celsius; None where the machine does not tell."""

    frequency_mhz: float | None
    temperature: float | None


def read_disks() -> list[MonitoringDisk]:
    """Read all real file systems, in the order of their mount points. Blocks, for ever on a mount that is dead."""
    mounted = attempt(lambda: psutil.disk_partitions(all=False)) or []
    return [_disk(mount) for mount in pick_mounts(part for part in mounted if Path(part.mountpoint).is_dir())]


def pick_mounts(mounted: Iterable[Partition]) -> list[str]:
    """Return the mount points to show: each device once, at its shortest path, and the root whatever it is on."""
    best: dict[str, str] = {}
    for part in mounted:
        if part.fstype in NO_DISKS or part.device.startswith("/dev/loop"):
            continue
        known = best.get(part.device)
        if known is None or (len(part.mountpoint), part.mountpoint) < (len(known), known):
            best[part.device] = part.mountpoint
    root = {"/"} if os.name == "posix" else set()
    return sorted(root | set(best.values()))


def _disk(mount: str) -> MonitoringDisk:
    usage = attempt(lambda: psutil.disk_usage(mount))
    if usage is None or not usage.total:
        return MonitoringDisk(mount, None, None, None)
    return MonitoringDisk(mount, usage.total, usage.used, min(100.0, max(0.0, usage.percent)))


def read_thermal() -> Thermal:
    """Read the processor's clock and temperature. Blocks; some drivers take tens of milliseconds."""
    frequency = attempt(psutil.cpu_freq)
    read = getattr(psutil, "sensors_temperatures", None)  # only on Linux and FreeBSD
    temperatures = attempt(read) if read is not None else None
    return Thermal(
        round(frequency.current, 1) if frequency is not None and frequency.current > 0 else None,
        pick_temperature(temperatures or {}),
    )


def pick_temperature(sensors: Mapping[str, Sequence[Temperature]]) -> float | None:
    """Return the processor's temperature: of the hottest package, else of the first sensor of the best driver."""
    for driver in CPU_SENSORS:
        plausible = [sensor for sensor in sensors.get(driver, ()) if 0 < sensor.current < 150]
        for label in PACKAGE_LABELS:
            packages = [sensor.current for sensor in plausible if sensor.label.lower().startswith(label)]
            if packages:
                return round(max(packages), 1)
        if plausible:
            return round(plausible[0].current, 1)
    return None
