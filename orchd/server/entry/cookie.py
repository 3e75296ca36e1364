"""The session cookie: its name, its attributes, and which of those that are shown counts.

Over TLS its name begins with `__Host-`, so that no other host and no plain page can set it (RFC 6265bis, 4.1.3).
Browsers refuse that name over plain http, where it is `orchd`, and is given on loopback only.
"""

import re
from collections.abc import Sequence

from orchd.patterns import lazy_pattern

SECURE_NAME, PLAIN_NAME = "__Host-orchd", "orchd"

_VALUE = lazy_pattern(r"[A-Za-z0-9_-]{22,128}", re.ASCII)


def cookie_name(*, secure: bool) -> str:
    """The only name that counts on such a connection."""
    return SECURE_NAME if secure else PLAIN_NAME


def set_cookie(value: str, seconds: int, *, secure: bool) -> tuple[str, str]:
    """The header that gives a cookie; one of no `seconds` takes it away."""
    kind = "; Secure" if secure else ""
    name = cookie_name(secure=secure)
    return "Set-Cookie", f"{name}={value}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{kind}"


def shown_cookie(values: Sequence[bytes], *, secure: bool) -> str | None:
    """The value of the session cookie in a request's `Cookie` headers; None for one that was never given, too."""
    found = read_cookie(values, cookie_name(secure=secure))
    return found if found is not None and _VALUE.fullmatch(found) else None


def read_cookie(values: Sequence[bytes], name: str) -> str | None:
    """The value of a cookie in a request's `Cookie` headers.

    None for none, and for several: pages of a neighbouring host may have set one of them, and which one counts would be
    theirs to choose.
    """
    pairs = (pair.strip(" \t").partition("=") for value in values for pair in value.decode("latin-1").split(";"))
    found = [value for key, _, value in pairs if key == name]
    return found[0] if len(found) == 1 else None
