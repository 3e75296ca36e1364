"""Files by HTTP, with a daemon that does not do what it should."""

from collections.abc import AsyncGenerator

import pytest
import trio

from orchd.client import THIS_MACHINE, FileSource, fetching_file, send_file
from orchd.errors import Busy, Unavailable


async def answer(stream: trio.SocketStream, said: bytes, *, reads: bool) -> None:
    """Say something to whoever connects, once it has sent something or all of it."""
    async with stream:
        received = b""
        while not received or (reads and not received.endswith(b"\r\n\r\n")):
            received += await stream.receive_some(65_536)
        await stream.send_all(said)
        await stream.send_eof()
        while await stream.receive_some(65_536):
            pass


async def daemon(nursery: trio.Nursery, said: bytes, *, reads: bool = True) -> str:
    """The address of one that says this."""
    (listener,) = await trio.open_tcp_listeners(0, host="127.0.0.1")

    async def serve(stream: trio.SocketStream) -> None:
        await answer(stream, said, reads=reads)

    nursery.start_soon(trio.serve_listeners, serve, [listener])
    return f"http://127.0.0.1:{listener.socket.getsockname()[1]}"


async def pieces() -> AsyncGenerator[bytes]:
    for _ in range(200):
        yield b"x" * 100_000


async def test_a_refusal_is_heard_while_the_file_is_still_being_sent(nursery: trio.Nursery) -> None:
    body = b'{"error": {"code": "busy", "message": "later", "details": {"reason": "imports"}}}'
    said = b"HTTP/1.1 503 No\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
    url = await daemon(nursery, said, reads=False)
    with pytest.raises(Busy, match="later") as refused:
        await send_file(url, "/conversations/import", FileSource(pieces(), None), THIS_MACHINE)
    assert refused.value.reason == "imports"


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"hello\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello",
    ],
)
async def test_a_file_that_breaks_off_is_not_taken_for_whole(said: bytes, nursery: trio.Nursery) -> None:
    url = await daemon(nursery, said)
    with pytest.raises(Unavailable):
        await fetch(url)


async def fetch(url: str) -> None:
    """Read a file to its end."""
    async with fetching_file(url, "/conversations/export", THIS_MACHINE) as received:
        async for piece in received:
            assert piece == b"hello"


async def test_nobody_is_there() -> None:
    with pytest.raises(Unavailable):
        await send_file("http://127.0.0.1:9", "/x", FileSource(pieces(), None), THIS_MACHINE)
