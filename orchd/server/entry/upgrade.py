"""Whether a request is a WebSocket handshake that can be accepted (RFC 6455, 4.2.1)."""

from base64 import b64decode

from orchd.server.entry.head import RequestHead
from orchd.server.entry.page import Page

_READ_BY_WSPROTO = (b"connection", b"sec-websocket-")
"""Headers that wsproto decodes as ASCII; it fails at any that are not."""

_ONCE = (b"origin", b"sec-websocket-key", b"sec-websocket-version")
"""Headers of a handshake that must not be doubled: which one counts would be anybody's guess."""


def refuse_upgrade(head: RequestHead) -> Page | None:
    """Return why a request is no handshake that can be accepted."""
    upgrade, key = (head.text(b"upgrade") or "").lower(), head.text(b"sec-websocket-key")
    connection = {token.strip() for token in (head.text(b"connection") or "").lower().split(",")}
    if head.method != b"GET" or upgrade != "websocket" or "upgrade" not in connection:
        return _other("this path speaks WebSocket")
    if head.version != b"1.1":
        return _other("WebSocket needs HTTP/1.1")
    if head.text(b"sec-websocket-version") != "13" or key is None:
        return _other("WebSocket version 13 with a key is needed")
    if not _is_key(key):
        return Page.of_error(400, "invalid", "Sec-WebSocket-Key is not the base64 of 16 bytes")
    if any(len(head.values(name)) > 1 for name in _ONCE):
        return Page.of_error(400, "invalid", "a header of the handshake stands there twice")
    if not all(value.isascii() for name, value in head.headers if name.startswith(_READ_BY_WSPROTO)):
        return Page.of_error(400, "invalid", "headers of the handshake are ASCII")
    return None


def _other(message: str) -> Page:
    headers = (("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13"))
    return Page.of_error(426, "invalid", message, headers)


def _is_key(key: str) -> bool:
    try:
        return len(b64decode(key, validate=True)) == 16
    except ValueError:
        return False
