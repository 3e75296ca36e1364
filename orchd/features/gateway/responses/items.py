"""What was said so far, as items: messages, calls of tools and their results, and reasoning."""

from collections.abc import Callable, Mapping, Sequence

import msgspec

from orchd.features.gateway.responses.tools import chat_name, custom_arguments
from orchd.features.gateway.translation.chat import ChatMessages, MessagePart, image_part, text_part
from orchd.features.gateway.translation.reading import wrong


class SoundData(msgspec.Struct):
    """Sound, in base64."""

    data: str
    format: str


class ItemPart(msgspec.Struct):
    """A part of a message, or of what a tool gave."""

    type: str
    text: str | None = None
    refusal: str | None = None
    image_url: str | None = None
    detail: str | None = None
    file_data: str | None = None
    file_id: str | None = None
    filename: str | None = None
    input_audio: SoundData | None = None


class ResponseItem(msgspec.Struct):
    """An item, of any type that is known here; which members it has depends on that."""

    type: str = "message"
    role: str | None = None
    content: str | list[ItemPart] | None = None
    summary: list[ItemPart] | None = None
    call_id: str | None = None
    namespace: str | None = None
    name: str | None = None
    arguments: str | None = None
    input: str | None = None
    output: str | list[ItemPart] | None = None


def tell_items(items: Sequence[ResponseItem], messages: ChatMessages) -> None:
    """Add what items say to the messages of a chat. Raises `Invalid` for one that can't be handed on: what the program
    relies on being said isn't left out in silence."""
    for place, item in enumerate(items):
        path = f"input[{place}]"
        teller = _TELLERS.get(item.type)
        if teller is None:
            raise wrong(f"{path}.type", f"is `{item.type[:50]}`: such an item can't be handed on")
        teller(item, messages, path)


def _tell_message(item: ResponseItem, messages: ChatMessages, path: str) -> None:
    parts = _parts(item.content, f"{path}.content")
    if item.role == "user":
        messages.ask(parts)
        return
    if any(part["type"] != "text" for part in parts):
        raise wrong(f"{path}.content", "may hold nothing but texts; only users show images")
    if item.role == "assistant":
        messages.say("".join(part["text"] for part in parts))
    elif item.role in ("system", "developer"):
        messages.instruct("\n\n".join(part["text"] for part in parts))
    else:
        raise wrong(f"{path}.role", "must be `user`, `assistant`, `system` or `developer`")


def _tell_reasoning(item: ResponseItem, messages: ChatMessages, path: str) -> None:
    """Reasoning that is sealed for another service says nothing to any model here."""
    content = item.content if isinstance(item.content, list) else []
    text = "\n\n".join(part.text for part in content or item.summary or [] if part.text)
    if text:
        messages.think(text)


def _tell_call(item: ResponseItem, messages: ChatMessages, path: str) -> None:
    name = chat_name(item.namespace, _demand(item.name, f"{path}.name"))
    messages.call(
        _demand(item.call_id, f"{path}.call_id"), name, _demand(item.arguments, f"{path}.arguments", empty=True)
    )


def _tell_custom_call(item: ResponseItem, messages: ChatMessages, path: str) -> None:
    name = chat_name(item.namespace, _demand(item.name, f"{path}.name"))
    arguments = custom_arguments(_demand(item.input, f"{path}.input", empty=True))
    messages.call(_demand(item.call_id, f"{path}.call_id"), name, arguments)


def _tell_output(item: ResponseItem, messages: ChatMessages, path: str) -> None:
    if item.output is None:
        raise wrong(f"{path}.output", "is missing")
    messages.answer_call(_demand(item.call_id, f"{path}.call_id"), _parts(item.output, f"{path}.output"))


_TELLERS: Mapping[str, Callable[[ResponseItem, ChatMessages, str], None]] = {
    "message": _tell_message,
    "reasoning": _tell_reasoning,
    "function_call": _tell_call,
    "function_call_output": _tell_output,
    "custom_tool_call": _tell_custom_call,
    "custom_tool_call_output": _tell_output,
}


def _demand(value: str | None, path: str, *, empty: bool = False) -> str:
    if value is None or not (value or empty):
        raise wrong(path, "is missing" if value is None else "may not be empty")
    return value


def _parts(content: str | list[ItemPart] | None, path: str) -> list[MessagePart]:
    if content is None:
        raise wrong(path, "is missing")
    if isinstance(content, str):
        return [text_part(content)]
    return [_part(part, f"{path}[{place}]") for place, part in enumerate(content)]


def _part(part: ItemPart, path: str) -> MessagePart:
    match part.type:
        case "input_text" | "output_text" | "text" | "summary_text":
            return text_part(_demand(part.text, f"{path}.text", empty=True))
        case "refusal":
            return text_part(_demand(part.refusal, f"{path}.refusal", empty=True))
        case "input_image":
            detail = part.detail if part.detail in ("low", "high") else None
            return image_part(_demand(part.image_url, f"{path}.image_url"), detail)
        case "input_file":
            name = {"filename": part.filename or "file"}
            if part.file_id is not None:
                return {"type": "file", "file": {**name, "file_id": part.file_id}}
            return {"type": "file", "file": {**name, "file_data": _demand(part.file_data, f"{path}.file_data")}}
        case "input_audio" if part.input_audio is not None:
            return {"type": "input_audio", "input_audio": msgspec.to_builtins(part.input_audio)}
    raise wrong(f"{path}.type", f"is `{part.type[:50]}`: such a part can't be handed on")
