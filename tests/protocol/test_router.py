"""From a payload's type to its handler."""

import pytest

from orchd.protocol.messages import Cancel, Ping, Pong
from orchd.protocol.router import Context, Handler, Router
from orchd.protocol.types import ClientPayload


async def answer(context: Context, data: Ping) -> Pong:
    """A handler."""
    return Pong("2026-01-02T03:04:05.006Z")


def test_a_payload_finds_its_handler() -> None:
    assert Router({Ping: answer}).handler(Ping()) is answer


def test_a_payload_without_one_is_an_error_at_once() -> None:
    with pytest.raises(KeyError):
        Router({Ping: answer}).handler(Cancel("a"))


def test_the_router_keeps_its_own_table() -> None:
    table: dict[type[ClientPayload], Handler] = {Ping: answer}
    router = Router(table)
    table.clear()
    assert router.handler(Ping()) is answer
