from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.features.monitoring.counters import (
    CoreTimes,
    CounterReader,
    Counters,
    Traffic,
    container_memory,
    core_usage,
    cpu_usage,
    network_rates,
    read_memory,
    share,
)
from orchd.features.monitoring.messages import MonitoringMemory, MonitoringNetwork

NO_MEMORY = MonitoringMemory(None, None, None, None, None, None)


def reading(at: float, cores: tuple[CoreTimes, ...] | None = None, traffic: Traffic | None = None) -> Counters:
    return Counters(at, cores, None, NO_MEMORY, traffic, None, None)


def cores(*times: tuple[float, float]) -> tuple[CoreTimes, ...]:
    return tuple(CoreTimes(busy, total) for busy, total in times)


def test_usage_is_what_was_busy_between_two_readings() -> None:
    before, now = reading(0, cores((10, 100), (50, 100))), reading(1, cores((11, 101), (50.5, 101)))
    assert core_usage(before, now) == [100, 50]
    assert cpu_usage(before, now) == 75


def test_usage_is_unknown_when_cores_came_or_went_or_no_time_passed() -> None:
    one, two = reading(0, cores((1, 2))), reading(1, cores((1, 2), (1, 2)))
    for before, now in ((one, two), (two, one), (one, one), (reading(0), one), (one, reading(0))):
        assert core_usage(before, now) is None
        assert cpu_usage(before, now) is None


times = st.floats(0, 1e9)


@given(st.lists(st.tuples(times, times, times, times), min_size=1, max_size=8))
def test_usage_stays_within_bounds_whatever_the_kernel_says(steps: list[tuple[float, float, float, float]]) -> None:
    before = reading(0, cores(*[(step[0], step[1]) for step in steps]))
    now = reading(1, cores(*[(step[2], step[3]) for step in steps]))
    for usage in [cpu_usage(before, now), *(core_usage(before, now) or [])]:
        assert usage is None or 0 <= usage <= 100


def test_rates_are_summed_over_the_interfaces_there_are_in_both() -> None:
    before = reading(10, traffic={"eth0": (1_000, 10), "wlan0": (0, 0), "gone": (5, 5)})
    now = reading(12, traffic={"eth0": (3_000, 20), "wlan0": (1_000, 0), "new": (10**9, 10**9)})
    assert network_rates(before, now) == MonitoringNetwork(1_500, 5)


def test_a_counter_that_went_back_makes_a_rate_unknown_not_negative() -> None:
    before, now = reading(0, traffic={"eth0": (2**32 - 1, 5)}), reading(1, traffic={"eth0": (7, 6)})
    assert network_rates(before, now) == MonitoringNetwork(None, 1)


def test_rates_are_unknown_without_two_readings_or_time_between_them() -> None:
    known, unknown = reading(1, traffic={"eth0": (1, 1)}), reading(2)
    for before, now in ((known, unknown), (unknown, known), (known, known)):
        assert network_rates(before, now) == MonitoringNetwork(None, None)


def test_a_process_is_measured_against_all_cores() -> None:
    assert share(2.0, 1.0, 4) == 50
    assert share(9.0, 1.0, 4) == 100
    assert share(0.0, 1.0, 4) == 0
    assert share(None, 1.0, 4) is share(1.0, 0.0, 4) is share(1.0, 1.0, None) is None


def make_cgroup(folder: Path, limit: str) -> Path:
    (folder / "memory.max").write_text(limit + "\n")
    (folder / "memory.current").write_text("30000000\n")
    (folder / "memory.stat").write_text("anon 1\ninactive_file 10000000\nfile 5\n")
    return folder


def test_a_container_has_the_memory_of_its_limit(tmp_path: Path) -> None:
    memory = read_memory(make_cgroup(tmp_path, "50000000"))
    assert (memory.total, memory.used, memory.available) == (50_000_000, 20_000_000, 30_000_000)
    assert memory.usage_percent == 40


@pytest.mark.parametrize("limit", ["max", str(2**60)])
def test_without_a_limit_or_above_it_the_machine_counts(tmp_path: Path, limit: str) -> None:
    make_cgroup(tmp_path, limit)
    assert read_memory(tmp_path).total == read_memory(tmp_path / "none").total


def test_outside_a_container_there_is_no_limit(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        container_memory(tmp_path)


def test_this_machine_counts() -> None:
    read = CounterReader()
    before, now = read(), read()
    assert now.cores
    assert now.at > before.at
    assert now.traffic is not None
    assert "lo" not in now.traffic
    assert now.own_rss_bytes is not None
    assert now.own_rss_bytes > 2**20
    assert now.memory.total is not None
    assert now.memory.used is not None
    assert 0 < now.memory.used < now.memory.total
