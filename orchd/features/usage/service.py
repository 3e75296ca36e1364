"""The accounts: who may ask models for something now, and what everybody has asked.

Whoever has a quota is let through by one statement in the database, so that several daemons together keep to it;
whoever has none costs nothing. A request is set aside in the quota before anything is sent, tokens are added at the
end: so with n answers at a time a quota of tokens is passed by n answers at most. Ends are stored together, some
moments later.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import trio

from orchd.clock import unix_now
from orchd.errors import OrchdError, RateLimited, Unavailable
from orchd.features.usage import queries, quota_queries
from orchd.features.usage.generation_rate import GenerationRate
from orchd.features.usage.pending import PendingUsage
from orchd.features.usage.periods import MINUTE_MS
from orchd.features.usage.queries import UsageKey, UsageSums
from orchd.features.usage.quota_queries import QuotaSubjects
from orchd.llm import Requester, TokenTally
from orchd.storage import Database, keep_storing
from orchd.wakeup import Signal, next_beat

LOOK_SECONDS = 1.0
"""For how long it is taken to be known who has quotas; what another daemon changes holds here after that."""
GATHER_SECONDS = 0.2
"""Between two writes of what was asked: what a kill of the process may lose."""
RETRY_SECONDS = 5.0
AT_ONCE = 100
"""Sums in one transaction."""
LAST_CHANCE_SECONDS = 5.0
HOLDS_AT_MOST = 10_000


class _Charge:
    """A generation that was let through. Satisfies `orchd.llm.accounting.Charge`."""

    __slots__ = ("_end", "_key", "_reserved", "_sums")

    def __init__(self, key: UsageKey, end: Callable[[UsageKey, UsageSums], None], *, reserved: bool) -> None:
        self._key = key
        self._end = end
        self._reserved = reserved
        self._sums: dict[str, UsageSums] = {}

    def note(self, model: str, tally: TokenTally) -> None:
        took = UsageSums(1 if tally.calls else 0, tally.prompt_tokens, tally.completion_tokens)
        self._sums[model] = self._sums.get(model, UsageSums()).plus(took)

    def end(self) -> None:
        if self._reserved and not any(sums.requests for sums in self._sums.values()):
            self._end(self._key, UsageSums(returned=1))
        for model, sums in self._sums.items():
            if any(sums):
                self._end(self._key._replace(model=model[:256]), sums)


class UsageAccounts:
    """The door's object. Satisfies `orchd.llm.accounting.Accounts`.

    Nobody is counted but users and the local owner; the local owner has no quotas.
    """

    def __init__(self, database: Database, rate: GenerationRate, now: Callable[[], int] = unix_now) -> None:
        self._database = database
        self._rate = rate
        self._now = now
        self._subjects: QuotaSubjects | None = None
        self._looked_at = float("-inf")
        self._looking = trio.Lock()
        self._pending = PendingUsage()
        self._noted = Signal()
        self._holds: dict[tuple[int, int | None], RateLimited] = {}
        self._ends: dict[tuple[int, int | None], int] = {}
        self._held = Signal()
        self._relieved: list[Callable[[], None]] = []
        self._refused: list[Callable[[int, RateLimited], None]] = []

    def tell_relief(self, told: Callable[[], None]) -> None:
        """Have `told` called when somebody who was refused may ask again."""
        self._relieved.append(told)

    def tell_refusals(self, told: Callable[[int, RateLimited], None]) -> None:
        """Have `told` called with each user who is refused, and why. It never waits."""
        self._refused.append(told)

    def hold(self, user_id: int, token_id: int | None) -> tuple[str, int] | None:
        """Return why somebody was refused, and until when (Unix milliseconds), as long as that holds; None when they
        may ask. Never waits."""
        ends_at = self._ends.get((user_id, token_id))
        if ends_at is None or ends_at <= self._now():
            return None
        return self._holds[user_id, token_id].message, ends_at

    def holds(self) -> list[tuple[int, int | None]]:
        """Return who was refused, as long as that holds: users, with their token or None. Never waits."""
        now = self._now()
        return [key for key, ends_at in self._ends.items() if ends_at > now]

    async def check(self, requester: Requester) -> None:
        if requester.user <= 0:
            return
        self._rate.check(requester.user, trio.current_time())
        if await self._may_have_quotas(requester):
            self._refuse_held(requester)
            with self._remembering(requester):
                await self._database.read(quota_queries.check, requester.user, requester.token, self._now())

    async def begin(self, requester: Requester) -> _Charge:
        now, reserved = self._now(), False
        if requester.user > 0:
            if await self._may_have_quotas(requester):
                self._refuse_held(requester)
                with self._remembering(requester):
                    reserved = await self._database.write_relaxed(
                        quota_queries.reserve, requester.user, requester.token, now
                    )
            self._take_rate(requester, now, reserved=reserved)
        return _Charge(self._key(requester, now), self._note, reserved=reserved)

    def go_on(self, requester: Requester) -> _Charge:
        return _Charge(self._key(requester, self._now()), self._note, reserved=False)

    def _take_rate(self, requester: Requester, now: int, *, reserved: bool) -> None:
        try:
            with self._remembering(requester):
                self._rate.take(requester.user, trio.current_time())
        except RateLimited:
            if reserved:
                self._note(self._key(requester, now), UsageSums(returned=1))
            raise

    @contextmanager
    def _remembering(self, requester: Requester) -> Iterator[None]:
        try:
            yield
        except RateLimited as error:
            self._remember(requester, error)
            raise

    def _refuse_held(self, requester: Requester) -> None:
        """Refuse without asking the database who was just refused, until that is over or quotas have changed."""
        if self.hold(requester.user, requester.token) is not None:
            error = self._holds[requester.user, requester.token].again()
            error.retry_after_ms = max(1, self._ends[requester.user, requester.token] - self._now())
            raise error

    def _remember(self, requester: Requester, error: RateLimited) -> None:
        if len(self._holds) >= HOLDS_AT_MOST:
            self._drop(next(iter(self._holds)))
        key = requester.user, requester.token
        self._holds[key] = error
        self._ends[key] = self._now() + (error.retry_after_ms or 1)
        self._held.set()
        for told in self._refused:
            told(requester.user, error)

    def _drop(self, key: tuple[int, int | None]) -> None:
        del self._holds[key], self._ends[key]

    def _key(self, requester: Requester, now: int) -> UsageKey:
        return UsageKey(requester.user, requester.token or 0, now - now % MINUTE_MS, "")

    def _note(self, key: UsageKey, sums: UsageSums) -> None:
        if key.user_id >= 0:
            self._pending.add(key, sums)
            self._noted.set()

    async def _may_have_quotas(self, requester: Requester) -> bool:
        subjects = await self._look()
        return subjects.roles or requester.user in subjects.users or requester.token in subjects.tokens

    async def _look(self) -> QuotaSubjects:
        """Return who has quotas. Raises `Unavailable` only while that was never known."""
        known = self._subjects
        if known is not None and trio.current_time() - self._looked_at < LOOK_SECONDS:
            return known
        async with self._looking:
            if self._subjects is not None and trio.current_time() - self._looked_at < LOOK_SECONDS:
                return self._subjects
            return await self._look_again()

    async def _look_again(self) -> QuotaSubjects:
        began, known = trio.current_time(), self._subjects
        try:
            if known is None or await self._database.read(quota_queries.stamp) != known.stamp:
                known = await self._database.read(quota_queries.subjects)
                self._release(list(self._holds))
        except Unavailable:
            if known is None:
                raise
        self._subjects, self._looked_at = known, began
        return known

    def forget(self) -> None:
        """Look anew who has quotas: one has just been changed here."""
        self._looked_at = float("-inf")
        self._release(list(self._holds))

    def _release(self, keys: list[tuple[int, int | None]]) -> None:
        for key in keys:
            self._drop(key)
        if keys:
            for told in self._relieved:
                told()

    async def keep_releasing(self) -> None:
        """Notice when those who were refused may ask again, until cancelled."""
        while True:
            while not self._holds:
                await self._held.wait()
            await next_beat(LOOK_SECONDS)
            with suppress(OrchdError):
                await self._look()
            now = self._now()
            self._release([key for key, ends_at in self._ends.items() if ends_at <= now])

    async def keep_storing(self) -> None:
        """Store what was asked, until cancelled."""
        await keep_storing(self._noted, self.store, pause=GATHER_SECONDS, retry=RETRY_SECONDS)

    async def store(self) -> None:
        """Store what was asked by now. Raises `Unavailable`, and `Conflict` when another daemon was first."""
        while taken := self._pending.take(AT_ONCE):
            try:
                await self._database.write_relaxed(queries.store, taken)
            except OrchdError:
                self._pending.give_back(taken)
                raise

    async def store_rest(self) -> None:
        """Store what was asked, as far as the database takes it soon."""
        with trio.move_on_after(LAST_CHANCE_SECONDS, shield=True), suppress(OrchdError):
            await self.store()
