"""Answers to the frames of tasks."""

from contextlib import suppress
from functools import partial

from msgspec import UNSET

from orchd.clock import unix_now
from orchd.entity import Owner, owner_of
from orchd.entity.wire import present_row_in_conflict
from orchd.errors import Conflict, TooLarge
from orchd.features.requester import require_models
from orchd.features.task.core.rows import ENDED, TaskRow
from orchd.features.task.engine.lifecycle import Lifecycle, PersonRequest
from orchd.features.task.store import editing_queries, lifecycle_queries, listing_queries, removal_queries
from orchd.features.task.store.listing_queries import TaskFilter, TaskSummary, ids_seen_by
from orchd.features.task.store.queries import changeable, find_seen, needed_by
from orchd.features.task.wire.drafts import checked_task
from orchd.features.task.wire.live_messages import TaskFound
from orchd.features.task.wire.messages import (
    UPDATE,
    TaskCancel,
    TaskCreate,
    TaskDelete,
    TaskDeleted,
    TaskDependencyAdd,
    TaskDependencyRemove,
    TaskGet,
    TaskItem,
    TaskList,
    TaskPage,
    TaskPause,
    TaskPlan,
    TaskReply,
    TaskRestore,
    TaskResume,
    TaskRetry,
    TaskRun,
    TaskUpdate,
    TaskUpdated,
)
from orchd.features.task.wire.views import list_item, task_item, task_update
from orchd.llm import Backends
from orchd.protocol.command import CHANGE, LOOKUP, Command, Commands
from orchd.protocol.cursor import two_numbers
from orchd.protocol.identity import Identity
from orchd.protocol.page import fitting, page
from orchd.protocol.router import Context
from orchd.protocol.types import unix_milliseconds
from orchd.storage import Database


class TaskHandlers:
    """One method a frame. `max_rows`: how many tasks one user may have."""

    def __init__(self, database: Database, backends: Backends, lifecycle: Lifecycle, max_rows: int) -> None:
        self._database = database
        self._max_rows = max_rows
        self._backends = backends
        self._lifecycle = lifecycle

    async def create(self, context: Context, data: TaskCreate) -> TaskReply:
        return await self.create_for(context.identity, data)

    async def create_for(self, who: Identity, data: TaskCreate) -> TaskReply:
        """Store a task of somebody."""
        owner, content = owner_of(who), checked_task(data)
        await require_models(self._backends, who, data.model)
        task_id = await self._database.write(
            editing_queries.create, owner, content, data.depends_on, unix_now(), self._max_rows
        )
        item = await self._item(owner, task_id)
        self._lifecycle.announce_edit(task_id)
        return TaskReply(item)

    async def get(self, context: Context, data: TaskGet) -> TaskFound:
        return await self.found_of(owner_of(context.identity), data.task_id)

    async def found_of(self, owner: Owner, task_id: int) -> TaskFound:
        """Return what somebody sees of a task. Raises `NotFound`."""
        shown = await self._database.read(listing_queries.seen_details, owner, task_id)
        needed = ids_seen_by(owner, shown.needed)
        whole = task_update(shown, needed, unix_now())
        approvals = fitting(reversed(shown.approvals))[::-1]
        return TaskFound(task_item(shown.task, needed), whole.subtasks, approvals)

    async def list(self, context: Context, data: TaskList) -> TaskPage:
        before = two_numbers(data.cursor)
        wanted = TaskFilter(data.status, data.project_id, data.priority, data.deleted)
        owner = owner_of(context.identity)
        rows = await self._database.read(listing_queries.page, owner, wanted, data.limit + 1, before)
        total = await self._database.read(listing_queries.count, owner, wanted) if data.total else UNSET
        return TaskPage(*page(rows, data.limit, list_item, _place), total)

    async def update(self, context: Context, data: TaskUpdate) -> TaskUpdated:
        owner, patch, now = owner_of(context.identity), checked_task(data), unix_now()
        await require_models(self._backends, context.identity, data.model)
        change = partial(editing_queries.change, owner, data.task_id, patch, now, data.version)
        async with present_row_in_conflict(partial(self._item, owner, data.task_id)):
            old, shown = await self._database.write(change)
        self._lifecycle.announce_move(old)
        return task_update(shown, ids_seen_by(owner, shown.needed), now)

    async def delete(self, context: Context, data: TaskDelete) -> TaskDeleted:
        """A task that runs is ended first, if that is wanted."""
        owner = owner_of(context.identity)
        task = await self._database.read(changeable, owner, data.task_id)
        if data.force and task.status not in ENDED:
            await self.end(owner, data.task_id)
        self._lifecycle.announce_move(
            await self._database.write(removal_queries.remove, owner, data.task_id, unix_now())
        )
        return TaskDeleted(data.task_id)

    async def restore(self, context: Context, data: TaskRestore) -> TaskReply:
        owner = owner_of(context.identity)
        restored = await self._database.write(removal_queries.restore, owner, data.task_id, unix_now(), self._max_rows)
        self._lifecycle.announce_edit(data.task_id)
        return TaskReply(await self._of(owner, restored))

    async def plan(self, context: Context, data: TaskPlan) -> TaskReply:
        return await self._ask(lifecycle_queries.plan, context.identity, data.task_id)

    async def run(self, context: Context, data: TaskRun) -> TaskReply:
        return await self._ask(lifecycle_queries.run, context.identity, data.task_id)

    async def run_for(self, who: Identity, task_id: int) -> None:
        """Have a task run that was created for somebody."""
        await self._lifecycle.ask(lifecycle_queries.run, owner_of(who), task_id)

    async def pause(self, context: Context, data: TaskPause) -> TaskReply:
        return await self._ask(lifecycle_queries.pause, context.identity, data.task_id)

    async def resume(self, context: Context, data: TaskResume) -> TaskReply:
        return await self._ask(lifecycle_queries.resume, context.identity, data.task_id)

    async def cancel(self, context: Context, data: TaskCancel) -> TaskReply:
        """Once its models are let go of."""
        owner = owner_of(context.identity)
        return TaskReply(await self._of(owner, await self._lifecycle.cancel(owner, data.task_id)))

    async def retry(self, context: Context, data: TaskRetry) -> TaskReply:
        return await self._ask(lifecycle_queries.retry, context.identity, data.task_id)

    async def add_dependency(self, context: Context, data: TaskDependencyAdd) -> TaskReply:
        owner, ids = owner_of(context.identity), (data.task_id, data.depends_on)
        await self._database.write(editing_queries.add_dependency, owner, *ids, unix_now())
        self._lifecycle.announce_edit(data.task_id)
        return TaskReply(await self._item(owner, data.task_id))

    async def remove_dependency(self, context: Context, data: TaskDependencyRemove) -> TaskReply:
        owner, ids = owner_of(context.identity), (data.task_id, data.depends_on)
        await self._database.write(editing_queries.remove_dependency, owner, *ids, unix_now())
        self._lifecycle.announce_edit(data.task_id)
        return TaskReply(await self._item(owner, data.task_id))

    async def end(self, owner: Owner, task_id: int) -> None:
        """Cancel a task unless it has ended."""
        with suppress(Conflict):  # it has ended by itself meanwhile
            await self._lifecycle.cancel(owner, task_id)

    async def _ask(self, asked: PersonRequest, who: Identity, task_id: int) -> TaskReply:
        owner = owner_of(who)
        return TaskReply(await self._of(owner, await self._lifecycle.ask(asked, owner, task_id)))

    async def _of(self, owner: Owner, task: TaskRow) -> TaskItem:
        """Show somebody a task as an answer to a person has left it."""
        return task_item(task, ids_seen_by(owner, await self._database.read(needed_by, task.id)))

    async def _item(self, owner: Owner, task_id: int) -> TaskItem:
        return await self._of(owner, await self._database.read(find_seen, owner, task_id))


