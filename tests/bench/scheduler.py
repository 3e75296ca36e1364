"""The scheduler: what a request costs it, and a simulated day of two models beside plain first come, first served."""

import random
import statistics
import time
from collections import deque

from orchd.llm.scheduler.plan import Plan
from orchd.llm.scheduler.ticket import PATIENCE_SECONDS, Ticket
from orchd.llm.types import Claim, Priority
from tests.bench.report import Row
from tests.llm.scheduler.simulation import Ran, Request, Result, Server

WAITING, REQUESTS = 1_000, 20_000
DAY_SECONDS = 86_400.0
LOAD_SECONDS = 25.0
SHARES = {Priority.CHAT: 0.6, Priority.TASK: 0.3, Priority.BACKGROUND: 0.1}
UPPER_SECONDS = {Priority.CHAT: 20.0, Priority.TASK: 40.0, Priority.BACKGROUND: 40.0}


class FirstCome(Plan):
    """One queue in the order of arrival, for the same server: what a semaphore would do."""

    def __init__(self) -> None:
        super().__init__()
        self._queue: deque[Ticket] = deque()

    def enter(self, ticket: Ticket, now: float) -> list[Ticket]:
        self._queue.append(ticket)
        return super().enter(ticket, now)

    def _next(self, now: float) -> Ticket | None:
        if self.loading is not None or (self.total is not None and len(self.running) >= self.total):
            return None
        while self._queue and not self._queue[0].waiting:
            self._queue.popleft()
        first = self._queue[0]
        return first if self.is_resident(first.model) or not self.running else None


def overhead() -> float:
    """Return the median microseconds of a request (in and out) while a thousand wait."""
    plan = Plan()
    plan.total, plan.resident = 4, ("a", "b")
    claims = [Claim(priority, f"user{n % 50}", n % 200) for n in range(WAITING) for priority in [Priority(n % 3)]]
    for number, claim in enumerate(claims):
        plan.enter(Ticket("ab"[number % 2], claim, 0.0), 0.0)
    taken = []
    for number in range(REQUESTS):
        now = number / 100
        started = time.perf_counter()
        plan.enter(Ticket("ab"[number % 2], claims[number % WAITING], now), now)
        plan.leave(next(iter(plan.running)), now)
        taken.append(time.perf_counter() - started)
    return statistics.median(taken) * 1e6


def day(plan: Plan, slots: int = 2) -> Result:
    """A day of mixed traffic on a server that holds one of two models at a time, busy for about two thirds of it."""
    plan.total = slots
    chooses = random.Random(671)
    requests, now = [], 0.0
    while now < DAY_SECONDS:
        now += chooses.expovariate(1 / 14.0)
        priority = chooses.choices(list(SHARES), list(SHARES.values()))[0]
        seconds = chooses.uniform(2.0, UPPER_SECONDS[priority])
        user = f"user{chooses.randrange(12)}"
        requests.append(Request(now, chooses.choice("ab"), seconds, Claim(priority, user, chooses.randrange(3))))
    return Server(plan, LOAD_SECONDS).run(requests)


def longest(result: Result, priority: Priority) -> float:
    return max(ran.waited for ran in result.ran if ran.request.claim.priority is priority)


def median(ran: list[Ran]) -> float:
    return statistics.median(one.waited for one in ran)


def run() -> list[Row]:
    """Measure."""
    plain, ours = day(FirstCome()), day(Plan())
    rows = [
        Row(f"a request with {WAITING} waiting p50, µs", None, overhead()),
        Row("a day on two models: swaps", plain.swaps, ours.swaps),
        Row("a day on two models: hours", plain.end / 3600, ours.end / 3600),
        Row("a day on two models: answers thrown out", plain.killed, ours.killed),
        Row("a day on two models: wait p50, s", median(plain.ran), median(ours.ran)),
    ]
    for priority, patience in PATIENCE_SECONDS.items():
        name = f"longest wait of {priority.name.lower()} (patience {patience:g}), s"
        rows.append(Row(name, longest(plain, priority), longest(ours, priority)))
    return rows
