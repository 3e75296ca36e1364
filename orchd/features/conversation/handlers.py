"""Answers to the frames of conversations."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from msgspec import UNSET, Struct

from orchd.entity import owner_of
from orchd.entity.wire import EntityHandlers, EntityRooms, commands_of
from orchd.features.conversation.messages import (
    ConversationItem,
    ConversationLabel,
    ConversationLabelCounts,
    ConversationLabels,
)
from orchd.features.conversation.queries import CONVERSATION, follow_change, label_counts
from orchd.features.conversation.service import Conversations
from orchd.features.requester import require_models
from orchd.llm import Backends
from orchd.protocol.command import AnyCommand, Command, Commands
from orchd.protocol.identity import Identity
from orchd.protocol.router import Context, Serve
from orchd.protocol.types import ClientPayload, ServerPayload
from orchd.storage import Steps

_LABELS_AT_MOST = 500
"""How many folders, and how many tags, are told of."""


class ConversationHandlers(EntityHandlers[ConversationItem]):
    """One method a frame, besides those of all entities."""

    def __init__(self, backends: Backends, rooms: EntityRooms, conversations: Conversations) -> None:
        super().__init__(CONVERSATION, rooms)
        self._backends = backends
        self._conversations = conversations

    async def permit(self, who: Identity, sent: ClientPayload) -> None:
        """Raises `Forbidden` for a model that they may not use."""
        await require_models(self._backends, who, getattr(sent, "model", None))

    def add_members(self, old: ConversationItem | None, sent: Struct) -> Mapping[str, object]:
        """A title that somebody gives is not replaced by one that is made, unless they say so."""
        named = getattr(sent, "title", UNSET) is not UNSET
        said = getattr(sent, "auto_title", UNSET) is not UNSET
        return {"auto_title": False} if old is not None and named and not said else {}

    def store_more(self, old: ConversationItem | None, new: ConversationItem, now: int) -> Steps[None]:
        """What is said in it goes where the conversation goes."""
        yield from follow_change(old, new, now)

    def changed_at(self, now: int) -> int | None:
        """`updatedAt` is when something was said: a list doesn't move what is renamed, pinned or put away."""
        return None

    async def update(self, context: Context, data: ClientPayload) -> ConversationItem:
        """Change a conversation; with nothing but its id it is only read."""
        members = (member for member in data.__struct_fields__ if member != self._entity.key)
        if all(getattr(data, member) is UNSET for member in members):
            return await self.get(context, data)
        item = await super().update(context, data)
        if getattr(data, "project_id", UNSET) is not UNSET:
            self._conversations.tell_given(item.id, item.user_id, item.project_id)
        return item

    async def delete(self, context: Context, data: ClientPayload) -> ServerPayload:
        """Remove a conversation; answers that run in it are cancelled."""
        conversation_id = self._id_of(data)
        await self._conversations.delete(owner_of(context.identity), conversation_id)
        gone: Any = self._entity.payloads.deleted(**{self._entity.key: conversation_id})
        assert isinstance(gone, ServerPayload)
        return gone

    async def labels(self, context: Context, data: ConversationLabels) -> ConversationLabelCounts:
        """Count the folders and tags of the conversations that somebody sees."""
        folders, tags = await self._database.read(label_counts, owner_of(context.identity), data.archived)
        return ConversationLabelCounts(_most_frequent(folders), _most_frequent(tags))


def _most_frequent(counts: Counter[str]) -> list[ConversationLabel]:
    found = sorted(counts.items(), key=lambda label: (-label[1], label[0]))
    return [ConversationLabel(name, count) for name, count in found[:_LABELS_AT_MOST]]


_ROWS = commands_of(CONVERSATION)
_MORE = Commands(
    Command("conversation:labels", ConversationLabels, ConversationLabelCounts, right="read", scope="chat").by(
        ConversationHandlers.labels
    )
)
COMMANDS: tuple[AnyCommand, ...] = (*_ROWS, *_MORE)


def bind(handlers: ConversationHandlers) -> dict[str, Serve]:
    """Return what answers each type of request, from now on, by `handlers`."""
    return {**_ROWS.bind(handlers), **_MORE.bind(handlers)}
