"""A model server in a few lines, to try the rules on: seconds, slots, one model loaded at a time, no clock and no task.

A run can be long (days) and is over in a moment, since it jumps from event to event. What the server does is what the
worst ones do: loading a model throws out the one before, whatever it is doing.
"""

import heapq
import itertools
from collections.abc import Callable, Iterable
from functools import partial
from typing import NamedTuple

from orchd.llm.scheduler.plan import Schedule
from orchd.llm.scheduler.ticket import Ticket
from orchd.llm.types import Requester


class Request(NamedTuple):
    """Asked at `at`, for `model`, taking `seconds` once it runs."""

    at: float
    model: str
    seconds: float
    requester: Requester


class Ran(NamedTuple):
    """What became of a request."""

    request: Request
    began: float
    ended: float

    @property
    def waited(self) -> float:
        return self.began - self.request.at


class Result(NamedTuple):
    """What became of all; `swaps`: loads, `killed`: answers that a load has thrown out, `end`: when all was done."""

    ran: list[Ran]
    swaps: int
    killed: int
    end: float


class Server:
    """Runs requests by a plan. `again` may give the request that follows one that has ended."""

    def __init__(
        self, plan: Schedule, load_seconds: float, again: Callable[[Ran], Request | None] = lambda ran: None
    ) -> None:
        plan.resident = ()
        self._plan = plan
        self._load_seconds = load_seconds
        self._again = again
        self._events: list[tuple[float, int, Callable[[float], None]]] = []
        self._number = itertools.count()
        self._requests: dict[Ticket, Request] = {}
        self._running: set[Ticket] = set()
        self.began: list[Ticket] = []
        self.ran: list[Ran] = []
        self.swaps = self.killed = 0

    def run(self, requests: Iterable[Request], until: float = float("inf")) -> Result:
        """Run to the end of all, or for so long."""
        for request in requests:
            self._at(request.at, partial(self._enter, request))
        now = 0.0
        while self._events and self._events[0][0] <= until:
            now, _, event = heapq.heappop(self._events)
            event(now)
        return Result(self.ran, self.swaps, self.killed, now)

    def _at(self, when: float, event: Callable[[float], None]) -> None:
        heapq.heappush(self._events, (when, next(self._number), event))

    def _enter(self, request: Request, now: float) -> None:
        ticket = Ticket(request.model, request.requester, now)
        self._requests[ticket] = request
        self._begin(self._plan.enter(ticket, now), now)

    def _begin(self, tickets: list[Ticket], now: float) -> None:
        for ticket in tickets:
            self.began.append(ticket)
            if ticket.loads:
                self.swaps += 1
                self.killed += len(self._running)
                self._at(now + self._load_seconds, partial(self._loaded, ticket))
            else:
                self._generate(ticket, now)
            self._running.add(ticket)
        if self._plan.alarm is not None:
            self._at(max(now, self._plan.alarm), self._tick)

    def _tick(self, now: float) -> None:
        """Let time pass; alarms that were meanwhile moved do no harm."""
        self._begin(self._plan.tick(now), now)

    def _loaded(self, ticket: Ticket, now: float) -> None:
        self._generate(ticket, now)
        self._begin(self._plan.note_load(ticket, now), now)

    def _generate(self, ticket: Ticket, now: float) -> None:
        self._at(now + self._requests[ticket].seconds, partial(self._end, ticket))

    def _end(self, ticket: Ticket, now: float) -> None:
        ran = Ran(self._requests.pop(ticket), ticket.since, now)
        self._running.discard(ticket)
        self.ran.append(ran)
        self._begin(self._plan.leave(ticket, now), now)
        if (following := self._again(ran)) is not None:
            self._at(following.at, partial(self._enter, following))
