"""Whose word is taken for who the client is, and how it is read."""

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.access.addresses import (
    MAX_CLAIMED,
    ClientFacts,
    ForwardingError,
    IpAddress,
    SocketPeer,
    TrustedProxies,
    customer_network,
    is_user_header,
    read_address,
    read_network,
)

PROXY = SocketPeer(IPv4Address("10.0.0.1"))
STRANGER = SocketPeer(IPv4Address("203.0.113.9"))
TRUSTED = TrustedProxies(["10.0.0.0/24", "fd00::/8", "127.0.0.1"], "Remote-User")

addresses = st.ip_addresses()


def said(peer: SocketPeer = PROXY, **headers: str) -> ClientFacts:
    """What is made of headers, named with capitals and `_`, of a peer."""
    pairs = [(name.lower().replace("_", "-").encode(), value.encode("utf-8")) for name, value in headers.items()]
    return TRUSTED.facts(peer, pairs)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("::ffff:127.0.0.1", "127.0.0.1"),
        ("::ffff:7f00:1", "127.0.0.1"),
        ("0:0:0:0:0:FFFF:7F00:0001", "127.0.0.1"),
        ("2001:DB8::1", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("127.1", None),
        ("0177.0.0.1", None),
        ("2130706433", None),
        ("0x7f.0.0.1", None),
        ("127.0.0.1 ", None),
        ("[::1]", None),
        ("१२७.0.0.1", None),
        ("localhost", None),
        ("", None),
    ],
)
def test_one_reading_of_an_address(text: str, address: str | None) -> None:
    assert read_address(text) == (None if address is None else ip_address(address))


