"""Who lives: judged by the process here, by the lease elsewhere."""

import os
import subprocess
import sys
import time
from functools import partial

import psutil
import pytest
import trio
from structlog.testing import capture_logs

from orchd.features.presence import queries
from orchd.features.presence.processes import _ticks, own
from orchd.features.presence.queries import DaemonRow
from orchd.features.presence.service import LEASE_SECONDS, Presence
from orchd.storage import Database


def now() -> int:
    return int(time.time() * 1000)


async def add(store: Database, row: DaemonRow) -> None:
    await store.write(queries.register, row, 0)


async def test_a_run_without_a_row_is_dead_and_ones_own_never_is(store: Database) -> None:
    presence = Presence(store, "me")
    assert not presence.registered
    assert await presence.dead({"me", "never seen"}) == {"never seen"}
    assert await presence.dead(set()) == set()
    await presence.renew()
    assert presence.registered
    assert await Presence(store, "other").dead({"me"}) == set()
    await presence.leave()
    assert await Presence(store, "other").dead({"me"}) == {"me"}


async def test_on_this_machine_a_run_dies_with_its_process_at_once(store: Database) -> None:
    async with trio.open_nursery() as nursery:
        command = partial(trio.run_process, [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, check=False)
        child: trio.Process = await nursery.start(command)
        await add(store, DaemonRow("child", own().machine, child.pid, _ticks(child.pid) or 0, now()))
        assert await Presence(store, "me").dead({"child"}) == set()
        child.kill()
    assert await Presence(store, "me").dead({"child"}) == {"child"}


async def test_a_process_that_has_ended_and_that_nobody_waited_for_is_dead(store: Database) -> None:
    command = [sys.executable, "-c", "input()"]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as child:  # noqa: ASYNC220 - Trio would wait for it
        await add(store, DaemonRow("child", own().machine, child.pid, _ticks(child.pid) or 0, now()))
        child.kill()
        with trio.fail_after(90):
            while psutil.Process(child.pid).status() != psutil.STATUS_ZOMBIE:  # noqa: ASYNC110 - the kernel tells nobody
                await trio.sleep(0.01)
        assert await Presence(store, "me").dead({"child"}) == {"child"}


async def test_another_process_with_the_same_id_is_not_the_run(store: Database) -> None:
    await add(store, DaemonRow("old", *own()._replace(started=own().started - 1), now()))
    assert await Presence(store, "me").dead({"old"}) == {"old"}


@pytest.mark.parametrize(("age", "dead"), [(0.0, False), (LEASE_SECONDS + 5, True)])
async def test_on_another_machine_a_run_lives_as_long_as_its_lease(store: Database, age: float, dead: bool) -> None:
    await add(store, DaemonRow("far", "elsewhere", 1, 1, now() - int(age * 1000)))
    assert await Presence(store, "me").dead({"far"}) == ({"far"} if dead else set())


async def test_a_running_service_renews_its_row_by_itself(store: Database) -> None:
    presence = Presence(store, "me")
    async with trio.open_nursery() as nursery:
        nursery.start_soon(presence.run)
        with trio.fail_after(90):
            while not presence.registered:  # noqa: ASYNC110 - only a test waits for this
                await trio.sleep(0.01)
        rows = await store.read(queries.find, ["me"])
        assert [row.pid for row in rows] == [os.getpid()]
        nursery.cancel_scope.cancel()


async def test_a_step_of_the_clock_kills_nobody_here(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """As NTP does after a boot, and a virtual machine that goes on: everything but the processes' ticks moves."""
    await Presence(store, "running").renew()
    real = time.time
    for step in (60.0, -60.0, 10 * 86_400.0):
        monkeypatch.setattr("time.time", lambda step=step: real() + step)
        monkeypatch.setattr("psutil.boot_time", lambda step=step: real() + step)
        assert await Presence(store, "new").dead({"running"}) == set()


async def test_two_daemons_on_one_database_say_so_once_each(store: Database) -> None:
    ones, others = Presence(store, "one"), Presence(store, "other")
    with capture_logs() as logs:
        for _ in range(2):
            for presence in (ones, others):
                await presence.renew()
                await presence._tell_of_others()
    assert [(line["event"], line["run"], line["pid"]) for line in logs] == [
        ("another daemon uses this database", "one", os.getpid()),
        ("another daemon uses this database", "other", os.getpid()),
    ]
    await others.leave()
    with capture_logs() as logs:
        await ones._tell_of_others()
    assert logs == []
