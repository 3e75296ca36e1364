"""What a client must know of the wire, read out of a schema: the one thing that every language's writer starts from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class TextType:
    """A string; lengths are in code points. `format` is `date-time` for moments."""

    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    format: str | None = None


@dataclass(frozen=True)
class IntegerType:
    """A whole number between two bounds, which are part of it."""

    minimum: int | None = None
    maximum: int | None = None


@dataclass(frozen=True)
class NumberType:
    """A number; `above` is a bound that is not part of it."""

    minimum: float | None = None
    maximum: float | None = None
    above: float | None = None


@dataclass(frozen=True)
class BooleanType:
    """True or false."""


@dataclass(frozen=True)
class ConstantType:
    """One value and no other."""

    value: str | int


@dataclass(frozen=True)
class AnyType:
    """Whatever JSON can say."""


@dataclass(frozen=True)
class ListType:
    """Values of one type, in order."""

    item: "ValueType"
    min_items: int | None = None
    max_items: int | None = None


@dataclass(frozen=True)
class MapType:
    """An object whose members may have any name, or one that follows a pattern."""

    value: "ValueType"
    max_items: int | None = None
    key_pattern: str | None = None


@dataclass(frozen=True)
class ObjectReference:
    """An object that has a name of its own in the contract."""

    name: str


@dataclass(frozen=True)
class EnumerationReference:
    """An enumeration that has a name of its own in the contract."""

    name: str


@dataclass(frozen=True)
class TaggedUnion:
    """One of several objects, told apart by the value of their member `tag`: value → name of the object."""

    tag: str
    branches: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class PlainUnion:
    """A value of one of several types, which JSON itself tells apart."""

    types: tuple["ValueType", ...]


@dataclass(frozen=True)
class Nullable:
    """A value or null."""

    of: "ValueType"


ValueType: TypeAlias = (
    TextType
    | IntegerType
    | NumberType
    | BooleanType
    | ConstantType
    | AnyType
    | ListType
    | MapType
    | ObjectReference
    | EnumerationReference
    | TaggedUnion
    | PlainUnion
    | Nullable
)


@dataclass(frozen=True)
class MemberType:
    """A member of an object. `null_clears`: null takes it away, which is not the same as leaving it out.

    `unit` is what its number counts. `choice` is the value of an enumeration that stands for one left out.
    `absent` is what is read where an older daemon leaves out what it should send.
    """

    name: str
    type: ValueType
    description: str
    required: bool
    null_clears: bool = False
    default: object = None
    unit: str | None = None
    choice: str | None = None
    absent: str | None = None


@dataclass(frozen=True)
class ObjectType:
    """An object with named members. `closed`: it is sent by clients, and has no others."""

    name: str
    description: str
    members: tuple[MemberType, ...]
    closed: bool


@dataclass(frozen=True)
class Enumeration:
    """Some texts; where it `may_grow`, later daemons send others, too."""

    name: str
    description: str
    values: tuple[str, ...]
    may_grow: bool


@dataclass(frozen=True)
class TextPlace:
    """Where the text is in a frame that brings a piece of a growing one: names of members of its data.

    `of` tell the texts of a connection apart; `seq` is the position at which the piece ends.
    """

    of: tuple[str, ...]
    chunk: str
    done: str
    channel: str | None
    seq: str | None


@dataclass(frozen=True)
class ServerFrameType:
    """A frame that the daemon sends; `payload` is the name of the object that is its data, `example` a whole frame."""

    type: str
    name: str
    payload: str
    description: str
    text: TextPlace | None = None
    example: object = None


@dataclass(frozen=True)
class NumberedChanges:
    """How a subscription goes on where it ended: members of the request, of each pushed frame and of the reply."""

    since: str
    number: str
    recovered: str


@dataclass(frozen=True)
class SubscriptionType:
    """How a subscription is told from others, and ended: `end` is the type of the request that does.

    Where a connection may have several, `key` is the member of both requests that says what is followed, and `keys` has
    the path (names with dots between) at which each pushed frame says the same: type of frame → path.
    """

    end: str
    key: str | None
    keys: Mapping[str, str]
    changes: NumberedChanges | None


@dataclass(frozen=True)
class RequestType:
    """A request: its `payload`, what ends it, what comes besides, and who may make it. Frames are named by their type.

    `reply_data` are members that tell the final frame from one of its type before it. `resume` is the type of the
    request by which the rest of an answer is had after a lost connection. `errors` are the codes that may end it, but
    for those that may end any request; None where the schema doesn't tell.
    """

    type: str
    name: str
    payload: str
    payload_required: bool
    description: str
    right: str
    scope: str
    reply: str
    reply_data: Mapping[str, str]
    before: tuple[str, ...]
    pushes: tuple[str, ...]
    errors: tuple[str, ...] | None
    subscription: SubscriptionType | None
    resume: str | None
    example: object = None


@dataclass(frozen=True)
class ErrorCodeFact:
    """An error code: whether the same request may succeed later, whether any request may have it, what it means."""

    code: str
    retryable: bool
    common: bool
    description: str


@dataclass(frozen=True)
class CloseCodeFact:
    """A close code of the WebSocket, and whether a client should connect again."""

    code: int
    reconnect: bool
    description: str


@dataclass(frozen=True)
class RightFact:
    """A right: what a request does that needs it, and the roles of users that have it."""

    right: str
    description: str
    roles: tuple[str, ...]


@dataclass(frozen=True)
class SessionFacts:
    """What holds for a whole connection: its own frames by their types, and times in seconds."""

    protocol: str
    path: str
    ready: str
    closing: str
    error: str
    ping: str
    cancel: str
    authenticate: str
    reconnect_seconds: tuple[float, ...]
    silence_seconds: float
    pong_seconds: float


@dataclass(frozen=True)
class Contract:
    """The whole wire. Requests and frames by their types, objects and enumerations by their names, in a fixed order."""

    protocol: str
    requests: Mapping[str, RequestType]
    server_frames: Mapping[str, ServerFrameType]
    objects: Mapping[str, ObjectType]
    enumerations: Mapping[str, Enumeration]
    error_codes: tuple[ErrorCodeFact, ...]
    error_reasons: Mapping[str, str]
    close_codes: tuple[CloseCodeFact, ...]
    session: SessionFacts
    rights: tuple[RightFact, ...]

    @property
    def unasked(self) -> tuple[str, ...]:
        """The types of frames that belong to no request: whoever is connected may get them."""
        asked = {self.session.ready, self.session.closing, self.session.error}
        for request in self.requests.values():
            asked |= {request.reply, *request.before, *request.pushes}
        return tuple(kind for kind in self.server_frames if kind not in asked)


def inner_types(value: ValueType) -> Iterator[ValueType]:
    """Yield a type and all that stand in it, but not what the objects hold that it refers to."""
    yield value
    match value:
        case ListType(item=inner) | MapType(value=inner) | Nullable(of=inner):
            yield from inner_types(inner)
        case PlainUnion(types=types):
            for each in types:
                yield from inner_types(each)
        case TaggedUnion(branches=branches):
            for _, name in branches:
                yield ObjectReference(name)
