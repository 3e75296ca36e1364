"""A request of the Messages API, made into a chat's body."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec

from orchd.features.gateway.anthropic.blocks import BlockMessage, MessageBlock, instruction, tell_messages
from orchd.features.gateway.bodies import RelayBody
from orchd.features.gateway.translation.chat import ChatMessages
from orchd.features.gateway.translation.reading import chat_body, check_tools, read_typed, wrong

EFFORTS = {"low": "low", "medium": "medium", "high": "high", "xhigh": "high", "max": "high"}
"""How hard a model is to think, there and in a chat."""

SOFT = ("max_tokens",)
"""The API has no request without it, so programs ask for more than most models can write; a server that refuses that
writes as much as it can."""


class MessageTool(msgspec.Struct):
    """A tool as a request offers it. One with a type of its own is Anthropic's, and carried out by nobody here."""

    name: str
    type: str | None = None
    description: str | None = None
    input_schema: dict[str, Any] | None = None


class CallOrder(msgspec.Struct):
    """Whether tools are to be called, and which."""

    type: str
    name: str | None = None
    disable_parallel_tool_use: bool | None = None


class ThinkingOptions(msgspec.Struct):
    """Whether the answer is to tell its reasoning."""

    type: str


class OutputForm(msgspec.Struct):
    """What form the answer is to have."""

    type: str
    schema: dict[str, Any] | None = None


class OutputOptions(msgspec.Struct):
    """What is asked of the answer."""

    effort: str | None = None
    format: OutputForm | None = None


class MessagesBody(msgspec.Struct):
    """A request, as far as it is read here."""

    messages: list[BlockMessage]
    system: str | list[MessageBlock] | None = None
    max_tokens: int | None = None
    stream: bool | None = None
    stop_sequences: list[str] | None = None
    tools: list[MessageTool] | None = None
    tool_choice: CallOrder | None = None
    thinking: ThinkingOptions | None = None
    output_config: OutputOptions | None = None


class MessagesRequest(NamedTuple):
    """A request: the body of the chat that it becomes, and whether reasoning is told."""

    body: RelayBody
    streams: bool
    thoughts: bool


def read_request(text: bytes, text_bytes: int) -> MessagesRequest:
    """Read a request; its texts may have `text_bytes` bytes. Raises `Invalid` and `TooLarge`."""
    members, asked = read_typed(text, MessagesBody, text_bytes, "messages")
    messages = ChatMessages()
    messages.instruct(instruction(asked.system or "", "system"))
    tell_messages(asked.messages, messages)
    body = chat_body(text, members, messages, {**_tools(asked), **_options(asked)}, text_bytes, "messages")
    thoughts = asked.thinking is not None and asked.thinking.type != "disabled"
    return MessagesRequest(body._replace(soft=(*body.soft, *SOFT)), bool(asked.stream), thoughts)


def _options(asked: MessagesBody) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if asked.max_tokens is not None:
        if asked.max_tokens < 1:
            raise wrong("max_tokens", "must be at least 1")
        found["max_tokens"] = asked.max_tokens
    if asked.stop_sequences:
        found["stop"] = asked.stop_sequences
    if asked.output_config is not None:
        found |= _output(asked.output_config)
    return found


def _output(asked: OutputOptions) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if asked.effort is not None:
        if asked.effort not in EFFORTS:
            raise wrong("output_config.effort", f"must be one of {', '.join(EFFORTS)}")
        found["reasoning_effort"] = EFFORTS[asked.effort]
    if asked.format is not None:
        if asked.format.type != "json_schema" or asked.format.schema is None:
            raise wrong("output_config.format", "must be of the type `json_schema`, with a `schema`")
        schema = {"name": "answer", "schema": asked.format.schema, "strict": True}
        found["response_format"] = {"type": "json_schema", "json_schema": schema}
    return found


def _tools(asked: MessagesBody) -> dict[str, Any]:
    check_tools(len(asked.tools or []))
    functions = [_function(tool) for tool in asked.tools or [] if tool.type in (None, "custom")]
    if not functions:
        return {}
    order = asked.tool_choice
    single = {"parallel_tool_calls": False} if order is not None and order.disable_parallel_tool_use else {}
    choice = None if order is None else _choice(order, [function["function"]["name"] for function in functions])
    return {"tools": functions, **({} if choice is None else {"tool_choice": choice}), **single}


def _function(tool: MessageTool) -> dict[str, Any]:
    told = {"description": tool.description, "parameters": tool.input_schema}
    known = {name: value for name, value in told.items() if value is not None}
    return {"type": "function", "function": {"name": tool.name, **known}}


def _choice(order: CallOrder, names: Sequence[str]) -> str | dict[str, Any] | None:
    match order.type:
        case "auto":
            return None
        case "any":
            return "required"
        case "none":
            return "none"
        case "tool":
            if order.name not in names:
                raise wrong("tool_choice.name", "is none of the `tools`")
            return {"type": "function", "function": {"name": order.name}}
    raise wrong("tool_choice.type", "must be `auto`, `any`, `none` or `tool`")
