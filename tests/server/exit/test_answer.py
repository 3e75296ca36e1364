"""Answers that write themselves: whole, refused before they begin, broken off, and not taken by their client."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable

import h11
import pytest
import trio
import trio.testing

from orchd.errors import NotFound, Unauthorized
from orchd.server.entry.page import Page, PageRequest, PageRoute, PieceWay, Upload
from orchd.server.exit.answer import AnswerOutlet
from orchd.server.exit.departures import Departures
from orchd.server.http import HttpConnection
from tests.fake_people import FakePeople, make_reception
from tests.raw_client import RawClient
from tests.server.entry.test_reception import JSON, bearer, household, post

Clock = trio.testing.MockClock
PIECES = [b"first", b"\r\n0\r\n\r\n", b"x" * 2_000_000, *[b"%d " % number for number in range(40)]]
IDLE_SECONDS = 10


class Writing:
    """An answer that `write` writes, and how that ended."""

    def __init__(self, write: Callable[[PieceWay], Awaitable[bytes]]) -> None:
        self.begun, self.ended = trio.Event(), trio.Event()
        self._write = write

    async def answer(self, request: PageRequest) -> Page:
        assert request.incoming is not None
        while await request.incoming.read():
            pass
        return Page(200, "text/plain", b"", flow=self._flow)

    async def _flow(self, way: PieceWay) -> bytes:
        self.begun.set()
        try:
            return await self._write(way)
        finally:
            self.ended.set()

    def connection(self, stream: trio.abc.Stream, people: FakePeople, departures: Departures) -> HttpConnection:
        route = PageRoute(
            "POST",
            "change",
            self.answer,
            scope="chat",
            upload=Upload(1_000),
            origin="program",
            watched=True,
            shape=lambda page: page._replace(body=b'{"shaped": ' + page.body.rstrip() + b"}"),
        )
        reception = make_reception({"/flow": (route,)}, people)
        return HttpConnection(stream, reception, idle_seconds=IDLE_SECONDS, departures=departures)


async def all_pieces(way: PieceWay) -> bytes:
    """Put all pieces but the last, which comes as the last one does."""
    for piece in PIECES[:-1]:
        way.put(piece)
    way.put(b"")
    return PIECES[-1]


async def nothing(way: PieceWay) -> bytes:
    return b""


async def broken(way: PieceWay) -> bytes:
    way.put(b"first")
    raise NotFound("it is gone")


async def refused(way: PieceWay) -> bytes:
    await trio.sleep(1)
    raise NotFound("there is no such model", field="model")


async def endless(way: PieceWay) -> bytes:
    way.put(b"first")
    await trio.sleep_forever()
    raise AssertionError("it never ends")


async def silent(way: PieceWay) -> bytes:
    await trio.sleep_forever()
    raise AssertionError("it never ends")


async def flood(way: PieceWay) -> bytes:
    way.put(b"x" * 8_000_000)
    await trio.sleep_forever()
    raise AssertionError("it never ends")


async def large_end(way: PieceWay) -> bytes:
    return b"x" * 8_000_000


def pair(kind: str) -> tuple[trio.abc.Stream, trio.abc.Stream]:
    if kind == "memory":
        return trio.testing.memory_stream_pair()
    ours, theirs = trio.socket.socketpair()
    return trio.SocketStream(ours), trio.SocketStream(theirs)


ENDS = pytest.mark.parametrize("kind", ["socket", "socket that is read", "memory"])
ASKED = post("/flow", bearer("bob"), JSON, body=b"{}")


class Asked:
    """A connection on which an answer was asked for: its client's end, people, and whether it is over."""

    def __init__(self, nursery: trio.Nursery, departures: Departures) -> None:
        self._nursery = nursery
        self._departures = departures

    async def begin(self, kind: str, write: Callable[[PieceWay], Awaitable[bytes]], asked: bytes = ASKED) -> None:
        """Ask for what `write` writes."""
        self.writing, self.people, self.over = Writing(write), household(), trio.Event()
        if kind == "socket that is read":
            self._departures = Departures()
        self.ours, self.stream = pair(kind)
        self._nursery.start_soon(self._serve)
        await self.stream.send_all(asked)

    async def _serve(self) -> None:
        assert await self.writing.connection(self.ours, self.people, self._departures).run() is None
        await self.ours.aclose()
        self.over.set()

    async def end(self) -> None:
        """Leave, and wait until that is noticed."""
        await self.stream.aclose()
        await self.over.wait()
        assert self.writing.ended.is_set()
        assert not self.people.lives


@pytest.fixture
async def asked(nursery: trio.Nursery) -> AsyncIterator[Asked]:
    departures = Departures()
    nursery.start_soon(departures.run)
    await trio.testing.wait_all_tasks_blocked()
    found = Asked(nursery, departures)
    yield found
    await found.end()
    nursery.cancel_scope.cancel()


async def read_answer(client: h11.Connection, stream: trio.abc.Stream) -> tuple[h11.Response, bytes]:
    """The next answer, whole."""
    client.send(h11.Request(method="POST", target="/flow", headers=[("Host", "localhost")]))
    client.send(h11.EndOfMessage())
    head, body = None, b""
    while not isinstance(event := client.next_event(), h11.EndOfMessage):
        if event is h11.NEED_DATA:
            client.receive_data(bytes(await stream.receive_some(65_536)))
        elif isinstance(event, h11.Response):
            head = event
        elif isinstance(event, h11.Data):
            body += event.data
    assert head is not None
    return head, body


