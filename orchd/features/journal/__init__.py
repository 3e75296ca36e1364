"""The journal: the text of answers while they are generated, so that a crash costs at most their last 200 ms.

No frames. Table: `journal`. The chat feature tracks its running answers here, and reads the rows that a dead daemon
left or that a living one writes.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import trio

from orchd.features.feature import Feature, House
from orchd.features.journal.queries import JournalRow, read, remove
from orchd.features.journal.service import Journal
from orchd.guard import Supervisor
from orchd.protocol.router import Serve

__all__ = ["FEATURE", "Journal", "JournalRow", "read", "remove"]


@asynccontextmanager
async def open_feature(house: House) -> AsyncIterator[Mapping[str, Serve]]:
    """Write while the block lasts."""
    journal = Journal(house.database)
    house.offer(journal)
    async with trio.open_nursery() as nursery:
        Supervisor(nursery, house.troubles).keep("journal", journal.run)
        yield {}
        nursery.cancel_scope.cancel()


FEATURE = Feature("journal", open_feature)
