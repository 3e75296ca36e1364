"""What is read of a file: conversations as they will be stored, and why some of it won't be."""

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

from orchd.features.chat import WholeMessage
from orchd.features.conversation import Origin, WholeConversation
from orchd.protocol.types import Count, RowId

ImportSource: TypeAlias = Annotated[
    Literal["orchd", "chatgpt", "open_webui", "librechat"],
    Meta(title="ImportSource", description="The program whose export a conversation comes from."),
]
ImportFault: TypeAlias = Annotated[
    Literal[
        "empty",
        "imported_before",
        "invalid",
        "nesting",
        "not_json",
        "refused",
        "too_large",
        "too_many_messages",
        "unknown_format",
        "unreadable",
    ],
    Meta(
        title="ImportFault",
        description="Why a conversation was not imported. `imported_before`: it is here already; `empty`: it has no "
        "messages; `invalid`: it breaks a rule of its format, which the message says; `refused`: the database did not "
        "take it; `unreadable`: it could not be read with the time and memory that one conversation may take.",
    ),
]
ImportRemark: TypeAlias = Annotated[
    Literal[
        "attachments",
        "circles",
        "cut_texts",
        "hidden_messages",
        "missing_parents",
        "other_messages",
        "repeated_ids",
        "system_messages",
        "tool_calls",
        "tool_messages",
    ],
    Meta(
        title="ImportRemark",
        description="What of an imported conversation was left out (`attachments`, messages that are `hidden`, of "
        "tools, of the system behind the first, or of no known role, `tool_calls`, the rest of `cut_texts`, messages "
        "with `repeated_ids`) or put elsewhere: messages with `missing_parents` and those that follow one another in "
        "`circles` begin branches of their own.",
    ),
]


class ImportNote(Struct, frozen=True):
    """Something of a conversation that was not imported as it is, and how often."""

    remark: ImportRemark
    """What it is."""
    count: Count
    """How often there was such a thing."""


class ReadConversation(Struct, frozen=True, kw_only=True):
    """A conversation as it will be stored; its messages in an order in which parents come first."""

    content: WholeConversation
    messages: list[WholeMessage]
    leaf_id: RowId | None
    origin: Origin
    notes: list[ImportNote] = []


class ReadElement(Struct, frozen=True, kw_only=True):
    """What one element of a file is: a conversation, or why it is none that can be imported."""

    title: str = ""
    conversation: ReadConversation | None = None
    fault: ImportFault | None = None
    message: str = ""


class UnreadableError(Exception):
    """An element that is no conversation which can be imported."""

    def __init__(self, fault: ImportFault, message: str) -> None:
        super().__init__(message)
        self.fault: ImportFault = fault
        self.message = message