@ENDS
@pytest.mark.parametrize("version", [b"HTTP/1.1", b"HTTP/1.0"])
async def test_an_answer_comes_whole_and_another_request_may_follow(
    kind: str, version: bytes, asked: Asked, autojump_clock: Clock
) -> None:
    times = 2 if version == b"HTTP/1.1" else 1
    await asked.begin(kind, all_pieces, ASKED.replace(b"HTTP/1.1", version) * times)
    client = h11.Connection(h11.CLIENT)
    for turn in range(times):
        head, body = await read_answer(client, asked.stream)
        assert head.status_code == 200
        assert body == b"".join(PIECES)
        assert [name for name, _ in head.headers].count(b"x-request-id") == 1
        if turn + 1 < times:
            client.start_next_cycle()


@ENDS
async def test_an_answer_without_any_piece_is_an_empty_one(kind: str, asked: Asked, autojump_clock: Clock) -> None:
    await asked.begin(kind, nothing)
    head, body = await read_answer(h11.Connection(h11.CLIENT), asked.stream)
    assert (head.status_code, body) == (200, b"")


@ENDS
async def test_what_is_wrong_before_the_first_piece_is_the_answer(
    kind: str, asked: Asked, autojump_clock: Clock
) -> None:
    await asked.begin(kind, refused)
    head, _, body = (await RawClient(asked.stream).all()).partition(b"\r\n\r\n")
    assert int(head.split()[1]) == 404
    assert json.loads(body)["shaped"]["error"]["code"] == "not_found"
    assert head.lower().count(b"x-request-id") == 1


@ENDS
async def test_what_goes_wrong_later_breaks_it_off(kind: str, asked: Asked, autojump_clock: Clock) -> None:
    await asked.begin(kind, broken)
    received = await RawClient(asked.stream).all()
    assert b"first" in received
    assert not received.endswith(b"0\r\n\r\n"), "nobody may take it for whole"


@ENDS
@pytest.mark.parametrize("write", [endless, silent])
async def test_it_ends_when_its_client_leaves(
    kind: str, write: Callable[[PieceWay], Awaitable[bytes]], asked: Asked, autojump_clock: Clock
) -> None:
    await asked.begin(kind, write)
    await trio.sleep(60)
    assert not asked.writing.ended.is_set()
    await asked.end()


@pytest.mark.parametrize("write", [flood, large_end])
async def test_a_client_that_takes_nothing_is_let_go(
    write: Callable[[PieceWay], Awaitable[bytes]], asked: Asked, autojump_clock: Clock
) -> None:
    began = trio.current_time()
    await asked.begin("socket", write)
    await asked.over.wait()
    assert trio.current_time() - began == pytest.approx(IDLE_SECONDS)


@ENDS
async def test_what_waits_for_a_slow_client_comes_whole_and_in_few_pieces(
    kind: str, asked: Asked, autojump_clock: Clock
) -> None:
    words = [b"%d " % number for number in range(20_000)]
    ways: list[PieceWay] = []

    async def many(way: PieceWay) -> bytes:
        ways.append(way)
        for word in (b"x" * 1_000_000, *words):
            way.put(word)
        return b"last"

    await asked.begin(kind, many)
    await asked.writing.ended.wait()
    (way,) = ways
    assert isinstance(way, AnswerOutlet)
    assert way.waiting_bytes > 200_000
    assert len(way._frames) < 100
    received = await RawClient(asked.stream).until(b"4\r\nlast\r\n0\r\n\r\n")
    assert received.endswith(b"".join(b"%x\r\n%b\r\n" % (len(word), word) for word in (*words, b"last")) + b"0\r\n\r\n")


@ENDS
async def test_who_is_let_in_no_longer_is_told_so_before_the_first_piece(
    kind: str, asked: Asked, autojump_clock: Clock
) -> None:
    await asked.begin(kind, silent)
    await asked.writing.begun.wait()
    for live in list(asked.people.lives):
        live.end(Unauthorized("this token was revoked"))
    head, _, body = (await RawClient(asked.stream).all()).partition(b"\r\n\r\n")
    assert int(head.split()[1]) == 401
    assert json.loads(body)["shaped"]["error"]["code"] == "unauthorized"


@ENDS
async def test_who_is_let_in_no_longer_gets_nothing_after_the_last_word(
    kind: str, asked: Asked, autojump_clock: Clock
) -> None:
    await asked.begin(kind, endless)
    await asked.writing.begun.wait()
    for live in list(asked.people.lives):
        live.end(Unauthorized("this token was revoked"))
    received = await RawClient(asked.stream).all()
    assert b"first" in received
    assert not received.endswith(b"0\r\n\r\n"), "nobody may take it for whole"


@ENDS
async def test_pieces_may_be_put_by_any_task_and_in_vain_once_it_is_over(
    kind: str, asked: Asked, autojump_clock: Clock
) -> None:
    ways: list[PieceWay] = []

    async def hand_out(way: PieceWay) -> bytes:
        ways.append(way)
        await trio.sleep(5)
        await way.wait_flushed()
        return b"last"

    await asked.begin(kind, hand_out)
    await asked.writing.begun.wait()
    for piece in (b"one ", b"two "):
        ways[0].put(piece)
    _, body = await read_answer(h11.Connection(h11.CLIENT), asked.stream)
    assert body == b"one two last"
    ways[0].put(b"too late")
    assert ways[0].waiting_bytes == 0
