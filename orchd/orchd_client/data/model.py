"""The data of frames that `model` has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias

from ..runtime.messages import RequestData, ServerData
from .shared import BackendKind, GenerationPhase, ModelFailure, ModelGround, TaskType, TextChannel

ModelPurpose: TypeAlias = Literal[
    "chat",
    "checking",
    "embedding",
    "image",
    "moderation",
    "other",
    "reranking",
    "speech",
]
"""What a model is for, as its server, its name or a failed try tell; `checking`: it says whether texts support
claims, `reranking`: how well pairs of texts go together. Later daemons may send others.
"""


ModelState: TypeAlias = Literal["loaded", "loading", "not_loaded", "unknown"]
"""Whether a model is in memory; `unknown` where its server does not tell. Later daemons may send others."""


ModelType: TypeAlias = Literal["embedding", "llm"]
"""What a model makes: text, or vectors. Later daemons may send others."""


QueuePriority: TypeAlias = Literal["background", "chat", "task"]
"""Whose turn comes first: people who chat, then tasks, then the rest. Later daemons may send others."""


QueueState: TypeAlias = Literal["loading", "running", "waiting"]
"""What a request does: it is answered, its model is loaded, or it waits. Later daemons may send others."""


ToolChoice: TypeAlias = Literal["auto", "none", "required"]
"""Whether the model may, must not or must ask for a call."""


TurnRole: TypeAlias = Literal["assistant", "system", "tool", "user"]
"""Who speaks in a message that a model is shown."""


WaitReason: TypeAlias = Literal["loading", "other_model", "slots", "turn"]
"""What a request waits for: a free slot, the load of its model, the answers of another model, or its turn. Later
daemons may send others.
"""


class ModelList(RequestData, kw_only=True):
    """`model:list`: the models of all servers; `refresh` asks the servers now instead of telling what is known.

    `cursor` is the `nextCursor` of the page before.
    """

    refresh: bool | None = None
    """Whether the servers are asked now, instead of telling what is known. When it is left out: False."""
    cursor: str | None = None
    """The `nextCursor` of the page before; without one, the first page."""


class ModelLoad(RequestData, kw_only=True):
    """`model:load`: have a model loaded; `force` also when memory is short. May take minutes; `cancel` gives it up."""

    model: str
    """Name of the model, as `model:list` has it; null where none is chosen or known. 1 to 256 characters."""
    force: bool | None = None
    """Also when memory is short. When it is left out: False."""


class ModelUnload(RequestData, kw_only=True):
    """`model:unload`: have a model taken out of memory, where its server can do that."""

    model: str
    """Name of the model, as `model:list` has it; null where none is chosen or known. 1 to 256 characters."""


class ModelSwitch(RequestData, kw_only=True):
    """`model:switch`: load the first of these models that is available."""

    preferred: str
    """The model that is wanted most. 1 to 256 characters."""
    fallbacks: Sequence[str] | None = None
    """The models that will do, in this order. At most 16 of them. When it is left out: []."""
    force: bool | None = None
    """Also when memory is short. When it is left out: False."""


class ModelBenchmark(RequestData, kw_only=True):
    """`model:benchmark`: load a model, ask it a fixed question `runs` times, and store what was measured."""

    model: str
    """Name of the model, as `model:list` has it; null where none is chosen or known. 1 to 256 characters."""
    runs: int | None = None
    """How many times it is asked. 1 to 20. When it is left out: 3."""
    max_tokens: int | None = None
    """The most tokens to be generated. 1 to 4096. When it is left out: 128."""
    force: bool | None = None
    """Also when memory is short. When it is left out: False."""


class ModelBenchmarks(RequestData, kw_only=True):
    """`model:benchmarks`: what was measured, the latest first; `cursor` is the `nextCursor` of the page before."""

    model: str | None = None
    """Name of the model, as `model:list` has it; null where none is chosen or known. 1 to 256 characters."""
    limit: int | None = None
    """How many entries a page may have. 1 to 200. When it is left out: 50."""
    cursor: str | None = None
    """The `nextCursor` of the page before; without one, the first page."""


class ModelRecommend(RequestData, kw_only=True):
    """`model:recommend`: which models suit a kind of task, the best first."""

    task_type: TaskType
    """What kind of work it is."""
    limit: int | None = None
    """How many entries a page may have. 1 to 50. When it is left out: 5."""


class ModelRate(RequestData, kw_only=True):
    """`model:rate`: what you think of a model, for one kind of task or for all; it replaces your earlier word."""

    model: str
    """Name of the model, as `model:list` has it; null where none is chosen or known. 1 to 256 characters."""
    rating: int
    """From 1 (bad) to 5 (good). 1 to 5."""
    task_type: TaskType | None = None
    """For which kind of work; left out, for all."""
    comment: str | None = None
    """What you want to say about it. At most 4000 characters."""


class ModelQueue(RequestData, kw_only=True):
    """`model:queue`: what the model servers are working on, and what waits for them."""


class ModelComplete(RequestData, kw_only=True):
    """`model:complete`: a whole answer, not stored; with `schema` a JSON value that follows that JSON schema.

    `fallbacks` are asked in order when a model before them gives no first token. With `tools` the model may ask for
    calls, which the reply has as `toolCalls`; nothing is called here.
    """

    messages: Sequence[ModelTurn]
    """What the model is shown, in order. 1 to 1000 of them."""
    model: str | None = None
    """Name of the model, as `model:list` has it; null where none is chosen or known. 1 to 256 characters."""
    fallbacks: Sequence[str] | None = None
    """Models that are asked in this order when `model` isn't available or gives no first token. At most 16 of them.
    When it is left out: [].
    """
    params: ModelParams | None = None
    """Sampling parameters."""
    schema: Mapping[str, Any] | None = None
    """A JSON schema that the answer must follow."""
    tools: Sequence[ModelTool] | None = None
    """What the model may ask to have called. Nothing is called by the daemon. At most 128 of them. When it is left
    out: [].
    """
    tool_choice: ToolChoice | ModelNamedTool | None = None
    """Whether a tool is called: `auto`, `none`, `required`, or the one named."""


class ModelTurn(RequestData, kw_only=True):
    """One message that a model is shown. A `tool` message has the result of the call `toolCallId`, which an
    assistant's message before it asks for in `toolCalls`.
    """

    role: TurnRole
    """Who speaks."""
    content: str
    """What is said. At most 1000000 characters."""
    tool_calls: Sequence[ModelToolCall] | None = None
    """In a message of the role `assistant`: the calls that it asked for. At most 128 of them. When it is left out:
    [].
    """
    tool_call_id: str | None = None
    """In a message of the role `tool`: the id of the call that it answers. 1 to 256 characters."""


class ModelToolCall(RequestData, kw_only=True):
    """A call that an assistant's message asks for."""

    id: str
    """Its id. 1 to 256 characters."""
    function: ModelCalledFunction
    """The function."""
    type: Literal["function"] | None = None
    """What kind of tool it is; there is only one. When it is left out: "function"."""


