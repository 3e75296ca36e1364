"""Brakes: no new work while the machine is over its limits; it goes on by itself once there is room again.

The processor counts as over its limit after two samples in a row, so that a short peak stops nothing; the others at
once. While a model of this machine works for this daemon and its server can't be told from the other processes
(another user's, another container's), the processor's load is taken for that work and brakes nothing. A disk stops work
only when it is nearly full; that it fills up is said before. What is over its limit stays so until a sample is
`HYSTERESIS` points below, so that work does not stop and go at the edge. Samples are taken while there are tasks, and
one before the first is begun. What the machine does not tell brakes nothing. Tasks also wait while no model server
answers: their attempts are for models that fail; and while the database's disk has no room for anything new.
"""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

import structlog
import trio

from orchd.errors import Unavailable
from orchd.features.monitoring import MachineLoad
from orchd.features.task.core.causes import BrakeName, Explanation, TaskBrakeCause, TaskCause, explain
from orchd.guard import Troubles
from orchd.wakeup import Signal

SAMPLE_SECONDS = 5.0
NEVER = 100.0
"""The limit, in percent, that is never passed."""
HYSTERESIS = 5.0
LEAST_FREE_BYTES = 1_000_000_000
"""Less than this free on the disk brakes as well, unless it never brakes."""
DISK_WARNING = 85.0
TOLD_APART = 5.0
"""Percent of the processor from which on a model server is taken to have been found among the processes."""
NO_SERVER = "no model server answers"
NO_ROOM = "the database's disk has no room for anything new"
DISK = "disk space"
"""What the health pages call it."""
PATIENCE = {"cpu": 2, "memory": 1, "vram": 1, "disk": 1}
"""Samples over a limit before it counts."""


class BrakeLimits(NamedTuple):
    """Percent; 100 never brakes."""

    cpu: float = 80.0
    memory: float = 90.0
    vram: float = 100.0
    disk: float = 97.0


_NAMES: dict[BrakeName, str] = {"cpu": "processor", "memory": "memory", "vram": "graphics memory", "disk": "disk"}
_SETTINGS = {name: f"task.brake{name.capitalize()}" for name in _NAMES}


class LoadGate:
    """Says from a row of samples whether to brake, and why. Never waits."""

    def __init__(self, limits: BrakeLimits) -> None:
        self._limits = limits
        self._over: dict[BrakeName, int] = dict.fromkeys(_NAMES, 0)
        self.reason: str | None = None
        self.causes: list[TaskBrakeCause] = []
        """The same for programs."""

    def update(self, load: MachineLoad, *, working: bool = False) -> str | None:
        """Take a sample; return why to brake, None for going on. `working`: models of this machine worked for us."""
        if working and (load.own_cpu or 0.0) < TOLD_APART:
            load = load._replace(cpu=None)
        reasons = []
        self.causes = []
        for name, words in _NAMES.items():
            value: float | None = getattr(load, name)
            limit: float = getattr(self._limits, name)
            self._over[name] = self._count(name, value, limit)
            if value is not None and self._over[name] >= PATIENCE[name]:
                self.causes.append(TaskBrakeCause(name, min(100.0, max(0.0, value)), limit))
                reasons.append(f"{words} {value:.0f} % in use, limit {limit:g} % ({_SETTINGS[name]})")
        free = load.disk_free
        if free is not None and free < LEAST_FREE_BYTES and self._limits.disk < NEVER:
            self.causes.append(TaskBrakeCause("disk_space", None, None))
            reasons.append(f"disk nearly full, {free / 1e9:.1f} GB free")
        self.reason = "the machine is busy: " + "; ".join(reasons) if reasons else None
        return self.reason

    def _count(self, name: BrakeName, value: float | None, limit: float) -> int:
        """Return how many samples in a row were over a limit, or how many it took while it counts as passed."""
        over = self._over[name]
        if value is None or limit >= NEVER:
            return 0
        if value > limit:
            return over + 1
        return over if over >= PATIENCE[name] and value > limit - HYSTERESIS else 0


class DiskWatch:
    """Warns when the disk fills up, in the log and on the health pages, until there is room again."""

    def __init__(self, limit: float, troubles: Troubles) -> None:
        self._limit = limit
        self._troubles = troubles
        self._warned = False

    def update(self, load: MachineLoad) -> None:
        """Take a sample."""
        if load.disk is None:
            return
        if not self._warned and load.disk > DISK_WARNING:
            self._warned = True
            structlog.get_logger().warning("disk fills up", percent=load.disk, tasks_stop_at=self._limit)
            self._troubles.note_failure(DISK, f"{load.disk:.0f} % in use; tasks stop at {self._limit:g} %")
        elif self._warned and load.disk < DISK_WARNING - HYSTERESIS:
            self._warned = False
            self._troubles.begun_again(DISK)


class Brakes:
    """The brakes of this daemon. `read` takes a sample of the machine, `answers` says whether any model server does,
    `works` whether one of this machine is at work for this daemon, and `demand_room` raises `Unavailable` where the
    database has no room for anything new."""

    def __init__(
        self,
        limits: BrakeLimits,
        read: Callable[[], Awaitable[MachineLoad]],
        answers: Callable[[], bool] = lambda: True,
        works: Callable[[], bool] = lambda: False,
        troubles: Troubles | None = None,
        demand_room: Callable[[], Awaitable[None]] = trio.lowlevel.checkpoint,
    ) -> None:
        self.limits = limits
        self._demand_room = demand_room
        self._judge = LoadGate(limits)
        self._read = read
        self._answers = answers
        self._works = works
        self._working = False
        self._disk = DiskWatch(limits.disk, troubles or Troubles())
        self._reason: str | None = None
        self._causes: list[TaskBrakeCause] = []
        self._one = trio.Lock()
        self._wanted = Signal()
        self._sampled_at = float("-inf")
        self._turns = 0

    def reason(self) -> str | None:
        """Return why no new work may begin, None when it may. Never waits."""
        return self._reason

    def causes(self) -> list[TaskBrakeCause]:
        """Return the same for programs; nothing while new work may begin. Never waits."""
        return self._causes

    def hold(self) -> Explanation | None:
        """Return both, for the tasks that wait for it. Never waits."""
        return None if self._reason is None else explain(self._reason, TaskCause("brakes", brakes=self._causes))

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
            working = self._working or self._works()
            load = await self._read()
            self._working = self._works()
            self._disk.update(load)
            busy, before = self._judge.update(load, working=working or self._working), self._reason
            lack, answers = await self._lack(), self._answers()
            self._reason = lack or (busy if answers else NO_SERVER)
            self._causes = (
                [TaskBrakeCause("database_space" if lack else "no_server", None, None)] if lack or not answers else []
            )
            self._causes = self._causes or self._judge.causes
            self._turns += (before is None) != (self._reason is None)
            self._sampled_at = trio.current_time()

    async def _lack(self) -> str | None:
        """Return that the database has no room, if it has none. One that is away is waited for elsewhere."""
        try:
            await self._demand_room()
        except Unavailable as refused:
            return NO_ROOM if refused.reason == "storage_full" else None
        return None
