"""What a log-in under way must be known by when the browser comes back: kept by the browser itself, in a cookie.

Nothing is kept here, so that nobody can fill it, and any daemon of the database can take up what another began. The
cookie is signed, and says until when it holds. It ties the provider's answer to the browser that asked: an answer that
somebody else got can't be slipped to it (RFC 6749, 10.12), and PKCE ties the code to it as well (RFC 7636).
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import NamedTuple

import msgspec

STATE_SECONDS = 600
"""How long somebody may take to log in at the provider."""

MAX_COOKIE = 2048


class LoginState(msgspec.Struct, frozen=True):
    """One log-in under way; `ends` is in Unix seconds. All but the last two are random."""

    state: str
    nonce: str
    verifier: str
    redirect: str
    ends: int


class LoginStart(NamedTuple):
    """Where the browser goes, and what it has to bring back."""

    url: str
    cookie: str


def begin_login(redirect: str, now: float) -> LoginState:
    """A log-in that comes back to the address `redirect`."""
    return LoginState(_random(), _random(), _random(), redirect, int(now) + STATE_SECONDS)


def challenge_of(verifier: str) -> str:
    """What the provider is told of the verifier (S256)."""
    return _encode(hashlib.sha256(verifier.encode()).digest())


def to_cookie(state: LoginState, key: bytes) -> str:
    """A state as the browser keeps it."""
    told = _encode(msgspec.json.encode(state))
    return f"{told}.{_sign(told, key)}"


def from_cookie(text: str, key: bytes, now: float) -> LoginState | None:
    """The state of a cookie; None for one that was not signed here, or whose time is over."""
    told, _, signature = text.partition(".")
    if len(text) > MAX_COOKIE or not text.isascii() or not hmac.compare_digest(signature, _sign(told, key)):
        return None
    state = msgspec.json.decode(urlsafe_b64decode(told + "=" * (-len(told) % 4)), type=LoginState)
    return state if now < state.ends else None


def _random() -> str:
    return secrets.token_urlsafe(32)


def _sign(told: str, key: bytes) -> str:
    return _encode(hmac.digest(key, b"orchd oidc login\0" + told.encode(), "sha256"))


def _encode(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
