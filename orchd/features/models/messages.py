"""Frames of models and model servers."""

from typing import Annotated, Any, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType

from orchd.features.models.catalog.grounds import ModelGround
from orchd.features.models.enums import (
    BackendKind,
    ModelType,
    ModelUse,
    State,
    TaskType,
    ToolChoice,
    TurnRole,
)
from orchd.features.models.generating.tool_messages import (
    ModelAskedCall,
    ModelNamedTool,
    ModelTool,
    ModelToolCall,
    ToolCallId,
)
from orchd.llm import ServerNoteCode
from orchd.protocol.frame_type import FrameType, TextMembers
from orchd.protocol.types import (
    ClientPayload,
    Count,
    ErrorCode,
    ErrorReason,
    GenerationPhase,
    ModelName,
    OtherModels,
    ServerPayload,
    TextChannel,
)

Text: TypeAlias = Annotated[str, Meta(min_length=1, max_length=1_000_000)]
SystemText: TypeAlias = Annotated[str, Meta(max_length=200_000)]
StopWord: TypeAlias = Annotated[str, Meta(min_length=1, max_length=256)]


class ModelParams(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """Sampling parameters; what is left out is the model server's choice. `maxTokens` counts generated tokens."""

    temperature: Annotated[float, Meta(ge=0, le=5)] | None = None
    top_p: Annotated[float, Meta(ge=0, le=1)] | None = None
    max_tokens: Annotated[int, Meta(ge=1, le=10_000_000)] | None = None
    stop: Annotated[list[StopWord], Meta(max_length=16)] | None = None
    seed: Annotated[int, Meta(ge=-(2**31), le=2**32 - 1)] | None = None


class ModelTurn(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """One message that a model is shown. A `tool` message has the result of the call `toolCallId`, which an assistant's
    message before it asks for in `toolCalls`.
    """

    role: TurnRole
    content: Annotated[str, Meta(max_length=1_000_000)]
    tool_calls: Annotated[tuple[ModelToolCall, ...], Meta(max_length=128)] = ()
    tool_call_id: ToolCallId | None = None


class ModelList(ClientPayload, frozen=True):
    """`model:list`: the models of all servers; `refresh` asks the servers now instead of telling what is known.

    `cursor` is the `nextCursor` of the page before.
    """

    refresh: bool = False
    cursor: Annotated[str, Meta(pattern="^[0-9]{1,16}$")] | None = None


class ModelComplete(ClientPayload, frozen=True):
    """`model:complete`: a whole answer, not stored; with `schema` a JSON value that follows that JSON schema.

    `fallbacks` are asked in order when a model before them gives no first token. With `tools` the model may ask for
    calls, which the reply has as `toolCalls`; nothing is called here.
    """

    messages: Annotated[list[ModelTurn], Meta(min_length=1, max_length=1_000)]
    model: ModelName | None = None
    fallbacks: OtherModels = ()
    params: ModelParams = ModelParams()
    schema: dict[str, Any] | None = None
    tools: Annotated[tuple[ModelTool, ...], Meta(max_length=128)] = ()
    tool_choice: ToolChoice | ModelNamedTool | None = None


class ModelLoad(ClientPayload, frozen=True):
    """`model:load`: have a model loaded; `force` also when memory is short. May take minutes; `cancel` gives it up."""

    model: ModelName
    force: bool = False


class ModelUnload(ClientPayload, frozen=True):
    """`model:unload`: have a model taken out of memory, where its server can do that."""

    model: ModelName


class ModelSwitch(ClientPayload, frozen=True):
    """`model:switch`: load the first of these models that is available."""

    preferred: ModelName
    fallbacks: OtherModels = ()
    force: bool = False


class ModelCompare(ClientPayload, frozen=True):
    """`model:compare`: ask several models the same, side by side."""

    models: Annotated[list[ModelName], Meta(min_length=2, max_length=8)]
    message: Text
    system_prompt: SystemText = ""
    params: ModelParams = ModelParams()


class ModelRecommend(ClientPayload, frozen=True):
    """`model:recommend`: which models suit a kind of task, the best first."""

    task_type: TaskType
    limit: Annotated[int, Meta(ge=1, le=50)] = 5


class ModelRate(ClientPayload, frozen=True):
    """`model:rate`: what you think of a model, for one kind of task or for all; it replaces your earlier word."""

    model: ModelName
    rating: Annotated[int, Meta(ge=1, le=5)]
    task_type: TaskType | None = None
    comment: Annotated[str, Meta(max_length=4_000)] | None = None


class BackendList(ClientPayload, frozen=True):
    """`backend:list`: the model servers, probed now; `refresh` false tells how they were at the last probe."""

    refresh: bool = True


class ModelStars(Struct, frozen=True):
    """What users think of a model: the mean of `count` ratings from 1 to 5."""

    mean: float
    count: Count


class ModelItem(Struct, frozen=True, rename="camel"):
    """A model of a server. `name` is what to call it in a frame: `id`, or `id@backend` when several servers have it.

    `context` is what it is loaded with, in tokens, `maxContext` the most it can have; null is what the server does not
    tell. `memoryBytes` is what it has in main memory now, told of models that the daemon runs itself. `kind` is the
    server's, and `reason` why it does not answer, null while it does; `stale` then: this is what it listed last.
    `chats` false: it is for something else (`purpose`), neither works nor judges, and is only asked when it is named.
    `chatTemplate` false: a base model, which goes on with a text rather than answers; told of models that the daemon
    runs itself.
    """

    id: str
    name: str
    backend: str
    kind: BackendKind | None
    reason: str | None
    type: ModelType
    state: State
    context: Count | None
    max_context: Count | None
    size_bytes: Count | None
    quantization: str | None
    parameters: str | None
    capabilities: list[str]
    simulated: bool
    stale: bool
    rating: ModelStars | None
    memory_bytes: Count | None = None
    aliases: list[str] = []
    chats: bool = True
    chat_template: bool | None = None
    purpose: ModelUse = "chat"
    sees: bool | None = None
    """Whether it can be shown images; null where nobody knows."""


class ModelFailure(Struct, frozen=True):
    """Why a model could not do it, by the wire's error codes. `reason` says more where there is more to say."""

    code: ErrorCode
    message: str
    retryable: bool
    reason: ErrorReason | UnsetType = UNSET


class ModelAttempt(Struct, frozen=True):
    """A model that was tried in vain."""

    model: str
    error: ModelFailure


class ModelUsage(Struct, frozen=True, rename="camel"):
    """Token counts as the model server reported them."""

    prompt_tokens: Count
    completion_tokens: Count
    total_tokens: Count
    reasoning_tokens: Count | None


class ModelTimings(Struct, frozen=True, rename="camel"):
    """How long it took to the first output and to the end; the speed between first and last output, by `usage`."""

    first_token_ms: Count | None
    total_ms: Count
    tokens_per_second: float | None


class ModelPage(ServerPayload, frozen=True):
    """The reply to `model:list`; `stale` when a known server is away; `nextCursor` is null on the last page."""

    models: list[ModelItem]
    stale: bool
    next_cursor: str | None = None


class ModelProgress(ServerPayload, frozen=True):
    """`model:progress`: how far a load or a generation is; `progress` runs from 0 to 1 within a phase.

    `model` and `backend` are null until they are chosen. `run` of `runs` is there within a benchmark; `position` and
    `etaMs` while it waits for its turn; `etaMs` also while a model is loaded for it, by what its earlier loads took.
    """

    model: str | None
    backend: str | None
    phase: GenerationPhase
    elapsed_ms: Count
    progress: Annotated[float, Meta(ge=0, le=1)] | UnsetType = UNSET
    position: Count | UnsetType = UNSET
    eta_ms: Count | UnsetType = UNSET
    run: Count | UnsetType = UNSET
    runs: Count | UnsetType = UNSET


class ModelCompleted(ServerPayload, frozen=True):
    """The reply to `model:complete`; `attempts` are the models that failed before this one.

    `value` is there when a schema was asked for. `unchecked` then names members of the schema that only the model
    server has seen to (`pattern`). `toolCalls` is there when the model asks for calls, and no value is.
    """

    model: str
    backend: str
    content: str
    reasoning: str | None
    finish_reason: str
    usage: ModelUsage | None
    timings: ModelTimings
    attempts: list[ModelAttempt]
    value: Any | UnsetType = UNSET
    unchecked: list[str] | UnsetType = UNSET
    tool_calls: list[ModelAskedCall] | UnsetType = UNSET


class ModelLoaded(ServerPayload, frozen=True):
    """The reply to `model:load`; `loadMs` is null when it was loaded already."""

    model: ModelItem
    load_ms: Count | None


class ModelUnloaded(ServerPayload, frozen=True):
    """The reply to `model:unload`."""

    model: str
    backend: str


class ModelSwitched(ServerPayload, frozen=True):
    """The reply to `model:switch`: the model that is loaded now, and why those before it are not."""

    model: ModelItem
    load_ms: Count | None
    attempts: list[ModelAttempt]


class ModelStreaming(ServerPayload, frozen=True):
    """`model:streaming`: new text of the answer `messageId`, by the model at `index` of the request's `models`.

    The last one of each answer has `done` and an empty `chunk`; its `finishReason` is null when the answer failed.
    """

    message_id: str
    index: Count
    channel: TextChannel
    chunk: str
    done: bool
    finish_reason: str | UnsetType | None = UNSET


class ModelAnswer(Struct, frozen=True, rename="camel"):
    """One of the answers of a comparison; what came of it before `error`, if there is one."""

    message_id: str
    index: Count
    model: str
    backend: str
    content: str
    reasoning: str | None
    finish_reason: str | None
    usage: ModelUsage | None
    timings: ModelTimings
    error: ModelFailure | None


class ModelCompared(ServerPayload, frozen=True):
    """The reply to `model:compare`: the whole answers, in the order of the request's `models`."""

    items: list[ModelAnswer]


class ModelSuggestion(Struct, frozen=True):
    """A model for a kind of task: `score` orders it among the others, `reasons` say what it is made of,
    and `grounds` the same for programs."""

    model: ModelItem
    score: float
    reasons: list[str]
    grounds: list[ModelGround] = []


class ModelRecommended(ServerPayload, frozen=True):
    """The reply to `model:recommend`: none when no server has a model for that."""

    items: list[ModelSuggestion]


class ModelRated(ServerPayload, frozen=True):
    """The reply to `model:rate`: what all users think of it, for that kind of task or for all."""

    model: str
    rating: ModelStars


BackendNoteCode: TypeAlias = Annotated[
    ServerNoteCode,
    Meta(
        title="BackendNoteCode",
        description="What is worth knowing of a healthy model server: of its own list of models (`no_list`: it has "
        "none; `list_shown_in_part`: those that aren't shown can be named), or of files that the daemon serves.",
    ),
]


class BackendNote(Struct, frozen=True, rename="camel"):
    """What is worth knowing of a model server though it is healthy."""

    code: BackendNoteCode
    text: str
    count: Count | None
    limit: Count | None
    http_status: Count | None
    files: list[str]


class BackendItem(Struct, frozen=True, rename="camel"):
    """A model server as last probed. `kind` is null until it has answered once; `reason` while it is healthy.

    `retryAfterMs`: for so long it is left alone, because it failed again and again. `lastError` stays when it is well.
    `memoryBytes`: what its models have in main memory, told where the daemon runs them itself. `note`: what is worth
    knowing though it is healthy: a list that is cut or missing, a model file that is left out.
    """

    name: str
    url: str
    kind: BackendKind | None
    ok: bool
    reason: str | None
    models: Count
    simulated: bool
    latency_ms: float | None
    version: str | None
    last_error: str | None
    retry_after_ms: Count | None
    memory_bytes: Count | None = None
    note: str | None = None
    notes: list[BackendNote] = []
    """What `note` says, for programs, each by itself."""
    known: bool = True
    failure: ModelFailure | None = None
    """What `reason` says, for programs; null while it is healthy, and before it was first asked."""


class BackendPage(ServerPayload, frozen=True):
    """The reply to `backend:list`."""

    backends: list[BackendItem]


PROGRESS = FrameType("model:progress", ModelProgress)
STREAMING = FrameType("model:streaming", ModelStreaming, text=TextMembers(of=("messageId",), seq=None))
