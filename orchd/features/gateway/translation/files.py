"""Files in the messages of a chat: a model is shown them as it is shown the files of people's questions.

Texts and PDFs become texts, images that are here are shown. Any other content goes on as it came: some model servers
know more kinds.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from orchd.entity import owner_of
from orchd.errors import Invalid, OrchdError, TooLarge
from orchd.features.chat import Attachments, GivenFile
from orchd.features.gateway.bodies import RelayBody
from orchd.features.gateway.translation.chat import MessagePart, image_part, text_part
from orchd.llm.types import TurnImage
from orchd.protocol.identity import Identity

MAX_FILES = 20
"""In one message: as many as go with a question in a conversation."""
MAX_NAME = 255
MOST_DIGITS = 15
"""Of a file's id."""


class _File(msgspec.Struct):
    file_data: str | None = None
    file_id: str | None = None
    filename: str | None = None


class _FilePart(msgspec.Struct):
    type: str
    file: _File | None = None


class _Room:
    """How much more of files a request may show."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.shown = 0

    def take(self, size: int) -> None:
        """Raise `TooLarge` where there isn't so much."""
        self.shown += size
        if self.shown > self._most:
            raise TooLarge(
                f"all files of a request may show a model {self._most} bytes (`chat.maxFileBytes`)",
                reason="attachments",
                maxBytes=self._most,
            )


class ShownFiles:
    """What becomes of files in requests."""

    def __init__(self, attachments: Attachments) -> None:
        self._attachments = attachments

    async def in_body(self, who: Identity, body: RelayBody, *, field: str | None = None) -> RelayBody:
        """Return a body of a chat with its files as a model is shown them. Raises `Invalid`, `NotFound` for one that
        isn't there, `TooLarge`, `Timeout`, `Busy` and `Unavailable`, about the member `field`, else about the part."""
        raw = body.members.get("messages")
        if not isinstance(raw, msgspec.Raw) or b'"file"' not in bytes(raw):
            return body
        room = _Room(self._attachments.max_bytes)
        try:
            messages = msgspec.json.decode(raw, type=list[dict[str, msgspec.Raw]])
        except (msgspec.MsgspecError, RecursionError):
            return body  # it is refused, or handed on, as any other
        for place, message in enumerate(messages):
            content = bytes(message.get("content", b""))
            if content.startswith(b"[") and b'"file"' in content:
                path = f"messages[{place}].content"
                message["content"] = await self._in_content(who, content, room, path, field)
        sent = {**body.members, "messages": msgspec.Raw(msgspec.json.encode(messages))}
        return body._replace(members=sent, size=body.size + room.shown)

    async def _in_content(
        self, who: Identity, content: bytes, room: _Room, path: str, field: str | None
    ) -> msgspec.Raw:
        parts, count = list[msgspec.Raw | MessagePart](), 0
        for place, part in enumerate(msgspec.json.decode(content, type=list[msgspec.Raw])):
            given = _file_of(part)
            if given is None:
                parts.append(part)
                continue
            count += 1
            try:
                if count > MAX_FILES:
                    raise Invalid(f"a message may have up to {MAX_FILES} files", reason="attachments")
                parts.append(await self._show(who, given, part, room))
            except OrchdError as refused:
                refused.field, refused.path = field or f"{path}[{place}].file", None
                raise
        return _join(parts)

    async def _show(self, who: Identity, file: _File, part: msgspec.Raw, room: _Room) -> msgspec.Raw | MessagePart:
        shown = await self._attachments.show_given(owner_of(who), _reference(file))
        if shown is None:
            return part
        room.take(len(shown.url if isinstance(shown, TurnImage) else shown.encode()))
        return image_part(shown.url) if isinstance(shown, TurnImage) else text_part(shown)


def _file_of(part: msgspec.Raw) -> _File | None:
    """Return the file in a part of a message, None where it is another part."""
    if b'"file"' not in bytes(part):
        return None
    try:
        found = msgspec.json.decode(part, type=_FilePart)
    except (msgspec.MsgspecError, RecursionError):
        return None  # what is no file to us may be one to the model server
    return found.file if found.type == "file" else None


def _reference(file: _File) -> GivenFile:
    """Return a file as it is looked for. Raises `Invalid` for one that has neither content nor a file's id."""
    name = (file.filename or "file").strip()[:MAX_NAME]
    if file.file_data is not None:
        head, comma, data = file.file_data.partition(",")
        if comma and not head.endswith(";base64"):
            raise Invalid("`file_data` must be in base64")
        return GivenFile(name, data if comma else head)
    if file.file_id is None:
        raise Invalid("a file needs `file_data`, its content in base64, or `file_id`")
    if not (file.file_id.isascii() and file.file_id.isdigit() and len(file.file_id) <= MOST_DIGITS):
        raise Invalid("`file_id` must be the id of one of your files here; send `file_data` in its place")
    return GivenFile(name, None, int(file.file_id))


def _join(parts: Sequence[msgspec.Raw | MessagePart]) -> msgspec.Raw:
    """Return the content of a message; one text where it holds nothing but texts, which any server takes."""
    raw = msgspec.Raw(msgspec.json.encode(parts))
    read: list[Any] = msgspec.json.decode(raw)
    if all(
        isinstance(part, dict) and part.get("type") == "text" and isinstance(part.get("text"), str) for part in read
    ):
        return msgspec.Raw(msgspec.json.encode("\n\n".join(part["text"] for part in read)))
    return raw
