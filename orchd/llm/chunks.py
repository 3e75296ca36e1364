"""One event's JSON as typed data.

A token's event nearly always has the documented form, and then one prepared msgspec decoder reads it in about a
microsecond and skips what we don't use. Servers deviate, though (`choices` missing or `[{}]`, `content` a list of
parts, half a surrogate pair as a `\\ud83d` escape, bytes that are no UTF-8): what the typed decoder refuses is read
again, leniently, field by field. What is not a JSON object at all is `None` to the caller.
"""

import json
from typing import Any, TypeAlias

import msgspec

from orchd.llm.types import Usage

ErrorBody: TypeAlias = str | dict[str, Any]
"""What stands under `error`: a text, or an object with `message`, `type`, `code`, ..."""


class UsageCounts(msgspec.Struct, gc=False):
    """`usage` as servers send it; `reasoning_tokens` stands one level deeper."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    total_tokens: int | None = None
    completion_tokens_details: dict[str, Any] | None = None

    def typed(self) -> Usage | None:
        """Return the counts, or None when they are only placeholders (some servers send zeros with every chunk)."""
        prompt, completion = self.prompt_tokens or 0, self.completion_tokens or 0
        if not prompt and not completion:
            return None
        reasoning = (self.completion_tokens_details or {}).get("reasoning_tokens")
        total = self.total_tokens or prompt + completion
        return Usage(prompt, completion, total, reasoning if isinstance(reasoning, int) else None)


class CallFunction(msgspec.Struct, gc=False):
    """The part of a tool call that names the function, and a piece of its arguments' JSON."""

    name: str | None = None
    arguments: str | None = None


class CallFragment(msgspec.Struct, gc=False):
    """A piece of a tool call, or a whole one; `calls` puts them together."""

    index: int | None = None
    id: str | None = None
    function: CallFunction | None = None


class Delta(msgspec.Struct, gc=False):
    """New text, or in a reply that is not streamed the whole text. Reasoning has two names among servers."""

    content: str | None = None
    reasoning_content: str | None = None
    reasoning: str | None = None
    tool_calls: list[CallFragment] | None = None


class Choice(msgspec.Struct, gc=False):
    """The one answer: we never ask for several."""

    delta: Delta | None = None
    message: Delta | None = None
    finish_reason: str | None = None


class PromptProgress(msgspec.Struct, gc=False):
    """How far llama.cpp has read the prompt, in tokens, those found in its cache included."""

    total: int = 0
    processed: int = 0


class Chunk(msgspec.Struct, gc=False):
    """One event of a stream, or a whole reply."""

    choices: list[Choice] | None = None
    model: str | None = None
    usage: UsageCounts | None = None
    error: str | dict[str, Any] | None = None
    prompt_progress: PromptProgress | None = None


_decoder = msgspec.json.Decoder(Chunk)


def decode(data: bytes) -> Chunk | None:
    """Return the chunk in `data`, None when it holds no JSON object. Never raises on any bytes."""
    try:
        return _decoder.decode(data)
    except (msgspec.DecodeError, ValueError, RecursionError):
        found = loads(data)
        return _lenient(found) if isinstance(found, dict) else None


def loads(data: bytes) -> Any:
    """Return the JSON value in `data`, with U+FFFD for what is no Unicode text; None when it is no JSON."""
    try:
        return _mend(json.loads(data.decode("utf-8", "replace")))
    except (ValueError, RecursionError):
        return None


def _mend(value: Any) -> Any:
    """Replace lone surrogates, which `json.loads` lets through and no encoder accepts, in every text."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_mend(item) for item in value]
    if isinstance(value, dict):
        return {_mend(key): _mend(item) for key, item in value.items()}
    return value


def _lenient(found: dict[str, Any]) -> Chunk:
    choices = found.get("choices")
    usage, progress, error = found.get("usage"), found.get("prompt_progress"), found.get("error")
    return Chunk(
        choices=[_choice(item) for item in choices if isinstance(item, dict)] if isinstance(choices, list) else None,
        model=_text(found.get("model")),
        usage=_counts(usage) if isinstance(usage, dict) else None,
        error=error if isinstance(error, str | dict) or error is None else str(error),
        prompt_progress=_progress(progress) if isinstance(progress, dict) else None,
    )


def _choice(found: dict[str, Any]) -> Choice:
    delta, message = found.get("delta"), found.get("message")
    return Choice(
        delta=_delta(delta) if isinstance(delta, dict) else None,
        message=_delta(message) if isinstance(message, dict) else None,
        finish_reason=_text(found.get("finish_reason")),
    )


def _delta(found: dict[str, Any]) -> Delta:
    calls = found.get("tool_calls")
    return Delta(
        content=_text(found.get("content")),
        reasoning_content=_text(found.get("reasoning_content")),
        reasoning=_text(found.get("reasoning")),
        tool_calls=[_fragment(item) for item in calls if isinstance(item, dict)] if isinstance(calls, list) else None,
    )


def _fragment(found: dict[str, Any]) -> CallFragment:
    """Return a piece of a tool call; arguments that are an object, as in Ollama's own API, count as their JSON."""
    function, name = found.get("function"), found.get("id")
    return CallFragment(
        index=_integer(found.get("index")),
        id=str(name) if isinstance(name, str | int) else None,
        function=_function(function) if isinstance(function, dict) else None,
    )


def _function(found: dict[str, Any]) -> CallFunction:
    arguments = found.get("arguments")
    return CallFunction(
        name=_text(found.get("name")),
        arguments=json.dumps(arguments, ensure_ascii=False) if isinstance(arguments, dict) else _text(arguments),
    )


def _text(value: Any) -> str | None:
    """Return a text, or the joined texts of a list of parts."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        parts = (part if isinstance(part, str) else part.get("text") for part in value if isinstance(part, str | dict))
        return "".join(part for part in parts if isinstance(part, str))
    return None


def _counts(found: dict[str, Any]) -> UsageCounts:
    details = found.get("completion_tokens_details")
    return UsageCounts(
        _integer(found.get("prompt_tokens")),
        _integer(found.get("completion_tokens")),
        _integer(found.get("total_tokens")),
        details if isinstance(details, dict) else None,
    )


def _progress(found: dict[str, Any]) -> PromptProgress:
    return PromptProgress(_integer(found.get("total")) or 0, _integer(found.get("processed")) or 0)


def _integer(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