class ModelCalledFunction(RequestData, kw_only=True):
    """A call as a client hands it back: `arguments` is the text as the model wrote it."""

    name: str
    """Its name. 1 to 256 characters."""
    arguments: str
    """The arguments as the model wrote them. At most 1000000 characters."""


class ModelParams(RequestData, kw_only=True):
    """Sampling parameters; what is left out is the model server's choice. `maxTokens` counts generated tokens."""

    temperature: float | None = None
    """From 0 (the likeliest word each time) upwards; left out, the model server's choice. 0 to 5."""
    top_p: float | None = None
    """From 0 to 1: only the likeliest words that make up this share are chosen from. 0 to 1."""
    max_tokens: int | None = None
    """The most tokens to be generated. 1 to 10000000."""
    stop: Sequence[str] | None = None
    """Texts at which the model stops; they are not part of the answer. At most 16 of them."""
    seed: int | None = None
    """The same seed gives the same answer where the model server can do that. -2147483648 to 4294967295."""


class ModelTool(RequestData, kw_only=True):
    """What a model may ask to have called."""

    function: ModelToolFunction
    """The function."""
    type: Literal["function"] | None = None
    """What kind of tool it is; there is only one. When it is left out: "function"."""


class ModelToolFunction(RequestData, kw_only=True):
    """A function that may be called; `parameters` is a JSON schema of the object that it takes."""

    name: str
    """Its name."""
    description: str | None = None
    """What it is, in some words. At most 16000 characters."""
    parameters: Mapping[str, Any] | None = None
    """A JSON schema of the object that it takes."""
    strict: bool | None = None
    """Handed on to the model server: whether arguments must follow the schema exactly."""


