"""Frames of what is said of messages, of their removal, and of the branch that a conversation is shown by."""

from typing import Annotated, Literal, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType

from orchd.protocol.types import ClientPayload, Count, RowId, ServerPayload, Timestamp

MessageRating: TypeAlias = Annotated[
    Literal["up", "down"], Meta(title="ChatRatingWord", description="Whether an answer was good, `up`, or not, `down`.")
]
RatingReason: TypeAlias = Annotated[str, Meta(min_length=1, max_length=2_000)]
Emoji: TypeAlias = Annotated[str, Meta(min_length=1, max_length=16)]
MarkChange: TypeAlias = Annotated[
    Literal["rated", "reacted", "deleted", "restored", "selected"],
    Meta(
        title="ChatChange",
        description="What has become of a message. `selected`: the active branch goes through it from now on.",
    ),
]


class ChatRating(Struct, frozen=True, rename="camel"):
    """What one person thinks of an answer."""

    user_id: Count
    rating: MessageRating
    """Whether it was good."""
    reason: RatingReason | None
    """Why, in their words; null where they don't say."""
    timestamp: Timestamp
    """When they said so."""


class ChatReaction(Struct, frozen=True, rename="camel"):
    """An emoji that one person has put to a message."""

    user_id: Count
    emoji: Emoji
    """The emoji."""


class ChatRate(ClientPayload, frozen=True):
    """`chat:rate`: say what you think of an answer, in place of what you said before; null takes that back."""

    message_id: RowId
    rating: MessageRating | None
    """Whether it was good."""
    reason: RatingReason | None = None
    """Why."""


class ChatReact(ClientPayload, frozen=True):
    """`chat:react`: put an emoji to a message, or take yours away."""

    message_id: RowId
    emoji: Emoji
    """One emoji."""
    remove: bool = False
    """Whether it is taken away."""


class ChatDelete(ClientPayload, frozen=True):
    """`chat:delete`: remove a message and all that follows it; for some time it can be restored."""

    message_id: RowId


class ChatRestore(ClientPayload, frozen=True):
    """`chat:restore`: have a message back that was removed, with what was removed along with it."""

    message_id: RowId


class ChatSelect(ClientPayload, frozen=True):
    """`chat:select`: have the active branch go through a message, the latest such branch, for all who see the
    conversation; the next question goes on from its end."""

    message_id: RowId


class ChatMarks(Struct, frozen=True, rename="camel"):
    """The reply to `chat:rate` and `chat:react`: what people have said of the message by now."""

    conversation_id: RowId
    message_id: RowId
    ratings: list[ChatRating]
    """What people think of it, the first one first."""
    reactions: list[ChatReaction]
    """Emoji that people have put to it, the first one first."""


class ChatDeleted(ServerPayload, frozen=True):
    """The reply to `chat:delete`."""

    conversation_id: RowId
    message_id: RowId
    removed: Count
    """How many messages are gone, this one included."""
    leaf_id: RowId | None
    """Where the active branch ends now; null where the conversation is empty."""


class ChatRestored(ServerPayload, frozen=True):
    """The reply to `chat:restore`."""

    conversation_id: RowId
    message_id: RowId
    restored: Count
    """How many messages are back, this one included."""
    leaf_id: RowId | None
    """Where the active branch ends now."""


class ChatSelected(ServerPayload, frozen=True):
    """The reply to `chat:select`."""

    conversation_id: RowId
    message_id: RowId
    leaf_id: RowId
    """Where the active branch ends now."""


class ChatChanged(ServerPayload, frozen=True):
    """Something has become of a message; pushed to whoever has subscribed to the conversation."""

    conversation_id: RowId
    message_id: RowId
    change: MarkChange
    """What it is. What follows a message that is deleted or restored goes with it."""
    ratings: list[ChatRating] | UnsetType = UNSET
    """What people think of it by now; only where it was rated."""
    reactions: list[ChatReaction] | UnsetType = UNSET
    """The emoji by now; only where it was reacted to."""
    leaf_id: RowId | UnsetType | None = UNSET
    """Where the active branch ends now; only where it was deleted, restored or selected."""
