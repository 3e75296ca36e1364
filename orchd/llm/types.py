"""What a generation is asked, what it tells while it runs, and what it ends with."""

from typing import Any, Literal, NamedTuple, Protocol, TypeAlias

import msgspec

Role: TypeAlias = Literal["system", "user", "assistant"]
Channel: TypeAlias = Literal["content", "reasoning"]
Phase: TypeAlias = Literal["queued", "loading", "prompt", "generating"]
Kind: TypeAlias = Literal["lmstudio", "llamacpp", "ollama", "openai"]


class Turn(msgspec.Struct, frozen=True):
    """One message of the context, sent upstream with its role."""

    role: Role
    content: str


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
    `Backends.continues` first. Raises ValueError where there is no such turn, or a schema as well.
    """

    turns: tuple[Turn, ...]
    sampling: Sampling = Sampling()
    schema: dict[str, Any] | None = None
    prefill: bool = False

    def __post_init__(self) -> None:
        if self.prefill and (not self.turns or self.turns[-1].role != "assistant" or self.schema is not None):
            raise ValueError("only an assistant's last turn, and none after a schema, can be continued")


class Listener(Protocol):
    """Whoever is told of a running generation; called from its task, never blocks, never raises."""

    def on_phase(self, phase: Phase, progress: float | None) -> None:
        """The phase changed, or `progress` (0..1) within `loading` or `prompt` did."""

    def on_delta(self, channel: Channel, text: str) -> None:
        """`text` (never empty) was generated; texts of one channel in one network read arrive merged."""

    def on_close(self) -> None:
        """The connection to the model server is closed, whatever the reason; called exactly once, last."""


class Usage(msgspec.Struct, frozen=True, rename="camel"):
    """Token counts as the server reported them."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int
    reasoning_tokens: int | None = None


class Outcome(NamedTuple):
    """How a successful generation ended.

    `finish_reason` as the server named it (`stop`, `length`, `tool_calls`, ...); `model` is the one that the server
    says answered, which may differ from the one asked for.
    """

    finish_reason: str
    model: str
    usage: Usage | None


class Completion(NamedTuple):
    """A whole answer: the texts of both channels and how it ended."""

    content: str
    reasoning: str
    outcome: Outcome


class ModelInfo(msgspec.Struct, frozen=True):
    """A model as its server lists it.

    `context` is the loaded context length in tokens, else the model's maximum, None when the server does not tell;
    `loaded` None likewise. `type`: `llm` or `embedding`.
    """

    id: str
    backend: str
    type: Literal["llm", "embedding"] = "llm"
    loaded: bool | None = None
    context: int | None = None
    simulated: bool = False


class BackendHealth(msgspec.Struct, frozen=True, rename="camel"):
    """A backend as last probed: `kind` None until it has answered once; `reason` None while it is healthy."""

    name: str
    url: str
    kind: Kind | None
    ok: bool
    reason: str | None
    models: int
    simulated: bool = False


class Deadlines(msgspec.Struct, frozen=True):
    """How long to wait for a model server, in seconds; None is for ever."""

    connect: float = 5.0
    first_event: float = 900.0
    gap: float = 120.0
    total: float | None = None


class BackendSpec(msgspec.Struct, frozen=True):
    """A model server to talk to. `url` is its root, with or without `/v1`; `kind` None means find out by probing."""

    url: str
    name: str | None = None
    kind: Kind | None = None
    api_key: str | None = None
    deadlines: Deadlines = Deadlines()
    simulated: bool = False


class Target(NamedTuple):
    """A model on a backend, chosen for one generation."""

    model: ModelInfo
    backend: str
