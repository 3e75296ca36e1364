"""Tasks: split by a planner, done by models, checked by others, joined, and never lost.

Frames: `task:create`, `get`, `list`, `update`, `delete`, `restore`, `plan`, `run`, `pause`, `resume`, `cancel`,
`retry`, `dependency:add`, `dependency:remove`, `logs`, `stats`, `brakes`, `approve`, `approvals`; `task:subscribe`
and `unsubscribe` with `task:update`, `task:approval` and `task:streaming`; `task:list:subscribe` and `unsubscribe` with
`task:changed`; `execution-log:list`, `execution-log:subscribe` and `unsubscribe` with `execution-log:changed`;
`subtask:create`, `get`, `list`, `update`, `delete`, `reorder`.
Tables: `task`, `task_dependency`, `subtask`, `subtask_dependency`, `task_step`, `task_log`, `task_approval`,
`model_quality`. What happens next is decided by `machine`, a pure function; `runner` and `running` carry it out and
store each step before it begins and after it ends; `workers` are the models; what people ask comes in by `lifecycle`
and the handlers; `publisher` tells what has become of it.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import cache, partial
from typing import NamedTuple

import trio

from orchd.entity import Owner
from orchd.entity.wire import EntityRooms, FollowHandlers
from orchd.features.feature import OpenFeatures, OwnedWork, Services
from orchd.features.models import Models
from orchd.features.monitoring import LoadMeter
from orchd.features.presence import Presence
from orchd.features.task.core.causes import TaskCause
from orchd.features.task.core.rows import QUESTIONS, ApprovalKind
from orchd.features.task.engine.lifecycle import Lifecycle
from orchd.features.task.engine.load_shedding import Brakes
from orchd.features.task.engine.runner import Runner
from orchd.features.task.log import handlers as log_handlers
from orchd.features.task.log.live import LiveLog
from orchd.features.task.service import running_tasks
from orchd.features.task.store.listing_queries import everybodys_statuses
from orchd.features.task.store.news_queries import TaskNews, task_news
from orchd.features.task.store.queries import TASK_SOURCE, model_quality, task_owner
from orchd.features.task.store.removal_queries import purge_tasks
from orchd.features.task.wire import handlers, live_handlers, live_tasks, subtask_handlers
from orchd.features.task.wire.handlers import TaskHandlers
from orchd.features.task.wire.live_messages import TaskFound
from orchd.features.task.wire.messages import TaskCreate
from orchd.features.task.wire.publisher import Publisher
from orchd.features.task.workers import workers as step_workers
from orchd.features.text import Texts
from orchd.features.usage import UsageAccounts
from orchd.features.verification import Verification
from orchd.guard import Supervisor
from orchd.protocol.command import AnyCommand
from orchd.protocol.router import Serve
from orchd.settings.task import TaskSettings

__all__ = [
    "COMMANDS",
    "QUESTIONS",
    "TASK_SOURCE",
    "ApprovalKind",
    "OpenTasks",
    "TaskCause",
    "TaskCreate",
    "TaskFound",
    "TaskHandlers",
    "TaskNews",
    "open_tasks",
    "purge_tasks",
    "task_news",
    "task_owner",
]


COMMANDS: tuple[AnyCommand, ...] = (
    *handlers.COMMANDS,
    *live_handlers.COMMANDS,
    *live_tasks.COMMANDS,
    *subtask_handlers.COMMANDS,
    *log_handlers.COMMANDS,
)


class OpenTasks(NamedTuple):
    """Tasks, at work."""

    work: OwnedWork
    tell_changes: Callable[[Callable[[int], None]], None]
    """Have a function called with the id of each task that something has become of. It never waits."""
    found_of: Callable[[Owner, int], Awaitable[TaskFound]]
    """What somebody sees of a task. Raises `NotFound`."""
    statuses: Callable[[], Awaitable[dict[str, int]]]
    """How many tasks of all users are in each status. Raises `Unavailable`."""
    asking: TaskHandlers
    """By which others have tasks done."""
    drained: trio.Event
    """Set once this daemon works on no task any more, since it stops."""


@asynccontextmanager
async def open_tasks(
    services: Services,
    settings: TaskSettings,
    presence: Presence,
    load: LoadMeter,
    models: Models,
    texts: Texts,
    verification: Verification,
    usage: UsageAccounts,
    rooms: EntityRooms,
) -> AsyncIterator[OpenFeatures[OpenTasks]]:
    """Run tasks, and tell what becomes of them, while the block lasts."""
    feed = rooms.feed
    database = services.database
    helpers = services.backends, models, texts, verification, services.workers
    workers = cache(lambda: step_workers.make_workers(database, *helpers))  # with the first step
    models.add_quality(lambda task_type: database.read(model_quality, task_type))
    publisher = Publisher(database, services.hub, feed)
    async with (
        trio.open_nursery() as nursery,
        running_tasks(services, settings, presence, load, workers, publisher, usage) as (runner, brakes),
    ):
        usage.tell_relief(runner.wake_all)
        supervisor = Supervisor(nursery, services.troubles)
        supervisor.keep("updates of tasks", publisher.run)
        feed.register(LiveLog())
        publisher.tell_changes(lambda _: feed.look())
        drained = trio.Event()
        work = OwnedWork(
            runner.owned.take_over, partial(_drain, runner, drained), publisher.tells, lambda: len(runner.owned.work)
        )
        lifecycle = Lifecycle(database, runner, publisher)
        tasks = TaskHandlers(database, services.backends, lifecycle, rooms.max_rows)
        logs = log_handlers.COMMANDS.bind(log_handlers.LogHandlers(database, feed))
        statuses = partial(database.read, everybodys_statuses)
        door = OpenTasks(work, publisher.tell_changes, tasks.found_of, statuses, tasks, drained)
        listed = live_tasks.COMMANDS.bind(FollowHandlers(live_tasks.FOLLOWING, live_tasks.LiveTasks(), feed))
        yield OpenFeatures(door, {**answers(services, tasks, lifecycle, publisher, brakes), **listed, **logs})
        nursery.cancel_scope.cancel()


async def _drain(runner: Runner, drained: trio.Event, hurried: trio.Event) -> None:
    try:
        await runner.drain(hurried)
    finally:
        drained.set()


def answers(
    services: Services, tasks: handlers.TaskHandlers, lifecycle: Lifecycle, publisher: Publisher, brakes: Brakes
) -> dict[str, Serve]:
    """Return what answers each command."""
    database, backends = services.database, services.backends
    return {
        **handlers.COMMANDS.bind(tasks),
        **live_handlers.COMMANDS.bind(live_handlers.LiveHandlers(database, lifecycle, publisher, brakes)),
        **subtask_handlers.COMMANDS.bind(subtask_handlers.SubtaskHandlers(database, backends, lifecycle)),
    }