class ModelNamedTool(RequestData, kw_only=True):
    """The one tool that must be called."""

    function: ModelToolName
    """The function."""
    type: Literal["function"] | None = None
    """What kind of tool it is; there is only one. When it is left out: "function"."""


class ModelToolName(RequestData, kw_only=True):
    """The name of a function that is offered."""

    name: str
    """Its name."""


class ModelCompare(RequestData, kw_only=True):
    """`model:compare`: ask several models the same, side by side."""

    models: Sequence[str]
    """Names of the models, in the order in which their answers are given. 2 to 8 of them."""
    message: str
    """The question. 1 to 1000000 characters."""
    system_prompt: str | None = None
    """What the model is told before all messages. At most 200000 characters."""
    params: ModelParams | None = None
    """Sampling parameters."""


class ModelQueueSubscribe(RequestData, kw_only=True):
    """`model:queue:subscribe`: be told the queue of the model servers soon, and whenever it changes. Again: be told
    it anew.
    """


class ModelQueueUnsubscribe(RequestData, kw_only=True):
    """`model:queue:unsubscribe`; harmless without a subscription."""


class ModelPage(ServerData, kw_only=True):
    """The reply to `model:list`; `stale` when a known server is away; `nextCursor` is null on the last page."""

    models: list[ModelItem] = []
    """The models of all servers."""
    stale: bool
    """Whether a server that is known of is away."""
    next_cursor: str | None = None
    """What to send as `cursor` for the next page; null on the last one."""


class ModelItem(ServerData, kw_only=True):
    """A model of a server. `name` is what to call it in a frame: `id`, or `id@backend` when several servers have it.

    `context` is what it is loaded with, in tokens, `maxContext` the most it can have; null is what the server does not
    tell. `memoryBytes` is what it has in main memory now, told of models that the daemon runs itself. `kind` is the
    server's, and `reason` why it does not answer, null while it does; `stale` then: this is what it listed last.
    `chats` false: it is for something else (`purpose`), neither works nor judges, and is only asked when it is named.
    `chatTemplate` false: a base model, which goes on with a text rather than answers; told of models that the daemon
    runs itself.
    """

    id: str
    """The name that its server gives it."""
    name: str
    """What to call it in a frame: `id`, or `id@backend` when several servers have it."""
    backend: str
    """Name of the model server."""
    kind: BackendKind | str | None = None
    """What software its server is; null until it has answered once."""
    reason: str | None = None
    """Why its server does not answer; null while it does."""
    type: ModelType | str
    """Whether it writes text or makes vectors."""
    state: ModelState | str
    """How it stands."""
    context: int | None = None
    """How many tokens it is loaded with; null when it is not loaded, or its server does not tell."""
    max_context: int | None = None
    """The most tokens that it can be loaded with; null when its server does not tell."""
    size_bytes: int | None = None
    """Bytes of its file; null when its server does not tell."""
    quantization: str | None = None
    """How its weights are stored, Q4_K_M for instance; null when that is not known."""
    parameters: str | None = None
    """How many parameters it has, as its server writes it; null when that is not known."""
    capabilities: list[str] = []
    """What it can do: `tools`, `vision`, `reasoning`; empty when its server does not tell."""
    simulated: bool
    """Whether it is the built-in simulation and no real model."""
    stale: bool
    """Whether its server is away, and this is what it listed last."""
    rating: ModelStars | None = None
    """What users think of it; null when nobody has rated it."""
    memory_bytes: int | None = None
    """Bytes in main memory; null when that is not known."""
    aliases: list[str] = []
    """Other names that it can be called by."""
    chats: bool = True
    """Whether it can chat; one that can't (it is for pictures, speech, ranking or the like) is only asked when it is
    named.
    """
    chat_template: bool | None = None
    """False: a base model, which goes on with a text rather than answers. Null where its server does not tell."""
    purpose: ModelPurpose | str | None = None
    """`chat` when it is left out."""
    sees: bool | None = None
    """Whether it can be shown images; null where nobody knows."""


