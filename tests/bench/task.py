"""Tasks: what the orchestrator itself costs, with models that take no time, on SQLite."""

import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import cast

import trio

from orchd.entity import LOCAL_OWNER, Belonging
from orchd.entity.wire import ChangeFeed
from orchd.features.task.core.actions import StepLimits
from orchd.features.task.core.results import PlannedSubtask
from orchd.features.task.engine.lifecycle import Lifecycle
from orchd.features.task.engine.load_shedding import Brakes
from orchd.features.task.store import listing_queries
from orchd.features.task.store.listing_queries import TaskFilter
from orchd.features.task.wire.handlers import TaskHandlers
from orchd.features.task.wire.live_handlers import LiveHandlers
from orchd.features.task.wire.live_messages import TaskStats
from orchd.features.task.wire.messages import TaskList
from orchd.features.task.wire.publisher import Follower, Publisher
from orchd.hub import Hub
from orchd.llm import Backends
from orchd.protocol.identity import LOCAL
from orchd.protocol.router import Context
from orchd.storage import Database, Statement, Steps, open_database
from tests.bench.report import Row
from tests.features.task.hands import Hands, add_subtasks, at_once, create, working
from tests.fix_chat import FakePeer

CHAIN = [PlannedSubtask(f"part {place}", "Do it", [place - 1] if place else []) for place in range(50)]
"""Nothing can be done at once, so that each step pays for its own commits."""

BROAD = [PlannedSubtask(f"part {place}", "Do it") for place in range(50)]
TASKS, STORED, SUBSCRIBERS, ROUNDS = 20, 10_000, 1_000, 50
SPREAD = ("completed", "completed", "completed", "failed", "cancelled", "waiting", "paused", "pending")


async def run_tasks(database: Database, plan: Sequence[PlannedSubtask], count: int) -> tuple[float, int]:
    """Return the seconds from the first claim to the last end, and how many steps that were."""
    ids = [await database.write(create, f"task {number}") for number in range(count)]
    hands = Hands(plan, script=at_once)
    started = time.perf_counter()
    async with working(database, hands, limits=StepLimits(parallel=4)) as works:
        while works.runner.owned.work or sum(hands.done.values()) < count:
            with trio.move_on_after(0.002):  # the last change comes a moment before the task is let go of
                await works.ears.change()
        seconds = time.perf_counter() - started
        for task_id in ids:
            assert (await works.task(task_id)).status == "completed"
    return seconds, sum(hands.done.values())


def store_many(count: int) -> Steps[None]:
    """Tasks of all kinds with four subtasks each, as years of use leave them."""
    for number in range(count):
        task_id = yield from create(f"task {number}", ready=False)
        yield from add_subtasks(task_id, "a", "b", "c", "d")
        yield Statement(
            "UPDATE task SET status = ?, calls = 10, tokens = 1000, seconds = 5.5, started_at = ?, completed_at = ?,"
            " updated_at = ? WHERE id = ?",
            (SPREAD[number % len(SPREAD)], number, 2 * number, number, task_id),
        )


async def median_ms(work: Callable[[], Awaitable[object]]) -> float:
    taken = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        await work()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken) * 1000


async def stored(database: Database) -> list[Row]:
    """What people wait for when there are many tasks."""
    await database.write(store_many, STORED)
    publisher = Publisher(database, hub := Hub(), ChangeFeed(database, hub))
    lifecycle, nobody = cast(Lifecycle, None), cast(Context, None)  # neither is asked
    tasks = TaskHandlers(database, Backends([]), lifecycle, 1_000_000)
    live = LiveHandlers(database, lifecycle, publisher, cast(Brakes, None))
    told = await update_all(database, publisher)
    return [
        Row(f"task:list of {STORED}, ms (at most 20)", None, await median_ms(lambda: tasks.list(nobody, TaskList()))),
        Row(f"task:stats of {STORED}, ms (at most 20)", None, await median_ms(lambda: live.stats(nobody, TaskStats()))),
        *told,
    ]


async def update_all(database: Database, publisher: Publisher) -> list[Row]:
    """One task with many subscribers changes."""
    task_id = (await database.read(listing_queries.page, LOCAL_OWNER, TaskFilter(), 1, None))[0].task.id
    peers = [FakePeer() for _ in range(SUBSCRIBERS)]
    async with trio.open_nursery() as nursery:
        nursery.start_soon(publisher.run)
        for peer in peers:
            publisher.subscribe(task_id, Belonging(0), Follower(peer, LOCAL, 0), streaming=False)
        await all_told(peers)
        encoded, started = 0, time.perf_counter()
        for _ in range(ROUNDS):
            for peer in peers:
                peer.latest.clear()
            await database.write(touch, task_id)
            publisher.on_change(task_id)
            await all_told(peers)
            encoded += len({id(frame) for peer in peers for frame in peer.latest.values()})
        seconds = time.perf_counter() - started
        nursery.cancel_scope.cancel()
    return [
        Row(f"task:update to {SUBSCRIBERS}, encodings each", None, encoded / ROUNDS),
        Row(f"task:update to {SUBSCRIBERS}, ms each", None, seconds / ROUNDS * 1000),
    ]


def touch(task_id: int) -> Steps[None]:
    yield Statement("UPDATE task SET version = version + 1 WHERE id = ?", (task_id,))


async def all_told(peers: list[FakePeer]) -> None:
    while not all(peer.latest for peer in peers):
        await trio.lowlevel.checkpoint()


async def measure() -> list[Row]:
    with tempfile.TemporaryDirectory() as directory:
        async with open_database(f"sqlite://{Path(directory)}/bench.db", pool_size=4, timeout=60.0) as database:
            await database.wait_ready()
            chain, chain_steps = await run_tasks(database, CHAIN, 1)
            broad, broad_steps = await run_tasks(database, BROAD, TASKS)
            rows = await stored(database)
    return [
        Row("a step after the other, ms each (at most 5)", None, chain / chain_steps * 1000),
        Row(f"{TASKS * len(BROAD)} subtasks of {TASKS} tasks, steps/s (at least 200)", None, broad_steps / broad),
        *rows,
    ]


def run() -> list[Row]:
    """Measure."""
    return trio.run(measure)
