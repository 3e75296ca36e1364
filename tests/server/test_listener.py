"""All connections of the daemon: how they end, one by one and all together, in bounded time and without a rest."""

import gc
import json
import socket
import weakref
from typing import cast

import pytest
import trio
import trio.testing
from trio_websocket import WebSocketConnection

from orchd.protocol.codes import NO_HEARTBEAT, SHUTTING_DOWN
from orchd.server.http import Handshake
from orchd.server.listener import CLOSE_SECONDS, OpenConnection
from orchd.server.outbox import Outbox, Pressure
from orchd.server.session import Session
from orchd.server.stream import PeerStream
from tests.fake_people import SOMEWHERE
from tests.fix_server import TEXT_FRAME, EchoText, Json, Kit
from tests.raw_client import BINARY, CLOSE, HANG_SECONDS, PING, PONG, TEXT, RawClient, handshake, masked, until
from tests.server.line import meter

Clock = trio.testing.MockClock


async def closing(client: RawClient) -> int:
    """Read up to the close frame and return its code."""
    while True:
        opcode, payload = await client.frame()
        assert opcode, "ended without a close frame"
        if opcode == CLOSE:
            return int.from_bytes(payload[:2], "big")


async def test_a_client_that_answers_is_closed_politely(kit: Kit, autojump_clock: Clock) -> None:
    clients = [await kit.connect() for _ in range(20)]
    kit.server.announce_closing("shutdown", 2000)
    start = trio.current_time()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(kit.server.close, SHUTTING_DOWN, 3)
        for client in clients:
            frames, code = await client.rest()
            assert [frame["type"] for frame in frames] == ["session:closing"]
            assert code == 1001
    assert trio.current_time() == start, "nobody had to be waited for"
    await kit.stopped.wait()


async def test_a_raw_client_sees_the_whole_handshake_of_closing(kit: Kit, autojump_clock: Clock) -> None:
    client = await kit.raw_session()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(kit.server.close, SHUTTING_DOWN, 3)
        assert await closing(client) == 1001
        await client.send(masked(CLOSE, b"\x03\xe9"))
        assert await client.frame() == (0, b"")
    assert kit.server.sessions == 0


async def test_pings_that_cross_our_close_do_no_harm(kit: Kit, autojump_clock: Clock) -> None:
    client = await kit.raw_session()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(kit.server.close, SHUTTING_DOWN, 3)
        assert await closing(client) == 1001
        for _ in range(20):
            await client.send(masked(PING, b"crossing") + masked(TEXT, b'{"type":"ping"}'))
        await client.send(masked(CLOSE, b"\x03\xe9"))
        assert await client.frame() == (0, b""), "nothing follows a close frame"
    assert trio.current_time() < CLOSE_SECONDS


async def test_those_that_do_not_answer_are_dropped_in_time(kit: Kit, autojump_clock: Clock) -> None:
    mute = [await kit.raw_session() for _ in range(20)]
    polite = await kit.connect()
    start = trio.current_time()
    kit.server.announce_closing("shutdown", 2000)
    await kit.server.close(SHUTTING_DOWN, 3)
    assert trio.current_time() - start == pytest.approx(CLOSE_SECONDS)
    await kit.stopped.wait()
    assert (await polite.rest())[1] == 1001
    for client in mute:
        assert await closing(client) == 1001
        assert await client.frame() == (0, b"")


async def test_one_that_does_not_answer_its_close_is_dropped(kit: Kit, autojump_clock: Clock) -> None:
    client = await kit.raw_session()
    await client.send(masked(BINARY, b"no"))
    assert await closing(client) == 1003
    assert await client.frame() == (0, b"")
    await trio.testing.wait_all_tasks_blocked()
    with pytest.raises(trio.BrokenResourceError):
        await client.send(b"anybody there?")
    assert trio.current_time() == pytest.approx(CLOSE_SECONDS)


async def test_a_connection_that_is_cancelled_sends_no_more(kit: Kit) -> None:
    """Whoever still holds it (a generation outlives its connection) puts into the void, not into a closed socket."""
    ours, theirs = trio.testing.memory_stream_pair()
    client = RawClient(theirs)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(kit.server.serve, ours)
        await client.send(handshake() + masked(TEXT, b'{"type":"echo:follow"}'))
        await until(lambda: len(kit.echo.topic))
        ((peer, _),) = kit.echo.topic.subscribers()
        nursery.cancel_scope.cancel()
    peer.put(b"late")
    peer.put_latest("a", b"late")
    peer.when_drained(lambda: pytest.fail("it never will be"))
    assert not (await client.all()).endswith(b"late")


