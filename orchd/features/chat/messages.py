"""Frames of the chat."""

from typing import Annotated, Literal, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType

from orchd.entity import Elsewhere, NamedColumn, StoredAs
from orchd.features.chat.marks.mark_messages import ChatRating, ChatReaction
from orchd.features.conversation import ConversationParams
from orchd.protocol.frame_type import FrameType, TextMembers
from orchd.protocol.page import PageSize
from orchd.protocol.types import (
    ClientPayload,
    Count,
    ErrorCode,
    ErrorReason,
    GenerationPhase,
    ModelName,
    OtherModels,
    RowId,
    ServerPayload,
    TextChannel,
    Timestamp,
    text_bounds,
)

MessageStatus: TypeAlias = Annotated[
    Literal["streaming", "complete", "cancelled", "interrupted", "error"],
    Meta(
        title="ChatStatus",
        description="How an answer stands: `streaming` while it is generated; `complete` once the model server gave a "
        "reason to end; `cancelled` by a client; `interrupted` by the daemon: it ended, or stopped an answer that "
        "repeated itself (`finishReason` `loop`); `error`: anything else.",
    ),
]
MessageRole: TypeAlias = Annotated[
    Literal["user", "assistant"],
    Meta(title="ChatRole", description="Who wrote a message: `user` asked, `assistant` is the model."),
]
PartMode: TypeAlias = Annotated[
    Literal["answer", "prefill", "followup"],
    Meta(
        title="ChatPartMode",
        description="How a part came about: `answer` is the first; then `prefill` where the model went on with the "
        "text itself, `followup` where it was asked to go on.",
    ),
]
QuestionText: TypeAlias = Annotated[str, text_bounds(1)]
Milliseconds: TypeAlias = Count
OnDisconnect: TypeAlias = Annotated[
    Literal["finish", "cancel"],
    Meta(
        title="OnDisconnect", description="What becomes of an answer whose client leaves: it is finished, or cancelled."
    ),
]


