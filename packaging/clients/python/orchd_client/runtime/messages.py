"""Frames as bytes and as values: whatever a later daemon has added is passed over, not refused."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

import msgspec
from msgspec import Struct, inspect

from orchd_client.runtime.failures import NotADaemonError

UNKNOWN_TAG = "?"
"""The tag of the object that stands for one of a kind that this client doesn't know."""


class ServerMessage(Struct, tag_field="type", kw_only=True):
    """What all frames of the daemon have: a type, data, and the id of the request that they answer."""

    id: str | None = None


class ClientMessage(Struct, tag_field="type", kw_only=True, omit_defaults=True):
    """What all frames of clients have."""

    id: str | None = None


class UnknownFrame(Struct, kw_only=True):
    """A frame of a type that this client doesn't know, as a later daemon may send it."""

    type: str
    data: Any = None
    id: str | None = None


Received: TypeAlias = ServerMessage | UnknownFrame


class _Request(Struct):
    type: str
    id: str
    data: Any


_encoder = msgspec.json.Encoder()


def write_request(kind: str, request_id: str, data: Any) -> bytes:
    """Return a request as the text of a message."""
    return _encoder.encode(_Request(kind, request_id, data))


def type_of(frame: Received) -> str:
    """Return the type of a frame."""
    return frame.type if isinstance(frame, UnknownFrame) else str(frame.__struct_config__.tag)


def data_of(frame: Received) -> Any:
    """Return the data of a frame, which each type of frame declares by itself."""
    return getattr(frame, "data", None)


class FrameReader:
    """Reads frames; `union` is all that a client knows of."""

    def __init__(self, union: Any, frames: Mapping[str, type[ServerMessage]]) -> None:
        self._decoder: msgspec.json.Decoder[ServerMessage] = msgspec.json.Decoder(union)
        self._frames = frames

    def read(self, text: bytes) -> Received:
        """Read a message. Raises `NotADaemonError` for what is no frame at all."""
        try:
            return self._decoder.decode(text)
        except (msgspec.MsgspecError, UnicodeError):
            return self._read_newer(text)

    def _read_newer(self, text: bytes) -> Received:
        try:
            frame = msgspec.json.decode(text, type=UnknownFrame)
            known = self._frames.get(frame.type)
            if known is None:
                return frame
            whole = msgspec.json.decode(text)
            _mark_unknown(whole, inspect.type_info(known))
            return msgspec.convert(whole, known)
        except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
            raise NotADaemonError(f"what answers there sends no frames of this protocol: {error}") from None


def _mark_unknown(value: Any, kind: inspect.Type) -> Any:
    """Put into the place of each object of an unknown kind one that says so; return what now stands there."""
    if isinstance(kind, inspect.StructType) and isinstance(value, dict):
        for field in kind.fields:
            if field.encode_name in value:
                value[field.encode_name] = _mark_unknown(value[field.encode_name], field.type)
    elif isinstance(kind, inspect.ListType) and isinstance(value, list):
        value[:] = [_mark_unknown(item, kind.item_type) for item in value]
    elif isinstance(kind, inspect.DictType) and isinstance(value, dict):
        value.update({name: _mark_unknown(item, kind.value_type) for name, item in value.items()})
    elif isinstance(kind, inspect.UnionType):
        return _mark_in_union(value, kind)
    return value


def _mark_in_union(value: Any, kind: inspect.UnionType) -> Any:
    structs = {struct.tag: struct for struct in _tagged(kind)}
    if not isinstance(value, dict) or not structs:
        for inner in kind.types:
            if isinstance(inner, inspect.ListType | inspect.DictType):
                value = _mark_unknown(value, inner)
        return value
    field = next(iter(structs.values())).tag_field
    known = structs.get(value.get(field) if field is not None else None)
    if known is not None:
        return _mark_unknown(value, known)
    if UNKNOWN_TAG in structs:
        return {field: UNKNOWN_TAG, "value": value}
    return _mark_unknown(value, next(iter(structs.values()))) if len(structs) == 1 else value


def _tagged(kind: inspect.UnionType) -> Iterator[inspect.StructType]:
    return (inner for inner in kind.types if isinstance(inner, inspect.StructType))


class ServerData(Struct, rename="camel"):
    """What all objects that the daemon sends have in common: members that are new are passed over."""


class RequestData(Struct, rename="camel", omit_defaults=True):
    """What all objects that a client sends have in common: what is None is left out."""
