"""Frames as a client sees them: what they stand for, and which of them ends a request."""

from typing import Any

import msgspec
from trio_websocket import ConnectionClosed

from orchd.errors import CODES, Internal, OrchdError

REPLIES = {
    "ping": "pong",
    "cancel": "cancelled",
    "chat:cancel": "chat:cancelled",
    "chat:resume": "chat:resumed",
    "chat:subscribe": "chat:subscribed",
    "chat:unsubscribe": "chat:unsubscribed",
    "project:subscribe": "project:subscribed",
    "project:unsubscribe": "project:unsubscribed",
    "execution-log:subscribe": "execution-log:subscribed",
    "execution-log:unsubscribe": "execution-log:unsubscribed",
    "task:subscribe": "task:subscribed",
    "task:unsubscribe": "task:unsubscribed",
    "monitoring:subscribe": "monitoring:subscribed",
    "monitoring:unsubscribe": "monitoring:unsubscribed",
}
"""The final frames of requests whose reply has another type than they have; a test compares it with the schema."""
ANSWERED = frozenset({"chat:send", "chat:edit", "chat:regenerate", "chat:continue", "prompt:run"})
"""Requests that a model answers, over some time."""

_BROKEN_OFF = 1006
_FINAL_CLOSES = frozenset({4500, 4501})
_ERRORS = {error.code: error for error in CODES}


class Frame(msgspec.Struct, frozen=True):
    """A server frame; what this client does not know of it is ignored."""

    type: str
    id: str | None = None
    data: dict[str, Any] = {}


class ConnectionLostError(Exception):
    """The connection ended before the final frame. `again`: whether the close code allows to connect anew."""

    def __init__(self, reason: str, *, again: bool) -> None:
        super().__init__(reason)
        self.again = again


def is_answer(frame: Frame) -> bool:
    """Whether it ends a request that is answered by a model."""
    return frame.type == "chat:message" and frame.data.get("role") == "assistant"


def ends(kind: str, frame: Frame) -> bool:
    """Whether a frame on behalf of a request of this kind is its last one."""
    if frame.type == "error":
        return True
    return is_answer(frame) if kind in ANSWERED else frame.type == REPLIES.get(kind, kind)


def error_of(data: dict[str, Any]) -> OrchdError:
    """The error that a frame's `{code, message, details?}` stands for; an unknown code is `Internal`."""
    kind = _ERRORS.get(str(data.get("code")), Internal)
    message = str(data.get("message") or data.get("code") or "unknown error")
    return kind.of_wire(message, data.get("details") or {})


def lost_by(closed: ConnectionClosed) -> ConnectionLostError:
    """What the end of a WebSocket connection means to who waits."""
    code, told = (closed.reason.code, closed.reason.reason) if closed.reason is not None else (1006, None)
    reason = "it broke off" if code == _BROKEN_OFF else f"closed with code {code}{f', {told}' if told else ''}"
    return ConnectionLostError(reason, again=code not in _FINAL_CLOSES)
