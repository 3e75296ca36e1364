"""Handshakes; over streams they are tested in `tests/server/test_http.py`."""

import pytest

from orchd.access.addresses import ClientFacts
from orchd.server.entry.head import RequestHead
from orchd.server.entry.upgrade import refuse_upgrade

GOOD = {
    b"host": b"localhost",
    b"upgrade": b"WebSocket",
    b"connection": b"keep-alive, Upgrade",
    b"sec-websocket-version": b"13",
    b"sec-websocket-key": b"A" * 22 + b"==",
}


def status(changes: dict[bytes, bytes], *more: tuple[bytes, bytes], version: bytes = b"1.1") -> int | None:
    headers = [*(GOOD | changes).items(), *more]
    page = refuse_upgrade(RequestHead(b"GET", version, None, "/ws", "", headers, ClientFacts()))
    return None if page is None else page.status


def test_a_good_one() -> None:
    assert status({}) is None
    assert status({}, (b"x", b"\xff")) is None


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({b"upgrade": b"h2c"}, 426),
        ({b"connection": b"keep-alive"}, 426),
        ({b"sec-websocket-version": b"8"}, 426),
        ({b"sec-websocket-key": b"abc"}, 400),
        ({b"sec-websocket-key": b"\xe9" * 24}, 400),
        ({b"sec-websocket-protocol": b"\xe9"}, 400),
    ],
)
def test_others(changes: dict[bytes, bytes], refused: int) -> None:
    assert status(changes) == refused


@pytest.mark.parametrize("name", [b"origin", b"sec-websocket-key", b"sec-websocket-version"])
def test_what_must_not_stand_there_twice(name: bytes) -> None:
    assert status({}, (name, GOOD.get(name, b"x")), (name, GOOD.get(name, b"x"))) == 400


def test_the_version_of_http() -> None:
    assert status({}, version=b"1.0") == 426
