"""Tasks as models: a question becomes a task, which is planned, done in parts, checked and joined; its result answers.

The task is one like any other: it stands in the list, may be watched, paused and ended there, and costs what it costs.
It ends with its reader, as an answer does; but where it is the daemon that stops, the next one goes on with it.
"""

from collections.abc import AsyncGenerator, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, NamedTuple

import msgspec
import trio

from orchd.clock import unix_now
from orchd.entity import Owner, owner_of
from orchd.errors import Invalid, RequestCancelled, ShuttingDown, UpstreamError
from orchd.features.gateway.bodies import RelayBody
from orchd.features.gateway.relay import HEARTBEAT_SECONDS
from orchd.features.gateway.sources import AnswerEnd, AnswerSource, AnswerText, RelayEvent, RelayRemark
from orchd.features.task import TaskCreate, TaskFound, TaskHandlers
from orchd.llm import (
    Outcome,
    RelayedPiece,
)
from orchd.protocol.identity import Identity
from orchd.protocol.rights import refusal
from orchd.wakeup import Signal

TASK = "task"
PREFIX = "task:"
TITLE_CHARACTERS = 80
"""Of the question, in the task's title."""
END_SECONDS = 5.0
"""How long the end of a task may take whose reader has left."""
NOT_DONE: Mapping[str, Sequence[object]] = {
    "tools": ([],),
    "response_format": ({"type": "text"},),
    "n": (1,),
    "audio": (),
    "modalities": (["text"],),
}
"""Members that ask for what a task can't do, and with which values they don't; null is always one of them."""
ENDED = ("completed", "failed", "cancelled")


class TaskOrder(NamedTuple):
    """What is to be done: the model that plans and joins, None: the default, and what that is told besides."""

    model: str | None
    told: str


class TaskModels:
    """Has tasks done. `tell_changes` has a function called with the id of each task that something has become of;
    `drained` is set when the daemon, which stops, works on none any more."""

    def __init__(
        self, tasks: TaskHandlers, tell_changes: Callable[[Callable[[int], None]], None], drained: trio.Event
    ) -> None:
        self._tasks = tasks
        self._drained = drained
        self._waiting: dict[int, Signal] = {}
        self._told = Signal()
        """Somebody less waits for a task."""
        tell_changes(self._wake)

    async def drain(self) -> None:
        """Return once the daemon works on no task any more, and all who wait for one are told what became of it."""
        await self._drained.wait()
        for task_id in self._waiting:
            self._wake(task_id)
        while self._waiting:
            await self._told.wait()

    async def begin(self, who: Identity, body: RelayBody, order: TaskOrder, *, pieces: bool) -> AnswerSource:
        """Begin a task; return what becomes of it, as `pieces` of OpenAI's API or as texts. Whoever stops reading ends
        the task.

        Raises `Invalid` for what a task can't do, `Forbidden` without the right to run tasks, `TooLarge` and
        `Unavailable`, here; `UpstreamError` where the task has failed, and `RequestCancelled`, in between."""
        if (refused := refusal("change", "tasks", who)) is not None:
            raise refused
        wanted = _task_of(body, order)
        owner, began = owner_of(who), trio.current_time()
        with trio.CancelScope(shield=True):  # bounded by the database; what is created is followed
            task_id = (await self._tasks.create_for(who, wanted)).task.id
            try:
                await self._tasks.run_for(who, task_id)
            except BaseException:
                await self._tasks.end(owner, task_id)
                raise
        teller = _ResultTeller(body.model or TASK, task_id, began, pieces)
        return _TaskAnswer(partial(self._events, owner, task_id, teller))

    async def _events(
        self, owner: Owner, task_id: int, teller: "_ResultTeller"
    ) -> AsyncGenerator[Sequence[RelayEvent]]:
        over = False
        try:
            with self._changes(task_id) as changed:
                while not over:
                    found = await self._tasks.found_of(owner, task_id)
                    over = found.task.status in ENDED
                    if not over and self._drained.is_set():
                        raise ShuttingDown(
                            f"the daemon is stopping; the next one goes on with task {task_id}", taskId=task_id
                        )
                    if not over:
                        yield [RelayRemark(_progress(found))]
                        with trio.move_on_after(HEARTBEAT_SECONDS):
                            await changed.wait()
                yield teller.events(found)
        finally:
            if not over and not self._drained.is_set():
                with trio.CancelScope(shield=True, deadline=trio.current_time() + END_SECONDS):
                    await self._tasks.end(owner, task_id)

    @contextmanager
    def _changes(self, task_id: int) -> Iterator[Signal]:
        signal = self._waiting[task_id] = Signal()
        try:
            yield signal
        finally:
            del self._waiting[task_id]
            self._told.set()

    def _wake(self, task_id: int) -> None:
        if (signal := self._waiting.get(task_id)) is not None:
            signal.set()


