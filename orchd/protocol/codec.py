"""Reading frames: one tagged union over all commands' payloads, so that a frame is decoded and validated in one pass.

Only when that refuses a text is it read a second time: what only says the same in another way is taken (`tolerance`),
and of the rest as much is read as an answer needs: the request's id, the JSON path and the reason, and whether the type
is known.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cached_property, reduce
from operator import or_
from typing import Any, NamedTuple, Never

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType

from orchd.errors import Invalid, OrchdError, UnknownType
from orchd.patterns import lazy_pattern
from orchd.protocol.command import AnyCommand, server_frames
from orchd.protocol.frame_type import FrameType
from orchd.protocol.reading import broken, tolerance
from orchd.protocol.reading.broken import SHOWN
from orchd.protocol.reading.members import allowed_values
from orchd.protocol.types import ClientPayload, RequestId


class Request(NamedTuple):
    """A valid client frame."""

    type: str
    id: str | None
    data: ClientPayload


class FrameRefused(Exception):
    """A client frame that breaks the protocol: what to answer, its id when it could be read, its type when known."""

    def __init__(self, request_id: str | None, error: OrchdError, frame_type: str | None = None) -> None:
        super().__init__(error.message)
        self.type = frame_type
        self.request_id = request_id
        self.error = error


class _Envelope(Struct):
    """As little of a frame as an answer needs; the payload stays unread."""

    type: Raw | UnsetType = UNSET
    id: Raw | UnsetType = UNSET


class Codec:
    """Decodes client frames, and knows every type of server frame. Immutable; shared by all sessions.

    `frames` are those that no command causes. Raises `ValueError` when two frames have one type or one name.
    """

    def __init__(self, commands: Sequence[AnyCommand], frames: Sequence[FrameType[Never]] = ()) -> None:
        self.commands = {command.type: command for command in commands}
        self.server_frames = server_frames(commands, frames)
        names = [frame_name(command.payload) for command in self.commands.values()]
        names += [frame.name for frame in self.server_frames.values()]
        if len({*names}) < len(commands) + len(self.server_frames):
            raise ValueError(f"two frames have one name, or two commands one type: {sorted(names)}")
        self._envelope_decoder = msgspec.json.Decoder(_Envelope)
        self._rules: dict[str, tolerance.Repair] = {}

    # Made with the first frame, in a hundredth of a second: a daemon may wait for that for days.
    @cached_property
    def client_frames(self) -> dict[str, type[Struct]]:
        """Every type of client frame, by its name on the wire."""
        return {kind: client_frame(kind, command.payload) for kind, command in self.commands.items()}

    @cached_property
    def _decoder(self) -> msgspec.json.Decoder[Any]:
        return msgspec.json.Decoder(union(self.client_frames.values()))

    def decode(self, text: str | bytes) -> Request:
        """Read one client frame. Raises `FrameRefused` for anything that is not a valid one."""
        try:
            frame = self._decoder.decode(text)
        except (msgspec.MsgspecError, RecursionError, UnicodeError) as refusal:
            frame = self._tolerate(text, refusal)
        return Request(frame.__struct_config__.tag, None if frame.id is UNSET else frame.id, frame.data)

    def _tolerate(self, text: str | bytes, refusal: Exception) -> Any:
        """Read a refused frame once more. Raises `FrameRefused`."""
        try:
            envelope = self._envelope_decoder.decode(text)
        except (msgspec.MsgspecError, RecursionError, UnicodeError):
            raise _unreadable(text, refusal) from None
        request_id, name = _scalar(envelope.id, RequestId), _scalar(envelope.type, str)
        if tolerance.concerns(refusal) and name in self.client_frames:
            try:
                return msgspec.convert(self._rule(name)(msgspec.json.decode(text)), self.client_frames[name])
            except (msgspec.MsgspecError, RecursionError, UnicodeError) as again:
                refusal = again
        if envelope.type is UNSET:
            raise FrameRefused(
                request_id, Invalid("`type` is missing", reason="malformed", path="$", field="type")
            ) from None
        if name is None:
            raise FrameRefused(
                request_id, Invalid("`type` must be a string", reason="malformed", path="$.type", field="type")
            ) from None
        if name not in self.client_frames:
            raise FrameRefused(request_id, _unknown_type(name)) from None
        raise FrameRefused(request_id, as_invalid(refusal, self.client_frames[name]), name) from None

    def _rule(self, name: str) -> tolerance.Repair:
        """Return what a type of frame tolerates; most types are never asked for."""
        if name not in self._rules:
            self._rules[name] = tolerance.rule_of(self.client_frames[name])
        return self._rules[name]


def frame_name(payload: type[ClientPayload]) -> str:
    """Return the name of the envelope of such a payload."""
    return f"{payload.__name__}Frame"


def client_frame(name: str, payload: type[ClientPayload]) -> type[Struct]:
    """Make the closed envelope of a client frame; `data` may be left out when `payload` has no required member."""
    required = any(field.required for field in msgspec.structs.fields(payload))
    data: Any = ("data", payload) if required else ("data", payload, msgspec.field(default_factory=payload))
    return msgspec.defstruct(
        frame_name(payload),
        [data, ("id", RequestId | UnsetType, UNSET)],
        tag_field="type",
        tag=name,
        forbid_unknown_fields=True,
    )


def union(frames: Iterable[type[Struct]]) -> Any:
    """Return the tagged union of all envelopes."""
    return reduce(or_, frames)


def _scalar(raw: Raw | UnsetType, kind: Any) -> Any:
    if isinstance(raw, UnsetType):
        return None
    try:
        return msgspec.json.decode(raw, type=kind)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None


def _unreadable(text: str | bytes, refusal: Exception) -> FrameRefused:
    """Answer a text that is no JSON, or none that can be handed on, with the id that stands in it all the same."""
    written = text.decode(errors="surrogateescape") if isinstance(text, bytes) else text
    token = broken.id_token(written)
    request_id = None if token is None else _scalar(Raw(token), RequestId)
    return FrameRefused(request_id, broken.unpaired_surrogate(written, str(refusal)) or as_invalid(refusal))


def _unknown_type(name: str) -> UnknownType:
    return UnknownType(f"no such frame type: {name[:SHOWN]!r}", path="$.type", field="type")


MAX_CHOICES = 24
"""So many values of an enumeration stand in a sentence; `details.allowed` has all."""
_AT = " - at `$"
_AT_NAME = " - at `key` in `$"
"""What msgspec says of the name of a member that may have any name of some form."""
_MEMBER = lazy_pattern(r"\.(\w+)")
_MALFORMED = "JSON is malformed: "
_TYPES = lazy_pattern(r"\A(Expected )`([\w |]+)`|(, got )`([\w |]+)`\Z")
_TYPE_WORDS = {"str": "a string", "int": "an integer", "float": "a number", "bool": "true or false", "null": "null"}
_TYPE_WORDS |= {"object": "an object", "array": "an array"}
_BOUND = lazy_pattern(r"\AExpected `[\w |]+`( of length)? (>=|<=) (-?[0-9.]+)\Z")
_MEMBER_WORDS = {"Object contains unknown": "Unknown member", "Object missing required": "Missing member"}
"""People read these, and many of them don't know what Python calls its types."""


