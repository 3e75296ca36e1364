"""The scheduler: what a request costs it, and simulated days of two models beside plain first come, first served."""

import statistics
import time
from collections.abc import Callable
from typing import NamedTuple

import trio

from orchd.llm.scheduler import Queue
from orchd.llm.scheduler.plan import Schedule
from orchd.llm.scheduler.ticket import PATIENCE_SECONDS, Ticket
from orchd.llm.types import Channel, Phase, Priority, Requester
from tests.bench.report import Row
from tests.llm.scheduler.days import LOAD_SECONDS, SEEDS, FirstCome, closed_day, open_day, passed_outside_a_stint
from tests.llm.scheduler.simulation import Ran, Result, Server

WAITING, REQUESTS = 1_000, 20_000
REQUESTERS = [Requester(Priority(n % 3), n % 50, n % 200) for n in range(WAITING)]


class Days(NamedTuple):
    """Some days, under one plan."""

    ran: list[Ran]
    swaps: int
    killed: int
    seconds: float
    passed: int


class Deaf:
    """A listener that is told everything and does nothing."""

    def on_phase(self, phase: Phase, progress: float | None) -> None:
        pass

    def on_queue(self, position: int | None, eta_ms: int | None) -> None:
        pass

    def on_delta(self, channel: Channel, text: str) -> None:
        pass

    def on_close(self) -> None:
        pass


def overhead() -> float:
    """Return the median microseconds of a request (in and out) in the rules, while a thousand wait."""
    plan = Schedule()
    plan.total, plan.resident = 4, ("a", "b")
    for number, requester in enumerate(REQUESTERS):
        plan.enter(Ticket("ab"[number % 2], requester, 0.0), 0.0)
    taken = []
    for number in range(REQUESTS):
        now = number / 100
        started = time.perf_counter()
        plan.enter(Ticket("ab"[number % 2], REQUESTERS[number % WAITING], now), now)
        plan.leave(next(iter(plan.running)), now)
        taken.append(time.perf_counter() - started)
    return statistics.median(taken) * 1e6


async def whole_overhead() -> float:
    """Return the mean microseconds of a request through the queue while a thousand wait: its task woken, the others
    told of their places.
    """
    queue, listener = Queue("bench", lambda _: None), Deaf()
    queue.plan.total, queue.plan.resident = 4, ("a", "b")

    async def ask(number: int) -> None:
        for _ in range(REQUESTS // WAITING):
            async with queue.turn("ab"[number % 2], REQUESTERS[number], listener):
                await trio.lowlevel.checkpoint()

    async with trio.open_nursery() as background:
        background.start_soon(queue.run)
        started = time.process_time()
        async with trio.open_nursery() as nursery:
            for number in range(WAITING):
                nursery.start_soon(ask, number)
        taken = time.process_time() - started
        background.cancel_scope.cancel()
    return taken / REQUESTS * 1e6


def days(day: Callable[[Schedule, int], tuple[Server, Result]], make: type[Schedule]) -> Days:
    """Run several days, each anew."""
    found = [day(make(), seed) for seed in SEEDS]
    return Days(
        [ran for _, result in found for ran in result.ran],
        sum(result.swaps for _, result in found),
        sum(result.killed for _, result in found),
        sum(result.end for _, result in found),
        sum(1 for server, _ in found for _ in passed_outside_a_stint(server, LOAD_SECONDS)),
    )


def compared(name: str, day: Callable[[Schedule, int], tuple[Server, Result]]) -> list[Row]:
    """Put both plans side by side."""
    plain, ours = days(day, FirstCome), days(day, Schedule)
    rows = [
        Row(f"{name}: swaps, first come / ours", None, plain.swaps / ours.swaps),
        Row(f"{name}: swaps", plain.swaps, ours.swaps),
        Row(f"{name}: hours", plain.seconds / 3600, ours.seconds / 3600),
        Row(f"{name}: answers thrown out", plain.killed, ours.killed),
        Row(f"{name}: passed against the bound", plain.passed, ours.passed),
    ]
    for priority, patience in PATIENCE_SECONDS.items():
        before, now = waits(plain, priority), waits(ours, priority)
        what = f"{name}: wait of {priority.name.lower()} (patience {patience:g}), s"
        rows.append(Row(f"{what}, p50", statistics.median(before), statistics.median(now)))
        rows.append(Row(f"{what}, longest", before[-1], now[-1]))
    return rows


def waits(found: Days, priority: Priority) -> list[float]:
    return sorted(ran.waited for ran in found.ran if ran.request.requester.priority is priority)


def run() -> list[Row]:
    """Measure."""
    return [
        Row(f"a request in the rules, {WAITING} waiting, p50, µs", None, overhead()),
        Row(f"a request through the queue, {WAITING} waiting, CPU µs", None, trio.run(whole_overhead)),
        *compared(f"{len(SEEDS)} open days", open_day),
        *compared(f"{len(SEEDS)} closed days", closed_day),
    ]
