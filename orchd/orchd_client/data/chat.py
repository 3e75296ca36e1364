"""The data of frames that `chat` has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

from ..runtime.messages import RequestData, ServerData
from .shared import (
    ChatAttempt,
    ChatMessage,
    ChatParams,
    ChatRating,
    ChatRatingWord,
    ChatReaction,
    ChatStatus,
    GenerationPhase,
    OnDisconnect,
    TextChannel,
)

ChatChange: TypeAlias = Literal["deleted", "rated", "reacted", "restored", "selected"]
"""What has become of a message. `selected`: the active branch goes through it from now on. Later daemons may send
others.
"""


class ChatSend(RequestData, kw_only=True):
    """`chat:send`: ask; without `conversationId` in a new conversation (of `projectId`, if given), without
    `parentId` after its last message.
    """

    message: str
    """The question."""
    conversation_id: int | None = None
    """The conversation to go on with; left out, a new one is begun."""
    project_id: int | None = None
    """Id of the project with whose members it is shared; null when with nobody."""
    parent_id: int | None = None
    """The message to go on from; left out, the end of the active branch."""
    system_prompt: str | None = None
    """What the model is told before all messages, from this question on."""
    file_ids: Sequence[int] | None = None
    """Files of one's own, or of a project, that go to the model with the question: images, and texts in UTF-8. At
    most 20 of them. When it is left out: [].
    """
    model: str | None = None
    """Who shall answer; left out: the conversation's model, `models.default`, the first loaded one, the first listed
    one. 1 to 256 characters.
    """
    fallbacks: Sequence[str] | None = None
    """Models that are asked in this order when those before them give no first token. At most 16 of them. When it is
    left out: [].
    """
    params: ChatParams | None = None
    """Sampling parameters."""
    on_disconnect: OnDisconnect | None = None
    """What becomes of the answer when the connection ends. `finish` when it is left out."""


class ChatEdit(RequestData, kw_only=True):
    """`chat:edit`: ask differently, beside the question `messageId`."""

    message_id: int
    """Id of the question beside which the new one is put."""
    message: str
    """The question as it should have been."""
    file_ids: Sequence[int] | None = None
    """Files that go with it; null: those that the question had. At most 20 of them."""
    model: str | None = None
    """Who shall answer; left out: the conversation's model, `models.default`, the first loaded one, the first listed
    one. 1 to 256 characters.
    """
    fallbacks: Sequence[str] | None = None
    """Models that are asked in this order when those before them give no first token. At most 16 of them. When it is
    left out: [].
    """
    params: ChatParams | None = None
    """Sampling parameters."""
    on_disconnect: OnDisconnect | None = None
    """What becomes of the answer when the connection ends. `finish` when it is left out."""


class ChatRegenerate(RequestData, kw_only=True):
    """`chat:regenerate`: answer the same question again, beside the answer `messageId`.

    With `beside` both answers are wanted, to be compared: whoever follows the conversation is told so.
    """

    message_id: int
    """Id of the answer beside which the new one is put."""
    beside: bool | None = None
    """Whether the answer is to be compared with the one that there is: who follows the conversation is told to show
    both. When it is left out: False.
    """
    model: str | None = None
    """Who shall answer; left out: the conversation's model, `models.default`, the first loaded one, the first listed
    one. 1 to 256 characters.
    """
    fallbacks: Sequence[str] | None = None
    """Models that are asked in this order when those before them give no first token. At most 16 of them. When it is
    left out: [].
    """
    params: ChatParams | None = None
    """Sampling parameters."""
    on_disconnect: OnDisconnect | None = None
    """What becomes of the answer when the connection ends. `finish` when it is left out."""


class ChatContinue(RequestData, kw_only=True):
    """`chat:continue`: go on from an answer that was interrupted or cut off, in a new one that begins with its text."""

    message_id: int
    """Id of the answer that was cut off."""
    model: str | None = None
    """Who shall answer; left out: the conversation's model, `models.default`, the first loaded one, the first listed
    one. 1 to 256 characters.
    """
    fallbacks: Sequence[str] | None = None
    """Models that are asked in this order when those before them give no first token. At most 16 of them. When it is
    left out: [].
    """
    params: ChatParams | None = None
    """Sampling parameters."""
    on_disconnect: OnDisconnect | None = None
    """What becomes of the answer when the connection ends. `finish` when it is left out."""


class ChatCancel(RequestData, kw_only=True):
    """`chat:cancel`: end the generation of an answer, from whichever connection."""

    message_id: int
    """Id of a message: of the answer, unless it is said otherwise."""


class ChatHistoryRequest(RequestData, kw_only=True):
    """`chat:history`: the active branch, or the one that ends at `leafId`, up to its end or to the message `before`.

    `throughId` shows a message with what follows it, by the latest branch each time. With `deleted`, in place of a
    branch, the messages that were removed and can be restored, those before `before`.
    """

    conversation_id: int
    """Id of a conversation."""
    limit: int | None = None
    """How many messages a page may have; a page of long ones has fewer, and `hasMore`. 1 to 200. When it is left
    out: 50.
    """
    before: int | None = None
    """Id of a message: only what stands before it on the branch is given."""
    leaf_id: int | None = None
    """Id of the message at which the branch ends; without one, the active branch."""
    through_id: int | None = None
    """Id of a message that the branch goes through; it ends at the end of the latest branch below it."""
    deleted: bool | None = None
    """Whether those are wanted that were removed; what was removed along with another message isn't among them. When
    it is left out: False.
    """


class ChatResume(RequestData, kw_only=True):
    """`chat:resume`: send the text of an answer after position `afterSeq`, known from `epoch`, and what follows."""

    message_id: int
    """Id of a message: of the answer, unless it is said otherwise."""
    after_seq: int
    """The `seq` of the last frame of the answer that the client has, 0 for none."""
    epoch: str
    """The one of `session:ready` of the connection that had the answer then. At most 64 characters."""


class ChatSubscribe(RequestData, kw_only=True):
    """`chat:subscribe`: tell me all that happens in a conversation from now on, whoever causes it."""

    conversation_id: int
    """Id of a conversation."""


class ChatUnsubscribe(RequestData, kw_only=True):
    """`chat:unsubscribe`: no more of that."""

    conversation_id: int
    """Id of a conversation."""


class ChatRate(RequestData, kw_only=True):
    """`chat:rate`: say what you think of an answer, in place of what you said before; null takes that back."""

    message_id: int
    """Id of a message: of the answer, unless it is said otherwise."""
    rating: ChatRatingWord | None
    """Whether it was good."""
    reason: str | None = None
    """Why. 1 to 2000 characters."""


class ChatReact(RequestData, kw_only=True):
    """`chat:react`: put an emoji to a message, or take yours away."""

    message_id: int
    """Id of a message: of the answer, unless it is said otherwise."""
    emoji: str
    """One emoji. 1 to 16 characters."""
    remove: bool | None = None
    """Whether it is taken away. When it is left out: False."""


class ChatDelete(RequestData, kw_only=True):
    """`chat:delete`: remove a message and all that follows it; for some time it can be restored."""

    message_id: int
    """Id of a message: of the answer, unless it is said otherwise."""


class ChatRestore(RequestData, kw_only=True):
    """`chat:restore`: have a message back that was removed, with what was removed along with it."""

    message_id: int
    """Id of a message: of the answer, unless it is said otherwise."""


class ChatSelect(RequestData, kw_only=True):
    """`chat:select`: have the active branch go through a message, the latest such branch, for all who see the
    conversation; the next question goes on from its end.
    """

    message_id: int
    """Id of a message: of the answer, unless it is said otherwise."""


class ChatProgress(ServerData, kw_only=True):
    """`chat:progress`: what an answer waits for; `progress` runs from 0 to 1 within a phase.

    While it waits for its turn, `position` is its place among those that wait for the model server, from 1, and `etaMs`
    how long it may still wait by what earlier answers took. While its model is loaded for it, `etaMs` is how long that
    may still take by what earlier loads of this model took; 0 where it takes longer than those did. Once one of the
    `fallbacks` is asked, `model` names it, and `attempts` are those that failed before. `askedModel` is always the one
    that is asked, `parentId` the question; `beside` is there where this answer and the one before it are compared.
    """

    conversation_id: int
    """Id of a conversation."""
    message_id: int
    """Id of a message: of the answer, unless it is said otherwise."""
    phase: GenerationPhase | str
    """What it is at."""
    elapsed_ms: int
    """Milliseconds since it began."""
    phase_ms: int | None = None
    """Milliseconds since this phase began."""
    parent_id: int | None = None
    """Id of the question."""
    asked_model: str | None = None
    """The model that is asked now."""
    beside: bool | None = None
    """True where the answer was asked for to stand beside the one that was given before (`chat:regenerate`); only
    there then.
    """
    position: int | None = None
    """Its place among those that wait for the model server, from 1; only there while it waits for its turn."""
    progress: float | None = None
    """From 0 to 1, within the phase; only there when the model server tells."""
    eta_ms: int | None = None
    """Milliseconds that it may still wait, by what earlier answers took, or that its model may still be loaded, by
    what earlier loads took; only there while it waits or its model is loaded, and something was measured.
    """
    model: str | None = None
    """The one of the `fallbacks` that is asked now; only there then."""
    attempts: list[ChatAttempt] | None = None
    """The models that failed before; only there when some did."""


class ChatStreaming(ServerData, kw_only=True):
    """`chat:streaming`: all text after the previous frame's `seq` up to this one's; `finishReason` on the last."""

    conversation_id: int
    """Id of a conversation."""
    message_id: int
    """Id of a message: of the answer, unless it is said otherwise."""
    seq: int
    """Position in the answer: code points of both channels up to the end of this frame. It grows, not always by one."""
    channel: TextChannel | str
    """Whether `chunk` belongs to the answer or to what the model thought before it."""
    chunk: str
    """Text that follows that of the frame before, in its channel; empty on the last frame."""
    done: bool
    """Whether this is the last frame with text."""
    finish_reason: str | None = None
    """Why the model ended; only on the last frame, null when it did not end by itself."""


class ChatCancelled(ServerData, kw_only=True):
    """`chat:cancelled`, the receipt: `upstreamClosedMs` after the request the model server was let go.

    It is null when the answer had ended before. `idleMs`, where the model server can tell, is when it went idle, null
    when unknown. `chars` counts the code points generated, in both channels.
    """

    message_id: int
    """Id of a message: of the answer, unless it is said otherwise."""
    status: ChatStatus | str
    """How it stands."""
    upstream_closed_ms: int | None = None
    """Milliseconds from the request until the model server was let go; null when the answer had ended before."""
    chars: int
    """Code points generated, in both channels together."""
    idle_ms: int | None = None
    """Milliseconds until the model server stopped working, as it says; null when it does not tell."""


class ChatResumed(ServerData, kw_only=True):
    """`chat:resumed`, the final frame of a `chat:resume`.

    `recovered`: all text after `afterSeq` up to `seq` was sent before this frame. Else none was, and `message` holds
    the whole answer so far. Live frames, without `id`, follow if it still runs.
    """

    message_id: int
    """Id of a message: of the answer, unless it is said otherwise."""
    recovered: bool
    """Whether all text after `afterSeq` was sent before this frame; else `message` has the answer so far."""
    status: ChatStatus | str
    """How it stands."""
    seq: int
    """Position up to which the client has the text now."""
    message: ChatMessage | None = None
    """The whole answer so far, when the missing part can't be told; to be put in the place of what the client has."""


