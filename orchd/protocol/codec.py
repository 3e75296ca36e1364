"""Frames as text: one tagged union over all that comes in, one envelope a type for what goes out.

The union is assembled from the features' payloads, so a frame is decoded and validated in one pass. Only when
that refuses a text is its envelope read a second time, leniently, to answer with the request's id, the JSON path and
the reason, and to tell an unknown type from a bad payload.
"""

import re
from collections.abc import Mapping
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType

from orchd.errors import Invalid, OrchdError, UnknownType
from orchd.protocol.types import ClientPayload, RequestId, ServerPayload
from orchd.protocol.websocket import text_frame


class Request(NamedTuple):
    """A valid client frame."""

    type: str
    id: str | None
    data: ClientPayload


class Refused(Exception):
    """A client frame that breaks the protocol: what to answer, and the id to answer with when it could be read."""

    def __init__(self, request_id: str | None, error: OrchdError) -> None:
        super().__init__(error.message)
        self.request_id = request_id
        self.error = error


class _Envelope(Struct):
    """As little of a frame as an answer needs; the payload stays unread."""

    type: Raw | UnsetType = UNSET
    id: Raw | UnsetType = UNSET


class Codec:
    """Decodes client frames and encodes server frames for one roster of payloads. Immutable; shared by all sessions."""

    def __init__(self, client: Mapping[str, type[ClientPayload]], server: Mapping[str, type[ServerPayload]]) -> None:
        self.client_frames = {name: client_frame(name, payload) for name, payload in client.items()}
        self.server_frames = {name: server_frame(name, payload) for name, payload in server.items()}
        self._envelopes: dict[type[Struct], Any] = {
            payload: self.server_frames[name] for name, payload in server.items()
        }
        if len(self._envelopes) != len(server):
            raise ValueError("a server payload stands for two frame types")
        self._decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(union(self.client_frames))
        self._envelope_decoder = msgspec.json.Decoder(_Envelope)
        self._encode = msgspec.json.Encoder().encode

    def decode(self, text: str | bytes) -> Request:
        """Read one client frame. Raises `Refused` for anything that is not a valid one."""
        try:
            frame = self._decoder.decode(text)
        except (msgspec.MsgspecError, RecursionError, UnicodeError) as refusal:
            raise self._refusal(text, refusal) from None
        return Request(frame.__struct_config__.tag, None if frame.id is UNSET else frame.id, frame.data)

    def encode(self, payload: ServerPayload, request_id: str | None = None) -> bytes:
        """Return the JSON of a server frame; `request_id` None makes a pushed frame, without `id`."""
        envelope = self._envelopes[type(payload)]
        return self._encode(envelope(payload, UNSET if request_id is None else request_id))

    def frame(self, payload: ServerPayload, request_id: str | None = None) -> bytes:
        """Return a server frame as a whole WebSocket text message, ready for any number of sockets."""
        return text_frame(self.encode(payload, request_id))

    def _refusal(self, text: str | bytes, refusal: Exception) -> Refused:
        try:
            envelope = self._envelope_decoder.decode(text)
        except (msgspec.MsgspecError, RecursionError, UnicodeError):
            return Refused(None, _invalid(refusal))
        request_id = _scalar(envelope.id, RequestId)
        if envelope.type is UNSET:
            return Refused(request_id, Invalid("`type` is missing", path="$", field="type"))
        name = _scalar(envelope.type, str)
        if name is None:
            return Refused(request_id, Invalid("`type` must be a string", path="$.type", field="type"))
        if name not in self.client_frames:
            return Refused(request_id, _unknown_type(name))
        return Refused(request_id, _invalid(refusal))


def client_frame(name: str, payload: type[ClientPayload]) -> type[Struct]:
    """Make the closed envelope of a client frame; `data` may be left out when `payload` has no required member."""
    required = any(field.required for field in msgspec.structs.fields(payload))
    data: Any = ("data", payload) if required else ("data", payload, msgspec.field(default_factory=payload))
    return msgspec.defstruct(
        f"{payload.__name__}Frame",
        [data, ("id", RequestId | UnsetType, UNSET)],
        tag_field="type",
        tag=name,
        forbid_unknown_fields=True,
        frozen=True,
    )


def server_frame(name: str, payload: type[ServerPayload]) -> type[Struct]:
    """Make the envelope of a server frame."""
    return msgspec.defstruct(
        f"{payload.__name__}Frame",
        [("data", payload), ("id", RequestId | UnsetType, UNSET)],
        tag_field="type",
        tag=name,
        frozen=True,
    )


def union(frames: Mapping[str, type[Struct]]) -> Any:
    """Return the tagged union of all envelopes."""
    return reduce(or_, frames.values())


def _scalar(raw: Raw | UnsetType, kind: Any) -> Any:
    if isinstance(raw, UnsetType):
        return None
    try:
        return msgspec.json.decode(raw, type=kind)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None


def _unknown_type(name: str) -> UnknownType:
    return UnknownType(f"no such frame type: {name[:_SHOWN]!r}", path="$.type", field="type")


_AT = " - at `$"
_MEMBER = re.compile(r"\.(\w+)")
_SHOWN = 64
"""Characters of a client's own words that are said back to it."""


def _invalid(refusal: Exception) -> Invalid:
    """Turn msgspec's refusal into an error that names the member: its JSON path and its own name."""
    if isinstance(refusal, RecursionError):
        return Invalid("nested too deeply", path="$")
    if not isinstance(refusal, msgspec.ValidationError):
        return Invalid("not one JSON object in UTF-8", path="$")
    reason, path = _parted(str(refusal))
    kind, named, name = reason.partition(" field `")
    if named:
        name = name[:-1][:_SHOWN]
        return Invalid(f"{kind} field, at {path}.{name}", path=f"{path}.{name}", field=name)
    if reason.startswith("Invalid"):  # it goes on with the value, which may be long and is nobody else's business
        reason = "Not one of the values allowed"
    members = _MEMBER.findall(path)
    field = {"field": members[-1]} if members else {}
    return Invalid(f"{reason}, at {path}", path=path, **field)


def _parted(message: str) -> tuple[str, str]:
    """Return msgspec's reason and path, which it leaves out for the root."""
    reason, at, path = message.rpartition(_AT)
    return (reason, "$" + path[:-1][: 4 * _SHOWN]) if at else (message, "$")
