"""The data of frames that `task` has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import UNSET, UnsetType

from ..runtime.messages import RequestData, ServerData
from .shared import (
    ChangeKind,
    LogFact,
    LogLevel,
    StepKind,
    SubtaskItem,
    TaskApproval,
    TaskBrakeCause,
    TaskItem,
    TaskPriority,
    TaskState,
    TaskType,
    TaskWaitsFor,
)


class TaskCreate(RequestData, kw_only=True):
    """`task:create`: a task that waits to be told `task:plan` or `task:run`, or to be given subtasks by hand.

    `autoRun`: a planner's plan is run without asking; else a person must approve of it first (`task:approve`). `model`
    plans and joins. `dependsOn`: tasks that must be completed before this one begins. `projectId`: the project whose
    members see it.
    """

    title: str
    """What it is called in lists. 1 to 200 characters."""
    description: str | None = None
    """What is to be done, as a planner is told it. At most 200000 characters."""
    priority: TaskPriority | None = None
    """Which of several comes first. `medium` when it is left out."""
    model: str | None = None
    """Who plans and joins; left out, the daemon chooses. 1 to 256 characters."""
    auto_run: bool | None = None
    """Whether a plan is run without a person's approval. It does not start the task: `task:run` or `task:plan` does.
    When it is left out: False.
    """
    budget: TaskLimits | None = None
    """What the task may take."""
    due_at: str | None = None
    """When it should be done; null for no date. Nothing happens at that time by itself. At most 35 characters."""
    depends_on: Sequence[int] | None = None
    """Ids of those that must be completed before this one begins. At most 100 of them. When it is left out: []."""
    project_id: int | None = None
    """Id of the project with whose members it is shared; null when with nobody."""


class TaskLimits(RequestData, kw_only=True):
    """What a task may take: calls of models, tokens read and written, minutes of its steps together. Null: no limit."""

    max_calls: int | None = None
    """How many times models may be asked; null for no limit."""
    max_tokens: int | None = None
    """Tokens that may be read and written; null for no limit."""
    max_minutes: float | None = None
    """Minutes that its steps may take together; null for no limit. Above 0, to 1e+07."""


class TaskGet(RequestData, kw_only=True):
    """`task:get`: one task, its subtasks, and what persons were asked about it."""

    task_id: int
    """Id of a task."""


class TaskList(RequestData, kw_only=True):
    """`task:list`: one's own and those of one's projects, changed last first; `cursor` is the `nextCursor` of the
    page before.
    """

    status: TaskState | None = None
    """Only tasks of this status."""
    project_id: int | None = None
    """Id of the project with whose members it is shared; null when with nobody."""
    limit: int | None = None
    """How many entries a page may have. 1 to 200. When it is left out: 50."""
    cursor: str | None = None
    """The `nextCursor` of the page before; without one, the first page. 1 to 64 characters."""
    priority: TaskPriority | None = None
    """Only tasks of this priority."""
    total: bool | None = None
    """Whether to count all that fit; the page then says how many there are. When it is left out: False."""
    deleted: bool | None = None
    """Those that were removed and can still be restored, in place of those that are there. When it is left out:
    False.
    """


class TaskUpdate(RequestData, kw_only=True):
    """`task:update`: change the members that are given; null takes `model` or `dueAt` away, or the task out of its
    project; `budget` is replaced whole.

    While steps run, only `priority`, `budget`, `dueAt`, `autoRun` and `projectId` may be changed. A higher budget lets
    a task go on that has spent its old one.
    """

    task_id: int
    """Id of a task."""
    title: str | None = None
    """What it is called in lists. 1 to 200 characters."""
    description: str | None = None
    """What is to be done. At most 200000 characters."""
    priority: TaskPriority | None = None
    """Which of several comes first."""
    model: str | None | UnsetType = UNSET
    """Who plans and joins; null leaves that to the daemon, left out it stays. 1 to 256 characters."""
    auto_run: bool | None = None
    """Whether a plan is run without a person's approval. It does not start the task: `task:run` or `task:plan` does."""
    budget: TaskLimits | None = None
    """What the task may take; it is replaced whole."""
    due_at: str | None | UnsetType = UNSET
    """When it should be done; null takes the date away, left out it stays. At most 35 characters."""
    project_id: int | None | UnsetType = UNSET
    """Id of the project with whose members it is shared; null when with nobody."""
    version: int | None = None
    """The `version` that it was read with: another one by now is a `conflict`, which says the present one."""


