"""Counts, and who is told of their changes."""

import time

import pytest
import trio
import trio.testing

from orchd.simulator.stats import MAX_PATHS, StatCounters


def test_a_generation_is_counted_by_its_end() -> None:
    counters = StatCounters()
    with counters.generation("simulated", lambda: False) as tally:
        assert counters.snapshot().running == 1
        tally.outcome = "completed"
    with counters.generation("simulated", lambda: False) as tally:
        tally.outcome = "faulted"
    with counters.generation("simulated", lambda: True):
        pass
    with counters.generation("simulated", lambda: False):
        pass
    stats = counters.snapshot()
    assert (stats.completed, stats.faulted, stats.aborted, stats.running, stats.peak) == (1, 1, 1, 0, 1)
    assert stats.models["simulated"].requests == 4


def test_a_broken_connection_is_an_abort_whatever_was_planned() -> None:
    counters = StatCounters()
    before = time.monotonic() * 1000

    def run() -> None:
        with counters.generation("simulated", lambda: False) as tally:
            tally.outcome = "completed"
            raise trio.BrokenResourceError

    with pytest.raises(trio.BrokenResourceError):
        run()
    stats = counters.snapshot()
    assert (stats.completed, stats.aborted) == (0, 1)
    assert stats.last_abort_ms is not None
    assert stats.last_abort_age_ms is not None
    assert before <= stats.last_abort_ms <= time.monotonic() * 1000
    assert stats.last_abort_age_ms >= 0


def test_a_reset_keeps_what_is_running() -> None:
    counters = StatCounters()
    counters.request("/v1/models")
    with counters.generation("simulated", lambda: False) as tally:
        counters.reset()
        stats = counters.snapshot()
        assert (stats.requests, stats.running, stats.peak) == (0, 1, 1)
        tally.outcome = "completed"
    assert counters.snapshot().completed == 1


def test_paths_are_bounded() -> None:
    counters = StatCounters()
    for number in range(3 * MAX_PATHS):
        counters.request(f"/{number}")
    stats = counters.snapshot()
    assert stats.requests == 3 * MAX_PATHS
    assert len(stats.paths) == MAX_PATHS + 1
    assert stats.paths["other"] == 2 * MAX_PATHS


async def test_changes_wake_those_who_wait(nursery: trio.Nursery, autojump_clock: object) -> None:
    counters = StatCounters()
    woken = trio.Event()

    async def wait() -> None:
        await counters.wait_change()
        woken.set()

    nursery.start_soon(wait)
    await trio.testing.wait_all_tasks_blocked()
    assert not woken.is_set()
    with counters.wait():
        assert counters.snapshot().waiting == 1
        await woken.wait()
    assert counters.snapshot().waiting == 0
