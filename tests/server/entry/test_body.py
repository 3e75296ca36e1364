"""Bodies as they come: in any pieces, cut off, and too slow; and answers that are sent while they are made."""

from collections.abc import AsyncGenerator

import h11
import pytest
import trio
import trio.testing

from orchd.errors import Busy, Invalid
from orchd.server.entry.body import LEAST_BYTES, RequestBody
from orchd.server.entry.page import Page, PageRequest, PageRoute, Upload
from orchd.server.http import HttpConnection
from tests.fake_people import make_reception
from tests.raw_client import RawClient

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


async def test_who_waits_for_its_end_is_told_once_and_kept_no_longer(autojump_clock: Clock) -> None:
    body, client = await opened(b"Content-Length: 6\r\n", rest=b"abc")
    told: list[str] = []
    body.when_read = lambda: told.append("read")
    assert not told
    await client.send_all(b"def")
    assert await body.read_whole() == b"abcdef"
    assert await body.read() == b""
    assert told == ["read"]
    assert body.when_read is None


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


LIMIT = 200_000
HEAD = b"POST /take HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\n"
JSON = b"Content-Type: application/json; charset=utf-8\r\n"


class Taker:
    """Pages that take and give what is long."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        self.length: int | None = -1
        self.given = 0

    async def take(self, request: PageRequest) -> Page:
        assert request.incoming is not None
        self.length = request.incoming.length
        async for piece in request.incoming.pieces():
            self.pieces.append(piece)
        return Page.of_json(200, {"bytes": request.incoming.received})

    async def give(self, request: PageRequest) -> Page:
        return Page(200, "text/plain", b"", pieces=self._give(broken=request.query == "broken"))

    async def _give(self, *, broken: bool) -> AsyncGenerator[bytes]:
        for number in range(3):
            self.given += 1
            yield b"%d" % number * 10
        if broken:
            raise Busy("no more of it")


async def talk(sent: bytes, taker: Taker, *, ended: bool = True) -> bytes:
    """Send bytes to the pages; return all that comes back."""
    ours, theirs = trio.testing.memory_stream_pair()
    pages = {
        "/take": (PageRoute("POST", "public", taker.take, upload=Upload(LIMIT)),),
        "/give": (PageRoute("GET", "public", taker.give),),
    }
    await theirs.send_all(sent)
    if ended:
        await theirs.send_eof()
    await HttpConnection(ours, make_reception(pages), idle_seconds=5).run()
    await ours.aclose()
    return await RawClient(theirs).all()


async def test_a_body_of_a_known_length(autojump_clock: Clock) -> None:
    taker = Taker()
    body = b"x" * 150_000
    said = await talk(HEAD + JSON + b"Content-Length: 150000\r\n\r\n" + body, taker)
    assert said.startswith(b"HTTP/1.1 200 ")
    assert said.endswith(b'{"bytes": 150000}\n')
    assert b"".join(taker.pieces) == body
    assert len(taker.pieces) > 1
    assert taker.length == 150_000


async def test_a_body_in_chunks_and_another_request_behind_it(autojump_clock: Clock) -> None:
    taker = Taker()
    chunked = b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"
    said = await talk(HEAD + JSON + chunked + b"GET /give HTTP/1.1\r\nHost: localhost\r\n\r\n", taker)
    assert b"".join(taker.pieces) == b"hello world"
    assert taker.length is None
    assert said.count(b"HTTP/1.1 200 ") == 2


@pytest.mark.parametrize(
    ("head", "status", "code"),
    [
        (JSON, 411, b"invalid"),
        (JSON + b"Content-Length: 200001\r\n", 413, b"too_large"),
        (b"Content-Length: 5\r\n", 415, b"invalid"),
        (b"Content-Type: text/plain\r\nContent-Length: 5\r\n", 415, b"invalid"),
        (JSON + b"Content-Encoding: gzip\r\nContent-Length: 5\r\n", 415, b"invalid"),
    ],
)
async def test_bodies_that_are_not_read(head: bytes, status: int, code: bytes, autojump_clock: Clock) -> None:
    taker = Taker()
    said = await talk(HEAD + head + b"\r\n12345", taker)
    assert said.startswith(b"HTTP/1.1 %d " % status)
    assert code in said
    assert not taker.pieces


async def test_more_than_was_said_in_chunks(autojump_clock: Clock) -> None:
    taker = Taker()
    chunks = b"".join(b"10000\r\n" + b"x" * 65_536 + b"\r\n" for _ in range(5))
    said = await talk(HEAD + JSON + b"Transfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n", taker)
    assert said.startswith(b"HTTP/1.1 413 ")
    assert sum(map(len, taker.pieces)) <= LIMIT


@pytest.mark.parametrize("ended", [True, False])
async def test_a_body_that_breaks_off_or_stalls(ended: bool, autojump_clock: Clock) -> None:
    taker = Taker()
    said = await talk(HEAD + JSON + b"Content-Length: 100\r\n\r\n12345", taker, ended=ended)
    assert b"".join(taker.pieces) == b"12345"
    assert said.startswith(b"HTTP/1.1 400 ")
    assert b'"broken_off"' in said


async def test_an_answer_in_pieces(autojump_clock: Clock) -> None:
    said = await talk(b"GET /give HTTP/1.1\r\nHost: localhost\r\n\r\n", Taker())
    assert said.lower().count(b"transfer-encoding: chunked") == 1
    assert said.endswith(b"0\r\n\r\n")
    assert b"0000000000" in said
    assert b"2222222222" in said


async def test_an_answer_that_breaks_off_has_no_end(autojump_clock: Clock) -> None:
    said = await talk(b"GET /give?broken HTTP/1.1\r\nHost: localhost\r\n\r\n", Taker())
    assert b"2222222222" in said
    assert not said.endswith(b"0\r\n\r\n")


async def test_the_head_alone_makes_no_pieces(autojump_clock: Clock) -> None:
    taker = Taker()
    said = await talk(b"HEAD /give HTTP/1.1\r\nHost: localhost\r\n\r\n", taker)
    assert said.startswith(b"HTTP/1.1 200 ")
    assert said.endswith(b"\r\n\r\n")
    assert taker.given == 0


async def test_who_does_not_read_an_answer_is_let_go(autojump_clock: Clock) -> None:
    ours, theirs = trio.testing.lockstep_stream_pair()
    taker = Taker()
    pages = {"/give": (PageRoute("GET", "public", taker.give),)}
    async with trio.open_nursery() as nursery:
        http = HttpConnection(ours, make_reception(pages), idle_seconds=10)
        nursery.start_soon(theirs.send_all, b"GET /give HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert await http.run() is None
    assert trio.current_time() == pytest.approx(10)
    assert taker.given == 1
