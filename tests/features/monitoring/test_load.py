import pytest
import trio
from trio.testing import MockClock

from orchd.features.monitoring import LoadMeter, MachineLoad
from orchd.features.monitoring.counters import CoreTimes, Counters
from orchd.features.monitoring.messages import MonitoringDisk, MonitoringGpu, MonitoringMemory
from orchd.features.monitoring.process import ServerReading

MEMORY = MonitoringMemory(1000, 400, 600, 40.0, None, None)


class Machine:
    """Half busy from reading to reading."""

    def __init__(self) -> None:
        self.readings = 0

    def __call__(self) -> Counters:
        self.readings += 1
        cores = (CoreTimes(5.0 * self.readings, 10.0 * self.readings),)
        return Counters(float(self.readings), cores, None, MEMORY, None, None, None)


def disk(mount: str, percent: float | None) -> MonitoringDisk:
    return MonitoringDisk(mount, 100, None, percent)


def card(total: int | None, used: int | None) -> MonitoringGpu:
    return MonitoringGpu("NVIDIA", "card", total, used, None, None, None)


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """No sensor here hangs, but a busy machine may take its time."""
    monkeypatch.setattr("orchd.features.monitoring.load.PATIENCE_SECONDS", 60.0)


async def test_this_machines_load_is_read() -> None:
    load = await LoadMeter().read("/")
    assert load.memory is not None
    assert load.disk is not None
    for percent in (load.cpu, load.memory, load.disk):
        assert percent is None or 0 <= percent <= 100


async def test_the_first_reading_has_a_window_and_the_next_uses_it() -> None:
    machine = Machine()
    meter = LoadMeter(machine, lambda: [card(100, 30), card(None, None), card(50, 40)], lambda: [disk("/", 12.0)])
    assert await meter.read("/home/me") == MachineLoad(50.0, 40.0, 80.0, 12.0)
    assert machine.readings == 2
    await meter.read("/")
    assert machine.readings == 3


async def test_the_disk_is_the_one_that_holds_the_path() -> None:
    disks = [disk("/", 1.0), disk("/home", 2.0), disk("/home/me", None), disk("/homes", 4.0)]
    meter = LoadMeter(Machine(), list, lambda: disks)
    assert (await meter.read("/var/lib")).disk == 1.0
    assert (await meter.read("/home/you")).disk == 2.0
    assert (await meter.read("/home/me/x")).disk is None
    assert (await LoadMeter(Machine(), list, list).read("/")) == MachineLoad(50.0, 40.0, None, None)


async def test_two_may_ask_at_once(mock_clock: MockClock) -> None:
    mock_clock.rate = 100
    meter = LoadMeter(Machine(), list, list)
    found: list[MachineLoad] = []

    async def ask() -> None:
        found.append(await meter.read("/"))

    async with trio.open_nursery() as nursery:
        nursery.start_soon(ask)
        nursery.start_soon(ask)
    assert [load.cpu for load in found] == [50.0, 50.0]


async def test_what_the_work_itself_uses_does_not_count() -> None:
    """One core, half busy in each reading; of its 10 seconds the model server used 3, then all 5 that were busy."""
    readings = [ServerReading(float(at), 7, {7: used}, None) for at, used in ((0, 0.0), (10, 3.0), (20, 8.0))]
    meter = LoadMeter(Machine(), list, list, lambda: readings.pop(0))
    assert (await meter.read("/")).cpu == 20.0
    assert (await meter.read("/")).cpu == 0.0
