"""Keeps the accounts that model servers belong to: refuses when the month's limit is used up, and counts what is spent.

What is asked is let through by what was spent by then, in all daemons as far as it is stored and here; and counted when
it ends. So a limit is passed at most by what runs at that time. Ends are stored together, some moments later.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple, TypeAlias

import structlog
import trio

from orchd.clock import unix_now
from orchd.errors import OrchdError, RateLimited, Unavailable
from orchd.features.account import queries
from orchd.features.account.account import AccountItem
from orchd.features.account.months import end_of_month, month_of
from orchd.features.account.queries import AccountCost
from orchd.llm import AccountReference, Backends, Bill, Price, TokenTally, Usage
from orchd.protocol.types import timestamp
from orchd.storage import Database, keep_storing
from orchd.wakeup import Signal, next_beat

LOOK_SECONDS = 2.0
"""How often it is looked whether accounts have changed, elsewhere perhaps."""
GATHER_SECONDS = 0.2
"""Between two writes of what was spent: what a kill of the process may lose. So long a sum that was read is taken."""
RETRY_SECONDS = 2.0
FORGET_SECONDS = 3_600.0
LAST_CHANCE_SECONDS = 5.0
AT_ONCE = 100
"""Rows in one transaction."""
MAX_PENDING = 10_000
"""Rows that wait for the database; what comes then is added to the last one of its account and model."""
DAY_MS = 86_400_000

TellThreshold: TypeAlias = Callable[[AccountItem, str], None]
"""Told of an account that has spent its threshold, and the month. Never waits; it is told again and again."""


class _StoredSum(NamedTuple):
    """What was spent of an account in a month, as it was stored; taken until a time of Trio's clock."""

    month: str
    micros: int
    until: float


