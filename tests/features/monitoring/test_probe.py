import threading

import psutil
import pytest
import trio
from structlog.testing import capture_logs

from orchd.features.monitoring.probe import REST_SECONDS, Probe, attempt


class Sensor:
    """Blocks its thread until released."""

    def __init__(self) -> None:
        self.calls = 0
        self.free = threading.Event()

    def __call__(self) -> int:
        self.calls += 1
        self.free.wait(60)
        return self.calls


async def test_a_sensor_that_answers_is_read_each_time() -> None:
    sensor = Sensor()
    sensor.free.set()
    probe = Probe("quick", sensor)
    for expected in (1, 2, 3):
        await probe.refresh(10)
        assert probe.value == expected


async def test_a_sensor_that_hangs_keeps_one_thread_and_is_read_again_when_it_is_back() -> None:
    sensor = Sensor()
    probe = Probe("hanging", sensor)
    with trio.fail_after(90):
        for _ in range(50):
            await probe.refresh(0.02)
            assert probe.value is None
        assert sensor.calls == 1
        sensor.free.set()
        while probe.value is None:
            await trio.sleep(0.01)
            await probe.refresh(10)
    assert probe.value == 2


async def test_while_a_sensor_hangs_asking_for_it_takes_no_time() -> None:
    sensor = Sensor()
    probe = Probe("hanging", sensor)
    await probe.refresh(0.02)
    with trio.fail_after(90):
        for _ in range(1_000):
            await probe.refresh(3_600)
    sensor.free.set()


async def test_cancelling_does_not_wait_for_the_thread() -> None:
    sensor = Sensor()
    probe = Probe("hanging", sensor)
    with trio.fail_after(90), trio.move_on_after(0.05) as scope:
        await probe.refresh(3_600)
    assert scope.cancelled_caught
    sensor.free.set()


async def test_an_unexpected_failure_is_logged_once_and_rests() -> None:
    calls = 0

    def read() -> int:
        nonlocal calls
        calls += 1
        raise KeyError("a column that this kernel does not have")

    probe = Probe("broken", read)
    with capture_logs() as logs:
        for _ in range(3):
            await probe.refresh(10)
            assert probe.value is None
    assert calls == 1
    assert [(entry["sensor"], type(entry["exc_info"])) for entry in logs] == [("broken", KeyError)]
    assert REST_SECONDS > 1


@pytest.mark.parametrize(
    "error", [FileNotFoundError(), PermissionError(), psutil.AccessDenied(1), psutil.NoSuchProcess(1), RuntimeError()]
)
def test_what_the_machine_does_not_have_is_none(error: Exception) -> None:
    def read() -> int:
        raise error

    assert attempt(read) is None
    assert attempt(lambda: 0) == 0


def test_a_defect_is_not_taken_for_a_missing_sensor() -> None:
    def read() -> int:
        raise KeyError

    with pytest.raises(KeyError):
        attempt(read)
