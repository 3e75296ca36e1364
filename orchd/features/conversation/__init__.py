"""Conversations: the list of chats, their titles, their deletion.

Frames: `conversation:list`, `conversation:update`, `conversation:delete`. Table: `conversation`.
Other features may call what is imported here; the row functions run inside the caller's transaction.
"""

from orchd.features.conversation.handlers import COMMANDS, ConversationHandlers
from orchd.features.conversation.queries import (
    CONVERSATION_SOURCE,
    CONVERSATIONS,
    ConversationDraft,
    ConversationRow,
    add,
    extend,
    find_seen,
    get_changeable,
    get_seen,
    set_system_prompt,
    touch,
    whose,
)
from orchd.features.conversation.service import Conversations, title_of
from orchd.features.feature import OpenFeatures, Services

__all__ = [
    "COMMANDS",
    "CONVERSATIONS",
    "CONVERSATION_SOURCE",
    "ConversationDraft",
    "ConversationRow",
    "Conversations",
    "add",
    "extend",
    "find_seen",
    "get_changeable",
    "get_seen",
    "open_conversations",
    "set_system_prompt",
    "title_of",
    "touch",
    "whose",
]


def open_conversations(services: Services) -> OpenFeatures[Conversations]:
    """Make the feature; nothing runs but requests."""
    conversations = Conversations(services.database)
    return OpenFeatures(conversations, COMMANDS.bind(ConversationHandlers(services.database, conversations)))
