import pytest

from orchd.errors import ConfigurationError
from orchd.llm.address import read_address


@pytest.mark.parametrize(
    ("url", "root", "host"),
    [
        ("http://127.0.0.1:1234", "http://127.0.0.1:1234", "127.0.0.1:1234"),
        ("http://127.0.0.1:1234/", "http://127.0.0.1:1234", "127.0.0.1:1234"),
        ("http://127.0.0.1:1234/v1", "http://127.0.0.1:1234", "127.0.0.1:1234"),
        (" HTTP://Box.LAN:1234/v1/ ", "http://box.lan:1234", "box.lan:1234"),
        ("box:1234", "http://box:1234", "box:1234"),
        ("https://box/openai/v1?x=1#y", "https://box:443/openai", "box:443"),
        ("http://[::1]:8080/v1", "http://[::1]:8080", "[::1]:8080"),
    ],
)
def test_spellings_become_one(url: str, root: str, host: str) -> None:
    found = read_address(url)
    assert (found.root, found.shown, found.host) == (root, root, host)


def test_credentials_are_used_but_not_shown() -> None:
    found = read_address("http://me:secret@box:1/v1")
    assert found.root == "http://me:secret@box:1"
    assert "secret" not in found.shown + found.host


@pytest.mark.parametrize("url", ["", "http://", "ftp://box", "http://box:99999", "http://u:secret@box:port"])
def test_what_is_no_address_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read_address(url)
    assert "secret" not in str(caught.value)
