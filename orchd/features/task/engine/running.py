"""One task that is owned: decide, store, run, until it is released, ends, or is no longer ours.

    decide (pure) -> store the ends and what follows from them in one transaction -> run the steps that begin -> wait

A step begins only after its intent is stored. All ends that have come in by the time of a round go into one
transaction, together with the intents of what follows, so a step costs about one commit. A commit that fails because
somebody changed the task is made again on the task as it is now; one that may or may not have gone through (the
database went away in the middle) too: what is stored already is then found stored, and nothing counts twice.
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import reduce
from math import inf
from typing import Protocol

import structlog
import trio
from msgspec.structs import replace

from orchd.clock import unix_now
from orchd.errors import Unavailable, let_go_of_frames
from orchd.features.task.core import task_log
from orchd.features.task.core.actions import (
    Action,
    BeginStep,
    Conditions,
    StepEvent,
    StepFailed,
    StepFinished,
    StepLimits,
    StepStopped,
)
from orchd.features.task.core.causes import Explanation, TaskCause, explain
from orchd.features.task.core.machine import MINUTE_SECONDS
from orchd.features.task.core.rows import QualityFigures, StepKey, StepKind, TaskRow
from orchd.features.task.core.state import TaskState
from orchd.features.task.core.task_log import LogEntry
from orchd.features.task.core.transitions import absorb, advance
from orchd.features.task.core.work import TextListener, Workers
from orchd.features.task.engine import log_lines, stepping
from orchd.features.task.store import lifecycle_queries, queries
from orchd.features.task.store.saving_queries import Change, OutdatedError, save
from orchd.guard import guarded
from orchd.llm import Cost, NoAnswerError
from orchd.protocol.types import timestamp
from orchd.storage import Database
from orchd.wakeup import Signal

AWAY_SECONDS = 0.5
"""Pause before the database is tried again; it says itself when it is back, but it may go away again at once."""

OVERTIME_SECONDS = 0.1
"""Given to a step over what the budget has left, so that it is certainly spent afterwards."""


class TaskListener(Protocol):
    """Who is told what tasks do; never blocks, never raises."""

    def on_change(self, task_id: int) -> None:
        """A change of a task or of its subtasks was stored."""

    def on_move(self, before: TaskRow) -> None:
        """A task was deleted, or changed so that others may see it; this is what it was."""

    def listen_to(self, task_id: int, subtask_id: int | None, kind: StepKind, attempt: int) -> TextListener:
        """A step is about to run: return who listens to it."""

    def stop_listening(self, listener: TextListener) -> None:
        """The step that `listen_to` listened to runs no more."""


class QuotaHolds(Protocol):
    """Who has used up a quota, as far as this daemon knows; never blocks."""

    def hold(self, user_id: int, token_id: int | None) -> tuple[str, int] | None:
        """Return why somebody, or what is asked by their token, may ask models for nothing now, and until when (Unix
        milliseconds); None when they may."""

    def holds(self) -> list[tuple[int, int | None]]:
        """Return all of whom that is so: users, with the token or None."""


@dataclass
class RunnerDeps:
    """What all running tasks share. `brakes` says why no new work may begin, None when it may."""

    database: Database
    workers: Callable[[], Workers]
    """Returns the same ones each time."""
    listener: TaskListener
    quotas: QuotaHolds
    epoch: str
    limits: StepLimits = field(default_factory=StepLimits)
    brakes: Callable[[], Explanation | None] = lambda: None
    fresh: Callable[[], Awaitable[None]] = trio.lowlevel.checkpoint
    """Awaited before tasks are acquired, so that the brakes have a recent sample."""
    now: Callable[[], int] = unix_now
    draining: bool = False


class CostMeter:
    """Adds up what a step costs while it runs, and passes the rest on. Satisfies `StepListener`."""

    def __init__(self, inner: TextListener) -> None:
        self.cost = Cost()
        self._inner = inner

    def on_delta(self, text: str) -> None:
        self._inner.on_delta(text)

    def on_model(self, name: str) -> None:
        self._inner.on_model(name)

    def on_cost(self, cost: Cost) -> None:
        self.cost = self.cost.plus(cost)


@dataclass
class RoundNotes:
    """What one round has to store besides the state."""

    entries: list[LogEntry] = field(default_factory=list)
    gauged: list[QualityFigures] = field(default_factory=list)


class Run:
    """A task that this daemon run has acquired. `run` is called once."""

    def __init__(self, deps: RunnerDeps, task_id: int) -> None:
        self.task_id = task_id
        self.ended = trio.Event()
        self._deps = deps
        self._state: TaskState
        self._version: int | None = None
        self._outdated = True
        self._events: list[StepEvent] = []
        self._scopes: dict[StepKey, trio.CancelScope] = {}
        self._meters: dict[StepKey, CostMeter] = {}
        self._began: dict[StepKey, float] = {}
        self._unstored: set[StepKey] = set()
        """Steps that were begun and whose ends are not stored yet, though some may have come."""
        self._steps = 0
        self._stirred = Signal()
        self._scope = trio.CancelScope()

    @property
    def version(self) -> int | None:
        """The version of the task as last read or stored from here, None before that."""
        return self._version

    @property
    def abandoned(self) -> bool:
        """Whether its end was asked for by `abandon`."""
        return self._scope.cancel_called

    def reload(self) -> None:
        """Look at the task again: somebody else has changed it."""
        self._outdated = True
        self._stirred.set()

    def wake(self) -> None:
        """Decide again: something besides the task has changed (brakes, the daemon's end)."""
        self._stirred.set()

    def cut(self) -> None:
        """Cut off the steps that run; they may be begun again. Does not wait."""
        for scope in self._scopes.values():
            scope.cancel()

    def abandon(self) -> None:
        """End at once and store nothing: the task is over, or somebody else's. Does not wait; `ended` is set then."""
        self._scope.cancel()

    async def run(self) -> None:
        """Work on the task until it is released."""
        started = trio.current_time()
        ours = False
        try:
            with self._scope:
                async with trio.open_nursery() as nursery:
                    ours = await self._go_on(nursery)
                    nursery.cancel_scope.cancel()
            if self.abandoned:
                await self._bill()
        finally:
            self.ended.set()
        seconds = trio.current_time() - started
        if ours:
            log_lines.log_rest(self._state, self._steps, seconds)
        else:
            log_lines.log_release(self.task_id, self._steps, seconds)

    async def _bill(self) -> None:
        """Add to a task that was cancelled what its steps had spent by then; if the database is away, that is lost."""
        now = trio.current_time()
        costs = [*(meter.cost for meter in self._meters.values()), *(event.cost for event in self._events)]
        seconds = [*(now - self._began[key] for key in self._meters), *(event.seconds for event in self._events)]
        cost = reduce(Cost.plus, costs, Cost())
        if costs:
            with suppress(Unavailable):
                spent = replace(cost, seconds=sum(seconds))
                await self._deps.database.write(lifecycle_queries.bill, self.task_id, spent, self._deps.now())

    async def _go_on(self, nursery: trio.Nursery) -> bool:
        """Work on it until it is released; return whether it was ours until then."""
        while True:
            events, self._events = self._events, []
            wake_at = await self._round(nursery, events)
            if wake_at is None:
                return self._version is not None and self._state.task.owner is None
            with trio.move_on_after(max(0.0, (wake_at - self._deps.now()) / 1000)):
                await self._stirred.wait()

    async def _round(self, nursery: trio.Nursery, events: list[StepEvent]) -> float | None:
        """Take in `events` and begin what follows; return when to look again (inf: when stirred), None when the task
        is no longer owned."""
        while True:
            if self._outdated and not await self._read_again():
                return None
            notes = RoundNotes()
            state = self._absorb(events, notes)
            brakes, draining = self._deps.brakes(), self._deps.draining
            spending = {key: meter.cost for key, meter in self._meters.items()}
            quota = self._deps.quotas.hold(state.task.user_id, state.task.token_id)
            why = None if quota is None else explain(quota[0], TaskCause("quota", ends_at=timestamp(quota[1])))
            world = Conditions(self._deps.now(), self._deps.limits, brakes, draining, spending, why)
            state, actions, wake_at = advance(state, world, self._deps.epoch)
            if state is self._state:
                return wake_at or inf
            notes.entries += [entry for action in actions for entry in task_log.of_action(action)]
            if not await self._store(state, notes):
                continue
            self._unstored -= {event.key for event in events}
            if self._state.task.owner is None:
                return None
            self._begin(nursery, actions)
            if not state.drafts:
                return wake_at or inf
            events = []

    def _absorb(self, events: list[StepEvent], notes: RoundNotes) -> TaskState:
        state = self._state
        for event in events:
            step = state.step(event.key)
            if step is not None and step.end is None:
                notes.entries += task_log.of_event(state, event)
                notes.gauged += task_log.quality_deltas(state, event)
                state = absorb(state, event, self._deps.now())
        return state

    async def _store(self, state: TaskState, notes: RoundNotes) -> bool:
        """Store a state; return whether it is; if not, it is to be made again from what is stored now."""
        change = Change(self._state, state, self._deps.epoch, self._deps.now(), notes.entries, notes.gauged)
        try:
            self._hold(await self._deps.database.write(save, change))
        except OutdatedError:
            self._outdated = True
        except Unavailable as error:
            self._outdated = True
            structlog.get_logger().warning("a task waits for the database", task=self.task_id, reason=error.message)
            await trio.sleep(AWAY_SECONDS)
        else:
            self._deps.listener.on_change(self.task_id)
            return True
        return False

    async def _read_again(self) -> bool:
        """Take the task as it is stored, with what runs here; return whether it is still owned."""
        self._outdated = False
        read = await read_state(self._deps.database, self.task_id)
        if read is None or read.task.owner != self._deps.epoch:
            return False
        if self._version is None:
            log_lines.log_start(read)
        self._hold(read.with_running(frozenset(self._unstored)))
        return True

    def _hold(self, state: TaskState) -> None:
        self._state, self._version = state, state.task.version

    def _begin(self, nursery: trio.Nursery, actions: list[Action]) -> None:
        for action in actions:
            if isinstance(action, BeginStep):
                scope = trio.CancelScope()
                self._scopes[action.key], self._began[action.key] = scope, trio.current_time()
                self._unstored.add(action.key)
                self._steps += 1
                nursery.start_soon(self._step, action, scope, self._state)
        self._share_minutes()

    def _share_minutes(self) -> None:
        """Bound the steps that run so that all of them together take no more minutes than are left."""
        task, now = self._state.task, trio.current_time()
        if task.budget.max_minutes is None or not self._scopes:
            deadline = inf
        else:
            spent = task.seconds + sum(now - self._began[key] for key in self._scopes)
            left = max(0.0, task.budget.max_minutes * MINUTE_SECONDS - spent)
            deadline = now + left / len(self._scopes) + OVERTIME_SECONDS
        for scope in self._scopes.values():
            scope.deadline = deadline

    async def _step(self, begin: BeginStep, scope: trio.CancelScope, state: TaskState) -> None:
        started = trio.current_time()
        done: stepping.WorkerResult | None = None
        failed: NoAnswerError | None = None
        listener = self._deps.listener.listen_to(self.task_id, begin.subtask_id, begin.kind, begin.key.attempt)
        meter = self._meters[begin.key] = CostMeter(listener)
        with guarded("task step", task=self.task_id, step=begin.key.name) as guard, scope:
            try:
                done = await stepping.perform(self._deps.workers(), state, begin, meter)
            except NoAnswerError as error:
                failed = error
            finally:
                self._deps.listener.stop_listening(listener)
            if failed is not None:
                raise failed.error
        seconds = trio.current_time() - started
        event: StepEvent = StepStopped(begin.key, seconds, meter.cost)
        if done is not None:
            event = StepFinished(begin.key, done.result, done.cost, seconds)
        elif guard.error is not None and guard.error.reason != "quota":  # that one is begun again when it may
            log_lines.step_failed(state, begin.key, guard.error)
            failed = failed or NoAnswerError(guard.error, meter.cost, None)
            let_go_of_frames(failed)  # this one is among them
            event = StepFailed(begin.key, stepping.error_of(failed), seconds, failed.spent)
        del self._scopes[begin.key], self._meters[begin.key], self._began[begin.key]
        self._events.append(event)
        self._stirred.set()


async def read_state(database: Database, task_id: int) -> TaskState | None:
    """Return a task's state; waits for an absent database."""
    while True:
        await database.wait_ready()
        try:
            return await database.read(queries.load, task_id)
        except Unavailable:
            await trio.sleep(AWAY_SECONDS)
