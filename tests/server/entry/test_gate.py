"""Whom a browser may be made to talk to: Host and Origin, table by table."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.server.entry.gate import Gate, is_loopback_host

GATE = Gate(["Chat.Example", "rooted.example."], ["https://Web.example", "http://app.example:8080/"])


@pytest.mark.parametrize(
    ("host", "admitted"),
    [
        ("127.0.0.1", True),
        ("127.0.0.1:3001", True),
        ("192.168.1.20:3001", True),
        ("[::1]", True),
        ("[::1]:3001", True),
        ("[fe80::1%eth0]:3001", True),
        ("[::ffff:127.0.0.1]:3001", True),
        ("localhost", True),
        ("localhost:3001", True),
        ("LOCALHOST:3001", True),
        ("localhost.", True),
        ("localhost.:3001", True),
        ("chat.example:3001", True),
        ("CHAT.EXAMPLE.", True),
        ("rooted.example", True),
        ("evil.example", False),
        ("evil.example:3001", False),
        ("sub.chat.example", False),
        ("chat.example.evil.example", False),
        ("evilchat.example", False),
        ("localhost.evil.example", False),
        ("127.0.0.1.evil.example", False),
        ("127.0.0.1.", False),
        ("2130706433", False),
        ("0x7f.0.0.1", False),
        ("127.1", False),
        ("::1", False),
        ("[::1", False),
        ("[evil.example]", False),
        ("[::1].evil.example", False),
        ("evil.example[::1]", False),
        ("[v1.a]", False),
        ("", False),
        (" ", False),
        (".", False),
        (":3001", False),
        ("localhost:port", False),
        ("localhost:99999", False),
        ("localhost:0", False),
        ("localhost:-1", False),
        ("localhost:３００１", False),
        ("localhost:1:2", False),
        ("localhost@evil.example", False),
        ("evil.example@localhost", False),
        ("@localhost", False),
        ("user:word@127.0.0.1", False),
        ("localhost/", False),
        ("localhost/evil.example", False),
        ("localhost?evil", False),
        ("localhost#evil", False),
        ("localhost\\evil", False),
        ("localhost, evil.example", False),
        ("local\thost", False),
        (" localhost", False),
        ("localhost\n", False),
        ("//localhost", False),
        ("http://localhost", False),
    ],
)
def test_hosts(host: str, admitted: bool) -> None:
    assert GATE.admits_host(host) is admitted


@pytest.mark.parametrize(
    ("origin", "host", "admitted"),
    [
        (None, "127.0.0.1:3001", True),
        ("http://127.0.0.1:3001", "127.0.0.1:3001", True),
        ("http://[::1]:3001", "[::1]:3001", True),
        ("http://LocalHost:3001", "localhost:3001", True),
        ("https://chat.example", "chat.example", True),
        ("https://web.example", "127.0.0.1:3001", True),
        ("HTTPS://WEB.EXAMPLE", "127.0.0.1:3001", True),
        ("http://app.example:8080", "127.0.0.1:3001", True),
        ("http://web.example", "127.0.0.1:3001", False),
        ("https://web.example:8443", "127.0.0.1:3001", False),
        ("http://app.example", "127.0.0.1:3001", False),
        ("http://127.0.0.1:3000", "127.0.0.1:3001", False),
        ("http://127.0.0.1", "127.0.0.1:3001", False),
        ("http://localhost:3001", "127.0.0.1:3001", False),
        ("http://evil", "127.0.0.1:3001", False),
        ("http://evil.example", "127.0.0.1:3001", False),
        ("http://127.0.0.1:3001.evil.example", "127.0.0.1:3001", False),
        ("http://127.0.0.1:3001@evil.example", "127.0.0.1:3001", False),
        ("http://evil.example@127.0.0.1:3001", "127.0.0.1:3001", False),
        ("null", "127.0.0.1:3001", False),
        ("", "127.0.0.1:3001", False),
        ("127.0.0.1:3001", "127.0.0.1:3001", False),
        ("//127.0.0.1:3001", "127.0.0.1:3001", False),
        ("file://127.0.0.1:3001", "127.0.0.1:3001", False),
        ("chrome-extension://abcdef", "127.0.0.1:3001", False),
        ("http://", "127.0.0.1:3001", False),
        ("http://", "", False),
        ("http://[", "127.0.0.1:3001", False),
        ("http://[::1", "[::1", False),
    ],
)
def test_origins(origin: str | None, host: str, admitted: bool) -> None:
    assert GATE.admits_origin(origin, host) is admitted


latin = st.text(alphabet=st.characters(max_codepoint=255), max_size=40)


@given(latin | st.text(alphabet="localhost127.[]:@%/#?", max_size=20), latin)
def test_any_header_is_judged(host: str, origin: str) -> None:
    assert GATE.admits_host(host) in (True, False)
    assert GATE.admits_origin(origin, host) in (True, False)
    assert GATE.admits_origin(f"http://{host}", host) in (True, False)


def test_nothing_is_allowed_by_default_but_this_machine() -> None:
    gate = Gate([], [])
    assert gate.admits_host("localhost")
    assert not gate.admits_host("chat.example")
    assert not gate.admits_origin("https://web.example", "localhost")


@pytest.mark.parametrize(
    ("origin", "host", "plain", "secure"),
    [
        ("https://chat.example", "chat.example", True, True),
        ("http://chat.example", "chat.example", True, False),
        ("https://chat.example", "chat.example:443", True, True),
        ("http://chat.example", "chat.example:80", True, False),
        ("https://chat.example", "chat.example:80", False, False),
        ("http://chat.example", "chat.example:443", False, False),
        ("https://chat.example:8443", "chat.example:443", False, False),
        ("http://app.example:8080", "chat.example", True, True),
    ],
)
def test_over_tls_the_daemons_own_pages_are_those_of_https(origin: str, host: str, plain: bool, secure: bool) -> None:
    assert GATE.admits_origin(origin, host) is plain
    assert GATE.admits_origin(origin, host, secure=True) is secure


@pytest.mark.parametrize(
    ("host", "near"),
    [
        ("localhost", True),
        ("LOCALHOST.:3001", True),
        ("127.0.0.1:3001", True),
        ("127.9.9.9", True),
        ("[::1]:3001", True),
        ("[::ffff:127.0.0.1]", True),
        ("0.0.0.0:3001", True),
        ("", False),
        ("192.168.1.20", False),
        ("[fe80::1%lo]", False),
        ("localhost.evil.example", False),
        ("127.0.0.1.evil.example", False),
        ("evil.example", False),
        ("[::1].evil.example", False),
        ("localhost@evil.example", False),
    ],
)
def test_what_only_this_machine_calls_the_daemon(host: str, near: bool) -> None:
    assert is_loopback_host(host) is near
