"""Knowledge: texts that people collect, and the sources that belong to them. Records only: nothing fetches or reads a
source yet."""

from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import Meta

from orchd.entity.wire import (
    Category,
    DaemonMember,
    Description,
    Entity,
    EntityHandlers,
    EntityRooms,
    Facts,
    FixedMember,
    Name,
    OwnedItem,
    PartItem,
    SentBy,
    WebAddress,
    Words,
    commands_of,
    one_line,
)
from orchd.errors import Invalid
from orchd.protocol.command import AnyCommand
from orchd.protocol.router import Serve
from orchd.protocol.types import RowId, Timestamp

KnowledgeText: TypeAlias = Annotated[str, Meta(max_length=200_000)]
SourceType: TypeAlias = Annotated[
    Literal["text", "file", "url", "api"],
    Meta(
        title="SourceType",
        description="Where a source's text is: in `content`, in a file, on the page at `url`, or given by the service "
        "at `url`.",
    ),
]
SyncState: TypeAlias = Annotated[
    Literal["never", "running", "done", "failed"],
    Meta(title="SyncState", description="How fetching a source's text went the last time, if it was ever fetched."),
]
"""A flat JSON object."""

_AT_AN_ADDRESS = ("url", "api")


class Knowledge(OwnedItem, frozen=True, kw_only=True):
    """Something that is known, to be used again: a text of its own, and sources."""

    title: Name
    description: Description = ""
    category: Category = ""
    tags: Words = ()
    content: KnowledgeText = ""
    active: bool = True
    """Whether it may be used."""


class KnowledgeSource(PartItem, frozen=True, kw_only=True):
    """Where some of what is known comes from. It is recorded only: the daemon doesn't fetch it yet."""

    knowledge_id: Annotated[RowId, FixedMember]
    type: SourceType = "text"
    title: Annotated[str, Meta(max_length=200), SentBy(one_line)] = ""
    content: KnowledgeText = ""
    url: WebAddress | None = None
    """Its address; a source of the types `url` and `api` has one."""
    metadata: Facts = msgspec.field(default_factory=dict)
    """What else is to be kept with it."""
    active: bool = True
    """Whether it may be used."""
    sync_state: Annotated[SyncState, DaemonMember] = "never"
    synced_at: Annotated[Timestamp | None, DaemonMember] = None
    """When its text was fetched last; null for never."""


KNOWLEDGE = Entity(
    "knowledge",
    Knowledge,
    words="pieces of knowledge",
    unique=("title",),
    filters=("category", "active"),
    orders=("title", "created_at", "updated_at"),
    long=("content",),
    search=("title", "description", "content"),
)
SOURCE = Entity(
    "knowledge:source",
    KnowledgeSource,
    filters=("type", "active"),
    orders=("id", "title", "updated_at"),
    long=("content", "metadata"),
    search=("title", "content"),
    parent=KNOWLEDGE.rows,
    by="knowledge_id",
)


class SourceHandlers(EntityHandlers[KnowledgeSource]):
    """What is at an address needs one."""

    def check(self, row: KnowledgeSource) -> None:
        """Raises `Invalid` where there is none."""
        if row.type in _AT_AN_ADDRESS and row.url is None:
            raise Invalid(
                f"a source of the type {row.type} has an address", reason="blank", field="url", path="$.data.url"
            )


_KNOWLEDGE_COMMANDS, _SOURCE_COMMANDS = commands_of(KNOWLEDGE), commands_of(SOURCE)
COMMANDS: tuple[AnyCommand, ...] = (*_KNOWLEDGE_COMMANDS, *_SOURCE_COMMANDS)


def serve(rooms: EntityRooms) -> dict[str, Serve]:
    """Return what answers the frames of knowledge and its sources."""
    return {
        **_KNOWLEDGE_COMMANDS.bind(EntityHandlers(KNOWLEDGE, rooms)),
        **_SOURCE_COMMANDS.bind(SourceHandlers(SOURCE, rooms)),
    }
