import os
import signal
from pathlib import Path

import psutil
import pytest
import trio

from orchd.errors import UpstreamError
from tests.fix_local import HANG_SECONDS, Shelve, model_processes
from tests.llm.local.models import BROKEN, Pool, ask, shelved, spec


async def test_all_who_want_a_model_share_one_process(shelve: Shelve, nursery: trio.Nursery) -> None:
    folder = shelve("a")
    pool, file = Pool(nursery, spec(folder)).children, shelved(folder)["a"]
    found = []

    async def take() -> None:
        found.append(await pool.take(file))

    with trio.fail_after(HANG_SECONDS):
        async with trio.open_nursery() as waiters:
            for _ in range(3):
                waiters.start_soon(take)
        assert len(model_processes()) == 1
    assert len(set(found)) == 1
    assert (found[0].uses, pool.child_of("a")) == (3, found[0])


async def test_the_one_unused_for_longest_makes_room_and_never_one_at_work(
    shelve: Shelve, nursery: trio.Nursery
) -> None:
    folder = shelve("a", "b", "c")
    files, made = shelved(folder), Pool(nursery, spec(folder, max_loaded=2))
    pool = made.children
    with trio.fail_after(HANG_SECONDS):
        a, b = await pool.take(files["a"]), await pool.take(files["b"])
        pool.release(b)
        pool.release(a)
        c = await pool.take(files["c"])
        assert (pool.child_of("a"), pool.child_of("b"), pool.child_of("c")) == (a, None, c)
        assert made.changes == 1
        a.take()
        async with trio.open_nursery() as waiters:
            waiters.start_soon(pool.take, files["b"])
            await trio.testing.wait_all_tasks_blocked()
            assert (a.ready, c.ready, len(model_processes())) == (True, True, 2)
            pool.release(c)
        assert (pool.child_of("a"), pool.child_of("c"), len(model_processes())) == (a, None, 2)


async def test_a_load_that_nobody_wants_any_more_is_given_up(shelve: Shelve, nursery: trio.Nursery) -> None:
    folder = shelve("a")
    pool, file = Pool(nursery, spec(folder)).children, shelved(folder)["a"]
    with trio.fail_after(HANG_SECONDS):
        async with trio.open_nursery() as waiters:
            waiters.start_soon(pool.take, file)
            while not (begun := model_processes()):  # noqa: ASYNC110 - nothing tells of a process
                await trio.sleep(0.01)
            waiters.cancel_scope.cancel()
        assert await trio.to_thread.run_sync(lambda: psutil.wait_procs(begun, timeout=HANG_SECONDS)[1]) == []
        assert pool.child_of("a") is None
        assert await ask(await pool.take(file)) == 200


async def test_a_dead_one_is_started_again_by_whoever_wants_it(shelve: Shelve, nursery: trio.Nursery) -> None:
    folder = shelve("a")
    made = Pool(nursery, spec(folder, max_loaded=2))
    pool, file = made.children, shelved(folder)["a"]
    with trio.fail_after(HANG_SECONDS):
        first = await pool.take(file)
        assert first.pid is not None
        os.kill(first.pid, signal.SIGKILL)
        await first.ended.wait()
        assert (pool.child_of("a"), made.changes) == (None, 1)
        second = await pool.take(file)
        pool.release(first)
        assert await ask(second) == 200
        assert (second.pid != first.pid, second.uses, pool.child_of("a")) == (True, 1, second)


async def test_unloading_ends_the_process(shelve: Shelve, nursery: trio.Nursery) -> None:
    folder = shelve("a")
    made = Pool(nursery, spec(folder))
    pool, file = made.children, shelved(folder)["a"]
    with trio.fail_after(HANG_SECONDS):
        await pool.unload("a")
        child = await pool.take(file)
        pool.release(child)
        await pool.unload("a")
    assert (pool.child_of("a"), model_processes(), made.changes) == (None, [], 1)


async def test_what_cant_be_loaded_fails_for_all_who_wait_and_later_ones_wait_a_little(
    tmp_path: Path, nursery: trio.Nursery
) -> None:
    (tmp_path / "broken.gguf").write_bytes(BROKEN)
    pool, file = Pool(nursery, spec(tmp_path)).children, shelved(tmp_path)["broken"]
    failures: list[UpstreamError] = []

    async def take() -> None:
        with pytest.raises(UpstreamError) as caught:
            await pool.take(file)
        failures.append(caught.value)

    with trio.fail_after(HANG_SECONDS):
        async with trio.open_nursery() as waiters:
            waiters.start_soon(take)
            waiters.start_soon(take)
        await take()
        begun = trio.current_time()
        await take()
    assert [error.details["reason"] for error in failures] == ["load_failed"] * 4
    assert trio.current_time() - begun > 0.5, "the third start waits for a second"
    assert model_processes() == []
