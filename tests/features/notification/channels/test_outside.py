import pytest

from orchd.errors import Forbidden, OrchdError, Unavailable
from orchd.features.notification.channels.outside import find_place, is_public

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


async def test_what_was_judged_is_connected_to() -> None:
    place = await find_place("https://a.example/x?y=1", private=False, ask=knowing("8.8.8.8", "8.8.4.4"))
    assert place == ("https://8.8.8.8:443/x?y=1", "a.example", "a.example")
    place = await find_place("https://a.example:444", private=False, ask=knowing("2606:4700:4700::1111"))
    assert place == ("https://[2606:4700:4700::1111]:444/", "a.example:444", "a.example")
    place = await find_place("https://bücher.example:444/ü", private=False, ask=knowing("8.8.8.8"))
    assert place == ("https://8.8.8.8:444/ü", "xn--bcher-kva.example:444", "xn--bcher-kva.example")
    place = await find_place("http://a.example", private=True, ask=knowing("10.0.0.1"))
    assert place.url == "http://10.0.0.1:80/"


@pytest.mark.parametrize(
    ("url", "addresses", "kind"),
    [
        ("https://a.example", ("10.0.0.1",), Forbidden),
        ("https://a.example", ("8.8.8.8", "127.0.0.1"), Forbidden),
        ("http://a.example", ("8.8.8.8",), Forbidden),
        ("https://a.example", (), Unavailable),
        ("https://a.example:0x50/", ("8.8.8.8",), Unavailable),
        ("ftp://a.example", ("8.8.8.8",), Unavailable),
        (f"https://{'ü' * 64}.a.example", ("8.8.8.8",), Unavailable),
    ],
)
async def test_what_is_not_connected_to(url: str, addresses: tuple[str, ...], kind: type[OrchdError]) -> None:
    with pytest.raises(kind) as refused:
        await find_place(url, private=False, ask=knowing(*addresses))
    assert "a.example" not in refused.value.message