class ModelStars(ServerData, kw_only=True):
    """What users think of a model: the mean of `count` ratings from 1 to 5."""

    mean: float
    """The mean of the ratings, from 1 to 5."""
    count: int
    """How many ratings there are."""


class ModelLoaded(ServerData, kw_only=True):
    """The reply to `model:load`; `loadMs` is null when it was loaded already."""

    model: ModelItem
    """The model that is loaded now."""
    load_ms: int | None = None
    """Milliseconds that the load took; null when it was loaded already."""


class ModelProgress(ServerData, kw_only=True):
    """`model:progress`: how far a load or a generation is; `progress` runs from 0 to 1 within a phase.

    `model` and `backend` are null until they are chosen. `run` of `runs` is there within a benchmark; `position` and
    `etaMs` while it waits for its turn; `etaMs` also while a model is loaded for it, by what its earlier loads took.
    """

    model: str | None = None
    """Name of the model, as `model:list` has it; null where none is chosen or known."""
    backend: str | None = None
    """Name of the model server; null until it is chosen."""
    phase: GenerationPhase | str
    """What it is at."""
    elapsed_ms: int
    """Milliseconds since it began."""
    progress: float | None = None
    """From 0 to 1, within the phase; only there when the model server tells."""
    position: int | None = None
    """Its place among those that wait for the model server, from 1; only there while it waits."""
    eta_ms: int | None = None
    """Milliseconds that it may still wait, or that its model may still be loaded; only there while it waits or its
    model is loaded, and something was measured.
    """
    run: int | None = None
    """Which run of a benchmark it is, from 1; only there within one."""
    runs: int | None = None
    """How many runs the benchmark has; only there within one."""


class ModelUnloaded(ServerData, kw_only=True):
    """The reply to `model:unload`."""

    model: str
    """Name of the model, as `model:list` has it; null where none is chosen or known."""
    backend: str
    """Name of the model server."""


class ModelSwitched(ServerData, kw_only=True):
    """The reply to `model:switch`: the model that is loaded now, and why those before it are not."""

    model: ModelItem
    """The model that is loaded now."""
    load_ms: int | None = None
    """Milliseconds that the load took; null when it was loaded already."""
    attempts: list[ModelAttempt] = []
    """Why those before it are not."""


class ModelAttempt(ServerData, kw_only=True):
    """A model that was tried in vain."""

    model: str
    """The model that was tried in vain."""
    error: ModelFailure
    """Why it could not do it."""


class ModelBenchmarkItem(ServerData, kw_only=True):
    """A benchmark as it is stored: the spread of its good runs, and each run.

    Only benchmarks with the same `prompt` and `maxTokens` can be compared. `loadMs` is null when the model was loaded
    already; speeds are null when the server did not report `usage`, or all output came at once.
    """

    id: int
    """Its id."""
    model: str
    """Name of the model, as `model:list` has it; null where none is chosen or known."""
    backend: str
    """Name of the model server."""
    timestamp: str
    """When it happened, or was told."""
    prompt: int
    """Version of the question that was asked; figures of one version can be compared."""
    max_tokens: int
    """The most tokens to be generated."""
    load_ms: int | None = None
    """Milliseconds that the load took; null when it was loaded already."""
    failed: int
    """How many runs failed."""
    first_token_ms: ModelSpread | None = None
    """Milliseconds to the first output; null when there was none."""
    total_ms: ModelSpread | None = None
    """Milliseconds from the request to the end; null when it did not end in order."""
    tokens_per_second: ModelSpread | None = None
    """Tokens a second between the first output and the last; null when that can't be told."""
    runs: list[ModelRun] = []
    """What each run measured."""


class ModelSpread(ServerData, kw_only=True):
    """What several runs measured."""

    min: float
    """The least."""
    median: float
    """The middle one."""
    max: float
    """The most."""


