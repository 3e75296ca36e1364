"""Who works on a text, how much at once, and what becomes of a worker whose caller leaves, or that hangs or dies."""

import os
import signal
from collections.abc import Callable

import pytest
import trio
import trio.testing

from orchd.errors import Busy, Invalid, Timeout, TooLarge, Unavailable
from orchd.worker import pool
from orchd.worker.pool import SHORT_CHARACTERS, InPlace, WorkerPool, characters, open_workers
from tests.worker import jobs
from tests.worker.jobs import LONG
from tests.worker.test_process import GUARD_SECONDS, until_gone


async def until(there: Callable[[], object]) -> None:
    with trio.fail_after(GUARD_SECONDS):
        while not there():  # noqa: ASYNC110 - another process tells no event
            await trio.sleep(0.01)


async def hang(workers: WorkerPool, *, slow: bool = False) -> None:
    await workers.run(jobs.hang, LONG, slow=slow)


async def where(workers: WorkerPool) -> int:
    return await workers.run(jobs.process, LONG)


async def test_short_texts_are_worked_on_here_and_long_ones_are_not() -> None:
    async with open_workers(2) as workers:
        assert await workers.run(jobs.process, "x" * (SHORT_CHARACTERS - 1)) == os.getpid()
        assert workers.pids == []
        elsewhere = await where(workers)
        assert elsewhere != os.getpid()
        assert [elsewhere] == workers.pids
        assert await where(workers) == elsewhere
    await until_gone(elsewhere)


async def test_in_place_everything_is_done_here() -> None:
    assert await InPlace().run(jobs.process, LONG) == os.getpid()


@pytest.mark.parametrize("text", ["x", LONG], ids=["short", "long"])
async def test_answers_are_the_same_wherever_they_are_made(text: str) -> None:
    async with open_workers(1) as workers:
        assert await workers.run(jobs.pairs, [text, "b"], None) == jobs.pairs([text, "b"], None)
        with pytest.raises(jobs.NoNumberError, match="no number"):
            await workers.run(jobs.number, text, raises=(jobs.NoNumberError,))
        with pytest.raises(Invalid, match="refused") as refused:
            await workers.run(jobs.refused, text)
        assert refused.value.details["field"] == "text"


async def test_a_cancelled_caller_takes_the_worker_along() -> None:
    async with open_workers(1) as workers:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(hang, workers)
            await until(lambda: workers.pids)
            (pid,) = workers.pids
            nursery.cancel_scope.cancel()
        await until_gone(pid)
        with trio.fail_after(GUARD_SECONDS):
            assert await where(workers) != pid


async def test_a_text_that_takes_too_long_is_given_up() -> None:
    async with open_workers(1) as workers:
        await where(workers)
        with trio.fail_after(GUARD_SECONDS), pytest.raises(Timeout):
            await workers.run(jobs.hang, LONG, seconds=0.1)
        assert workers.pids == []
        assert await where(workers)


@pytest.mark.parametrize("job", [jobs.crash, jobs.defect])
async def test_a_worker_that_dies_is_told_and_replaced(job: Callable[[str], None]) -> None:
    async with open_workers(1) as workers:
        with pytest.raises(Unavailable, match="broke off") as told:
            await workers.run(job, LONG)
        assert "secret" not in str(told.value.details) + told.value.message
        assert await where(workers) in workers.pids


async def test_a_worker_killed_at_work_or_at_rest_is_replaced() -> None:
    async with open_workers(1) as workers:
        failures: list[Unavailable] = []

        async def work() -> None:
            try:
                await hang(workers)
            except Unavailable as error:
                failures.append(error)

        async with trio.open_nursery() as nursery:
            nursery.start_soon(work)
            await until(lambda: workers.pids)
            os.kill(workers.pids[0], signal.SIGKILL)
        assert len(failures) == 1
        resting = await where(workers)
        os.kill(resting, signal.SIGKILL)
        await until(lambda: not workers.pids)
        assert await where(workers) != resting


async def test_what_takes_too_much_memory_or_answers_too_much_is_refused() -> None:
    async with open_workers(1) as workers:
        with pytest.raises(TooLarge, match="memory"):
            await workers.run(jobs.greedy, LONG)
        with pytest.raises(TooLarge):
            await workers.run(jobs.too_much, LONG)
        assert await where(workers)


async def test_no_more_wait_than_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "MAX_WAITING", 1)
    async with open_workers(1) as workers, trio.open_nursery() as nursery:
        nursery.start_soon(hang, workers)
        await until(lambda: workers.pids)
        nursery.start_soon(where, workers)
        await trio.testing.wait_all_tasks_blocked(0.01)
        with pytest.raises(Busy) as refused:
            await where(workers)
        assert refused.value.details["reason"] == "texts"
        assert await workers.run(jobs.process, "short")
        nursery.cancel_scope.cancel()


async def test_slow_work_leaves_a_worker_to_the_others() -> None:
    async with open_workers(2) as workers, trio.open_nursery() as nursery:
        for _ in range(3):
            nursery.start_soon(lambda: hang(workers, slow=True))
        await until(lambda: workers.pids)
        await trio.testing.wait_all_tasks_blocked(0.01)
        with trio.fail_after(GUARD_SECONDS):
            assert await where(workers)
        nursery.cancel_scope.cancel()


async def test_idle_workers_end() -> None:
    async with open_workers(1, idle_seconds=0.05) as workers:
        pid = await where(workers)
        await until_gone(pid)
        await until(lambda: not workers.pids)
        assert await where(workers) != pid


async def test_what_is_nested_too_deeply_is_refused() -> None:
    nested: list[object] = []
    for _ in range(100_000):
        nested = [nested]
    async with open_workers(1) as workers:
        with pytest.raises(TooLarge, match="nested"):
            await workers.run(jobs.anything, LONG, nested)
        with pytest.raises(TooLarge, match="nested"):
            await workers.run(jobs.sink, LONG)
        assert await workers.run(jobs.process, "x", apart=True) in workers.pids


def test_all_texts_of_a_call_count() -> None:
    nested: list[object] = ["k"]
    for _ in range(100_000):
        nested = [nested]
    assert characters(("ab", {"e": {"f": "gh"}}, None, jobs.Pair("ij", 3))) == 4 + 2 + 6 + 2
    assert characters(nested) == 100_002
