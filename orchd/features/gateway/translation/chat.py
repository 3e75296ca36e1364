"""The messages of a chat, put together from what another API has in their place.

Templates of models are stricter than APIs: many take one system message, at the beginning, and turns that alternate. So
what is told later than that is told as the user's, and messages of one side that follow each other are one.
"""

from collections.abc import Sequence
from typing import Any, TypeAlias

MessagePart: TypeAlias = dict[str, Any]
"""A part of a message as a chat has it: `text`, `image_url`, `input_audio` or `file`."""

MAX_MEDIA_NAME = 200
"""Characters of what an image in a tool's result is introduced by."""


def text_part(text: str) -> MessagePart:
    """Return a text as a part of a message."""
    return {"type": "text", "text": text}


def image_part(url: str, detail: str | None = None) -> MessagePart:
    """Return an image as a part of a message. `url` is where it is, or its content as a data URL."""
    return {"type": "image_url", "image_url": {"url": url} if detail is None else {"url": url, "detail": detail}}


class ChatMessages:
    """Messages on their way; `close` gives them as they are sent."""

    def __init__(self) -> None:
        self.media_bytes = 0
        """Of images, sound and files that came with them."""
        self._told: list[str] = []
        self._messages: list[dict[str, Any]] = []
        self._shown: list[MessagePart] = []

    def instruct(self, text: str) -> None:
        """Add what the model is told by whoever runs the program."""
        if text and self._messages:
            self.ask([text_part(text)])
        elif text:
            self._told.append(text)

    def ask(self, parts: Sequence[MessagePart]) -> None:
        """Add what the user says and shows."""
        self._flush_images()
        self._add_user(parts)

    def think(self, text: str) -> None:
        """Add reasoning of the model's, before what it said then."""
        self._answer().setdefault("reasoning_content", []).append(text)

    def say(self, text: str) -> None:
        """Add what the model said."""
        self._answer()["content"].append(text)

    def call(self, call_id: str, name: str, arguments: str) -> None:
        """Add that the model asked for a function to be called; `arguments` are JSON."""
        called = {"id": call_id, "type": "function", "function": {"name": name, "arguments": arguments}}
        self._answer().setdefault("tool_calls", []).append(called)

    def answer_call(self, call_id: str, parts: Sequence[MessagePart]) -> None:
        """Add what came of a call. Servers take texts there only: the rest is shown by the user afterwards."""
        text = "\n\n".join(part["text"] for part in parts if part["type"] == "text")
        shown = [part for part in parts if part["type"] != "text"]
        if shown:
            self._shown += [text_part(f"(shown by the result of the call {call_id[:MAX_MEDIA_NAME]})"), *shown]
        self._messages.append({"role": "tool", "tool_call_id": call_id, "content": text})

    def close(self) -> list[dict[str, Any]]:
        """Return the messages."""
        self._flush_images()
        told = [{"role": "system", "content": "\n\n".join(self._told)}] if self._told else []
        return told + [_CLOSES[message["role"]](message) for message in self._messages]

    def _answer(self) -> dict[str, Any]:
        """Return the model's message that is being said."""
        self._flush_images()
        if not self._messages or self._messages[-1]["role"] != "assistant":
            self._messages.append({"role": "assistant", "content": []})
        return self._messages[-1]

    def _add_user(self, parts: Sequence[MessagePart]) -> None:
        self.media_bytes += sum(map(_media_bytes, parts))
        if self._messages and self._messages[-1]["role"] == "user":
            self._messages[-1]["content"] += parts
        else:
            self._messages.append({"role": "user", "content": [*parts]})

    def _flush_images(self) -> None:
        """Show what results of tools held, once no further result follows them."""
        if self._shown:
            shown, self._shown = self._shown, []
            self._add_user(shown)


def _plain(message: dict[str, Any]) -> dict[str, Any]:
    """Return a user's message with its content as a text, where it holds nothing else: any server takes that."""
    parts = message["content"]
    if any(part["type"] != "text" for part in parts):
        return message
    return {**message, "content": "\n\n".join(part["text"] for part in parts)}


def _join(message: dict[str, Any]) -> dict[str, Any]:
    """Return a model's message with its texts, which came in pieces, as one each."""
    texts: dict[str, Any] = {
        name: "".join(message[name]) for name in ("content", "reasoning_content") if name in message
    }
    return {**message, **texts}


def _keep(message: dict[str, Any]) -> dict[str, Any]:
    return message


_CLOSES = {"user": _plain, "assistant": _join, "tool": _keep}


def _media_bytes(part: MessagePart) -> int:
    held = part.get(part["type"])
    values = held.values() if isinstance(held, dict) else ()
    return sum(len(value) for value in values if isinstance(value, str))