class ModelRun(ServerData, kw_only=True):
    """One run of a benchmark; `error` is null when it went well. Times are null when it had to wait for its turn."""

    first_token_ms: int | None = None
    """Milliseconds to the first output; null when there was none."""
    total_ms: int | None = None
    """Milliseconds from the request to the end; null when it did not end in order."""
    tokens_per_second: float | None = None
    """Tokens a second between the first output and the last; null when that can't be told."""
    prompt_tokens: int | None = None
    """Tokens that the model was given."""
    completion_tokens: int | None = None
    """Tokens that were generated."""
    error: ModelFailure | None = None
    """Why the run failed; null when it did not."""


class ModelBenchmarkPage(ServerData, kw_only=True):
    """The reply to `model:benchmarks`; `nextCursor` is null on the last page."""

    items: list[ModelBenchmarkItem] = []
    """The entries of this page, in order."""
    next_cursor: str | None = None
    """What to send as `cursor` for the next page; null on the last one."""


class ModelRecommended(ServerData, kw_only=True):
    """The reply to `model:recommend`: none when no server has a model for that."""

    items: list[ModelSuggestion] = []
    """The entries of this page, in order."""


class ModelSuggestion(ServerData, kw_only=True):
    """A model for a kind of task: `score` orders it among the others, `reasons` say what it is made of, and
    `grounds` the same for programs.
    """

    model: ModelItem
    """The model."""
    score: float
    """Orders it among the others; more is better."""
    reasons: list[str] = []
    """Why it was chosen, for people."""
    grounds: list[ModelGround] = []
    """The same as `reasons` for programs, one for each; none from an older daemon."""


class ModelRated(ServerData, kw_only=True):
    """The reply to `model:rate`: what all users think of it, for that kind of task or for all."""

    model: str
    """Name of the model, as `model:list` has it; null where none is chosen or known."""
    rating: ModelStars
    """What users think of it."""


class ModelQueued(ServerData, kw_only=True):
    """The reply to `model:queue`: what runs, and then what waits, in order; the first of it when there is too much."""

    items: list[ModelQueueItem] = []
    """The entries of this page, in order."""


class ModelQueueItem(ServerData, kw_only=True):
    """A request that a model server works on or that waits for its turn, `elapsedMs` in that state by now.

    `position`, from 1, and `why` are there while it waits: for a free slot, the load of its model, the answers of
    another model, or its turn. `etaMs` is null where nothing was measured yet. `user` and `conversation` are told of
    one's own only: others are `another user`, and theirs is null.
    """

    backend: str
    """Name of the model server."""
    model: str
    """Name of the model, as `model:list` has it; null where none is chosen or known."""
    state: QueueState | str
    """How it stands."""
    priority: QueuePriority | str
    """Which of several comes first."""
    user: str
    """Who asked."""
    conversation: str | None = None
    """Id of the conversation that it belongs to, as text; null when it belongs to none."""
    elapsed_ms: int
    """Milliseconds in this state so far."""
    position: int | None = None
    """Its place among those that wait, from 1; null when it does not."""
    eta_ms: int | None = None
    """Milliseconds that it may still wait; null when nothing was measured."""
    why: WaitReason | str | None = None
    """What it waits for; null when it does not."""
    tokens: int | None = None
    """Tokens of its answer so far, by the pieces in which the model server sends them; null where no answer has been
    asked for yet. That they grow is told with something else, or by `model:queue`.
    """


class ModelCompleted(ServerData, kw_only=True):
    """The reply to `model:complete`; `attempts` are the models that failed before this one.

    `value` is there when a schema was asked for. `unchecked` then names members of the schema that only the model
    server has seen to (`pattern`). `toolCalls` is there when the model asks for calls, and no value is.
    """

    model: str
    """Name of the model, as `model:list` has it; null where none is chosen or known."""
    backend: str
    """Name of the model server."""
    content: str
    """The text."""
    reasoning: str | None = None
    """What the model thought before its answer; null when it did not show any."""
    finish_reason: str
    """Why the model ended: `stop`, `length` (cut off), `loop` (it went in circles), `tool_calls`, or a word of its
    server; null when it did not end by itself.
    """
    usage: ModelUsage | None = None
    """Token counts, as the model server reported them; null when it did not."""
    timings: ModelTimings
    """How long it took; null until it has ended."""
    attempts: list[ModelAttempt] = []
    """The models that were asked in vain before, in order."""
    value: Any | None = None
    """The JSON value that follows the schema; only there when a schema was asked for."""
    unchecked: list[str] | None = None
    """Members of the schema that only the model server has seen to; only there when a schema was asked for."""
    tool_calls: list[ModelAskedCall] | None = None
    """The calls that the model asks for; only there when it does."""


