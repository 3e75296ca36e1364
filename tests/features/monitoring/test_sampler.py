import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import msgspec
import psutil
import pytest
import trio
from structlog.testing import capture_logs
from trio.testing import MockClock

from orchd.features.monitoring.counters import CoreTimes, Counters
from orchd.features.monitoring.local_servers import LocalServers
from orchd.features.monitoring.messages import (
    METRICS,
    MonitoringDisk,
    MonitoringGpu,
    MonitoringMemory,
    MonitoringModelServer,
    MonitoringNetwork,
)
from orchd.features.monitoring.process import ServerReading
from orchd.features.monitoring.sampler import MIN_WINDOW_SECONDS, Gauges, Readers, Sampler, machine_readers
from orchd.features.monitoring.sensors import Thermal
from orchd.llm import Workload
from tests.features.monitoring.fakes import make_metrics, metrics_of

T = TypeVar("T")
PATIENCE = 20.0

MEMORY = MonitoringMemory(100, 40, 60, 40.0, 0, 0)
FIRST = Counters(10, (CoreTimes(0, 0), CoreTimes(0, 0)), (1, 2, 3.456), MEMORY, {"eth0": (0, 0)}, 1.0, 5)
SECOND = Counters(12, (CoreTimes(1, 2), CoreTimes(2, 2)), (1, 2, 3.456), MEMORY, {"eth0": (200, 20)}, 3.0, 6)
CARD = MonitoringGpu("NVIDIA", "one", 1, 1, 1.0, 1.0, 1.0)


def script(*answers: T) -> Callable[[], T]:
    """Return each answer once, then the last one for ever."""
    left = list(answers)
    return lambda: left.pop(0) if len(left) > 1 else left[0]


IDLE = Gauges(lambda: 0, lambda: 0, lambda: Workload(0, 0, 0))


def readers() -> Readers:
    return Readers(
        counters=script(FIRST, SECOND),
        disks=lambda: [MonitoringDisk("/", 10, 5, 50.0)],
        thermal=lambda: Thermal(2_600.0, 55.0),
        gpus=lambda: [CARD],
        model_server=script(ServerReading(10, 7, {7: 1.0, 8: 5.0}, 70), ServerReading(12, 7, {7: 2.0, 9: 100.0}, 71)),
    )


async def test_the_first_sample_has_rates_since_the_sampler_was_primed() -> None:
    sampler = Sampler(
        readers(), Gauges(lambda: 3, lambda: 4, script(Workload(0, 0, 100), Workload(2, 5, 150))), PATIENCE
    )
    await sampler.prime()
    sample = await sampler.collect(PATIENCE)
    assert (sample.cpu.usage, sample.cpu.per_core, sample.cpu.cores) == (75, [50, 100], 2)
    assert (sample.cpu.frequency_mhz, sample.cpu.temperature, sample.cpu.load) == (2_600, 55, [1, 2, 3.46])
    assert sample.memory == MEMORY
    assert sample.network == MonitoringNetwork(100, 10)
    assert sample.gpus == [CARD]
    assert sample.disks == [MonitoringDisk("/", 10, 5, 50.0)]
    assert sample.processes.model_server == MonitoringModelServer(True, 7, 25.0, 71)
    assert (sample.daemon.connections, sample.daemon.generations) == (3, 4)
    assert (sample.daemon.rss_bytes, sample.daemon.cpu_usage) == (6, 50)
    assert (sample.daemon.running, sample.daemon.waiting) == (2, 5)
    assert sample.daemon.tokens_per_second is not None
    assert 0 < sample.daemon.tokens_per_second <= 50 / MIN_WINDOW_SECONDS


async def test_tokens_of_a_server_that_was_removed_are_not_taken_back() -> None:
    gauges = IDLE._replace(workload=script(Workload(1, 0, 900), Workload(0, 0, 20)))
    sampler = Sampler(readers(), gauges, PATIENCE)
    await sampler.prime()
    assert (await sampler.collect(PATIENCE)).daemon.tokens_per_second == 0


async def test_tokens_that_come_after_a_rest_are_not_spread_over_it(mock_clock: MockClock) -> None:
    rest, work = Workload(0, 0, 100), Workload(1, 0, 150)
    sampler = Sampler(readers(), IDLE._replace(workload=script(rest, rest, work)), PATIENCE)
    await sampler.prime()
    mock_clock.jump(25)
    assert not sampler.look()
    mock_clock.jump(5)
    assert sampler.look()
    assert (await sampler.collect(PATIENCE)).daemon.tokens_per_second == 10
    assert sampler.look(), "it works on"


async def test_a_sampler_that_was_not_primed_primes_itself() -> None:
    sample = await Sampler(readers(), IDLE, PATIENCE).collect(PATIENCE)
    assert sample.cpu.usage == 75


