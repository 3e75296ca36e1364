"""Conversations that are copied, and given to and taken from other programs.

Frames: `conversation:duplicate`, `conversation:export`. No table: it stores by the doors of `conversation` and `chat`.
A file of any length is written piece by piece.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import trio

from orchd.entity.wire import EntityRooms
from orchd.features.feature import OpenFeatures, Services
from orchd.features.presence import Presence
from orchd.features.transfer.copying import Copier
from orchd.features.transfer.drafts import Drafts
from orchd.features.transfer.handlers import COMMANDS, TransferHandlers
from orchd.guard import Supervisor

__all__ = ["COMMANDS", "open_transfer"]


@asynccontextmanager
async def open_transfer(
    services: Services, rooms: EntityRooms, presence: Presence
) -> AsyncIterator[OpenFeatures[None]]:
    """Make the feature; while the block lasts, what dead runs have left half made is deleted."""
    async with trio.open_nursery() as nursery:
        supervisor = Supervisor(nursery, services.troubles)
        drafts = Drafts(services.database, presence, supervisor)
        supervisor.keep("drafts of conversations", drafts.keep_sweeping)
        copier = Copier(services.database, drafts, rooms.max_rows, rooms.feed.look)
        yield OpenFeatures(None, COMMANDS.bind(TransferHandlers(services.database, copier)))
        nursery.cancel_scope.cancel()
