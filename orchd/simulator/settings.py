"""What a simulator is started with; the command line's options are read off the same declarations.

Durations are seconds. Model ids must start with `simulated`, so that no list, log or stored conversation can be
mistaken for one with a real model.
"""

from typing import Annotated, Literal, NamedTuple, get_type_hints

from msgspec import Meta, Struct

from orchd.errors import ConfigurationError
from orchd.simulator.faults import Faults

PREFIX = "simulated"


class ModelSpec(Struct, frozen=True):
    """A model that the simulator offers.

    `context` and `max_context` are tokens: what it is loaded with unless a load asks otherwise, and the most it can
    be. `loaded` is its state at the start; `reasoning` models think aloud before they answer, `vision` models say what
    images they were shown; `dimensions` is the length of an embedding model's vectors.
    """

    id: str
    type: Literal["llm", "embedding"] = "llm"
    context: int = 32_768
    max_context: int = 131_072
    loaded: bool = False
    reasoning: bool = False
    dimensions: int = 384
    vision: bool = False

    def __post_init__(self) -> None:
        if not self.id.startswith(PREFIX):
            fix = f"write `{PREFIX}-{self.id}`, so that nobody takes it for a real one"
            raise ConfigurationError(f"the simulator's model ids begin with `{PREFIX}`, `{self.id}` does not; {fix}")
        if not 16 <= self.context <= self.max_context:
            raise ConfigurationError(f"model {self.id}: context must be between 16 and {self.max_context} tokens")


DEFAULT_MODELS = (
    ModelSpec("simulated-small", loaded=True),
    ModelSpec("simulated-reasoning", context=16_384, loaded=True, reasoning=True),
    ModelSpec("simulated-large", context=8_192),
    ModelSpec("simulated-embedding", type="embedding", context=2_048, max_context=8_192, loaded=True),
)


class SimulatorConfig(Struct, frozen=True, kw_only=True):
    """The whole configuration; every member with a description is a flag of `orchd simulate` (see `OPTIONS`).

    Raises `ConfigurationError` when a model id, the faults' text or the list of models can't be used.
    """

    host: Annotated[str, Meta(description="Address to listen on.")] = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65_535, description="TCP port; 0 takes any free one.")] = 1234
    seed: Annotated[int, Meta(description="Answers depend on it, the model and the last user message only.")] = 0
    models: tuple[ModelSpec, ...] = DEFAULT_MODELS
    load_seconds: Annotated[float, Meta(ge=0, description="Seconds that loading a model takes.")] = 0.0
    token_interval: Annotated[
        float, Meta(ge=0, description="Seconds between two tokens of an answer; 0 is full speed.")
    ] = 0.0
    jit: Annotated[bool, Meta(description="Load a model on its first request; else such requests are refused.")] = True
    evict: Annotated[
        bool, Meta(description="A model loaded on request unloads the one before, even while that one answers.")
    ] = False
    duplicate_loads: Annotated[
        bool, Meta(description="Each concurrent first request loads an instance of its own (`id`, `id:2`, ...).")
    ] = False
    serve_unknown: Annotated[
        bool, Meta(description="An unknown model name is served by the loaded model, if only one is.")
    ] = False
    prefill: Annotated[
        bool, Meta(description="Continue an assistant's message at the end of a request; else begin a new one.")
    ] = True
    parallel: Annotated[
        int, Meta(ge=1, le=10_000, description="Answers generated at once per loaded model; the rest wait silently.")
    ] = 4
    api_key: Annotated[str | None, Meta(description="Bearer token to ask for; unset: none is needed.")] = None
    fault: Annotated[str, Meta(description="Faults of every generation, e.g. `silence=2,error_after=10`.")] = ""
    max_connections: Annotated[int, Meta(ge=1, description="Open connections; further ones get HTTP 503.")] = 1_000
    keep_alive_seconds: Annotated[
        float, Meta(gt=0, description="Seconds that an idle connection is kept, announced in `Keep-Alive`.")
    ] = 5.0

    def __post_init__(self) -> None:
        ids = [spec.id for spec in self.models]
        if not ids or len(set(ids)) != len(ids):
            raise ConfigurationError("the simulator needs at least one model, and ids that differ")
        try:
            Faults.of(self.fault)
        except ValueError as refused:
            raise ConfigurationError(f"simulator: {refused}") from None


def demo() -> SimulatorConfig:
    """The built-in demo model: one, loaded, at about 30 tokens a second, so that streaming can be seen."""
    spec = ModelSpec(PREFIX, context=8_192, max_context=8_192, loaded=True)
    return SimulatorConfig(port=0, models=(spec,), token_interval=1 / 30)


def parse_model(text: str) -> ModelSpec:
    """Read `ID[,embedding][,reasoning][,vision][,loaded][,context=N]`; raises `ConfigurationError`."""
    name, *words = [word.strip() for word in text.split(",")]
    context = next((word.removeprefix("context=") for word in words if word.startswith("context=")), "8192")
    unknown = [
        w
        for w in words
        if w not in ("llm", "embedding", "reasoning", "vision", "loaded") and not w.startswith("context=")
    ]
    if unknown or not context.isdecimal():
        raise ConfigurationError(f"model '{text}': write ID[,embedding][,reasoning][,vision][,loaded][,context=N]")
    return ModelSpec(
        name,
        type="embedding" if "embedding" in words else "llm",
        context=int(context),
        max_context=max(int(context), 131_072),
        loaded="loaded" in words,
        reasoning="reasoning" in words,
        vision="vision" in words,
    )


class CommandOption(NamedTuple):
    """A flag of the command line: `field` is the `SimulatorConfig` member it sets."""

    flag: str
    field: str
    type: type[str] | type[int] | type[float] | type[bool]
    default: str | int | float | bool | None
    help: str


def _options() -> tuple[CommandOption, ...]:
    found = []
    for field, hint in get_type_hints(SimulatorConfig, include_extras=True).items():
        meta = next((item for item in getattr(hint, "__metadata__", ()) if isinstance(item, Meta)), None)
        if meta is not None:
            base = hint.__origin__
            kind = base if base in (str, int, float, bool) else str
            default = getattr(_DEFAULTS, field)
            found.append(CommandOption("--" + field.replace("_", "-"), field, kind, default, meta.description or ""))
    return tuple(found)


_DEFAULTS = SimulatorConfig()
OPTIONS = _options()
"""One flag per described member, in order; booleans are `--x/--no-x`. `--model` (repeated, `parse_model`) is apart."""
