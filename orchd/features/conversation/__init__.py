"""Conversations: the list of chats, their titles, their deletion.

Frames: `conversation:list`, `conversation:update`, `conversation:delete`. Table: `conversation`.
Other features may call what is imported here; the row functions run inside the caller's transaction.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from orchd.features.conversation import messages
from orchd.features.conversation.handlers import ConversationHandlers
from orchd.features.conversation.queries import ConversationRow, add, extend, find, set_system_prompt, touch
from orchd.features.conversation.service import Conversations, title_of
from orchd.features.feature import Feature, House
from orchd.protocol.router import Handler
from orchd.protocol.types import ClientPayload

__all__ = [
    "FEATURE",
    "ConversationRow",
    "Conversations",
    "add",
    "extend",
    "find",
    "set_system_prompt",
    "title_of",
    "touch",
]


@asynccontextmanager
async def open_feature(house: House) -> AsyncIterator[Mapping[type[ClientPayload], Handler]]:
    """Offer `Conversations` to other features and the handlers to the router."""
    conversations = Conversations(house.database)
    house.offer(conversations)
    handlers = ConversationHandlers(house.database, conversations)
    yield {
        messages.ConversationList: handlers.list,
        messages.ConversationUpdate: handlers.update,
        messages.ConversationDelete: handlers.delete,
    }


FEATURE = Feature(
    name="conversation",
    prefixes=("conversation:",),
    client={
        "conversation:list": messages.ConversationList,
        "conversation:update": messages.ConversationUpdate,
        "conversation:delete": messages.ConversationDelete,
    },
    server={
        "conversation:list": messages.ConversationPage,
        "conversation:update": messages.ConversationUpdated,
        "conversation:delete": messages.ConversationDeleted,
    },
    open=open_feature,
)
