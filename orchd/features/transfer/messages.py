"""Frames of conversations that are copied and exported."""

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta

from orchd.entity.wire import Name
from orchd.protocol.types import ClientPayload, RowId, ServerPayload

CopiedBranches: TypeAlias = Annotated[
    Literal["all", "shown"],
    Meta(
        title="CopiedBranches",
        description="Which messages a copy has: those of all branches, or those of one, the active branch unless a "
        "message says which.",
    ),
]
ExportFormat: TypeAlias = Annotated[
    Literal["orchd", "markdown"],
    Meta(
        title="ExportFormat",
        description="How conversations are written: `orchd`, the JSON that `conversation:import` takes again, with all "
        "branches; `markdown`, the active branch to be read by people.",
    ),
]
ExportCursor: TypeAlias = Annotated[str, Meta(min_length=1, max_length=64)]
SomeConversations: TypeAlias = Annotated[tuple[RowId, ...], Meta(min_length=1, max_length=200)]


class ConversationDuplicate(ClientPayload, frozen=True, kw_only=True):
    """`conversation:duplicate`: store a copy of a conversation that you see: your own, in no project."""

    conversation_id: RowId
    message_id: RowId | None = None
    """The last message of the copy: its branch up to there, and with `all` branches all that was said before it."""
    branches: CopiedBranches = "all"
    title: Name | None = None
    """What the copy is called; null: as the conversation, with `(copy)` behind it."""


class ConversationExport(ClientPayload, frozen=True, kw_only=True):
    """`conversation:export`: give conversations to be kept elsewhere, a piece of the file at a time."""

    conversation_ids: SomeConversations | None = None
    """Which ones, of those that you see; null: all that you made."""
    format: ExportFormat = "orchd"
    cursor: ExportCursor | None = None
    """The `nextCursor` of the piece before, with the same other members."""


class ConversationExported(ServerPayload, frozen=True, kw_only=True):
    """The reply to `conversation:export`."""

    format: ExportFormat
    text: str
    """The next piece of the file; all pieces joined are the file."""
    next_cursor: str | None
    """Null with the last piece."""
