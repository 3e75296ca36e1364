"""Passwords hashed beside the daemon's own work: in threads, few at once, and with a bounded line of those who wait."""

from collections.abc import Callable
from typing import TypeVar

import trio

from orchd.access.passwords import hash_password, is_right
from orchd.errors import Busy

T = TypeVar("T")

AT_ONCE = 2
"""Hashes that are computed at the same time: each takes 19 MiB and a processor."""
WAITING = 100
"""Hashes that wait for their turn; further ones are `busy`."""


class PasswordHashing:
    """Hashes and compares passwords in worker threads. Cancelling gives the place in the line up."""

    def __init__(self, at_once: int = AT_ONCE, waiting: int = WAITING) -> None:
        self._limiter = trio.CapacityLimiter(at_once)
        self._most = at_once + waiting
        self._inside = 0

    async def hash(self, password: str) -> str:
        """Return what is stored of a password. Raises `Busy`."""
        return await self._run(lambda: hash_password(password))

    async def is_right(self, stored: str | None, password: str) -> bool:
        """Whether a password is the stored one; for None it takes as long and is false. Raises `Busy`."""
        return await self._run(lambda: is_right(stored, password))

    async def _run(self, work: Callable[[], T]) -> T:
        if self._inside >= self._most:
            raise Busy("too many people are logging in; try again in a moment")
        self._inside += 1
        try:
            return await trio.to_thread.run_sync(work, limiter=self._limiter)
        finally:
            self._inside -= 1
