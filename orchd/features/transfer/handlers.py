"""Answers to the frames of conversations that are copied, exported and imported."""

from collections.abc import AsyncGenerator

from orchd.entity import owner_of
from orchd.entity.wire import EntityHandlers, EntityRooms, daemon_commands_of
from orchd.errors import TooLarge
from orchd.features.conversation import ConversationItem
from orchd.features.transfer import exporting
from orchd.features.transfer.copying import Copier
from orchd.features.transfer.import_queries import ImportStart, report
from orchd.features.transfer.import_rows import (
    IMPORT,
    ConversationImport,
    ConversationImportItem,
    ConversationImportReport,
    ConversationImportReportRequest,
)
from orchd.features.transfer.importing import Importer
from orchd.features.transfer.messages import ConversationDuplicate, ConversationExport, ConversationExported
from orchd.protocol.command import CHANGE, LOOKUP, AnyCommand, Command, Commands
from orchd.protocol.page import fitting
from orchd.protocol.router import Context, Serve
from orchd.storage import Database


class TransferHandlers:
    """One method a frame, besides those that imports have as entities."""

    def __init__(self, database: Database, copier: Copier, importer: Importer) -> None:
        self._database = database
        self._copier = copier
        self._importer = importer

    async def duplicate(self, context: Context, data: ConversationDuplicate) -> ConversationItem:
        """Store a copy."""
        return await self._copier.copy(owner_of(context.identity), data)

    async def export(self, context: Context, data: ConversationExport) -> ConversationExported:
        """Give a piece of a file."""
        place = None if data.cursor is None else exporting.read_cursor(data.cursor)
        piece = await self._database.read(
            exporting.export_piece, owner_of(context.identity), data.conversation_ids, data.format, place
        )
        cursor = None if piece.place is None else piece.place.cursor()
        return ConversationExported(format=data.format, text=piece.text, next_cursor=cursor)

    async def take(self, context: Context, data: ConversationImport) -> ConversationImportItem:
        """Import a file that came as a text."""
        file = data.text.encode()
        start = ImportStart(data.name, data.project_id, len(file))
        return await self._importer.take(owner_of(context.identity), _pieces(file), start)

    async def report(self, context: Context, data: ConversationImportReportRequest) -> ConversationImportReport:
        """Tell what became of the conversations of a file."""
        rows = await self._database.read(report, owner_of(context.identity), data)
        items = fitting(rows[: data.limit])
        return ConversationImportReport(items=items, next_cursor=items[-1].id if len(items) < len(rows) else None)


async def _pieces(file: bytes) -> AsyncGenerator[bytes]:
    yield file


_IMPORT_COMMANDS = daemon_commands_of(IMPORT)
_COMMANDS: Commands[TransferHandlers] = Commands(
    Command(
        "conversation:duplicate",
        ConversationDuplicate,
        ConversationItem,
        right="change",
        scope="chat",
        errors=CHANGE,
        grows=True,
    ).by(TransferHandlers.duplicate),
    Command(
        "conversation:export", ConversationExport, ConversationExported, right="read", scope="chat", errors=LOOKUP
    ).by(TransferHandlers.export),
    Command(
        "conversation:import",
        ConversationImport,
        ConversationImportItem,
        right="change",
        scope="chat",
        errors=(*CHANGE, TooLarge),
        grows=True,
    ).by(TransferHandlers.take),
    Command(
        "conversation:import:report",
        ConversationImportReportRequest,
        ConversationImportReport,
        right="read",
        scope="chat",
        errors=LOOKUP,
    ).by(TransferHandlers.report),
)
COMMANDS: tuple[AnyCommand, ...] = (*_COMMANDS, *_IMPORT_COMMANDS)


def serve(handlers: TransferHandlers, rooms: EntityRooms) -> dict[str, Serve]:
    """Return what answers all of them."""
    return {**_COMMANDS.bind(handlers), **_IMPORT_COMMANDS.bind(EntityHandlers(IMPORT, rooms))}
