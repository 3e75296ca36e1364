"""Answers on their way, for which a daemon that stops waits."""

import pytest
import trio
import trio.testing

from orchd.protocol.codes import SHUTTING_DOWN
from orchd.server.exit.answers import AnswersUnderWay
from tests.fix_server import Kit
from tests.raw_client import RawClient

Clock = trio.testing.MockClock
HELLO = b"GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n"
HELD = HELLO.replace(b"hello", b"held")
NOWHERE = HELLO.replace(b"hello", b"nowhere")


async def test_whoever_waits_goes_on_once_all_are_sent(nursery: trio.Nursery, autojump_clock: Clock) -> None:
    answers, waited = AnswersUnderWay(), trio.Event()

    async def wait() -> None:
        await answers.wait_none()
        waited.set()

    answers.end("nobody")
    for sender in "one", "two":
        answers.begin(sender)
    nursery.start_soon(wait)
    for _ in range(2):
        answers.end("one")
        await trio.testing.wait_all_tasks_blocked()
        assert not waited.is_set()
    answers.end("two")
    await waited.wait()
    await answers.wait_none()


async def test_http_answers_that_are_on_their_way_reach_their_clients(kit: Kit, autojump_clock: Clock) -> None:
    clients = [RawClient(kit.listener.connect_narrowly()) for _ in range(3)]
    idle = kit.raw()
    for client in (*clients, idle):
        await client.send(HELLO)
    assert (await idle.until(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")
    async with trio.open_nursery() as nursery:
        nursery.start_soon(kit.server.close, SHUTTING_DOWN, 3)
        await trio.sleep(2)
        assert not kit.stopped.is_set()
        for client in clients:
            assert (await client.until(b"hello")).startswith(b"HTTP/1.1 200")
    await kit.stopped.wait()
    assert trio.current_time() == pytest.approx(2), "whoever asks nothing isn't waited for"


async def test_http_answers_that_are_still_made_are_waited_for(kit: Kit, autojump_clock: Clock) -> None:
    first, second = kit.raw(), kit.raw()
    await first.send(HELD)
    await second.send(HELD + HELLO)
    await trio.testing.wait_all_tasks_blocked()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(kit.server.close, SHUTTING_DOWN, 3)
        await trio.sleep(2)
        assert not kit.stopped.is_set()
        kit.echo.release.set()
        assert (await first.until(b"released")).startswith(b"HTTP/1.1 200")
        assert (await second.until(b"released")).startswith(b"HTTP/1.1 200")
        assert (await second.until(b"hello")).startswith(b"HTTP/1.1 200"), "what was asked behind it is lost"
    await kit.stopped.wait()


async def test_the_last_answer_of_a_connection_says_so(kit: Kit, autojump_clock: Clock) -> None:
    client, idle = kit.raw(), kit.raw()
    for _ in range(2):
        await client.send(HELLO)
        assert b"Connection: close" not in await client.until(b"hello")
    await idle.send(HELLO)
    await idle.until(b"hello")
    kit.server.announce_closing("shutdown", 2000)
    await client.send(HELLO + HELLO)
    assert b"Connection: close" not in await client.until(b"hello"), "another request is there already"
    assert b"Connection: close" in await client.until(b"hello")
    assert await client.all() == b""
    await trio.testing.wait_all_tasks_blocked()
    start = trio.current_time()
    await kit.server.close(SHUTTING_DOWN, 3)
    await kit.stopped.wait()
    assert trio.current_time() == start
    assert await idle.all() == b""


async def test_a_connection_that_comes_to_rest_during_the_end_is_dismissed(autojump_clock: Clock) -> None:
    answers = AnswersUnderWay()
    with answers.resting(5):
        answers.dismiss()
        await trio.sleep(60)
    with answers.resting(5):
        await trio.sleep(60)
    assert (trio.current_time(), answers.ending) == (0, True)


async def test_refusals_that_are_on_their_way_reach_their_clients(kit: Kit, autojump_clock: Clock) -> None:
    client = RawClient(kit.listener.connect_narrowly())
    await client.send(NOWHERE)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(kit.server.close, SHUTTING_DOWN, 3)
        await trio.sleep(2)
        assert (await client.until(b"no such page")).startswith(b"HTTP/1.1 404")
    await kit.stopped.wait()


async def test_answers_that_take_too_long_to_make_are_cut_off(kit: Kit, autojump_clock: Clock) -> None:
    client = kit.raw()
    await client.send(HELD)
    await trio.testing.wait_all_tasks_blocked()
    start = trio.current_time()
    await kit.server.close(SHUTTING_DOWN, 3)
    await kit.stopped.wait()
    assert trio.current_time() - start == pytest.approx(3)


async def test_http_answers_that_nobody_takes_are_cut_off(kit: Kit, autojump_clock: Clock) -> None:
    client = RawClient(kit.listener.connect_narrowly())
    await client.send(HELLO)
    await trio.testing.wait_all_tasks_blocked()
    start = trio.current_time()
    await kit.server.close(SHUTTING_DOWN, 3)
    await kit.stopped.wait()
    assert trio.current_time() - start == pytest.approx(3)
