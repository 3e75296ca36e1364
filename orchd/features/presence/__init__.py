"""Presence: which runs of a daemon on this database are alive, so that only the work of dead ones is taken over.

No frames. Table: `daemon`. Features whose work outlives a request own it by an `Ownership`.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import trio

from orchd.features.feature import Services
from orchd.features.presence.ownership import LOOK_SECONDS, Ownership, keep_looking
from orchd.features.presence.service import Presence, run_lives
from orchd.guard import Supervisor

__all__ = ["LOOK_SECONDS", "Ownership", "Presence", "keep_looking", "open_presence", "run_lives"]


@asynccontextmanager
async def open_presence(services: Services) -> AsyncIterator[Presence]:
    """Keep this run's row while the block lasts."""
    presence = Presence(services.database, services.epoch)
    async with trio.open_nursery() as nursery:
        Supervisor(nursery, services.troubles).keep("presence", presence.run)
        yield presence
        nursery.cancel_scope.cancel()
    await presence.leave()