class ModelUsage(ServerData, kw_only=True):
    """Token counts as the model server reported them."""

    prompt_tokens: int
    """Tokens that the model was given."""
    completion_tokens: int
    """Tokens that were generated."""
    total_tokens: int
    """Tokens of the prompt and the answer together."""
    reasoning_tokens: int | None = None
    """Tokens of `reasoning` among those generated; null when the server does not tell."""


class ModelTimings(ServerData, kw_only=True):
    """How long it took to the first output and to the end; the speed between first and last output, by `usage`."""

    first_token_ms: int | None = None
    """Milliseconds to the first output; null when there was none."""
    total_ms: int
    """Milliseconds from the request to the end; null when it did not end in order."""
    tokens_per_second: float | None = None
    """Tokens a second between the first output and the last; null when that can't be told."""


class ModelAskedCall(ServerData, kw_only=True):
    """A call that the model asks for. Its result goes back as a message of the role `tool` with that `toolCallId`."""

    id: str
    """Its id."""
    function: ModelAskedFunction
    """The function."""
    type: Literal["function"] = "function"
    """What kind of tool it is; there is only one."""


class ModelAskedFunction(ServerData, kw_only=True):
    """A call as the model wrote it: `arguments` should be a JSON object, and is not always one."""

    name: str
    """Its name."""
    arguments: str
    """The arguments as the model wrote them: a JSON object should be, and not always is."""


class ModelCompared(ServerData, kw_only=True):
    """The reply to `model:compare`: the whole answers, in the order of the request's `models`."""

    items: list[ModelAnswer] = []
    """The entries of this page, in order."""


class ModelAnswer(ServerData, kw_only=True):
    """One of the answers of a comparison; what came of it before `error`, if there is one."""

    message_id: str
    """Names the answer within this request."""
    index: int
    """Place of the model among the request's `models`, from 0."""
    model: str
    """Name of the model, as `model:list` has it; null where none is chosen or known."""
    backend: str
    """Name of the model server."""
    content: str
    """The text."""
    reasoning: str | None = None
    """What the model thought before its answer; null when it did not show any."""
    finish_reason: str | None = None
    """Why the model ended: `stop`, `length` (cut off), `loop` (it went in circles), `tool_calls`, or a word of its
    server; null when it did not end by itself.
    """
    usage: ModelUsage | None = None
    """Token counts, as the model server reported them; null when it did not."""
    timings: ModelTimings
    """How long it took; null until it has ended."""
    error: ModelFailure | None = None
    """Why the answer failed; null when it did not. `content` has what came before."""


class ModelStreaming(ServerData, kw_only=True):
    """`model:streaming`: new text of the answer `messageId`, by the model at `index` of the request's `models`.

    The last one of each answer has `done` and an empty `chunk`; its `finishReason` is null when the answer failed.
    """

    message_id: str
    """Names the answer within this request."""
    index: int
    """Place of the model among the request's `models`, from 0."""
    channel: TextChannel | str
    """Whether `chunk` belongs to the answer or to what the model thought before it."""
    chunk: str
    """Text that follows that of the frame before, in its channel; empty on the last frame of an answer."""
    done: bool
    """Whether this is the last frame of the answer."""
    finish_reason: str | None = None
    """Why the model ended; only on the last frame of an answer, null when it failed."""


class ModelQueueSubscribed(ServerData, kw_only=True):
    """The reply to `model:queue:subscribe`; the first `model:queue:changed` follows at once."""


class ModelQueueChanged(ServerData, kw_only=True):
    """`model:queue:changed`, pushed without an id: the queue as `model:queue` tells it, whenever anything but
    `elapsedMs` and `tokens` is different; four times a second at most. A slow connection gets only the newest.
    """

    items: list[ModelQueueItem] = []
    """The entries of this page, in order."""


class ModelQueueUnsubscribed(ServerData, kw_only=True):
    """The reply to `model:queue:unsubscribe`."""
