"""What the servers' model lists say, as `ModelInfo`. Pure: JSON in, models out; what is malformed is left out.

Each family has its own shape, and only some tell whether a model is loaded and with what context. Sources: LM
Studio's REST documentation (native v1 and v0), Ollama's and llama.cpp's sources, vLLM's `max_model_len`.
"""

from collections.abc import Iterator
from typing import Any, Literal

from orchd.llm.types import ModelInfo

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
        context = number(_config(loaded[0]).get("context_length")) if loaded else None
        kind: Type = "embedding" if item.get("type") == "embedding" else "llm"
        if key:
            maximum = number(item.get("max_context_length"))
            models.append(ModelInfo(key, backend, kind, bool(loaded), context or maximum))
            instances[key] = tuple(instance["id"] for instance in loaded)
    return tuple(models), instances


def _config(instance: dict[str, Any]) -> dict[str, Any]:
    config = instance.get("config")
    return config if isinstance(config, dict) else {}


def lmstudio_v0(found: dict[str, Any], backend: str) -> tuple[ModelInfo, ...]:
    """Return the models of `GET /api/v0/models`."""
    models: list[ModelInfo] = []
    for item in objects(found.get("data")):
        kind: Type = "embedding" if text(item.get("type")).startswith("embedding") else "llm"
        loaded = item.get("state") == "loaded"
        context = number(item.get("loaded_context_length")) if loaded else None
        if text(item.get("id")):
            models.append(
                ModelInfo(item["id"], backend, kind, loaded, context or number(item.get("max_context_length")))
            )
    return tuple(models)


def ollama(tags: dict[str, Any], running: dict[str, Any], backend: str) -> tuple[ModelInfo, ...]:
    """Return the models of `GET /api/tags`, with what `GET /api/ps` says of those in memory."""
    contexts = {_ollama_name(item): number(item.get("context_length")) for item in objects(running.get("models"))}
    return tuple(
        ModelInfo(name, backend, _guess(name, _family(item)), name in contexts, contexts.get(name))
        for item in objects(tags.get("models"))
        if (name := _ollama_name(item))
    )


def _ollama_name(item: dict[str, Any]) -> str:
    return text(item.get("name")) or text(item.get("model"))


def _family(item: dict[str, Any]) -> str:
    details = item.get("details")
    return text(details.get("family")) if isinstance(details, dict) else ""


def openai(found: dict[str, Any], backend: str, *, loaded: bool | None, context: int | None) -> tuple[ModelInfo, ...]:
    """Return the models of `GET /v1/models`; the arguments stand for what the items do not tell."""
    return tuple(
        ModelInfo(
            name,
            backend,
            _guess(name),
            loaded if (state := _router_state(item)) is None else state,
            number(item.get("max_model_len")) or context,
        )
        for item in objects(found.get("data"))
        if (name := text(item.get("id")))
    )


def _router_state(item: dict[str, Any]) -> bool | None:
    """Return what llama.cpp's router says of a model's state."""
    status = item.get("status")
    value = text(status.get("value")) if isinstance(status, dict) else ""
    return value == "loaded" if value else None


def _guess(name: str, family: str = "") -> Type:
    """Guess the type where a server does not tell it: embedding models nearly all say so in their name."""
    return "embedding" if "embed" in name.lower() or "bert" in family.lower() else "llm"
