"""Conversations: the list of chats, their titles, folders and marks, their deletion.

Frames: those of an entity, `conversation:create` and so on. Table: `conversation`. `updatedAt`, `messageCount` and
`unread` follow what the chat stores, which calls `extend` and `end_answer`.
Other features may call what is imported here; the row functions run inside the caller's transaction.
"""

from orchd.entity.wire import EntityRooms
from orchd.features.conversation.handlers import COMMANDS, ConversationHandlers
from orchd.features.conversation.messages import ConversationParams
from orchd.features.conversation.queries import (
    CONVERSATION_SOURCE,
    CONVERSATIONS,
    AnswerDefaults,
    ConversationDraft,
    ConversationRow,
    Growth,
    add,
    defaults_of,
    end_answer,
    extend,
    find_seen,
    get_changeable,
    get_seen,
    set_system_prompt,
    set_title,
    whose,
)
from orchd.features.conversation.service import Conversations, title_of
from orchd.features.feature import OpenFeatures, Services

__all__ = [
    "COMMANDS",
    "CONVERSATIONS",
    "CONVERSATION_SOURCE",
    "AnswerDefaults",
    "ConversationDraft",
    "ConversationParams",
    "ConversationRow",
    "Conversations",
    "Growth",
    "add",
    "defaults_of",
    "end_answer",
    "extend",
    "find_seen",
    "get_changeable",
    "get_seen",
    "open_conversations",
    "set_system_prompt",
    "set_title",
    "title_of",
    "whose",
]


def open_conversations(services: Services, rooms: EntityRooms) -> OpenFeatures[Conversations]:
    """Make the feature; nothing runs but requests."""
    conversations = Conversations(services.database, rooms.feed.look)
    return OpenFeatures(conversations, COMMANDS.bind(ConversationHandlers(services.backends, rooms, conversations)))