@given(addresses)
def test_an_address_is_the_same_in_every_form(address: IpAddress) -> None:
    plain = address.ipv4_mapped or address if isinstance(address, IPv6Address) else address
    assert read_address(str(address)) == plain
    assert read_address(address.exploded) == plain
    if isinstance(address, IPv4Address):
        assert read_address(f"::ffff:{address}") == address
        assert read_address(str(IPv6Address(int(address) + (0xFFFF << 32)))) == address


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("0.0.0.0/0", "is everybody"),
        ("::/0", "is everybody"),
        ("10.0.0.1/24", "write `10.0.0.0/24`"),
        ("::ffff:10.0.0.0/120", "write it as IPv4"),
        ("proxy.lan", "is no network or address"),
        ("10.0.0.0/33", "is no network or address"),
        ("", "is no network or address"),
    ],
)
def test_networks_that_are_refused(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        read_network(text)


@pytest.mark.parametrize(
    ("peer", "trusted"),
    [
        ("10.0.0.255", True),
        ("::ffff:10.0.0.7", True),
        ("10.0.1.0", False),
        ("127.0.0.1", True),
        ("127.0.0.2", False),
        ("::1", False),
        ("fdff::1", True),
        ("fe00::1", False),
    ],
)
def test_who_is_believed(peer: str, trusted: bool) -> None:
    assert TRUSTED.trusts(read_address(peer)) is trusted


def test_who_has_no_address_is_not_believed() -> None:
    assert not TRUSTED.trusts(None)
    assert said(SocketPeer(), X_Forwarded_For="127.0.0.1", Remote_User="ann") == ClientFacts(relayed=True)


@pytest.mark.parametrize(
    ("hops", "client"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("203.0.113.7:50123", "203.0.113.7"),
        ("2001:db8::7", "2001:db8::7"),
        ("[2001:db8::7]", "2001:db8::7"),
        ("[2001:db8::7]:443", "2001:db8::7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("127.0.0.1, 203.0.113.7", "203.0.113.7"),
        ("unknown, \\x00'--, 203.0.113.7,10.0.0.2 ,\t10.0.0.3", "203.0.113.7"),
        ("10.0.0.9, 10.0.0.2", "10.0.0.9"),
    ],
)
def test_the_client_is_the_nearest_hop_that_is_not_ours(hops: str, client: str) -> None:
    assert said(X_Forwarded_For=hops).address == ip_address(client)


@pytest.mark.parametrize(
    "hops",
    [
        "",
        " ",
        ",",
        "unknown",
        "203.0.113.7,",
        "203.0.113.7, 10.0.0.2, x",
        "1.2.3.4:x",
        "fe80::1%eth0",
        "[1.2.3.4]:1 2",
        "[1.2.3.4]",
    ],
)
def test_hops_that_a_trusted_proxy_must_not_send(hops: str) -> None:
    with pytest.raises(ForwardingError, match="x-forwarded-for"):
        said(X_Forwarded_For=hops)


def test_what_a_proxy_says_of_its_client() -> None:
    facts = said(X_Forwarded_For="203.0.113.7", X_Forwarded_Proto="HTTPS", X_Forwarded_Host="orchd.lan:8443")
    assert facts == ClientFacts(ip_address("203.0.113.7"), True, "orchd.lan:8443", None, proxied=True)
    assert said() == ClientFacts(PROXY.address)
    assert said(SocketPeer(PROXY.address, secure=True), X_Forwarded_Proto="http").secure is False
    assert said(SocketPeer(PROXY.address, secure=True)).secure is True
    assert said(X_Forwarded_Proto="wss").secure is True


def test_of_a_stranger_only_its_socket_counts() -> None:
    headers = {
        "X_Forwarded_For": "127.0.0.1",
        "X_Forwarded_Proto": "https",
        "X_Forwarded_Host": "localhost",
        "Remote_User": "admin",
        "Forwarded": "for=127.0.0.1;proto=https",
    }
    assert said(STRANGER, **headers) == ClientFacts(STRANGER.address, relayed=True)
    nobody = TrustedProxies((), "Remote-User")
    pairs = [(name.lower().replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    for peer in (PROXY, SocketPeer(IPv4Address("127.0.0.1"))):
        assert nobody.facts(peer, pairs) == ClientFacts(peer.address, relayed=True)


@pytest.mark.parametrize("name", ["x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "remote-user"])
@pytest.mark.parametrize("value", [b"\xff", b"a" * 10_000, b"127.0.0.1", b"https"])
def test_doubled_headers_are_refused_from_a_proxy_and_ignored_from_others(name: str, value: bytes) -> None:
    pairs = [(name.encode(), value), (b"host", b"localhost"), (name.encode(), value)]
    with pytest.raises(ForwardingError, match=f"{name} stands there twice"):
        TRUSTED.facts(PROXY, pairs)
    assert TRUSTED.facts(STRANGER, pairs) == ClientFacts(STRANGER.address, relayed=True)


@pytest.mark.parametrize("proto", ["", "https,http", "ftp", "https://"])
def test_schemes_that_are_refused(proto: str) -> None:
    with pytest.raises(ForwardingError, match="x-forwarded-proto"):
        said(X_Forwarded_Proto=proto)


@pytest.mark.parametrize("host", ["", "a,b", "a b", "http://a", "a/b", "user@a", "a#b", "a?b", "ä.lan"])
def test_hosts_that_are_refused(host: str) -> None:
    with pytest.raises(ForwardingError, match="x-forwarded-host"):
        said(X_Forwarded_Host=host)


@pytest.mark.parametrize(("value", "name"), [("ann", "ann"), ("Änn Özil", "Änn Özil"), ("", None)])
def test_the_user_that_a_proxy_has_recognised(value: str, name: str | None) -> None:
    assert said(Remote_User=value).claimed == name


@pytest.mark.parametrize("value", [b"\xff", b"a\x00b", "a\u2028b".encode(), b"a" * (MAX_CLAIMED + 1)])
def test_names_that_are_refused(value: bytes) -> None:
    with pytest.raises(ForwardingError, match="remote-user"):
        TRUSTED.facts(PROXY, [(b"remote-user", value)])


def test_another_spelling_of_the_users_header_is_never_believed() -> None:
    for pairs in ([(b"remote_user", b"admin")], [(b"remote-user", b"ann"), (b"remote_user", b"admin")]):
        with pytest.raises(ForwardingError, match="another spelling"):
            TRUSTED.facts(PROXY, pairs)
        assert TRUSTED.facts(STRANGER, pairs) == ClientFacts(STRANGER.address, relayed=True)
    off = TrustedProxies(["10.0.0.0/24"])
    assert off.facts(PROXY, [(b"remote-user", b"ann")]) == ClientFacts(PROXY.address, proxied=True)


RELAYS = (
    *("x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-forwarded-server", "x-forwarded", "forwarded"),
    *("forwarded-for", "x-original-forwarded-for", "via", "x-real-ip", "x-client-ip", "true-client-ip", "client-ip"),
    *("x-cluster-client-ip", "proxy-client-ip", "cf-connecting-ip", "cf-ray", "cdn-loop", "fastly-client-ip"),
    *("x-remote-addr", "remote-user", "x-forwarded-user", "x_forwarded_for", "x_real_ip"),
)


@pytest.mark.parametrize("name", RELAYS)
def test_whom_somebody_speaks_for_is_not_on_this_machine(name: str) -> None:
    near = SocketPeer(IPv4Address("127.0.0.1"))
    client = TrustedProxies().facts(near, [(b"host", b"localhost"), (name.encode(), b"127.0.0.1")])
    assert (client.is_near, client.is_local) == (True, False)


def test_a_trusted_proxys_client_is_not_on_this_machine_whatever_it_says() -> None:
    proxies = TrustedProxies(["127.0.0.1"])
    for name in (b"x-real-ip", b"via", b"forwarded"):
        client = proxies.facts(SocketPeer(IPv4Address("127.0.0.1")), [(name, b"1.1 here")])
        assert (client.proxied, client.is_local) == (True, False)


@pytest.mark.parametrize("name", ["host", "origin", "user-agent", "x-requested-with", "device-id", "x-request-id"])
def test_what_programs_send_by_themselves_is_no_sign_of_a_proxy(name: str) -> None:
    near = SocketPeer(IPv4Address("127.0.0.1"))
    assert TrustedProxies().facts(near, [(name.encode(), b"a")]).is_local


def test_the_header_that_would_name_a_user_is_such_a_sign_too() -> None:
    proxies = TrustedProxies(["10.0.0.1"], "X-Auth-Request-Email")
    near = SocketPeer(IPv4Address("127.0.0.1"))
    assert not proxies.facts(near, [(b"x-auth-request-email", b"ann@here")]).is_local


@pytest.mark.parametrize(
    ("name", "usable"),
    [
        ("Remote-User", True),
        ("X-Auth-Request-Preferred-Username", True),
        ("Remote_User", False),
        ("Remote User", False),
        ("X-Forwarded-For", False),
        ("Authorization", False),
        ("COOKIE", False),
        ("Host", False),
        ("Sec-WebSocket-Key", False),
        ("", False),
        ("Ä", False),
    ],
)
def test_which_header_may_name_a_user(name: str, usable: bool) -> None:
    assert is_user_header(name) is usable


names = st.sampled_from(
    [b"x-forwarded-for", b"x-forwarded-proto", b"x-forwarded-host", b"remote-user", b"remote_user", b"forwarded"]
)
headers = st.lists(st.tuples(names, st.binary(max_size=40)), max_size=6)


@given(addresses, headers)
def test_nothing_that_a_stranger_sends_changes_what_is_known_of_it(
    address: IpAddress, pairs: list[tuple[bytes, bytes]]
) -> None:
    peer = SocketPeer(read_address(str(address)))
    if not TRUSTED.trusts(peer.address):
        assert TRUSTED.facts(peer, pairs)._replace(relayed=False) == ClientFacts(peer.address)


@given(headers)
def test_any_header_of_a_proxy_is_read_or_refused(pairs: list[tuple[bytes, bytes]]) -> None:
    try:
        facts = TRUSTED.facts(PROXY, pairs)
    except ForwardingError:
        return
    assert facts.address is not None
    assert facts.claimed is None or 0 < len(facts.claimed) <= MAX_CLAIMED


@given(
    st.text(st.characters(max_codepoint=255, exclude_characters=","), max_size=20),
    addresses,
    st.lists(st.sampled_from(["10.0.0.2", "fd00::1", "127.0.0.1"]), max_size=4),
)
def test_what_a_client_writes_itself_never_stands_for_its_address(own: str, client: IpAddress, ours: list[str]) -> None:
    seen = read_address(str(client))
    assert seen is not None
    if TRUSTED.trusts(seen):
        return
    for forged in ("", f"{own},", f"127.0.0.1, {own}, ::1,"):
        hops = forged + ", ".join([str(client), *ours])
        assert TRUSTED.facts(PROXY, [(b"x-forwarded-for", hops.encode("latin-1"))]).address == seen


@pytest.mark.parametrize(
    ("address", "network"), [("192.0.2.7", "192.0.2.7/32"), ("2001:db8:1:2::7", "2001:db8:1::/48")]
)
def test_the_addresses_that_a_customer_may_have(address: str, network: str) -> None:
    assert str(customer_network(ip_address(address))) == network
