"""Whether the database's disk has room for anything new.

A full disk stops the database whole: no answer is stored, and nothing can be deleted, since SQLite writes that to its
log first, which grows by some MiB before it is used again. So some of the disk is left for what has begun. It is looked
at by a thread, and only when somebody asks: a mount that is dead blocks whoever asks for its figures.
"""

import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import structlog
import trio

from orchd.errors import Unavailable

LOOK_SECONDS = 1.0
"""For how long what was seen is taken."""
PATIENCE_SECONDS = 2.0
PART = 20
"""At most one part in so many of a file system is left free: on a small one the whole amount would be too much."""


class DiskSpace:
    """The file system on which `directory` is, of which `spare` bytes stay free; 0: none."""

    def __init__(self, directory: Path, spare: int) -> None:
        self._directory = directory
        self._spare = spare
        self._looked: float | None = None
        self._is_short = False
        self._limiter = trio.CapacityLimiter(1)

    async def require(self, unused: Callable[[], Awaitable[int]]) -> None:
        """Raise `Unavailable` where less is free. `unused` returns how many bytes the database has and doesn't use:
        these are room, too. What can't be found out in time stays as it was."""
        if not self._spare:
            return
        now = trio.current_time()
        if self._limiter.available_tokens and (self._looked is None or now >= self._looked + LOOK_SECONDS):
            self._looked = now
            with trio.move_on_after(PATIENCE_SECONDS):
                await self._look(unused)
        if self._is_short:
            raise Unavailable(
                "the database's disk has no room for anything new: less than `database.spareBytes` is free on it",
                reason="storage_full",
            )

    async def _look(self, unused: Callable[[], Awaitable[int]]) -> None:
        try:
            found = await trio.to_thread.run_sync(
                os.statvfs, self._directory, limiter=self._limiter, abandon_on_cancel=True
            )
        except OSError:  # the database itself will say what is wrong with its directory
            return
        wanted = min(self._spare, found.f_blocks * found.f_frsize // PART)
        free = found.f_bavail * found.f_frsize
        if free < wanted:
            free += await unused()
        if self._is_short != (free < wanted):
            self._is_short = not self._is_short
            log = structlog.get_logger()
            if self._is_short:
                log.warning("the database's disk has no room for anything new", free=free, wanted=wanted)
            else:
                log.info("the database's disk has room again", free=free)
