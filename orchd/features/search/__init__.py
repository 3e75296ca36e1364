"""Searching for words in messages, titles, tasks and what else people keep.

Frame: `search`. Whoever stores a row notes it in the index (`orchd.entity.search`); here its words are read, what was
there before is put in, what is gone is taken out, and all is searched.
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
    keeper = IndexKeeper(services.database, sources, services.workers)
    async with trio.open_nursery() as nursery:
        Supervisor(nursery, services.troubles).keep("index of words", keeper.run)
        yield OpenFeatures(None, COMMANDS.bind(SearchHandlers(services.database, sources, services.workers, keeper)))
        nursery.cancel_scope.cancel()
