"""Puts the core of tasks together: runner, brakes, quality, and what people may ask of a task."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import trio

from orchd.features.feature import House
from orchd.features.models import Models
from orchd.features.monitoring import Load, LoadMeter
from orchd.features.presence import Presence
from orchd.features.task.core.actions import Limits
from orchd.features.task.core.work import Workers
from orchd.features.task.engine.lifecycle import Lifecycle
from orchd.features.task.engine.load_shedding import BrakeLimits, Brakes
from orchd.features.task.engine.quality import Quality
from orchd.features.task.engine.runner import Runner
from orchd.features.task.engine.running import Shop, Watcher
from orchd.guard import Supervisor


@asynccontextmanager
async def running_tasks(house: House, workers: Workers, watcher: Watcher) -> AsyncIterator[Lifecycle]:
    """Run tasks while the block lasts. Needs the doors of presence, monitoring and models."""
    options = house.options["task"]
    limits = Limits(options.max_attempts, options.parallel, options.retry_seconds)
    brake_limits = BrakeLimits(options.brake_cpu, options.brake_memory, options.brake_vram, options.brake_disk)
    servers = house.backends

    async def read() -> Load:
        await servers.wait_first_probe()  # before it nobody is known to answer
        return await house.door(LoadMeter).read(options.watched_path or "/")

    brakes = Brakes(brake_limits, read, lambda: any(server.ok for server in servers.health()))
    house.door(Models).add_quality(Quality(house.database).judged)
    shop = Shop(house.database, workers, watcher, house.epoch, limits, brakes.reason, brakes.fresh)
    async with trio.open_nursery() as nursery:
        supervisor = Supervisor(nursery, house.troubles)
        runner = Runner(shop, house.door(Presence), supervisor, options.max_running, house.settle)
        house.starts.append(runner.owned.take_over)
        house.drains.append(runner.drain)
        house.gauges["tasks"] = lambda: len(runner.owned.work)
        supervisor.keep("tasks", runner.run)
        runner.owned.serve(supervisor, "tasks")
        supervisor.keep("brakes", partial(brakes.run, runner.stir, lambda: bool(runner.owned.work)))
        yield Lifecycle(house.database, runner, watcher)
        nursery.cancel_scope.cancel()
