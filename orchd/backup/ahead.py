"""Reading in a thread what comes next, while what came before is worked on: both processors have something to do."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import outcome
import trio

T = TypeVar("T")


async def read_beside(work: Callable[[], Awaitable[None]], read: Callable[[], T]) -> T:
    """Do `work` while `read`, which blocks, runs in a thread; return what was read.

    Raises what `work` raises, else what `read` does. The thread is waited for in any case: `read` must end by itself.
    """
    found = list[outcome.Outcome[T]]()

    async def keep() -> None:
        found.append(await trio.to_thread.run_sync(outcome.capture, read))

    try:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(keep)
            await work()
    except BaseExceptionGroup as group:
        if len(group.exceptions) == 1:  # the work's own, which the nursery hands on in a group
            raise group.exceptions[0] from group.exceptions[0].__cause__
        raise
    return found[0].unwrap()
