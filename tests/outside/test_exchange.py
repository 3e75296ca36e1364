"""The way to a host: which of its addresses is taken, and what is said of one that none answers."""

import ssl

import pytest
import trio

from orchd.outside.exchange import BrokenExchangeError, open_exchange
from orchd.outside.places import Destination
from tests.outside.hosts import PNG, PUBLIC, FakeNet, page

PATIENCE = 60.0


async def test_the_first_address_that_answers_is_taken(nursery: trio.Nursery) -> None:
    fake = FakeNet(nursery, {(PUBLIC, 80): page()}, None)
    place = Destination("http", ("2606:4700::1", PUBLIC), 80, "far.example", "far.example", "/")
    with trio.fail_after(PATIENCE):
        exchange = await open_exchange(place, ssl.create_default_context(), fake.net().dial)
        head = await exchange.ask("image/png")
        content = b"".join([piece async for piece in exchange.body()])
        await exchange.close()
    assert (head.status, head.header(b"content-length"), content) == (200, b"108", PNG)
    assert head.header(b"content-type") is None
    assert fake.dialled == [("2606:4700::1", 80), (PUBLIC, 80)]


async def test_few_addresses_are_tried(nursery: trio.Nursery) -> None:
    fake = FakeNet(nursery, {}, None)
    place = Destination("http", tuple(f"8.8.8.{end}" for end in range(9)), 80, "a.example", "a.example", "/")
    with pytest.raises(BrokenExchangeError):
        await open_exchange(place, ssl.create_default_context(), fake.net().dial)
    assert len(fake.dialled) == 3


async def test_a_name_that_no_certificate_can_have(nursery: trio.Nursery) -> None:
    fake = FakeNet(nursery, {(PUBLIC, 443): page()}, None)
    place = Destination("https", (PUBLIC,), 443, ".example", ".example", "/")
    with trio.fail_after(PATIENCE):
        with pytest.raises(BrokenExchangeError):
            await open_exchange(place, ssl.create_default_context(), fake.net().dial)
        await fake.left.wait()
