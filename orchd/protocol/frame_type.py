"""What the daemon sends: a type of frame, and the struct that is its `data`."""

from typing import Generic, NamedTuple, TypeVar

import msgspec
from msgspec import UNSET, Struct, UnsetType

from orchd.protocol.types import RequestId, ServerPayload
from orchd.protocol.websocket import text_frame

Payload = TypeVar("Payload", bound=Struct, contravariant=True)

_encode = msgspec.json.Encoder().encode


class TextMembers(NamedTuple):
    """The members of a frame that brings a piece of a growing text, as they are called on the wire.

    `of` tells the texts of a connection apart. `seq` is the position at which a piece ends, None where there is none.
    """

    of: tuple[str, ...]
    chunk: str = "chunk"
    done: str = "done"
    channel: str | None = "channel"
    seq: str | None = "seq"


class FrameType(Generic[Payload]):
    """A type of server frame. Several may have the same payload. `FrameType[Never]` is any of them.

    `text` says where the text is in a frame that brings a piece of one.
    """

    __slots__ = ("_envelope", "name", "payload", "text", "type")

    def __init__(self, kind: str, payload: type[Payload], *, text: TextMembers | None = None) -> None:
        self.type = kind
        self.payload: type[Struct] = payload
        self.text = text
        self.name = _name(kind, payload)
        self._envelope: type[Struct] | None = None

    @property
    def envelope(self) -> type[Struct]:
        """The whole frame; made for the first one, since there are hundreds of types that nobody waits for."""
        if self._envelope is None:
            self._envelope = msgspec.defstruct(
                self.name,
                [("data", self.payload), ("id", RequestId | UnsetType, UNSET)],
                tag_field="type",
                tag=self.type,
            )
        return self._envelope

    def frame(self, payload: Payload, request_id: str | None = None) -> bytes:
        """Return a frame as a whole WebSocket text message, ready for any number of sockets.

        `request_id` None makes a pushed one, without `id`. Raises `TypeError` for another struct than this
        frame's: what the type checker should have found.
        """
        if type(payload) is not self.payload:
            raise TypeError(f"{self.type} can't say {type(payload).__name__}")
        return text_frame(_encode(self.envelope(payload, UNSET if request_id is None else request_id)))


def _name(kind: str, payload: type[Struct]) -> str:
    """Name the envelope for clients: by the payload when that is this frame's own, else by the type of the frame."""
    if issubclass(payload, ServerPayload):
        return f"{payload.__name__}Frame"
    return f"{''.join(word.capitalize() for word in kind.split(':'))}ReplyFrame"
