"""Puts the core of tasks together: the runner, and what holds it back while the machine is busy."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import NamedTuple

import trio

from orchd.features.feature import Services
from orchd.features.monitoring import LoadMeter, MachineLoad, works_here
from orchd.features.presence import Presence
from orchd.features.task.core.actions import StepLimits
from orchd.features.task.core.work import Workers
from orchd.features.task.engine.load_shedding import BrakeLimits, Brakes
from orchd.features.task.engine.runner import Runner
from orchd.features.task.engine.running import QuotaHolds, RunnerDeps, TaskListener
from orchd.guard import Supervisor
from orchd.settings.task import TaskSettings


class RunningTasks(NamedTuple):
    """What runs tasks, and what holds them back."""

    runner: Runner
    brakes: Brakes


@asynccontextmanager
async def running_tasks(
    services: Services,
    settings: TaskSettings,
    presence: Presence,
    meter: LoadMeter,
    workers: Callable[[], Workers],
    listener: TaskListener,
    quotas: QuotaHolds,
) -> AsyncIterator[RunningTasks]:
    """Run tasks while the block lasts."""
    limits = StepLimits(settings.max_attempts, settings.parallel, settings.retry_seconds)
    brake_limits = BrakeLimits(settings.brake_cpu, settings.brake_memory, settings.brake_vram, settings.brake_disk)
    servers = services.backends

    async def read() -> MachineLoad:
        await servers.wait_first_probe()  # before it nobody is known to answer
        return await meter.read(settings.watched_path or "/")

    brakes = Brakes(
        brake_limits,
        read,
        lambda: any(server.ok for server in servers.health()),
        lambda: works_here(servers.health(), servers.queue()),
        services.troubles,
        services.database.require_space,
    )
    deps = RunnerDeps(services.database, workers, listener, quotas, services.epoch, limits, brakes.hold, brakes.fresh)
    async with trio.open_nursery() as nursery:
        supervisor = Supervisor(nursery, services.troubles)
        runner = Runner(deps, presence, supervisor, settings.max_running, services.work_ended.set)
        supervisor.keep("tasks", runner.run)
        runner.owned.serve(supervisor, "tasks")
        supervisor.keep("brakes", partial(brakes.run, runner.wake_all, lambda: bool(runner.owned.work)))
        yield RunningTasks(runner, brakes)
        nursery.cancel_scope.cancel()
