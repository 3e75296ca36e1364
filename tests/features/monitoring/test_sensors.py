from typing import NamedTuple

import psutil
import pytest

from orchd.features.monitoring.sensors import Thermal, pick_mounts, pick_temperature, read_disks, read_thermal


class Part(NamedTuple):
    device: str
    mountpoint: str
    fstype: str


class Heat(NamedTuple):
    label: str
    current: float


def test_a_device_counts_once_at_its_shortest_path_in_stable_order() -> None:
    parts = [
        Part("/dev/sdb1", "/srv/models", "xfs"),
        Part("/dev/sda1", "/var/lib/docker/bind", "ext4"),
        Part("/dev/sda1", "/", "ext4"),
        Part("/dev/sdb1", "/srv", "xfs"),
        Part("/dev/sda2", "/boot", "ext4"),
    ]
    assert pick_mounts(parts) == pick_mounts(parts[::-1]) == ["/", "/boot", "/srv"]


def test_what_has_no_disk_is_left_out_but_the_root_is_always_there() -> None:
    parts = [
        Part("overlay", "/", "overlay"),
        Part("/dev/loop3", "/snap/core/1", "squashfs"),
        Part("/dev/loop4", "/mnt/image", "ext4"),
        Part("tmpfs", "/run", "tmpfs"),
    ]
    assert pick_mounts(parts) == ["/"]
    assert pick_mounts([]) == ["/"]


def test_this_machine_has_a_root() -> None:
    disks = read_disks()
    root = next(disk for disk in disks if disk.mount == "/")
    assert root.total is not None
    assert root.used is not None
    assert root.usage_percent is not None
    assert 0 < root.used <= root.total
    assert 0 < root.usage_percent <= 100
    assert [disk.mount for disk in disks] == sorted({disk.mount for disk in disks})


def test_a_disk_that_cannot_be_read_is_shown_without_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: str) -> None:
        raise PermissionError(path)

    monkeypatch.setattr(psutil, "disk_usage", refuse)
    assert {(disk.total, disk.used, disk.usage_percent) for disk in read_disks()} == {(None, None, None)}


@pytest.mark.parametrize(
    ("sensors", "expected"),
    [
        ({}, None),
        ({"nvme": [Heat("Composite", 40)]}, None),
        ({"acpitz": [Heat("", 27.8)], "coretemp": [Heat("Core 0", 70), Heat("Package id 0", 61.04)]}, 61.0),
        ({"coretemp": [Heat("Package id 0", 50), Heat("Package id 1", 58), Heat("Core 0", 90)]}, 58),
        ({"k10temp": [Heat("Tctl", 75), Heat("Tdie", 65), Heat("Tccd1", 80)]}, 65),
        ({"k10temp": [Heat("Tctl", 75)]}, 75),
        ({"cpu_thermal": [Heat("", 48.3)], "acpitz": [Heat("", 20)]}, 48.3),
        ({"coretemp": [Heat("Package id 0", 0)], "acpitz": [Heat("", 33)]}, 33),
        ({"acpitz": [Heat("", -274), Heat("", 41)]}, 41),
    ],
)
def test_the_temperature_is_that_of_the_processor(sensors: dict[str, list[Heat]], expected: float | None) -> None:
    assert pick_temperature(sensors) == expected


def test_a_machine_without_sensors_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise NotImplementedError

    monkeypatch.setattr(psutil, "cpu_freq", refuse)
    monkeypatch.delattr(psutil, "sensors_temperatures", raising=False)
    assert read_thermal() == Thermal(None, None)


def test_this_machine_has_a_plausible_clock_if_any() -> None:
    thermal = read_thermal()
    assert thermal.frequency_mhz is None or 1 < thermal.frequency_mhz < 20_000
    assert thermal.temperature is None or 0 < thermal.temperature < 150