class TaskDelete(RequestData, kw_only=True):
    """`task:delete`: remove a task with all that belongs to it; `force` when it runs or was told to, which ends it.
    For some time it can be restored.
    """

    task_id: int
    """Id of a task."""
    force: bool | None = None
    """Also when it runs or was told to, which ends it. When it is left out: False."""


class TaskRestore(RequestData, kw_only=True):
    """`task:restore`: have a task back that was removed, with all that belongs to it. What waited for it does so
    again, unless it has begun without it.
    """

    task_id: int
    """Id of a task."""


class TaskPlan(RequestData, kw_only=True):
    """`task:plan`: have a planner split it, anew if its plan was not begun; with `autoRun` it goes on at once."""

    task_id: int
    """Id of a task."""


class TaskRun(RequestData, kw_only=True):
    """`task:run`: begin a task that is `pending`; it is planned first when it has no subtasks."""

    task_id: int
    """Id of a task."""


class TaskPause(RequestData, kw_only=True):
    """`task:pause`: begin no more steps; the task is `paused` once those that run have ended."""

    task_id: int
    """Id of a task."""


class TaskResume(RequestData, kw_only=True):
    """`task:resume`: go on with a task that is `paused`, or about to be."""

    task_id: int
    """Id of a task."""


class TaskCancel(RequestData, kw_only=True):
    """`task:cancel`: end a task, until a `task:retry`; what its models generate is cut off."""

    task_id: int
    """Id of a task."""


class TaskRetry(RequestData, kw_only=True):
    """`task:retry`: begin a failed or cancelled task anew; what is completed stays."""

    task_id: int
    """Id of a task."""


class TaskDependencyAdd(RequestData, kw_only=True):
    """`task:dependency:add`: `taskId` begins only when `dependsOn` is completed."""

    task_id: int
    """Id of a task."""
    depends_on: int
    """Id of the task that must be completed first."""


class TaskDependencyRemove(RequestData, kw_only=True):
    """`task:dependency:remove`: `taskId` doesn't wait for `dependsOn` any more."""

    task_id: int
    """Id of a task."""
    depends_on: int
    """Id of the task that is not waited for any more."""


class TaskSubscribe(RequestData, kw_only=True):
    """`task:subscribe`: tell me all that happens to a task; `streaming`: also the text of its steps as it is made.

    Without `taskId`: what happens to all tasks that one sees, from now on, those that come later among them, and no
    texts.
    """

    task_id: int | None = None
    """Id of a task."""
    streaming: bool | None = None
    """Whether the text of its steps is sent, too, as it is generated. When it is left out: False."""


class TaskUnsubscribe(RequestData, kw_only=True):
    """`task:unsubscribe`: no more of that; without `taskId`: of those tasks only that are followed one by one."""

    task_id: int | None = None
    """Id of a task."""


class TaskApprove(RequestData, kw_only=True):
    """`task:approve`: a person's word on what `task:approval` asks, `hash` as it stood there; with `approve` false
    it is refused. `note` is told to whoever tries a refused result again.
    """

    approval_id: int
    """Id of a question to a person."""
    hash: str
    """The `hash` of the question that is answered; another one is refused. 1 to 128 characters."""
    approve: bool
    """True to approve, false to refuse."""
    note: str | None = None
    """A word for whoever tries a refused result again. At most 4000 characters."""


class TaskApprovals(RequestData, kw_only=True):
    """`task:approvals`: what persons are asked and have not answered, of one task or of all, the oldest first."""

    task_id: int | None = None
    """Only questions about this task; left out, about all."""
    limit: int | None = None
    """How many entries a page may have. 1 to 200. When it is left out: 50."""
    cursor: str | None = None
    """The `nextCursor` of the page before; without one, the first page. 1 to 64 characters."""


class TaskLogs(RequestData, kw_only=True):
    """`task:logs`: what happened, the latest first; `cursor` is the `nextCursor` of the page before."""

    task_id: int
    """Id of a task."""
    subtask_id: int | None = None
    """Only lines about this subtask."""
    limit: int | None = None
    """How many entries a page may have. 1 to 200. When it is left out: 50."""
    cursor: str | None = None
    """The `nextCursor` of the page before; without one, the first page. 1 to 64 characters."""


class TaskBrakes(RequestData, kw_only=True):
    """`task:brakes`: from which loads of the machine on no new step begins, and whether it is so now."""


class TaskStats(RequestData, kw_only=True):
    """`task:stats`: figures over all tasks."""


