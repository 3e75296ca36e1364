"""The queue in front of one model server: waits for a turn, tells those who wait, measures.

Nothing is sent to the server before the turn has come, so giving up a queued request costs it nothing. An uncontended
turn is taken without waiting at all. Those who wait are told by one task for the whole queue, at most so often: to
find out the places of all costs a sort, and a token that arrives must not pay for it.
"""

import math
from collections.abc import AsyncIterator, Callable, Collection, Iterable
from contextlib import asynccontextmanager

import trio

from orchd.errors import Unavailable
from orchd.llm.costs import CostsWithin
from orchd.llm.scheduler.eta import etas, load_left
from orchd.llm.scheduler.plan import Schedule
from orchd.llm.scheduler.ticket import Ticket, hold
from orchd.llm.types import Channel, Listener, Phase, QueueEntry, QueueListener, Requester
from orchd.telemetry.daemon import ModelFigures
from orchd.wakeup import Signal

REPORT_SECONDS = 0.5
"""The shortest time between two reports of their places to those who wait."""


class Queue:
    """Requests of one server. `run` must run: it tells those who wait of their places, and lets time pass.

    `moved` is called with a model that was loaded for a request just now, with None after a load that came to nothing:
    what is loaded should be listed again.
    """

    def __init__(self, name: str, moved: Callable[[str | None], None], figures: ModelFigures | None = None) -> None:
        self.plan = Schedule()
        self._figures = figures or ModelFigures()
        self._name = name
        self._moved = moved
        self._listeners: dict[Ticket, Listener] = {}
        self._told: dict[Ticket, tuple[Phase, int, int | None]] = {}
        self._changed = Signal()
        self._alarm: float | None = None
        self._set = Signal()
        self._closed = False
        self._left = Signal()
        self.stirred: Callable[[], None] = _tell_nobody
        """Called whenever something comes, begins, is loaded or leaves. Must not wait."""

    def close(self) -> None:
        """Let nothing begin any more: who waits is refused, and so is who comes. What runs goes on."""
        self._closed = True
        for ticket in list(self._listeners):
            if ticket.wake is not None:
                ticket.wake()

    async def wait_empty(self) -> None:
        """Wait until nothing runs and nobody waits."""
        while self.plan.running or self.plan.waiting:
            await self._left.wait()

    async def run(self) -> None:
        """Tell those who wait of their places, and let them begin when only time passes; for ever."""
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._report)
            nursery.start_soon(self._keep_time)

    @asynccontextmanager
    async def turn(
        self,
        model: str,
        requester: Requester,
        listener: Listener,
        *,
        alone: bool = False,
        measured: bool = True,
        under_way: bool = False,
    ) -> AsyncIterator[Listener]:
        """Wait for the turn of a request for `model`, and hold it for the block; gives the listener for the block.

        `measured`: the block is a generation, and what it takes is measured if it ends without an exception. `alone`:
        see `Ticket`. `under_way`: it waits for nothing. Waits without a bound. Raises Unavailable once it is closed."""
        self._demand_open()
        ticket = Ticket(model, requester, trio.current_time(), alone=alone)
        self._wake((self.plan.join if under_way else self.plan.enter)(ticket, ticket.asked))
        try:
            if ticket.waiting:
                with self._figures.tracing.span("queue", backend=self._name, priority=requester.priority.name.lower()):
                    await self._wait(ticket, listener)
                if ticket.waiting:
                    self._demand_open()
            waited = self._figures.waits.of((self._name, requester.priority.name.lower()))
            waited.note(trio.current_time() - ticket.asked)
            before = hold(ticket)
            try:
                yield Loading(self, ticket, listener) if ticket.loads else listener
            finally:
                hold(before)
            if measured:
                self._measure(ticket)
        finally:
            self._listeners.pop(ticket, None)
            self._told.pop(ticket, None)
            loading = ticket is self.plan.loading
            self._wake(self.plan.leave(ticket, trio.current_time()))
            if loading:
                self._moved(None)
            self._left.set()

    def _demand_open(self) -> None:
        if self._closed:
            raise Unavailable(f"{self._name} was removed or changed", reason="removed", backend=self._name)

    def note_listing(self, models: Collection[str] | None) -> None:
        """Note which models the server says are loaded; None: it has all it lists."""
        self._wake(self.plan.note_listing(models, trio.current_time()))

    def note_load(self, ticket: Ticket) -> None:
        """Note that the model which `ticket` loads is there."""
        if ticket is self.plan.loading:
            self._figures.loads.of((self._name,)).note(trio.current_time() - ticket.since)
            self._moved(ticket.model)
            self._wake(self.plan.note_load(ticket, trio.current_time()))

    def load_eta_ms(self, ticket: Ticket) -> int | None:
        """Guess the milliseconds until the model is there that `ticket` loads, by earlier loads; None without any."""
        return milliseconds(load_left(self.plan, ticket.model, trio.current_time()))

    def expected_wait(self, model: str) -> float:
        """Guess how long a new request for `model` would wait for a slot and for its load; 0 when not at all."""
        plan = self.plan
        each = plan.speeds.generation(model) or 10.0
        slots = plan.slots(model)
        ahead = plan.waiting + max(0, len(plan.running) - slots + 1) if slots is not None else 0
        load = 0.0 if plan.is_resident(model) else (plan.speeds.load(model) or 20.0)
        return load + ahead * each / (slots or 1)

    def counts(self) -> tuple[int, int]:
        """Return how many requests run, and how many wait."""
        return len(self.plan.running), self.plan.waiting

    def entries(self) -> list[QueueEntry]:
        """Return what runs, and then what waits, in order."""
        now = trio.current_time()
        waiting = self.plan.order(now)
        return [self._entry(ticket, now) for ticket in self.plan.running] + [
            self._entry(ticket, now, place, eta)
            for place, (ticket, eta) in enumerate(zip(waiting, etas(self.plan, waiting, now), strict=True), 1)
        ]

    def runs(self, model: str) -> bool:
        """Tell whether a request for `model` runs."""
        return any(ticket.model == model for ticket in self.plan.running)

    async def _report(self) -> None:
        """Tell those who wait of their places, whenever these may have changed."""
        while True:
            await self._changed.wait()
            self._tell()
            await trio.sleep(REPORT_SECONDS)

    async def _keep_time(self) -> None:
        """Go by the plan's alarm."""
        while True:
            self._alarm = self.plan.alarm
            with trio.move_on_at(math.inf if self._alarm is None else self._alarm) as scope:
                await self._set.wait()
            if scope.cancelled_caught:
                self._wake(self.plan.tick(trio.current_time()))

    async def _wait(self, ticket: Ticket, listener: Listener) -> None:
        mine = trio.Event()
        ticket.wake = mine.set
        self._listeners[ticket] = listener
        listener.on_phase("queued", None)
        self._changed.set()
        await mine.wait()

    def _wake(self, began: Iterable[Ticket]) -> None:
        for ticket in began:
            if ticket.wake is not None:
                ticket.wake()
        if self._listeners:
            self._changed.set()
        self.stirred()
        if self.plan.alarm != self._alarm:
            self._set.set()

    def _tell(self) -> None:
        now = trio.current_time()
        waiting = self.plan.order(now)
        loading = self.plan.loading
        for place, (ticket, eta) in enumerate(zip(waiting, etas(self.plan, waiting, now), strict=True), 1):
            listener = self._listeners.get(ticket)
            phase: Phase = "loading" if loading is not None and loading.model == ticket.model else "queued"
            news = phase, place, milliseconds(eta)
            last = self._told.get(ticket)
            if listener is None or news == last:
                continue
            self._told[ticket] = news
            if phase != (last[0] if last else "queued"):
                listener.on_phase(phase, None)
            if isinstance(listener, QueueListener):
                listener.on_queue(place, news[2])

    def _measure(self, ticket: Ticket) -> None:
        began = ticket.since if ticket.loaded_at is None else ticket.loaded_at
        self.plan.speeds.note_generation(ticket.model, trio.current_time() - began)

    def _entry(self, ticket: Ticket, now: float, place: int | None = None, eta: float | None = None) -> QueueEntry:
        return QueueEntry(
            backend=self._name,
            model=ticket.model,
            state="running" if place is None else "waiting",
            priority=ticket.requester.priority,
            user=ticket.requester.user,
            conversation=ticket.requester.conversation,
            seconds=now - ticket.since,
            loading=ticket is self.plan.loading,
            position=place,
            eta_ms=milliseconds(eta),
            why=None if place is None else self.plan.why(ticket),
            written=None if ticket.output is None else ticket.output(),
        )


class Loading(CostsWithin):
    """The listener of a request whose model must be loaded first: tells how long that may take, and notices that the
    model is there."""

    def __init__(self, queue: Queue, ticket: Ticket, inner: Listener) -> None:
        self._queue = queue
        self._ticket = ticket
        super().__init__(inner)

    def on_phase(self, phase: Phase, progress: float | None) -> None:
        """Whatever comes after the load proves that it is done."""
        if phase not in ("queued", "loading"):
            self._queue.note_load(self._ticket)
        self._inner.on_phase(phase, progress)
        if phase != "loading" or not isinstance(self._inner, QueueListener):
            return
        if (eta_ms := self._queue.load_eta_ms(self._ticket)) is not None:
            self._inner.on_queue(None, eta_ms)

    def on_delta(self, channel: Channel, text: str) -> None:
        self._queue.note_load(self._ticket)
        self._inner.on_delta(channel, text)

    def on_close(self) -> None:
        self._inner.on_close()


def _tell_nobody() -> None:
    """Nobody wants to know."""


def milliseconds(seconds: float | None) -> int | None:
    """Return whole milliseconds."""
    return None if seconds is None else max(0, round(seconds * 1000))
