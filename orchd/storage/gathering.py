"""Storing what is noted all the time, some of it at once: no caller waits for the database."""

from collections.abc import Awaitable, Callable

import trio

from orchd.errors import Conflict, Unavailable
from orchd.wakeup import Signal


async def keep_storing(noted: Signal, store: Callable[[], Awaitable[None]], *, pause: float, retry: float) -> None:
    """Store whenever something was `noted`, until cancelled; `pause` seconds after that what came meanwhile. Where the
    database is away, or another daemon was first, again after `retry` seconds."""
    while True:
        await noted.wait()
        try:
            await store()
            await trio.sleep(pause)
        except (Unavailable, Conflict):
            noted.set()
            await trio.sleep(retry)
