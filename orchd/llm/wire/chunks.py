"""One event's JSON as typed data.

A token's event nearly always has the documented form, and then one prepared msgspec decoder reads it in about a
microsecond and skips what we don't use. Servers deviate, though (`choices` missing or `[{}]`, `content` a list of
parts, half a surrogate pair as a `\\ud83d` escape, bytes that are no UTF-8): what the typed decoder refuses is read
again, leniently, field by field. What is not a JSON object at all is `None` to the caller.

Half a character is nothing to repair here: its other half may be in the next event. So what was read leniently is a
`TornChunk`, and the texts of its delta are left as they came, for `halves`.
"""

import json
from typing import Any, TypeAlias

import msgspec

from orchd.llm.types import Usage
from orchd.llm.wire.halves import mend

ErrorBody: TypeAlias = str | dict[str, Any]
"""What stands under `error`: a text, or an object with `message`, `type`, `code`, ..."""


MAX_TOKENS = 2**40
"""More than any server can have counted."""


def _count(value: int | None) -> int:
    """Return a count of tokens; 0 for what can't be one."""
    return value if value is not None and 0 <= value < MAX_TOKENS else 0


class UsageCounts(msgspec.Struct, gc=False):
    """`usage` as servers send it; `reasoning_tokens` stands one level deeper."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    total_tokens: int | None = None
    completion_tokens_details: dict[str, Any] | None = None

    def usage(self) -> Usage | None:
        """Return the counts, or None when they are only placeholders (some servers send zeros with every chunk)."""
        prompt, completion = _count(self.prompt_tokens), _count(self.completion_tokens)
        if not prompt and not completion:
            return None
        reasoning = (self.completion_tokens_details or {}).get("reasoning_tokens")
        known = isinstance(reasoning, int) and not isinstance(reasoning, bool) and 0 <= reasoning < MAX_TOKENS
        return Usage(prompt, completion, _count(self.total_tokens) or prompt + completion, reasoning if known else None)


class CallFunction(msgspec.Struct, gc=False):
    """The part of a tool call that names the function, and a piece of its arguments' JSON."""

    name: str | None = None
    arguments: str | None = None


class CallFragment(msgspec.Struct, gc=False):
    """A piece of a tool call, or a whole one; `calls` puts them together. Some servers leave out the `function`."""

    index: int | None = None
    id: str | None = None
    function: CallFunction | None = None
    name: str | None = None
    arguments: str | None = None


class Delta(msgspec.Struct, gc=False):
    """New text, or in a reply that is not streamed the whole text. Reasoning has several names among servers.

    `refusal`: what a model says in place of content; `function_call`: a tool call in OpenAI's older form.
    """

    content: str | None = None
    reasoning_content: str | None = None
    reasoning: str | None = None
    tool_calls: list[CallFragment] | None = None
    thinking: str | None = None
    refusal: str | None = None
    function_call: CallFunction | None = None


class ChunkChoice(msgspec.Struct, gc=False):
    """The one answer: we never ask for several. OpenRouter tells errors of a provider here.

    `text`: where the content stands in the older form, of completions that are no chat.
    """

    delta: Delta | None = None
    message: Delta | None = None
    text: str | None = None
    finish_reason: str | None = None
    error: str | dict[str, Any] | None = None


class PromptProgress(msgspec.Struct, gc=False):
    """How far llama.cpp has read the prompt, in tokens, those found in its cache included."""

    total: int = 0
    processed: int = 0


class Chunk(msgspec.Struct, gc=False):
    """One event of a stream, or a whole reply."""

    choices: list[ChunkChoice] | None = None
    model: str | None = None
    usage: UsageCounts | None = None
    error: str | dict[str, Any] | None = None
    prompt_progress: PromptProgress | None = None


class TornChunk(Chunk, gc=False):
    """A chunk whose texts may hold half characters."""


_decoder = msgspec.json.Decoder(Chunk)


def decode(data: bytes) -> Chunk | None:
    """Return the chunk in `data`, None when it holds no JSON object. Never raises on any bytes."""
    try:
        return _decoder.decode(data)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return _decode_leniently(data)


def _decode_leniently(data: bytes) -> TornChunk | None:
    try:
        found = _read(data)
        return _lenient(found) if isinstance(found, dict) else None
    except RecursionError:
        return None


def loads(data: bytes) -> Any:
    """Return the JSON value in `data`, with U+FFFD for what is no Unicode text; None when it is no JSON."""
    try:
        return _mend(_read(data))
    except RecursionError:
        return None


