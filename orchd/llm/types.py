"""What a generation is asked, what it tells while it runs, and what it ends with."""

from collections.abc import Hashable
from enum import IntEnum
from typing import Any, Literal, NamedTuple, Protocol, TypeAlias, TypeGuard, runtime_checkable

import msgspec

from orchd.errors import OrchdError
from orchd.llm.answers.server_notes import ServerNote
from orchd.llm.replay.place import PlaceListener
from orchd.llm.tools import Tool, ToolCall, ToolSelection
from orchd.llm.wire.relayed import RelayedRequest
from orchd.reasons import Reason

Role: TypeAlias = Literal["system", "user", "assistant", "tool"]
Channel: TypeAlias = Literal["content", "reasoning"]
Phase: TypeAlias = Literal["queued", "loading", "prompt", "generating"]
ServerKind: TypeAlias = Literal["lmstudio", "llamacpp", "ollama", "openai"]
ModelOutput: TypeAlias = Literal["llm", "embedding"]
ModelPurpose: TypeAlias = Literal[
    "chat", "embedding", "reranking", "checking", "moderation", "speech", "image", "other"
]
"""What a model is for; `checking`: whether texts support claims, `reranking`: how well pairs of texts go together."""
Capability: TypeAlias = Literal["tools", "vision", "reasoning"]
LoadState: TypeAlias = Literal["loaded", "loading", "not_loaded", "unknown"]
Why: TypeAlias = Literal["slots", "loading", "other_model", "turn"]
"""What a queued request waits for: a free slot, the load of its model, the answers of another model, or its turn."""


class Priority(IntEnum):
    """Who goes first; within a priority, users and their conversations take turns. URGENT is for urgent tasks."""

    CHAT = 0
    URGENT = 1
    TASK = 2
    BACKGROUND = 3


class Requester(NamedTuple):
    """On whose behalf something is asked of a model: what decides whose turn it is.

    `conversation` is what requests belong to (a chat, a task), None for nothing: it shares its user's turns with the
    user's others, and its requests stay on one server as long as that is no worse. Its text is what it is called.
    """

    priority: Priority = Priority.CHAT
    user: int = 0
    conversation: Hashable = None
    token: int | None = None
    """By which API token it was asked, if by one: that has quotas of its own."""
    models: frozenset[str] | None = None
    """The names of those that may be used for them; None: any."""
    task: int | None = None
    """Id of the task that it is for, if for one."""


ANY_REQUESTER = Requester()
"""The requester of an interactive request that belongs to nothing."""


IMAGE_TOKENS = 1_024
"""What an image counts in a context. Models differ, and few tell: from 256 for a small image to some thousands."""


class TurnImage(msgspec.Struct, frozen=True):
    """An image that a model is shown: what people call it, and its content as a data URL."""

    name: str
    url: str


class Turn(msgspec.Struct, frozen=True, omit_defaults=True):
    """One message of the context, sent upstream with its role.

    `tool_calls` are those that an assistant's message asked for; a `tool` message has the result of `tool_call_id`.
    `images` follow the text.
    """

    role: Role
    content: str
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str | None = None
    images: tuple[TurnImage, ...] = ()


class Sampling(msgspec.Struct, frozen=True, omit_defaults=True):
    """Sampling parameters; None leaves the choice to the server. `max_tokens` counts generated tokens."""

    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    stop: tuple[str, ...] | None = None
    seed: int | None = None


class Prompt(msgspec.Struct, frozen=True):
    """A generation to be asked of a model. `schema`: the JSON schema that the answer must follow, if any.

    `prefill`: the last turn is the assistant's and unfinished; what is generated goes on from its last character. Ask
    `Backends.continues` first. `tools` are what the model may ask to have called; `tool_choice` None leaves that to it.
    `soft` names the members of the request that may be left out where a server refuses them: nobody asked for them.
    `most_tokens` bounds an answer for which `sampling` doesn't, as far as the server can be told.
    Raises ValueError where there is no such turn to continue, or a schema or tools as well.
    """

    turns: tuple[Turn, ...]
    sampling: Sampling = Sampling()
    schema: dict[str, Any] | None = None
    prefill: bool = False
    tools: tuple[Tool, ...] = ()
    tool_choice: ToolSelection | None = None
    soft: tuple[str, ...] = ()
    most_tokens: int | None = None
    relayed: RelayedRequest | None = None
    """What is sent in place of all the rest."""
    keep: PlaceListener | None = None
    """Who has the answer kept by a server that can, for as long as it is not stored."""

    def __post_init__(self) -> None:
        plain = self.schema is None and not self.tools
        if self.prefill and (not self.turns or self.turns[-1].role != "assistant" or not plain):
            raise ValueError("only an assistant's last turn can be continued, and none after a schema or with tools")