async def test_requests_that_do_not_end_are_bounded_too(kit: Kit, autojump_clock: Clock) -> None:
    client = await kit.connect()
    await client.say("echo:hold", how="slowly")
    await trio.testing.wait_all_tasks_blocked()
    start = trio.current_time()
    await kit.server.close(SHUTTING_DOWN, 3)
    assert trio.current_time() - start == pytest.approx(3)


async def test_whoever_connects_while_we_close_is_closed_too(kit: Kit, autojump_clock: Clock) -> None:
    early, late = kit.raw(), await kit.raw_session()
    await trio.testing.wait_all_tasks_blocked()
    kit.server.announce_closing("shutdown", 2000)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(kit.server.close, SHUTTING_DOWN, 3)
        assert await closing(late) == 1001
        await early.send(handshake())  # on a connection that was accepted before
        await early.until(b"\r\n\r\n")
        kinds = [json.loads((await early.frame())[1])["type"] for _ in range(2)]
        assert kinds == ["session:ready", "session:closing"]
        assert await closing(early) == 1001
        for client in (early, late):
            await client.send(masked(CLOSE, b"\x03\xe9"))
    assert trio.current_time() < CLOSE_SECONDS


async def test_making_way_sends_idle_clients_away_and_lets_requests_end(kit: Kit, autojump_clock: Clock) -> None:
    idle, busy, early = await kit.connect(), await kit.connect(), kit.raw()
    await busy.say("echo:hold", "a")
    await trio.testing.wait_all_tasks_blocked()
    kit.server.make_way("upgrade", 5000, lambda _peer: False)
    assert 0 <= told(await idle.rest()) <= 5000
    assert (await busy.next())["type"] == "session:closing"
    await early.send(handshake())  # on a connection that was accepted before
    await early.until(b"\r\n\r\n")
    assert await closing(early) == 1001
    await early.send(masked(CLOSE, b"\x03\xe9"))
    await trio.sleep(3600)
    assert kit.server.sessions == 1, "it takes the time it needs"
    assert (await busy.ask("echo:ask", "b"))["data"]["code"] == "shutting_down"
    kit.echo.release.set()
    frames, code = await busy.rest()
    assert [frame["data"] for frame in frames] == [{"text": "released"}]
    assert code == 1001
    assert kit.listener.closed


async def test_a_connection_that_follows_an_answer_is_not_sent_away(kit: Kit, autojump_clock: Clock) -> None:
    follower = await kit.connect()
    kit.server.make_way("upgrade", 0, lambda _peer: True)
    assert (await follower.next())["type"] == "session:closing"
    await trio.sleep(CLOSE_SECONDS)
    assert kit.server.sessions == 1
    async with trio.open_nursery() as nursery:
        nursery.start_soon(kit.server.close, SHUTTING_DOWN, 2.0)
        assert (await follower.rest())[1] == 1001


async def test_a_connection_leaves_when_what_it_follows_and_its_requests_have_ended(
    kit: Kit, autojump_clock: Clock
) -> None:
    follower, busy = await kit.connect(), await kit.connect()
    await busy.say("echo:hold", "a")
    await trio.testing.wait_all_tasks_blocked()
    followed = True
    kit.server.make_way("upgrade", 0, lambda _peer: followed)
    assert (await follower.next())["type"] == (await busy.next())["type"] == "session:closing"
    kit.server.review()
    assert kit.server.sessions == 2
    followed = False
    kit.server.review()
    assert await follower.rest() == ([], 1001)
    await trio.testing.wait_all_tasks_blocked()
    assert kit.server.sessions == 1, "its request still runs"
    kit.echo.release.set()
    assert (await busy.rest())[1] == 1001


def told(rest: tuple[list[Json], int | None]) -> int:
    """Return after how many milliseconds a client that is sent away shall come back."""
    (frame,), code = rest
    assert (frame["type"], frame["data"]["reason"], code) == ("session:closing", "upgrade", 1001)
    return int(frame["data"]["reconnectAfterMs"])


