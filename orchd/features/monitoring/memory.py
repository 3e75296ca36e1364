"""How much memory is free now, for whoever is about to need much of it."""

from collections.abc import Callable
from typing import NamedTuple

import trio

from orchd.features.monitoring.counters import read_memory
from orchd.features.monitoring.gpu import Nvidia
from orchd.features.monitoring.messages import MonitoringGpu, MonitoringMemory
from orchd.features.monitoring.probe import Probe

PATIENCE_SECONDS = 2.0


class FreeMemory(NamedTuple):
    """Bytes; None where the machine does not tell, or has no graphics card that does."""

    total: int | None
    available: int | None
    vram_free: int | None


class MemoryMeter:
    """Reads memory on demand."""

    def __init__(
        self,
        main: Callable[[], MonitoringMemory] = read_memory,
        cards: Callable[[], list[MonitoringGpu]] | None = None,
    ) -> None:
        self._one = trio.Lock()
        self._main = Probe("memory", main)
        self._cards = Probe("graphics memory", cards or Nvidia())

    async def read(self) -> FreeMemory:
        """Read now. Waits PATIENCE_SECONDS at most for drivers that hang; raises nothing."""
        async with self._one, trio.open_nursery() as nursery:
            nursery.start_soon(self._main.refresh, PATIENCE_SECONDS)
            nursery.start_soon(self._cards.refresh, PATIENCE_SECONDS)
        main = self._main.value
        if main is None:
            return FreeMemory(None, None, _vram_free(self._cards.value))
        return FreeMemory(main.total, main.available, _vram_free(self._cards.value))


def _vram_free(cards: list[MonitoringGpu] | None) -> int | None:
    known = [
        card.vram_total - card.vram_used
        for card in cards or []
        if card.vram_total is not None and card.vram_used is not None
    ]
    return sum(known) if known else None
