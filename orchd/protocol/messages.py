"""The frames of every session, whatever the features: greeting, ping, cancel, error, farewell."""

from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType

from orchd.errors import Conflict
from orchd.protocol.command import Command
from orchd.protocol.frame_type import FrameType
from orchd.protocol.identity import UserRole
from orchd.protocol.types import ClientPayload, Count, ErrorCode, ErrorReason, RequestId, ServerPayload, Timestamp


class ServerInfo(Struct, frozen=True):
    """What answers."""

    name: str
    version: str


class Limits(Struct, frozen=True, rename="camel"):
    """What a client must keep to."""

    max_frame_bytes: Count
    max_in_flight: Count


class SessionReady(ServerPayload, frozen=True):
    """`session:ready`, the first frame. `epoch` changes whenever the daemon restarts; `user` is who you are: `local`
    where nobody has to say. `switchedOff`: what the operator has not set up here, by the reasons with which everybody
    is refused who asks for it, such as `break_glass_off`; empty from an older daemon."""

    protocol: str
    server: ServerInfo
    session_id: str
    epoch: str
    user: str
    limits: Limits
    heartbeat_seconds: float
    switched_off: tuple[ErrorReason, ...]


class SessionClosing(ServerPayload, frozen=True):
    """`session:closing`: the daemon is about to stop; come back after a while."""

    reason: str
    reconnect_after_ms: Count


class Ping(ClientPayload, frozen=True):
    """`ping`: is anybody there, at the level of frames."""


class Pong(ServerPayload, frozen=True):
    """`pong`: yes, and this is the daemon's clock."""

    timestamp: Timestamp


class Cancel(ClientPayload, frozen=True):
    """`cancel`: end the request in flight that has this id."""

    id: RequestId


class Cancelled(ServerPayload, frozen=True):
    """`cancelled`: `found` is false when no request with that id was in flight."""

    id: RequestId
    found: bool


class SessionAuthenticate(ClientPayload, frozen=True):
    """`session:authenticate`: who is there, for clients that can't send the header `Authorization`.

    The first frame of a connection that was not greeted; then `session:ready` comes before the reply.
    """

    token: Annotated[str, Meta(min_length=1, max_length=256, description="An API token.")]


class SessionAuthenticated(ServerPayload, frozen=True):
    """`session:authenticate`: whose the connection is from now on."""

    user: str
    role: UserRole


class Error(ServerPayload, frozen=True):
    """`error`: the final frame of a request that was refused or failed."""

    code: ErrorCode
    message: str
    retryable: Annotated[bool, Meta(description="Whether the same request may succeed later.")]
    details: dict[str, Any] | UnsetType = UNSET
    request_id: (
        Annotated[
            str,
            Meta(min_length=1, max_length=64, description="By which the daemon's log knows the request: `request_id`."),
        ]
        | UnsetType
    ) = UNSET


READY = FrameType("session:ready", SessionReady)
CLOSING = FrameType("session:closing", SessionClosing)
ERROR = FrameType("error", Error)
PING = Command("ping", Ping, FrameType("pong", Pong), right="status", scope="read")
CANCEL = Command("cancel", Cancel, FrameType("cancelled", Cancelled), right="status", scope="read")

AUTHENTICATE = Command(
    "session:authenticate", SessionAuthenticate, SessionAuthenticated, right="status", scope="read", errors=(Conflict,)
)

FRAMES = (READY, CLOSING, ERROR)
"""What every session may be sent without having asked."""
COMMANDS = (PING, CANCEL, AUTHENTICATE)
"""What the session answers itself."""
