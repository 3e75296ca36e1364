"""What an item of a server's list of models says, as `ModelInfo`. Pure; None for what names no model.

Each family has its own shape, and only some tell whether a model is loaded and with what context. Sources: LM
Studio's REST documentation (native v1 and v0), Ollama's and llama.cpp's sources, vLLM's `max_model_len`.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from msgspec.structs import replace

from orchd.llm.probing.purpose import Purpose, purpose, purpose_by_name
from orchd.llm.types import Capability, ModelInfo, ModelOutput

MAX_OBJECTS = 1_000
"""Of a list within an item, and of what runs."""
MAX_NAME = 4096
"""Characters of a name: some servers name a model by its path."""
MAX_ALIASES = 16


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Yield the objects of a list, at most MAX_OBJECTS; nothing for anything else."""
    if isinstance(value, list):
        yield from (item for item in value[:MAX_OBJECTS] if isinstance(item, dict))


def text(value: Any) -> str:
    """Return a text, empty for anything else."""
    return value if isinstance(value, str) else ""


def texts(value: Any) -> Iterator[str]:
    """Yield the texts of a list that say something, at most MAX_OBJECTS; nothing for anything else."""
    if isinstance(value, list):
        yield from (item for item in value[:MAX_OBJECTS] if isinstance(item, str) and 0 < len(item) <= MAX_NAME)


def number(value: Any) -> int | None:
    """Return a positive integer, None for anything else."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


def lmstudio_v1(item: dict[str, Any], backend: str) -> tuple[ModelInfo, tuple[str, ...]] | None:
    """Return a model of `GET /api/v1/models`, and the ids of its loaded instances."""
    key = text(item.get("key"))
    loaded = [instance for instance in objects(item.get("loaded_instances")) if text(instance.get("id"))]
    config = inner(loaded[0], "config") if loaded else {}
    maximum = number(item.get("max_context_length"))
    if not 0 < len(key) <= MAX_NAME:
        return None
    kind, use = _purpose("embedding" if item.get("type") == "embedding" else "llm", key)
    info = ModelInfo(
        key,
        backend,
        kind,
        bool(loaded),
        number(config.get("context_length")) or maximum,
        max_context=maximum,
        size_bytes=number(item.get("size_bytes")),
        quantization=text(inner(item, "quantization").get("name")) or None,
        parameters=text(item.get("params_string")) or None,
        capabilities=_lmstudio_capabilities(item.get("capabilities")),
        slots=number(config.get("parallel")),
        purpose=use,
    )
    return info, tuple(instance["id"] for instance in loaded)


def _purpose(told: ModelOutput, name: str) -> Purpose:
    """LM Studio tells embedding models apart, and nothing else."""
    return Purpose(told, "embedding" if told == "embedding" else purpose_by_name(name))


def _lmstudio_capabilities(found: Any) -> tuple[Capability, ...] | None:
    if not isinstance(found, dict):
        return None
    has: dict[Capability, bool] = {
        "tools": found.get("trained_for_tool_use") is True,
        "vision": found.get("vision") is True,
        "reasoning": isinstance(found.get("reasoning"), dict),
    }
    return tuple(name for name, there in has.items() if there)


def inner(item: dict[str, Any], member: str) -> dict[str, Any]:
    """Return the object that is a member of another one, an empty one when there is none."""
    found = item.get(member)
    return found if isinstance(found, dict) else {}


def lmstudio_v0(item: dict[str, Any], backend: str) -> ModelInfo | None:
    """Return a model of `GET /api/v0/models`, which tells each one's state; None for anything else."""
    name, state = text(item.get("id")), item.get("state")
    if not 0 < len(name) <= MAX_NAME or not isinstance(state, str):
        return None
    kind, use = _purpose("embedding" if text(item.get("type")).startswith("embedding") else "llm", name)
    loaded = state == "loaded"
    maximum = number(item.get("max_context_length"))
    return ModelInfo(
        name,
        backend,
        kind,
        loaded,
        (number(item.get("loaded_context_length")) if loaded else None) or maximum,
        max_context=maximum,
        quantization=text(item.get("quantization")) or None,
        capabilities=_v0_capabilities(item),
        purpose=use,
    )


def _v0_capabilities(item: dict[str, Any]) -> tuple[Capability, ...] | None:
    """`tool_use` is listed since 0.3.16; that a model sees is told by its type."""
    found = item.get("capabilities")
    vision: tuple[Capability, ...] = ("vision",) if item.get("type") == "vlm" else ()
    if not isinstance(found, list):
        return vision or None
    return (*(("tools",) if "tool_use" in found else ()), *vision)