class ChatSubscribed(ServerData, kw_only=True):
    """`chat:subscribed`: `active` answers send their frames from position `seq` on."""

    conversation_id: int
    """Id of a conversation."""
    active: list[ActiveAnswer] = []
    """The answers that are being generated; the rest of each follows."""


class ActiveAnswer(ServerData, kw_only=True):
    """An answer that is being generated: what a `chat:resume` needs to get the rest of it."""

    message_id: int
    """Id of a message: of the answer, unless it is said otherwise."""
    seq: int
    """Position from which on its text will be sent."""
    epoch: str
    """Names a run of the daemon: positions in an answer (`seq`) hold only within one."""


class ChatChanged(ServerData, kw_only=True):
    """Something has become of a message; pushed to whoever has subscribed to the conversation."""

    conversation_id: int
    """Id of a conversation."""
    message_id: int
    """Id of a message: of the answer, unless it is said otherwise."""
    change: ChatChange | str
    """What it is. What follows a message that is deleted or restored goes with it."""
    ratings: list[ChatRating] | None = None
    """What people think of it by now; only where it was rated."""
    reactions: list[ChatReaction] | None = None
    """The emoji by now; only where it was reacted to."""
    leaf_id: int | None = None
    """Where the active branch ends now; only where it was deleted, restored or selected."""


