"""The port with TLS: conversations as over a plain one, and nobody who is slow or rude in anybody's way."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
import trio
from structlog.testing import capture_logs

from orchd.client import Client, Trust, connection
from orchd.server.ports import who_listens
from tests.fix_daemon import App, StartApp
from tests.fix_simulator import RunningSimulator
from tests.fix_tls import Authority
from tests.raw_client import HANG_SECONDS, RawClient, handshake, masked, until

TEXT = 1


@pytest.fixture
def limits() -> dict[str, Any]:
    """Settings of the server besides its certificate."""
    return {}


@pytest.fixture
async def secure(app: StartApp, authority: Authority, simulator: RunningSimulator, limits: dict[str, Any]) -> App:
    """A daemon whose port speaks TLS."""
    files = authority.issue()
    return await app(simulator.url, tls_certificate=str(files.certificate), tls_key=str(files.key), **limits)


async def join(nursery: trio.Nursery, one: App, authority: Authority) -> Client:
    """A client that has been greeted."""
    with trio.fail_after(HANG_SECONDS):
        client: Client = await nursery.start(connection, one.url, lambda _: None, Trust(authorities=authority.file))
    return client


async def reach(one: App) -> trio.SocketStream:
    """A connection on which nothing has been said, TLS included."""
    return await trio.open_tcp_stream("127.0.0.1", int(one.url.rpartition(":")[2]))


@asynccontextmanager
async def raw(one: App, authority: Authority) -> AsyncIterator[RawClient]:
    """A client that speaks TLS and does nothing else by itself."""
    async with await reach(one) as below:
        context = authority.client()
        async with trio.SSLStream(below, context, server_hostname="127.0.0.1", https_compatible=True) as stream:
            yield RawClient(stream)


async def test_an_answer_and_a_long_history(
    nursery: trio.Nursery, secure: App, authority: Authority, simulator: RunningSimulator
) -> None:
    client = await join(nursery, secure, authority)
    pieces: list[str] = []

    def keep(frame: Any) -> None:
        if frame.type == "chat:streaming":
            pieces.append(frame.plain["chunk"])

    question = "[[simulate: tokens=2000]] " + "x" * 100_000
    answer = await client.request("chat:send", {"message": question}, keep)
    assert answer["status"] == "complete"
    assert "".join(pieces) == answer["content"]
    history = await client.request("chat:history", {"conversationId": answer["conversationId"]})
    assert [message["content"] for message in history["messages"]] == [question, answer["content"]]
    await client.aclose()


async def test_pages_and_a_farewell(secure: App, authority: Authority) -> None:
    async with raw(secure, authority) as client:
        for path in (b"/healthz", b"/nothing"):
            await client.send(b"GET " + path + b" HTTP/1.1\r\nHost: localhost\r\n\r\n")
            head = await client.until(b"\r\n\r\n")
            await client.until(b"}\n")
        assert head.startswith(b"HTTP/1.1 404")
        assert await client.all() == b"", "the end comes by TLS's own farewell, and then the socket's"


async def test_a_daemon_that_stops_says_farewell_to_who_is_idle(secure: App, authority: Authority) -> None:
    async with await reach(secure) as below:
        # Not lenient: an end without `close_notify` is an error for it.
        stream = trio.SSLStream(below, authority.client(), server_hostname="127.0.0.1")
        await stream.send_all(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        with trio.fail_after(HANG_SECONDS):
            assert (await stream.receive_some()).startswith(b"HTTP/1.1 200")
            async with trio.open_nursery() as nursery:
                nursery.start_soon(secure.stop)
                while await stream.receive_some():
                    pass


async def test_a_page_of_the_other_scheme_is_not_the_daemons_own(secure: App, authority: Authority) -> None:
    host = secure.url.removeprefix("https://").encode()
    for origin, status in ((b"https://" + host, b"101"), (b"http://" + host, b"403")):
        async with raw(secure, authority) as client:
            await client.send(handshake().replace(b"Host: localhost", b"Host: " + host + b"\r\nOrigin: " + origin))
            assert (await client.until(b"\r\n")).startswith(b"HTTP/1.1 " + status)


@pytest.mark.parametrize(
    "request_bytes", [b"GET /version HTTP/1.1\r\nHost: localhost\r\n\r\n", handshake(), b"SSH-2.0"]
)
async def test_who_speaks_no_tls_is_told_so(secure: App, request_bytes: bytes) -> None:
    async with await reach(secure) as stream:
        await stream.send_all(request_bytes)
        answer = bytes(await RawClient(stream).all())
        assert answer.startswith(b"HTTP/1.1 400")
        assert b"use https://" in answer


async def test_a_daemon_with_tls_is_recognised_by_one_that_wants_its_port(secure: App) -> None:
    assert await who_listens("127.0.0.1", int(secure.url.rpartition(":")[2])) is not None


@pytest.mark.parametrize("limits", [{"max_connections": 300}])
async def test_handshakes_that_never_end_keep_nobody_from_connecting(
    nursery: trio.Nursery, secure: App, authority: Authority
) -> None:
    slow = [await reach(secure) for _ in range(280)]
    for stream in slow[::2]:
        await stream.send_all(b"\x16\x03\x01")
    client = await join(nursery, secure, authority)
    assert (await client.request("model:list"))["models"]
    await client.aclose()
    for stream in slow:
        await stream.aclose()


@pytest.mark.parametrize("limits", [{"handshake_seconds": 0.1}])
async def test_a_handshake_that_never_ends_is_ended(secure: App) -> None:
    async with await reach(secure) as stream:
        await stream.send_all(b"\x16\x03\x01")
        with trio.fail_after(HANG_SECONDS):
            assert await stream.receive_some(10) == b""


@pytest.mark.parametrize("limits", [{"max_connections": 1}])
async def test_one_connection_too_many_is_told_by_tls(secure: App, authority: Authority) -> None:
    async with raw(secure, authority) as first:
        await first.send(handshake())
        assert (await first.until(b"\r\n")).startswith(b"HTTP/1.1 101")
        async with raw(secure, authority) as second:
            await second.send(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert (await second.until(b"\r\n")).startswith(b"HTTP/1.1 503")


@pytest.mark.parametrize("limits", [{"send_soft_bytes": 1000, "send_hard_bytes": 20_000, "stall_seconds": 0.3}])
async def test_a_client_that_reads_nothing_is_let_go(nursery: trio.Nursery, secure: App, authority: Authority) -> None:
    client = await join(nursery, secure, authority)
    answer = await client.request("chat:send", {"message": "y" * 450_000 + "[[simulate: tokens=3]]"})
    with capture_logs() as logs:
        await stare(secure, authority, answer["conversationId"], lambda: 4000 in [line.get("code") for line in logs])
    assert (await client.request("model:list"))["models"]
    await client.aclose()


async def stare(one: App, authority: Authority, conversation: int, over: Callable[[], bool]) -> None:
    """Ask for much and read nothing of it, until it is over."""
    async with raw(one, authority) as rude:
        await rude.send(handshake())
        await rude.until(b"\r\n\r\n")
        for number in range(30):
            asked = {"conversationId": conversation}
            frame = {"type": "chat:history", "id": str(number), "data": asked}
            await rude.send(masked(TEXT, json.dumps(frame).encode()))
        await until(over)
