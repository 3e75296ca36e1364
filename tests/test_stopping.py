"""Signals as wishes: which one asks for what."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import trio
import trio.testing
from structlog.testing import capture_logs

from orchd import stopping
from orchd.stopping import EXIT_SECOND_SIGNAL, Stopping, has_terminal, is_in_foreground, wait_hangup

HANG_SECONDS = 90.0


class Left(Exception):
    """Stands for the end of the process."""


async def listening(nursery: trio.Nursery, echo_seconds: float = 0.0) -> Stopping:
    wishes = Stopping(echo_seconds)
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


@pytest.mark.parametrize(
    ("number", "hurry"),
    [(signal.SIGTERM, True), (signal.SIGINT, True), (signal.SIGHUP, True), (signal.SIGUSR2, False)],
)
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
    with pytest.RaisesGroup(Left, flatten_subgroups=True):
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


async def send(number: signal.Signals) -> None:
    """Send a signal, and let it be taken."""
    os.kill(os.getpid(), number)
    with trio.fail_after(HANG_SECONDS):
        await trio.testing.wait_all_tasks_blocked(0.05)


async def test_the_same_wish_by_two_senders_is_one(nursery: trio.Nursery) -> None:
    wishes = await listening(nursery, echo_seconds=HANG_SECONDS)
    for number in (signal.SIGTERM, signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        await send(number)  # a second one that counted would end this process
    assert wishes.hurry.is_set()


async def test_a_signal_without_meaning_is_told_and_ends_nothing(nursery: trio.Nursery) -> None:
    with capture_logs() as logs:
        wishes = await listening(nursery)
        await send(signal.SIGUSR1)
    assert not wishes.asked.is_set()
    assert logs == [{"event": "signal ignored", "name": "SIGUSR1", "log_level": "info"}]


@pytest.mark.parametrize("terminal", [True, False])
async def test_under_nohup_the_end_of_a_terminal_is_ignored_and_without_one_the_signal_is_meant(
    nursery: trio.Nursery, terminal: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stopping, "has_terminal", lambda: terminal)
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        wishes = await listening(nursery)
        await send(signal.SIGHUP)
        assert wishes.asked.is_set() is not terminal
    finally:
        nursery.cancel_scope.cancel()
        signal.signal(signal.SIGHUP, before)


CONTROLLED = "import fcntl, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0);"
ASKED = "from orchd.stopping import has_terminal; print(has_terminal())"


def asked_in_a_session_of_its_own(code: str, stdin: int) -> str:
    command = [sys.executable, "-c", code]
    return subprocess.run(
        command, stdin=stdin, capture_output=True, text=True, check=True, start_new_session=True
    ).stdout


def test_a_terminal_is_had_by_who_is_controlled_by_it_and_not_by_who_reads_it() -> None:
    master, slave = os.openpty()
    assert asked_in_a_session_of_its_own(CONTROLLED + ASKED, slave) == "True\n"
    assert asked_in_a_session_of_its_own(ASKED, slave) == "False\n"
    os.close(master)
    os.close(slave)


def test_where_nobody_can_tell_there_may_be_a_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stopping, "CONTROLLING", str(tmp_path / "no device"))
    assert has_terminal()


async def test_a_terminal_that_goes_is_noticed_and_one_that_is_typed_into_is_not() -> None:
    master, slave = os.openpty()
    gone = trio.Event()

    async def watch() -> None:
        await trio.to_thread.run_sync(wait_hangup, slave, abandon_on_cancel=True)
        gone.set()

    async with trio.open_nursery() as nursery:
        nursery.start_soon(watch)
        os.write(master, b"typed\n")
        await trio.testing.wait_all_tasks_blocked(0.05)
        assert not gone.is_set()
        os.close(master)
        with trio.fail_after(HANG_SECONDS):
            await gone.wait()
    os.close(slave)


def test_what_is_no_terminal_of_ours_is_not_watched() -> None:
    master, slave = os.openpty()
    assert not is_in_foreground(slave), "it belongs to no session"
    os.close(master)
    os.close(slave)
    assert not is_in_foreground(slave)


async def test_who_can_read_something_again_does_so_on_sighup(nursery: trio.Nursery) -> None:
    wishes = Stopping(0.0, reloads=True)
    await nursery.start(wishes.on_signals)
    for _ in range(2):
        await send(signal.SIGHUP)
        assert wishes.reload is not None
        with trio.fail_after(HANG_SECONDS):
            await wishes.reload.wait()
    assert not wishes.asked.is_set()
    await send(signal.SIGTERM)
    assert wishes.hurry.is_set()
