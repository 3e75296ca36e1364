"""Deletes for good what is older than it is kept: what was removed long ago, and changes as old as that."""

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

import trio

from orchd.clock import unix_now
from orchd.errors import Unavailable
from orchd.features.workspace.pruning_queries import count_chosen
from orchd.storage import Database, Steps

DAY_MS = 86_400_000
PRUNE_SECONDS = 3_600.0
AWAY_SECONDS = 60.0
"""Pause while the database is away."""

Purge: TypeAlias = Callable[[int, int], Steps[int]]
"""Deletes rows from before a time, up to so many, and gives how many there were. Its first statement chooses them."""


class Retention(NamedTuple):
    """Rows of one kind that stay for so many days. `what` they are, in a word or two for people; `at_once`: how many
    are deleted in one transaction, with all that belongs to them."""

    what: str
    days: int
    purge: Purge
    at_once: int

    def before(self, now: int) -> int:
        """Return the time before which such rows are too old."""
        return now - self.days * DAY_MS


class Pruner:
    """Of what was removed. A clock that is set forward while this runs makes nothing older than it is."""

    def __init__(self, database: Database, kinds: Sequence[Retention], now: Callable[[], int] = unix_now) -> None:
        self._database = database
        self._kinds = kinds
        self._now = now

    async def keep_pruning(self) -> None:
        """Look now and then, until cancelled."""
        began, began_at = self._now(), trio.current_time()
        while True:
            passed = int((trio.current_time() - began_at) * 1_000)
            try:
                await self.prune(min(self._now(), began + passed))
            except Unavailable:
                await trio.sleep(AWAY_SECONDS)
                continue
            await trio.sleep(PRUNE_SECONDS)

    async def prune(self, now: int) -> None:
        """Delete what is too old at this time, some at once. Raises `Unavailable`."""
        for kind in self._kinds:
            await delete_old(self._database, kind, now)


async def delete_old(database: Database, kind: Retention, now: int) -> int:
    """Delete what is too old at this time, some at once; return how many rows. Raises `Unavailable`."""
    deleted = 0
    while some := await database.write(kind.purge, kind.before(now), kind.at_once):
        deleted += some
        if some < kind.at_once:
            break
        await trio.lowlevel.checkpoint()
    return deleted


async def count_old(database: Database, kind: Retention, now: int) -> int:
    """Return how many rows `delete_old` would delete now. Raises `Unavailable`."""
    return await database.read(count_chosen, kind.purge, kind.before(now))
