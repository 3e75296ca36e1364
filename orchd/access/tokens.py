"""What programs and browsers show: API tokens, and the cookies of web sessions. Both are 256 random bits.

A token reads `orchd_pat_`, 43 characters of base 62 and 6 more that are a CRC-32 of what is before them: so scanners
find lost ones, and a mistyped one is refused before anything is read. Stored is only an HMAC-SHA-256 of it under a key
of the server's, which a copy of the database alone does not give away.
"""

import hashlib
import hmac
import secrets
import zlib

from orchd.patterns import lazy_pattern

PREFIX = "orchd_pat_"
HINT_CHARACTERS = 4
"""Of a token's end, which lists may show: of its checksum, so that nothing of the secret part is told."""

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_TOKEN = lazy_pattern(rf"{PREFIX}[0-9A-Za-z]{{43}}[0-9A-Za-z]{{6}}")
_COOKIE = lazy_pattern(r"[0-9A-Za-z_-]{43}")


def new_token() -> str:
    """Return a new token."""
    body = PREFIX + _base62(int.from_bytes(secrets.token_bytes(32), "big"), 43)
    return body + _checksum(body)


def is_token(text: str) -> bool:
    """Whether a text has the form of a token and its checksum is right; a look at the text alone."""
    return _TOKEN.fullmatch(text) is not None and _checksum(text[:-6]) == text[-6:]


def token_hint(token: str) -> str:
    """Return the end of a token, by which its owner knows it again."""
    return token[-HINT_CHARACTERS:]


def new_cookie() -> str:
    """Return a new session's secret, fit for a cookie's value."""
    return secrets.token_urlsafe(32)


def is_cookie(text: str) -> bool:
    """Whether a text has the form of a session's secret."""
    return _COOKIE.fullmatch(text) is not None


def token_hash(key: bytes, token: str) -> str:
    """Return what is stored of a token, as 64 hexadecimal digits."""
    return _hash(key, b"token", token)


def cookie_hash(key: bytes, cookie: str) -> str:
    """Return what is stored of a session's secret, as 64 hexadecimal digits."""
    return _hash(key, b"session", cookie)


def _hash(key: bytes, kind: bytes, text: str) -> str:
    return hmac.new(key, kind + b"\0" + text.encode(), hashlib.sha256).hexdigest()


def _checksum(body: str) -> str:
    return _base62(zlib.crc32(body.encode()), 6)


def _base62(number: int, digits: int) -> str:
    text = ""
    for _ in range(digits):
        number, digit = divmod(number, 62)
        text = _DIGITS[digit] + text
    return text
