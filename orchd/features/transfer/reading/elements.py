"""What the elements of a file are: the one function that a worker is asked for."""

import json
from typing import Any

import msgspec
from msgspec import structs

from orchd.clock import unix_now
from orchd.features.transfer.reading.chatgpt import is_chatgpt, read_chatgpt
from orchd.features.transfer.reading.conversation import ReadConversation, ReadElement, UnreadableError
from orchd.features.transfer.reading.librechat import is_librechat, read_librechat
from orchd.features.transfer.reading.open_webui import is_open_webui, read_open_webui
from orchd.features.transfer.reading.own import read_own
from orchd.features.transfer.reading.values import line, mapping
from orchd.protocol.types import timestamp, unix_milliseconds

_READERS = ((is_chatgpt, read_chatgpt), (is_open_webui, read_open_webui), (is_librechat, read_librechat))


def read_elements(elements: list[bytes], is_own: bool) -> list[ReadElement]:  # a worker is asked by position
    """Return what each of some elements is; `is_own`: of our own format."""
    return [_read(raw, is_own=is_own) for raw in elements]


def _read(raw: bytes, *, is_own: bool) -> ReadElement:
    title = ""
    try:
        if is_own:
            read = _by_now(read_own(raw), unix_now())
        else:
            found = _decode(raw)
            title = line(mapping(found).get("title"), 200)
            read = _by_now(_foreign(found, raw), unix_now())
    except UnreadableError as error:
        return ReadElement(title=title, fault=error.fault, message=error.message[:1_000])
    except RecursionError:
        return ReadElement(title=title, fault="nesting", message="it is nested too deeply")
    return ReadElement(title=read.content.title, conversation=read)


def _by_now(read: ReadConversation, now: int) -> ReadConversation:
    """Return a conversation in which nothing was said later than now: it would stand before all others for ever."""
    latest, content = timestamp(now), read.content
    first, last = (min(at, latest, key=unix_milliseconds) for at in (content.created_at, content.updated_at))
    messages = [
        message if unix_milliseconds(message.timestamp) <= now else structs.replace(message, timestamp=latest)
        for message in read.messages
    ]
    return structs.replace(read, content=structs.replace(content, created_at=first, updated_at=last), messages=messages)


def _foreign(found: object, raw: bytes) -> ReadConversation:
    if isinstance(found, dict):
        for knows, read in _READERS:
            if knows(found):
                return read(found, raw)
    raise UnreadableError(
        "unknown_format", "it is no conversation as orchd, ChatGPT, Open WebUI or LibreChat export them"
    )


def _decode(raw: bytes) -> Any:
    """Return a value; also of what is no JSON to the letter, as other programs write it: with halves of characters, NaN
    and numbers that are out of range. Raises `UnreadableError`."""
    try:
        return msgspec.json.decode(raw)
    except (msgspec.MsgspecError, UnicodeError):
        pass
    try:
        return json.loads(raw.decode("utf-8", "replace"))
    except ValueError:
        raise UnreadableError("not_json", "it is no JSON") from None
