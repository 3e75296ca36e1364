"""Frames of the chat."""

from typing import Annotated, Literal, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType

from orchd.protocol.types import ClientPayload, Count, ModelName, RowId, ServerPayload, Timestamp

Status: TypeAlias = Literal["streaming", "complete", "cancelled", "interrupted", "error"]
StopText: TypeAlias = Annotated[str, Meta(min_length=1, max_length=256)]
Milliseconds: TypeAlias = Count


class ChatParams(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """Sampling parameters; what is left out is the model server's choice. `maxTokens` counts generated tokens."""

    temperature: Annotated[float, Meta(ge=0, le=5)] | None = None
    top_p: Annotated[float, Meta(ge=0, le=1)] | None = None
    max_tokens: Annotated[int, Meta(ge=1, le=10_000_000)] | None = None
    stop: StopText | Annotated[list[StopText], Meta(max_length=16)] | None = None
    seed: Annotated[int, Meta(ge=-(2**31), le=2**32 - 1)] | None = None


class ChatSend(ClientPayload, frozen=True):
    """`chat:send`: ask; without `conversationId` in a new conversation, without `parentId` after its last message."""

    message: str
    conversation_id: RowId | None = None
    parent_id: RowId | None = None
    model: ModelName | None = None
    system_prompt: str | None = None
    params: ChatParams = ChatParams()
    on_disconnect: Literal["finish", "cancel"] = "finish"


class ChatCancel(ClientPayload, frozen=True):
    """`chat:cancel`: end the generation of an answer, from whichever connection."""

    message_id: RowId


class ChatHistoryRequest(ClientPayload, frozen=True):
    """`chat:history`: the active branch, up to its end or to the message `before`."""

    conversation_id: RowId
    limit: Annotated[int, Meta(ge=1, le=200)] = 50
    before: RowId | None = None


class ChatUsage(Struct, frozen=True, rename="camel"):
    """Token counts as the model server reported them."""

    prompt_tokens: Count
    completion_tokens: Count
    total_tokens: Count
    reasoning_tokens: Count | None = None


class ChatTimings(Struct, frozen=True, rename="camel"):
    """How long it took: waiting in the daemon, to the first output, to the end; and the speed between the last two."""

    queued_ms: Milliseconds | None
    first_token_ms: Milliseconds | None
    total_ms: Milliseconds | None
    tokens_per_second: float | None


class ChatError(Struct, frozen=True):
    """Why an answer failed, by the wire's error codes."""

    code: str
    message: str
    retryable: bool


class StoredMessage(Struct, frozen=True, rename="camel"):
    """A message as it is stored."""

    id: RowId
    conversation_id: RowId
    parent_id: RowId | None
    role: Literal["user", "assistant"]
    content: str
    reasoning: str | None
    status: Status
    model: str | None
    timestamp: Timestamp
    finish_reason: str | None
    usage: ChatUsage | None
    timings: ChatTimings | None
    error: ChatError | None


class ChatMessage(StoredMessage, ServerPayload, frozen=True):
    """`chat:message`: a stored message; the user's is the first frame of a `chat:send`, the assistant's its last."""


class ChatProgress(ServerPayload, frozen=True):
    """`chat:progress`: what an answer waits for; `progress` runs from 0 to 1 within a phase."""

    conversation_id: RowId
    message_id: RowId
    phase: Literal["queued", "loading", "prompt", "generating"]
    elapsed_ms: Milliseconds
    position: Count | UnsetType = UNSET
    progress: Annotated[float, Meta(ge=0, le=1)] | UnsetType = UNSET
    eta_ms: Milliseconds | UnsetType = UNSET


class ChatStreaming(ServerPayload, frozen=True):
    """`chat:streaming`: all text after the previous frame's `seq` up to this one's; `finishReason` on the last."""

    conversation_id: RowId
    message_id: RowId
    seq: Count
    channel: Literal["content", "reasoning"]
    chunk: str
    done: bool
    finish_reason: str | UnsetType | None = UNSET


class ChatCancelled(ServerPayload, frozen=True):
    """`chat:cancelled`, the receipt: `upstreamClosedMs` after the request the model server was let go.

    It is null when the answer had ended before. `chars` counts the code points generated, in both channels.
    """

    message_id: RowId
    status: Status
    upstream_closed_ms: Milliseconds | None
    chars: Count


class ChatHistory(ServerPayload, frozen=True):
    """The reply to `chat:history`: `messages` oldest first; `hasMore` when older ones exist on the branch."""

    conversation_id: RowId
    messages: list[StoredMessage]
    has_more: bool