def as_invalid(refusal: Exception, read: Any = None) -> Invalid:
    """Turn msgspec's refusal into an error that names the member: its JSON path and its own name.

    With the type that was to be `read` it also names the values of an enumeration.
    """
    if isinstance(refusal, RecursionError):
        return Invalid("nested too deeply", reason="nesting", path="$")
    if not isinstance(refusal, msgspec.ValidationError):
        return Invalid(f"not one JSON object in UTF-8{_place(refusal)}", reason="malformed", path="$")
    reason, path = _split(str(refusal))
    kind, named, name = reason.partition(" field `")
    if named and kind in _MEMBER_WORDS:  # else it is a value in which that stands
        name = name[:-1][:SHOWN]
        return Invalid(
            f"{_MEMBER_WORDS[kind]}, at {path}.{name}", reason="malformed", path=f"{path}.{name}", field=name
        )
    members = _MEMBER.findall(path)
    if reason.startswith("Invalid"):  # it goes on with the value, which may be long and is nobody else's business
        return _no_choice(path, members, () if read is None or path == "$.type" else allowed_values(read, path))
    field = members[-1] if members else None
    bound = _bound(reason)
    told = f"{_TYPES.sub(_in_words, reason)}, at {path}"
    error = Invalid(told, reason="bound" if bound else "malformed", path=path, field=field)
    error.tell(**bound)
    return error


def _no_choice(path: str, members: Sequence[str], values: Sequence[str]) -> Invalid:
    """Return the error for a value that isn't one of an enumeration, which is told unless it is long."""
    text, field = "Not one of the values that the schema lists", members[-1] if members else None
    if not values:
        return Invalid(f"{text}, at {path}", reason="malformed", path=path, field=field)
    shown = ", ".join(f"`{value}`" for value in values)
    if len(values) <= MAX_CHOICES:
        text = f"Must be {'one of ' if len(values) > 1 else ''}{shown}"
    return Invalid(f"{text}, at {path}", reason="choice", path=path, field=field, allowed=[*values])


def _bound(reason: str) -> dict[str, float]:
    """The bound that a value is beyond, for details: `minimum` or `maximum`, `minLength` or `maxLength`."""
    found = _BOUND.match(reason)
    if found is None:
        return {}
    name = ("min" if found[2] == ">=" else "max") + ("Length" if found[1] else "imum")
    return {name: msgspec.json.decode(found[3])}


def _in_words(types: re.Match[str]) -> str:
    """`an integer or null` for "`int | null`"."""
    before, names = types[1] or types[3], types[2] or types[4]
    return before + " or ".join(_TYPE_WORDS.get(name, name) for name in names.split(" | "))


def _place(refusal: Exception) -> str:
    """Where and how a text stops being JSON; no word of the text itself."""
    said = str(refusal)
    if said.startswith(_MALFORMED):
        return f": {said.removeprefix(_MALFORMED)}"
    return ": it ends too early" if said == "Input data was truncated" else ""


def _split(message: str) -> tuple[str, str]:
    """Return msgspec's reason and path, which it leaves out for the root."""
    reason, at, path = message.rpartition(_AT)
    if not at:
        reason, at, path = message.rpartition(_AT_NAME)
    return (reason, "$" + path[:-1][: 4 * SHOWN]) if at else (message, "$")
