"""Frames of tasks, and a task as frames show it."""

from typing import Annotated, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType

from orchd.features.task.core.plan_check import MAX_TITLE_CHARACTERS
from orchd.features.task.core.rows import TaskListed, TaskMembers, TaskPriority, TaskStatus
from orchd.features.task.wire.subtask_messages import SubtaskItem
from orchd.protocol.frame_type import FrameType
from orchd.protocol.page import PageSize
from orchd.protocol.types import (
    MAX_INTEGER,
    ClientPayload,
    Count,
    Expense,
    ModelName,
    Moment,
    RowId,
    ServerPayload,
    Timestamp,
    text_bounds,
)

MAX_DESCRIPTION_CHARACTERS = 200_000

Title: TypeAlias = Annotated[str, text_bounds(1, MAX_TITLE_CHARACTERS)]
TaskDescription: TypeAlias = Annotated[str, text_bounds(most=MAX_DESCRIPTION_CHARACTERS)]
Limit: TypeAlias = Annotated[int, Meta(ge=1, le=MAX_INTEGER)]
Minutes: TypeAlias = Annotated[float, Meta(gt=0, le=10_000_000)]
OtherTasks: TypeAlias = Annotated[tuple[RowId, ...], Meta(max_length=100)]
Cursor: TypeAlias = Annotated[str, Meta(min_length=1, max_length=64)]


