"""Bodies as they come: in any pieces, cut off, and too slow."""

import h11
import pytest
import trio
import trio.testing

from orchd.errors import Invalid
from orchd.server.entry.body import LEAST_BYTES, RequestBody

Clock = trio.testing.MockClock
IDLE_SECONDS = 10.0


async def opened(head: bytes, *, rest: bytes = b"") -> tuple[RequestBody, trio.abc.Stream]:
    """A body whose head was read, and the client's end of its connection."""
    client, server = trio.testing.memory_stream_pair()
    parser = h11.Connection(h11.SERVER)
    parser.receive_data(b"POST /x HTTP/1.1\r\nHost: localhost\r\n" + head + b"\r\n" + rest)
    assert isinstance(parser.next_event(), h11.Request)
    return RequestBody(parser, server, IDLE_SECONDS), client


async def test_it_comes_in_pieces_up_to_its_end(autojump_clock: Clock) -> None:
    body, client = await opened(b"Content-Length: 10000\r\n", rest=b"a" * 5_000)
    assert await body.read() == b"a" * 5_000
    await client.send_all(b"b" * 4_999)
    assert await body.read() == b"b" * 4_999
    await client.send_all(b"cGET / HTTP/1.1\r\n")
    assert await body.read() == b"c"
    assert [await body.read(), await body.read()] == [b"", b""]


async def test_chunks_are_read(autojump_clock: Clock) -> None:
    body, _ = await opened(b"Transfer-Encoding: chunked\r\n", rest=b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
    assert await body.read() == b"abcde"
    assert await body.read() == b""


@pytest.mark.parametrize("came", [b"", b"abc"])
async def test_a_cut_gives_what_came_and_then_says_so(came: bytes, autojump_clock: Clock) -> None:
    body, client = await opened(b"Content-Length: 10\r\n", rest=came)
    await client.aclose()
    if came:
        assert await body.read() == came
    for _ in range(2):
        with pytest.raises(Invalid, match="too early"):
            await body.read()


async def test_who_sends_a_byte_now_and_then_is_given_up(autojump_clock: Clock) -> None:
    body, client = await opened(b"Content-Length: 100000\r\n")

    async def trickle() -> None:
        while True:
            await client.send_all(b"x")
            await trio.sleep(1)

    async with trio.open_nursery() as nursery:
        nursery.start_soon(trickle)
        assert len(await body.read()) < LEAST_BYTES
        with pytest.raises(Invalid, match="in time"):
            await body.read()
        nursery.cancel_scope.cancel()
    assert trio.current_time() == pytest.approx(IDLE_SECONDS, abs=1)


async def test_who_asks_first_is_told_to_go_on(autojump_clock: Clock) -> None:
    body, client = await opened(b"Content-Length: 3\r\nExpect: 100-continue\r\n")
    async with trio.open_nursery() as nursery:
        got = list[bytes]()

        async def read() -> None:
            got.append(await body.read())

        nursery.start_soon(read)
        assert (await client.receive_some(100)).startswith(b"HTTP/1.1 100 ")
        await client.send_all(b"abc")
    assert got == [b"abc"]


async def test_all_of_it_must_come_in_time(autojump_clock: Clock) -> None:
    body, client = await opened(b"Content-Length: 3\r\n", rest=b"ab")
    with pytest.raises(Invalid):
        await body.read_whole()
    await client.aclose()
    whole, _ = await opened(b"Content-Length: 3\r\n", rest=b"abc")
    assert await whole.read_whole() == b"abc"
