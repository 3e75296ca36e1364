"""Having a task planned, done and checked by models, and waiting for it."""

from contextlib import suppress
from typing import Annotated

import trio
from msgspec import Meta, Struct

from orchd.errors import NotFound, OrchdError
from orchd.features.mcp.asking.call import McpCall
from orchd.features.mcp.tools.tool import McpTool, TaskId, ToolArguments, ToolResult
from orchd.protocol.types import Count, ModelName, RowId
from orchd.wakeup import Signal

ENDED = ("completed", "failed", "cancelled")
OTHERS_TURN = ("approval", "budget", "dependencies")
"""What a task waits for that may take for ever: somebody has to do something."""
CANCEL_SECONDS = 10.0
"""How long the models of a task may take to be let go of."""


class TaskArguments(ToolArguments, frozen=True, kw_only=True):
    """A task."""

    title: Annotated[str, Meta(min_length=1, max_length=200, description="What the task is called.")]
    description: Annotated[
        str, Meta(max_length=200_000, description="All that those who do it must know: they see nothing else.")
    ]
    model: Annotated[
        ModelName | None,
        Meta(description="A `name` of `list_models` that plans and joins; left out, the daemon's choice."),
    ] = None
    max_calls: Annotated[
        Annotated[int, Meta(ge=1, le=1_000_000)] | None, Meta(description="Calls of models that it may take at most.")
    ] = None
    max_minutes: Annotated[
        Annotated[float, Meta(gt=0, le=100_000)] | None,
        Meta(description="Minutes that its steps together may take at most."),
    ] = None


class TaskQuestion(ToolArguments, frozen=True, kw_only=True):
    """Which task is meant."""

    task_id: Annotated[RowId, Meta(description="Id of a task, as `run_task` or `search` has told it.")]


class TaskStep(Struct, frozen=True, rename="camel"):
    """A part of a task."""

    title: str
    status: str
    verified: Annotated[bool, Meta(description="Whether another model than its author has approved of its result.")]


class TaskCost(Struct, frozen=True):
    """What a task has taken: calls of models, tokens read and written, seconds of its steps together."""

    calls: Count
    tokens: Count
    seconds: float


class TaskResult(ToolResult, frozen=True, kw_only=True):
    """How a task stands."""

    task_id: TaskId
    title: str
    status: Annotated[
        str,
        Meta(description="`completed`, `failed` or `cancelled` once it has ended; else what it does, or `waiting`."),
    ]
    waits_for: Annotated[str | None, Meta(description="What it waits for: `approval` is a word of a person.")]
    reason: Annotated[str | None, Meta(description="Why it is as it is, where there is something to say.")]
    result: Annotated[str | None, Meta(description="What came of it; null before it is completed.")]
    notes: Annotated[str, Meta(description="What should be known of the result.")]
    steps: list[TaskStep]
    spent: TaskCost


class _Task(Struct, rename="camel"):
    id: RowId
    title: str
    status: str
    waits_for: str | None
    reason: str | None
    result: str | None
    result_notes: str
    spent: TaskCost


class _TaskReply(Struct):
    task: _Task


class _TaskState(Struct):
    """A task with its steps: the reply to `task:get`, and what its followers are told."""

    task: _Task
    subtasks: list[TaskStep]


class _TaskId(Struct, rename="camel"):
    task_id: int


class _TaskWatch:
    """What is known of a task that is followed."""

    def __init__(self) -> None:
        self.state: _TaskState | None = None
        self.gone = False
        self.news = Signal()

    def take(self, state: _TaskState) -> None:
        self.state = state
        self.news.set()

    def lose(self, _told: _TaskId) -> None:
        self.gone = True
        self.news.set()