class Listener(Protocol):
    """What is told of a running generation; called from its task, never blocks, never raises."""

    def on_phase(self, phase: Phase, progress: float | None) -> None:
        """The phase changed, or `progress` (0..1) within `loading` or `prompt` did."""

    def on_delta(self, channel: Channel, text: str) -> None:
        """`text` (never empty) was generated; texts of one channel in one network read arrive merged."""

    def on_close(self) -> None:
        """The connection to the model server is closed, whatever the reason; called exactly once, last."""


@runtime_checkable
class QueueListener(Protocol):
    """A `Listener` that has this method too is told of its place in the queue while it waits."""

    def on_queue(self, position: int | None, eta_ms: int | None) -> None:
        """It is the `position`th (from 1) that waits; `eta_ms` until its turn by what was measured, None if unknown.

        `position` None: its turn has come, and its model is loaded for it; `eta_ms` until that is there."""


@runtime_checkable
class AttemptListener(Protocol):
    """A `Listener` that has these methods too is told of fall-backs."""

    def on_failed(self, failure: "FailedAttempt") -> None:
        """An attempt has failed before its first token; another model may be asked."""

    def on_fallback(self, target: "Target") -> None:
        """Another model is asked now."""


@runtime_checkable
class CostListener(Protocol):
    """A `Listener` that has these methods too is told what there is to be paid for."""

    def on_call(self) -> None:
        """A request goes to the model server, over a connection that is there. One that is repeated while the server
        loads its model is no further call.
        """

    def on_usage(self, usage: "Usage | None") -> None:
        """An answer that had begun is over, whole or not; the tokens that the server counted, None if it told none."""


_HEAR_COSTS: dict[type, bool] = {}


def hears_costs(listener: object) -> TypeGuard[CostListener]:
    """Whether this is a `CostListener`. Before Python 3.12 it takes long to ask a protocol, so that a class is asked
    about once."""
    kind = type(listener)
    if kind not in _HEAR_COSTS:
        _HEAR_COSTS[kind] = issubclass(kind, CostListener)
    return _HEAR_COSTS[kind]


class Usage(msgspec.Struct, frozen=True, rename="camel"):
    """Token counts as the server reported them."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int
    reasoning_tokens: int | None = None


class Price(NamedTuple):
    """What something costs: millionths of a unit of its currency, which is named by its three letters (ISO 4217)."""

    micros: int
    currency: str


class FailedAttempt(NamedTuple):
    """An attempt that another one followed: the model, its server, and why it failed by the wire's error code.

    `reason` is that of the error, where it has one.
    """

    model: str
    backend: str
    code: str
    reason: Reason | None
    message: str
    retryable: bool = False


class Outcome(NamedTuple):
    """How a successful generation ended.

    `finish_reason` as the server named it (`stop`, `tool_calls`, ...), but `length` whatever it calls a cut, and
    `content_filter` what it withheld; `model` is the one that the server says answered, which may differ from the one
    asked for. `failures`: the attempts before it.
    """

    finish_reason: str
    model: str
    usage: Usage | None
    failures: tuple[FailedAttempt, ...] = ()
    backend: str | None = None
    """The server that answered; only told when fall-backs were given."""
    tool_calls: tuple[ToolCall, ...] = ()
    """What the model asks to have called, in order. Cut off with the answer, their arguments are cut off too."""
    price: Price | None = None
    """What it costs, where its server belongs to an account that knows the model's price."""


