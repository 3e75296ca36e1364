"""What was said so far, as messages of blocks: texts, images, calls of tools and their results, and thoughts."""

from collections.abc import Sequence
from typing import Any

import msgspec

from orchd.features.gateway.translation.chat import ChatMessages, MessagePart, image_part, text_part
from orchd.features.gateway.translation.reading import wrong


class BlockSource(msgspec.Struct):
    """Where the content of an image or a document is, or the content itself."""

    type: str
    media_type: str | None = None
    data: str | None = None
    url: str | None = None
    content: "str | list[MessageBlock] | None" = None


class MessageBlock(msgspec.Struct):
    """A block, of any type that is known here; which members it has depends on that."""

    type: str
    text: str | None = None
    source: BlockSource | str | None = None
    title: str | None = None
    id: str | None = None
    name: str | None = None
    input: dict[str, Any] | None = None
    tool_use_id: str | None = None
    content: "str | list[MessageBlock] | None" = None
    is_error: bool | None = None
    thinking: str | None = None
    tool_name: str | None = None


class BlockMessage(msgspec.Struct):
    """One message."""

    role: str
    content: str | list[MessageBlock]


def tell_messages(told: Sequence[BlockMessage], messages: ChatMessages) -> None:
    """Add what messages say to those of a chat. Raises `Invalid` for what can't be handed on: what the program relies
    on being said isn't left out in silence."""
    for place, message in enumerate(told):
        path = f"messages[{place}]"
        content = message.content
        blocks = [MessageBlock("text", content)] if isinstance(content, str) else content
        match message.role:
            case "user":
                _tell_user(blocks, messages, f"{path}.content")
            case "assistant":
                for number, block in enumerate(blocks):
                    _tell_answer(block, messages, f"{path}.content[{number}]")
            case "system":
                messages.instruct(instruction(content, f"{path}.content"))
            case _:
                raise wrong(f"{path}.role", "must be `user`, `assistant` or `system`")


def instruction(content: str | Sequence[MessageBlock], path: str) -> str:
    """Return what a model is told by whoever runs the program. Raises `Invalid`."""
    if isinstance(content, str):
        return content
    texts = [_text(block, f"{path}[{place}]") for place, block in enumerate(content)]
    return "\n\n".join(text for text in texts if not text.startswith(BILLING))


BILLING = "x-anthropic-billing-header:"
"""What begins a text that only Anthropic's accounts read. It differs with every request, so that a model server that is
told it would read the whole prompt anew each time."""


def _tell_user(blocks: Sequence[MessageBlock], messages: ChatMessages, path: str) -> None:
    """Results of tools come before what is said besides: a chat has them right after the calls."""
    parts: list[MessagePart] = []
    for place, block in enumerate(blocks):
        here = f"{path}[{place}]"
        if block.type != "tool_result":
            parts += _parts(block, here)
            continue
        result = _inner_parts(block.content or "", f"{here}.content")
        if block.is_error:
            result = [text_part("Error:"), *result]
        messages.answer_call(_demand(block.tool_use_id, f"{here}.tool_use_id"), result)
    if parts or not blocks:
        messages.ask(parts)


def _tell_answer(block: MessageBlock, messages: ChatMessages, path: str) -> None:
    match block.type:
        case "text":
            messages.say(_text(block, path))
        case "thinking":
            messages.think(block.thinking or "")
        case "redacted_thinking":
            return  # it is sealed for another service, and says nothing to any model here
        case "tool_use":
            name = _demand(block.name, f"{path}.name")
            arguments = msgspec.json.encode(block.input or {}).decode()
            messages.call(_demand(block.id, f"{path}.id"), name, arguments)
        case _:
            raise _unknown(block, path)


def _inner_parts(content: str | Sequence[MessageBlock], path: str) -> list[MessagePart]:
    if isinstance(content, str):
        return [text_part(content)]
    return [part for place, block in enumerate(content) for part in _parts(block, f"{path}[{place}]")]


def _parts(block: MessageBlock, path: str) -> list[MessagePart]:
    match block.type:
        case "text":
            return [text_part(_text(block, path))]
        case "image":
            return [image_part(_image_url(_source(block, path), f"{path}.source"))]
        case "document":
            return _document(block, path)
        case "search_result":
            heads = [text_part(text) for text in (block.title, block.source) if isinstance(text, str)]
            return [*heads, *_inner_parts(block.content or "", f"{path}.content")]
        case "tool_reference":
            return [text_part(f"There is a tool {_demand(block.tool_name, f'{path}.tool_name')}.")]
    raise _unknown(block, path)


def _document(block: MessageBlock, path: str) -> list[MessagePart]:
    source, here = _source(block, path), f"{path}.source"
    title = [text_part(block.title)] if block.title else []
    match source.type:
        case "text":
            return [*title, text_part(_demand(source.data, f"{here}.data", empty=True))]
        case "content":
            return [*title, *_inner_parts(source.content or "", f"{here}.content")]
        case "base64":
            data = f"data:{source.media_type or 'application/pdf'};base64,{_demand(source.data, f'{here}.data')}"
            return [{"type": "file", "file": {"filename": block.title or "document", "file_data": data}}]
    raise wrong(f"{here}.type", f"is `{source.type[:50]}`: such a document can't be handed on")


def _image_url(source: BlockSource, path: str) -> str:
    match source.type:
        case "base64":
            kind = _demand(source.media_type, f"{path}.media_type")
            return f"data:{kind};base64,{_demand(source.data, f'{path}.data')}"
        case "url":
            return _demand(source.url, f"{path}.url")
    raise wrong(f"{path}.type", f"is `{source.type[:50]}`: such an image can't be handed on")


def _source(block: MessageBlock, path: str) -> BlockSource:
    if not isinstance(block.source, BlockSource):
        raise wrong(f"{path}.source", "must be an object")
    return block.source


def _text(block: MessageBlock, path: str) -> str:
    if block.type != "text":
        raise _unknown(block, path)
    return _demand(block.text, f"{path}.text", empty=True)


def _demand(value: str | None, path: str, *, empty: bool = False) -> str:
    if value is None or not (value or empty):
        raise wrong(path, "is missing" if value is None else "may not be empty")
    return value


def _unknown(block: MessageBlock, path: str) -> Exception:
    return wrong(f"{path}.type", f"is `{block.type[:50]}`: such a block can't be handed on here")
