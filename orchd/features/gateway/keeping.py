"""Exchanges that programs want kept in a conversation of theirs, as a header of the request says.

What is kept is the last message of the user, and the answer. The rest of what a program sends is its own account of
what was said before, and the conversation has that already, or was never meant to.
"""

from typing import Any

import msgspec

from orchd.errors import Invalid
from orchd.features.chat import AnswerListener
from orchd.features.gateway.relay import AnswerRelay
from orchd.llm.types import Channel, FailedAttempt, Phase, Target
from orchd.server.entry.page import Headers, PageRequest

HEADER = "X-Orchd-Conversation"
MOST_DIGITS = 15
"""Of a conversation's id."""


class ConversationChoice:
    """The conversation in which an exchange is to be kept; None: a new one. `chosen` is its id, once the question is
    stored."""

    def __init__(self, wanted: int | None) -> None:
        self.wanted = wanted
        self.chosen: int | None = None


def read_choice(request: PageRequest) -> ConversationChoice | None:
    """Return what a request says of where to keep it, None where it isn't to be kept. Raises `Invalid`."""
    values = [value.decode("latin-1").strip() for name, value in request.headers if name == HEADER.lower().encode()]
    if not values:
        return None
    if values == ["new"]:
        return ConversationChoice(None)
    (text,) = values if len(values) == 1 else ("",)
    if not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS) or int(text) == 0:
        raise Invalid(f"{HEADER} must be the id of a conversation, or `new`", field=HEADER)
    return ConversationChoice(int(text))


def headers_of(choice: ConversationChoice | None) -> Headers:
    """Return what tells a program where its exchange is kept."""
    return () if choice is None or choice.chosen is None else ((HEADER, str(choice.chosen)),)


def question_text(messages: Any) -> str:
    """Return the text of the last message of a chat, as a body has them. Raises `Invalid` unless it is the user's and
    has one."""
    try:
        *_, last = msgspec.json.decode(msgspec.json.encode(messages), type=list[dict[str, Any]])
    except (msgspec.MsgspecError, RecursionError, ValueError):
        raise Invalid("only a chat can be kept in a conversation", field="messages") from None
    content = last.get("content")
    parts = content if isinstance(content, list) else [{"text": content}]
    texts = [part["text"] for part in parts if isinstance(part, dict) and isinstance(part.get("text"), str)]
    if last.get("role") != "user" or not "".join(texts).strip():
        raise Invalid("the last message must be a text of the user to be kept in a conversation", field="messages")
    return "\n\n".join(texts)


class KeptRelay:
    """Tells of an answer both the program that asks and the conversation in which it is kept. `place` is told where its
    model server keeps it, so that another daemon can go on with it there: the program is gone then, the conversation
    isn't."""

    def __init__(self, relay: AnswerRelay, kept: AnswerListener) -> None:
        self.place = kept.kept
        self._relay = relay
        self._kept = kept

    def on_phase(self, phase: Phase, progress: float | None) -> None:
        self._relay.on_phase(phase, progress)
        self._kept.on_phase(phase, progress)

    def on_queue(self, position: int | None, eta_ms: int | None) -> None:
        self._relay.on_queue(position, eta_ms)
        self._kept.on_queue(position, eta_ms)

    def on_failed(self, failure: FailedAttempt) -> None:
        self._kept.on_failed(failure)

    def on_fallback(self, target: Target) -> None:
        self._kept.on_fallback(target)

    def on_delta(self, channel: Channel, text: str) -> None:
        self._relay.on_delta(channel, text)
        self._kept.on_delta(channel, text)

    def on_close(self) -> None:
        self._relay.on_close()
        self._kept.on_close()
