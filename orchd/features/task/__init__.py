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
from orchd.features.task.wire import live_messages, messages, subtask_messages
from orchd.features.task.wire.handlers import TaskHandlers
from orchd.features.task.wire.live_handlers import LiveHandlers
from orchd.features.task.wire.publisher import Publisher
from orchd.features.task.wire.subtask_handlers import SubtaskHandlers
from orchd.features.task.workers.workers import hire
from orchd.features.text import Texts
from orchd.features.verification import Verification
from orchd.guard import Supervisor
from orchd.protocol.exchange import Exchange
from orchd.protocol.router import Handler
from orchd.protocol.types import ClientPayload

__all__ = ["FEATURE"]


@asynccontextmanager
async def open_feature(house: House) -> AsyncIterator[Mapping[type[ClientPayload], Handler]]:
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
        yield handlers(house, lifecycle, publisher)
        nursery.cancel_scope.cancel()


def handlers(house: House, lifecycle: Lifecycle, publisher: Publisher) -> Mapping[type[ClientPayload], Handler]:
    """Return who answers which frame."""
    tasks = TaskHandlers(house.database, lifecycle)
    subtasks = SubtaskHandlers(house.database, lifecycle)
    live = LiveHandlers(house.database, lifecycle, publisher)
    return {
        messages.TaskCreate: tasks.create,
        messages.TaskGet: tasks.get,
        messages.TaskList: tasks.list,
        messages.TaskUpdate: tasks.update,
        messages.TaskDelete: tasks.delete,
        messages.TaskPlan: tasks.plan,
        messages.TaskRun: tasks.run,
        messages.TaskPause: tasks.pause,
        messages.TaskResume: tasks.resume,
        messages.TaskCancel: tasks.cancel,
        messages.TaskRetry: tasks.retry,
        messages.TaskDependencyAdd: tasks.add_dependency,
        messages.TaskDependencyRemove: tasks.remove_dependency,
        subtask_messages.SubtaskCreate: subtasks.create,
        subtask_messages.SubtaskGet: subtasks.get,
        subtask_messages.SubtaskList: subtasks.list,
        subtask_messages.SubtaskUpdate: subtasks.update,
        subtask_messages.SubtaskDelete: subtasks.delete,
        subtask_messages.SubtaskReorder: subtasks.reorder,
        live_messages.TaskSubscribe: live.subscribe,
        live_messages.TaskUnsubscribe: live.unsubscribe,
        live_messages.TaskApprove: live.approve,
        live_messages.TaskApprovals: live.approvals,
        live_messages.TaskLogs: live.logs,
        live_messages.TaskStats: live.stats,
    }


FEATURE = Feature(
    name="task",
    prefixes=("task:", "subtask:"),
    client={
        "task:create": messages.TaskCreate,
        "task:get": messages.TaskGet,
        "task:list": messages.TaskList,
        "task:update": messages.TaskUpdate,
        "task:delete": messages.TaskDelete,
        "task:plan": messages.TaskPlan,
        "task:run": messages.TaskRun,
        "task:pause": messages.TaskPause,
        "task:resume": messages.TaskResume,
        "task:cancel": messages.TaskCancel,
        "task:retry": messages.TaskRetry,
        "task:dependency:add": messages.TaskDependencyAdd,
        "task:dependency:remove": messages.TaskDependencyRemove,
        "task:subscribe": live_messages.TaskSubscribe,
        "task:unsubscribe": live_messages.TaskUnsubscribe,
        "task:approve": live_messages.TaskApprove,
        "task:approvals": live_messages.TaskApprovals,
        "task:logs": live_messages.TaskLogs,
        "task:stats": live_messages.TaskStats,
        "subtask:create": subtask_messages.SubtaskCreate,
        "subtask:get": subtask_messages.SubtaskGet,
        "subtask:list": subtask_messages.SubtaskList,
        "subtask:update": subtask_messages.SubtaskUpdate,
        "subtask:delete": subtask_messages.SubtaskDelete,
        "subtask:reorder": subtask_messages.SubtaskReorder,
    },
    server={
        "task:create": messages.TaskCreated,
        "task:get": live_messages.TaskFound,
        "task:list": messages.TaskPage,
        "task:update": messages.TaskUpdated,
        "task:delete": messages.TaskDeleted,
        "task:plan": messages.TaskPlanStarted,
        "task:run": messages.TaskRunStarted,
        "task:pause": messages.TaskPaused,
        "task:resume": messages.TaskResumed,
        "task:cancel": messages.TaskCancelled,
        "task:retry": messages.TaskRetried,
        "task:dependency:add": messages.TaskDependencyAdded,
        "task:dependency:remove": messages.TaskDependencyRemoved,
        "task:subscribed": live_messages.TaskSubscribed,
        "task:unsubscribed": live_messages.TaskUnsubscribed,
        "task:streaming": live_messages.TaskStreaming,
        "task:approval": live_messages.TaskApproval,
        "task:approve": live_messages.TaskApproved,
        "task:approvals": live_messages.TaskApprovalPage,
        "task:logs": live_messages.TaskLogPage,
        "task:stats": live_messages.TaskStatistics,
        "subtask:create": subtask_messages.SubtaskCreated,
        "subtask:get": subtask_messages.SubtaskFound,
        "subtask:list": subtask_messages.SubtaskPage,
        "subtask:update": subtask_messages.SubtaskUpdated,
        "subtask:delete": subtask_messages.SubtaskDeleted,
        "subtask:reorder": subtask_messages.SubtaskReordered,
    },
    exchanges={
        "task:subscribe": Exchange(
            "task:subscribed", pushes=("task:update", "task:approval", "task:streaming", "task:unsubscribed")
        ),
        "task:unsubscribe": Exchange("task:unsubscribed"),
    },
    open=open_feature,
)