async def test_a_closing_daemon_accepts_nobody(kit: Kit, autojump_clock: Clock) -> None:
    kit.server.announce_closing("shutdown", 2000)
    await trio.testing.wait_all_tasks_blocked()
    assert kit.listener.closed


async def test_pages_are_still_answered_during_the_grace(kit: Kit, autojump_clock: Clock) -> None:
    client = kit.raw()
    await trio.testing.wait_all_tasks_blocked()
    kit.server.announce_closing("shutdown", 2000)
    await client.send(b"GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert b"hello" in await client.until(b"hello")


async def test_idle_http_connections_do_not_hold_up_the_end(kit: Kit, autojump_clock: Clock) -> None:
    client = kit.raw()
    await trio.testing.wait_all_tasks_blocked()
    await kit.server.close(SHUTTING_DOWN, 3)
    await kit.stopped.wait()
    assert await client.all() == b""
    assert trio.current_time() == 0


async def test_two_silent_beats_end_a_connection(kit: Kit, autojump_clock: Clock) -> None:
    client = await kit.raw_session()
    assert await client.frame() == (PING, b"")
    assert trio.current_time() == pytest.approx(20)
    assert await closing(client) == 4001
    assert trio.current_time() == pytest.approx(40)
    assert await client.frame() == (0, b"")
    assert trio.current_time() == pytest.approx(41)
    await trio.testing.wait_all_tasks_blocked()
    assert kit.server.sessions == 0


async def test_any_bytes_are_a_sign_of_life(kit: Kit, autojump_clock: Clock) -> None:
    client = await kit.raw_session()
    for number in range(10):
        assert await client.frame() == (PING, b"")
        if number % 4 == 0:
            await client.send(masked(PONG))
        if number % 4 == 2:
            await client.send(masked(TEXT, b"{}"))
            await client.frame()
    assert kit.server.sessions == 1


async def test_clients_that_answer_pings_stay(kit: Kit, autojump_clock: Clock) -> None:
    client = await kit.connect()
    await trio.sleep(3600)
    assert (await client.ask("ping"))["type"] == "pong"


@pytest.mark.parametrize("limits", [{"max_frame_bytes": 1000}])
async def test_a_ping_behind_a_message_too_long(kit: Kit, limits: Json) -> None:
    """trio-websocket's reader may fail at it; the connection ends, its close frame arrives, and nothing is left."""
    async with trio.open_nursery() as nursery:
        client = RawClient(await trio.open_tcp_stream("127.0.0.1", await open_tcp(kit, nursery)))
        await client.send(handshake())
        await client.until(b"\r\n\r\n")
        await client.frame()
        await client.send(masked(TEXT, b'{"type":"echo:follow"}'))
        await client.frame()
        await client.send(masked(TEXT, b"x" * 1500) + masked(PING, b"behind"))
        assert await closing(client) == 1009
        assert await client.frame() == (0, b"")
        await client.stream.aclose()
        await trio.testing.wait_all_tasks_blocked(0.01)
        assert (kit.server.sessions, len(kit.echo.topic)) == (0, 0)
        nursery.cancel_scope.cancel()
    kit.defects = None  # when the ping is read before the session ends, the library's failure is logged


async def open_tcp(kit: Kit, nursery: trio.Nursery) -> int:
    """Serve on a real port too, as long as the nursery lives."""
    (listener,) = await trio.open_tcp_listeners(0, host="127.0.0.1")
    await nursery.start(trio.serve_listeners, kit.server.serve, [listener])
    port: int = listener.socket.getsockname()[1]
    return port


async def test_many_that_come_and_go_leave_nothing_behind(kit: Kit) -> None:
    async with trio.open_nursery() as nursery:
        port = await open_tcp(kit, nursery)
        before = len(_all_tasks())
        for number in range(200):
            stream = await trio.open_tcp_stream("127.0.0.1", port)
            client = RawClient(stream)
            await client.send(handshake())
            await client.until(b"\r\n\r\n")
            await client.frame()
            await client.send(masked(TEXT, b'{"type":"echo:follow"}') + masked(TEXT, b'{"type":"echo:hold"}'))
            if number % 3 == 0:
                await client.send(masked(CLOSE, b"\x03\xe8"))
                assert await closing(client) == 1000
            elif number % 3 == 1:
                stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            await stream.aclose()
        await until(lambda: not kit.server.sessions and len(_all_tasks()) <= before)
        assert len(kit.echo.topic) == 0
        gc.collect()
        assert not [thing for thing in gc.get_objects() if isinstance(thing, OpenConnection | Outbox | PeerStream)]
        nursery.cancel_scope.cancel()


async def test_an_unfinished_message_goes_with_its_connection(kit: Kit) -> None:
    """At once: the garbage collector may not look at what is old for hours."""
    gc.collect()
    gc.disable()
    try:
        client = await kit.raw_session()
        await client.send(masked(TEXT, b"x" * 5000, final=False))
        await client.send(masked(PING, b""))
        assert (await client.frame())[0] in (TEXT, PONG)
        (websocket,) = (weakref.ref(found) for found in gc.get_objects() if type(found) is WebSocketConnection)
        await client.stream.aclose()
        await until(lambda: kit.server.sessions == 0)
        await until(lambda: websocket() is None)
    finally:
        gc.enable()


def _all_tasks() -> list[trio.lowlevel.Task]:
    found: list[trio.lowlevel.Task] = []
    root = trio.lowlevel.current_root_task()
    assert root is not None
    wanted = [root]
    while wanted:
        task = wanted.pop()
        found.append(task)
        wanted += [child for nursery in task.child_nurseries for child in nursery.child_tasks]
    return found


async def test_clients_that_never_read_are_dropped_within_the_time_for_all(kit: Kit) -> None:
    async with trio.open_nursery() as nursery:
        port = await open_tcp(kit, nursery)
        clients = []
        for _ in range(10):
            client = RawClient(await trio.open_tcp_stream("127.0.0.1", port))
            await client.send(handshake() + masked(TEXT, b'{"type":"echo:follow"}'))
            clients.append(client)
        await until(lambda: len(kit.echo.topic) == len(clients))
        for _ in range(30):
            kit.echo.topic.publish(TEXT_FRAME.frame(EchoText("x" * 500_000)))
        with trio.fail_after(HANG_SECONDS):
            await kit.server.close(SHUTTING_DOWN, 1.5)
            await kit.stopped.wait()
            await until(lambda: not kit.server.sessions)
        for client in clients:
            await client.stream.aclose()
        nursery.cancel_scope.cancel()


async def test_a_message_too_long_is_told_over_tcp(kit: Kit) -> None:
    """Most of it is never read by us, which must not cost the client the reason."""
    async with trio.open_nursery() as nursery:
        client = RawClient(await trio.open_tcp_stream("127.0.0.1", await open_tcp(kit, nursery)))
        await client.send(handshake())
        await client.until(b"\r\n\r\n")
        await client.frame()
        await client.send(masked(TEXT, b"x" * 1_000_000))
        assert await closing(client) == 1009
        await client.stream.aclose()
        nursery.cancel_scope.cancel()


async def test_a_refusal_is_told_over_tcp(kit: Kit) -> None:
    async with trio.open_nursery() as nursery:
        client = RawClient(await trio.open_tcp_stream("127.0.0.1", await open_tcp(kit, nursery)))
        await client.send(b"POST /hello HTTP/1.1\r\nHost: localhost\r\nContent-Length: 300000\r\n\r\n")
        await client.send(b"x" * 300_000)
        assert b"HTTP/1.1 405 " in await client.until(b"\r\n")
        await client.stream.aclose()
        nursery.cancel_scope.cancel()


async def test_one_that_takes_a_backlog_is_alive(autojump_clock: Clock) -> None:
    """It can't answer a ping that lies behind megabytes; one that takes nothing is given up all the same."""
    ours, theirs = trio.testing.lockstep_stream_pair()
    async with trio.open_nursery() as nursery:
        outbox = Outbox(ours, nursery, Pressure(1000, 10_000, 3600.0))
        stream = PeerStream(ours, outbox, Handshake(b"", b"", SOMEWHERE), meter(outbox))
        connection = OpenConnection(cast(Session, None), stream, outbox)
        outbox.put(b"x" * 1_000_000)
        for _ in range(20):
            connection.beat()
            await theirs.receive_some(20_000)
            await trio.testing.wait_all_tasks_blocked()
        assert outbox.failed is None
        for _ in range(3):
            connection.beat()
        assert outbox.failed is NO_HEARTBEAT
        outbox.end()
