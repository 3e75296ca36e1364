"""The data of frames that `session` has."""

from __future__ import annotations

from typing import Any

from ..runtime.messages import RequestData, ServerData
from .shared import ErrorCode, ErrorReason, UserRole


class Ping(RequestData, kw_only=True):
    """`ping`: is anybody there, at the level of frames."""


class Cancel(RequestData, kw_only=True):
    """`cancel`: end the request in flight that has this id."""

    id: str
    """Id of the request in flight that shall end. 1 to 64 characters."""


class SessionAuthenticate(RequestData, kw_only=True):
    """`session:authenticate`: who is there, for clients that can't send the header `Authorization`.

    The first frame of a connection that was not greeted; then `session:ready` comes before the reply.
    """

    token: str
    """An API token. 1 to 256 characters."""


class SessionReady(ServerData, kw_only=True):
    """`session:ready`, the first frame. `epoch` changes whenever the daemon restarts; `user` is who you are: `local`
    where nobody has to say. `switchedOff`: what the operator has not set up here, by the reasons with which
    everybody is refused who asks for it, such as `break_glass_off`; empty from an older daemon.
    """

    protocol: str
    """The protocol's name and version."""
    server: ServerInfo
    """What answers, and its version."""
    session_id: str
    """Names this connection, in the daemon's log for instance."""
    epoch: str
    """Names this run of the daemon; it changes when it restarts. `chat:resume` asks for it."""
    user: str
    """Who this connection belongs to."""
    limits: Limits
    """What a client must keep to."""
    heartbeat_seconds: float
    """Seconds between two pings of the daemon; a client that answers none is closed with 4001."""
    switched_off: list[ErrorReason | str] = []
    """What the operator has not set up, by the reasons with which everybody is refused who asks for it; none are
    known of an older daemon.
    """


class ServerInfo(ServerData, kw_only=True):
    """What answers."""

    name: str
    """Its name."""
    version: str
    """The daemon's version."""


class Limits(ServerData, kw_only=True):
    """What a client must keep to."""

    max_frame_bytes: int
    """Bytes of the longest frame that a client may send."""
    max_in_flight: int
    """How many requests of a connection may be unfinished."""


class SessionClosing(ServerData, kw_only=True):
    """`session:closing`: the daemon is about to stop; come back after a while."""

    reason: str
    """Why the daemon ends the connection."""
    reconnect_after_ms: int
    """Milliseconds after which a client should connect again."""


class Error(ServerData, kw_only=True):
    """`error`: the final frame of a request that was refused or failed."""

    code: ErrorCode | str
    """What went wrong, for programs."""
    message: str
    """What went wrong, for people: a sentence without private details."""
    retryable: bool
    """Whether the same request may succeed later."""
    details: dict[str, Any] | None = None
    """More for programs: `reason`, an `ErrorReason`, tells errors of one code apart, `field` and `path` name the
    member at fault, others depend on the error. Not there when there is nothing.
    """
    request_id: str | None = None
    """By which the daemon's log knows the request: `request_id`."""


class Pong(ServerData, kw_only=True):
    """`pong`: yes, and this is the daemon's clock."""

    timestamp: str
    """The daemon's clock."""


class Cancelled(ServerData, kw_only=True):
    """`cancelled`: `found` is false when no request with that id was in flight."""

    id: str
    """Id of the request that was to end."""
    found: bool
    """Whether a request with that id was in flight."""


class SessionAuthenticated(ServerData, kw_only=True):
    """`session:authenticate`: whose the connection is from now on."""

    user: str
    """Name of the user."""
    role: UserRole | str
    """What they may do."""
