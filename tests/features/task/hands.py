"""Workers and watchers for tests of the runner: who does what is scripted, and what was done is counted."""

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import trio

from orchd.features.presence import Presence
from orchd.features.task.core.actions import StepLimits
from orchd.features.task.core.causes import Explanation
from orchd.features.task.core.results import CheckResult, Part, Plan, PlannedSubtask, StepOutput
from orchd.features.task.core.rows import ENDED, StepKind, StepRow, SubtaskRow, TaskRow
from orchd.features.task.core.work import StepListener, SubtaskOrder, TaskBrief, TextListener
from orchd.features.task.engine.lifecycle import Lifecycle
from orchd.features.task.engine.runner import Runner
from orchd.features.task.engine.running import RunnerDeps
from orchd.features.task.store import queries
from orchd.guard import Supervisor
from orchd.llm import Cost
from orchd.storage import Database, Statement, Steps

DIAMOND = [
    PlannedSubtask("pack", "Pack boxes"),
    PlannedSubtask("carry", "Carry them", [0]),
    PlannedSubtask("clean", "Clean the rooms", [0]),
    PlannedSubtask("unpack", "Unpack", [1, 2]),
]

Script: TypeAlias = Callable[[str], Awaitable[None]]
"""Awaited before each step does what it does, with its name: `execute pack 1`. Raises what the step shall raise."""


def steps_of(task_id: int) -> Steps[list[StepRow]]:
    """All steps of a task that were begun, in order."""
    return (yield from queries.STEPS.everybodys.all(task_id=task_id))


async def at_once(_name: str) -> None:
    """Let every step end at once."""
    await trio.lowlevel.checkpoint()


def verdict(
    outcome: Literal["verified", "self_checked", "rejected", "undecided"], score: int | None = 80
) -> CheckResult:
    """A check's end."""
    return CheckResult(outcome, score, "judge@x", f"it is {outcome}", f"mend {outcome}", None, [], Cost(1, 20, 10, 0.5))


@dataclass
class Hands:
    """Satisfies `Workers`. `verdicts` by attempt of any subtask; the last one stands for all further ones."""

    plan_of: Sequence[PlannedSubtask] = tuple(DIAMOND)
    verdicts: Sequence[CheckResult] = (verdict("verified"),)
    script: Script = at_once
    choice: Literal[0, 1] = 1
    done: Counter[str] = field(default_factory=Counter)
    orders: list[SubtaskOrder] = field(default_factory=list)
    active: int = 0
    most_active: int = 0

    async def plan(self, brief: TaskBrief, listener: StepListener) -> tuple[Plan, Cost]:
        """As `plan_of` says."""
        await self._do("plan", listener)
        return Plan(list(self.plan_of), "planner@x"), Cost(1, 100, 50, 1.0)

    async def execute(self, order: SubtaskOrder, listener: StepListener) -> StepOutput:
        """A text that shows what was handed."""
        self.orders.append(order)
        await self._do(f"execute {order.subtask.title} {order.attempt}", listener)
        handed = "+".join(part.title for part in order.parts)
        return StepOutput(
            f"{order.subtask.title}({handed}) #{order.attempt}",
            f"m{order.attempt}@x",
            ["it is there"],
            Cost(1, 10, 5, 0.2),
        )

    async def check(self, order: SubtaskOrder, made: StepOutput, listener: StepListener) -> CheckResult:
        """As `verdicts` say."""
        await self._do(f"check {order.subtask.title} {order.attempt}", listener)
        return self.verdicts[min(order.attempt, len(self.verdicts)) - 1]

    async def better(
        self,
        order: SubtaskOrder,
        first: StepOutput,
        second: StepOutput,
        listener: StepListener,
        scores: tuple[int | None, int | None],
    ) -> tuple[Literal[0, 1], Cost]:
        """As `choice` says."""
        await self._do(f"better {order.subtask.title} {order.attempt}", listener)
        return self.choice, Cost(2, 40, 10, 0.4)

    async def consolidate(self, task: TaskRow, parts: Sequence[Part], listener: StepListener) -> StepOutput:
        """All texts."""
        await self._do("consolidate", listener)
        return StepOutput(" | ".join(part.text for part in parts), "joiner@x", [], Cost(1, 30, 30, 1.0))

    async def _do(self, name: str, listener: StepListener) -> None:
        self.done[name] += 1
        self.active += 1
        self.most_active = max(self.active, self.most_active)
        try:
            await self.script(name)
            listener.on_delta(name)
        finally:
            self.active -= 1


class Purse:
    """The quota of one user, used up or not. Satisfies `QuotaHolds`."""

    def __init__(self) -> None:
        self.why: str | None = None

    def hold(self, user_id: int, token_id: int | None) -> tuple[str, int] | None:
        """As a test says."""
        return None if self.why is None else (self.why, 60_000)

    def holds(self) -> list[tuple[int, int | None]]:
        """As a test says."""
        return [] if self.why is None else [(0, None)]


