"""Who is there, and what is told when nobody is."""

from functools import partial

import pytest
import trio

from orchd.client import ConnectionLostError, connection
from orchd.errors import Unauthorized, Unavailable
from tests.client.connected import HANG, connected
from tests.fix_scripted import ScriptedSession, StartScripted


async def failure(url: str) -> str:
    """What `connection` raises instead of giving a client."""
    with trio.fail_after(HANG):
        async with trio.open_nursery() as nursery:
            try:
                await nursery.start(connection, url, lambda frame: None)
            except (Unauthorized, Unavailable, ConnectionLostError) as error:
                return f"{type(error).__name__}: {error}"
    raise AssertionError("it connected")


async def test_nobody_there() -> None:
    (listener,) = await trio.open_tcp_listeners(0, host="127.0.0.1")
    port = listener.socket.getsockname()[1]
    await listener.aclose()
    told = await failure(f"http://127.0.0.1:{port}")
    assert told.startswith(f"Unavailable: can't connect to ws://127.0.0.1:{port}/ws: ")
    assert "refused" in told


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", "HTTP 403"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", "what answers there is no orchd daemon"),
        (b"SSH-2.0-x\r\n", "what answers there is no orchd daemon"),
        (b"", "it hung up"),
    ],
)
async def test_something_else_there(
    nursery: trio.Nursery, monkeypatch: pytest.MonkeyPatch, reply: bytes, told: str
) -> None:
    monkeypatch.setattr("orchd.orchd_client.runtime.socket.CONNECT_SECONDS", 0.5)

    async def serve(stream: trio.SocketStream) -> None:
        async with stream:
            await stream.receive_some(4096)
            if reply:
                await stream.send_all(reply)

    (listener, *_) = await nursery.start(partial(trio.serve_tcp, serve, 0, host="127.0.0.1"))
    assert told in await failure(f"http://127.0.0.1:{listener.socket.getsockname()[1]}")


async def test_a_websocket_server_that_is_no_orchd(start_scripted: StartScripted) -> None:
    async def script(session: ScriptedSession) -> None:
        await session.send("hello", {})

    assert "no orchd" in await failure(await start_scripted(script))


async def test_a_door_that_is_closed_at_once(start_scripted: StartScripted) -> None:
    async def script(session: ScriptedSession) -> None:
        await session.close(4500, "log in first")

    told = await failure(await start_scripted(script))
    assert told == "ConnectionLostError: closed with code 4500, log in first"


async def test_a_daemon_that_waits_for_a_token_is_asked_why_it_says_nothing(start_scripted: StartScripted) -> None:
    async def script(session: ScriptedSession) -> None:
        await session.receive("ping")
        await session.send("error", {"code": "unauthorized", "message": "say who you are first", "retryable": False})

    assert await failure(await start_scripted(script)) == "Unauthorized: say who you are first"


async def test_a_slow_greeting_is_one_all_the_same(start_scripted: StartScripted) -> None:
    async def script(session: ScriptedSession) -> None:
        await session.receive("ping")
        await session.greet()
        await session.send("pong", {"timestamp": "2026-01-01T00:00:00.000Z"})

    async with connected(await start_scripted(script)) as client:
        assert client.session["sessionId"] == "s"


async def test_it_offers_the_subprotocol_and_keeps_the_greeting(start_scripted: StartScripted) -> None:
    offered = []

    async def script(session: ScriptedSession) -> None:
        offered.extend(session.subprotocols)
        await session.greet()

    async with connected(await start_scripted(script)) as client:
        assert client.session["sessionId"] == "s"
    assert offered == ["orchd.v1"]


async def test_a_callbacks_failure_is_none_of_the_network(start_scripted: StartScripted) -> None:
    async def script(session: ScriptedSession) -> None:
        await session.greet()
        await session.send("session:closing", {"reason": "restart"})

    def full(_frame: object) -> None:
        raise OSError(28, "No space left on device")

    with (
        pytest.RaisesGroup(pytest.RaisesExc(OSError, match="No space left"), flatten_subgroups=True),
        trio.fail_after(HANG),
    ):
        async with trio.open_nursery() as nursery:
            await nursery.start(connection, await start_scripted(script), full)
