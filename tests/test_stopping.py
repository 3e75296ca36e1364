"""Signals as wishes: which one asks for what."""

import os
import signal

import pytest
import trio
import trio.testing

from orchd.stopping import EXIT_SECOND_SIGNAL, Stopping

HANG_SECONDS = 90.0


class Left(Exception):
    """Stands for the end of the process."""


async def listening(nursery: trio.Nursery) -> Stopping:
    wishes = Stopping()
    await nursery.start(wishes.on_signals)
    return wishes


def test_a_stop_is_a_hurry_and_making_way_is_none() -> None:
    gentle, firm = Stopping(), Stopping()
    gentle.make_way()
    assert (gentle.asked.is_set(), gentle.hurry.is_set()) == (True, False)
    firm.stop()
    assert (firm.asked.is_set(), firm.hurry.is_set()) == (True, True)
    gentle.stop()
    assert gentle.hurry.is_set(), "a stop during an upgrade is one"


@pytest.mark.parametrize(("number", "hurry"), [(signal.SIGTERM, True), (signal.SIGINT, True), (signal.SIGUSR2, False)])
async def test_each_signal_asks_for_its_own(nursery: trio.Nursery, number: signal.Signals, hurry: bool) -> None:
    wishes = await listening(nursery)
    os.kill(os.getpid(), number)
    with trio.fail_after(HANG_SECONDS):
        await wishes.asked.wait()
    assert wishes.hurry.is_set() == hurry


async def test_making_way_turns_into_a_stop(nursery: trio.Nursery) -> None:
    wishes = await listening(nursery)
    os.kill(os.getpid(), signal.SIGUSR2)
    with trio.fail_after(HANG_SECONDS):
        await wishes.asked.wait()
    assert not wishes.hurry.is_set()
    os.kill(os.getpid(), signal.SIGTERM)
    with trio.fail_after(HANG_SECONDS):
        await wishes.hurry.wait()


async def test_a_second_stop_means_now_and_making_way_never_does(monkeypatch: pytest.MonkeyPatch) -> None:
    codes: list[int] = []

    def leave(code: int) -> None:
        codes.append(code)
        raise Left

    monkeypatch.setattr(os, "_exit", leave)
    with pytest.RaisesGroup(Left):
        async with trio.open_nursery() as nursery:
            wishes = await listening(nursery)
            os.kill(os.getpid(), signal.SIGTERM)
            with trio.fail_after(HANG_SECONDS):
                await wishes.hurry.wait()
            os.kill(os.getpid(), signal.SIGUSR2)
            await trio.testing.wait_all_tasks_blocked(0.01)
            assert codes == []
            os.kill(os.getpid(), signal.SIGINT)
            with trio.fail_after(HANG_SECONDS):
                await trio.sleep_forever()
    assert codes == [EXIT_SECOND_SIGNAL]
