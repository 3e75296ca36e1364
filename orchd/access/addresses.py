"""Who is at the other end of a connection: by the socket, or by what a trusted proxy says of the client behind it.

Lists of addresses are got round where two parsers read one text differently. So there is one here, `ipaddress`, and
only its values are compared, never texts; an IPv4 address that an IPv6 socket shows as `::ffff:127.0.0.1` is unfolded.

What a proxy says is read in one form only. From a peer that is no trusted proxy it is not read at all; from one that
is, a header that stands there twice or can't be read refuses the request, since a guess would be the client's to make.
That somebody speaks for a client is seen from everybody: such a request is not this machine's own.
"""

import re
from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import NamedTuple, TypeAlias

from orchd.patterns import lazy_pattern

IpAddress: TypeAlias = IPv4Address | IPv6Address
IpNetwork: TypeAlias = IPv4Network | IPv6Network

MAX_CLAIMED = 256
"""Longest user name that a proxy may claim, in characters."""

_FOR, _PROTO, _HOST = b"x-forwarded-for", b"x-forwarded-proto", b"x-forwarded-host"
_SCHEMES = {b"https": True, b"wss": True, b"http": False, b"ws": False}
_WITH_PORT = lazy_pattern(r"(?:\[(?P<v6>[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*)\]|(?P<v4>[0-9.]+))(?::[0-9]{1,5})?", re.ASCII)
_HEADER_NAME = lazy_pattern(r"[A-Za-z0-9!#$%&'*+.^`|~-]{1,64}", re.ASCII)
_RELAYED = lazy_pattern(
    rb"(x-|x-original-)?forwarded(-.*)?|via|(.*-)?(client|connecting|real|cluster|user)-ip|(x-)?remote-(addr|ip|user)"
    rb"|x-envoy-external-address|cdn-loop|cf-(ray|visitor)"
)
"""Headers, with `-` for `_`, that programs don't send by themselves, and that some proxy or other adds."""
_SPOKEN_FOR = lazy_pattern(
    r"(authorization|cookie|host|origin|connection|upgrade|forwarded|(x-forwarded|sec)-.*)", re.I
)


class ForwardingError(ValueError):
    """What a trusted proxy says can't be read; the text names the header."""


class SocketPeer(NamedTuple):
    """The other end of a socket. `address` is None where there is none: a Unix socket, a stream in memory."""

    address: IpAddress | None = None
    secure: bool = False
    """Whether it speaks TLS with us."""


UNKNOWN_PEER = SocketPeer()


class ClientFacts(NamedTuple):
    """What is known of the client that sent a request, by the socket or by the trusted proxy in front of it."""

    address: IpAddress | None = None
    """None when it is not known. Only where nothing is `proxied` does loopback mean that it is on this machine."""
    secure: bool = False
    """Whether its connection is encrypted on its way to us or to the proxy."""
    host: str | None = None
    """The host that it asked the proxy for; None: what the request's own `Host` says."""
    claimed: str | None = None
    """The user that the proxy has recognised; None: nobody. Whether there is such a user is not known here."""
    proxied: bool = False
    """Whether a trusted proxy has said anything of it."""
    relayed: bool = False
    """Whether the request shows that somebody else than its sender has made it: by a header of a proxy that is not
    trusted, or since it asks for another host than this machine."""

    @property
    def is_near(self) -> bool:
        """Whether the socket's other end is on this machine, and speaks for itself as far as is known of proxies."""
        return self.address is not None and self.address.is_loopback and not self.proxied

    @property
    def is_local(self) -> bool:
        """Whether it is on this machine, by its own socket: what a proxy says makes nobody local."""
        return self.is_near and not self.relayed

    @property
    def label(self) -> str | None:
        """The address as a text for logs and lists of changes."""
        return None if self.address is None else str(self.address)


def read_address(text: str) -> IpAddress | None:
    """An address from a text, an IPv4 one unfolded from IPv6; None for anything else. The zone of a link is cut off."""
    try:
        return _unfold(ip_address(text.partition("%")[0]))
    except ValueError:
        return None


def reachable_network(address: IpAddress) -> IpNetwork:
    """The addresses that one client can choose among: its own, or the 64 bits that a line gets in IPv6."""
    return ip_network((address, 32 if isinstance(address, IPv4Address) else 64), strict=False)


def customer_network(address: IpAddress) -> IpNetwork:
    """The addresses that one customer of a provider may have: one, or the 48 bits that are handed out in IPv6."""
    return ip_network((address, 32 if isinstance(address, IPv4Address) else 48), strict=False)


def read_network(text: str) -> IpNetwork:
    """A network from `10.0.0.0/8`, `fd00::/8` or one address. Raises ValueError with a sentence that says what is
    wrong."""
    try:
        network = ip_network(text)
    except ValueError as error:
        host_bits = f"; write `{ip_network(text, strict=False)}`" if "host bits" in str(error) else ""
        raise ValueError(f"is no network or address{host_bits}") from None
    if network.prefixlen == 0:
        raise ValueError("is everybody; name the proxies' own addresses")
    if isinstance(network, IPv6Network) and network.network_address.ipv4_mapped is not None:
        raise ValueError("is an IPv4 network in IPv6's form; write it as IPv4")
    return network


