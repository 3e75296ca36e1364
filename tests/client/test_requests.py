"""Requests and their frames against a scripted daemon on a real socket."""

from typing import Any

import pytest
import trio

from orchd.client import Client, ConnectionLostError, Frame, connection
from orchd.errors import NotFound, Timeout, TooLarge
from tests.client.connected import HANG, connected
from tests.fix_scripted import ScriptedSession, StartScripted


def message(role: str, **more: Any) -> dict[str, Any]:
    whole = {"id": 1, "conversationId": 5, "role": role, "content": "", "status": "complete", "error": None}
    return whole | more


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


async def test_what_the_daemon_would_not_take_is_not_sent(start_scripted: StartScripted) -> None:
    async def script(session: ScriptedSession) -> None:
        await session.greet()
        asked = await session.receive("ping")
        await session.send("pong", {"timestamp": "now"}, asked["id"])

    async with connected(await start_scripted(script)) as client:
        with pytest.raises(TooLarge, match="1048576 at most"):
            await client.answer("chat:send", {"message": "x" * 1_048_576}, lambda frame: None)
        assert await client.request("ping") == {"timestamp": "now"}


async def test_no_reply_is_a_timeout(start_scripted: StartScripted, monkeypatch: pytest.MonkeyPatch) -> None:
    async def script(session: ScriptedSession) -> None:
        await session.greet()
        await session.receive("ping")

    monkeypatch.setattr("orchd.client.requests.REPLY_SECONDS", 0.05)
    async with connected(await start_scripted(script)) as client:
        with pytest.raises(Timeout, match="no answer to ping"):
            await client.request("ping")


async def test_a_peer_without_pongs_is_given_up(nursery: trio.Nursery, monkeypatch: pytest.MonkeyPatch) -> None:
    """The peer shakes hands and greets by hand, and then reads nothing more."""
    monkeypatch.setattr("orchd.client.requests.PING_SECONDS", 0.05)
    monkeypatch.setattr("orchd.client.requests.CLOSE_SECONDS", 0.05)
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
