"""The journal: the text of answers while they are generated, so that a crash costs at most their last 200 ms.

No frames. Tables: `journal`, and `journal_stream`: which of them their model servers keep, too. The chat feature tracks
its running answers here, and reads the rows that a dead daemon left or that a living one writes.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import trio

from orchd.features.feature import Services
from orchd.features.journal.queries import JournalRow, read, read_stream, remove, set_stream
from orchd.features.journal.service import Journal
from orchd.guard import Supervisor

__all__ = ["Journal", "JournalRow", "open_journal", "read", "read_stream", "remove", "set_stream"]


@asynccontextmanager
async def open_journal(services: Services) -> AsyncIterator[Journal]:
    """Write while the block lasts."""
    journal = Journal(services.database)
    async with trio.open_nursery() as nursery:
        Supervisor(nursery, services.troubles).keep("journal", journal.run)
        yield journal
        nursery.cancel_scope.cancel()
