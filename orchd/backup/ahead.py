"""Reading what comes next while what came before is worked on: both processors have something to do."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from functools import partial
from typing import TypeVar

import outcome
import trio

T = TypeVar("T")


async def read_beside(work: Callable[[], Awaitable[None]], read: Callable[[], Awaitable[T]]) -> T:
    """Do `work` while `read` goes on in a task of its own; return what was read.

    Raises what `work` raises, which cancels `read`, else what `read` does.
    """
    found = list[outcome.Outcome[T]]()

    async def keep() -> None:
        found.append(await outcome.acapture(read))

    try:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(keep)
            await work()
    except BaseExceptionGroup as group:
        if len(group.exceptions) == 1:  # the work's own, which the nursery hands on in a group
            raise group.exceptions[0] from group.exceptions[0].__cause__
        raise
    return found[0].unwrap()


async def work_on_each(portions: AsyncGenerator[T, None], work: Callable[[T], Awaitable[None]]) -> None:
    """Do `work` on one portion after the other, each while the next one is read: two of them are in memory. Raises what
    either raises."""
    async with aclosing(portions):
        portion = await anext(portions, None)
        while portion is not None:
            portion = await read_beside(partial(work, portion), partial(anext, portions, None))
