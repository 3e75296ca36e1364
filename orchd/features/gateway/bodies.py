"""Bodies of requests as OpenAI has them: read only as far as it decides who answers, and handed on as they came.

Values stay the bytes that they were: a number that no type of ours holds goes through, and so does a member that
nobody here has heard of. What a model server makes of them is its own business; what it needs of us is that a body is
JSON, UTF-8, and within its bounds.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple, TypeAlias

import msgspec

from orchd.errors import Invalid, TooLarge
from orchd.features.gateway.keeping import ConversationChoice
from orchd.features.gateway.places import check_structure

MAX_MODEL_NAME = 300
"""Characters of what a request may call a model: an id and its server, or an assistant."""
MAX_FALLBACKS = 16
MAX_MESSAGES = 10_000
_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_=\\"
"""Of what images, sound and files consist; some write `/` as `\\/`."""

RawMembers: TypeAlias = dict[str, msgspec.Raw]
"""The members of an object, each as it came."""


class _Role(msgspec.Struct):
    role: str


class _Message(_Role):
    content: Any = None


class RelayBody(NamedTuple):
    """A body: its members as they came, and those that are looked at."""

    members: Mapping[str, Any]
    model: str | None
    """As the sender calls it; None where that is left to the daemon."""
    fallbacks: tuple[str, ...]
    """What may answer in its place, in order."""
    streams: bool
    counts: bool
    """The sender wants the counts of tokens at the end of the stream."""
    size: int
    """Its bytes, those of images, sound and files aside."""
    soft: tuple[str, ...] = ()
    """Members that are left out where a server refuses them."""
    keep: ConversationChoice | None = None
    """Where the exchange is kept, if it is."""


def read_body(text: bytes, text_bytes: int, required: str) -> RelayBody:
    """Read a body, in which the member `required` must be. `text_bytes`: so long it may be, images, sound and files
    aside.

    Raises `Invalid`, with the member at fault as its `field`, and `TooLarge`."""
    check_density(text, text_bytes, required)
    members = read_members(text)
    if required not in members:
        raise Invalid(f"`{required}` is missing", field=required)
    size = len(text) if len(text) <= text_bytes else len(text) - _media_bytes(members)
    check_size(size, text_bytes, required)
    if required == "messages":
        _check_messages(members)
    streams = _member(members, "stream", bool | None, "true or false")
    options: dict[str, Any] = _member(members, "stream_options", dict[str, Any] | None, "an object") or {}
    sent = {name: value for name, value in members.items() if name not in ("models", "stream_options")}
    return RelayBody(
        {**sent, "stream_options": options} if options else sent,
        model_of(members),
        fallbacks_of(members),
        bool(streams),
        options.get("include_usage") is True,
        size,
    )


def with_system(body: RelayBody, text: str) -> RelayBody:
    """Return a body of a chat with a system message before the others; where the first is one already, it follows
    `text` in one message, for templates take no two. Raises `Invalid`."""
    messages: list[Any] = msgspec.json.decode(body.members["messages"], type=list[dict[str, msgspec.Raw]])
    if not text:
        return body
    first = messages[0]
    said = _plain(first) if _role(first) in ("system", "developer") else None
    told = {"role": "system", "content": text if said is None else f"{text}\n\n{said}"}
    rest = messages if said is None else messages[1:]
    return body._replace(members={**body.members, "messages": [told, *rest]}, size=body.size + len(text.encode()))


def read_members(text: bytes) -> RawMembers:
    """Return what a body holds. Raises `Invalid` for one that is no object, or no UTF-8."""
    try:
        text.decode()
        members = msgspec.json.decode(text, type=RawMembers)
    except UnicodeDecodeError:
        raise Invalid("the body is no UTF-8") from None
    except (msgspec.MsgspecError, RecursionError) as error:
        raise no_object(error) from None
    return {name: msgspec.Raw(bytes(value)) for name, value in members.items()}


def _member(members: RawMembers, name: str, kind: Any, what: str) -> Any:
    if name not in members:
        return None
    try:
        return _decoder(kind).decode(members[name])
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        raise Invalid(f"`{name}` must be {what}", field=name) from None


@cache
def _decoder(kind: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind)


def check_size(size: int, most: int, required: str) -> None:
    """Raise `TooLarge`, about the member `required`, where a body's texts are longer than they may be."""
    if size > most:
        raise TooLarge(f"the body may have {most} bytes, images, sound and files aside", field=required, maxBytes=most)


