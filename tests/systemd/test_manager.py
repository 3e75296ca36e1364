"""What a service manager hears over time, on a virtual clock and a real socket."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import trio
import trio.testing

from orchd.systemd.manager import begin_reload, extend, keep_told, watchdog_seconds


class Manager:
    """The other end of the socket."""

    def __init__(self, listening: socket.socket) -> None:
        self._listening = listening

    def heard(self) -> list[str]:
        """Return what has come since the last time."""
        found = []
        while True:
            try:
                found.append(self._listening.recv(9999).decode())
            except BlockingIOError:
                return found


@pytest.fixture
def manager(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Manager]:
    address = str(tmp_path / "notify")
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    monkeypatch.setenv("WATCHDOG_USEC", "9000000")
    monkeypatch.setenv("WATCHDOG_PID", str(os.getpid()))
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as listening:
        listening.bind(address)
        yield Manager(listening)


async def yes() -> bool:
    return True


async def no() -> bool:
    return False


def never() -> bool:
    return False


async def test_it_waits_for_one_that_takes_its_time(
    manager: Manager, nursery: trio.Nursery, autojump_clock: trio.testing.MockClock
) -> None:
    left = [True, True, False]
    nursery.start_soon(keep_told, yes, lambda: "starting", lambda: left.pop(0) if left else False)
    await trio.sleep(10)
    heard = [told for told in manager.heard() if told.startswith("EXTEND")]
    assert heard == ["EXTEND_TIMEOUT_USEC=60000000"] * 2
    extend(1.5)
    assert "EXTEND_TIMEOUT_USEC=1500000" in manager.heard()


async def test_it_hears_news_once_and_that_the_daemon_lives(
    manager: Manager, nursery: trio.Nursery, autojump_clock: trio.testing.MockClock
) -> None:
    said = ["starting"]
    nursery.start_soon(keep_told, yes, lambda: said[-1], never)
    await trio.sleep(0.5)
    assert manager.heard() == ["STATUS=starting", "WATCHDOG=1"]
    await trio.sleep(3)
    assert manager.heard() == ["WATCHDOG=1"]
    said.append("ready")
    await trio.sleep(3)
    assert manager.heard() == ["STATUS=ready", "WATCHDOG=1"]


async def test_it_hears_nothing_of_one_that_does_not_answer_or_says_no(
    manager: Manager, nursery: trio.Nursery, autojump_clock: trio.testing.MockClock
) -> None:
    nursery.start_soon(keep_told, no, str, never)
    await trio.sleep(30)
    assert set(manager.heard()) == {"STATUS="}
    hang = trio.Event()

    async def wait() -> bool:
        await hang.wait()
        return True

    nursery.cancel_scope.cancel()
    async with trio.open_nursery() as other:
        other.start_soon(keep_told, wait, str, never)
        await trio.sleep(30)
        assert set(manager.heard()) == {"STATUS="}
        hang.set()
        await trio.sleep(4)
        assert "WATCHDOG=1" in manager.heard()
        other.cancel_scope.cancel()


async def test_without_a_watchdog_it_hears_only_news(
    manager: Manager,
    nursery: trio.Nursery,
    autojump_clock: trio.testing.MockClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("WATCHDOG_USEC")
    nursery.start_soon(keep_told, yes, lambda: "ready", never)
    await trio.sleep(60)
    assert manager.heard() == ["STATUS=ready"]


def test_it_hears_that_something_is_read_again(manager: Manager) -> None:
    begin_reload()
    (told,) = manager.heard()
    assert told.startswith("RELOADING=1\nMONOTONIC_USEC=")


@pytest.mark.parametrize(
    ("environment", "seconds"),
    [
        ({}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
        ({"WATCHDOG_USEC": "1500000"}, 1.5),
        ({"WATCHDOG_USEC": "1500000", "WATCHDOG_PID": str(os.getpid())}, 1.5),
        ({"WATCHDOG_USEC": "1500000", "WATCHDOG_PID": "1"}, None),
    ],
)
def test_how_long_it_waits(environment: dict[str, str], seconds: float | None) -> None:
    assert watchdog_seconds(environment) == seconds
