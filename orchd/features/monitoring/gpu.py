"""NVIDIA cards by NVML, the driver's own library."""

import ctypes
import importlib
import sys
import time
from collections.abc import Callable
from typing import Protocol, TypeVar, cast

from orchd.features.monitoring.messages import MonitoringGpu

T = TypeVar("T")

DRIVER = "libnvidia-ml.so.1"
"""What pynvml loads on Linux."""

RETRY_SECONDS = 60.0
"""Between two tries to reach the driver: it may be loaded, or come back, while the daemon runs."""

TEMPERATURE_OF_GPU = 0
"""NVML_TEMPERATURE_GPU."""


class MemoryInfo(Protocol):
    """nvmlMemory_t, in bytes."""

    total: int
    used: int


class UtilizationRates(Protocol):
    """nvmlUtilization_t, in percent."""

    gpu: int


class Nvml(Protocol):
    """What is needed of the untyped module pynvml; its functions raise `NVMLError`."""

    NVMLError: type[Exception]

    def nvmlInit(self) -> None: ...  # noqa: N802  # pynvml's own names
    def nvmlShutdown(self) -> None: ...  # noqa: N802
    def nvmlDeviceGetCount(self) -> int: ...  # noqa: N802
    def nvmlDeviceGetHandleByIndex(self, index: int, /) -> object: ...  # noqa: N802
    def nvmlDeviceGetName(self, handle: object, /) -> str | bytes: ...  # noqa: N802
    def nvmlDeviceGetMemoryInfo(self, handle: object, /) -> MemoryInfo: ...  # noqa: N802
    def nvmlDeviceGetUtilizationRates(self, handle: object, /) -> UtilizationRates: ...  # noqa: N802
    def nvmlDeviceGetTemperature(self, handle: object, sensor: int, /) -> int: ...  # noqa: N802
    def nvmlDeviceGetPowerUsage(self, handle: object, /) -> int: ...  # noqa: N802


def import_nvml() -> Nvml:
    """Import pynvml where there is a driver: it is 15 ms and 7 000 lines that most machines have no use for.

    Raises `ImportError` where there is none.
    """
    if sys.platform == "linux":
        try:
            ctypes.CDLL(DRIVER)
        except OSError as error:
            raise ImportError(f"no {DRIVER}") from error
    return cast("Nvml", importlib.import_module("pynvml"))


class Nvidia:
    """Reads all NVIDIA cards. Called from one thread at a time; never from two."""

    def __init__(self, load: Callable[[], Nvml] = import_nvml, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._load = load
        self._monotonic = monotonic
        self._nvml: Nvml | None = None
        self._handles: list[object] | None = None
        self._retry_at = float("-inf")

    def __call__(self) -> list[MonitoringGpu]:
        """Return the cards, none when the driver is away. Blocks, for ever when the driver hangs."""
        if self._handles is None and self._monotonic() >= self._retry_at:
            self._connect()
        if self._nvml is None or self._handles is None:
            return []
        cards = [_card(self._nvml, handle) for handle in self._handles]
        if any(card.model is None for card in cards):  # the driver was unloaded, or a card fell off the bus
            self._disconnect(self._nvml)
        return cards

    def _connect(self) -> None:
        self._retry_at = self._monotonic() + RETRY_SECONDS
        try:
            self._nvml = nvml = self._nvml or self._load()
        except ImportError:
            return
        try:
            nvml.nvmlInit()
        except nvml.NVMLError:
            return
        try:
            self._handles = [nvml.nvmlDeviceGetHandleByIndex(index) for index in range(nvml.nvmlDeviceGetCount())]
        except nvml.NVMLError:
            self._disconnect(nvml)

    def _disconnect(self, nvml: Nvml) -> None:
        self._handles = None
        self._retry_at = self._monotonic() + RETRY_SECONDS
        _read_or_none(nvml, nvml.nvmlShutdown)


def _card(nvml: Nvml, handle: object) -> MonitoringGpu:
    """Read one card; each value may be unsupported by itself (memory on integrated ones, power on old ones)."""
    name = _read_or_none(nvml, lambda: nvml.nvmlDeviceGetName(handle))
    memory = _read_or_none(nvml, lambda: nvml.nvmlDeviceGetMemoryInfo(handle))
    rates = _read_or_none(nvml, lambda: nvml.nvmlDeviceGetUtilizationRates(handle))
    milliwatts = _read_or_none(nvml, lambda: nvml.nvmlDeviceGetPowerUsage(handle))
    return MonitoringGpu(
        vendor="NVIDIA",
        model=name.decode(errors="replace") if isinstance(name, bytes) else name,
        vram_total=None if memory is None else int(memory.total),
        vram_used=None if memory is None else int(memory.used),
        usage=None if rates is None else float(min(100, max(0, rates.gpu))),
        temperature=_read_or_none(nvml, lambda: float(nvml.nvmlDeviceGetTemperature(handle, TEMPERATURE_OF_GPU))),
        power_watts=None if milliwatts is None else milliwatts / 1000,
    )


def _read_or_none(nvml: Nvml, read: Callable[[], T]) -> T | None:
    try:
        return read()
    except nvml.NVMLError:
        return None
