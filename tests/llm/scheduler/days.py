"""Simulated days of mixed traffic on a server that holds one of two models at a time, and plain first come, first
served to compare with.

Two days, since they are hard in different ways. On the *open* day requests come whatever the server does, each for a
model drawn by a coin: nothing helps to guess the next one, and who swaps too often falls behind for good. On the
*closed* day everybody waits for an answer before asking on, and stays with one model for a while: little waits at a
time, so there is little to put in a better order.
"""

import random
from collections import deque
from collections.abc import Iterator

from orchd.llm.scheduler.plan import LONGEST_STINT_SECONDS, STINT_LOADS, STINT_SECONDS, Schedule
from orchd.llm.scheduler.ticket import Ticket
from orchd.llm.types import Priority, Requester
from tests.llm.scheduler.simulation import Ran, Request, Result, Server

DAY_SECONDS = 86_400.0
LOAD_SECONDS = 25.0
SLOTS = 2
SEEDS = (671, 1751, 1796, 2061)

ARRIVAL_SECONDS = 14.0
SHARES = {Priority.CHAT: 0.6, Priority.TASK: 0.3, Priority.BACKGROUND: 0.1}
UPPER_SECONDS = {Priority.CHAT: 20.0, Priority.TASK: 40.0, Priority.BACKGROUND: 40.0}

CROWD = {Priority.CHAT: 8, Priority.TASK: 2, Priority.BACKGROUND: 1}
IN_A_ROW = {Priority.CHAT: (3, 11), Priority.TASK: (5, 19), Priority.BACKGROUND: (10, 39)}
"""How many requests one conversation, task or batch makes, all for one model."""
BETWEEN = {Priority.CHAT: (15.0, 90.0), Priority.TASK: (1.0, 1.0), Priority.BACKGROUND: (1.0, 1.0)}
"""Seconds from an answer to the next request of the same conversation, task or batch."""
APART = {Priority.CHAT: 1800.0, Priority.TASK: 1800.0, Priority.BACKGROUND: 3600.0}
"""Mean seconds from the end of one of these to the next."""


class FirstCome(Schedule):
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


def open_day(plan: Schedule, seed: int) -> tuple[Server, Result]:
    """Twelve users and about 6 200 requests, one in 14 s; without swaps the server would be busy for half the day."""
    plan.total = SLOTS
    chooses = random.Random(seed)
    requests, now = [], 0.0
    while now < DAY_SECONDS:
        now += chooses.expovariate(1 / ARRIVAL_SECONDS)
        priority = chooses.choices(list(SHARES), list(SHARES.values()))[0]
        seconds = chooses.uniform(2.0, UPPER_SECONDS[priority])
        user = chooses.randrange(12)
        requests.append(Request(now, chooses.choice("ab"), seconds, Requester(priority, user, chooses.randrange(3))))
    server = Server(plan, LOAD_SECONDS)
    return server, server.run(requests)


def closed_day(plan: Schedule, seed: int) -> tuple[Server, Result]:
    """Eight people who chat, two that run tasks, one for background work: the same work for any plan, which may take
    longer than a day.
    """
    plan.total = SLOTS
    chooses = random.Random(seed)
    requesters = [Requester(priority, 100 * priority + n, n) for priority, many in CROWD.items() for n in range(many)]
    works = {requester: iter(_work(chooses, requester)) for requester in requesters}

    def again(ran: Ran) -> Request | None:
        following = next(works[ran.request.requester], None)
        return None if following is None else following._replace(at=ran.ended + following.at)

    server = Server(plan, LOAD_SECONDS, again)
    return server, server.run([next(work) for work in works.values()])


def passed_outside_a_stint(server: Server, load_seconds: float) -> Iterator[tuple[Ticket, Ticket]]:
    """Yield where a request that was due was passed, against the bound that the plan states, by one due later; with
    slots for the whole server, so that none wait for those of a model.
    """
    loaded_at = [ticket.loaded_at for ticket in server.began if ticket.loads and ticket.loaded_at is not None]
    stint = min(max(STINT_SECONDS, STINT_LOADS * load_seconds), LONGEST_STINT_SECONDS)
    eldest: dict[str, Ticket] = {}
    for ticket in reversed(server.began):
        for model, passed in eldest.items():
            if passed.due < ticket.due and passed.due <= ticket.since:
                protected = any(at <= ticket.since < at + stint + 1e-6 for at in loaded_at)
                if model == ticket.model or not protected:
                    yield passed, ticket
        if ticket.model not in eldest or ticket.due < eldest[ticket.model].due:
            eldest[ticket.model] = ticket


def _work(chooses: random.Random, requester: Requester) -> list[Request]:
    """Return all that one asks for in a day; `at` is the pause before each."""
    found, priority, used = [], requester.priority, 0.0
    while used < DAY_SECONDS:
        model, pause = chooses.choice("ab"), chooses.expovariate(1 / APART[priority])
        for _ in range(chooses.randint(*IN_A_ROW[priority])):
            found.append(Request(pause, model, chooses.uniform(2.0, UPPER_SECONDS[priority]), requester))
            used += found[-1].at + found[-1].seconds
            pause = chooses.uniform(*BETWEEN[priority])
    return found
