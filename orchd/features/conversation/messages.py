"""Frames of conversations: what one is, and those beside the frames that all entities have."""

from typing import Annotated, TypeAlias

from msgspec import Meta, Struct

from orchd.entity.wire import Category, DaemonMember, Facts, Name, OwnedItem, Words
from orchd.protocol.types import ClientPayload, Count, ModelName, RowId, ServerPayload

StopText: TypeAlias = Annotated[str, Meta(min_length=1, max_length=256)]

SourceName: TypeAlias = Annotated[str, Meta(min_length=1, max_length=32)]
SourceId: TypeAlias = Annotated[str, Meta(min_length=1, max_length=128)]


class ConversationParams(Struct, frozen=True, rename="camel"):
    """Sampling parameters as a conversation has them; what is null is the model server's choice."""

    temperature: Annotated[float, Meta(ge=0, le=5)] | None = None
    top_p: Annotated[float, Meta(ge=0, le=1)] | None = None
    max_tokens: Annotated[int, Meta(ge=1, le=10_000_000)] | None = None
    stop: StopText | Annotated[list[StopText], Meta(max_length=16)] | None = None
    """A text, or several, at which the model stops; they are not part of the answer."""
    seed: Annotated[int, Meta(ge=-(2**31), le=2**32 - 1)] | None = None


class ConversationItem(OwnedItem, frozen=True, kw_only=True):
    """A conversation: its questions and answers are read by `chat:history`.

    `updatedAt` is when something was asked or answered in it last; what is changed here leaves it alone.
    """

    title: Name
    """What it is called in lists; the first words of its first question until it is given another title."""
    model: ModelName | None = None
    """The model that answered last, and is asked next where the question names none."""
    system_prompt: str | None = None
    """What the model is told before all messages; null: what the assistant is told."""
    assistant_id: RowId | None = None
    """The assistant whose model and system prompt are taken where the conversation has none of its own."""
    params: ConversationParams | None = None
    """Sampling parameters of all answers, as far as a question doesn't give its own."""
    folder: Category = ""
    """The folder that it is shown in; empty: in none."""
    tags: Words = ()
    """Words by which it can be found."""
    pinned: bool = False
    """Whether it comes before all that aren't."""
    archived: bool = False
    """Whether it is put away; lists show it all the same, unless they are asked for others only."""
    unread: bool = False
    """Whether an answer has ended in it while none of its owner's connections was being told of that answer."""
    auto_title: bool = False
    """Whether the daemon may give it another title; a title that somebody gives ends that."""
    metadata: Facts | None = None
    """What a client keeps with it, by names of its own."""
    leaf_id: Annotated[RowId | None, DaemonMember] = None
    """Id of the message at the end of the active branch; null when there is no message."""
    message_count: Annotated[Count, DaemonMember] = 0
    source: Annotated[SourceName | None, DaemonMember] = None
    """The program from whose export it was imported; null for one that was made here."""
    source_id: Annotated[SourceId | None, DaemonMember] = None
    """What it is called in that export."""


class ConversationLabels(ClientPayload, frozen=True):
    """`conversation:labels`: the folders and tags of the conversations that one sees, the most frequent first."""

    archived: bool | None = None
    """Only of those that are put away, or only of the others; left out, of all."""


class ConversationLabel(Struct, frozen=True, rename="camel"):
    """A folder or a tag, and how many conversations have it."""

    name: str
    """The folder, or the tag."""
    count: Count
    """How many conversations are in it, or have it."""


class ConversationLabelCounts(ServerPayload, frozen=True):
    """The reply to `conversation:labels`: at most 500 of each."""

    folders: list[ConversationLabel]
    """The folders that conversations are in."""
    tags: list[ConversationLabel]
    """The tags that conversations have."""