class AccountBook:
    """Satisfies `orchd.llm.billing.Billing`. `days`: for how long single requests are kept.

    `keep_looking`, `keep_storing` and `keep_forgetting` must be running."""

    def __init__(
        self,
        database: Database,
        backends: Backends,
        days: int,
        now: Callable[[], int] = unix_now,
        room: int = MAX_PENDING,
    ) -> None:
        self._database = database
        self._backends = backends
        self._days = days
        self._room = room
        self._now = now
        self._known: dict[AccountReference, AccountItem] = {}
        self._looking, self._storing = trio.Lock(), trio.Lock()
        self._pending: list[AccountCost] = []
        self._sums: dict[int, _StoredSum] = {}
        self._stores = 0
        """How often something was stored."""
        self._noted = Signal()
        self._tell_threshold: TellThreshold | None = None
        self._month = ""

    def tell_threshold(self, told: TellThreshold) -> None:
        """Have `told` called with each account that has spent its threshold."""
        self._tell_threshold = told

    async def admit(self, server: str, account: AccountReference) -> None:
        if account not in self._known:
            await self._look()
        known = self._known.get(account)
        if known is None:
            raise Unavailable(f"{server} belongs to an account that isn't there", reason="account", backend=server)
        if not known.active:
            raise Unavailable(f"{server} belongs to an account that isn't active", reason="account", backend=server)
        if known.credit_limit is not None:
            await self._check_limit(server, known, known.credit_limit)

    async def _check_limit(self, server: str, account: AccountItem, limit: int) -> None:
        now = self._now()
        month = month_of(now)
        stored = await self._stored_sum(account.id, month)
        waiting = (cost for cost in self._pending if cost.account_id == account.id and month_of(cost.at) == month)
        if stored + sum(cost.cost_micros or 0 for cost in waiting) < limit:
            return
        ends_at = end_of_month(now)
        raise RateLimited(
            f"the account that pays for {server} has reached its `creditLimit` for this month; "
            f"the next one begins at {timestamp(ends_at)}",
            reason="account",
            retry_after_ms=max(1, ends_at - now),
            backend=server,
            accountId=account.id,
            endsAt=timestamp(ends_at),
        )

    async def _stored_sum(self, account_id: int, month: str) -> int:
        """Return what is stored as spent, in millionths. Whoever chooses a model and then asks it reads it once."""
        found = self._sums.get(account_id)
        if found is not None and found.month == month and trio.current_time() < found.until:
            return found.micros
        stores: int | None = None
        micros = 0
        while stores != self._stores:  # else what was just stored would be in neither sum
            stores = self._stores
            micros = await self._database.read(queries.find_spent, account_id, month)
        self._sums[account_id] = _StoredSum(month, micros, trio.current_time() + GATHER_SECONDS)
        return micros

    def limits(self, account: AccountReference) -> bool:
        known = self._known.get(account)
        return known is None or known.credit_limit is not None

    def note(self, bill: Bill, model: str, tally: TokenTally) -> None:
        account = self._known.get(bill.account)
        if account is None or not (tally.prompt_tokens or tally.completion_tokens):
            return
        price = account.price_of(model)
        spent = None if price is None else price.of(tally.prompt_tokens, tally.completion_tokens)
        requester, tokens = bill.requester, (tally.prompt_tokens, tally.completion_tokens)
        whom = requester.user, requester.task, bill.server, model[:256]
        self._add(AccountCost(account.id, self._now(), *whom, 1, *tokens, spent))

    def price(self, account: AccountReference, model: str, usage: Usage) -> Price | None:
        known = self._known.get(account)
        price = None if known is None else known.price_of(model)
        if known is None or price is None:
            return None
        return Price(price.of(max(0, usage.prompt_tokens), max(0, usage.completion_tokens)), known.currency)

    def _add(self, cost: AccountCost) -> None:
        if len(self._pending) >= self._room:
            for place in reversed(range(AT_ONCE, len(self._pending))):  # those before are being stored perhaps
                if self._pending[place].account_id == cost.account_id and self._pending[place].model == cost.model:
                    self._pending[place] = _sum(self._pending[place], cost)
                    return
        self._pending.append(cost)
        self._noted.set()

    async def look(self) -> None:
        """Learn what the accounts are that servers belong to. While the database is away, they stay as they are."""
        with suppress(Unavailable):
            await self._look()

    async def _look(self) -> None:
        references = self._backends.bills.references()
        if not references and not self._known and month_of(self._now()) == self._month:
            return
        async with self._looking:
            known = await self._database.read(queries.accounts_of, references) if references else {}
            for reference in references - known.keys():
                if reference in self._known or not self._month:
                    structlog.get_logger().warning("the account of a model server isn't there", account=reference)
            self._known = known
            if (month := month_of(self._now())) != self._month:
                await self._database.write_relaxed(queries.begin_month, month)
                self._month = month

    async def keep_looking(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            await self.look()
            await next_beat(LOOK_SECONDS)

    async def keep_storing(self) -> None:
        """Store what was spent, until cancelled."""
        await keep_storing(self._noted, self.store, pause=GATHER_SECONDS, retry=RETRY_SECONDS)

    async def store(self) -> None:
        """Store what was spent by now. Raises `Unavailable`, and `Conflict` when another daemon was first."""
        async with self._storing:
            while costs := self._pending[:AT_ONCE]:
                accounts = await self._database.write_relaxed(queries.store, costs)
                self._stores += 1
                self._sums.clear()
                del self._pending[: len(costs)]
                for account in accounts:
                    self._tell(account)

    def _tell(self, account: AccountItem) -> None:
        threshold = account.alert_threshold
        if threshold is not None and account.usage_this_month >= threshold and self._tell_threshold is not None:
            self._tell_threshold(account, account.usage_month)

    async def store_rest(self) -> None:
        """Store what was spent, as far as the database takes it soon."""
        with trio.move_on_after(LAST_CHANCE_SECONDS, shield=True), suppress(OrchdError):
            await self.store()

    async def keep_forgetting(self) -> None:
        """Delete what is older than may be kept, until cancelled."""
        while True:
            with suppress(Unavailable):
                await self.forget_old()
            await trio.sleep(FORGET_SECONDS)

    async def forget_old(self) -> None:
        """Delete what is older than may be kept. Raises `Unavailable`."""
        before = self._now() // DAY_MS - self._days
        while await self._database.write_relaxed(queries.forget, before, AT_ONCE) == AT_ONCE:
            await trio.lowlevel.checkpoint()


def _sum(kept: AccountCost, more: AccountCost) -> AccountCost:
    spent = None if kept.cost_micros is None else kept.cost_micros + (more.cost_micros or 0)
    return kept._replace(
        requests=kept.requests + more.requests,
        prompt_tokens=kept.prompt_tokens + more.prompt_tokens,
        completion_tokens=kept.completion_tokens + more.completion_tokens,
        cost_micros=spent,
    )
