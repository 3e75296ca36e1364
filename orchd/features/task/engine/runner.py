"""The runner: takes tasks in hand, one `Run` each, and lets go of them; takes over what dead daemons left.

Which tasks should run is in the database (`ready`, and nobody their `owner`), so nothing is lost with the process. Of
several daemons on one database each task has one owner: it is taken by compare-and-set, and a run of a daemon that is
over gives up what it had in hand. Within this process everything is told by events; what other daemons do to a task
shows by its version, which is looked at while tasks are in hand.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import structlog
import trio

from orchd.errors import Unavailable
from orchd.features.presence import Presence
from orchd.features.task.engine.running import AWAY_SECONDS, Run, Shop
from orchd.features.task.store import lifecycle_queries
from orchd.guard import Supervisor, guarded
from orchd.wakeup import Signal

TAKE_OVER_SECONDS = 10.0
"""How often tasks are looked for that dead daemons had in hand, or that others have made ready."""

CHANGES_SECONDS = 0.5
"""How often a daemon with tasks in hand looks whether another one has changed them."""

STOP_SECONDS = 10.0
"""How long the end of a task's run is awaited before whoever asked for it is answered."""

LAST_CHANCE_SECONDS = 5.0
"""How long shutdown waits until it is stored that steps were cut off; else the next daemon finds out by itself."""


