from types import SimpleNamespace

from orchd.features.monitoring.gpu import RETRY_SECONDS, Nvidia
from orchd.features.monitoring.messages import MonitoringGpu


class NvmlError(Exception):
    """What the fake driver raises."""


class FakeNvml:
    """A driver with two cards; the second knows little of itself."""

    NVMLError: type[Exception] = NvmlError

    def __init__(self) -> None:
        self.loaded = True
        self.inits = 0

    def _need(self, supported: bool = True) -> None:
        if not self.loaded or not supported:
            raise NvmlError

    def nvmlInit(self) -> None:  # noqa: N802  # the library's names
        self.inits += 1
        self._need()

    def nvmlShutdown(self) -> None:  # noqa: N802
        self._need()

    def nvmlDeviceGetCount(self) -> int:  # noqa: N802
        self._need()
        return 2

    def nvmlDeviceGetHandleByIndex(self, index: int, /) -> object:  # noqa: N802
        self._need()
        return index

    def nvmlDeviceGetName(self, handle: object, /) -> str | bytes:  # noqa: N802
        self._need()
        return b"Old card" if handle else "NVIDIA GeForce RTX 4090"

    def nvmlDeviceGetMemoryInfo(self, handle: object, /) -> SimpleNamespace:  # noqa: N802
        self._need(handle == 0)
        return SimpleNamespace(total=24 * 2**30, used=2**30)

    def nvmlDeviceGetUtilizationRates(self, handle: object, /) -> SimpleNamespace:  # noqa: N802
        self._need(handle == 0)
        return SimpleNamespace(gpu=37)

    def nvmlDeviceGetTemperature(self, handle: object, sensor: int, /) -> int:  # noqa: N802
        self._need(handle == 0)
        return 55 + sensor

    def nvmlDeviceGetPowerUsage(self, handle: object, /) -> int:  # noqa: N802
        self._need(handle == 0)
        return 123_400


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_what_a_card_does_not_tell_is_null() -> None:
    assert Nvidia(FakeNvml)() == [
        MonitoringGpu("NVIDIA", "NVIDIA GeForce RTX 4090", 24 * 2**30, 2**30, 37.0, 55.0, 123.4),
        MonitoringGpu("NVIDIA", "Old card", None, None, None, None, None),
    ]


def test_a_driver_that_is_away_is_tried_once_a_minute() -> None:
    driver, clock = FakeNvml(), Clock()
    driver.loaded = False
    nvidia = Nvidia(lambda: driver, clock)
    for _ in range(5):
        assert nvidia() == []
        clock.now += 1
    assert driver.inits == 1
    driver.loaded = True
    clock.now += RETRY_SECONDS
    assert len(nvidia()) == len(nvidia()) == 2
    assert driver.inits == 2


def test_a_driver_that_goes_away_is_let_go_and_found_again() -> None:
    driver, clock = FakeNvml(), Clock()
    nvidia = Nvidia(lambda: driver, clock)
    nvidia()
    driver.loaded = False
    nvidia()
    assert nvidia() == []
    driver.loaded = True
    assert nvidia() == []
    clock.now += RETRY_SECONDS
    assert len(nvidia()) == 2


def test_without_the_library_there_are_no_cards() -> None:
    tries = 0

    def load() -> FakeNvml:
        nonlocal tries
        tries += 1
        raise ImportError

    nvidia = Nvidia(load)
    assert nvidia() == nvidia() == []
    assert tries == 1


def test_this_machine_answers_with_or_without_cards() -> None:
    assert all(card.vendor == "NVIDIA" and card.model for card in Nvidia()())