class ModelInfo(msgspec.Struct, frozen=True):
    """A model as its server lists it; None for what the server does not tell.

    `context` is the loaded context length in tokens, else the model's maximum, which is also in `max_context` where it
    is told. `loaded` as last listed, `loading` while we have it loaded. `size_bytes` on disk; `parameters` as the
    server writes it ("8B"); `slots`: answers that it generates at once. `capabilities` None: unknown, empty: none.
    """

    id: str
    backend: str
    type: ModelOutput = "llm"
    loaded: bool | None = None
    context: int | None = None
    simulated: bool = False
    max_context: int | None = None
    size_bytes: int | None = None
    quantization: str | None = None
    parameters: str | None = None
    capabilities: tuple[Capability, ...] | None = None
    slots: int | None = None
    loading: bool = False
    memory_bytes: int | None = None
    """What it has in main memory now; only told of models that run in processes of our own."""
    purpose: ModelPurpose = "chat"
    """What it is for, as far as its server, its name or a failed try tell."""
    aliases: tuple[str, ...] = ()
    """What else it may be called, in a request to this daemon."""
    template: bool | None = None
    """Whether it has a chat template; one without is a base model, which goes on with a text rather than answers."""
    digest: str | None = None
    """What changes with the model's file, where that is told."""
    vision: bool | None = None
    """Whether it can be shown images, where a server tells that and nothing else of what it can do."""

    @property
    def full_name(self) -> str:
        """`id@backend`: it names this model on this server, wherever a model is named."""
        return f"{self.id}@{self.backend}"

    @property
    def sees(self) -> bool | None:
        """Whether it can be shown images; None where nobody tells."""
        if self.capabilities is not None and "vision" in self.capabilities:
            return True
        return self.vision if self.capabilities is None else False

    @property
    def chats(self) -> bool:
        """It may be chosen for a chat that names no model, do work and judge: it is for nothing else."""
        return self.type == "llm" and self.purpose == "chat"

    def is_called(self, name: str) -> bool:
        """Tell whether a request may name it so; servers take further spellings (`names`)."""
        return name in (self.id, self.full_name) or name.removesuffix(f"@{self.backend}") in self.aliases

    @property
    def state(self) -> LoadState:
        """Whether it is loaded, in one word."""
        if self.loading:
            return "loading"
        if self.loaded is None:
            return "unknown"
        return "loaded" if self.loaded else "not_loaded"


class BackendHealth(msgspec.Struct, frozen=True, rename="camel"):
    """A backend as last probed: `kind` None until it has answered once; `reason` None while it is healthy.

    `latency_ms` is how long it took to answer one request of the last good probe. `last_error` stays when it is well
    again; `retry_after_ms` is there while it is left alone because it failed again and again.
    """

    name: str
    url: str
    kind: ServerKind | None
    ok: bool
    reason: str | None
    models: int
    simulated: bool = False
    latency_ms: float | None = None
    version: str | None = None
    last_error: str | None = None
    retry_after_ms: int | None = None
    known: bool = True
    """It was configured, or has answered once; else it was only looked for."""
    memory_bytes: int | None = None
    """What its models have in main memory, where that is told."""
    notes: tuple[ServerNote, ...] = ()
    """What is worth knowing though it is well: a list that is cut or missing, a file that is left out."""
    somebody: bool = False
    """Something answers at its address, though nothing that can be used."""
    failure: OrchdError | None = None
    """What `reason` says, for programs; None before it was first asked."""


class QueueEntry(msgspec.Struct, frozen=True):
    """A request that a model server works on or that waits for its turn.

    `position` from 1 and `why` only while it waits, `eta_ms` where measurements tell; `seconds` is how long it has been
    in this state. `loading`: it runs, and what it does is to load its model. `written`: pieces of output so far, a
    token or so each; None where no answer is asked for yet.
    """

    backend: str
    model: str
    state: Literal["running", "waiting"]
    priority: Priority
    user: int
    conversation: Hashable
    seconds: float
    loading: bool = False
    position: int | None = None
    eta_ms: int | None = None
    why: Why | None = None
    written: int | None = None


class Deadlines(msgspec.Struct, frozen=True):
    """How long to wait for a model server, in seconds; None is for ever."""

    connect: float = 5.0
    first_event: float = 900.0
    gap: float = 120.0
    total: float | None = None


class BackendSpec(msgspec.Struct, frozen=True):
    """A model server to talk to. `url` is its root, with or without `/v1`; `kind` None means find out by probing.

    `slots`: how many answers it may generate at once; None leaves that to what the server says, or to its kind.
    `models` are names that it serves whether or not it lists them, `aliases` other names for what it serves.
    `credential` is what its key is called where somebody else keeps it, or its id there: until that is given, the
    server isn't asked. `account` is the name, or the id, of the one that pays for what is asked of it, if any does.
    """

    url: str
    name: str | None = None
    kind: ServerKind | None = None
    api_key: str | None = None
    credential: str | int | None = None
    account: str | int | None = None
    deadlines: Deadlines = Deadlines()
    simulated: bool = False
    slots: int | None = None
    models: tuple[str, ...] = ()
    aliases: dict[str, str] = {}


class Target(NamedTuple):
    """A model on a backend, chosen for one generation."""

    model: ModelInfo
    backend: str

    @property
    def full_name(self) -> str:
        """`id@backend`, as `ModelInfo.full_name`."""
        return f"{self.model.id}@{self.backend}"


class Selection(NamedTuple):
    """The first of several models that could be found; `rest` are those after it, `failures` why not those before."""

    target: Target
    rest: tuple[str, ...] = ()
    failures: tuple[FailedAttempt, ...] = ()
