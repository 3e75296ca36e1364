"""The client's side of the protocol against a scripted daemon on a real socket."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import pytest
import trio

from orchd.client import _REPLIES, Client, ConnectionLostError, Frame, connection, error_of, websocket_url
from orchd.errors import ConfigurationError, Internal, NotFound, OrchdError, Timeout, Unavailable
from orchd.features import make_codec
from tests.fix_scripted import ScriptedSession, StartScripted

HANG = 90


@asynccontextmanager
async def connected(url: str, pushed: list[Frame] | None = None) -> AsyncIterator[Client]:
    with trio.fail_after(HANG):
        async with trio.open_nursery() as nursery:
            client: Client = await nursery.start(connection, url, (pushed if pushed is not None else []).append)
            yield client
            await client.aclose()


def message(role: str, **more: Any) -> dict[str, Any]:
    whole = {"id": 1, "conversationId": 5, "role": role, "content": "", "status": "complete", "error": None}
    return whole | more


async def test_it_offers_the_subprotocol_and_keeps_the_greeting(start_scripted: StartScripted) -> None:
    offered = []

    async def script(session: ScriptedSession) -> None:
        offered.extend(session.subprotocols)
        await session.greet()

    async with connected(await start_scripted(script)) as client:
        assert client.session["sessionId"] == "s"
    assert offered == ["orchd.v1"]


async def test_a_request_gets_the_reply_with_its_id(start_scripted: StartScripted) -> None:
    async def script(session: ScriptedSession) -> None:
        await session.greet()
        asked = await session.receive("chat:history")
        assert asked["data"] == {"conversationId": 5}
        await session.send("task:update", {"task": {}})
        await session.send("chat:history", {"messages": ["not mine"]}, "another")
        await session.send("chat:history", {"messages": ["mine"]}, asked["id"])

    pushed: list[Frame] = []
    async with connected(await start_scripted(script), pushed) as client:
        assert await client.request("chat:history", {"conversationId": 5}) == {"messages": ["mine"]}
    assert [frame.type for frame in pushed] == ["task:update", "chat:history"]


def test_every_request_has_its_final_frame() -> None:
    codec = make_codec()
    answered = {"chat:send", "chat:edit", "chat:regenerate", "chat:continue"}
    requests = {kind: _REPLIES.get(kind, kind) for kind in codec.client_frames if kind not in answered}
    assert not {kind: reply for kind, reply in requests.items() if reply not in codec.server_frames}
    assert set(_REPLIES) <= set(requests)


async def test_an_error_frame_is_raised_as_the_error_it_names(start_scripted: StartScripted) -> None:
    async def script(session: ScriptedSession) -> None:
        await session.greet()
        asked = await session.receive("chat:history")
        error = {"code": "not_found", "message": "no such conversation", "retryable": False, "details": {"field": "x"}}
        await session.send("error", error, asked["id"])

    async with connected(await start_scripted(script)) as client:
        with pytest.raises(NotFound, match="no such conversation") as caught:
            await client.request("chat:history", {"conversationId": 5})
        assert caught.value.details == {"field": "x"}


async def test_an_answer_streams_through_the_callback_and_ends_with_the_stored_message(
    start_scripted: StartScripted,
) -> None:
    async def script(session: ScriptedSession) -> None:
        await session.greet()
        asked = await session.receive("chat:send")
        assert asked["data"] == {"message": "hi"}
        await session.send("chat:message", message("user", content="hi"), asked["id"])
        for seq, chunk in enumerate(("Hel", "lo")):
            part = {
                "conversationId": 5,
                "messageId": 2,
                "seq": seq,
                "channel": "content",
                "chunk": chunk,
                "done": False,
            }
            await session.send("chat:streaming", part, asked["id"])
        await session.send("chat:message", message("assistant", id=2, content="Hello"), asked["id"])

    seen: list[Frame] = []
    async with connected(await start_scripted(script)) as client:
        final = await client.answer("chat:send", {"message": "hi"}, seen.append)
    assert final["content"] == "Hello"
    assert [frame.type for frame in seen] == ["chat:message", "chat:streaming", "chat:streaming"]


@pytest.mark.parametrize("known", [True, False], ids=["by message", "by request"])
async def test_an_answer_is_cancelled_by_its_message_or_by_its_request(
    start_scripted: StartScripted, known: bool
) -> None:
    async def script(session: ScriptedSession) -> None:
        await session.greet()
        asked = await session.receive("chat:send")
        await session.send("chat:progress", {"messageId": 2}, asked["id"])
        if known:
            cancel = await session.receive("chat:cancel")
            assert cancel["data"] == {"messageId": 2}
            await session.send("chat:cancelled", {"messageId": 2, "status": "cancelled"}, cancel["id"])
        else:
            cancel = await session.receive("cancel")
            assert cancel["data"] == {"id": asked["id"]}
            await session.send("cancelled", {"id": asked["id"], "found": True}, cancel["id"])
        await session.send("chat:message", message("assistant", status="cancelled"), asked["id"])

    async with connected(await start_scripted(script)) as client, trio.open_nursery() as nursery:

        def started(frame: Frame) -> None:
            nursery.start_soon(client.cancel_answer, 2 if known else None)

        final = await client.answer("chat:send", {"message": "hi"}, started)
        assert final["status"] == "cancelled"


async def test_there_is_nothing_to_cancel_without_an_answer(start_scripted: StartScripted) -> None:
    async with connected(await start_scripted(ScriptedSession.greet)) as client:
        await client.cancel_answer(None)


@pytest.mark.parametrize(("code", "again"), [(1001, True), (4000, True), (4001, True), (4500, False), (4501, False)])
async def test_a_close_ends_what_waits_and_says_whether_to_come_back(
    start_scripted: StartScripted, code: int, again: bool
) -> None:
    async def script(session: ScriptedSession) -> None:
        await session.greet()
        await session.receive("chat:send")
        await session.close(code, "because")

    async with connected(await start_scripted(script)) as client:
        with pytest.raises(ConnectionLostError, match=f"code {code}, because") as caught:
            await client.answer("chat:send", {"message": "hi"}, lambda frame: None)
        assert caught.value.again is again
        with pytest.raises(ConnectionLostError):
            await client.request("ping")


async def test_a_cut_connection_ends_what_waits(start_scripted: StartScripted) -> None:
    async def script(session: ScriptedSession) -> None:
        await session.greet()
        await session.receive("chat:send")
        await session.cut()

    async with connected(await start_scripted(script)) as client:
        with pytest.raises(ConnectionLostError) as caught:
            await client.answer("chat:send", {"message": "hi"}, lambda frame: None)
        assert caught.value.again


async def test_an_announced_stop_tells_when_to_come_back(start_scripted: StartScripted) -> None:
    async def script(session: ScriptedSession) -> None:
        await session.greet()
        await session.send("session:closing", {"reason": "restart", "reconnectAfterMs": 250})
        await session.close(1001)

    pushed: list[Frame] = []
    async with connected(await start_scripted(script), pushed) as client:
        with pytest.raises(ConnectionLostError):
            await client.answer("chat:send", {"message": "hi"}, lambda frame: None)
        assert client.reconnect_seconds == 0.25
    assert [frame.type for frame in pushed] == ["session:closing"]


@pytest.mark.parametrize("text", ["no JSON", "[]", '{"data": {}}', '{"type": 5}'])
async def test_a_frame_that_is_none_ends_the_connection(start_scripted: StartScripted, text: str) -> None:
    async def script(session: ScriptedSession) -> None:
        await session.greet()
        await session.receive("chat:send")
        await session.socket.send_message(text)

    async with connected(await start_scripted(script)) as client:
        with pytest.raises(ConnectionLostError, match="no frame") as caught:
            await client.answer("chat:send", {"message": "hi"}, lambda frame: None)
        assert not caught.value.again


async def test_unknown_frames_and_members_are_left_alone(start_scripted: StartScripted) -> None:
    async def script(session: ScriptedSession) -> None:
        await session.greet()
        asked = await session.receive("ping")
        await session.socket.send_message('{"type": "new:thing", "data": {"a": [1]}, "later": true}')
        await session.send("pong", {"timestamp": "now", "later": 1}, asked["id"])

    async with connected(await start_scripted(script)) as client:
        assert (await client.request("ping"))["timestamp"] == "now"


async def test_no_reply_is_a_timeout(start_scripted: StartScripted, monkeypatch: pytest.MonkeyPatch) -> None:
    async def script(session: ScriptedSession) -> None:
        await session.greet()
        await session.receive("ping")

    monkeypatch.setattr("orchd.client.REPLY_SECONDS", 0.05)
    async with connected(await start_scripted(script)) as client:
        with pytest.raises(Timeout, match="no answer to ping"):
            await client.request("ping")


async def test_a_peer_without_pongs_is_given_up(nursery: trio.Nursery, monkeypatch: pytest.MonkeyPatch) -> None:
    """The peer shakes hands and greets by hand, and then reads nothing more."""
    monkeypatch.setattr("orchd.client.PING_SECONDS", 0.05)
    monkeypatch.setattr("orchd.client.CLOSE_SECONDS", 0.05)
    url = await nursery.start(_silent_peer)
    with trio.fail_after(HANG):
        async with trio.open_nursery() as own:
            client: Client = await own.start(connection, url, lambda frame: None)
            with pytest.raises(ConnectionLostError, match="does not answer"):
                await client.answer("chat:send", {"message": "hi"}, lambda frame: None)


async def _silent_peer(*, task_status: trio.TaskStatus[str]) -> None:
    import base64
    import hashlib

    (listener,) = await trio.open_tcp_listeners(0, host="127.0.0.1")
    async with listener:
        task_status.started(f"http://127.0.0.1:{listener.socket.getsockname()[1]}")
        stream = await listener.accept()
        async with stream:
            head = b""
            while b"\r\n\r\n" not in head:
                head += await stream.receive_some(4096)
            key = next(line for line in head.split(b"\r\n") if line.lower().startswith(b"sec-websocket-key")).split()[1]
            accept = base64.b64encode(hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())  # noqa: S324
            greeting = b'{"type":"session:ready","data":{"sessionId":"s"}}'
            await stream.send_all(
                b"HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                + accept
                + b"\r\nSec-WebSocket-Protocol: orchd.v1\r\n\r\n"
                + bytes([0x81, len(greeting)])
                + greeting
            )
            await trio.sleep_forever()


async def failure(url: str) -> str:
    """What `connection` raises instead of giving a client."""
    with trio.fail_after(HANG):
        async with trio.open_nursery() as nursery:
            try:
                await nursery.start(connection, url, lambda frame: None)
            except (Unavailable, ConnectionLostError) as error:
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
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", "HTTP 200"),
        (b"SSH-2.0-x\r\n", "no WebSocket handshake within"),
        (b"", "no WebSocket handshake within"),
    ],
)
async def test_something_else_there(
    nursery: trio.Nursery, monkeypatch: pytest.MonkeyPatch, reply: bytes, told: str
) -> None:
    monkeypatch.setattr("orchd.client.CONNECT_SECONDS", 0.5)

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


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("http://127.0.0.1:3001", "ws://127.0.0.1:3001/ws"),
        ("https://chat.lan/", "wss://chat.lan/ws"),
        ("127.0.0.1:3001", "ws://127.0.0.1:3001/ws"),
        ("ws://h/other", "ws://h/other"),
        ("wss://h:1/ws", "wss://h:1/ws"),
        ("[::1]:3001", "ws://[::1]:3001/ws"),
    ],
)
def test_addresses_as_people_type_them(typed: str, address: str) -> None:
    assert websocket_url(typed) == address


@pytest.mark.parametrize("typed", ["ftp://h", "", "http://", "http://h:port", "http://[::1", "http://u:p@h"])
def test_what_is_no_address(typed: str) -> None:
    with pytest.raises(ConfigurationError, match="is no address"):
        websocket_url(typed)


@pytest.mark.parametrize(
    ("data", "kind"), [({"code": "timeout", "message": "m"}, Timeout), ({"code": "new_code"}, Internal), ({}, Internal)]
)
def test_error_frames_become_errors(data: dict[str, Any], kind: type[OrchdError]) -> None:
    error = error_of(data)
    assert type(error) is kind
    assert error.message
