"""Brakes: no new work while the machine is over its limits; it goes on by itself once there is room again.

The processor counts as over its limit after two samples in a row, so that a short peak stops nothing; the others at
once. What is over its limit stays so until a sample is `HYSTERESIS` points below, so that work does not stop and go at
the edge. Samples are taken while there are tasks, and one before the first is begun. What the machine does not tell
brakes nothing. Tasks also wait while no model server answers: their attempts are for models that fail.
"""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

import trio

from orchd.features.monitoring import MachineLoad
from orchd.wakeup import Signal

SAMPLE_SECONDS = 5.0
HYSTERESIS = 5.0
NO_SERVER = "no model server answers"
PATIENCE = {"cpu": 2, "memory": 1, "vram": 1, "disk": 1}
"""Samples over a limit before it counts."""


class BrakeLimits(NamedTuple):
    """Percent; 100 never brakes."""

    cpu: float = 80.0
    memory: float = 90.0
    vram: float = 95.0
    disk: float = 85.0


_NAMES = {"cpu": "processor", "memory": "memory", "vram": "graphics memory", "disk": "disk"}


class LoadGate:
    """Says from a row of samples whether to brake, and why. Never waits."""

    def __init__(self, limits: BrakeLimits) -> None:
        self._limits = limits
        self._over = dict.fromkeys(_NAMES, 0)
        self.reason: str | None = None

    def update(self, load: MachineLoad) -> str | None:
        """Take a sample; return why to brake, None for going on."""
        reasons = []
        for name, words in _NAMES.items():
            value: float | None = getattr(load, name)
            limit: float = getattr(self._limits, name)
            self._over[name] = self._count(name, value, limit)
            if value is not None and self._over[name] >= PATIENCE[name]:
                reasons.append(f"{words} {value:.0f} % in use, limit {limit:g} %")
        self.reason = "the machine is busy: " + "; ".join(reasons) if reasons else None
        return self.reason

    def _count(self, name: str, value: float | None, limit: float) -> int:
        """Return how many samples in a row were over a limit, or how many it took while it counts as passed."""
        over = self._over[name]
        if value is None or limit >= 100:
            return 0
        if value > limit:
            return over + 1
        return over if over >= PATIENCE[name] and value > limit - HYSTERESIS else 0


class Brakes:
    """The brakes of this daemon. `read` takes a sample of the machine, `answers` says whether any model server does."""

    def __init__(
        self,
        limits: BrakeLimits,
        read: Callable[[], Awaitable[MachineLoad]],
        answers: Callable[[], bool] = lambda: True,
    ) -> None:
        self._judge = LoadGate(limits)
        self._read = read
        self._answers = answers
        self._reason: str | None = None
        self._one = trio.Lock()
        self._wanted = Signal()
        self._sampled_at = float("-inf")
        self._turns = 0

    def reason(self) -> str | None:
        """Return why no new work may begin, None when it may. Never waits."""
        return self._reason

    async def fresh(self) -> None:
        """Make sure that there is a recent sample and that more follow: work is about to begin."""
        if trio.current_time() - self._sampled_at > 2 * SAMPLE_SECONDS:
            await self._sample()
        self._wanted.set()

    async def run(self, changed: Callable[[], None], wanted: Callable[[], bool]) -> None:
        """Take samples while there is work that is `wanted`, or while braking, until cancelled.

        Calls `changed` when the brakes come on or off.
        """
        told = 0
        while True:
            await self._wanted.wait()
            await trio.sleep(SAMPLE_SECONDS)
            await self._sample()
            if self._turns != told:  # since the last round: `fresh` takes samples as well
                told = self._turns
                changed()
            if self._reason is not None or wanted():
                self._wanted.set()

    async def _sample(self) -> None:
        async with self._one:
            busy, before = self._judge.update(await self._read()), self._reason
            self._reason = busy if self._answers() else NO_SERVER
            self._turns += (before is None) != (self._reason is None)
            self._sampled_at = trio.current_time()
