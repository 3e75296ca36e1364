"""Requests that are answered for long end with the token, the session or the right by which they were let in."""

import json
from collections.abc import AsyncGenerator, Callable

import pytest
import trio
import trio.testing

from orchd.errors import Unauthorized
from orchd.protocol.identity import NOBODY
from orchd.server.entry.page import Page, PageRequest, PageRoute, Upload
from orchd.server.http import HttpConnection
from tests.fake_people import BOB, FakePeople, make_reception
from tests.raw_client import RawClient
from tests.server.entry.test_reception import JSON, bearer, household, post

Clock = trio.testing.MockClock
OVER = Unauthorized("this token was revoked")


class Told:
    """A page that has begun to be answered, and how that ended."""

    def __init__(self, *, whole: bool) -> None:
        self.begun, self.ended = trio.Event(), trio.Event()
        self._whole = whole

    async def answer(self, request: PageRequest) -> Page:
        """Answer for ever: at once with a piece, or not at all."""
        assert request.incoming is not None
        await request.incoming.read()
        if not self._whole:
            return Page(200, "text/plain", b"", (), self._pieces(), watched=True)
        self.begun.set()
        try:
            await trio.sleep_forever()
        finally:
            self.ended.set()

    async def _pieces(self) -> AsyncGenerator[bytes]:
        try:
            yield b"first"
            self.begun.set()
            await trio.sleep_forever()
        finally:
            self.ended.set()


class Asked:
    """A client that waits for an answer."""

    def __init__(self, nursery: trio.Nursery, people: FakePeople, told: Told) -> None:
        upload = Upload(1_000)
        route = PageRoute("POST", "change", told.answer, scope="chat", upload=upload, origin="program", watched=True)
        ours, theirs = trio.testing.memory_stream_pair()
        reception = make_reception({"/long": (route,)}, people)
        self.client = RawClient(theirs)
        nursery.start_soon(self._serve, HttpConnection(ours, reception, idle_seconds=5), ours)

    async def _serve(self, connection: HttpConnection, stream: trio.abc.Stream) -> None:
        await connection.run()
        await stream.aclose()


def revoke(people: FakePeople) -> None:
    for live in list(people.lives):
        live.end(OVER)


def narrow(people: FakePeople) -> None:
    for live in list(people.lives):
        live.become(BOB._replace(scopes=frozenset({"read"})))


def be_nobody(people: FakePeople) -> None:
    for live in list(people.lives):
        live.become(NOBODY)


ENDINGS = pytest.mark.parametrize("change", [revoke, narrow, be_nobody])


@ENDINGS
async def test_a_stream_is_broken_off(
    nursery: trio.Nursery, autojump_clock: Clock, change: Callable[[FakePeople], None]
) -> None:
    people, told = household(), Told(whole=False)
    asked = Asked(nursery, people, told)
    await asked.client.send(post("/long", bearer("bob"), JSON, body=b"{}"))
    await told.begun.wait()
    change(people)
    with trio.fail_after(5):
        await told.ended.wait()
    received = await asked.client.all()
    assert b"first" in received
    assert not received.endswith(b"0\r\n\r\n"), "nobody may take it for whole"
    assert not people.lives


@ENDINGS
async def test_an_answer_that_is_awaited_is_refused(
    nursery: trio.Nursery, autojump_clock: Clock, change: Callable[[FakePeople], None]
) -> None:
    people, told = household(), Told(whole=True)
    asked = Asked(nursery, people, told)
    await asked.client.send(post("/long", bearer("bob"), JSON, body=b"{}"))
    await told.begun.wait()
    change(people)
    with trio.fail_after(5):
        await told.ended.wait()
    head, _, body = (await asked.client.all()).partition(b"\r\n\r\n")
    assert int(head.split()[1]) in (401, 403)
    assert json.loads(body)["error"]["code"] in ("unauthorized", "forbidden")
    assert not people.lives


async def test_who_keeps_the_right_goes_on(nursery: trio.Nursery, autojump_clock: Clock) -> None:
    people, told = household(), Told(whole=False)
    asked = Asked(nursery, people, told)
    await asked.client.send(post("/long", bearer("bob"), JSON, body=b"{}"))
    await told.begun.wait()
    for live in list(people.lives):
        live.become(BOB)
    await trio.sleep(60)
    assert not told.ended.is_set()
    await asked.client.stream.aclose()
    with trio.fail_after(5):
        await told.ended.wait()
    await trio.testing.wait_all_tasks_blocked()
    assert not people.lives, "whoever leaves is followed no more"
