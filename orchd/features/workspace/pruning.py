"""Deletes for good what was removed long ago, and forgets changes as old as that."""

from collections.abc import Callable

import trio

from orchd.clock import unix_now
from orchd.entity.wire import ChangeFeed, forget_changes
from orchd.errors import Unavailable
from orchd.features.chat import purge_messages
from orchd.features.task import purge_tasks
from orchd.storage import Database, Steps

DAY_MS = 86_400_000
PRUNE_SECONDS = 3_600.0
AWAY_SECONDS = 60.0
"""Pause while the database is away."""
ROWS_AT_ONCE = 20
"""What is below a row goes with it in the same transaction: all messages of a conversation."""
CHANGES_AT_ONCE = 500
MESSAGES_AT_ONCE = 100


class Pruner:
    """Of all entities that can be followed, of tasks and of messages. `days`: for how long what was removed is kept.

    A clock that is set forward while this runs makes nothing older than it is.
    """

    def __init__(self, database: Database, feed: ChangeFeed, days: int, now: Callable[[], int] = unix_now) -> None:
        self._database = database
        self._feed = feed
        self._days = days
        self._now = now

    async def keep_pruning(self) -> None:
        """Look now and then, until cancelled."""
        began, began_at = self._now(), trio.current_time()
        while True:
            passed = int((trio.current_time() - began_at) * 1_000)
            try:
                await self.prune(min(self._now(), began + passed) - self._days * DAY_MS)
            except Unavailable:
                await trio.sleep(AWAY_SECONDS)
                continue
            await trio.sleep(PRUNE_SECONDS)

    async def prune(self, before: int) -> None:
        """Delete what was removed before a time, some at once. Raises `Unavailable`."""
        for entity in self._feed.entities():
            await self._all(entity.rows.everybodys.purge, before, ROWS_AT_ONCE)
        await self._all(purge_tasks, before, ROWS_AT_ONCE)
        await self._all(purge_messages, before, MESSAGES_AT_ONCE)
        await self._all(forget_changes, before, CHANGES_AT_ONCE)

    async def _all(self, some: Callable[[int, int], Steps[int]], before: int, at_once: int) -> None:
        while await self._database.write(some, before, at_once) == at_once:
            await trio.lowlevel.checkpoint()
