"""What a generated client tells the runtime of its protocol."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from msgspec import Struct

from .failures import DisconnectedError, RequestError
from .messages import Frame

R = TypeVar("R")


@dataclass(frozen=True)
class ProtocolFacts:
    """What holds for every connection. Frames are named by their types, times are in seconds."""

    protocol: str
    ready: str
    closing: str
    error: str
    ping: str
    cancel: str
    authenticate: str
    payloads: Mapping[str, type[Struct]]
    """What the daemon sends: the data of each type of frame."""
    replies: Mapping[str, tuple[str, Mapping[str, str]]]
    """Requests whose last frame is called otherwise than they are, or has to say something: its type, and what."""
    safe: frozenset[str]
    """Requests that change nothing, so that they may be sent again."""
    errors: Mapping[str, type[RequestError]]
    no_reconnect: frozenset[int]
    """Close codes after which connecting again is of no use."""
    reconnect_seconds: tuple[float, ...]
    silence_seconds: float
    pong_seconds: float

    def call_of(self, kind: str) -> "Call[Any]":
        """Return what ends a request; one that this client doesn't know ends with a frame of its own type."""
        reply, said = self.replies.get(kind, (kind, {}))
        return Call(kind, reply, object, said, safe=kind in self.safe)

    def final(self, frame: Frame | None) -> Frame:
        """Return a last frame. Raises the `RequestError` that it is, or `DisconnectedError` when there is none."""
        if frame is None:
            raise DisconnectedError("the connection was lost before the reply came")
        if frame.type == self.error:
            error = self.error_of(frame.data)
            error.frame = frame
            raise error
        return frame

    def error_of(self, data: Any) -> RequestError:
        """Return what an `error` frame says as an exception."""
        kind = self.errors.get(str(data.code), RequestError)
        return kind(str(data.code), data.message, retryable=data.retryable, details=data.details)


@dataclass(frozen=True)
class Call(Generic[R]):
    """A type of request, and what ends it. `safe`: it changes nothing, so that it may be sent again."""

    kind: str
    reply: str
    returns: type[R]
    reply_data: Mapping[str, str] = field(default_factory=dict[str, str])
    safe: bool = False

    def ended_by(self, frame: Frame) -> bool:
        """Whether a frame is this request's last one, if it is no error."""
        if frame.type != self.reply:
            return False
        data = frame.data
        return all(getattr(data, name, None) == value for name, value in self.reply_data.items())

    def result(self, frame: Frame) -> R:
        """Return what the last frame says."""
        data: R = frame.data
        return data


@dataclass(frozen=True)
class AnswerTerms:
    """How an answer streams and is resumed. Frames by their types, members by their names in Python."""

    streaming: str
    of: str
    """The member of such a frame that says of which answer it is."""
    chunk: str
    seq: str
    channel: str
    message: str
    """The type of the frame that has the whole answer."""
    answered: Mapping[str, str]
    """What tells the answer's from the question's."""
    resume: Call[Any]
    resume_data: Callable[[int, int, str], Struct]
    """The data of the request for the rest: of the id of the answer, the last `seq`, and the epoch of that."""
    cancel: Call[Any] | None
    cancel_data: Callable[[int], Struct] | None


@dataclass(frozen=True)
class FollowTerms:
    """How a subscription is kept and ended. Frames by their types, members by their names in Python."""

    pushes: frozenset[str]
    end: Call[Any]
    end_data: Callable[[Any], Struct]
    """The data of the request that ends it: of the value of the key."""
    key: str | None = None
    paths: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """Where each pushed frame has the key."""
    since: str | None = None
    number: str | None = None
    recovered: str | None = None
