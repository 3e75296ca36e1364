"""Keeping true what is known of people: what other runs change, and what the clock ends."""

from collections import deque
from contextlib import suppress

import structlog
import trio

from orchd.errors import Unavailable
from orchd.features.people.change_log import ChangeLog
from orchd.features.people.service import People
from orchd.features.people.store.change_queries import (
    PAGE,
    AccessChange,
    forget_changes,
    look_for_changes,
    newest_change,
)
from orchd.features.people.store.session_queries import forget_expired_sessions
from orchd.features.people.store.standing_queries import standings_of
from orchd.features.people.store.token_queries import forget_revoked_tokens
from orchd.guard import Supervisor
from orchd.storage import Looker, Steps
from orchd.wakeup import beat_after, next_beat

LOOK_SECONDS = 1.0
"""How often changes of other runs are looked for."""
STORE_SECONDS = 300.0
"""How often the last uses of tokens and web sessions are stored."""
AT_ONCE = 50
"""Users who are looked up in one transaction."""

_HOUR_MS = 3_600_000
FORGET_CHANGES_SECONDS = 24 * 3600.0
"""For how long changes are kept for runs that could not look. It is counted by a clock that nobody can set, from when
this run saw them: one that is set forward would delete what others have not seen yet."""
LONG_AWAY_MS = 12 * _HOUR_MS
"""After this, changes may have been forgotten that were never seen, so that everybody is looked up."""
FORGET_SESSIONS_MS = 7 * 24 * _HOUR_MS
"""For so long it is still known of a web session that it has ended by time, and by nobody's doing."""
FORGET_TOKENS_MS = 30 * 24 * _HOUR_MS


class AccessWatch:
    """The tasks behind a `People`."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._log: ChangeLog | None = None
        self._looked_ms = people.clock.now()
        self._looking = trio.Lock()
        self._seen = deque[tuple[float, int]]()
        """Which was the newest change at some times, an hour between them; by Trio's clock."""

    def serve(self, supervisor: Supervisor) -> None:
        """Begin to look, until the supervisor's nursery ends."""
        supervisor.keep("changes of access", self.keep_looking)
        supervisor.keep("access that expires", self.keep_ending)
        supervisor.keep("last uses of tokens", self.keep_storing)

    async def keep_looking(self) -> None:
        """Look again and again, at once when somebody is unsure, until cancelled."""
        looker = Looker(self._people.database)
        while True:
            with suppress(Unavailable):  # the next round tries again
                await self._glance(looker)
            with trio.move_on_at(beat_after(trio.current_time(), LOOK_SECONDS)):
                await self._people.wake.wait()

    async def _glance(self, looker: Looker) -> None:
        """Look, unless nobody has stored anything since the last look, and nobody is unsure: that is as good as one."""
        people, began, began_ms = self._people, trio.current_time(), self._people.clock.now()
        if people.unsure:
            await self.look()
            return
        try:
            looked = await looker.glance(self.look)
        except Unavailable:
            people.lose_sight()
            raise
        if not looked:
            await people.learn_users(exist=bool(people.users_exist), asked_at=began)
            people.looked_at, self._looked_ms = began, began_ms

    async def look(self) -> None:
        """Apply what has changed since the last look. Raises `Unavailable`."""
        async with self._looking:
            try:
                await self._look()
            except Unavailable:
                self._people.lose_sight()
                raise

    async def _look(self) -> None:
        people, began, began_ms = self._people, trio.current_time(), self._people.clock.now()
        if self._log is None:
            self._log = ChangeLog(await people.database.read(newest_change))
        changes = await self._new_changes(self._log)
        changed = {change.user_id for change in changes if change.user_id is not None} | people.unsure
        if began_ms - self._looked_ms > LONG_AWAY_MS:
            structlog.get_logger().warning("everybody who is connected is looked up again")
            changed |= people.lives.users() | people.admissions.users()
        people.unsure |= changed  # until that is done, also if it fails
        await self._apply(changed)
        people.looked_at, self._looked_ms = began, began_ms

    async def _new_changes(self, log: ChangeLog) -> list[AccessChange]:
        new: list[AccessChange] = []
        after, full = log.after, True
        while full:
            known = bool(self._people.users_exist)
            began = trio.current_time()
            glance = await self._people.database.read(look_for_changes, after, users_exist=known)
            await self._people.learn_users(exist=glance.users_exist, asked_at=began)
            new += log.take(glance.changes, trio.current_time())
            full = len(glance.changes) == PAGE
            after = glance.changes[-1].id if full else after
        return new

    async def _apply(self, changed: set[int]) -> None:
        """Look up those who concern this run, and let their connections know."""
        people = self._people
        concerned = changed & (people.lives.users() | people.admissions.users())
        people.unsure -= changed - concerned
        waiting = sorted(concerned)
        while waiting:
            some, waiting = waiting[:AT_ONCE], waiting[AT_ONCE:]
            async with people.changing:
                people.admissions.drop(some)
                standings = await people.database.read(standings_of, some)
                for standing in standings.values():
                    people.apply(standing)
            people.unsure -= set(some)

    async def keep_ending(self) -> None:
        """End the connections whose time is over, until cancelled; needs no database."""
        while True:
            await next_beat(LOOK_SECONDS)
            self._people.lives.end_expired(self._people.clock.now())

    async def keep_storing(self) -> None:
        """Store last uses and delete what is over, until cancelled."""
        while True:
            await trio.sleep(STORE_SECONDS)
            with suppress(Unavailable):
                await self.store()
                await self.forget()

    async def forget(self) -> None:
        """Delete what is over. Raises `Unavailable`."""
        people, now = self._people, trio.current_time()
        if self._log is not None and (not self._seen or self._seen[-1][0] + 3600.0 <= now):
            self._seen.append((now, self._log.newest))
        before = 0
        while self._seen and self._seen[0][0] + FORGET_CHANGES_SECONDS <= now:
            before = self._seen.popleft()[1]
        await people.database.write_relaxed(_forget, before, people.clock.now(), people.idle_ms)

    async def store(self) -> None:
        """Store the last uses; an open connection is one. Raises `Unavailable`."""
        people, now = self._people, self._people.clock.now()
        for who in people.lives.identities():
            people.uses.note(who, now)
        await people.uses.store(people.database)


def _forget(before: int, now: int, idle_ms: int) -> Steps[None]:
    yield from forget_changes(before)
    yield from forget_expired_sessions(now - FORGET_SESSIONS_MS, now - idle_ms - FORGET_SESSIONS_MS)
    yield from forget_revoked_tokens(now - FORGET_TOKENS_MS)
