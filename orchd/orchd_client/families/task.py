"""Requests whose type begins with `task`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from msgspec import UNSET, UnsetType

from ..data.shared import TaskApproval, TaskFound, TaskPriority, TaskState
from ..data.task import (
    TaskApprovalPage,
    TaskApprovals,
    TaskApprove,
    TaskApproved,
    TaskBrakes,
    TaskBrakeState,
    TaskCancel,
    TaskCreate,
    TaskDelete,
    TaskDeleted,
    TaskDependencyAdd,
    TaskDependencyRemove,
    TaskGet,
    TaskLimits,
    TaskList,
    TaskListChanged,
    TaskListSubscribe,
    TaskListSubscribed,
    TaskListUnsubscribe,
    TaskListUnsubscribed,
    TaskLogPage,
    TaskLogs,
    TaskPage,
    TaskPause,
    TaskPlan,
    TaskReply,
    TaskRestore,
    TaskResume,
    TaskRetry,
    TaskRun,
    TaskStatistics,
    TaskStats,
    TaskStreaming,
    TaskSubscribe,
    TaskSubscribed,
    TaskUnsubscribe,
    TaskUnsubscribed,
    TaskUpdate,
    TaskUpdated,
)
from ..runtime.facts import Call, FollowTerms
from ..runtime.link import Link
from ..runtime.streams import Subscription

_TASK_DEPENDENCY_ADD = Call("task:dependency:add", "task:dependency:add", TaskReply)
_TASK_DEPENDENCY_REMOVE = Call("task:dependency:remove", "task:dependency:remove", TaskReply)
_TASK_LIST = Call("task:list", "task:list", TaskPage, safe=True)
_TASK_LIST_SUBSCRIBE = Call("task:list:subscribe", "task:list:subscribe", TaskListSubscribed, safe=True)
_TASK_LIST_SUBSCRIBE_TERMS = FollowTerms(
    pushes=frozenset({"task:changed"}),
    end=Call("task:list:unsubscribe", "task:list:unsubscribe", TaskListUnsubscribed),
    end_data=lambda _: TaskListUnsubscribe(),
    since="since",
    number="number",
    recovered="recovered",
)
_TASK_LIST_UNSUBSCRIBE = Call("task:list:unsubscribe", "task:list:unsubscribe", TaskListUnsubscribed, safe=True)
_TASK_CREATE = Call("task:create", "task:create", TaskReply)
_TASK_GET = Call("task:get", "task:get", TaskFound, safe=True)
_TASK_UPDATE = Call("task:update", "task:update", TaskUpdated)
_TASK_DELETE = Call("task:delete", "task:delete", TaskDeleted)
_TASK_RESTORE = Call("task:restore", "task:restore", TaskReply)
_TASK_PLAN = Call("task:plan", "task:plan", TaskReply)
_TASK_RUN = Call("task:run", "task:run", TaskReply)
_TASK_PAUSE = Call("task:pause", "task:pause", TaskReply)
_TASK_RESUME = Call("task:resume", "task:resume", TaskReply)
_TASK_CANCEL = Call("task:cancel", "task:cancel", TaskReply)
_TASK_RETRY = Call("task:retry", "task:retry", TaskReply)
_TASK_SUBSCRIBE = Call("task:subscribe", "task:subscribed", TaskSubscribed, safe=True)
_TASK_SUBSCRIBE_PATHS: dict[str, tuple[str, ...]] = {
    "task:update": ("task", "id"),
    "task:approval": ("task_id",),
    "task:streaming": ("task_id",),
    "task:unsubscribed": ("task_id",),
}
_TASK_SUBSCRIBE_TERMS = FollowTerms(
    pushes=frozenset({"task:update", "task:approval", "task:streaming", "task:unsubscribed"}),
    end=Call("task:unsubscribe", "task:unsubscribed", TaskUnsubscribed),
    end_data=lambda key: TaskUnsubscribe(task_id=key),
    key="task_id",
    paths=_TASK_SUBSCRIBE_PATHS,
)
TaskSubscribeEvent: TypeAlias = TaskUpdated | TaskApproval | TaskStreaming | TaskUnsubscribed
_TASK_UNSUBSCRIBE = Call("task:unsubscribe", "task:unsubscribed", TaskUnsubscribed, safe=True)
_TASK_APPROVE = Call("task:approve", "task:approve", TaskApproved)
_TASK_APPROVALS = Call("task:approvals", "task:approvals", TaskApprovalPage, safe=True)
_TASK_LOGS = Call("task:logs", "task:logs", TaskLogPage, safe=True)
_TASK_BRAKES = Call("task:brakes", "task:brakes", TaskBrakeState, safe=True)
_TASK_STATS = Call("task:stats", "task:stats", TaskStatistics, safe=True)


class TaskDependencyRequests:
    """`client.task.dependency`."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def add(self, *, task_id: int, depends_on: int) -> TaskReply:
        """`task:dependency:add`: `taskId` begins only when `dependsOn` is completed.

        Needs the right `change`, of a token the scope `tasks`.

        May raise `NotFoundError`, `ConflictError`, besides what any request may.
        """
        data = TaskDependencyAdd(task_id=task_id, depends_on=depends_on)
        return await self._link.request(_TASK_DEPENDENCY_ADD, data)

    async def remove(self, *, task_id: int, depends_on: int) -> TaskReply:
        """`task:dependency:remove`: `taskId` doesn't wait for `dependsOn` any more.

        Needs the right `change`, of a token the scope `tasks`.

        May raise `NotFoundError`, besides what any request may.
        """
        data = TaskDependencyRemove(task_id=task_id, depends_on=depends_on)
        return await self._link.request(_TASK_DEPENDENCY_REMOVE, data)


