"""Answers to the frames of conversations that are copied and exported."""

from orchd.entity import owner_of
from orchd.features.conversation import ConversationItem
from orchd.features.transfer.copying import Copier
from orchd.features.transfer.exporting import export_piece, read_cursor
from orchd.features.transfer.messages import ConversationDuplicate, ConversationExport, ConversationExported
from orchd.protocol.command import Command, Commands
from orchd.protocol.router import Context
from orchd.storage import Database


class TransferHandlers:
    """One method a frame."""

    def __init__(self, database: Database, copier: Copier) -> None:
        self._database = database
        self._copier = copier

    async def duplicate(self, context: Context, data: ConversationDuplicate) -> ConversationItem:
        """Store a copy."""
        return await self._copier.copy(owner_of(context.identity), data)

    async def export(self, context: Context, data: ConversationExport) -> ConversationExported:
        """Give a piece of a file."""
        place = None if data.cursor is None else read_cursor(data.cursor)
        piece = await self._database.read(
            export_piece, owner_of(context.identity), data.conversation_ids, data.format, place
        )
        cursor = None if piece.place is None else piece.place.cursor()
        return ConversationExported(format=data.format, text=piece.text, next_cursor=cursor)


COMMANDS: Commands[TransferHandlers] = Commands(
    Command("conversation:duplicate", ConversationDuplicate, ConversationItem, right="change", scope="chat").by(
        TransferHandlers.duplicate
    ),
    Command("conversation:export", ConversationExport, ConversationExported, right="read", scope="chat").by(
        TransferHandlers.export
    ),
)