class Runner:
    """The tasks in hand of this daemon run, `places` of them at most. `supervisor` owns their runs.

    `settled` is called whenever one was let go of.
    """

    def __init__(
        self,
        shop: Shop,
        presence: Presence,
        supervisor: Supervisor,
        places: int,
        settled: Callable[[], None] = lambda: None,
    ) -> None:
        self._shop = shop
        self._presence = presence
        self._supervisor = supervisor
        self._places = places
        self._settled = settled
        self._runs: dict[int, Run] = {}
        self._open = trio.Event()
        self._wanted = Signal()
        self._busy = Signal()
        self._idle = Signal()
        self._picking = trio.Lock()

    @property
    def in_hand(self) -> int:
        """How many tasks are in hand."""
        return len(self._runs)

    def has(self, task_id: int) -> bool:
        """Whether a task is in hand here."""
        return task_id in self._runs

    def look(self, task_id: int | None = None) -> None:
        """Have a task looked at that was changed, and those that became ready. Returns at once."""
        run = None if task_id is None else self._runs.get(task_id)
        if run is not None:
            run.reread()
        self._wanted.set()

    def stir(self) -> None:
        """Have all tasks decide again, since what all depend on has changed. Returns at once."""
        for run in self._runs.values():
            run.stir()
        self._wanted.set()

    async def stop(self, task_id: int) -> None:
        """End the run of a task that is over by what is stored; return once its models are let go of, or soon after."""
        run = self._runs.get(task_id)
        if run is not None:
            run.abandon()
            with trio.move_on_after(STOP_SECONDS):
                await run.ended.wait()

    async def take_over(self) -> None:
        """Free what dead daemons had in hand, then let tasks be taken. Raises `Unavailable`."""
        database = self._shop.database
        dead = await self._presence.dead(await database.read(lifecycle_queries.owners))
        if dead:
            freed = await database.write(lifecycle_queries.take_over, dead)
            structlog.get_logger().info("tasks of an ended daemon taken over", tasks=freed)
        self._open.set()
        self._wanted.set()

    async def run(self) -> None:
        """Take tasks in hand as they become ready, until cancelled."""
        await self._open.wait()
        while True:
            await self._wanted.wait()
            try:
                await self._pick()
            except Unavailable:
                await trio.sleep(AWAY_SECONDS)
                await self._shop.database.wait_ready()
                self._wanted.set()

    async def watch(self) -> None:
        """Take over again and again: on other hosts death shows only with time."""
        await self._open.wait()
        while True:
            await trio.sleep(TAKE_OVER_SECONDS)
            await self._shop.database.wait_ready()
            with suppress(Unavailable):  # the next round tries again
                await self.take_over()
                await self._adopt()

    async def follow_changes(self) -> None:
        """Notice what other daemons do to the tasks in hand; looks only while there are any."""
        while True:
            while not self._runs:
                await self._busy.wait()
            await trio.sleep(CHANGES_SECONDS)
            with suppress(Unavailable):  # the next round tries again
                await self._compare()

    async def drain(self, hurried: trio.Event) -> None:
        """Take no more tasks and begin no more steps; let those that run end until `hurried`, then cut them off."""
        self._shop.draining = True
        self.stir()
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._cut_at, hurried)
            await self._all_let_go()
            nursery.cancel_scope.cancel()

    async def _cut_at(self, hurried: trio.Event) -> None:
        await hurried.wait()
        for run in self._runs.values():
            run.cut()
        await trio.sleep(LAST_CHANCE_SECONDS)
        for run in self._runs.values():
            run.abandon()

    async def _all_let_go(self) -> None:
        while self._runs or self._picking.locked():
            await self._idle.wait()

    async def _pick(self) -> None:
        async with self._choosing():
            database = self._shop.database
            if not await database.read(lifecycle_queries.ready, 1, braked=False):
                return  # a sample takes a moment, for which a daemon that is to end would wait
            await self._shop.fresh()
            braked = self._shop.brakes() is not None
            while (room := self._places - len(self._runs)) > 0 and not self._shop.draining:
                found = await database.read(lifecycle_queries.ready, room, braked=braked)
                claimed = await database.write(lifecycle_queries.claim, found, self._shop.epoch) if found else []
                for task_id in claimed:
                    self._take(task_id)
                if not claimed:
                    break

    @asynccontextmanager
    async def _choosing(self) -> AsyncIterator[None]:
        """Take tasks in hand in this block only: what is claimed in it is known to `_runs` at its end."""
        try:
            async with self._picking:
                yield
        finally:
            self._idle.set()

    async def _adopt(self) -> None:
        """Take up tasks that are ours by what is stored, of which we know nothing: the answer to a claim was lost."""
        if not self._shop.draining:
            async with self._choosing():
                for task_id in await self._shop.database.read(lifecycle_queries.in_hand, self._shop.epoch):
                    if task_id not in self._runs:
                        self._take(task_id)

    async def _compare(self) -> None:
        before = list(self._runs.values())
        stored = await self._shop.database.read(lifecycle_queries.in_hand, self._shop.epoch)
        for run in before:
            if run.task_id not in stored:
                run.abandon()
            elif run.version not in (None, stored[run.task_id]):
                run.reread()

    def _take(self, task_id: int) -> None:
        run = Run(self._shop, task_id)
        self._runs[task_id] = run
        self._busy.set()
        self._supervisor.run("task", self._run, run, task_id=run.task_id)

    async def _run(self, run: Run) -> None:
        try:
            with guarded("task", task=run.task_id) as guard:
                await run.run()
            if guard.error is not None:
                await self._give_up(run.task_id, guard.error.message)
            if run.abandoned:
                self._shop.watcher.changed(run.task_id)  # who abandoned it may have cut off the last word
        finally:
            self._let_go(run)

    def _let_go(self, run: Run) -> None:
        if self._runs.get(run.task_id) is run:  # else it was let go of and is in hand again
            del self._runs[run.task_id]
        if not self._runs:
            self._idle.set()
        self._wanted.set()  # a place is free
        self._settled()

    async def _give_up(self, task_id: int, reason: str) -> None:
        """Fail a task that met a defect, lest it meet it again and again."""
        with suppress(Unavailable):  # it is taken up again then
            await self._shop.database.write(
                lifecycle_queries.give_up, task_id, self._shop.epoch, reason, self._shop.now()
            )
            self._shop.watcher.changed(task_id)
