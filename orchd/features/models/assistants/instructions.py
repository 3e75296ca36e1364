"""Instructions: what models are told besides, whatever is asked of them."""

from typing import Annotated, TypeAlias

from msgspec import Meta

from orchd.entity.wire import Category, DaemonMember, Description, Name, OwnedItem, SentBy
from orchd.protocol.names import require_nonblank
from orchd.protocol.types import ClientPayload, Count, RowId, ServerPayload

InstructionText: TypeAlias = Annotated[str, Meta(min_length=1, max_length=10_000), SentBy(require_nonblank)]


class InstructionItem(OwnedItem, frozen=True, kw_only=True):
    """A text that is put before what models are asked: of one assistant whenever that works, else of whoever has it.

    Without an assistant it is told in all chats of its user or, where it is in a project, in the chats of that project,
    and to those who do the steps of tasks. At most 20 are told at once, those of the greatest priority first.
    """

    title: Name
    instruction_text: InstructionText
    """What models are told."""
    description: Description = ""
    category: Category = ""
    assistant_id: RowId | None = None
    """Id of the assistant to which it is told; null for whatever its user asks."""
    priority: Annotated[int, Meta(ge=0, le=100)] = 50
    """From 0 to 100; the greatest comes first, and of the same the one that was made first."""
    active: bool = True
    usage_count: Annotated[Count, DaemonMember] = 0
    """How many answers and steps of tasks it was told for. Its growth is no change that live lists tell."""


class InstructionPreview(ClientPayload, frozen=True, kw_only=True):
    """`instruction:preview`: what would be told at present: in the chats of a project, or outside of projects, and to
    an assistant."""

    project_id: RowId | None = None
    assistant_id: RowId | None = None


class InstructionsTold(ServerPayload, frozen=True, kw_only=True):
    """The reply to `instruction:preview`."""

    items: list[InstructionItem]
    """In the order in which they are told."""
    text: str
    """What follows the system prompt."""
