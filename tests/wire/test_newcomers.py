"""Connections that don't say whose they are, over real sockets: so many of one address, and the others are let in."""

from contextlib import AsyncExitStack

import trio

from orchd.server.entry.newcomers import LOOPBACK_TIMES
from tests.fix_daemon import StartApp
from tests.raw_client import RawClient, handshake
from tests.wire.client import HANG_SECONDS, PAUSE_SECONDS
from tests.wire.people import PASSWORD, ask, browser, first_user, program

MOST = LOOPBACK_TIMES
"""From this machine, with a bound of one."""


async def come(stack: AsyncExitStack, port: int, more: bytes = b"") -> tuple[RawClient, bytes]:
    """Open a WebSocket and say nothing; the head of the answer."""
    client = RawClient(await stack.enter_async_context(await trio.open_tcp_stream("127.0.0.1", port)))
    await client.send(handshake(f"127.0.0.1:{port}")[:-2] + more + b"\r\n")
    return client, await client.until(b"\r\n\r\n")


async def test_who_says_nothing_fills_the_places_of_their_address_alone(app: StartApp) -> None:
    one = await app(newcomers_per_address=1, trusted_proxies=("127.0.0.2",))
    maria = await first_user(one)
    token = (await ask(maria, "token:create", name="bot", scopes=["read"]))["token"]
    port = int(one.url.rpartition(":")[2])
    async with AsyncExitStack() as stack:
        silent = [await come(stack, port) for _ in range(MOST)]
        assert all(b" 101 " in status for _, status in silent)
        _, status = await come(stack, port)
        assert b" 503 " in status
        assert b"Retry-After" in status
        _, status = await come(stack, port, f"Authorization: Bearer {token}\r\n".encode())
        assert b" 503 " in status, "whose it is would be known too late"
        assert (await ask(maria, "user:me"))["name"] == "maria"
        await silent[0][0].stream.aclose()
        with trio.fail_after(HANG_SECONDS):
            bearer = f"Authorization: Bearer {token}\r\n".encode()
            while b" 101 " not in (await come(stack, port, bearer))[1]:  # noqa: ASYNC110 - it tells nobody
                await trio.sleep(PAUSE_SECONDS)


async def test_who_has_proved_it_is_counted_no_more(app: StartApp) -> None:
    one = await app(newcomers_per_address=1)
    maria = await first_user(one)
    token = (await ask(maria, "token:create", name="bot", scopes=["read"]))["token"]
    bots = [await program(one, token) for _ in range(MOST + 5)]
    others = [await browser(one, "maria", PASSWORD) for _ in range(MOST + 5)]
    for client in (*bots, *others):
        assert (await ask(client, "user:me"))["name"] == "maria"


async def test_the_local_owner_has_as_many_as_ever(app: StartApp) -> None:
    one = await app(newcomers_per_address=1)
    clients = [await one.connect() for _ in range(MOST + 5)]
    for client in clients:
        assert (await ask(client, "user:me"))["name"] == "local"


async def test_of_a_trusted_proxys_connections_the_clients_address_counts(app: StartApp) -> None:
    one = await app(newcomers_per_address=2, trusted_proxies=("127.0.0.1",))
    port = int(one.url.rpartition(":")[2])
    statuses = []
    async with AsyncExitStack() as stack:
        for client_address in ("203.0.113.7", "203.0.113.7", "203.0.113.7", "203.0.113.8"):
            _, status = await come(stack, port, f"X-Forwarded-For: {client_address}\r\n".encode())
            statuses.append(status.split(b" ")[1])
    assert statuses == [b"101", b"101", b"503", b"101"]
