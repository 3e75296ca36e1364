"""Commands that work on the database itself, whether a daemon runs on it or not."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

import trio

from orchd import log
from orchd.config import Settings
from orchd.errors import StartError

if TYPE_CHECKING:
    from orchd.storage import Database

T = TypeVar("T")

PATIENCE = 5.0
"""Seconds that the database gets beyond its own deadline, to be made or brought up to date."""


def run_on_database(settings: Settings, work: "Callable[[Database], Awaitable[T]]") -> T:
    """Run `work` with the configured database, which is made or migrated first where need be. Blocks.

    Raises `ConfigurationError`, `StartError` when it can't be used, `OrchdError`, and what `work` raises.
    """
    output = log.configure("error", "text")  # what there is to say is printed
    try:
        return trio.run(_run, settings, work)
    finally:
        if output is not None:
            output.close()


async def _run(settings: Settings, work: "Callable[[Database], Awaitable[T]]") -> T:
    from orchd.storage import open_database

    timeout, copies = settings.database.timeout_seconds, settings.database.migration_copies
    opening = open_database(settings.database.url or "", pool_size=1, timeout=timeout, migration_copies=copies)
    async with opening as database:
        with trio.move_on_after(timeout + PATIENCE) as patience:
            await database.wait_ready()
        if patience.cancelled_caught:
            raise StartError(database.health().reason or f"the database did not answer within {timeout:g} s")
        return await work(database)
