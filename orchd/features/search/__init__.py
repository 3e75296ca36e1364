"""Searching for words in messages, titles, tasks and what else people keep.

Frame: `search`. The index (`orchd.entity.search`) is written by whoever stores rows; here it is read, filled with what
was there before, and rid of what is gone.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import trio

from orchd.entity.search import SearchSource
from orchd.entity.wire import EntityRooms
from orchd.features.feature import OpenFeatures, Services
from orchd.features.search.handlers import COMMANDS, SearchHandlers
from orchd.features.search.keeper import IndexKeeper
from orchd.guard import Supervisor

__all__ = ["COMMANDS", "open_search"]


@asynccontextmanager
async def open_search(
    services: Services, others: Sequence[SearchSource], rooms: EntityRooms
) -> AsyncIterator[OpenFeatures[None]]:
    """Keep the index while the block lasts: of all entities that can be searched, and of others."""
    sources = [*others, *(entity.source for entity in rooms.feed.entities() if entity.search)]
    keeper = IndexKeeper(services.database, sources)
    async with trio.open_nursery() as nursery:
        Supervisor(nursery, services.troubles).keep("index of words", keeper.run)
        yield OpenFeatures(None, COMMANDS.bind(SearchHandlers(services.database, sources, services.workers)))
        nursery.cancel_scope.cancel()