class TaskListSubscribe(RequestData, kw_only=True):
    """`task:list:subscribe`: be told what becomes of tasks. With `since`, also what has become of them after that
    change.
    """

    since: int | None = None
    """The `number` of the last change that was told."""


class TaskListUnsubscribe(RequestData, kw_only=True):
    """`task:list:unsubscribe`: be told no more what becomes of tasks."""


class TaskReply(ServerData, kw_only=True):
    """The task, as the request has left it."""

    task: TaskItem
    """The task."""


class TaskPage(ServerData, kw_only=True):
    """The reply to `task:list`; `nextCursor` is null on the last page."""

    items: list[TaskListItem] = []
    """The entries of this page, in order."""
    next_cursor: str | None = None
    """What to send as `cursor` for the next page; null on the last one."""
    total: int | None = None
    """How many tasks fit, if that was asked for."""


class TaskListItem(ServerData, kw_only=True):
    """A task as lists show it; `completed` of its `subtasks` are done."""

    id: int
    """Its id."""
    user_id: int
    """Id of the user whose it is; 0 for what was stored before there was any user."""
    project_id: int | None = None
    """Id of the project with whose members it is shared; null when with nobody."""
    title: str
    """What it is called in lists."""
    priority: TaskPriority | str
    """Which of several comes first."""
    status: TaskState | str
    """How it stands."""
    waits_for: TaskWaitsFor | str | None = None
    """What it waits for; null unless its `status` is `waiting`."""
    reason: str | None = None
    """Why it is so, for people; null when there is nothing to say."""
    due_at: str | None = None
    """When it should be done; null for no date. Nothing happens at that time by itself."""
    created_at: str
    """When it was created."""
    updated_at: str
    """When it was changed last."""
    completed_at: str | None = None
    """When it was completed; null until then."""
    deleted_at: str | None = None
    """ISO-8601, UTC, with milliseconds"""
    subtasks: int
    """How many subtasks it has."""
    completed: int
    """How many of its subtasks are completed."""


class TaskUpdated(ServerData, kw_only=True):
    """`task:update`: a task and its subtasks in order, whole; the reply to `task:update`, and to subscribers
    whenever something of it has changed, whoever did it. Of changes that follow each other quickly only the last may
    be told.
    """

    task: TaskItem
    """The task."""
    subtasks: list[SubtaskItem] = []
    """Its subtasks, in order."""
    timestamp: str
    """When it happened, or was told."""


class TaskDeleted(ServerData, kw_only=True):
    """The reply to `task:delete`."""

    task_id: int
    """Id of a task."""


class TaskSubscribed(ServerData, kw_only=True):
    """The reply to `task:subscribe`; a `task:update` and the open `task:approval`s follow at once. Where all tasks
    are followed `taskId` is 0, and only changes are told.
    """

    task_id: int
    """Id of a task."""


class TaskStreaming(ServerData, kw_only=True):
    """`task:streaming`: text of a step that runs, of the task itself where `subtaskId` is null.

    `seq` is the number of code points including this `chunk`. `begin`: it is the first; if there was text of this step
    and `attempt` before, forget that. `done`: no more comes; what stands is told by `task:update`.
    """

    task_id: int
    """Id of a task."""
    subtask_id: int | None = None
    """Id of a subtask; null where the task itself is meant."""
    step: StepKind | str
    """What the step does."""
    attempt: int
    """Which attempt it is, from 1."""
    model: str | None = None
    """Name of the model, as `model:list` has it; null where none is chosen or known."""
    seq: int
    """Code points of the step's text including this `chunk`."""
    begin: bool
    """Whether it is the first text of this step and attempt; forget what came of it before."""
    chunk: str
    """Text that follows the text before it, byte for byte."""
    done: bool
    """Whether no more of this step comes."""


class TaskUnsubscribed(ServerData, kw_only=True):
    """The reply to `task:unsubscribe`; without `id` to subscribers of a task that was deleted, or that they see no
    more. `taskId` is 0 in the reply for all tasks.
    """

    task_id: int
    """Id of a task."""


class TaskApproved(ServerData, kw_only=True):
    """The reply to `task:approve`: the question with its answer."""

    approval: TaskApproval
    """The question with its answer."""


class TaskApprovalPage(ServerData, kw_only=True):
    """The reply to `task:approvals`; `nextCursor` is null on the last page."""

    items: list[TaskApproval] = []
    """The entries of this page, in order."""
    next_cursor: str | None = None
    """What to send as `cursor` for the next page; null on the last one."""


