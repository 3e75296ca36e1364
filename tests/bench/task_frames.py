"""Tasks as they are shown: pages and figures over ten thousand of them, and one change told to a thousand."""

import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path

import msgspec
import trio

from orchd.entity import LOCAL_OWNER, Belonging
from orchd.entity.wire import ChangeFeed
from orchd.features.task.store import listing_queries
from orchd.features.task.store.listing_queries import TaskFilter
from orchd.features.task.wire import views
from orchd.features.task.wire.publisher import Follower, Publisher
from orchd.hub import Hub
from orchd.protocol.identity import LOCAL
from orchd.storage import Database, Statement, Steps, open_database
from tests.bench.report import Row
from tests.features.chat.room import MemoryDatabase
from tests.features.task.desk import Screen
from tests.features.task.hands import add_subtasks, create

TASKS = 10_000
ROUNDS = 50
SUBSCRIBERS = 1000

_STATUSES = ("completed", "completed", "failed", "pending", "cancelled")


def fill(count: int) -> Steps[None]:
    """Insert tasks with texts as long as texts are."""
    for number in range(count):
        status = _STATUSES[number % len(_STATUSES)]
        yield Statement(
            "INSERT INTO task (user_id, title, description, priority, status, waits_for, reason, wish, ready,"
            " version, round, planned, auto_run, calls, tokens, seconds, result, result_notes, links_json, created_at,"
            " updated_at, started_at, completed_at)"
            " VALUES (0, ?, ?, 1, ?, '', '', '', 0, 1, 1, 0, 0, 5, 100, 2.5, ?, '', '[]', ?, ?, ?, ?)",
            (f"task {number}", "d" * 2000, status, "r" * 5000, number, number, number, number * 2),
        )


async def reading(database: Database) -> list[Row]:
    async def page() -> object:
        return [
            views.list_item(row)
            for row in await database.read(listing_queries.page, LOCAL_OWNER, TaskFilter(), 51, None)
        ]

    async def figures() -> object:
        return views.statistics(await database.read(listing_queries.figures, 0))

    return [
        Row(f"list of {TASKS} tasks p50, ms (at most 20)", None, await _median(page)),
        Row(f"stats of {TASKS} tasks p50, ms (at most 20)", None, await _median(figures)),
    ]


async def _median(ask: Callable[[], Awaitable[object]]) -> float:
    taken = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        msgspec.json.encode(await ask())
        taken.append(time.perf_counter() - started)
    return statistics.median(taken) * 1000


async def telling() -> list[Row]:
    """Tell all subscribers of one change."""
    with closing(MemoryDatabase(seconds=0)) as memory:
        task_id = await memory.write(create)
        await memory.write(add_subtasks, task_id, *(f"part {number}" for number in range(20)))
        hub = Hub()
        publisher, screens = Publisher(memory, hub, ChangeFeed(memory, hub)), [Screen() for _ in range(SUBSCRIBERS)]
        async with trio.open_nursery() as nursery:
            started = time.perf_counter()
            for screen in screens:
                publisher.subscribe(task_id, Belonging(0), Follower(screen, LOCAL, 0), streaming=False)
            nursery.start_soon(publisher.run)
            await screens[-1].until("task:update")
            seconds = time.perf_counter() - started
            nursery.cancel_scope.cancel()
    encoded = len({id(frame) for screen in screens for frame in screen.frames})
    return [
        Row(f"an update to {SUBSCRIBERS} subscribers, encodings", None, encoded),
        Row(f"an update to {SUBSCRIBERS} subscribers, ms", None, seconds * 1000),
    ]


async def measure() -> list[Row]:
    with tempfile.TemporaryDirectory() as directory:
        async with open_database(f"sqlite://{Path(directory)}/bench.db", pool_size=4, timeout=60.0) as database:
            await database.wait_ready()
            await database.write(fill, TASKS)
            rows = await reading(database)
    return rows + await telling()


def run() -> list[Row]:
    """Measure."""
    return trio.run(measure)