class _TaskAnswer(AnswerSource):
    """The result of a task, and remarks until it is there."""

    def __init__(self, events: Callable[[], AsyncGenerator[Sequence[RelayEvent]]]) -> None:
        self._events = events

    def events(self) -> AsyncGenerator[Sequence[RelayEvent]]:
        return self._events()


class _ResultTeller(NamedTuple):
    """How the result of a task is told."""

    model: str
    task_id: int
    began: float
    pieces: bool

    def events(self, found: TaskFound) -> Sequence[RelayEvent]:
        """Return what is told of a task that has ended. Raises `RequestCancelled`, and `UpstreamError` for one that has
        failed."""
        task = found.task
        if task.status == "cancelled":
            raise RequestCancelled("the task was cancelled")
        if task.status != "completed" or task.result is None:
            raise UpstreamError(f"the task failed: {task.reason or 'it has no result'}", reason="unusable_answer")
        if not self.pieces:
            total = trio.current_time() - self.began
            end = AnswerEnd(Outcome("stop", self.model, None), 0.0, 0.0, total, total)
            return [AnswerText("content", task.result), end]
        choice = {"index": 0, "delta": {"role": "assistant", "content": task.result}, "finish_reason": "stop"}
        piece = {
            "id": f"task-{task.id}",
            "object": "chat.completion.chunk",
            "created": unix_now() // 1000,
            "model": self.model,
            "choices": [choice],
            "orchd": {"task": task.id, "calls": task.spent.calls, "tokens": task.spent.tokens},
        }
        return [RelayedPiece(msgspec.json.encode(piece), speaks=True)]


def task_name(model: str | None) -> str | None:
    """Return the assistant that a model's name wants a task from, empty for none; None where it wants no task."""
    if model == TASK:
        return ""
    return model.removeprefix(PREFIX) if model is not None and model.startswith(PREFIX) else None


def _progress(found: TaskFound) -> str:
    """Return where a task stands, in a few words."""
    done = sum(subtask.status == "completed" for subtask in found.subtasks)
    parts = f" {done} of {len(found.subtasks)}" if found.subtasks else ""
    return f"task {found.task.id} {found.task.status}{parts}"


def _task_of(body: RelayBody, order: TaskOrder) -> TaskCreate:
    for name, harmless in NOT_DONE.items():
        wanted = _plain(body.members, name)
        if wanted is not None and wanted not in harmless:
            raise Invalid(f"a task can't be asked with `{name}`", field=name)
    if body.keep is not None:
        raise Invalid("a task stands in the list of tasks, and in no conversation", field="model")
    messages = _messages(body.members.get("messages"))
    said = [(str(message.get("role")), text) for message in messages if (text := _text(message.get("content")))]
    if not said or said[-1][0] != "user":
        raise Invalid("the last message must be a text of the user to become a task", field="messages")
    asked = said[-1][1]
    whole = asked if len(said) == 1 else "\n\n".join(f"{role}: {text}" for role, text in said)
    title = " ".join(asked.split())[:TITLE_CHARACTERS]
    return TaskCreate(title, f"{order.told}\n\n{whole}".strip(), model=order.model, auto_run=True)


def _plain(members: Mapping[str, Any], name: str) -> Any:
    """Return a member's value, whether it is kept as it came or was made here. Raises `Invalid` where it can't be
    read, as a number that is larger than any."""
    given = members.get(name)
    try:
        return msgspec.json.decode(given) if isinstance(given, msgspec.Raw) else given
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        raise Invalid(f"`{name}` can't be read", field=name) from None


def _messages(given: Any) -> list[Mapping[str, Any]]:
    try:
        found: list[Mapping[str, Any]] = msgspec.json.decode(msgspec.json.encode(given), type=list[dict[str, Any]])
    except (msgspec.MsgspecError, RecursionError):
        raise Invalid("a task answers chats only", field="model") from None
    return found


def _text(content: Any) -> str:
    parts = content if isinstance(content, list) else [{"text": content}]
    return "\n\n".join(
        part["text"] for part in parts if isinstance(part, dict) and isinstance(part.get("text"), str)
    ).strip()
