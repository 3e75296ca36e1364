"""Passwords hashed beside the daemon's own work: in threads that give way to it, few at once, with a bounded line.

A hash takes a processor for tens of milliseconds, and there may be no more processors than hashes. So each has a thread
of its own that is as nice as can be: whatever else wants to run comes first. Trio's threads are not used, since those
are kept for other work, and a thread that has become nice can't become less so.
"""

import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TypeVar

import outcome
import trio

from orchd.access.passwords import hash_password, is_right
from orchd.errors import Busy

T = TypeVar("T")

AT_ONCE = 2
"""Hashes that are computed at the same time: each takes 19 MiB and a processor."""
WAITING = 100
"""Hashes that wait for their turn; further ones are `busy`."""
NICEST = 19


class PasswordHashing:
    """Hashes and compares passwords. Cancelling gives the place in the line up, not a hash that has begun."""

    def __init__(self, at_once: int = AT_ONCE, waiting: int = WAITING) -> None:
        self._limiter = trio.CapacityLimiter(at_once)
        self._most = at_once + waiting
        self._inside = 0

    async def hash(self, password: str) -> str:
        """Return what is stored of a password. Raises `Busy`."""
        return await self._run(partial(hash_password, password))

    async def is_right(self, stored: str | None, password: str) -> bool:
        """Whether a password is the stored one; for None it takes as long and is false. Raises `Busy`."""
        return await self._run(partial(is_right, stored, password))

    async def _run(self, work: Callable[[], T]) -> T:
        if self._inside >= self._most:
            raise Busy("too many people are logging in; try again in a moment", reason="logins", retry_after_ms=1000)
        self._inside += 1
        try:
            async with self._limiter:
                return await _in_a_nice_thread(work)
        finally:
            self._inside -= 1


async def _in_a_nice_thread(work: Callable[[], T]) -> T:
    """Run `work` in a thread of its own, to its end. Raises what it does."""
    task, token = trio.lowlevel.current_task(), trio.lowlevel.current_trio_token()

    def run() -> None:
        if sys.platform == "linux":  # elsewhere niceness is the whole process's
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICEST)
        done = outcome.capture(work)
        with suppress(trio.RunFinishedError):
            token.run_sync_soon(trio.lowlevel.reschedule, task, done)

    await trio.lowlevel.checkpoint_if_cancelled()
    threading.Thread(target=run, name="orchd.password", daemon=True).start()
    value: T = await trio.lowlevel.wait_task_rescheduled(lambda _raise: trio.lowlevel.Abort.FAILED)
    return value
