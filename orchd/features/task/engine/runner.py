"""The runner: acquires tasks, one `Run` each, and releases them; takes over what dead daemons left.

Which tasks should run is in the database (`ready`, and nobody their `owner`), so nothing is lost with the process. Of
several daemons on one database each task has one owner: it is taken by compare-and-set, and a run of a daemon that is
over loses what it owned. What other daemons do to a task shows by its version.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import structlog
import trio

from orchd.errors import OrchdError, ShuttingDown, Unavailable
from orchd.features.presence import Ownership, Presence
from orchd.features.task.core.causes import TaskCause, explain, failure
from orchd.features.task.engine.running import AWAY_SECONDS, Run, RunnerDeps
from orchd.features.task.store import lifecycle_queries
from orchd.guard import Supervisor, guarded
from orchd.telemetry.request_id import identify
from orchd.wakeup import Signal

STOP_SECONDS = 10.0
"""How long the end of a task's run is awaited before whoever asked for it is answered."""


class Runner:
    """The tasks that this daemon run owns, `places` of them at most. `supervisor` owns their runs.

    `settled` is called whenever one is released.
    """

    def __init__(
        self,
        deps: RunnerDeps,
        presence: Presence,
        supervisor: Supervisor,
        places: int,
        settled: Callable[[], None] = lambda: None,
    ) -> None:
        self._deps = deps
        self._supervisor = supervisor
        self._places = places
        self.owned: Ownership[Run] = Ownership(
            deps.database,
            presence,
            owners=lifecycle_queries.owners,
            take_over=self._take_over,
            compare=self._compare,
            cut=Run.cut,
            abandon=Run.abandon,
            released=settled,
        )
        self._wanted = Signal()
        self._choice = trio.Lock()

    def wake(self, task_id: int | None = None) -> None:
        """Have a task looked at that was changed, and those that became ready. Returns at once."""
        run = None if task_id is None else self.owned.work.get(task_id)
        if run is not None:
            run.reload()
        self._wanted.set()

    def wake_all(self) -> None:
        """Have all tasks decide again, since what all depend on has changed. Returns at once."""
        for run in self.owned.work.values():
            run.wake()
        self._wanted.set()

    async def stop(self, task_id: int) -> None:
        """End the run of a task that is over by what is stored; return once its models are let go of, or soon after."""
        run = self.owned.work.get(task_id)
        if run is not None:
            run.abandon()
            with trio.move_on_after(STOP_SECONDS):
                await run.ended.wait()

    async def run(self) -> None:
        """Acquire tasks as they become ready, until cancelled."""
        while True:
            await self._wanted.wait()
            try:
                await self._pick()
            except Unavailable:
                await trio.sleep(AWAY_SECONDS)
                await self._deps.database.wait_ready()
                self._wanted.set()
            except ShuttingDown:
                return

    async def drain(self, hurried: trio.Event) -> None:
        """Take no more tasks and begin no more steps; let those that run end until `hurried`, then cut them off."""
        self._deps.draining = True
        self.wake_all()
        await self.owned.drain(hurried)

    async def _take_over(self, dead: set[str]) -> None:
        """Release what dead daemons owned, then start acquiring tasks."""
        if dead:
            freed = await self._deps.database.write(lifecycle_queries.take_over, dead)
            structlog.get_logger().info("tasks of an ended daemon taken over", tasks=freed)
        self._wanted.set()
        await self._adopt()

    async def _pick(self) -> None:
        async with self._choosing():
            database = self._deps.database
            if not await database.read(lifecycle_queries.ready, 1, braked=False):
                return  # a sample takes a moment, for which a daemon that is to end would wait
            await self._deps.fresh()
            braked = self._deps.brakes() is not None
            while (room := self._places - len(self.owned.work)) > 0 and not self._deps.draining:
                payers = self._deps.quotas.holds()
                found = await database.read(lifecycle_queries.ready, room, braked=braked, payers=payers)
                acquired = await database.write(lifecycle_queries.acquire, found, self._deps.epoch) if found else []
                for task_id in acquired:
                    self._take(task_id)
                if not acquired:
                    break

    @asynccontextmanager
    async def _choosing(self) -> AsyncIterator[None]:
        """Acquire tasks in this block only: whatever is acquired in it is registered as owned by its end."""
        async with self._choice:
            with self.owned.acquiring():
                yield

    async def _adopt(self) -> None:
        """Take up tasks that the database says are ours and of which we know nothing: its answer was lost."""
        async with self._choosing():
            for task_id in await self._deps.database.read(lifecycle_queries.owned_versions, self._deps.epoch):
                if self.owned.work.get(task_id) is None:
                    self._take(task_id)

    async def _compare(self) -> None:
        """Notice what others did to the tasks that are owned here."""
        before = dict(self.owned.work)
        stored = await self._deps.database.read(lifecycle_queries.owned_versions, self._deps.epoch)
        for task_id, run in before.items():
            if task_id not in stored:
                run.abandon()
            elif run.version not in (None, stored[task_id]):
                run.reload()

    def _take(self, task_id: int) -> None:
        run = Run(self._deps, task_id)
        self.owned.acquire(task_id, run)
        self._supervisor.run("task", self._run, run, task_id=run.task_id)

    async def _run(self, run: Run) -> None:
        identify(f"task-{run.task_id}")
        try:
            with guarded("task", task=run.task_id) as guard:
                await run.run()
            if guard.error is not None:
                await self._give_up(run.task_id, guard.error)
            if run.abandoned:
                self._deps.listener.on_change(run.task_id)  # who abandoned it may have cut off the last word
        finally:
            self.owned.release(run.task_id, run)
            self._wanted.set()  # a place is free

    async def _give_up(self, task_id: int, error: OrchdError) -> None:
        """Fail a task that met a defect, lest it meet it again and again."""
        cause = TaskCause("defect", error=failure(error.code, error.message, error.reason))
        why = explain(error.message, cause)
        with suppress(Unavailable):  # it is taken up again then
            await self._deps.database.write(lifecycle_queries.give_up, task_id, self._deps.epoch, why, self._deps.now())
            self._deps.listener.on_change(task_id)
