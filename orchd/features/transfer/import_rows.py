"""Imports of conversations as rows: how far each has come, and what became of each conversation of its file."""

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

from orchd.entity.wire import DaemonMember, Entity, OwnItem
from orchd.features.transfer.reading.conversation import ImportFault, ImportNote, ImportSource
from orchd.protocol.page import PageSize
from orchd.protocol.types import ClientPayload, Count, ErrorCode, RowId, ServerPayload, Timestamp, text_bounds

ImportStatus: TypeAlias = Annotated[
    Literal["running", "done", "interrupted", "failed"],
    Meta(
        title="ImportStatus",
        description="How an import stands: `interrupted` when what was sent broke off or the daemon ended, `failed` "
        "when the file can't be read. What was imported until then stays, and is skipped when the file is sent again.",
    ),
]
ImportOutcome: TypeAlias = Annotated[
    Literal["imported", "skipped", "failed"],
    Meta(title="ImportOutcome", description="What became of a conversation; `skipped`: it is here already."),
]
ImportName: TypeAlias = Annotated[str, Meta(max_length=200)]


class ConversationImportError(Struct, frozen=True):
    """Why an import has ended before its file."""

    code: ErrorCode
    message: Annotated[str, Meta(max_length=1_000)]


class ConversationImportItem(OwnItem, frozen=True, kw_only=True):
    """A file of conversations that was imported, or is being."""

    name: Annotated[ImportName, DaemonMember]
    """What its client calls the file; empty where it doesn't say."""
    source: Annotated[ImportSource | None, DaemonMember]
    """The program that wrote it; null until the first conversation is read."""
    status: Annotated[ImportStatus, DaemonMember]
    imported: Annotated[Count, DaemonMember]
    """Conversations that were stored."""
    skipped: Annotated[Count, DaemonMember]
    """Conversations that were here already."""
    failed: Annotated[Count, DaemonMember]
    """Conversations that could not be stored."""
    messages: Annotated[Count, DaemonMember]
    """Messages that were stored."""
    bytes: Annotated[Count, DaemonMember]
    """How much of the file was read."""
    total_bytes: Annotated[Count | None, DaemonMember]
    """How long the file is; null while nobody knows."""
    error: Annotated[ConversationImportError | None, DaemonMember]
    """Why it ended before the file did; null when it didn't."""
    epoch: Annotated[str, Meta(max_length=64), DaemonMember]
    """The run of the daemon that works on it, or did."""
    ended_at: Annotated[Timestamp | None, DaemonMember]


class ConversationImportLine(Struct, frozen=True, kw_only=True, rename="camel"):
    """What became of one conversation of a file."""

    id: RowId
    import_id: RowId
    place: Count
    """Which one of the file it is, from 1."""
    outcome: ImportOutcome
    fault: ImportFault | None
    """Why it was not imported; null for one that was."""
    message: str
    """The same in words; empty for one that was imported."""
    title: str
    source_id: str | None
    """What it is called in the file; null where that could not be read."""
    conversation_id: RowId | None
    """The conversation that it has become, or was before."""
    notes: list[ImportNote]
    """What of it was left out or put elsewhere."""


IMPORT = Entity(
    "conversation:import",
    ConversationImportItem,
    words="imports",
    scope="chat",
    filters=("status",),
    orders=("created_at", "updated_at"),
    descending=True,
)


class ConversationImport(ClientPayload, frozen=True, kw_only=True):
    """`conversation:import`: store the conversations of a file that is short enough for a frame; longer ones are sent
    to the page `/conversations/import`."""

    text: Annotated[str, text_bounds(1)]
    """The file."""
    name: ImportName = ""
    """What it is called."""
    project_id: RowId | None = None
    """The project that they are put into; null: none."""


class ConversationImportReportRequest(ClientPayload, frozen=True, kw_only=True):
    """`conversation:import:report`: what became of the conversations of a file, in the order in which they stand there.
    `cursor` is the `nextCursor` of the page before."""

    conversation_import_id: RowId
    outcome: ImportOutcome | None = None
    """Only those that ended so; null: all."""
    limit: PageSize = 50
    cursor: RowId | None = None


class ConversationImportReport(ServerPayload, frozen=True, kw_only=True):
    """The reply to `conversation:import:report`."""

    items: list[ConversationImportLine]
    next_cursor: RowId | None