COMMANDS = Commands(
    Command(
        "task:create", TaskCreate, TaskReply, right="change", scope="tasks", errors=(*CHANGE, TooLarge), grows=True
    ).by(TaskHandlers.create),
    Command("task:get", TaskGet, TaskFound, right="read", scope="tasks", errors=LOOKUP).by(TaskHandlers.get),
    Command("task:list", TaskList, TaskPage, right="read", scope="tasks").by(TaskHandlers.list),
    Command(
        "task:update", TaskUpdate, UPDATE, right="change", scope="tasks", errors=(*CHANGE, TooLarge), grows=True
    ).by(TaskHandlers.update),
    Command("task:delete", TaskDelete, TaskDeleted, right="change", scope="tasks", errors=CHANGE).by(
        TaskHandlers.delete
    ),
    Command("task:restore", TaskRestore, TaskReply, right="change", scope="tasks", errors=CHANGE).by(
        TaskHandlers.restore
    ),
    Command("task:plan", TaskPlan, TaskReply, right="change", scope="tasks", errors=CHANGE, grows=True).by(
        TaskHandlers.plan
    ),
    Command("task:run", TaskRun, TaskReply, right="change", scope="tasks", errors=CHANGE, grows=True).by(
        TaskHandlers.run
    ),
    Command("task:pause", TaskPause, TaskReply, right="change", scope="tasks", errors=CHANGE).by(TaskHandlers.pause),
    Command("task:resume", TaskResume, TaskReply, right="change", scope="tasks", errors=CHANGE, grows=True).by(
        TaskHandlers.resume
    ),
    Command("task:cancel", TaskCancel, TaskReply, right="change", scope="tasks", errors=CHANGE).by(TaskHandlers.cancel),
    Command("task:retry", TaskRetry, TaskReply, right="change", scope="tasks", errors=CHANGE, grows=True).by(
        TaskHandlers.retry
    ),
    Command("task:dependency:add", TaskDependencyAdd, TaskReply, right="change", scope="tasks", errors=CHANGE).by(
        TaskHandlers.add_dependency
    ),
    Command("task:dependency:remove", TaskDependencyRemove, TaskReply, right="change", scope="tasks", errors=LOOKUP).by(
        TaskHandlers.remove_dependency
    ),
)


def _place(last: TaskSummary) -> str:
    return f"{unix_milliseconds(last.task.updated_at)}.{last.task.id}"
