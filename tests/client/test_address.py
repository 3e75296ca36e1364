"""Addresses as people type them."""

import pytest

from orchd.client.address import websocket_url
from orchd.errors import ConfigurationError


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("http://127.0.0.1:3001", "ws://127.0.0.1:3001/ws"),
        ("https://chat.lan/", "wss://chat.lan/ws"),
        ("127.0.0.1:3001", "ws://127.0.0.1:3001/ws"),
        ("ws://h/other", "ws://h/other"),
        ("wss://h:1/ws", "wss://h:1/ws"),
        ("[::1]:3001", "ws://[::1]:3001/ws"),
    ],
)
def test_addresses_as_people_type_them(typed: str, address: str) -> None:
    assert websocket_url(typed) == address


@pytest.mark.parametrize("typed", ["ftp://h", "", "http://", "http://h:port", "http://[::1"])
def test_what_is_no_address(typed: str) -> None:
    with pytest.raises(ConfigurationError, match="is no address"):
        websocket_url(typed)


@pytest.mark.parametrize("typed", ["http://u:secret@h", "u:secret@h", "http://u:se/cret@h", "http//u:secret@h"])
def test_a_password_is_refused_and_not_said_back(typed: str) -> None:
    with pytest.raises(ConfigurationError, match="name or password") as refusal:
        websocket_url(typed)
    assert "cret" not in str(refusal.value)
