import socket
import threading
from ipaddress import IPv4Address, IPv6Address, ip_network

import pytest
import trio
from hypothesis import given
from hypothesis import strategies as st

from orchd.errors import Forbidden, Invalid, OrchdError, Unavailable
from orchd.outside.places import NameQuestions, PlaceRule, find_place, is_public

OWN = [
    *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1"),
    *("255.255.255.255", "::1", "::", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1"),
    *("64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:4136:e378:8000:63bf:3fff:fdd2"),
    *("::127.0.0.1", "64:ff9b:1::a00:1", "::ffff:0:10.0.0.1", "fec0::1", "5f00::1", "4000::1"),
]


@pytest.mark.parametrize("address", OWN)
def test_addresses_of_the_own_network(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8"])
def test_addresses_of_the_whole_net(address: str) -> None:
    assert is_public(address)


def knowing(*addresses: str):  # type: ignore[no-untyped-def]  # what asks for names
    async def ask(name: str, port: int) -> list[str]:
        if not addresses:
            raise OSError("no such name")
        return list(addresses)

    return ask


OPEN = PlaceRule(private=True, plain=True)
USUAL = PlaceRule(plain=True, usual=True)


async def test_what_was_judged_is_connected_to() -> None:
    place = await find_place("https://a.example/x?y=1", PlaceRule(), knowing("8.8.8.8", "8.8.4.4", "8.8.8.8"))
    assert tuple(place) == ("https", ("8.8.8.8", "8.8.4.4"), 443, "a.example", "a.example", "/x?y=1")
    assert place.url == "https://8.8.8.8:443/x?y=1"
    place = await find_place("https://a.example:444", PlaceRule(), knowing("2606:4700:4700::1111"))
    assert (place.url, place.host) == ("https://[2606:4700:4700::1111]:444/", "a.example:444")
    place = await find_place("https://bücher.example:444/ü?%C3%BC#x", PlaceRule(), knowing("8.8.8.8"))
    assert place.url == "https://8.8.8.8:444/%C3%BC?%C3%BC"
    assert (place.host, place.name) == ("xn--bcher-kva.example:444", "xn--bcher-kva.example")
    place = await find_place("http://a.example", OPEN, knowing("10.0.0.1"))
    assert place.url == "http://10.0.0.1:80/"
    place = await find_place("http://a.example:80/", USUAL, knowing("8.8.8.8"))
    assert (place.url, place.host) == ("http://8.8.8.8:80/", "a.example:80")


@pytest.mark.parametrize(
    ("url", "rule", "addresses", "kind"),
    [
        ("https://a.example", PlaceRule(), ("10.0.0.1",), Forbidden),
        ("https://a.example", PlaceRule(), ("8.8.8.8", "127.0.0.1"), Forbidden),
        ("http://a.example", PlaceRule(), ("8.8.8.8",), Forbidden),
        ("https://a.example", PlaceRule(), (), Unavailable),
        ("https://a.example:0x50/", PlaceRule(), ("8.8.8.8",), Invalid),
        ("https://a.example:99999/", PlaceRule(), ("8.8.8.8",), Invalid),
        ("https://[a.example/", PlaceRule(), ("8.8.8.8",), Invalid),
        ("ftp://a.example", PlaceRule(), ("8.8.8.8",), Invalid),
        ("https:///a.example", PlaceRule(), ("8.8.8.8",), Invalid),
        (f"https://{'ü' * 64}.a.example", PlaceRule(), ("8.8.8.8",), Invalid),
        ("https://a.example:8443/", USUAL, ("8.8.8.8",), Invalid),
        ("https://a.example:80/", USUAL, ("8.8.8.8",), Invalid),
        ("http://a.example:443/", USUAL, ("8.8.8.8",), Invalid),
        ("https://me:secret@a.example/", USUAL, ("8.8.8.8",), Invalid),
        ("https://@a.example/", USUAL, ("8.8.8.8",), Invalid),
        ("https://a.example:0/", USUAL, ("8.8.8.8",), Invalid),
        ("ftp://a.example:21/", USUAL, ("8.8.8.8",), Invalid),
        ("http://a.example/", USUAL, ("8.8.8.8", "::ffff:10.0.0.1"), Forbidden),
    ],
)
async def test_what_is_not_connected_to(
    url: str, rule: PlaceRule, addresses: tuple[str, ...], kind: type[OrchdError]
) -> None:
    with pytest.raises(kind) as refused:
        await find_place(url, rule, knowing(*addresses))
    assert "a.example" not in refused.value.message
    assert refused.value.reason is not None


OWN_IPV4 = [ip_network(net) for net in (
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
    "192.0.2.0/24", "168.63.129.16/32",
    "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
)]  # fmt: skip
OWN_IPV6 = [ip_network(net) for net in (
    "::/96", "::1/128", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/32", "2001:db8::/32", "2002::/16",
    "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
)]  # fmt: skip
"""What belongs to no machine of the whole net, or only names an IPv4 address in another way."""


@given(st.sampled_from(OWN_IPV4).flatmap(lambda net: st.ip_addresses(network=net)))
def test_no_notation_makes_an_address_of_ones_own_public(address: IPv4Address) -> None:
    number = int(address)
    assert not is_public(str(address))
    assert not is_public(str(IPv6Address(0xFFFF << 32 | number))), "mapped"
    assert not is_public(str(IPv6Address(number))), "compatible"
    assert not is_public(str(IPv6Address(0x2002 << 112 | number << 80))), "6to4"
    assert not is_public(str(IPv6Address(0x0064_FF9B << 96 | number))), "NAT64"
    assert not is_public(str(IPv6Address(0x2001_0000 << 96 | (number ^ 0xFFFF_FFFF)))), "Teredo"


@given(st.sampled_from(OWN_IPV6).flatmap(lambda net: st.ip_addresses(network=net)))
def test_no_address_of_such_a_network_is_public(address: IPv6Address) -> None:
    assert not is_public(str(address))
    assert not is_public(f"{address}%eth0")


@given(st.ip_addresses())
def test_what_is_public_is_global_to_the_library_as_well(address: IPv4Address | IPv6Address) -> None:
    if is_public(str(address)):
        inner = getattr(address, "ipv4_mapped", None) or address
        assert inner.is_global
        assert not any((inner.is_private, inner.is_loopback, inner.is_multicast, inner.is_link_local))


async def test_questions_that_nobody_waits_for_take_no_threads_from_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer to a name of somebody's own making may never come, and the system can't be told to leave off."""
    answered = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answered.wait(60) and [])
    questions = NameQuestions(2)
    before = trio.to_thread.current_default_thread_limiter().borrowed_tokens
    try:
        for _ in range(4):
            with trio.move_on_after(0.01):
                await questions.resolve("slow.example", 80)
        assert trio.to_thread.current_default_thread_limiter().borrowed_tokens == before
    finally:
        answered.set()
    assert await questions.resolve("slow.example", 80) == []


async def test_the_system_knows_what_it_is_asked() -> None:
    assert await NameQuestions(1).resolve("127.1", 80) == ["127.0.0.1"]
    with pytest.raises(ValueError, match="label"):
        await NameQuestions(1).resolve("a" * 64, 80)


async def test_a_name_that_ends_with_a_dot_is_the_one_without_to_a_certificate() -> None:
    place = await find_place("https://a.example./", USUAL, knowing("8.8.8.8"))
    assert (place.name, place.host) == ("a.example", "a.example.")
