"""Who may begin on one model server: the rules, as a state machine without clock, task or socket.

A model that isn't loaded must be loaded, and on many servers that throws another model out, even one that is
answering. Hence the two rules that everything else follows from: a request for a model that isn't loaded begins only
when nothing runs, and until its model is there nothing else begins. Whoever else wants that model waits as well, so it
is loaded once. Requests for models that are loaded run side by side, as many as there are slots.

Who is next, in this order:

1. *Overdue* requests, the one due longest first. A request is due when it has waited the patience of its priority.
2. The highest priority; in it, requests for loaded models before others (A B A B becomes A A B B); in those, users take
   turns, and each user's conversations (`fair`).

A request for another model, be it overdue or more urgent, must wait until the present one has had its stint if that
one is asked for, or two busy models would be swapped at every request. So the bound is: a request waits at most its
patience, then for those that fell due before it, and for one stint a swap among those. Whoever falls due later passes
it only where it can't go itself: where its own model has no free slot, or in that stint.

When nothing runs and only another model is asked for, swapping at once may be wrong: whoever just got an answer tends
to ask again, and then the model is missed. How long to keep it is the ski rental problem: keeping it for as long as its
load takes costs at most twice what foresight would. A person is never made to wait so; tasks and background work wait
that long, times what a person's wait counts more than theirs (`LINGER_LOADS`), and never beyond their patience. This is
the one rule by which a request begins because time passes, and not because something happened: hence `alarm`.
"""

from collections import deque
from collections.abc import Collection, Iterator

from orchd.llm.scheduler.fair import Clock, Fair
from orchd.llm.scheduler.speeds import Speeds
from orchd.llm.scheduler.ticket import Ticket, TicketState
from orchd.llm.types import Priority, Why

STINT_SECONDS = 30.0
STINT_LOADS = 4
LONGEST_STINT_SECONDS = 120.0
"""How long a model may keep its place after a load while it is asked for: so many times what a load takes, in bounds.
"""
LINGER_LOADS = {Priority.CHAT: 0, Priority.URGENT: 1, Priority.TASK: 2, Priority.BACKGROUND: 4}
"""How long an idle model is kept when only this is asked of another one, in times of that one's load as measured."""


