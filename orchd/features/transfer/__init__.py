"""Conversations that are copied, and given to and taken from other programs.

Frames: `conversation:duplicate`, `conversation:export`, `conversation:import` with `report`, and those of an entity
whose rows only the daemon makes, `conversation:import:list` and so on. Tables: `conversation_import`,
`conversation_import_line`; conversations and messages it stores by their features' doors. A file of any length is
written and read piece by piece. What other programs write is read by a worker.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import trio

from orchd.entity.wire import EntityRooms
from orchd.features.feature import OpenFeatures, Services
from orchd.features.presence import Presence
from orchd.features.transfer.copying import Copier
from orchd.features.transfer.drafts import Drafts
from orchd.features.transfer.files import ConversationFiles
from orchd.features.transfer.handlers import COMMANDS, TransferHandlers, serve
from orchd.features.transfer.import_rows import IMPORT
from orchd.features.transfer.importing import Importer, ImportRooms
from orchd.guard import Supervisor

__all__ = ["COMMANDS", "IMPORT", "ConversationFiles", "open_transfer"]


@asynccontextmanager
async def open_transfer(
    services: Services, rooms: EntityRooms, presence: Presence, max_bytes: int
) -> AsyncIterator[OpenFeatures[ConversationFiles]]:
    """Make the feature, for files of `max_bytes`; while the block lasts, what dead runs have left half made is deleted,
    or told as ended."""
    async with trio.open_nursery() as nursery:
        supervisor = Supervisor(nursery, services.troubles)
        drafts = Drafts(services.database, presence, supervisor)
        look, most = rooms.feed.look, rooms.max_rows
        given = ImportRooms(services.database, services.workers, drafts, supervisor, look, most)
        importer = Importer(given, presence)
        supervisor.keep("drafts of conversations", drafts.keep_sweeping)
        supervisor.keep("imports of dead runs", importer.keep_sweeping)
        copier = Copier(services.database, drafts, most, look)
        handlers = TransferHandlers(services.database, copier, importer)
        yield OpenFeatures(ConversationFiles(services.database, importer, max_bytes), serve(handlers, rooms))
        nursery.cancel_scope.cancel()
