"""The models that there are, in Ollama's words.

What no server tells is left empty, or told as unknown is told there: dates are those at which time begins.
"""

from collections.abc import Iterable
from typing import Any

from orchd.features.gateway.service import ASSISTANT_PREFIX, Offer
from orchd.llm import ModelInfo

UNKNOWN_DATE = "1970-01-01T00:00:00Z"
NEVER = "9999-12-31T23:59:59Z"
"""When a model is thrown out of memory that stays there until its server decides otherwise."""
ARCHITECTURE = "orchd"
"""In place of the model's, which servers rarely tell: under it stands how long its context is."""


def tags(offer: Offer) -> dict[str, Any]:
    """Return all that may be named, as `GET /api/tags` does."""
    models = [{**_facts(name, info), "modified_at": UNKNOWN_DATE} for name, info in offer.names()]
    assistants = (ASSISTANT_PREFIX + item.name for item in offer.assistants)
    return {"models": [*models, *map(_bare_facts, (*assistants, *offer.tasks))]}


def running(offer: Offer) -> dict[str, Any]:
    """Return the models that are loaded, as `GET /api/ps` does."""
    loaded = ((name, info) for name, info in offer.names() if info.loaded)
    return {"models": [_running(name, info) for name, info in loaded]}


def description(name: str, offer: Offer) -> dict[str, Any] | None:
    """Return what `POST /api/show` says of what is called so; None where nothing is."""
    found = next((info for listed, info in offer.names() if listed == name or info.is_called(name)), None)
    if found is not None:
        return _describe(found)
    if name in offer.tasks:
        return _describe(None) | {"capabilities": ["completion"]}
    assistant = next((item for item in offer.assistants if ASSISTANT_PREFIX + item.name == name), None)
    if assistant is None:
        return None
    answering = next((info for info in offer.models if assistant.model and info.is_called(assistant.model)), None)
    return _describe(answering) | {"system": assistant.system_prompt}


def _describe(info: ModelInfo | None) -> dict[str, Any]:
    length = None if info is None else info.context or info.max_context
    context = {} if length is None else {f"{ARCHITECTURE}.context_length": length}
    return {
        "license": "",
        "modelfile": "",
        "parameters": "",
        "template": "",
        "details": _details(info),
        "model_info": {"general.architecture": ARCHITECTURE, **context},
        "capabilities": list(_capabilities(info)),
        "modified_at": UNKNOWN_DATE,
    }


def _running(name: str, info: ModelInfo) -> dict[str, Any]:
    size = info.memory_bytes or info.size_bytes or 0
    context = {} if info.context is None else {"context_length": info.context}
    return {**_facts(name, info), "size": size, "size_vram": 0, "expires_at": NEVER, **context}


def _facts(name: str, info: ModelInfo) -> dict[str, Any]:
    return {
        "name": name,
        "model": name,
        "size": info.size_bytes or 0,
        "digest": info.digest or "",
        "details": _details(info),
        "capabilities": list(_capabilities(info)),
    }


def _bare_facts(name: str) -> dict[str, Any]:
    """Return what there is to say of what is no model of a server."""
    return {
        "name": name,
        "model": name,
        "size": 0,
        "digest": "",
        "details": _details(None),
        "capabilities": list(_capabilities(None)),
        "modified_at": UNKNOWN_DATE,
    }


def _details(info: ModelInfo | None) -> dict[str, Any]:
    return {
        "parent_model": "",
        "format": "",
        "family": "",
        "families": None,
        "parameter_size": "" if info is None else info.parameters or "",
        "quantization_level": "" if info is None else info.quantization or "",
    }


def _capabilities(info: ModelInfo | None) -> Iterable[str]:
    """Yield what a model can do. Where its server doesn't say whether it calls tools, it is taken to: one that can't
    says so when it is asked, and programs don't even ask one that isn't said to."""
    if info is not None and info.type == "embedding":
        yield "embedding"
        return
    known = None if info is None else info.capabilities
    yield "completion"
    if known is None or "tools" in known:
        yield "tools"
    if info is not None and info.sees:
        yield "vision"
    if known is not None and "reasoning" in known:
        yield "thinking"
