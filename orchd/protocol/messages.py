"""The frames of every session, whatever the features: greeting, ping, cancel, error, farewell."""

from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType

from orchd.protocol.exchange import Exchange
from orchd.protocol.types import ClientPayload, Count, ErrorCode, RequestId, ServerPayload, Timestamp


class ServerInfo(Struct, frozen=True):
    """What answers."""

    name: str
    version: str


class Limits(Struct, frozen=True, rename="camel"):
    """What a client must keep to."""

    max_frame_bytes: Count
    max_in_flight: Count


class SessionReady(ServerPayload, frozen=True):
    """`session:ready`, the first frame. `epoch` changes whenever the daemon restarts."""

    protocol: str
    server: ServerInfo
    session_id: str
    epoch: str
    user: str
    limits: Limits
    heartbeat_seconds: float


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


class Error(ServerPayload, frozen=True):
    """`error`: the final frame of a request that was refused or failed."""

    code: ErrorCode
    message: str
    retryable: Annotated[bool, Meta(description="Whether the same request may succeed later.")]
    details: dict[str, Any] | UnsetType = UNSET


CLIENT_FRAMES: dict[str, type[ClientPayload]] = {"ping": Ping, "cancel": Cancel}
SERVER_FRAMES: dict[str, type[ServerPayload]] = {
    "session:ready": SessionReady,
    "session:closing": SessionClosing,
    "pong": Pong,
    "cancelled": Cancelled,
    "error": Error,
}
EXCHANGES: dict[str, Exchange] = {"ping": Exchange("pong"), "cancel": Exchange("cancelled")}
