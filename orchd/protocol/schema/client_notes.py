"""What a client must know of a frame besides its members, as the schema says it: in keywords that begin with `x-`."""

from collections.abc import Iterable
from typing import Never

from orchd.protocol import PATH, PROTOCOL
from orchd.protocol.codec import Codec
from orchd.protocol.command import AnyCommand, SubscriptionTerms
from orchd.protocol.frame_type import FrameType
from orchd.protocol.messages import AUTHENTICATE, CANCEL, CLOSING, ERROR, PING, READY
from orchd.protocol.rights import GRANTED, RIGHT_TEXTS
from orchd.protocol.schema.shape import SchemaObject

RECONNECT_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
"""Seconds that a client waits before it connects again, the last one each time from then on."""
SILENCE_SECONDS = 30.0
"""So long a daemon may say nothing before a client should send `ping`."""
PONG_SECONDS = 10.0
"""Seconds after such a `ping` without any frame after which a connection is dead."""


def of_command(command: AnyCommand, codec: Codec) -> SchemaObject:
    """Return what is to be known of a request: who may make it, what ends it, what comes besides."""
    told: SchemaObject = {
        "x-right": command.right,
        "x-scope": command.scope,
        "x-reply": command.reply.name,
    }
    if command.final:
        told["x-replyData"] = dict(command.final)
    told |= {"x-before": _names(command.before), "x-pushes": _names(command.pushes)}
    told["x-errors"] = [kind.code for kind in command.errors]
    if command.subscription is not None:
        told["x-subscription"] = _subscription(command.subscription, codec)
    if command.resume is not None:
        told["x-resume"] = codec.client_frames[command.resume].__name__
    return told


def of_frame(frame: FrameType[Never]) -> SchemaObject:
    """Return what is to be known of a frame that the daemon sends: where the text is in a piece of one."""
    if frame.text is None:
        return {}
    members = {name: value for name, value in frame.text._asdict().items() if value is not None}
    return {"x-text": {**members, "of": list(frame.text.of)}}


def rights() -> SchemaObject:
    """Return the rights: what a request does that needs one, and the roles that have it."""
    return {
        right: {"description": told, "roles": [role for role, granted in GRANTED.items() if right in granted]}
        for right, told in RIGHT_TEXTS.items()
    }


def session() -> SchemaObject:
    """Return what holds for a whole connection: its path, its own frames, and where the first one has the limits."""
    return {
        "protocol": PROTOCOL,
        "path": PATH,
        "ready": READY.name,
        "closing": CLOSING.name,
        "error": ERROR.name,
        "ping": f"{PING.payload.__name__}Frame",
        "cancel": f"{CANCEL.payload.__name__}Frame",
        "authenticate": f"{AUTHENTICATE.payload.__name__}Frame",
        "maxInFlight": "limits.maxInFlight",
        "maxFrameBytes": "limits.maxFrameBytes",
        "heartbeatSeconds": "heartbeatSeconds",
        "reconnectAfterMs": "reconnectAfterMs",
        "reconnectSeconds": list(RECONNECT_SECONDS),
        "silenceSeconds": SILENCE_SECONDS,
        "pongSeconds": PONG_SECONDS,
    }


def _subscription(terms: SubscriptionTerms, codec: Codec) -> SchemaObject:
    told: SchemaObject = {"end": codec.client_frames[terms.end].__name__}
    if terms.key:
        keys = {codec.server_frames[kind].name: path for kind, path in terms.keys.items()}
        told |= {"key": terms.key, "keys": keys}
    if terms.numbered:
        told |= {"since": "since", "number": "number", "recovered": "recovered"}
    return told


def _names(frames: Iterable[FrameType[Never]]) -> list[str]:
    return [frame.name for frame in frames]
