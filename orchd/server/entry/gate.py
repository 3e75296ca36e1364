"""Which requests a browser may make: Host against DNS rebinding, Origin against other people's pages.

A page of an attacker can make its own name resolve to 127.0.0.1 and then looks like the same origin. So `Host` must be
an IP address, `localhost`, or a name that the operator allowed. A request without `Origin` is not made by a
page's script and is let through; with one, it must be the daemon's own origin or an allowed one.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit

from orchd.access.addresses import read_address
from orchd.patterns import lazy_pattern

MAX_HOST_CHARACTERS = 300
"""Longer than any name of the DNS with a port."""
HOSTS_KEPT = 64
"""Values of `Host` that are not read anew each time: most clients send one of a few."""

_FORM = lazy_pattern(r"(\[[^\[\]]+\]|[^\[\]:]+)(:[0-9]*)?", re.ASCII)
"""A name or an IPv4 address, or an IPv6 address in brackets, and perhaps a port."""


class Gate:
    """The names and origins that are let in. Immutable."""

    def __init__(self, hosts: Iterable[str], origins: Iterable[str], program_origins: Iterable[str] = ()) -> None:
        self._hosts = {host.lower().rstrip(".") for host in hosts} | {"localhost"}
        self._origins = {origin.lower().rstrip("/") for origin in origins}
        self._program_origins = {origin.lower().rstrip("/") for origin in program_origins}

    def admits_host(self, host: str) -> bool:
        """Whether the value of a `Host` header names this daemon."""
        name = _hostname(host)
        return name is not None and (_is_address(name) or name.rstrip(".") in self._hosts)

    def admits_origin(self, origin: str | None, host: str, *, secure: bool = False) -> bool:
        """Whether a request with this `Origin`, sent to `host`, may open a socket; `secure`: over TLS, as is known.

        Without TLS of our own there may be some in front of us, so that a page of either scheme is the daemon's own.
        """
        if origin is None:
            return True
        return origin.lower().rstrip("/") in self._origins or self.is_own(origin, host, secure=secure)

    def shares_with(self, origin: str) -> bool:
        """Whether pages of this origin may ask for what is for programs, and read the answer."""
        return origin.lower().rstrip("/") in self._program_origins

    def is_own(self, origin: str, host: str, *, secure: bool = False) -> bool:
        """Whether this is the origin of the daemon's own pages, as seen by whoever calls it `host`."""
        try:
            parts = urlsplit(origin)
        except ValueError:
            return False
        if parts.scheme not in (("https",) if secure else ("http", "https")) or not parts.netloc:
            return False
        return _without_port(parts.netloc, parts.scheme) == _without_port(host, parts.scheme)


@lru_cache(maxsize=HOSTS_KEPT)
def is_loopback_host(host: str) -> bool:
    """Whether a program that calls the daemon so is on its machine, or calls it by no name at all (`0.0.0.0`)."""
    name = _hostname(host) or ""
    address = read_address(name)
    if address is None:
        return name.rstrip(".") == "localhost"
    return address.is_loopback or address.is_unspecified


def _without_port(host: str, scheme: str) -> str:
    """The host in small letters, without the port that its scheme has anyway."""
    return host.lower().removesuffix(":443" if scheme == "https" else ":80")


@lru_cache(maxsize=HOSTS_KEPT)
def _hostname(host: str) -> str | None:
    if (
        len(host) > MAX_HOST_CHARACTERS or _FORM.fullmatch(host) is None
    ):  # `urlsplit` takes `[::1].evil.example` for ::1
        return None
    try:
        parts = urlsplit(f"//{host}")
        return parts.hostname if parts.netloc == host and parts.port != 0 and parts.username is None else None
    except ValueError:
        return None


@lru_cache(maxsize=HOSTS_KEPT)
def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
