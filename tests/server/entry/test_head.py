"""The head of a request, as it is looked at."""

import pytest

from orchd.access.addresses import ClientFacts
from orchd.server.entry.head import RequestHead, read_target


@pytest.mark.parametrize(
    ("target", "read"),
    [
        (b"/a?b=c", (None, "/a", "b=c")),
        (b"/a", (None, "/a", "")),
        (b"/a?b?c", (None, "/a", "b?c")),
        (b"*", (None, "*", "")),
        (b"http://orchd.example/a?b", ("orchd.example", "/a", "b")),
        (b"HTTPS://orchd.example:1", ("orchd.example:1", "/", "")),
        (b"http:///a", ("", "/a", "")),
        (b"ftp://orchd.example/a", (None, "ftp://orchd.example/a", "")),
        (b"/a?http://b/c", (None, "/a", "http://b/c")),
        (b"/\xe9", (None, "/\xe9", "")),
    ],
)
def test_targets(target: bytes, read: tuple[str | None, str, str]) -> None:
    assert read_target(target) == read


def head(*headers: tuple[bytes, bytes], authority: str | None = None, host: str | None = None) -> RequestHead:
    return RequestHead(b"GET", b"1.1", authority, "/ws", "", headers, ClientFacts(host=host))


def test_headers() -> None:
    one = head((b"a", b"1"), (b"b", b"2"), (b"a", b"3"))
    assert (one.values(b"a"), one.text(b"a"), one.text(b"c")) == ([b"1", b"3"], "3", None)
    assert one.is_upgrade


def test_what_the_client_calls_us() -> None:
    said = (b"host", b"said.example")
    assert head(said).host == "said.example"
    assert head(said, authority="asked.example").host == "asked.example"
    assert head(said, authority="asked.example", host="proxy.example").host == "proxy.example"
    assert head().host == ""