class Ears:
    """Satisfies `TaskListener`, and `TextListener` for all steps."""

    def __init__(self) -> None:
        self.changes: Counter[int] = Counter()
        self.texts: list[str] = []
        self._came = trio.Event()

    def on_change(self, task_id: int) -> None:
        """Count it."""
        self.changes[task_id] += 1
        self._came.set()
        self._came = trio.Event()

    def on_move(self, before: TaskRow) -> None:
        """Count it, too."""
        self.on_change(before.id)

    def listen_to(self, task_id: int, subtask_id: int | None, kind: StepKind, attempt: int) -> "Ears":
        """Listen to all."""
        return self

    def stop_listening(self, listener: TextListener) -> None:
        """Listen on."""

    def on_delta(self, text: str) -> None:
        """Keep it."""
        self.texts.append(text)

    def on_model(self, name: str) -> None:
        """Not of interest."""

    def on_cost(self, cost: Cost) -> None:
        """Not of interest."""

    async def change(self) -> None:
        """Wait for the next change."""
        await self._came.wait()


@dataclass
class Works:
    """A daemon run's tasks."""

    database: Database
    hands: Hands
    ears: Ears
    runner: Runner
    lifecycle: Lifecycle
    deps: RunnerDeps

    async def task(self, task_id: int) -> TaskRow:
        """As it is stored."""
        found = await self.database.read(queries.find, task_id)
        assert found is not None
        return found

    async def subtasks(self, task_id: int) -> list[SubtaskRow]:
        """As they are stored."""
        return await self.database.read(queries.subtasks, task_id)

    async def let_go(self) -> None:
        """Wait until no task is in hand."""
        with trio.fail_after(90):
            while self.runner.owned.work:  # noqa: ASYNC110 - it tells nobody; by the virtual clock it costs nothing
                await trio.sleep(0.1)

    async def until(
        self, task_id: int, wanted: Callable[[TaskRow], bool] = lambda task: task.status in ENDED
    ) -> TaskRow:
        """Wait until a task is as wanted; a minute and a half is a hang."""
        with trio.fail_after(90):
            while True:
                with trio.move_on_after(0.2):
                    await self.ears.change()
                task = await self.task(task_id)
                if wanted(task):
                    return task


@asynccontextmanager
async def working(
    database: Database,
    hands: Hands,
    *,
    epoch: str = "me",
    limits: StepLimits = StepLimits(attempts=3, parallel=4, pause_seconds=1.0),  # noqa: B008 - it never changes
    brakes: Callable[[], Explanation | None] = lambda: None,
    now: Callable[[], int] | None = None,
    places: int = 20,
) -> AsyncIterator[Works]:
    """Run tasks while the block lasts, as a daemon run of this name would."""
    ears = Ears()
    presence = Presence(database, epoch)
    await presence.renew()
    deps = RunnerDeps(database, lambda: hands, ears, Purse(), epoch, limits, brakes)
    if now is not None:
        deps.now = now
    async with trio.open_nursery() as nursery:
        runner = Runner(deps, presence, Supervisor(nursery), places)
        await runner.owned.take_over()
        nursery.start_soon(runner.run)
        nursery.start_soon(runner.owned.keep_taking_over)
        nursery.start_soon(runner.owned.keep_comparing)
        yield Works(database, hands, ears, runner, Lifecycle(database, runner, ears), deps)
        nursery.cancel_scope.cancel()


def create(title: str = "Move house", *, auto_run: bool = True, ready: bool = True, **budget: float) -> Steps[int]:
    """Insert a task, told to run or not."""
    inserted = yield Statement(
        "INSERT INTO task (user_id, title, description, priority, status, waits_for, reason, wish, ready, version,"
        " round, planned, auto_run, max_calls, max_tokens, max_minutes, calls, tokens, seconds, result_notes,"
        " links_json, created_at, updated_at)"
        " VALUES (0, ?, 'From A to B', 1, 'pending', '', '', '', ?, 1, 1, 0, ?, ?, ?, ?, 0, 0, 0, '', '[]', 1,"
        " 1)",
        (title, int(ready), int(auto_run), budget.get("calls"), budget.get("tokens"), budget.get("minutes")),
    )
    return inserted.last_id


def add_subtasks(task_id: int, *titles: str, needs_approval: bool = False) -> Steps[list[int]]:
    """Insert subtasks that need nothing of each other."""
    ids = []
    for position, title in enumerate(titles):
        inserted = yield Statement(
            "INSERT INTO subtask (task_id, position, title, prompt, task_type, difficulty, needs_approval, status,"
            " attempts, notes, verified, self_checked, reasons_json, created_at, updated_at)"
            " VALUES (?, ?, ?, ?, 'general', 5, ?, 'pending', 0, '', 0, 0, '[]', 1, 1)",
            (task_id, position, title, f"Do {title}", int(needs_approval)),
        )
        ids.append(inserted.last_id)
    return ids


def depend(task_id: int, on: int) -> Steps[None]:
    """Make a task depend on another one."""
    yield Statement("INSERT INTO task_dependency (task_id, depends_on) VALUES (?, ?)", (task_id, on))


class Gate:
    """A script that holds the steps that begin with a name until it is opened; others go through."""

    def __init__(self, name: str) -> None:
        self.reached = trio.Event()
        self.open = trio.Event()
        self.cancelled = 0
        self._name = name

    async def __call__(self, name: str) -> None:
        """Satisfies `Script`."""
        if not name.startswith(self._name):
            await trio.lowlevel.checkpoint()
            return
        self.reached.set()
        try:
            await self.open.wait()
        except trio.Cancelled:
            self.cancelled += 1
            raise


def failing(error: Exception, *names: str) -> Script:
    """A script by which these steps fail, each time that it is their turn in the list."""
    left = list(names)

    async def script(name: str) -> None:
        await trio.lowlevel.checkpoint()
        if name in left:
            left.remove(name)
            raise error

    return script