async def test_a_model_server_that_has_just_come_has_no_usage_and_one_that_left_is_gone() -> None:
    server = script(
        ServerReading(1, None, {}, None), ServerReading(2, 7, {7: 1.0}, 70), ServerReading(3, None, {}, None)
    )
    sampler = Sampler(readers()._replace(model_server=server), IDLE, PATIENCE)
    await sampler.prime()
    seen = [(await sampler.collect(PATIENCE)).processes.model_server for _ in range(2)]
    assert seen == [MonitoringModelServer(True, 7, None, 70), MonitoringModelServer(False, None, None, None)]


async def test_a_group_that_hangs_is_left_out_and_delays_nothing_else() -> None:
    free, started = threading.Event(), 0

    def hang() -> list[MonitoringDisk]:
        nonlocal started
        started += 1
        free.wait(60)
        return []

    sampler = Sampler(readers()._replace(disks=hang), IDLE, 0.7)
    with trio.fail_after(90):
        await sampler.prime()
        for _ in range(5):
            sample = await sampler.collect(3_600)
            assert sample.disks == []
            assert sample.memory == MEMORY
            assert sample.gpus == [CARD]
    assert started == 1
    free.set()


async def test_when_everything_hangs_a_sample_still_comes_and_is_all_null() -> None:
    free = threading.Event()

    def hang() -> None:
        free.wait(60)
        raise OSError

    def never() -> Readers:
        return Readers(*[hang] * 5)  # type: ignore[arg-type]  # they return nothing, ever

    sampler = Sampler(never(), IDLE, 0.05)
    with trio.fail_after(90):
        sample = await sampler.collect(1)
    free.set()
    empty = make_metrics(sample.daemon.uptime_seconds)
    counted = msgspec.structs.replace(
        empty.daemon, connections=0, generations=0, tokens_per_second=0.0, running=0, waiting=0
    )
    assert sample == msgspec.structs.replace(empty, timestamp=sample.timestamp, daemon=counted)


async def test_this_machine_gives_sane_values() -> None:
    sampler = Sampler(machine_readers(15.0, LocalServers), IDLE, PATIENCE)
    await sampler.prime()
    sample = metrics_of(METRICS.frame(await sampler.collect(PATIENCE)))  # decoding checks the bounds
    with trio.fail_after(90):
        while sample.processes.model_server.running is None:  # on a busy machine the first scan takes its time
            sample = metrics_of(METRICS.frame(await sampler.collect(PATIENCE)))
    assert sample.cpu.cores == psutil.cpu_count()
    assert sample.cpu.per_core is not None
    assert len(sample.cpu.per_core) == sample.cpu.cores
    assert sample.cpu.usage is not None
    assert sample.memory.total is not None
    assert sample.memory.used is not None
    assert sample.memory.usage_percent is not None
    assert abs(sample.memory.usage_percent - 100 * sample.memory.used / sample.memory.total) < 0.01
    assert sample.network.rx_bytes_per_second is not None
    assert sample.daemon.rss_bytes is not None
    assert sample.daemon.cpu_usage is not None
    assert sample.processes.model_server.running is not None
    assert sample.disks[0].mount == "/"


async def test_rates_are_of_the_present_not_of_an_idle_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = 0

    def counters() -> Counters:
        nonlocal taken
        taken += 1
        return FIRST

    sampler = Sampler(readers()._replace(counters=counters), IDLE, PATIENCE)
    await sampler.prime()
    await sampler.collect(PATIENCE)
    assert taken == 2
    monkeypatch.setattr("orchd.features.monitoring.sampler.MAX_WINDOW_SECONDS", 0.0)  # any reading is too old
    await sampler.collect(PATIENCE)
    assert taken == 4


@pytest.fixture
def bare_proc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A /proc that shows this process and nothing of the machine, as systemd's `ProcSubset=pid` has it."""
    proc = tmp_path / "proc"
    proc.mkdir()
    for name in ("self", str(os.getpid())):
        (proc / name).symlink_to(f"/proc/{os.getpid()}")
    monkeypatch.setattr(psutil, "PROCFS_PATH", str(proc))


@pytest.mark.usefixtures("bare_proc")
async def test_what_a_bare_proc_does_not_tell_is_null_and_no_line_in_the_log() -> None:
    with capture_logs() as logs:
        sampler = Sampler(machine_readers(0.1, LocalServers), IDLE, PATIENCE)
        await sampler.prime()
        for _ in range(2):
            sample = await sampler.collect(PATIENCE)
    assert logs == []
    assert (sample.cpu.usage, sample.cpu.per_core, sample.memory.swap_total) == (None, None, None)
    assert sample.processes.model_server == MonitoringModelServer(False, None, None, None)
    assert sample.daemon.rss_bytes is not None, "what it does tell is there"
    assert [disk.mount for disk in sample.disks][:1] == ["/"]