class Schedule:
    """What waits and what runs. Times are seconds of any one clock; each method returns the tickets that now begin.

    `total` and `each` are the slots, of the whole server and of one model; None: as many as there are. `resident`: the
    loaded models; None where all are always there. `alarm`: when to call `tick` unless another method is called before.
    """

    def __init__(self) -> None:
        self.total: int | None = None
        self.each: dict[str, int] = {}
        self.each_other: int | None = None
        self.resident: Collection[str] | None = None
        self.loading: Ticket | None = None
        self.speeds = Speeds()
        self.running: dict[Ticket, None] = {}
        self.waiting = 0
        self.alarm: float | None = None
        self._busy: dict[str, int] = {}
        self._clocks = {priority: Clock() for priority in Priority}
        self._lines: dict[str, dict[Priority, Fair[Ticket]]] = {}
        self._by_age: dict[str, dict[Priority, deque[Ticket]]] = {}
        self._alone: deque[Ticket] = deque()
        self._stint_until = float("-inf")
        self._idle_since = float("-inf")

    def enter(self, ticket: Ticket, now: float) -> list[Ticket]:
        """Let a new ticket in; it waits, or is among those that begin."""
        model, priority = ticket.model, ticket.requester.priority
        if priority not in self._lines.get(model, ()):
            self._open_line(model, priority)
        self._lines[model][priority].push(ticket)
        self._by_age[model][priority].append(ticket)
        if ticket.alone:
            self._alone.append(ticket)
        self.waiting += 1
        return self._admit(now)

    def join(self, ticket: Ticket, now: float) -> list[Ticket]:
        """Let a ticket in that runs already, be there a slot for it or not."""
        ticket.state, ticket.since = "running", now
        self.running[ticket] = None
        self._count(ticket.model, 1)
        return self._admit(now)

    def _open_line(self, model: str, priority: Priority) -> None:
        """Have somewhere to wait; a model's lines stand in the order of their priorities."""
        lines, ages = self._lines.get(model, {}), self._by_age.get(model, {})
        lines[priority], ages[priority] = Fair[Ticket](0, 2, self._clocks[priority]), deque()
        self._lines[model] = {name: lines[name] for name in sorted(lines)}
        self._by_age[model] = {name: ages[name] for name in sorted(ages)}

    def leave(self, ticket: Ticket, now: float) -> list[Ticket]:
        """Let a ticket go, whether it ran or waited."""
        if ticket.state == "waiting":
            self._take(ticket, "gone", served=False)
        elif ticket.state == "running":
            ticket.state = "gone"
            del self.running[ticket]
            self._count(ticket.model, -1)
            self._idle_since = now
            # A load that ended early may have thrown out any model. Calling none of them loaded costs a load, and
            # calling the old one loaded would start an answer on a server that is about to swap.
            if ticket is self.loading:  # it ended before its model was there: nobody knows what is loaded now
                self.loading = None
                self.resident = ()
        # Only now: as long as anybody waits or runs, forgetting who was served last would let them go first again.
        if not self.waiting and not self.running:
            for clock in self._clocks.values():
                clock.rest()
        return self._admit(now)

    def note_load(self, ticket: Ticket, now: float) -> list[Ticket]:
        """Note that the model of a ticket that began with loading it is there; others may have been thrown out."""
        if ticket is not self.loading:
            return []
        self.speeds.note_load(ticket.model, now - ticket.since)
        stint = STINT_LOADS * (self.speeds.load(ticket.model) or 0.0)
        self._stint_until = now + min(max(STINT_SECONDS, stint), LONGEST_STINT_SECONDS)
        ticket.loaded_at = now
        self.loading = None
        self.resident = (ticket.model,)
        return self._admit(now)

    def note_listing(self, models: Collection[str] | None, now: float) -> list[Ticket]:
        """Note which models are loaded; None: all always are. Not to be called with what was asked before a load."""
        if self.loading is None:
            self.resident = models
        return self._admit(now)

    def tick(self, now: float) -> list[Ticket]:
        """Note that time has passed."""
        return self._admit(now)

    def why(self, ticket: Ticket) -> Why:
        """Return what a waiting ticket waits for."""
        if self.loading is not None:
            return "loading" if self.loading.model == ticket.model else "other_model"
        if not self._is_resident(ticket.model):
            return "other_model"
        return "slots" if self._is_full() or not self._has_room(ticket.model) else "turn"

    def order(self, now: float) -> list[Ticket]:
        """Return all that wait in the order in which they would begin if nobody else came.

        A model that is being loaded counts as there: its stint comes next.
        """
        keyed: list[tuple[tuple[float, ...], Ticket]] = []
        loading = self.loading
        stay = loading is not None or now < self._stint_until
        for model, lines in self._lines.items():
            away = not self._is_resident(model) if loading is None else model != loading.model
            for priority, line in lines.items():
                for tag, ticket in line.order():
                    turn = (0, ticket.due) if ticket.due <= now else (1, priority, away, tag, ticket.asked)
                    keyed.append(((stay and away, *turn), ticket))
        return [ticket for _, ticket in sorted(keyed, key=lambda pair: pair[0])]

    def slots(self, model: str) -> int | None:
        """Return how many requests for a model may run at once, None for any number."""
        each = self.each.get(model, self.each_other)
        if self.total is None:
            return each
        return self.total if each is None else min(each, self.total)

    def is_resident(self, model: str) -> bool:
        """Tell whether a model is loaded as far as is known."""
        return self._is_resident(model)

    def _admit(self, now: float) -> list[Ticket]:
        began = []
        self.alarm = None
        # One at a time: each that begins changes what may begin after it (a slot less, or a load that bars all).
        while self.waiting and (ticket := self._next(now)) is not None:
            self._begin(ticket, now)
            began.append(ticket)
        return began

    def _next(self, now: float) -> Ticket | None:
        if self.loading is not None:
            return None
        while self._alone:
            if (ticket := self._alone.popleft()).waiting:
                return ticket
        if self._is_full():
            return None
        overdue = sorted(self._overdue(now), key=lambda ticket: ticket.due)
        # The eldest overdue one wants another model, and the stint is over: begin nothing more here, so that what runs
        # comes to its end and the swap can happen. Letting others in meanwhile would put it off for ever.
        if overdue and not self._is_resident(overdue[0].model) and now >= self._stint_until:
            return None if self.running else overdue[0]
        for ticket in overdue:
            if self._is_resident(ticket.model) and self._has_room(ticket.model):
                return ticket
        best = self._best(stay=now < self._stint_until)
        if best is None or self._is_resident(best.model):
            return best
        if overdue and not self.running:
            return overdue[0]  # a swap anyway: then for the one that is due
        return None if self.running or self._lingers(best, now) else best

    def _lingers(self, best: Ticket, now: float) -> bool:
        """Tell whether the idle model keeps its place before `best`, the most urgent one that wants another."""
        if not self.resident:
            return False
        kept = LINGER_LOADS[best.requester.priority] * (self.speeds.load(best.model) or 0.0)
        until = min(self._idle_since + kept, *(ticket.due for ticket in self._eldest()))
        if now >= until:
            return False
        self.alarm = until
        return True

    def _overdue(self, now: float) -> Iterator[Ticket]:
        """Yield of each model and priority the ticket that has been due longest."""
        return (ticket for ticket in self._eldest() if ticket.due <= now)

    def _eldest(self) -> Iterator[Ticket]:
        """Yield of each model and priority the ticket that has waited longest."""
        for queues in self._by_age.values():
            for queue in queues.values():
                while queue and not queue[0].waiting:
                    queue.popleft()
                if queue:
                    yield queue[0]

    def _best(self, *, stay: bool) -> Ticket | None:
        """Return whose turn it is among those whose model has a slot; `stay`: with loaded models before priorities."""
        least: tuple[bool, int, bool, int, float] | None = None
        best: Ticket | None = None
        for model, lines in self._lines.items():
            if not self._has_room(model):
                continue
            for priority, line in lines.items():
                if (head := line.head()) is not None:
                    away = not self._is_resident(model)
                    key = (stay and away, priority.value, away, head[0], head[1].asked)
                    if least is None or key < least:
                        least, best = key, head[1]
                    break
        return best

    def _begin(self, ticket: Ticket, now: float) -> None:
        self._take(ticket, "running", served=True)
        ticket.since = now
        self.running[ticket] = None
        self._count(ticket.model, 1)
        if ticket.alone or not self._is_resident(ticket.model):
            ticket.loads = True
            self.loading = ticket

    def _take(self, ticket: Ticket, state: TicketState, *, served: bool) -> None:
        ticket.state = state
        self.waiting -= 1
        lines = self._lines[ticket.model]
        lines[ticket.requester.priority].took(ticket, served=served)
        if not any(line.count for line in lines.values()):
            del self._lines[ticket.model], self._by_age[ticket.model]

    def _count(self, model: str, change: int) -> None:
        count = self._busy.get(model, 0) + change
        if count:
            self._busy[model] = count
        else:
            del self._busy[model]

    def _is_resident(self, model: str) -> bool:
        return self.resident is None or model in self.resident

    def _is_full(self) -> bool:
        return self.total is not None and len(self.running) >= self.total

    def _has_room(self, model: str) -> bool:
        each = self.each.get(model, self.each_other)
        return each is None or self._busy.get(model, 0) < each
