"""How many tokens a request has, as far as that is known before it is answered."""

from collections.abc import Iterator
from typing import Any

import msgspec

from orchd.features.gateway.bodies import RelayBody
from orchd.llm import BYTES_PER_TOKEN


def guess_tokens(size: int) -> int:
    """Return about how many tokens so many bytes of text are."""
    return size // BYTES_PER_TOKEN + 1


def told_text(body: RelayBody) -> str:
    """Return all that a model reads of a chat, one text after the other; what its template adds is not in it."""
    messages = msgspec.json.decode(msgspec.json.encode(body.members["messages"]))
    tools = body.members.get("tools", [])
    offered = (msgspec.json.encode(tool).decode() for tool in tools)
    return "\n".join([*offered, *(text for message in messages for text in _texts(message))])


def _texts(message: dict[str, Any]) -> Iterator[str]:
    content = message.get("content") or ""
    yield from (part.get("text", "") for part in content) if isinstance(content, list) else (content,)
    yield message.get("reasoning_content", "")
    for call in message.get("tool_calls", []):
        yield from (call["function"]["name"], call["function"]["arguments"])