class TaskLimits(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """What a task may take: calls of models, tokens read and written, minutes of its steps together. Null: no limit."""

    max_calls: Limit | None = None
    max_tokens: Limit | None = None
    max_minutes: Minutes | None = None


class TaskCreate(ClientPayload, frozen=True):
    """`task:create`: a task that waits to be told `task:plan` or `task:run`, or to be given subtasks by hand.

    `autoRun`: a planner's plan is run without asking; else a person must approve of it first (`task:approve`). `model`
    plans and joins. `dependsOn`: tasks that must be completed before this one begins. `projectId`: the project whose
    members see it.
    """

    title: Title
    description: TaskDescription = ""
    priority: TaskPriority = "medium"
    model: ModelName | None = None
    auto_run: bool = False
    budget: TaskLimits = TaskLimits()
    due_at: Moment | None = None
    depends_on: OtherTasks = ()
    project_id: RowId | None = None


class TaskGet(ClientPayload, frozen=True):
    """`task:get`: one task, its subtasks, and what persons were asked about it."""

    task_id: RowId


class TaskList(ClientPayload, frozen=True):
    """`task:list`: one's own and those of one's projects, changed last first; `cursor` is the `nextCursor` of the page
    before."""

    status: TaskStatus | None = None
    project_id: RowId | None = None
    limit: PageSize = 50
    cursor: Cursor | None = None
    priority: TaskPriority | None = None
    """Only tasks of this priority."""
    total: bool = False
    """Whether to count all that fit; the page then says how many there are."""
    deleted: bool = False
    """Those that were removed and can still be restored, in place of those that are there."""


class TaskUpdate(ClientPayload, frozen=True):
    """`task:update`: change the members that are given; null takes `model` or `dueAt` away, or the task out of its
    project; `budget` is replaced whole.

    While steps run, only `priority`, `budget`, `dueAt`, `autoRun` and `projectId` may be changed. A higher budget
    lets a task go on that has spent its old one.
    """

    task_id: RowId
    title: Title | UnsetType = UNSET
    description: TaskDescription | UnsetType = UNSET
    priority: TaskPriority | UnsetType = UNSET
    model: ModelName | UnsetType | None = UNSET
    auto_run: bool | UnsetType = UNSET
    budget: TaskLimits | UnsetType = UNSET
    due_at: Moment | UnsetType | None = UNSET
    project_id: RowId | UnsetType | None = UNSET
    version: Count | UnsetType = UNSET
    """The `version` that it was read with: another one by now is a `conflict`, which says the present one."""


class TaskDelete(ClientPayload, frozen=True):
    """`task:delete`: remove a task with all that belongs to it; `force` when it runs or was told to, which ends it. For
    some time it can be restored."""

    task_id: RowId
    force: bool = False


class TaskRestore(ClientPayload, frozen=True):
    """`task:restore`: have a task back that was removed, with all that belongs to it. What waited for it does so again,
    unless it has begun without it."""

    task_id: RowId


class TaskPlan(ClientPayload, frozen=True):
    """`task:plan`: have a planner split it, anew if its plan was not begun; with `autoRun` it goes on at once."""

    task_id: RowId


class TaskRun(ClientPayload, frozen=True):
    """`task:run`: begin a task that is `pending`; it is planned first when it has no subtasks."""

    task_id: RowId


class TaskPause(ClientPayload, frozen=True):
    """`task:pause`: begin no more steps; the task is `paused` once those that run have ended."""

    task_id: RowId


class TaskResume(ClientPayload, frozen=True):
    """`task:resume`: go on with a task that is `paused`, or about to be."""

    task_id: RowId


class TaskCancel(ClientPayload, frozen=True):
    """`task:cancel`: end a task, until a `task:retry`; what its models generate is cut off."""

    task_id: RowId


class TaskRetry(ClientPayload, frozen=True):
    """`task:retry`: begin a failed or cancelled task anew; what is completed stays."""

    task_id: RowId


class TaskDependencyAdd(ClientPayload, frozen=True):
    """`task:dependency:add`: `taskId` begins only when `dependsOn` is completed."""

    task_id: RowId
    depends_on: RowId


class TaskDependencyRemove(ClientPayload, frozen=True):
    """`task:dependency:remove`: `taskId` doesn't wait for `dependsOn` any more."""

    task_id: RowId
    depends_on: RowId


class TaskSpent(Struct, frozen=True):
    """What a task has taken: calls of models, tokens read and written, seconds of its steps together, and money."""

    calls: Count
    tokens: Count
    seconds: float
    expenses: list[Expense] = []
    """What its answers cost, in each currency, as far as that is known."""


class TaskLink(Struct, frozen=True, rename="camel"):
    """`mark`, as it stands in a task's result, speaks of the result of this subtask."""

    mark: str
    subtask_id: RowId


class TaskItem(TaskMembers, frozen=True, kw_only=True):
    """A task. `waitsFor` is null unless its `status` is `waiting`; `reason` says why it is as it is, if there is one.

    `pausing`: it was told to pause and its last steps still run. `started`: it was told to begin, or has begun.
    `planned`: its subtasks come from the planner `planModel`. `round` counts how often it was begun anew. `cut`: its
    description or result is only the beginning here; `task:get` has them whole.
    """

    started: bool
    depends_on: list[RowId]
    spent: TaskSpent
    links: list[TaskLink]
    cut: bool
    version: Count
    """Grows with each change, whoever makes it; also with what its steps do."""


class TaskListItem(TaskListed, frozen=True, kw_only=True):
    """A task as lists show it; `completed` of its `subtasks` are done."""

    subtasks: Count
    completed: Count


class TaskReply(Struct, frozen=True):
    """The task, as the request has left it."""

    task: TaskItem


class TaskUpdated(ServerPayload, frozen=True):
    """`task:update`: a task and its subtasks in order, whole; the reply to `task:update`, and to subscribers whenever
    something of it has changed, whoever did it. Of changes that follow each other quickly only the last may be told."""

    task: TaskItem
    subtasks: list[SubtaskItem]
    timestamp: Timestamp


class TaskPage(ServerPayload, frozen=True):
    """The reply to `task:list`; `nextCursor` is null on the last page."""

    items: list[TaskListItem]
    next_cursor: str | None
    total: Count | UnsetType = UNSET
    """How many tasks fit, if that was asked for."""


class TaskDeleted(ServerPayload, frozen=True):
    """The reply to `task:delete`."""

    task_id: RowId


UPDATE = FrameType("task:update", TaskUpdated)
