"""Outgoing WebSocket frames as bytes (RFC 6455 section 5.2): what lets one encoding serve many connections.

A server's frames are not masked, so the same bytes are right for every client. Fragmentation and extensions are
never used. Incoming frames are trio-websocket's business.
"""

import struct

FIN_TEXT, FIN_CLOSE, FIN_PING, FIN_PONG = 0x81, 0x88, 0x89, 0x8A
MASKED = 0x80

_short = struct.Struct("!BB").pack
_medium = struct.Struct("!BBH").pack
_long = struct.Struct("!BBQ").pack


def text_frame(payload: bytes) -> bytes:
    """Return one whole text message holding `payload`, which must be UTF-8."""
    length = len(payload)
    if length < 126:
        return _short(FIN_TEXT, length) + payload
    if length < 65_536:
        return _medium(FIN_TEXT, 126, length) + payload
    return _long(FIN_TEXT, 127, length) + payload


def text_in(frame: bytes) -> memoryview:
    """Return what a whole message holds that `text_frame` has made."""
    skipped = {126: 4, 127: 10}.get(frame[1], 2)
    return memoryview(frame)[skipped:]


def close_frame(code: int, reason: str) -> bytes:
    """Return a close frame; `reason` is short (123 bytes at most)."""
    payload = struct.pack("!H", code) + reason.encode()
    return _short(FIN_CLOSE, len(payload)) + payload


PING_FRAME = _short(FIN_PING, 0)
"""A ping without payload; the peer must answer with a pong (RFC 6455 section 5.5.2)."""

_PONG_HEAD = _short(FIN_PONG, MASKED)
_PONG_BYTES = len(_PONG_HEAD) + 4


def answers_ping(data: bytes | bytearray) -> bool:
    """Whether data that begins a frame is the answer to `PING_FRAME` and nothing else: a pong without payload, with the
    key that clients mask with."""
    return len(data) == _PONG_BYTES and data[:2] == _PONG_HEAD
