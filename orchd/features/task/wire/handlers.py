"""Answers to the frames of tasks."""

from contextlib import suppress

from orchd.errors import Conflict
from orchd.features.task.core.rows import ENDED, TaskRow
from orchd.features.task.engine.lifecycle import Lifecycle
from orchd.features.task.engine.running import wall_clock
from orchd.features.task.store import editing_queries, listing_queries
from orchd.features.task.store.lifecycle_queries import existing
from orchd.features.task.store.listing_queries import Shown
from orchd.features.task.wire.drafts import changed_task, task_draft
from orchd.features.task.wire.live_messages import TaskFound
from orchd.features.task.wire.messages import (
    TaskCancel,
    TaskCancelled,
    TaskCreate,
    TaskCreated,
    TaskDelete,
    TaskDeleted,
    TaskDependencyAdd,
    TaskDependencyAdded,
    TaskDependencyRemove,
    TaskDependencyRemoved,
    TaskGet,
    TaskItem,
    TaskList,
    TaskPage,
    TaskPause,
    TaskPaused,
    TaskPlan,
    TaskPlanStarted,
    TaskResume,
    TaskResumed,
    TaskRetried,
    TaskRetry,
    TaskRun,
    TaskRunStarted,
    TaskUpdate,
    TaskUpdated,
)
from orchd.features.task.wire.views import approval_item, list_item, task_item, updated
from orchd.protocol.cursor import two_numbers
from orchd.protocol.page import fitting, page
from orchd.protocol.router import Context
from orchd.storage import Database, Steps


class TaskHandlers:
    """One method a frame."""

    def __init__(self, database: Database, lifecycle: Lifecycle) -> None:
        self._database = database
        self._lifecycle = lifecycle

    async def create(self, context: Context, data: TaskCreate) -> TaskCreated:
        """Answer `task:create`."""
        draft = task_draft(data, context.user)
        task_id = await self._database.write(editing_queries.create, draft, data.depends_on, wall_clock())
        return TaskCreated(await self._item(task_id))

    async def get(self, context: Context, data: TaskGet) -> TaskFound:
        """Answer `task:get`."""
        shown = await self._shown(data.task_id)
        whole = updated(shown, wall_clock())
        approvals = fitting(approval_item(one) for one in reversed(shown.approvals))[::-1]
        return TaskFound(task_item(shown.task, shown.depends_on), whole.subtasks, approvals)

    async def list(self, context: Context, data: TaskList) -> TaskPage:
        """Answer `task:list`."""
        before = two_numbers(data.cursor)
        rows = await self._database.read(listing_queries.page, data.status, data.limit + 1, before)
        return TaskPage(*page(rows, data.limit, list_item, lambda last: f"{last.updated_at}.{last.id}"))

    async def update(self, context: Context, data: TaskUpdate) -> TaskUpdated:
        """Answer `task:update`."""
        now = wall_clock()
        await self._database.write(_change, data, now)
        self._lifecycle.edited(data.task_id)
        return updated(await self._shown(data.task_id), now)

    async def delete(self, context: Context, data: TaskDelete) -> TaskDeleted:
        """Answer `task:delete`; a task that runs is ended first, if that is wanted."""
        task = await self._database.read(existing, data.task_id)
        if data.force and task.status not in ENDED:
            await self._ended(data.task_id)
        await self._database.write(editing_queries.remove, data.task_id, wall_clock())
        self._lifecycle.edited(data.task_id)
        return TaskDeleted(data.task_id)

    async def plan(self, context: Context, data: TaskPlan) -> TaskPlanStarted:
        """Answer `task:plan`."""
        return TaskPlanStarted(await self._of(await self._lifecycle.plan(data.task_id)))

    async def run(self, context: Context, data: TaskRun) -> TaskRunStarted:
        """Answer `task:run`."""
        return TaskRunStarted(await self._of(await self._lifecycle.run(data.task_id)))

    async def pause(self, context: Context, data: TaskPause) -> TaskPaused:
        """Answer `task:pause`."""
        return TaskPaused(await self._of(await self._lifecycle.pause(data.task_id)))

    async def resume(self, context: Context, data: TaskResume) -> TaskResumed:
        """Answer `task:resume`."""
        return TaskResumed(await self._of(await self._lifecycle.resume(data.task_id)))

    async def cancel(self, context: Context, data: TaskCancel) -> TaskCancelled:
        """Answer `task:cancel`, once its models are let go of."""
        return TaskCancelled(await self._of(await self._lifecycle.cancel(data.task_id)))

    async def retry(self, context: Context, data: TaskRetry) -> TaskRetried:
        """Answer `task:retry`."""
        return TaskRetried(await self._of(await self._lifecycle.retry(data.task_id)))

    async def add_dependency(self, context: Context, data: TaskDependencyAdd) -> TaskDependencyAdded:
        """Answer `task:dependency:add`."""
        await self._database.write(editing_queries.add_dependency, data.task_id, data.depends_on, wall_clock())
        self._lifecycle.edited(data.task_id)
        return TaskDependencyAdded(await self._item(data.task_id))

    async def remove_dependency(self, context: Context, data: TaskDependencyRemove) -> TaskDependencyRemoved:
        """Answer `task:dependency:remove`."""
        await self._database.write(editing_queries.remove_dependency, data.task_id, data.depends_on, wall_clock())
        self._lifecycle.edited(data.task_id)
        return TaskDependencyRemoved(await self._item(data.task_id))

    async def _ended(self, task_id: int) -> None:
        with suppress(Conflict):  # it has ended by itself meanwhile
            await self._lifecycle.cancel(task_id)

    async def _of(self, task: TaskRow) -> TaskItem:
        """Show a task as an answer to a person has left it."""
        return task_item(task, await self._database.read(listing_queries.depends_on, task.id))

    async def _item(self, task_id: int) -> TaskItem:
        return await self._of(await self._database.read(existing, task_id))

    async def _shown(self, task_id: int) -> Shown:
        return await self._database.read(_existing_shown, task_id)


def _existing_shown(task_id: int) -> Steps[Shown]:
    yield from existing(task_id)
    shown = yield from listing_queries.shown(task_id)
    assert shown is not None, "it was there in this transaction"
    return shown


def _change(data: TaskUpdate, now: int) -> Steps[None]:
    """Read and write in one transaction, so that two changes of different members don't undo each other."""
    old = yield from existing(data.task_id)
    yield from editing_queries.change(changed_task(old, data), now)
