"""What the servers' model lists say, as `ModelInfo`. Pure: JSON in, models out; what is malformed is left out.

Each family has its own shape, and only some tell whether a model is loaded and with what context. Sources: LM
Studio's REST documentation (native v1 and v0), Ollama's and llama.cpp's sources, vLLM's `max_model_len`.
"""

from collections.abc import Iterator
from typing import Any, Literal

from orchd.llm.types import Capability, ModelInfo

MAX_MODELS = 1_000
Type = Literal["llm", "embedding"]


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Yield the objects of a list, at most MAX_MODELS; nothing for anything else."""
    if isinstance(value, list):
        yield from (item for item in value[:MAX_MODELS] if isinstance(item, dict))


def text(value: Any) -> str:
    """Return a text, empty for anything else."""
    return value if isinstance(value, str) else ""


def number(value: Any) -> int | None:
    """Return a positive integer, None for anything else."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


def lmstudio_v1(found: dict[str, Any], backend: str) -> tuple[tuple[ModelInfo, ...], dict[str, tuple[str, ...]]]:
    """Return the models of `GET /api/v1/models`, and for each loaded one the ids of its instances."""
    models: list[ModelInfo] = []
    instances: dict[str, tuple[str, ...]] = {}
    for item in objects(found.get("models")):
        key = text(item.get("key"))
        loaded = [instance for instance in objects(item.get("loaded_instances")) if text(instance.get("id"))]
        config = _config(loaded[0]) if loaded else {}
        if key:
            maximum = number(item.get("max_context_length"))
            models.append(
                ModelInfo(
                    key,
                    backend,
                    "embedding" if item.get("type") == "embedding" else "llm",
                    bool(loaded),
                    number(config.get("context_length")) or maximum,
                    max_context=maximum,
                    size_bytes=number(item.get("size_bytes")),
                    quantization=text(inner(item, "quantization").get("name")) or None,
                    parameters=text(item.get("params_string")) or None,
                    capabilities=_lmstudio_capabilities(item.get("capabilities")),
                    slots=number(config.get("parallel")),
                )
            )
            instances[key] = tuple(instance["id"] for instance in loaded)
    return tuple(models), instances


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


def _config(instance: dict[str, Any]) -> dict[str, Any]:
    return inner(instance, "config")


def lmstudio_v0(found: dict[str, Any], backend: str) -> tuple[ModelInfo, ...]:
    """Return the models of `GET /api/v0/models`."""
    models: list[ModelInfo] = []
    for item in objects(found.get("data")):
        kind: Type = "embedding" if text(item.get("type")).startswith("embedding") else "llm"
        loaded = item.get("state") == "loaded"
        context = number(item.get("loaded_context_length")) if loaded else None
        if text(item.get("id")):
            maximum = number(item.get("max_context_length"))
            models.append(
                ModelInfo(
                    item["id"],
                    backend,
                    kind,
                    loaded,
                    context or maximum,
                    max_context=maximum,
                    quantization=text(item.get("quantization")) or None,
                    capabilities=_v0_capabilities(item),
                )
            )
    return tuple(models)


def _v0_capabilities(item: dict[str, Any]) -> tuple[Capability, ...] | None:
    """`tool_use` is listed since 0.3.16; that a model sees is told by its type."""
    found = item.get("capabilities")
    vision: tuple[Capability, ...] = ("vision",) if item.get("type") == "vlm" else ()
    if not isinstance(found, list):
        return vision or None
    return (*(("tools",) if "tool_use" in found else ()), *vision)


def ollama(tags: dict[str, Any], running: dict[str, Any], backend: str) -> tuple[ModelInfo, ...]:
    """Return the models of `GET /api/tags`, with what `GET /api/ps` says of those in memory."""
    contexts = {_ollama_name(item): number(item.get("context_length")) for item in objects(running.get("models"))}
    return tuple(
        ModelInfo(
            name,
            backend,
            _guess(name, text(inner(item, "details").get("family"))),
            name in contexts,
            contexts.get(name),
            size_bytes=number(item.get("size")),
            quantization=text(inner(item, "details").get("quantization_level")) or None,
            parameters=text(inner(item, "details").get("parameter_size")) or None,
        )
        for item in objects(tags.get("models"))
        if (name := _ollama_name(item))
    )


def _ollama_name(item: dict[str, Any]) -> str:
    return text(item.get("name")) or text(item.get("model"))


def openai(
    found: dict[str, Any], backend: str, *, loaded: bool | None, context: int | None, slots: int | None = None
) -> tuple[ModelInfo, ...]:
    """Return the models of `GET /v1/models`; the arguments stand for what the items do not tell.

    `meta` is llama.cpp's, and our own processes' (`local`), which alone tell the architecture and the memory.
    """
    return tuple(
        ModelInfo(
            name,
            backend,
            _guess(name, text(inner(item, "meta").get("architecture"))),
            loaded if (state := _router_state(item)) is None else state,
            number(item.get("max_model_len")) or context,
            max_context=number(inner(item, "meta").get("n_ctx_train")) or number(item.get("max_model_len")),
            size_bytes=number(inner(item, "meta").get("size")),
            quantization=text(inner(item, "meta").get("ftype")) or None,
            parameters=_written(number(inner(item, "meta").get("n_params"))),
            slots=slots,
            memory_bytes=number(inner(item, "meta").get("memory")),
        )
        for item in objects(found.get("data"))
        if (name := text(item.get("id")))
    )


def _written(count: int | None) -> str | None:
    if count is None:
        return None
    return f"{count / 1e9:.3g}B" if count >= 1e9 else f"{count / 1e6:.3g}M"


def _router_state(item: dict[str, Any]) -> bool | None:
    """Return what llama.cpp's router says of a model's state."""
    value = text(inner(item, "status").get("value"))
    return value == "loaded" if value else None


def _guess(name: str, family: str = "") -> Type:
    """Guess the type where a server does not tell it: embedding models nearly all say so in their name."""
    return "embedding" if "embed" in name.lower() or "bert" in family.lower() else "llm"
