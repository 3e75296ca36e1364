"""The JSON in which conversations are exported and taken again: `{"format": "orchd.conversations", "formatVersion": 1,
"items": [...]}`, each item a conversation with its `messages` in an order in which parents come first."""

from typing import Annotated

from msgspec import Meta

from orchd.features.chat import WholeMessage
from orchd.features.conversation import WholeConversation
from orchd.protocol.types import RowId

NAME, VERSION = "orchd.conversations", 1
HEAD = f'{{"format":"{NAME}","formatVersion":{VERSION},"items":[\n'


class ExportedHead(WholeConversation, frozen=True, kw_only=True, rename="camel"):
    """A conversation before its messages. `id` is the same in no other database, or hardly."""

    id: Annotated[str, Meta(min_length=1, max_length=128)]
    leaf_id: RowId | None = None


class ExportedConversation(ExportedHead, frozen=True, kw_only=True, rename="camel"):
    """A conversation with its messages."""

    messages: list[WholeMessage]
