"""What a request shows of who sends it: decided here alone, for `/ws` and every page, from the head and the connection.

It is one thing or nothing, in one form: any other spelling of it is nothing, or refuses the request. Nothing is ever
read from the address, since addresses stand in logs and histories.
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from orchd.access.addresses import ClientFacts
from orchd.errors import Invalid, Unauthorized
from orchd.patterns import lazy_pattern

MAX_TOKEN = 256
"""Longest token that is looked at, in characters."""

_BEARER = lazy_pattern(rb"Bearer ([A-Za-z0-9_-]{1,%d})" % MAX_TOKEN)

_OTHERS = lazy_pattern(rb"(?i:basic|digest|negotiate|ntlm) ")
"""What browsers show to a proxy that asks for it, and which some hand on: it is none of ours, and shows nothing."""


class Credentials(NamedTuple):
    """What was shown. `value` is a secret, or, for a `name`, what a trusted proxy says."""

    kind: Literal["nothing", "token", "cookie", "name"] = "nothing"
    value: str = ""

    def __repr__(self) -> str:
        return f"Credentials({self.kind})"


NOTHING = Credentials()


_KEY = lazy_pattern(rb"[A-Za-z0-9_-]{1,%d}" % MAX_TOKEN)


def read_key(headers: Sequence[tuple[bytes, bytes]], client: ClientFacts) -> Credentials:
    """Return what a program shows: as `read_credentials` does, without a cookie, and with the token under `x-api-key`
    where there is no `Authorization`. Raises as that does."""
    shown = read_credentials(headers, client, None)
    keys = [value for name, value in headers if name == b"x-api-key"]
    if shown.kind == "token" or not keys:
        return shown
    if len(keys) > 1:
        raise Invalid("the header x-api-key stands there twice", reason="malformed")
    if _KEY.fullmatch(keys[0]) is None:
        raise Unauthorized("the header x-api-key must be an API token", reason="malformed")
    return Credentials("token", keys[0].decode("ascii"))


def read_credentials(headers: Sequence[tuple[bytes, bytes]], client: ClientFacts, cookie: str | None) -> Credentials:
    """Return what a request shows; names of headers are in small letters, `cookie` is the one that counts.

    Raises `Invalid` for two `Authorization` headers, `Unauthorized` for one that is not exactly `Bearer` and a token,
    unless it is a proxy's.
    """
    shown = [value for name, value in headers if name == b"authorization"]
    if len(shown) > 1:
        raise Invalid("the header Authorization stands there twice", reason="malformed")
    if shown and _OTHERS.match(shown[0]) is None:
        token = _BEARER.fullmatch(shown[0])
        if token is None:
            raise Unauthorized(
                "the header Authorization must be `Bearer`, one space and an API token", reason="malformed"
            )
        return Credentials("token", token[1].decode("ascii"))
    if client.claimed is not None:
        return Credentials("name", client.claimed)
    return NOTHING if cookie is None else Credentials("cookie", cookie)
