"""WebSocket close codes: RFC 6455 section 7.4 below 4000, orchd's own above (45xx: do not reconnect)."""

from typing import NamedTuple


class CloseCode(NamedTuple):
    """A code, the reason text sent with it, and whether the client should connect again."""

    code: int
    reason: str
    reconnect: bool


SHUTTING_DOWN = CloseCode(1001, "shutting down", True)
PROTOCOL_ERROR = CloseCode(1002, "protocol error", False)
BINARY_REFUSED = CloseCode(1003, "frames are text messages", False)
NOT_UTF8 = CloseCode(1007, "not UTF-8", False)
FRAME_TOO_LONG = CloseCode(1009, "frame too long", False)
TOO_SLOW = CloseCode(4000, "too slow", True)
NO_HEARTBEAT = CloseCode(4001, "no heartbeat", True)
TOO_MANY_CONNECTIONS = CloseCode(4002, "too many connections of this user", True)
PROOF_NEEDED = CloseCode(4003, "connect again, and say who you are", True)
UNAUTHORIZED = CloseCode(4500, "unauthorized", False)
PROTOCOL_ABUSE = CloseCode(4501, "protocol abuse", False)

CLOSE_CODES = (
    SHUTTING_DOWN,
    PROTOCOL_ERROR,
    BINARY_REFUSED,
    NOT_UTF8,
    FRAME_TOO_LONG,
    TOO_SLOW,
    NO_HEARTBEAT,
    TOO_MANY_CONNECTIONS,
    PROOF_NEEDED,
    UNAUTHORIZED,
    PROTOCOL_ABUSE,
)