class TaskLogPage(ServerData, kw_only=True):
    """The reply to `task:logs`; `nextCursor` is null on the last page."""

    items: list[TaskLogItem] = []
    """The entries of this page, in order."""
    next_cursor: str | None = None
    """What to send as `cursor` for the next page; null on the last one."""


class TaskLogItem(ServerData, kw_only=True):
    """One line of a task's log; `details` is an object whose members depend on what happened."""

    id: int
    """Its id."""
    subtask_id: int | None = None
    """Id of a subtask; null where the task itself is meant."""
    level: LogLevel | str
    """How much it matters."""
    message: str
    """What happened."""
    fact: LogFact | None = None
    """The same as `message` for programs; null in lines of an older daemon."""
    details: dict[str, Any] | None = None
    """An object whose members depend on what happened; null when there is none."""
    timestamp: str
    """When it happened, or was told."""


class TaskBrakeState(ServerData, kw_only=True):
    """The reply to `task:brakes`: limits in percent in use, null for what never brakes."""

    cpu: float | None = None
    """Of the processor, without what this daemon's own model servers use."""
    memory: float | None = None
    """Of main memory."""
    vram: float | None = None
    """Of the fullest graphics card's memory."""
    disk: float | None = None
    """Of the data directory's file system; less than 1 GB free brakes, too."""
    reason: str | None = None
    """Why no new step begins, for people; null while one may. The machine is looked at while there are tasks."""
    causes: list[TaskBrakeCause] | None = None
    """The same for programs; empty while one may begin."""


class TaskStatistics(ServerData, kw_only=True):
    """The reply to `task:stats`. `successRate` is the share of completed tasks among those completed or failed."""

    total: int
    """How many tasks there are."""
    by_status: TaskCounts
    """How many tasks there are of each status."""
    success_rate: float | None = None
    """From 0 to 1: how many of those that ended did so completed; null when none has ended."""
    calls: int
    """How many times a model was asked."""
    tokens: int
    """Tokens that were read and written."""
    seconds: float
    """Seconds that the models took, those side by side added up."""
    times: TaskTimes
    """How long tasks took."""
    by_model: list[TaskModelFigures] = []
    """How each model did, by kind of work."""


class TaskCounts(ServerData, kw_only=True):
    """How many tasks there are of each status."""

    pending: int = 0
    """Not told to begin yet."""
    planning: int = 0
    """A planner splits them."""
    executing: int = 0
    """Their subtasks are done."""
    validating: int = 0
    """What was done is checked."""
    consolidating: int = 0
    """The results are joined."""
    waiting: int = 0
    """They wait; `waitsFor` of each says for what."""
    paused: int = 0
    """A person paused them."""
    completed: int = 0
    """How many are completed."""
    failed: int = 0
    """They ended without a result."""
    cancelled: int = 0
    """A person ended them."""


class TaskTimes(ServerData, kw_only=True):
    """Seconds from the first step to the end, over the `tasks` completed last: median and 95th percentile."""

    tasks: int
    """How many tasks these figures are about."""
    p50: float | None = None
    """Seconds; half of the tasks took less. Null when there are none."""
    p95: float | None = None
    """Seconds; 95 of 100 tasks took less. Null when there are none."""


class TaskModelFigures(ServerData, kw_only=True):
    """How a model did at a kind of task: results made, and of those `checked` by others how many they approved."""

    model: str
    """Name of the model, as `model:list` has it; null where none is chosen or known."""
    task_type: TaskType | str
    """What kind of work it is."""
    runs: int
    """How many results it made."""
    checked: int
    """How many of the results were checked by another model."""
    approved: int
    """How many of the checked ones others approved."""
    score: float | None = None
    """The mean score, from 0 to 100; null when none was checked."""
    tokens: int
    """Tokens that it read and wrote."""
    seconds: float
    """Seconds that the models took, those side by side added up."""


class TaskListSubscribed(ServerData, kw_only=True):
    """The reply to `task:list:subscribe`; the changes follow it, after the one of this number."""

    number: int
    """Of the change; grows from one to the next."""
    recovered: bool
    """Whether all changes after `since` will be told; else read the list again."""


class TaskListChanged(ServerData, kw_only=True):
    """Something has become of a task; pushed to whoever has subscribed and sees it."""

    number: int
    """Of the change; grows from one to the next."""
    change: ChangeKind | str
    """What has become of it."""
    task_id: int | None = None
    """Id of a task."""
    item: TaskListItem | None = None
    """The row as it is by now; null when it isn't there any more, or may not be seen."""


class TaskListUnsubscribed(ServerData, kw_only=True):
    """The reply to `task:list:unsubscribe`."""
