"""Requests of other APIs: read by types, and made into a chat's body.

What both APIs have by one name is handed on as it came; so is what model servers know besides, and neither API does.
Anything else that isn't translated is left out, since strict servers refuse members that they have never heard of.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from orchd.errors import Invalid
from orchd.features.gateway.bodies import (
    MAX_MESSAGES,
    RawMembers,
    RelayBody,
    check_density,
    check_size,
    fallbacks_of,
    model_of,
    read_members,
)
from orchd.features.gateway.translation.chat import ChatMessages
from orchd.protocol.codec import as_invalid

SAME = (
    "temperature",
    "top_p",
    "top_k",
    "min_p",
    "seed",
    "presence_penalty",
    "frequency_penalty",
    "repeat_penalty",
    "repetition_penalty",
    "logit_bias",
    "user",
    "cache_prompt",
    "chat_template_kwargs",
    "keep_alive",
    "ttl",
)
"""Members that go on by their own name: those of a chat, and what popular servers have added to it."""

SOFT = ("reasoning_effort", "verbosity", "parallel_tool_calls", "reasoning_content")
"""What says how an answer should come about, and how one came about that is in the messages; a server that can't be
told so answers all the same."""

MAX_TOOLS = 2_000
"""In one request."""

T = TypeVar("T")


def wrong(path: str, told: str) -> Invalid:
    """Return the error for the member at a path."""
    return Invalid(f"`{path}` {told}", field=path)


def read_typed(text: bytes, kind: type[T], text_bytes: int, required: str) -> tuple[RawMembers, T]:
    """Return the members of a body as they came, and as `kind` has them. Raises `Invalid`, whose `field` is the path of
    what is wrong (`input[0].role`), and `TooLarge`, about `required`, for one that can't be within its bounds."""
    check_density(text, text_bytes, required)
    members = read_members(text)
    try:
        return members, msgspec.json.decode(text, type=kind)
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as refusal:
        found = as_invalid(refusal, kind)
        raise Invalid(found.message, field=(found.path or "$").removeprefix("$").removeprefix(".") or None) from None


def check_tools(count: int) -> None:
    """Raise `Invalid` where a request offers more tools than anybody reads."""
    if count > MAX_TOOLS:
        raise wrong("tools", f"may have up to {MAX_TOOLS} tools")


def chat_body(
    text: bytes, members: RawMembers, messages: ChatMessages, more: Mapping[str, Any], text_bytes: int, required: str
) -> RelayBody:
    """Return the body of a chat that streams: the messages, the members `more`, and those that keep their name.
    `required` is where the messages stood. Raises `Invalid` and `TooLarge`."""
    said = messages.close()
    if not 0 < len(said) <= MAX_MESSAGES:
        raise Invalid(f"`{required}` must have from one to {MAX_MESSAGES} messages", field=required)
    size = len(text) if len(text) <= text_bytes else max(0, len(text) - messages.media_bytes)
    check_size(size, text_bytes, required)
    same = {name: members[name] for name in SAME if members.get(name, b"null") != b"null"}
    sent = {**same, **more, "messages": msgspec.Raw(msgspec.json.encode(said))}
    return RelayBody(sent, model_of(members), fallbacks_of(members), True, True, size, SOFT)
