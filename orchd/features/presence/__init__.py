"""Presence: which runs of a daemon on this database are alive, so that only the work of dead ones is taken over.

No frames. Table: `daemon`. Features whose work outlives a request own it by an `Ownership`.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import trio

from orchd.features.feature import Feature, House
from orchd.features.presence.ownership import LOOK_SECONDS, Ownership, keep_looking
from orchd.features.presence.service import Presence
from orchd.guard import Supervisor
from orchd.protocol.router import Serve

__all__ = ["FEATURE", "LOOK_SECONDS", "Ownership", "Presence", "keep_looking"]


@asynccontextmanager
async def open_feature(house: House) -> AsyncIterator[Mapping[str, Serve]]:
    """Keep this run's row while the block lasts."""
    presence = Presence(house.database, house.epoch)
    house.offer(presence)
    house.starts.append(presence.renew)
    async with trio.open_nursery() as nursery:
        Supervisor(nursery, house.troubles).keep("presence", presence.run)
        yield {}
        nursery.cancel_scope.cancel()
    await presence.leave()


FEATURE = Feature("presence", open_feature)
