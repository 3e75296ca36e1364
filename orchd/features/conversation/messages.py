"""Frames of conversations: finding, naming and deleting earlier chats."""

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from orchd.protocol.page import PageSize
from orchd.protocol.types import ClientPayload, Count, RowId, ServerPayload, Timestamp


class ConversationList(ClientPayload, frozen=True):
    """`conversation:list`: the latest first; `cursor` is the `nextCursor` of the page before."""

    limit: PageSize = 50
    cursor: Annotated[str, Meta(min_length=1, max_length=64)] | None = None


class ConversationUpdate(ClientPayload, frozen=True):
    """`conversation:update`: name a conversation, or share it with a project; with neither it only reads it.

    With `projectId` it is shared with the members of that project in place of those of another one; null: with nobody.
    """

    conversation_id: RowId
    title: Annotated[str, Meta(min_length=1, max_length=200)] | None = None
    project_id: RowId | UnsetType | None = UNSET


class ConversationDelete(ClientPayload, frozen=True):
    """`conversation:delete`: remove a conversation and its messages; answers that run in it are cancelled."""

    conversation_id: RowId


class ConversationItem(ServerPayload, frozen=True):
    """A conversation as lists show it, and the reply to `conversation:update`."""

    id: RowId
    title: str
    model: str | None
    created_at: Timestamp
    updated_at: Timestamp
    message_count: Count
    project_id: RowId | None
    user_id: Count


class ConversationPage(ServerPayload, frozen=True):
    """The reply to `conversation:list`; `nextCursor` is null on the last page."""

    items: list[ConversationItem]
    next_cursor: str | None


class ConversationDeleted(ServerPayload, frozen=True):
    """The reply to `conversation:delete`."""

    conversation_id: RowId
