"""A request of the Responses API, made into a chat's body.

What needs something that is kept here between requests is refused by name: an answer that silently knew nothing of what
came before it would be worse.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from orchd.features.gateway.bodies import RelayBody
from orchd.features.gateway.responses.items import ResponseItem, tell_items
from orchd.features.gateway.responses.tools import OfferedTools, ToolMember, ToolPreference, offered_tools
from orchd.features.gateway.translation.chat import ChatMessages, text_part
from orchd.features.gateway.translation.reading import chat_body, read_typed, wrong

KEPT_ELSEWHERE: Mapping[str, str] = {
    "previous_response_id": "means nothing here, where no response is kept: send all that was said as `input`",
    "conversation": "means nothing here, where no conversation is kept: send all that was said as `input`",
    "prompt": "means nothing here, where no prompts are kept: send `instructions` and `input`",
    "store": "may only be false: no response is kept here",
    "background": "may only be false: nothing is answered in the background here",
}
"""Members that mean nothing without what is kept between requests, and what to do instead."""

ECHOED = (
    "instructions",
    "metadata",
    "temperature",
    "top_p",
    "tools",
    "tool_choice",
    "text",
    "reasoning",
    "max_output_tokens",
    "parallel_tool_calls",
    "prompt_cache_key",
    "safety_identifier",
    "user",
)
"""What a response says again of its request."""

EFFORTS = ("none", "minimal", "low", "medium", "high", "xhigh")


class TextFormat(msgspec.Struct):
    """What form the answer is to have."""

    type: str
    name: str | None = None
    description: str | None = None
    schema: dict[str, Any] | None = None
    strict: bool | None = None


class TextOptions(msgspec.Struct):
    """What is asked of the answer's text."""

    format: TextFormat | None = None
    verbosity: str | None = None


class ReasoningOptions(msgspec.Struct):
    """How hard the model is to think."""

    effort: str | None = None


class ResponsesBody(msgspec.Struct):
    """A request, as far as it is read here."""

    input: str | list[ResponseItem]
    instructions: str | None = None
    stream: bool | None = None
    store: bool | None = None
    background: bool | None = None
    previous_response_id: str | None = None
    conversation: str | dict[str, Any] | None = None
    prompt: dict[str, Any] | None = None
    tools: list[ToolMember] | None = None
    tool_choice: str | ToolPreference | None = None
    parallel_tool_calls: bool | None = None
    text: TextOptions | None = None
    reasoning: ReasoningOptions | None = None
    max_output_tokens: int | None = None


class ResponsesRequest(NamedTuple):
    """A request: the body of the chat that it becomes, its tools, and what the response says of it again."""

    body: RelayBody
    tools: OfferedTools
    streams: bool
    echo: Mapping[str, Any]


def read_request(text: bytes, text_bytes: int) -> ResponsesRequest:
    """Read a request; its texts may have `text_bytes` bytes. Raises `Invalid` and `TooLarge`."""
    members, asked = read_typed(text, ResponsesBody, text_bytes, "input")
    for name, told in KEPT_ELSEWHERE.items():
        if getattr(asked, name):
            raise wrong(name, told)
    messages = ChatMessages()
    messages.instruct(asked.instructions or "")
    if isinstance(asked.input, str):
        messages.ask([text_part(asked.input)])
    else:
        tell_items(asked.input, messages)
    tools = offered_tools(asked.tools or [], asked.tool_choice)
    more = {**tools.members(), **_options(asked)}
    body = chat_body(text, members, messages, more, text_bytes, "input")
    echo = {name: members[name] for name in ECHOED if members.get(name, b"null") != b"null"}
    return ResponsesRequest(body, tools, bool(asked.stream), echo)


def _options(asked: ResponsesBody) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if asked.max_output_tokens is not None:
        if asked.max_output_tokens < 1:
            raise wrong("max_output_tokens", "must be at least 1")
        found["max_tokens"] = asked.max_output_tokens
    if asked.reasoning is not None and asked.reasoning.effort is not None:
        if asked.reasoning.effort not in EFFORTS:
            raise wrong("reasoning.effort", f"must be one of {', '.join(EFFORTS)}")
        found["reasoning_effort"] = asked.reasoning.effort
    if asked.parallel_tool_calls is False and asked.tools:
        found["parallel_tool_calls"] = False
    if asked.text is not None and asked.text.format is not None:
        found |= _format(asked.text.format)
    if asked.text is not None and asked.text.verbosity is not None:
        found["verbosity"] = asked.text.verbosity
    return found


def _format(asked: TextFormat) -> dict[str, Any]:
    match asked.type:
        case "text":
            return {}
        case "json_object":
            return {"response_format": {"type": "json_object"}}
        case "json_schema":
            if asked.schema is None:
                raise wrong("text.format.schema", "is missing")
            told = {"description": asked.description, "strict": asked.strict}
            known = {name: value for name, value in told.items() if value is not None}
            schema = {"name": asked.name or "answer", "schema": asked.schema, **known}
            return {"response_format": {"type": "json_schema", "json_schema": schema}}
    raise wrong("text.format.type", "must be `text`, `json_object` or `json_schema`")
