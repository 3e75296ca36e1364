"""Messages as Ollama has them, put as OpenAI's API has them.

There a call of a tool has an id, which the message with its result names; Ollama's older clients know no ids, so calls
get some, and results are taken for those of the calls before them: by the tool's name, else in their order. Arguments
are an object here and text there, and images stand in parts, as URLs that hold them.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from orchd.errors import Invalid

MAX_CALLS = 128
"""Of tools, in one message: each result is looked for among them."""
IMAGE_TYPES = {"/9j/": "jpeg", "iVBOR": "png", "R0lG": "gif", "UklG": "webp", "Qk": "bmp"}
"""How files of each type begin, in base64."""


class MessageFunction(Struct):
    """What a model has asked to have called."""

    name: str
    arguments: dict[str, Any] | str = {}


class MessageCall(Struct):
    """A call, as it is sent back to the model that asked for it."""

    function: MessageFunction
    id: str | None = None


class OllamaMessage(Struct):
    """A message of `/api/chat`."""

    role: str
    content: str | None = None
    thinking: str | None = None
    images: list[str] | None = None
    tool_calls: list[MessageCall] | None = None
    tool_name: str | None = None
    tool_call_id: str | None = None


def as_openai(messages: Sequence[OllamaMessage]) -> list[dict[str, Any]]:
    """Return the messages as OpenAI's API has them. Raises `Invalid`."""
    open_calls: list[tuple[str, str]] = []
    """Ids and names of the calls whose results are still to come."""
    made: list[dict[str, Any]] = []
    for message in messages:
        written: dict[str, Any] = {"role": message.role, "content": content_of(message.content or "", message.images)}
        if message.thinking:
            written["reasoning_content"] = message.thinking
        if message.role == "tool":
            written["tool_call_id"] = _take_call(open_calls, message)
        elif message.tool_calls:
            if len(message.tool_calls) > MAX_CALLS:
                where = f"messages[{len(made)}].tool_calls"
                raise Invalid(f"`{where}` may have {MAX_CALLS} calls", field=where)
            ids = [call.id or f"call_{len(made)}_{place}" for place, call in enumerate(message.tool_calls)]
            open_calls = [(name, call.function.name) for name, call in zip(ids, message.tool_calls, strict=True)]
            written["tool_calls"] = [_call(*pair) for pair in zip(ids, message.tool_calls, strict=True)]
        made.append(written)
    return made


def content_of(text: str, images: Sequence[str] | None) -> str | list[dict[str, Any]]:
    """Return a text with the images that belong to it; without any, the text alone."""
    if not images:
        return text
    parts: list[dict[str, Any]] = [{"type": "text", "text": text}] if text else []
    return [*parts, *({"type": "image_url", "image_url": {"url": _url(image)}} for image in images)]


def _url(image: str) -> str:
    if image.startswith("data:"):
        return image
    kind = next((kind for start, kind in IMAGE_TYPES.items() if image.startswith(start)), "png")
    return f"data:image/{kind};base64,{image}"


def _call(name: str, call: MessageCall) -> dict[str, Any]:
    said = call.function.arguments
    arguments = said if isinstance(said, str) else msgspec.json.encode(said).decode()
    return {"id": name, "type": "function", "function": {"name": call.function.name, "arguments": arguments}}


def _take_call(open_calls: list[tuple[str, str]], message: OllamaMessage) -> str:
    """Return the id of the call whose result a message is; it is open no more."""
    fitting = (
        next((call for call in open_calls if call[0] == message.tool_call_id), None)
        or next((call for call in open_calls if call[1] == message.tool_name), None)
        or next(iter(open_calls), None)
    )
    if fitting is None:
        return message.tool_call_id or "call_0"
    open_calls.remove(fitting)
    return fitting[0] if message.tool_call_id is None else message.tool_call_id
