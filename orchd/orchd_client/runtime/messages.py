"""Frames as bytes and as values: whatever a later daemon has added is passed over, not refused."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeGuard

import msgspec
from msgspec import Raw, Struct, inspect

from .failures import NotADaemonError

UNKNOWN_TAG = "?"
"""The tag of the object that stands for one of a kind that this client doesn't know."""
_NULL = Raw(b"null")


class _Head(Struct):
    type: str
    data: Raw = _NULL
    id: str | None = None


class Frame:
    """A frame of the daemon's. `data` is an object of `types`; of a type that this client doesn't know, plain JSON."""

    __slots__ = ("_written", "data", "id", "type")

    def __init__(self, kind: str, data: Any, request_id: str | None = None, written: Raw = _NULL) -> None:
        self.type = kind
        self.data = data
        self.id = request_id
        """The id of the request that it answers; None for what was sent without being asked."""
        self._written = written

    @property
    def plain(self) -> Any:
        """The data as JSON has it, with the names of the wire and with what this client doesn't know of."""
        return msgspec.json.decode(self._written)

    def part(self, name: str) -> Raw:
        """Return a member of the data as it was written."""
        return msgspec.json.decode(self._written, type=dict[str, Raw])[name]

    def __repr__(self) -> str:
        return f"Frame({self.type!r}, {self.data!r}, {self.id!r})"


class _Request(Struct):
    type: str
    id: str
    data: Any


_encoder = msgspec.json.Encoder()


def write_request(kind: str, request_id: str, data: Any) -> bytes:
    """Return a request as the text of a message. Raises `TypeError` for what JSON can't say."""
    return _encoder.encode(_Request(kind, request_id, data))


class FrameReader:
    """Reads frames; `payloads` has the types of their data. What reads one type is made when it comes first."""

    def __init__(self, payloads: Mapping[str, Any]) -> None:
        self._payloads = payloads
        self._heads = msgspec.json.Decoder(_Head)
        self._decoders: dict[str, msgspec.json.Decoder[Any]] = {}

    def read(self, text: bytes) -> Frame:
        """Read a message. Raises `NotADaemonError` for what is no frame at all."""
        try:
            head = self._heads.decode(text)
            return Frame(head.type, self._read_data(head), head.id, head.data)
        except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
            raise NotADaemonError(f"what answers there sends no frames of this protocol: {error}") from None

    def _read_data(self, head: _Head) -> Any:
        payload = self._payloads.get(head.type)
        if payload is None:
            return msgspec.json.decode(head.data)
        decoder = self._decoders.get(head.type)
        if decoder is None:
            decoder = self._decoders[head.type] = msgspec.json.Decoder(payload)
        try:
            return decoder.decode(head.data)
        except msgspec.ValidationError:
            whole = _mark_unknown(msgspec.json.decode(head.data), inspect.type_info(payload))
            return msgspec.convert(whole, payload)


def _is_object(value: object) -> TypeGuard[dict[str, Any]]:
    return isinstance(value, dict)


def _is_list(value: object) -> TypeGuard[list[Any]]:
    return isinstance(value, list)


def _mark_unknown(value: Any, kind: inspect.Type) -> Any:
    """Put into the place of each object of an unknown kind one that says so; return what now stands there."""
    if isinstance(kind, inspect.StructType) and _is_object(value):
        for field in kind.fields:
            if field.encode_name in value:
                value[field.encode_name] = _mark_unknown(value[field.encode_name], field.type)
    elif isinstance(kind, inspect.ListType) and _is_list(value):
        value[:] = [_mark_unknown(item, kind.item_type) for item in value]
    elif isinstance(kind, inspect.DictType) and _is_object(value):
        value.update({name: _mark_unknown(item, kind.value_type) for name, item in value.items()})
    elif isinstance(kind, inspect.UnionType):
        return _mark_in_union(value, kind)
    return value


def _mark_in_union(value: Any, kind: inspect.UnionType) -> Any:
    structs = {struct.tag: struct for struct in _tagged(kind)}
    if not _is_object(value) or not structs:
        for inner in kind.types:
            if isinstance(inner, inspect.ListType | inspect.DictType):
                value = _mark_unknown(value, inner)
        return value
    field = next(iter(structs.values())).tag_field
    tag = None if field is None else value.get(field)
    known = structs.get(tag) if isinstance(tag, str | None) else None
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
