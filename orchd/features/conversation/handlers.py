"""Answers to the frames of conversations."""

from orchd.errors import Invalid, NotFound
from orchd.features.conversation import queries
from orchd.features.conversation.messages import (
    ConversationDelete,
    ConversationDeleted,
    ConversationItem,
    ConversationList,
    ConversationPage,
    ConversationUpdate,
)
from orchd.features.conversation.queries import ConversationRow
from orchd.features.conversation.service import Conversations
from orchd.protocol.command import Command, Commands
from orchd.protocol.cursor import two_numbers
from orchd.protocol.page import page
from orchd.protocol.router import Context
from orchd.protocol.types import timestamp
from orchd.storage import Database


class ConversationHandlers:
    """One method a frame."""

    def __init__(self, database: Database, conversations: Conversations) -> None:
        self._database = database
        self._conversations = conversations

    async def list(self, context: Context, data: ConversationList) -> ConversationPage:
        before = two_numbers(data.cursor)
        rows = await self._database.read(queries.page, data.limit + 1, before)
        return ConversationPage(*page(rows, data.limit, _item, _cursor))

    async def update(self, context: Context, data: ConversationUpdate) -> ConversationItem:
        if data.title is None:
            row = await self._database.read(queries.find, data.conversation_id)
        elif not data.title.strip():
            raise Invalid("the title is blank", field="title", path="$.data.title")
        else:
            row = await self._database.write(queries.rename, data.conversation_id, data.title.strip())
        if row is None:
            raise NotFound("there is no such conversation", field="conversationId")
        return _item(row)

    async def delete(self, context: Context, data: ConversationDelete) -> ConversationDeleted:
        if not await self._conversations.delete(data.conversation_id):
            raise NotFound("there is no such conversation", field="conversationId")
        return ConversationDeleted(data.conversation_id)


COMMANDS = Commands(
    Command("conversation:list", ConversationList, ConversationPage, right="read").by(ConversationHandlers.list),
    Command("conversation:update", ConversationUpdate, ConversationItem, right="change").by(
        ConversationHandlers.update
    ),
    Command("conversation:delete", ConversationDelete, ConversationDeleted, right="change").by(
        ConversationHandlers.delete
    ),
)


def _item(row: ConversationRow) -> ConversationItem:
    return ConversationItem(
        id=row.id,
        title=row.title,
        model=row.model,
        created_at=timestamp(row.created_at),
        updated_at=timestamp(row.updated_at),
        message_count=row.message_count,
    )


def _cursor(row: ConversationRow) -> str:
    return f"{row.updated_at}.{row.id}"
