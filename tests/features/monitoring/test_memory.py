import pytest
import trio

from orchd.features.monitoring import FreeMemory, MemoryMeter
from orchd.features.monitoring.messages import MonitoringGpu, MonitoringMemory

MAIN = MonitoringMemory(1000, 400, 600, 40.0, None, None)


def card(total: int | None, used: int | None) -> MonitoringGpu:
    return MonitoringGpu("NVIDIA", "card", total, used, None, None, None)


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """No sensor here hangs, but a busy machine may take its time."""
    monkeypatch.setattr("orchd.features.monitoring.memory.PATIENCE_SECONDS", 60.0)


async def test_this_machines_memory_is_read() -> None:
    free = await MemoryMeter().read()
    assert free.total is not None
    assert free.available is not None
    assert 0 < free.available <= free.total


async def test_cards_are_added_up_and_those_that_do_not_tell_left_out() -> None:
    meter = MemoryMeter(lambda: MAIN, lambda: [card(100, 30), card(None, None), card(50, 50)])
    assert await meter.read() == FreeMemory(1000, 600, 70)


async def test_no_card_is_not_no_memory() -> None:
    assert await MemoryMeter(lambda: MAIN, list).read() == FreeMemory(1000, 600, None)


async def test_two_may_ask_at_once() -> None:
    meter = MemoryMeter(lambda: MAIN, list)
    found: list[FreeMemory] = []

    async def ask() -> None:
        found.append(await meter.read())

    async with trio.open_nursery() as nursery:
        nursery.start_soon(ask)
        nursery.start_soon(ask)
    assert found == [FreeMemory(1000, 600, None)] * 2


async def test_a_sensor_that_fails_is_unknown() -> None:
    def broken() -> MonitoringMemory:
        raise OSError("no such file")

    assert await MemoryMeter(broken, lambda: [card(100, 0)]).read() == FreeMemory(None, None, 100)