def _read(data: bytes) -> Any:
    """Return the JSON value in `data` as Python reads it, lone surrogates and all; None when it is no JSON."""
    try:
        return json.loads(data.decode("utf-8", "surrogateescape").removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return None


def _mend(value: Any) -> Any:
    """Replace lone surrogates, which `json.loads` lets through and no encoder accepts, in every text."""
    if isinstance(value, str):
        return mend(value)
    if isinstance(value, list):
        return [_mend(item) for item in value]
    if isinstance(value, dict):
        return {_mend(key): _mend(item) for key, item in value.items()}
    return value


def _lenient(found: dict[str, Any]) -> TornChunk:
    choices = found.get("choices")
    choices = [choices] if isinstance(choices, dict) else choices
    usage, progress, model = found.get("usage"), found.get("prompt_progress"), _text(found.get("model"))
    return TornChunk(
        choices=[_choice(item) for item in choices if isinstance(item, dict)] if isinstance(choices, list) else None,
        model=model and mend(model),
        usage=_counts(usage) if isinstance(usage, dict) else None,
        error=_error(found.get("error")),
        prompt_progress=_progress(progress) if isinstance(progress, dict) else None,
    )


def _error(value: Any) -> ErrorBody | None:
    """Return what stands under `error`, None for what says that there is none."""
    if isinstance(value, list):
        value = next((item for item in value if item), None)
    if not value:
        return None
    mended: ErrorBody = _mend(value) if isinstance(value, str | dict) else str(value)
    return mended


def _choice(found: dict[str, Any]) -> ChunkChoice:
    delta, message, reason = found.get("delta"), found.get("message"), _reason(found.get("finish_reason"))
    return ChunkChoice(
        delta=_delta({"content": delta} if isinstance(delta, str) else delta)
        if isinstance(delta, str | dict)
        else None,
        message=_delta({"content": message} if isinstance(message, str) else message)
        if isinstance(message, str | dict)
        else None,
        text=_text(found.get("text")),
        finish_reason=reason and mend(reason),
        error=_error(found.get("error")),
    )


def _reason(value: Any) -> str | None:
    """Return a finish reason: a text, or the number or the object with a `type` that some servers write."""
    if isinstance(value, dict):
        value = next((value[name] for name in ("type", "reason", "name") if isinstance(value.get(name), str)), None)
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else _text(value)


def _delta(found: dict[str, Any]) -> Delta:
    calls, old, content = found.get("tool_calls"), found.get("function_call"), found.get("content")
    calls = [calls] if isinstance(calls, dict) and calls else calls
    content = str(content) if isinstance(content, int | float) and not isinstance(content, bool) else content
    thoughts = _text(content, thoughts=True) if isinstance(content, list | dict) else None
    return Delta(
        content=_text(content),
        reasoning_content=_text(found.get("reasoning_content")) or thoughts,
        reasoning=_text(found.get("reasoning")),
        tool_calls=[_fragment(item) for item in calls if isinstance(item, dict)] if isinstance(calls, list) else None,
        thinking=_text(found.get("thinking")),
        refusal=_text(found.get("refusal")),
        function_call=_function(old) if isinstance(old, dict) else None,
    )


def _fragment(found: dict[str, Any]) -> CallFragment:
    """Return a piece of a tool call; arguments that are an object, as in Ollama's own API, count as their JSON."""
    function, name = found.get("function"), found.get("id")
    return CallFragment(
        index=_integer(found.get("index")),
        id=str(name) if isinstance(name, str | int) else None,
        function=_function(function if isinstance(function, dict) else found),
    )


def _function(found: dict[str, Any]) -> CallFunction:
    arguments = found.get("arguments")
    return CallFunction(
        name=_text(found.get("name")),
        arguments=json.dumps(arguments, ensure_ascii=False) if isinstance(arguments, dict | list) else _text(arguments),
    )


MAX_DEPTH = 5
"""How deep the text of a part of a list may stand."""


def _text(value: Any, *, thoughts: bool = False, depth: int = 0) -> str | None:
    """Return a text, or the joined texts of a list of parts: those of thoughts, or the others."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        value = [value]
    if not isinstance(value, list) or depth > MAX_DEPTH:
        return None
    return "".join(_part(part, depth) for part in value if depth or _is_thought(part) == thoughts)


def _is_thought(part: Any) -> bool:
    """Tell whether a part of a list of contents is reasoning, by the type that it names."""
    kind = part.get("type") if isinstance(part, dict) else None
    return isinstance(kind, str) and ("think" in kind or "reason" in kind)


def _part(part: Any, depth: int) -> str:
    """Return the text of a part, under whichever name it stands."""
    if isinstance(part, str):
        return part
    if not isinstance(part, dict):
        return ""
    names = ("text", "thinking", "reasoning", "content", "summary", "value", "refusal")
    found = (_text(part.get(name), depth=depth + 1) for name in names)
    return next((text for text in found if text), "")


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
    value = int(value) if isinstance(value, float) and value.is_integer() else value
    return value if isinstance(value, int) and not isinstance(value, bool) else None