def ollama(item: dict[str, Any], contexts: dict[str, int | None], backend: str) -> ModelInfo | None:
    """Return a model of `GET /api/tags`; `contexts` has those in memory, by name."""
    name = _ollama_name(item)
    if not 0 < len(name) <= MAX_NAME:
        return None
    details = inner(item, "details")
    kind, use = purpose(name, item, text(details.get("family")))
    return ModelInfo(
        name,
        backend,
        kind,
        name in contexts,
        contexts.get(name),
        size_bytes=number(item.get("size")),
        quantization=text(details.get("quantization_level")) or None,
        parameters=text(details.get("parameter_size")) or None,
        digest=text(item.get("digest"))[:MAX_NAME] or None,
        capabilities=_ollama_capabilities(item, details),
        purpose=use,
        aliases=(name.removesuffix(":latest"),) if name.endswith(":latest") else (),
    )


def _ollama_capabilities(item: dict[str, Any], details: dict[str, Any]) -> tuple[Capability, ...] | None:
    """Newer ones list what a model can do; in others the families tell that it has an encoder of images."""
    if isinstance(item.get("capabilities"), list):
        words = {*texts(item["capabilities"])}
        return tuple(ours for ours, theirs in _OLLAMA_WORDS.items() if theirs in words)
    return ("vision",) if {"clip", "mllama"} & {*texts(details.get("families"))} else None


_OLLAMA_WORDS: dict[Capability, str] = {"tools": "tools", "vision": "vision", "reasoning": "thinking"}


def ollama_running(found: dict[str, Any]) -> dict[str, int | None]:
    """Return the models that `GET /api/ps` says are in memory, each with its context."""
    return {_ollama_name(item): number(item.get("context_length")) for item in objects(found.get("models"))}


def _ollama_name(item: dict[str, Any]) -> str:
    return text(item.get("name")) or text(item.get("model"))


def openai(item: dict[str, Any], backend: str) -> ModelInfo | None:
    """Return a model of `GET /v1/models`. Hubs call its name and its context each by a word of their own.

    `meta` is llama.cpp's, and our own processes' (`local`), which alone tell the architecture, the memory, and whether
    there is a chat template.
    """
    name = next((found for member in ("id", "name", "model") if (found := text(item.get(member)))), "")
    if not 0 < len(name) <= MAX_NAME:
        return None
    meta = inner(item, "meta")
    kind, use = purpose(name, item, text(meta.get("architecture")))
    length = next((count for member in _CONTEXTS if (count := number(item.get(member)))), None)
    return ModelInfo(
        name,
        backend,
        kind,
        _router_state(item),
        length,
        max_context=number(meta.get("n_ctx_train")) or length,
        size_bytes=number(meta.get("size")),
        quantization=text(meta.get("ftype")) or None,
        parameters=_parameters_text(number(meta.get("n_params"))),
        memory_bytes=number(meta.get("memory")),
        digest=text(meta.get("digest"))[:MAX_NAME] or None,
        template=there if isinstance(there := meta.get("chat_template"), bool) else None,
        purpose=use,
        aliases=tuple(alias for alias in texts(item.get("aliases")) if alias != name)[:MAX_ALIASES],
    )


_CONTEXTS = ("max_model_len", "context_length", "context_window", "max_context_length")
"""vLLM's and SGLang's word, OpenRouter's and Together's, Groq's, Mistral's."""


def fill_in(
    info: ModelInfo,
    *,
    loaded: bool | None,
    context: int | None,
    slots: int | None,
    path: str = "",
    vision: bool | None = None,
) -> ModelInfo:
    """Return a model of `GET /v1/models` with what a llama.cpp server tells apart from the list.

    `path` is that of the model's file: its name stays what it is under any alias.
    """
    return replace(
        info,
        loaded=loaded if info.loaded is None else info.loaded,
        context=info.context or context,
        slots=slots,
        purpose=purpose_by_name(path) if info.purpose == "chat" and path else info.purpose,
        vision=vision,
    )


def once(models: Iterable[ModelInfo]) -> tuple[ModelInfo, ...]:
    """Return each model once, by its id, as it comes first."""
    found: dict[str, ModelInfo] = {}
    for info in models:
        found.setdefault(info.id, info)
    return tuple(found.values())


def _parameters_text(count: int | None) -> str | None:
    if count is None:
        return None
    return f"{count / 1e9:.3g}B" if count >= 1e9 else f"{count / 1e6:.3g}M"


def _router_state(item: dict[str, Any]) -> bool | None:
    """Return what llama.cpp's router says of a model's state."""
    value = text(inner(item, "status").get("value"))
    return value == "loaded" if value else None