class TaskListRequests:
    """`client.task.list`."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def __call__(
        self,
        *,
        status: TaskState | None = None,
        project_id: int | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        priority: TaskPriority | None = None,
        total: bool | None = None,
        deleted: bool | None = None,
    ) -> TaskPage:
        """`task:list`: one's own and those of one's projects, changed last first; `cursor` is the `nextCursor` of the
        page before.

        Needs the right `read`, of a token the scope `tasks`.
        """
        data = TaskList(
            status=status,
            project_id=project_id,
            limit=limit,
            cursor=cursor,
            priority=priority,
            total=total,
            deleted=deleted,
        )
        return await self._link.request(_TASK_LIST, data)

    def subscribe(self, *, since: int | None = None) -> Subscription[TaskListSubscribed, TaskListChanged]:
        """`task:list:subscribe`: be told what becomes of tasks. With `since`, also what has become of them after that
        change.

        Needs the right `read`, of a token the scope `tasks`.
        """
        data = TaskListSubscribe(since=since)
        return Subscription(self._link, _TASK_LIST_SUBSCRIBE, data, _TASK_LIST_SUBSCRIBE_TERMS)

    async def unsubscribe(self) -> TaskListUnsubscribed:
        """`task:list:unsubscribe`: be told no more what becomes of tasks.

        Needs the right `read`, of a token the scope `tasks`.
        """
        data = TaskListUnsubscribe()
        return await self._link.request(_TASK_LIST_UNSUBSCRIBE, data)


class TaskRequests:
    """`client.task`."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self.dependency = TaskDependencyRequests(link)
        self.list = TaskListRequests(link)

    async def create(
        self,
        *,
        title: str,
        description: str | None = None,
        priority: TaskPriority | None = None,
        model: str | None = None,
        auto_run: bool | None = None,
        budget: TaskLimits | None = None,
        due_at: str | None = None,
        depends_on: Sequence[int] | None = None,
        project_id: int | None = None,
    ) -> TaskReply:
        """`task:create`: a task that waits to be told `task:plan` or `task:run`, or to be given subtasks by hand.

        `autoRun`: a planner's plan is run without asking; else a person must approve of it first (`task:approve`).
        `model` plans and joins. `dependsOn`: tasks that must be completed before this one begins. `projectId`: the
        project whose members see it.

        Needs the right `change`, of a token the scope `tasks`.

        May raise `NotFoundError`, `ConflictError`, `TooLargeError`, besides what any request may.
        """
        data = TaskCreate(
            title=title,
            description=description,
            priority=priority,
            model=model,
            auto_run=auto_run,
            budget=budget,
            due_at=due_at,
            depends_on=depends_on,
            project_id=project_id,
        )
        return await self._link.request(_TASK_CREATE, data)

    async def get(self, *, task_id: int) -> TaskFound:
        """`task:get`: one task, its subtasks, and what persons were asked about it.

        Needs the right `read`, of a token the scope `tasks`.

        May raise `NotFoundError`, besides what any request may.
        """
        data = TaskGet(task_id=task_id)
        return await self._link.request(_TASK_GET, data)

    async def update(
        self,
        *,
        task_id: int,
        title: str | None = None,
        description: str | None = None,
        priority: TaskPriority | None = None,
        model: str | None | UnsetType = UNSET,
        auto_run: bool | None = None,
        budget: TaskLimits | None = None,
        due_at: str | None | UnsetType = UNSET,
        project_id: int | None | UnsetType = UNSET,
        version: int | None = None,
    ) -> TaskUpdated:
        """`task:update`: change the members that are given; null takes `model` or `dueAt` away, or the task out of its
        project; `budget` is replaced whole.

        While steps run, only `priority`, `budget`, `dueAt`, `autoRun` and `projectId` may be changed. A higher budget
        lets a task go on that has spent its old one.

        Needs the right `change`, of a token the scope `tasks`.

        May raise `NotFoundError`, `ConflictError`, `TooLargeError`, besides what any request may.
        """
        data = TaskUpdate(
            task_id=task_id,
            title=title,
            description=description,
            priority=priority,
            model=model,
            auto_run=auto_run,
            budget=budget,
            due_at=due_at,
            project_id=project_id,
            version=version,
        )
        return await self._link.request(_TASK_UPDATE, data)

    async def delete(self, *, task_id: int, force: bool | None = None) -> TaskDeleted:
        """`task:delete`: remove a task with all that belongs to it; `force` when it runs or was told to, which ends it.
        For some time it can be restored.

        Needs the right `change`, of a token the scope `tasks`.

        May raise `NotFoundError`, `ConflictError`, besides what any request may.
        """
        data = TaskDelete(task_id=task_id, force=force)
        return await self._link.request(_TASK_DELETE, data)

    async def restore(self, *, task_id: int) -> TaskReply:
        """`task:restore`: have a task back that was removed, with all that belongs to it. What waited for it does so
        again, unless it has begun without it.

        Needs the right `change`, of a token the scope `tasks`.

        May raise `NotFoundError`, `ConflictError`, besides what any request may.
        """
        data = TaskRestore(task_id=task_id)
        return await self._link.request(_TASK_RESTORE, data)

    async def plan(self, *, task_id: int) -> TaskReply:
        """`task:plan`: have a planner split it, anew if its plan was not begun; with `autoRun` it goes on at once.

        Needs the right `change`, of a token the scope `tasks`.

        May raise `NotFoundError`, `ConflictError`, besides what any request may.
        """
        data = TaskPlan(task_id=task_id)
        return await self._link.request(_TASK_PLAN, data)

    async def run(self, *, task_id: int) -> TaskReply:
        """`task:run`: begin a task that is `pending`; it is planned first when it has no subtasks.

        Needs the right `change`, of a token the scope `tasks`.

        May raise `NotFoundError`, `ConflictError`, besides what any request may.
        """
        data = TaskRun(task_id=task_id)
        return await self._link.request(_TASK_RUN, data)

    async def pause(self, *, task_id: int) -> TaskReply:
        """`task:pause`: begin no more steps; the task is `paused` once those that run have ended.

        Needs the right `change`, of a token the scope `tasks`.

        May raise `NotFoundError`, `ConflictError`, besides what any request may.
        """
        data = TaskPause(task_id=task_id)
        return await self._link.request(_TASK_PAUSE, data)

    async def resume(self, *, task_id: int) -> TaskReply:
        """`task:resume`: go on with a task that is `paused`, or about to be.

        Needs the right `change`, of a token the scope `tasks`.

        May raise `NotFoundError`, `ConflictError`, besides what any request may.
        """
        data = TaskResume(task_id=task_id)
        return await self._link.request(_TASK_RESUME, data)

    async def cancel(self, *, task_id: int) -> TaskReply:
        """`task:cancel`: end a task, until a `task:retry`; what its models generate is cut off.

        Needs the right `change`, of a token the scope `tasks`.

        May raise `NotFoundError`, `ConflictError`, besides what any request may.
        """
        data = TaskCancel(task_id=task_id)
        return await self._link.request(_TASK_CANCEL, data)

    async def retry(self, *, task_id: int) -> TaskReply:
        """`task:retry`: begin a failed or cancelled task anew; what is completed stays.

        Needs the right `change`, of a token the scope `tasks`.

        May raise `NotFoundError`, `ConflictError`, besides what any request may.
        """
        data = TaskRetry(task_id=task_id)
        return await self._link.request(_TASK_RETRY, data)

    def subscribe(
        self,
        *,
        task_id: int | None = None,
        streaming: bool | None = None,
    ) -> Subscription[TaskSubscribed, TaskSubscribeEvent]:
        """`task:subscribe`: tell me all that happens to a task; `streaming`: also the text of its steps as it is made.

        Without `taskId`: what happens to all tasks that one sees, from now on, those that come later among them, and no
        texts.

        Needs the right `read`, of a token the scope `tasks`.

        May raise `NotFoundError`, besides what any request may.
        """
        data = TaskSubscribe(task_id=task_id, streaming=streaming)
        return Subscription(self._link, _TASK_SUBSCRIBE, data, _TASK_SUBSCRIBE_TERMS)

    async def unsubscribe(self, *, task_id: int | None = None) -> TaskUnsubscribed:
        """`task:unsubscribe`: no more of that; without `taskId`: of those tasks only that are followed one by one.

        Needs the right `read`, of a token the scope `tasks`.
        """
        data = TaskUnsubscribe(task_id=task_id)
        return await self._link.request(_TASK_UNSUBSCRIBE, data)

    async def approve(self, *, approval_id: int, hash: str, approve: bool, note: str | None = None) -> TaskApproved:
        """`task:approve`: a person's word on what `task:approval` asks, `hash` as it stood there; with `approve` false
        it is refused. `note` is told to whoever tries a refused result again.

        Needs the right `change`, of a token the scope `tasks`.

        May raise `NotFoundError`, `ConflictError`, `TooLargeError`, besides what any request may.
        """
        data = TaskApprove(approval_id=approval_id, hash=hash, approve=approve, note=note)
        return await self._link.request(_TASK_APPROVE, data)

    async def approvals(
        self,
        *,
        task_id: int | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> TaskApprovalPage:
        """`task:approvals`: what persons are asked and have not answered, of one task or of all, the oldest first.

        Needs the right `read`, of a token the scope `tasks`.

        May raise `NotFoundError`, besides what any request may.
        """
        data = TaskApprovals(task_id=task_id, limit=limit, cursor=cursor)
        return await self._link.request(_TASK_APPROVALS, data)

    async def logs(
        self,
        *,
        task_id: int,
        subtask_id: int | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> TaskLogPage:
        """`task:logs`: what happened, the latest first; `cursor` is the `nextCursor` of the page before.

        Needs the right `read`, of a token the scope `tasks`.

        May raise `NotFoundError`, besides what any request may.
        """
        data = TaskLogs(task_id=task_id, subtask_id=subtask_id, limit=limit, cursor=cursor)
        return await self._link.request(_TASK_LOGS, data)

    async def brakes(self) -> TaskBrakeState:
        """`task:brakes`: from which loads of the machine on no new step begins, and whether it is so now.

        Needs the right `read`, of a token the scope `tasks`.
        """
        data = TaskBrakes()
        return await self._link.request(_TASK_BRAKES, data)

    async def stats(self) -> TaskStatistics:
        """`task:stats`: figures over all tasks.

        Needs the right `read`, of a token the scope `tasks`.
        """
        data = TaskStats()
        return await self._link.request(_TASK_STATS, data)