def check_density(text: bytes, most: int, required: str) -> None:
    """Raise `TooLarge` where a body that is longer than its texts may be can't consist of images, sound and files
    for the rest, or has more structure than one may have. That is looked at before it is read: millions of values in
    one body take gigabytes, and minutes."""
    if len(text) > most:
        check_size(len(text.translate(None, _BASE64)), most, required)
    check_structure(text, required)


def no_object(error: Exception) -> Invalid:
    """Return the refusal of a body that is no JSON object, which says what is wrong with it."""
    return Invalid(f"the body must be a JSON object: {error}" if str(error) else "the body must be a JSON object")


def model_of(members: RawMembers) -> str | None:
    """Return what a body calls the model; None where it has no name, as in programs whose field for it is left empty.
    Raises `Invalid`."""
    model: str | None = _member(members, "model", str | None, "a text")
    if model is not None and len(model) > MAX_MODEL_NAME:
        raise Invalid(f"`model` must be the name of a model, of up to {MAX_MODEL_NAME} characters", field="model")
    return model if model is not None and model.strip() else None


def fallbacks_of(members: RawMembers) -> tuple[str, ...]:
    """Return the models that a body names to answer in place of the first one. Raises `Invalid`."""
    names: list[str] = _member(members, "models", list[str] | None, "a list of names of models") or []
    if len(names) > MAX_FALLBACKS or not all(name.strip() and len(name) <= MAX_MODEL_NAME for name in names):
        raise Invalid(f"`models` may name up to {MAX_FALLBACKS} models", field="models")
    return tuple(dict.fromkeys(names))


def _check_messages(members: RawMembers) -> None:
    messages = _member(members, "messages", list[_Role], "a list of messages, each an object with a `role`")
    if not 0 < len(messages) <= MAX_MESSAGES:
        raise Invalid(f"`messages` must have from one to {MAX_MESSAGES} messages", field="messages")


def _media_bytes(members: RawMembers) -> int:
    """Return how many bytes of a long body are images, sound and files: data in the parts of messages."""
    messages = _member(members, "messages", list[_Message] | None, "a list of messages, each an object with a `role`")
    parts = (part for each in messages or () if isinstance(each.content, list) for part in each.content)
    return sum(_part_bytes(part) for part in parts if isinstance(part, dict))


def _part_bytes(part: dict[str, Any]) -> int:
    image, sound, file = part.get("image_url"), part.get("input_audio"), part.get("file")
    url = image.get("url") if isinstance(image, dict) else image
    data = sound.get("data") if isinstance(sound, dict) else None
    content = file.get("file_data") if isinstance(file, dict) else None
    shown = len(url) if isinstance(url, str) and url.startswith("data:") else 0
    return shown + sum(len(held) for held in (data, content) if isinstance(held, str))


def _role(message: Mapping[str, msgspec.Raw]) -> Any:
    return msgspec.json.decode(message["role"])


def _plain(message: Mapping[str, msgspec.Raw]) -> str:
    """Return a system message's text. Raises `Invalid` for one that is none."""
    try:
        said = msgspec.json.decode(message.get("content", b'""'), type=str | list[dict[str, Any]] | None)
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        raise Invalid("the `content` of a system message must be a text", field="messages") from None
    if isinstance(said, list):
        return "\n\n".join(part["text"] for part in said if isinstance(part.get("text"), str))
    return said or ""