async def run_task(call: McpCall, arguments: TaskArguments) -> TaskResult:
    """Begin a task, and return when it has ended or waits for somebody. It is cancelled when nobody waits for it any
    more; when the daemon stops, the next one goes on with it."""
    limits = {"maxCalls": arguments.max_calls, "maxMinutes": arguments.max_minutes}
    create = {
        "title": arguments.title,
        "description": arguments.description,
        "model": arguments.model,
        "autoRun": True,
        "budget": {name: value for name, value in limits.items() if value is not None},
    }
    with trio.CancelScope(shield=True):  # bounded by the database; what is created is known, and ended with its call
        task_id = (await call.client.ask("task:create", _TaskReply, create)).task.id
    call.about["taskId"] = task_id
    try:
        await _follow(call, task_id)
    finally:
        if call.is_unwanted:
            await _cancel(call, task_id)
    return await _result(call, task_id)


async def get_task(call: McpCall, arguments: TaskQuestion) -> TaskResult:
    """Return how a task stands."""
    return await _result(call, arguments.task_id)


async def _follow(call: McpCall, task_id: int) -> None:
    """Run a task until it has ended, waits for somebody, or is paused."""
    followed = _TaskWatch()
    call.client.listen("task:update", _TaskState, followed.take)
    call.client.listen("task:unsubscribed", _TaskId, followed.lose)
    await call.client.ask("task:subscribe", Struct, {"taskId": task_id})
    begun = (await call.client.ask("task:run", _TaskReply, {"taskId": task_id})).task
    call.tell(f"task {task_id}: {begun.status}")
    while not followed.gone:
        state = followed.state
        if state is not None:
            call.tell(_words(state))
            if _is_settled(state.task):
                return
        await followed.news.wait()
    raise NotFound("the task was deleted", field="taskId")


def _is_settled(task: _Task) -> bool:
    return task.status in ENDED or task.status == "paused" or task.waits_for in OTHERS_TURN


def _words(state: _TaskState) -> str:
    done = sum(step.status == "completed" for step in state.subtasks)
    steps = f", {done} of {len(state.subtasks)} steps done" if state.subtasks else ""
    waits = f" for {state.task.waits_for}" if state.task.waits_for else ""
    return f"task {state.task.id}: {state.task.status}{waits}{steps}"


async def _cancel(call: McpCall, task_id: int) -> None:
    with trio.move_on_after(CANCEL_SECONDS, shield=True), suppress(OrchdError):
        await call.client.ask("task:cancel", _TaskReply, {"taskId": task_id})


async def _result(call: McpCall, task_id: int) -> TaskResult:
    found = await call.client.ask("task:get", _TaskState, {"taskId": task_id})
    task = found.task
    return TaskResult(
        task_id=task.id,
        title=task.title,
        status=task.status,
        waits_for=task.waits_for,
        reason=task.reason,
        result=task.result,
        notes=task.result_notes,
        steps=found.subtasks,
        spent=task.spent,
    )


def _text(result: TaskResult) -> str:
    about = f"Task {result.task_id} is {result.status}"
    waits = f" for {result.waits_for}" if result.waits_for else ""
    reason = f": {result.reason}" if result.reason else "."
    parts = (f"{about}{waits}{reason}", result.result, result.notes)
    return "\n\n".join(part for part in parts if part)


RUN_TASK = McpTool(
    "run_task",
    "Run a task",
    "Has a task split into steps by a planner, done by models, checked by other models, and joined; waits until it has"
    " ended, which takes minutes to hours, and returns its result. Where it waits for a person it returns earlier;"
    " `get_task` tells how it goes on. When the call is cancelled, so is the task.",
    TaskArguments,
    TaskResult,
    ("task:create", "task:run", "task:subscribe", "task:get", "task:cancel"),
    run_task,
    text=_text,
    lasting=True,
)
GET_TASK = McpTool(
    "get_task",
    "Look at a task",
    "Tells how a task stands, and its result once it has one.",
    TaskQuestion,
    TaskResult,
    ("task:get",),
    get_task,
    text=_text,
    reads=True,
)
