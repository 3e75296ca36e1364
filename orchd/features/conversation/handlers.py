"""Answers to the frames of conversations."""

from msgspec import UNSET, structs

from orchd.entity import owner_of
from orchd.features.conversation.messages import (
    ConversationDelete,
    ConversationDeleted,
    ConversationItem,
    ConversationList,
    ConversationPage,
    ConversationUpdate,
)
from orchd.features.conversation.queries import CONVERSATIONS, LATEST, ConversationRow, get_seen
from orchd.features.conversation.service import Conversations
from orchd.protocol.command import Command, Commands
from orchd.protocol.cursor import two_numbers
from orchd.protocol.names import require_nonblank
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
        rows = await self._database.read(
            CONVERSATIONS.seen_by(owner_of(context.identity)).page, data.limit + 1, before, LATEST
        )
        return ConversationPage(*page(rows, data.limit, _item, _cursor))

    async def update(self, context: Context, data: ConversationUpdate) -> ConversationItem:
        owner = owner_of(context.identity)
        if data.title is None and data.project_id is UNSET:
            return _item(await self._database.read(get_seen, owner, data.conversation_id))
        title = data.title and require_nonblank(data.title, "title").strip()
        named = structs.replace(data, title=title)
        return _item(await self._conversations.update(owner, named))

    async def delete(self, context: Context, data: ConversationDelete) -> ConversationDeleted:
        await self._conversations.delete(owner_of(context.identity), data.conversation_id)
        return ConversationDeleted(data.conversation_id)


COMMANDS = Commands(
    Command("conversation:list", ConversationList, ConversationPage, right="read", scope="chat").by(
        ConversationHandlers.list
    ),
    Command("conversation:update", ConversationUpdate, ConversationItem, right="change", scope="chat").by(
        ConversationHandlers.update
    ),
    Command("conversation:delete", ConversationDelete, ConversationDeleted, right="change", scope="chat").by(
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
        project_id=row.project_id,
        user_id=row.user_id,
    )


def _cursor(row: ConversationRow) -> str:
    return f"{row.updated_at}.{row.id}"
