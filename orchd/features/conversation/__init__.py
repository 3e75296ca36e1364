"""Conversations: the list of chats, their titles, their deletion.

Frames: `conversation:list`, `conversation:update`, `conversation:delete`. Table: `conversation`.
Other features may call what is imported here; the row functions run inside the caller's transaction.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from orchd.features.conversation.handlers import COMMANDS, ConversationHandlers
from orchd.features.conversation.queries import ConversationRow, add, extend, find, set_system_prompt, touch
from orchd.features.conversation.service import Conversations, title_of
from orchd.features.feature import Feature, House
from orchd.protocol.router import Serve

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
async def open_feature(house: House) -> AsyncIterator[Mapping[str, Serve]]:
    """Offer `Conversations` to other features and the handlers to the router."""
    conversations = Conversations(house.database)
    house.offer(conversations)
    yield COMMANDS.bind(ConversationHandlers(house.database, conversations))


FEATURE = Feature("conversation", open_feature, (*COMMANDS,))
