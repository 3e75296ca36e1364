"""Conversations: the list of chats, their titles, folders and marks, their deletion.

Frames: those of an entity, `conversation:create` and so on. Tables: `conversation`, `conversation_draft`. `updatedAt`,
`messageCount` and `unread` follow what the chat stores, which calls `extend` and `end_answer`.
Other features may call what is imported here; the row functions run inside the caller's transaction.
"""

from orchd.entity.wire import EntityRooms
from orchd.features.conversation.handlers import COMMANDS, ConversationHandlers, bind
from orchd.features.conversation.messages import ConversationItem, ConversationParams
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
    regrow,
    replace_title,
    search_entry,
    set_system_prompt,
    set_title,
    whose,
)
from orchd.features.conversation.service import Conversations, title_of
from orchd.features.conversation.whole_queries import (
    Origin,
    WholeConversation,
    begin_draft,
    check_into,
    checked_whole,
    draft_epochs,
    drafts_of,
    drop_draft,
    end_draft,
    end_whole,
    get_whole,
    has_more_than,
    imported_before,
    insert_whole,
    kept_assistant,
    lost_drafts,
    own_ids_after,
    show_whole,
    whose_draft,
)
from orchd.features.feature import OpenFeatures, Services

__all__ = [
    "COMMANDS",
    "CONVERSATIONS",
    "CONVERSATION_SOURCE",
    "AnswerDefaults",
    "ConversationDraft",
    "ConversationItem",
    "ConversationParams",
    "ConversationRow",
    "Conversations",
    "Growth",
    "Origin",
    "WholeConversation",
    "add",
    "begin_draft",
    "check_into",
    "checked_whole",
    "defaults_of",
    "draft_epochs",
    "drafts_of",
    "drop_draft",
    "end_answer",
    "end_draft",
    "end_whole",
    "extend",
    "find_seen",
    "get_changeable",
    "get_seen",
    "get_whole",
    "has_more_than",
    "imported_before",
    "insert_whole",
    "kept_assistant",
    "lost_drafts",
    "open_conversations",
    "own_ids_after",
    "regrow",
    "replace_title",
    "search_entry",
    "set_system_prompt",
    "set_title",
    "show_whole",
    "title_of",
    "whose",
    "whose_draft",
]


def open_conversations(services: Services, rooms: EntityRooms) -> OpenFeatures[Conversations]:
    """Make the feature; nothing runs but requests."""
    conversations = Conversations(services.database, rooms.feed.look)
    return OpenFeatures(conversations, bind(ConversationHandlers(services.backends, rooms, conversations)))
