"""Tasks: split by a planner, done by models, checked by others, joined, and never lost.

Frames: `task:create`, `get`, `list`, `update`, `delete`, `plan`, `run`, `pause`, `resume`, `cancel`, `retry`,
`dependency:add`, `dependency:remove`, `logs`, `stats`, `approve`, `approvals`; `task:subscribe` and `unsubscribe` with
`task:update`, `task:approval` and `task:streaming`; `subtask:create`, `get`, `list`, `update`, `delete`, `reorder`.
Tables: `task`, `task_dependency`, `subtask`, `subtask_dependency`, `task_step`, `task_log`, `task_approval`,
`model_quality`. What happens next is decided by `machine`, a pure function; `runner` and `running` carry it out and
store each step before it begins and after it ends; `workers` are the models; people's wishes come in by `lifecycle` and
the handlers; `publisher` tells what has become of it.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import trio

from orchd.features.feature import Feature, House
from orchd.features.models import Models
from orchd.features.task.engine.lifecycle import Lifecycle
from orchd.features.task.service import running_tasks
from orchd.features.task.wire import handlers, live_handlers, subtask_handlers
from orchd.features.task.wire.publisher import Publisher
from orchd.features.task.workers.workers import hire
from orchd.features.text import Texts
from orchd.features.verification import Verification
from orchd.guard import Supervisor
from orchd.protocol.router import Serve
from orchd.storage import Database

__all__ = ["FEATURE"]


@asynccontextmanager
async def open_feature(house: House) -> AsyncIterator[Mapping[str, Serve]]:
    """Run tasks, and tell what becomes of them, while the block lasts."""
    workers = hire(
        house.database, house.backends, house.door(Models), house.door(Texts), house.door(Verification), house.workers
    )
    publisher = Publisher(house.database, house.hub)
    house.follows.append(publisher.tells)
    async with trio.open_nursery() as nursery, running_tasks(house, workers, publisher) as lifecycle:
        supervisor = Supervisor(nursery, house.troubles)
        supervisor.keep("updates of tasks", publisher.run)
        supervisor.keep("updates by others", publisher.watch)
        yield answers(house.database, lifecycle, publisher)
        nursery.cancel_scope.cancel()


def answers(database: Database, lifecycle: Lifecycle, publisher: Publisher) -> dict[str, Serve]:
    """Return what answers each command."""
    return {
        **handlers.COMMANDS.bind(handlers.TaskHandlers(database, lifecycle)),
        **live_handlers.COMMANDS.bind(live_handlers.LiveHandlers(database, lifecycle, publisher)),
        **subtask_handlers.COMMANDS.bind(subtask_handlers.SubtaskHandlers(database, lifecycle)),
    }


COMMANDS = (*handlers.COMMANDS, *live_handlers.COMMANDS, *subtask_handlers.COMMANDS)
FEATURE = Feature("task", open_feature, COMMANDS)