class ChatParams(ConversationParams, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """Sampling parameters; what is left out is the model server's choice. `maxTokens` counts generated tokens."""


class ChatFile(Struct, frozen=True, rename="camel"):
    """A file that was sent with a question, as it was then: whether it is still there, `file:get` tells."""

    file_id: RowId
    name: Annotated[str, Meta(max_length=255)]
    type: Annotated[str, Meta(max_length=100)]
    size: Count


class ChatAsker(Struct, frozen=True, rename="camel"):
    """Who asked a question, by the name that they had then."""

    user_id: RowId
    name: Annotated[str, Meta(max_length=64)]


FileIds: TypeAlias = Annotated[tuple[RowId, ...], Meta(max_length=20)]
"""Files that are sent with a question."""


class ChatAnswerRequest(ClientPayload, frozen=True, kw_only=True):
    """What all frames that begin an answer have in common: who shall answer, and how.

    `fallbacks` are asked in order when a model before them gives no first token, for a reason that lies with it.
    """

    model: ModelName | None = None
    fallbacks: OtherModels = ()
    params: ChatParams = ChatParams()
    on_disconnect: OnDisconnect = "finish"


class ChatSend(ChatAnswerRequest, frozen=True):
    """`chat:send`: ask; without `conversationId` in a new conversation (of `projectId`, if given), without
    `parentId` after its last message."""

    message: QuestionText
    conversation_id: RowId | None = None
    project_id: RowId | None = None
    parent_id: RowId | None = None
    system_prompt: str | None = None
    file_ids: FileIds = ()
    """Files of one's own, or of a project, that go to the model with the question: images, and texts in UTF-8."""


class ChatCancel(ClientPayload, frozen=True):
    """`chat:cancel`: end the generation of an answer, from whichever connection."""

    message_id: RowId


class ChatHistoryRequest(ClientPayload, frozen=True):
    """`chat:history`: the active branch, or the one that ends at `leafId`, up to its end or to the message `before`.

    `throughId` shows a message with what follows it, by the latest branch each time.
    With `deleted`, in place of a branch, the messages that were removed and can be restored, those before `before`.
    """

    conversation_id: RowId
    limit: PageSize = 50
    before: RowId | None = None
    leaf_id: RowId | None = None
    through_id: RowId | None = None
    """Id of a message that the branch goes through; it ends at the end of the latest branch below it."""
    deleted: bool = False
    """Whether those are wanted that were removed; what was removed along with another message isn't among them."""


class ChatRegenerate(ChatAnswerRequest, frozen=True):
    """`chat:regenerate`: answer the same question again, beside the answer `messageId`.

    With `beside` both answers are wanted, to be compared: whoever follows the conversation is told so.
    """

    message_id: RowId
    beside: bool = False


class ChatEdit(ChatAnswerRequest, frozen=True):
    """`chat:edit`: ask differently, beside the question `messageId`."""

    message_id: RowId
    message: QuestionText
    file_ids: FileIds | None = None
    """Files that go with it; null: those that the question had."""


class ChatContinue(ChatAnswerRequest, frozen=True):
    """`chat:continue`: go on from an answer that was interrupted or cut off, in a new one that begins with its text."""

    message_id: RowId


class ChatResume(ClientPayload, frozen=True):
    """`chat:resume`: send the text of an answer after position `afterSeq`, known from `epoch`, and what follows."""

    message_id: RowId
    after_seq: Count
    epoch: Annotated[str, Meta(max_length=64)]


class ChatSubscribe(ClientPayload, frozen=True):
    """`chat:subscribe`: tell me all that happens in a conversation from now on, whoever causes it."""

    conversation_id: RowId


class ChatUnsubscribe(ClientPayload, frozen=True):
    """`chat:unsubscribe`: no more of that."""

    conversation_id: RowId


class ChatUsage(Struct, frozen=True, rename="camel"):
    """Token counts as the model server reported them, and what they cost where the server's account knows that."""

    prompt_tokens: Count
    completion_tokens: Count
    total_tokens: Count
    reasoning_tokens: Count | None = None
    cost_micros: Count | None = None
    currency: str | None = None


class ChatTimings(Struct, frozen=True, rename="camel"):
    """How long it took: waiting in the daemon, to the first output, to the end; and the speed between the last two."""

    queued_ms: Milliseconds | None
    first_token_ms: Milliseconds | None
    total_ms: Milliseconds | None
    tokens_per_second: float | None
    reasoning_ms: Milliseconds | None = None
    """Milliseconds that the model reasoned for; null where it didn't, or nobody knows."""


class ChatError(Struct, frozen=True, rename="camel"):
    """Why an answer failed, by the wire's error codes. `retryAfterMs`: before that it would fail again, as the model
    server says, or because it is left alone for so long. `reason` says more than the code where there is more to say.
    """

    code: ErrorCode
    message: str
    retryable: bool
    retry_after_ms: Milliseconds | UnsetType = UNSET
    reason: ErrorReason | UnsetType = UNSET


class ChatAttempt(Struct, frozen=True):
    """A model that was asked in vain. `reason` says more than the code where there is more to say."""

    model: str
    error: ChatError
    reason: ErrorReason | None


class ChatPart(Struct, frozen=True, rename="camel"):
    """Where a part of an answer came from, up to position `endSeq`.

    `mode`: `answer` for the first part; then `prefill` when the model went on with the text itself, `followup` when it
    was asked to go on. `messageId` is the answer that the part was taken from, null for what this one generated.
    """

    model: str
    end_seq: Count
    mode: PartMode
    message_id: RowId | None


class ChatMessage(ServerPayload, frozen=True):
    """`chat:message`: a message as it is stored; the user's is the first frame of a `chat:send`, the assistant's its
    last. `parts` is there for answers that go on from another one.

    `siblings`, in a history, are the messages with the same parent, this one included, oldest first. `model` is the one
    that answered, `attempts` those that failed before it, or before the answer failed; only there if any did.
    """

    id: RowId
    conversation_id: RowId
    parent_id: RowId | None
    role: MessageRole
    content: str
    reasoning: Annotated[str | None, StoredAs({None: ""})]
    status: MessageStatus
    model: str | None
    timestamp: Annotated[Timestamp, NamedColumn("created_at")]
    finish_reason: str | None
    usage: ChatUsage | None
    timings: ChatTimings | None
    error: ChatError | None
    parts: list[ChatPart] | UnsetType = UNSET
    siblings: Annotated[list[RowId] | UnsetType, Elsewhere] = UNSET
    attempts: list[ChatAttempt] | UnsetType = UNSET
    edited_from: RowId | UnsetType = UNSET
    """Id of the question that this one was asked in place of (`chat:edit`); only there if it was."""
    ratings: Annotated[list[ChatRating] | UnsetType, Elsewhere] = UNSET
    """What people think of this answer, the first one first; only in a history, and only if anybody does."""
    reactions: Annotated[list[ChatReaction] | UnsetType, Elsewhere] = UNSET
    """Emoji that people have put to it, the first one first; only in a history, and only if there are any."""
    deleted_at: Annotated[Timestamp | UnsetType, Elsewhere] = UNSET
    """When it was removed; only in a history of messages that were."""
    files: list[ChatFile] | UnsetType = UNSET
    """What was sent with this question; only there if anything was."""
    asker: ChatAsker | UnsetType = UNSET
    """Who asked this question; not there where nobody was logged in, nor with what was imported or copied."""


class ChatProgress(ServerPayload, frozen=True):
    """`chat:progress`: what an answer waits for; `progress` runs from 0 to 1 within a phase.

    While it waits for its turn, `position` is its place among those that wait for the model server, from 1, and `etaMs`
    how long it may still wait by what earlier answers took. While its model is loaded for it, `etaMs` is how long that
    may still take by what earlier loads of this model took; 0 where it takes longer than those did. Once one of the
    `fallbacks` is asked, `model` names it, and `attempts` are those that failed before. `askedModel` is always the
    one that is asked, `parentId` the question; `beside` is there where this answer and the one before it are compared.
    """

    conversation_id: RowId
    message_id: RowId
    phase: GenerationPhase
    elapsed_ms: Milliseconds
    phase_ms: Milliseconds | UnsetType = UNSET
    parent_id: RowId | UnsetType = UNSET
    asked_model: str | UnsetType = UNSET
    beside: bool | UnsetType = UNSET
    position: Count | UnsetType = UNSET
    progress: Annotated[float, Meta(ge=0, le=1)] | UnsetType = UNSET
    eta_ms: Milliseconds | UnsetType = UNSET
    model: str | UnsetType = UNSET
    attempts: list[ChatAttempt] | UnsetType = UNSET


class ChatStreaming(ServerPayload, frozen=True):
    """`chat:streaming`: all text after the previous frame's `seq` up to this one's; `finishReason` on the last."""

    conversation_id: RowId
    message_id: RowId
    seq: Count
    channel: TextChannel
    chunk: str
    done: bool
    finish_reason: str | UnsetType | None = UNSET


class ChatCancelled(ServerPayload, frozen=True):
    """`chat:cancelled`, the receipt: `upstreamClosedMs` after the request the model server was let go.

    It is null when the answer had ended before. `idleMs`, where the model server can tell, is when it went idle, null
    when unknown. `chars` counts the code points generated, in both channels.
    """

    message_id: RowId
    status: MessageStatus
    upstream_closed_ms: Milliseconds | None
    chars: Count
    idle_ms: Milliseconds | None


class ChatResumed(ServerPayload, frozen=True):
    """`chat:resumed`, the final frame of a `chat:resume`.

    `recovered`: all text after `afterSeq` up to `seq` was sent before this frame. Else none was, and `message` holds
    the whole answer so far. Live frames, without `id`, follow if it still runs.
    """

    message_id: RowId
    recovered: bool
    status: MessageStatus
    seq: Count
    message: ChatMessage | UnsetType = UNSET


class ActiveAnswer(Struct, frozen=True, rename="camel"):
    """An answer that is being generated: what a `chat:resume` needs to get the rest of it."""

    message_id: RowId
    seq: Count
    epoch: str


class ChatSubscribed(ServerPayload, frozen=True):
    """`chat:subscribed`: `active` answers send their frames from position `seq` on."""

    conversation_id: RowId
    active: list[ActiveAnswer]


class ChatUnsubscribed(ServerPayload, frozen=True):
    """`chat:unsubscribed`."""

    conversation_id: RowId


class ChatHistory(ServerPayload, frozen=True):
    """The reply to `chat:history`: `messages` oldest first; `hasMore` when older ones exist on the branch."""

    conversation_id: RowId
    messages: list[ChatMessage]
    has_more: bool


MESSAGE = FrameType("chat:message", ChatMessage)
PROGRESS = FrameType("chat:progress", ChatProgress)
STREAMING = FrameType("chat:streaming", ChatStreaming, text=TextMembers(of=("messageId",)))
TOLD = (MESSAGE, PROGRESS, STREAMING)
"""What tells a conversation, to who asked and to who listens."""
