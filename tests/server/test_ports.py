"""Opening the port, alone and shared."""

import errno
from contextlib import suppress

import pytest
import trio

from orchd.errors import StartError
from orchd.server.ports import listen, open_port, url_of, who_listens
from tests.raw_client import HANG_SECONDS


def number(listener: trio.SocketListener) -> int:
    """Return the port that a listener has."""
    port: int = listener.socket.getsockname()[1]
    return port


@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_a_free_port_is_one_port(host: str, shared: bool) -> None:
    (listener,) = await open_port(host, 0, shared=shared)
    async with listener:
        assert number(listener) > 0
        with trio.fail_after(HANG_SECONDS):
            client = await trio.open_tcp_stream(listener.socket.getsockname()[0], number(listener))
            server = await listener.accept()
            await client.send_all(b"hello")
            assert await server.receive_some(10) == b"hello"
            await client.aclose()
            await server.aclose()


async def test_a_port_alone_is_nobody_elses() -> None:
    (first,) = await open_port("127.0.0.1", 0, shared=False)
    async with first:
        for shared in (False, True):
            with pytest.raises(OSError, match=r".") as caught:
                await open_port("127.0.0.1", number(first), shared=shared)
            assert caught.value.errno == errno.EADDRINUSE


async def test_a_shared_port_passes_from_one_daemon_to_the_next() -> None:
    (first,) = await open_port("127.0.0.1", 0, shared=True)
    port = number(first)
    (second,) = await open_port("127.0.0.1", port, shared=True)
    await first.aclose()
    async with second:
        with trio.fail_after(HANG_SECONDS):
            client = await trio.open_tcp_stream("127.0.0.1", port)
            await (await second.accept()).aclose()
            await client.aclose()


async def test_an_address_that_is_not_ours() -> None:
    with pytest.raises(OSError, match=r"."):
        await open_port("192.0.2.1", 0, shared=True)


ORCHD = b'HTTP/1.1 200 \r\nContent-Length: 20\r\n\r\n{"name": "orchd", "version": "7.8"}\n'


@pytest.mark.parametrize(
    ("said", "version"),
    [
        (ORCHD, "7.8"),
        (b"HTTP/1.1 404 \r\n\r\n", None),
        (b'HTTP/1.1 200 \r\n\r\n{"name": "another", "version": "1"}', None),
        (b"HTTP/1.1 200 \r\n\r\n[1]", None),
        (b"220 mail.example ESMTP\r\n", None),
        (b"\xff" * 100_000, None),
        (b"", None),
    ],
)
async def test_who_has_a_port(said: bytes, version: str | None, nursery: trio.Nursery) -> None:
    async def answer(stream: trio.abc.Stream) -> None:
        with suppress(trio.BrokenResourceError):
            async with stream:
                await stream.receive_some(4096)
                await stream.send_all(said)

    (listener,) = await open_port("127.0.0.1", 0, shared=False)
    nursery.start_soon(trio.serve_listeners, answer, [listener])
    with trio.fail_after(HANG_SECONDS):
        assert await who_listens("0.0.0.0", number(listener)) == version


async def test_nobody_has_a_port_or_says_nothing() -> None:
    (listener,) = await open_port("127.0.0.1", 0, shared=False)
    port = number(listener)
    with trio.fail_after(HANG_SECONDS):
        assert await who_listens("127.0.0.1", port) is None, "it takes the connection and is silent"
        await listener.aclose()
        assert await who_listens("127.0.0.1", port) is None


@pytest.mark.parametrize(("host", "shown"), [("127.0.0.1", "127.0.0.1"), ("::1", "[::1]")])
async def test_the_address_is_what_a_browser_takes(host: str, shown: str) -> None:
    (listener,) = await listen(host, 0, shared=False)
    async with listener:
        assert url_of(listener, secure=False) == f"http://{shown}:{number(listener)}"
        assert url_of(listener, secure=True) == f"https://{shown}:{number(listener)}"


async def test_a_port_that_somebody_has_is_said_to_be_taken() -> None:
    (first,) = await open_port("127.0.0.1", 0, shared=False)
    async with first:
        with pytest.raises(StartError, match="another program has that port"):
            await listen("127.0.0.1", number(first), shared=False)