def is_user_header(name: str) -> bool:
    """Whether a header of this name may tell who the user is: no underscore, which proxies take for `-`, and none that
    means something else."""
    return _HEADER_NAME.fullmatch(name) is not None and _SPOKEN_FOR.fullmatch(name) is None


class TrustedProxies:
    """The proxies that are believed, and the header by which they name a user. Immutable; without networks, nobody is.

    Raises ValueError for what `read_network` does not read.
    """

    def __init__(self, networks: Iterable[str] = (), user_header: str | None = None) -> None:
        self._networks = tuple(map(read_network, networks))
        self._user_header = None if user_header is None else user_header.lower().encode("ascii")

    def trusts(self, address: IpAddress | None) -> bool:
        """Whether what comes from there is believed; nobody without an address is."""
        return address is not None and any(address in network for network in self._networks)

    def facts(self, peer: SocketPeer, headers: Sequence[tuple[bytes, bytes]]) -> ClientFacts:
        """What is known of the client, by the names (in small letters) and values of a request's headers.

        Raises `ForwardingError` for what a trusted proxy says and can't be read.
        """
        if not self.trusts(peer.address):
            return ClientFacts(peer.address, peer.secure, relayed=self._is_relayed(headers))
        hops, proto, host = (_only(headers, name) for name in (_FOR, _PROTO, _HOST))
        claimed = self._user_claim(headers)
        return ClientFacts(
            self._client(peer.address, hops),
            peer.secure if proto is None else _is_secure(proto),
            _host(host),
            claimed,
            proxied=any(each is not None for each in (hops, proto, host, claimed)) or self._is_relayed(headers),
        )

    def _is_relayed(self, headers: Sequence[tuple[bytes, bytes]]) -> bool:
        """Whether somebody speaks for another one, in any spelling."""
        spelled = (name.replace(b"_", b"-") for name, _ in headers)
        return any(name == self._user_header or _RELAYED.fullmatch(name) is not None for name in spelled)

    def _client(self, peer: IpAddress | None, hops: bytes | None) -> IpAddress | None:
        """The nearest hop that is none of ours. What stands before it, its sender may have made up: it is not read."""
        nearest = peer
        for hop in reversed(hops.split(b",")) if hops is not None else ():
            nearest = _hop(hop)
            if not self.trusts(nearest):
                break
        return nearest

    def _user_claim(self, headers: Sequence[tuple[bytes, bytes]]) -> str | None:
        """The user's name. Another spelling of the header, which some take for the same one, is one too many."""
        if self._user_header is None:
            return None
        spellings = [value for name, value in headers if name.replace(b"_", b"-") == self._user_header]
        value = _only(headers, self._user_header)
        if len(spellings) > (value is not None):
            raise ForwardingError(f"{self._user_header.decode()} stands there in another spelling")
        return None if not value else _name(self._user_header, value)


NO_PROXIES = TrustedProxies()


def _only(headers: Sequence[tuple[bytes, bytes]], wanted: bytes) -> bytes | None:
    """A header's value. Raises `ForwardingError` when it stands there twice: which one counts would be a guess."""
    values = [value for name, value in headers if name == wanted]
    if len(values) > 1:
        raise ForwardingError(f"{wanted.decode()} stands there twice")
    return values[0] if values else None


def _hop(text: bytes) -> IpAddress:
    """One address of X-Forwarded-For, perhaps with a port."""
    plain = text.strip(b" \t").decode("latin-1")
    match = _WITH_PORT.fullmatch(plain)
    address = None if "%" in plain else read_address((match["v6"] or match["v4"]) if match is not None else plain)
    if address is None:
        raise ForwardingError(f"{_FOR.decode()} has what is no address")
    return address


def _is_secure(value: bytes) -> bool:
    secure = _SCHEMES.get(value.strip(b" \t").lower())
    if secure is None:
        raise ForwardingError(f"{_PROTO.decode()} is neither http nor https")
    return secure


def _host(value: bytes | None) -> str | None:
    """One host. Whether it is one that this daemon answers to, the gate decides as for any `Host`."""
    if value is None:
        return None
    if not value.isascii() or any(each in b" \t,/@?#\\" for each in value) or not value:
        raise ForwardingError(f"{_HOST.decode()} is not one host")
    return value.decode("ascii")


def _name(header: bytes, value: bytes) -> str:
    try:
        name = value.decode("utf-8")
    except UnicodeDecodeError:
        raise ForwardingError(f"{header.decode()} is not UTF-8") from None
    if len(name) > MAX_CLAIMED or not name.isprintable():
        raise ForwardingError(f"{header.decode()} is no name")
    return name


def _unfold(address: IpAddress) -> IpAddress:
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return address if mapped is None else mapped
