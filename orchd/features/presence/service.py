"""Telling the dead from the living: which daemon runs on this database are still alive.

Work in the database names the run that owns it. After a crash another run must take it over, but never from a run that
is still alive, whether that is the old daemon during an upgrade or one on another host with the same MySQL. On the same
kernel and in the same process namespace, a process id with its start time gives an exact answer at once; elsewhere a
run counts as dead when it has not renewed its row for `LEASE_SECONDS`.
"""

import time
from collections.abc import Collection
from contextlib import suppress

import msgspec
import structlog
import trio

from orchd.errors import StartError, Unavailable
from orchd.features.presence import processes, queries
from orchd.features.presence.processes import Life
from orchd.features.presence.queries import DaemonRow
from orchd.storage import Database
from orchd.wakeup import next_beat

RENEW_SECONDS = 15.0
LEASE_SECONDS = 60.0
"""Four renewals, so that a slow disk or a short outage of the database does not kill a living run. Hosts that share
a database must agree on the time to within about half of it."""

FORGET_SECONDS = 30 * 24 * 3600.0
"""After this a row is of no use: whatever it owned has long been taken over."""


class Presence:
    """This run's row in the table `daemon`, and which of the other runs are alive."""

    def __init__(self, database: Database, epoch: str) -> None:
        self._database = database
        self.epoch = epoch
        self.registered = False
        """Whether others can see that this run lives; before that it must not own anything."""
        self._life = processes.own()
        self._told: set[str] = set()

    async def run(self) -> None:
        """Keep this run's row fresh until cancelled; an absent database is waited for."""
        while True:
            # The lease covers a short outage; whatever keeps the daemon from starting is reported where it starts.
            with suppress(Unavailable, StartError):
                await self._database.wait_ready()
                await self.renew()
                await self._tell_of_others()
            await next_beat(RENEW_SECONDS)

    async def renew(self) -> None:
        """Write this run's row. Raises `Unavailable`.

        That need not survive a loss of power, which no run survives either: so nothing waits for the disk.
        """
        now = time.time()
        row = DaemonRow(self.epoch, *self._life, int(now * 1000))
        await self._database.write_relaxed(queries.register, row, int((now - FORGET_SECONDS) * 1000))
        self.registered = True

    async def has_others(self) -> bool:
        """Whether another run on this database lives. Raises `Unavailable`."""
        return bool((await self._others())[1])

    async def _others(self) -> tuple[list[DaemonRow], set[str]]:
        """Return the other runs that were seen lately, and which of them live."""
        since = int((time.time() - LEASE_SECONDS) * 1000)
        rows = [row for row in await self._database.read(queries.seen_since, since) if row.epoch != self.epoch]
        return rows, await self._living_of(rows)

    async def _tell_of_others(self) -> None:
        """Log each other run on this database once: expected during an upgrade, otherwise perhaps a surprise."""
        rows, living = await self._others()
        for row in rows:
            if row.epoch in living - self._told:
                here = row.machine == self._life.machine
                structlog.get_logger().info(
                    "another daemon uses this database", run=row.epoch, pid=row.pid if here else None, here=here
                )
        self._told = living

    async def leave(self) -> None:
        """Remove the row at an orderly end, when the database is there."""
        with suppress(Unavailable):  # the process id also proves that this run is gone
            await self._database.write(queries.remove, self.epoch)

    async def dead(self, epochs: Collection[str]) -> set[str]:
        """Return those of `epochs` whose run is over. Raises `Unavailable`."""
        others = set(epochs) - {self.epoch}
        if not others:
            return set()
        rows = await self._database.read(queries.find, sorted(others))
        return others - await self._living_of(rows)

    async def _living_of(self, rows: Collection[DaemonRow]) -> set[str]:
        """Return which of these runs live. A thread looks, unless there is none: mostly a daemon is the only one."""
        return await trio.to_thread.run_sync(self._living, rows) if rows else set()

    def _living(self, rows: Collection[DaemonRow]) -> set[str]:
        return {row.epoch for row in rows if self._lives(row)}

    def _lives(self, row: DaemonRow) -> bool:
        return _lives_for(row, self._life)


def run_lives(row: tuple[object, ...]) -> bool:
    """Tell whether the run with this row of the table `daemon` lives, as far as this process sees. Blocks shortly."""
    return _lives_for(msgspec.convert(row, DaemonRow), processes.own())


def _lives_for(row: DaemonRow, here: Life) -> bool:
    seen = processes.lives(Life(row.machine, row.pid, row.pid_started), here)
    return row.seen_at / 1000 > time.time() - LEASE_SECONDS if seen is None else seen