class ChatUnsubscribed(ServerData, kw_only=True):
    """`chat:unsubscribed`."""

    conversation_id: int
    """Id of a conversation."""


class ChatMarks(ServerData, kw_only=True):
    """The reply to `chat:rate` and `chat:react`: what people have said of the message by now."""

    conversation_id: int
    """Id of a conversation."""
    message_id: int
    """Id of a message: of the answer, unless it is said otherwise."""
    ratings: list[ChatRating] = []
    """What people think of it, the first one first."""
    reactions: list[ChatReaction] = []
    """Emoji that people have put to it, the first one first."""


class ChatDeleted(ServerData, kw_only=True):
    """The reply to `chat:delete`."""

    conversation_id: int
    """Id of a conversation."""
    message_id: int
    """Id of a message: of the answer, unless it is said otherwise."""
    removed: int
    """How many messages are gone, this one included."""
    leaf_id: int | None = None
    """Where the active branch ends now; null where the conversation is empty."""


class ChatRestored(ServerData, kw_only=True):
    """The reply to `chat:restore`."""

    conversation_id: int
    """Id of a conversation."""
    message_id: int
    """Id of a message: of the answer, unless it is said otherwise."""
    restored: int
    """How many messages are back, this one included."""
    leaf_id: int | None = None
    """Where the active branch ends now."""


class ChatSelected(ServerData, kw_only=True):
    """The reply to `chat:select`."""

    conversation_id: int
    """Id of a conversation."""
    message_id: int
    """Id of a message: of the answer, unless it is said otherwise."""
    leaf_id: int
    """Where the active branch ends now."""
