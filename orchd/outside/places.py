"""Which addresses the daemon connects to because a user says so: none of its own network unless an operator allows it.

A name is resolved once, and what it resolves to is both judged and connected to: a name that means something else a
moment later changes nothing.
"""

import socket
from collections.abc import Awaitable, Callable
from functools import partial
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import NamedTuple, TypeAlias
from urllib.parse import quote, urlsplit

import trio

from orchd.errors import Forbidden, Invalid, Unavailable

Resolve: TypeAlias = Callable[[str, int], Awaitable[list[str]]]
"""Return the addresses of a name. Raises `OSError`."""

_WHOLE_NET = IPv6Network("2000::/3")
"""All that is given out of IPv6 to the whole net. Elsewhere are notations of IPv4 (`::10.0.0.1`, `64:ff9b:1::/48`) and
networks of one's own that the library doesn't know as such (`fec0::/10`)."""
_OF_NO_NET = (IPv4Network("192.0.0.0/24"), IPv4Network("168.63.129.16/32"))
"""What some versions of the library take for addresses of the whole net, and clouds have their machines ask of
themselves under."""
_PORTS = {"http": 80, "https": 443}
_AS_IT_IS = "!#$%&'()*+,/:;=?@[]~"
"""What an address that is written out may hold besides letters, digits and `-._`."""


class PlaceRule(NamedTuple):
    """Which places are allowed. `private`: also those of the own network; `plain`: also plain http; `usual`: only the
    port that its scheme has anyway, since on the others of a public address listen programs that are for few."""

    private: bool = False
    plain: bool = False
    usual: bool = False


class Destination(NamedTuple):
    """Where a request goes: to the first of the addresses that answers, with the name for which they stand."""

    scheme: str
    addresses: tuple[str, ...]
    port: int
    name: str
    """Whom a certificate has to name: without the dot that may end a name."""
    host: str
    """As a request says it: the name, and the port where that is told."""
    target: str
    """Path and query."""

    @property
    def url(self) -> str:
        """The address with a number for its name."""
        first = self.addresses[0]
        return f"{self.scheme}://{f'[{first}]' if ':' in first else first}:{self.port}{self.target}"


async def resolve(name: str, port: int) -> list[str]:
    """Ask the system. Raises `OSError`."""
    found = await trio.socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


class NameQuestions:
    """Asks the system as well, `most` at once. The system can't be told to leave off, and a name can be made whose
    answer never comes: of the threads that all else needs, those who give up and ask again would take one each time."""

    def __init__(self, most: int) -> None:
        self._turns = trio.CapacityLimiter(most)

    async def resolve(self, name: str, port: int) -> list[str]:
        """Raises `OSError`, and `ValueError` for what is no name."""
        asking = partial(socket.getaddrinfo, name, port, type=socket.SOCK_STREAM)
        found = await trio.to_thread.run_sync(asking, limiter=self._turns, abandon_on_cancel=True)
        return [str(entry[4][0]) for entry in found]


async def find_place(url: str, rule: PlaceRule, ask: Resolve = resolve) -> Destination:
    """Return where an address leads. Raises `Invalid` for one that the rule doesn't allow as it is written, `Forbidden`
    for one that leads where it doesn't, and `Unavailable` for a name that nobody knows."""
    try:
        parts = urlsplit(url)
        name, usual = _ascii(parts.hostname or ""), _PORTS[parts.scheme]
        port = usual if parts.port is None else parts.port
    except (ValueError, KeyError):
        raise Invalid("it is no address on the web", reason="web_address") from None
    if not (rule.plain or parts.scheme == "https"):
        raise Forbidden("only https is allowed", reason="web_address")
    if not name or (rule.usual and (port != usual or "@" in parts.netloc)):
        raise Invalid("the address has a port of its own, or a password in it", reason="web_address")
    try:
        addresses = await ask(name, port)
    except (OSError, ValueError):
        raise Unavailable("the name of the host is not known", reason="unknown_host") from None
    if not addresses or not (rule.private or all(map(is_public, addresses))):
        raise Forbidden("addresses of the daemon's own network are not allowed", reason="own_network")
    target = quote(f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}", safe=_AS_IT_IS)
    host = f"[{name}]" if ":" in name else name
    whole = host if parts.port is None else f"{host}:{port}"
    return Destination(parts.scheme, tuple(dict.fromkeys(addresses)), port, name.removesuffix("."), whole, target)


def _ascii(name: str) -> str:
    """Return a name as it is asked for, and stands in a request: in ASCII. Raises `ValueError` for what is none."""
    if not name.isascii():
        name = name.encode("idna").decode()
    if not name.isprintable() or " " in name:
        raise ValueError(name)
    return name


def is_public(address: str) -> bool:
    """Tell whether an address belongs to the whole net, and to no machine behind another notation of it."""
    found: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is not None:
            return is_public(str(found.ipv4_mapped))
        if found.sixtofour is not None or found.teredo is not None or found not in _WHOLE_NET:
            return False
        return found.is_global and not found.is_multicast
    return found.is_global and not found.is_multicast and not any(found in net for net in _OF_NO_NET)
