"""What is noted in the audit log without a transaction of its own: refusals and failed log-ins, in bounded number.

Strangers can cause as many as they like. So what is alike within a minute (the same act, by the same one, from one
address) is one row that counts; and of what is different, only so much is kept in a minute, the rest in one row.
"""

from contextlib import suppress
from typing import NamedTuple

import structlog
import trio
from msgspec import structs

from orchd.clock import unix_now
from orchd.errors import Unavailable
from orchd.features.audit import queries
from orchd.features.audit.entries import Actor, AuditAction, identity_actor
from orchd.features.audit.queries import AuditDraft
from orchd.protocol.identity import Identity
from orchd.storage import Database, Steps
from orchd.wakeup import Signal

MINUTE_MS, DAY_MS = 60_000, 86_400_000
DIFFERENT_AT_MOST = 500
"""Rows in a minute that are not alike; further ones are counted in one."""
WAITING_AT_MOST = 5_000
"""Rows that wait for the database; further ones are lost, and the log says how many."""
GATHER_SECONDS = 1.0
"""How long what is alike is gathered before it is stored."""
RETRY_SECONDS = 5.0
LAST_CHANCE_SECONDS = 3.0
PRUNE_SECONDS = 3_600.0
PRUNED_AT_ONCE = 500

_OTHERS = Actor(None, "others")


class _Kind(NamedTuple):
    """What rows have in common that are counted in one."""

    user_id: int | None
    token_id: int | None
    address: str
    action: str
    target_kind: str
    target_id: str
    outcome: str
    minute: int


class _Count:
    """How often something happened in a minute: `stored` is the row that says so, `more` what is not in it yet."""

    __slots__ = ("more", "row", "stored")

    def __init__(self, row: AuditDraft) -> None:
        self.row = row
        self.more = 0
        self.stored: int | None = None


class Audit:
    """The door's object. `days`: for how long rows are kept."""

    def __init__(self, database: Database, days: int) -> None:
        self._database = database
        self._days = days
        self._counts: dict[_Kind, _Count] = {}
        self._minute = 0
        self._different = 0
        self._lost = 0
        self._noted = Signal()

    def note(self, actor: Actor, action: AuditAction) -> None:
        """Note what somebody did, or may not do; it is stored within about a second. Never waits, never raises."""
        now = unix_now()
        row = queries.draft(actor, action, now)
        if (count := self._counts.get(_kind(row))) is None:
            count = self._begin(row)
        if count is not None:
            count.more += 1
            self._noted.set()

    def note_refusal(self, who: Identity, address: str, kind: str) -> None:
        """Note that somebody may not make a request of this type."""
        self.note(identity_actor(who, address), AuditAction(kind, outcome="refused"))

    def _begin(self, row: AuditDraft) -> _Count | None:
        """Begin to count another kind; one for all that is too much in a minute; None where nothing is kept."""
        minute = row.at // MINUTE_MS
        if minute != self._minute:
            self._minute, self._different = minute, 0
        if self._different >= DIFFERENT_AT_MOST:
            action = AuditAction(row.action, outcome=row.outcome)
            row = queries.draft(_OTHERS, action, row.at)
            if (others := self._counts.get(_kind(row))) is not None:
                return others
        if len(self._counts) >= WAITING_AT_MOST:
            self._lost += 1
            return None
        self._different += 1
        count = self._counts[_kind(row)] = _Count(row)
        return count

    async def keep_storing(self) -> None:
        """Store what is noted, some time after the first of it, until cancelled."""
        while True:
            await self._noted.wait()
            await trio.sleep(GATHER_SECONDS)
            try:
                await self.store()
            except Unavailable:
                self._noted.set()
                await trio.sleep(RETRY_SECONDS)

    async def store(self) -> None:
        """Store what is noted by now. Raises `Unavailable`; then it is kept for the next time."""
        waiting = [(count, count.more) for count in self._counts.values() if count.more]
        for count, more in waiting:
            count.stored = await self._database.write(_store, count.row, count.stored, more)
            count.more -= more
        minute = unix_now() // MINUTE_MS
        over = [kind for kind, count in self._counts.items() if not count.more and kind.minute != minute]
        for kind in over:
            del self._counts[kind]
        if self._lost:
            structlog.get_logger().error("rows of the audit log were lost: the database was away", rows=self._lost)
            self._lost = 0

    async def store_rest(self) -> None:
        """Store what is noted, as far as the database takes it soon."""
        with trio.move_on_after(LAST_CHANCE_SECONDS, shield=True), suppress(Unavailable):
            await self.store()

    async def keep_pruning(self) -> None:
        """Delete what is too old, some rows at a time, until cancelled."""
        while True:
            await trio.sleep(PRUNE_SECONDS)
            with suppress(Unavailable):
                await self.prune()

    async def prune(self) -> int:
        """Delete the rows that are too old; return how many there were. Raises `Unavailable`."""
        before, pruned = unix_now() - self._days * DAY_MS, 0
        while some := await self._database.write_relaxed(queries.forget_some, before, PRUNED_AT_ONCE):
            pruned += some
            await trio.lowlevel.checkpoint()
        return pruned


def _kind(row: AuditDraft) -> _Kind:
    return _Kind(
        row.user_id,
        row.token_id,
        row.address,
        row.action,
        row.target_kind,
        row.target_id,
        row.outcome,
        row.at // MINUTE_MS,
    )


def _store(row: AuditDraft, stored: int | None, times: int) -> Steps[int]:
    if stored is None:
        return (yield from queries.add(structs.replace(row, times=times), unix_now()))
    yield from queries.count_again(stored, times, unix_now())
    return stored
