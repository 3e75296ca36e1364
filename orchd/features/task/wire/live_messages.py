"""Frames of those who watch tasks: subscriptions, text as it is generated, questions to persons, logs, figures."""

from typing import Annotated, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType

from orchd.features.models import TaskType
from orchd.features.task.core.causes import BrakeLimit, TaskBrakeCause
from orchd.features.task.core.rows import StepKind, TaskApproval
from orchd.features.task.core.task_log import TaskLogItem
from orchd.features.task.wire.messages import Cursor, TaskItem
from orchd.features.task.wire.subtask_messages import SubtaskItem
from orchd.protocol.frame_type import FrameType, TextMembers
from orchd.protocol.page import PageSize
from orchd.protocol.types import ClientPayload, Count, RowId, ServerPayload, text_bounds

MAX_NOTE_CHARACTERS = 4_000

Note: TypeAlias = Annotated[str, text_bounds(most=MAX_NOTE_CHARACTERS)]
ActionHash: TypeAlias = Annotated[str, Meta(min_length=1, max_length=128)]


class TaskSubscribe(ClientPayload, frozen=True):
    """`task:subscribe`: tell me all that happens to a task; `streaming`: also the text of its steps as it is made.

    Without `taskId`: what happens to all tasks that one sees, from now on, those that come later among them, and no
    texts.
    """

    task_id: RowId | None = None
    streaming: bool = False


class TaskUnsubscribe(ClientPayload, frozen=True):
    """`task:unsubscribe`: no more of that; without `taskId`: of those tasks only that are followed one by one."""

    task_id: RowId | None = None


class TaskApprove(ClientPayload, frozen=True):
    """`task:approve`: a person's word on what `task:approval` asks, `hash` as it stood there; with `approve` false it
    is refused. `note` is told to whoever tries a refused result again."""

    approval_id: RowId
    hash: ActionHash
    approve: bool
    note: Note = ""


class TaskApprovals(ClientPayload, frozen=True):
    """`task:approvals`: what persons are asked and have not answered, of one task or of all, the oldest first."""

    task_id: RowId | None = None
    limit: PageSize = 50
    cursor: Cursor | None = None


class TaskLogs(ClientPayload, frozen=True):
    """`task:logs`: what happened, the latest first; `cursor` is the `nextCursor` of the page before."""

    task_id: RowId
    subtask_id: RowId | None = None
    limit: PageSize = 50
    cursor: Cursor | None = None


class TaskStats(ClientPayload, frozen=True):
    """`task:stats`: figures over all tasks."""


class TaskBrakes(ClientPayload, frozen=True):
    """`task:brakes`: from which loads of the machine on no new step begins, and whether it is so now."""


class TaskBrakeState(ServerPayload, frozen=True):
    """The reply to `task:brakes`: limits in percent in use, null for what never brakes."""

    cpu: BrakeLimit | None
    """Of the processor, without what this daemon's own model servers use."""
    memory: BrakeLimit | None
    """Of main memory."""
    vram: BrakeLimit | None
    """Of the fullest graphics card's memory."""
    disk: BrakeLimit | None
    """Of the data directory's file system; less than 1 GB free brakes, too."""
    reason: str | None
    """Why no new step begins, for people; null while one may. The machine is looked at while there are tasks."""
    causes: list[TaskBrakeCause] | UnsetType = UNSET
    """The same for programs; empty while one may begin."""


class TaskSubscribed(ServerPayload, frozen=True):
    """The reply to `task:subscribe`; a `task:update` and the open `task:approval`s follow at once. Where all tasks are
    followed `taskId` is 0, and only changes are told."""

    task_id: Count


class TaskUnsubscribed(ServerPayload, frozen=True):
    """The reply to `task:unsubscribe`; without `id` to subscribers of a task that was deleted, or that they see no
    more. `taskId` is 0 in the reply for all tasks."""

    task_id: Count


class TaskStreaming(ServerPayload, frozen=True):
    """`task:streaming`: text of a step that runs, of the task itself where `subtaskId` is null.

    `seq` is the number of code points including this `chunk`. `begin`: it is the first; if there was text of this step
    and `attempt` before, forget that. `done`: no more comes; what stands is told by `task:update`.
    """

    task_id: RowId
    subtask_id: RowId | None
    step: StepKind
    attempt: Count
    model: str | None
    seq: Count
    begin: bool
    chunk: str
    done: bool


class TaskApproved(ServerPayload, frozen=True):
    """The reply to `task:approve`: the question with its answer."""

    approval: TaskApproval


class TaskApprovalPage(ServerPayload, frozen=True):
    """The reply to `task:approvals`; `nextCursor` is null on the last page."""

    items: list[TaskApproval]
    next_cursor: str | None


class TaskFound(ServerPayload, frozen=True):
    """The reply to `task:get`: the task and its subtasks, and what persons were asked, answered or not: the
    latest of it when there is too much for one reply."""

    task: TaskItem
    subtasks: list[SubtaskItem]
    approvals: list[TaskApproval]


class TaskLogPage(ServerPayload, frozen=True):
    """The reply to `task:logs`; `nextCursor` is null on the last page."""

    items: list[TaskLogItem]
    next_cursor: str | None


class TaskCounts(Struct, frozen=True):
    """How many tasks there are of each status."""

    pending: Count = 0
    planning: Count = 0
    executing: Count = 0
    validating: Count = 0
    consolidating: Count = 0
    waiting: Count = 0
    paused: Count = 0
    completed: Count = 0
    failed: Count = 0
    cancelled: Count = 0


class TaskTimes(Struct, frozen=True):
    """Seconds from the first step to the end, over the `tasks` completed last: median and 95th percentile."""

    tasks: Count
    p50: float | None
    p95: float | None


class TaskModelFigures(Struct, frozen=True, rename="camel"):
    """How a model did at a kind of task: results made, and of those `checked` by others how many they approved."""

    model: str
    task_type: TaskType
    runs: Count
    checked: Count
    approved: Count
    score: float | None
    tokens: Count
    seconds: float


class TaskStatistics(ServerPayload, frozen=True):
    """The reply to `task:stats`. `successRate` is the share of completed tasks among those completed or failed."""

    total: Count
    by_status: TaskCounts
    success_rate: float | None
    calls: Count
    tokens: Count
    seconds: float
    times: TaskTimes
    by_model: list[TaskModelFigures]


STREAMING = FrameType(
    "task:streaming",
    TaskStreaming,
    text=TextMembers(of=("taskId", "subtaskId", "step", "attempt"), channel=None),
)
APPROVAL = FrameType("task:approval", TaskApproval)
UNSUBSCRIBED = FrameType("task:unsubscribed", TaskUnsubscribed)
