"""What people ask of a task as a whole. Each is stored first, then told to the runner, so a crash changes nothing."""

from collections.abc import Callable
from typing import TypeAlias

import structlog
import trio

from orchd.clock import unix_now
from orchd.entity import Owner
from orchd.features.task.core.rows import TaskApproval, TaskRow
from orchd.features.task.engine.runner import Runner
from orchd.features.task.engine.running import TaskListener
from orchd.features.task.store import lifecycle_queries
from orchd.features.task.store.lifecycle_queries import Decision
from orchd.storage import Database, Steps

PersonRequest: TypeAlias = Callable[[Owner, int, int], Steps[TaskRow]]
"""Of `lifecycle_queries`: changes a task of an owner at a time, and returns it."""


class Lifecycle:
    """The door for handlers. Everything raises `NotFound`, `Forbidden`, `Conflict` with both states, `Unavailable`."""

    def __init__(self, database: Database, runner: Runner, listener: TaskListener) -> None:
        self._database = database
        self._runner = runner
        self._listener = listener

    async def ask(self, asked: PersonRequest, owner: Owner, task_id: int) -> TaskRow:
        """Store what a person asks of a task: that it is run, planned, paused, gone on with or begun anew."""
        return self._announce(await self._database.write(asked, owner, task_id, unix_now()))

    async def cancel(self, owner: Owner, task_id: int) -> TaskRow:
        """End a task for good; return once its models are let go of, or after some seconds.

        Another daemon that owns it notices within a second.
        """
        task = await self._database.write(lifecycle_queries.cancel, owner, task_id, unix_now())
        # It is cancelled by now, whatever becomes of who asked.
        with trio.CancelScope(shield=True):  # bounded by the runner
            await self._runner.stop(task_id)
        structlog.get_logger().info("task cancelled", task=task_id)
        return self._announce(task)

    async def decide(self, owner: Owner, decision: Decision) -> TaskApproval:
        """Store a person's word; `Conflict` when it was given before or what it is about has changed."""
        decided = await self._database.write(lifecycle_queries.decide, owner, decision, unix_now())
        self.announce_edit(decided.task_id)
        return decided

    def announce_edit(self, task_id: int) -> None:
        """Tell everybody of a change that was stored; whoever edits a task calls `reconsider` in its transaction."""
        self._runner.wake(task_id)
        self._listener.on_change(task_id)

    def announce_move(self, before: TaskRow) -> None:
        """Tell everybody of a change after which others see a task than before, or nobody does."""
        self._runner.wake(before.id)
        self._listener.on_move(before)

    def _announce(self, task: TaskRow) -> TaskRow:
        self.announce_edit(task.id)
        return task
