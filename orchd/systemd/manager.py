"""What the service manager is told of a running daemon: that it lives, what it does, that it reads something again."""

import os
import time
from collections.abc import Awaitable, Callable, Mapping

import trio

from orchd.systemd import is_meant, notify

STATUS_SECONDS = 5.0
"""How often it is looked whether there is something new to say."""

BEATS = 3
"""How often it is told to live within the time that the manager waits."""

EXTENSION_SECONDS = 60.0
"""How long the manager waits for the next word of a daemon that takes its time."""


def watchdog_seconds(environment: Mapping[str, str] = os.environ) -> float | None:
    """Return after how long a silence the manager ends the daemon; None: it doesn't. As sd_watchdog_enabled(3) does."""
    microseconds, pid = environment.get("WATCHDOG_USEC", ""), environment.get("WATCHDOG_PID", "")
    if not microseconds.isdecimal() or (pid and not is_meant(pid)):
        return None
    return int(microseconds) / 1e6 or None


async def keep_told(
    lives: Callable[[], Awaitable[bool]], status: Callable[[], str], takes_time: Callable[[], bool]
) -> None:
    """Tell the manager what `status` says whenever that is new, and with a watchdog that the daemon lives, until
    cancelled. As long as it `takes_time` to start or to stop, no limit of the manager's for that ends it.

    `lives` is waited for no longer than until the next beat. This runs in the event loop: when that stands still, or
    `lives` does, the manager hears nothing and acts.
    """
    limit = watchdog_seconds()
    seconds = STATUS_SECONDS if limit is None else min(STATUS_SECONDS, limit / BEATS)
    told = None
    while True:
        begun = trio.current_time()
        if (text := status()) != told:
            notify(f"STATUS={text}")
            told = text
        if takes_time():
            extend(EXTENSION_SECONDS)
        if limit is not None:
            with trio.move_on_after(seconds):
                if await lives():
                    notify("WATCHDOG=1")
        await trio.sleep_until(begun + seconds)


def extend(seconds: float) -> None:
    """Have the manager wait for so long before it ends a start or a stop, where its own limit is over before that."""
    notify(f"EXTEND_TIMEOUT_USEC={round(seconds * 1e6)}")


def begin_reload() -> None:
    """Say that something is read again; `notify("READY=1")` says that it is done."""
    notify(f"RELOADING=1\nMONOTONIC_USEC={time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000}")
