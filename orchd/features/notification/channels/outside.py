"""Which addresses the daemon connects to because a user says so: none of its own network unless an operator allows it.

A name is resolved once, and what it resolves to is both judged and connected to: a name that means something else a
moment later changes nothing.
"""

import socket
from collections.abc import Awaitable, Callable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import NamedTuple, TypeAlias
from urllib.parse import urlsplit

import trio

from orchd.errors import Forbidden, Unavailable

Resolve: TypeAlias = Callable[[str, int], Awaitable[list[str]]]
"""Return the addresses of a name. Raises `OSError`."""

_WHOLE_NET = IPv6Network("2000::/3")
"""All that is given out of IPv6 to the whole net. Elsewhere are notations of IPv4 (`::10.0.0.1`, `64:ff9b:1::/48`) and
networks of one's own that the library doesn't know as such (`fec0::/10`)."""
_PORTS = {"http": 80, "https": 443}


class Destination(NamedTuple):
    """Where a request goes: the address with a number for its name, and that name."""

    url: str
    host: str
    name: str


async def resolve(name: str, port: int) -> list[str]:
    """Ask the system. Raises `OSError`."""
    found = await trio.socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


async def find_place(url: str, *, private: bool, ask: Resolve = resolve) -> Destination:
    """Return where an address leads. `private`: also the own network is allowed, and plain http. Raises `Forbidden`,
    and `Unavailable` for a name that nobody knows."""
    parts = urlsplit(url)
    try:
        name, port = _ascii(parts.hostname or ""), parts.port or _PORTS[parts.scheme]
        addresses = await ask(name, port)
    except (OSError, ValueError, KeyError):
        raise Unavailable("its address is not known") from None
    if not private and parts.scheme != "https":
        raise Forbidden("only https is allowed")
    if not addresses or not (private or all(map(is_public, addresses))):
        raise Forbidden("addresses of the daemon's own network are not allowed")
    number = f"[{addresses[0]}]" if ":" in addresses[0] else addresses[0]
    rest = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    host = f"[{name}]" if ":" in name else name
    whole = host if parts.port is None else f"{host}:{port}"
    return Destination(f"{parts.scheme}://{number}:{port}{rest}", whole, name)


def _ascii(name: str) -> str:
    """Return a name as it is asked for, and stands in a request: in ASCII. Raises `ValueError` for what is none."""
    return name if name.isascii() else name.encode("idna").decode()


def is_public(address: str) -> bool:
    """Tell whether an address belongs to the whole net, and to no machine behind another notation of it."""
    found: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is not None:
            return is_public(str(found.ipv4_mapped))
        if found.sixtofour is not None or found.teredo is not None or found not in _WHOLE_NET:
            return False
    return found.is_global and not found.is_multicast
