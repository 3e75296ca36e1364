"""Requests and their frames against a scripted daemon on a real socket."""

import pytest

from orchd.client import ConnectionLostError, Frame
from orchd.errors import NotFound, Timeout, TooLarge
from tests.client.connected import connected
from tests.fix_scripted import ScriptedSession, StartScripted


async def test_a_request_gets_the_reply_with_its_id(start_scripted: StartScripted) -> None:
    async def script(session: ScriptedSession) -> None:
        await session.greet()
        asked = await session.receive("chat:history")
        assert asked["data"] == {"conversationId": 5}
        await session.send("task:update", {})
        await session.send("chat:history", {"messages": [], "later": "not mine"}, "another")
        await session.send("chat:history", {"messages": [], "later": "mine"}, asked["id"])

    pushed: list[Frame] = []
    async with connected(await start_scripted(script), pushed) as client:
        assert (await client.request("chat:history", {"conversationId": 5}))["later"] == "mine"
    assert [frame.type for frame in pushed] == ["task:update"]


async def test_an_error_frame_is_raised_as_the_error_it_names(start_scripted: StartScripted) -> None:
    async def script(session: ScriptedSession) -> None:
        await session.greet()
        asked = await session.receive("chat:history")
        error = {"code": "not_found", "message": "no such conversation", "retryable": False, "details": {"field": "x"}}
        await session.send("error", error, asked["id"])

    async with connected(await start_scripted(script)) as client:
        with pytest.raises(NotFound, match="no such conversation") as caught:
            await client.request("chat:history", {"conversationId": 5})
        assert caught.value.field == "x"


async def test_frames_before_the_reply_go_to_the_callback_and_an_error_may_be_the_last(
    start_scripted: StartScripted,
) -> None:
    async def script(session: ScriptedSession) -> None:
        await session.greet()
        asked = await session.receive("text:process")
        for _ in range(2):
            await session.send("text:progress", {"later": 1}, asked["id"])
        await session.send("error", {"code": "busy", "message": "m", "retryable": True, "later": 1}, asked["id"])

    seen: list[Frame] = []
    async with connected(await start_scripted(script)) as client:
        final = await client.exchange("text:process", {"text": "a"}, seen.append)
    assert (final.type, final.plain["code"], final.plain["later"]) == ("error", "busy", 1)
    assert [(frame.type, frame.plain["later"]) for frame in seen] == [("text:progress", 1)] * 2


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
            await client.request("chat:send", {"message": "hi"})
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
            await client.request("chat:send", {"message": "hi"})
        assert caught.value.again


async def test_an_announced_stop_is_told(start_scripted: StartScripted) -> None:
    async def script(session: ScriptedSession) -> None:
        await session.greet()
        await session.send("session:closing", {"reason": "restart", "reconnectAfterMs": 250})
        await session.close(1001)

    pushed: list[Frame] = []
    async with connected(await start_scripted(script), pushed) as client:
        assert str(await client.wait_lost()) == "closed with code 1001"
        assert client.lost is not None
    assert [frame.type for frame in pushed] == ["session:closing"]


@pytest.mark.parametrize("text", ["no JSON", "[]", '{"data": {}}', '{"type": 5}'])
async def test_a_frame_that_is_none_ends_the_connection(start_scripted: StartScripted, text: str) -> None:
    async def script(session: ScriptedSession) -> None:
        await session.greet()
        await session.receive("chat:send")
        await session.socket.send_message(text)

    async with connected(await start_scripted(script)) as client:
        with pytest.raises(ConnectionLostError, match="no frame") as caught:
            await client.request("chat:send", {"message": "hi"})
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
        with pytest.raises(TooLarge, match="1048576"):
            await client.request("chat:send", {"message": "x" * 1_048_576})
        assert (await client.request("ping"))["timestamp"] == "now"


async def test_no_reply_is_a_timeout(start_scripted: StartScripted, monkeypatch: pytest.MonkeyPatch) -> None:
    async def script(session: ScriptedSession) -> None:
        await session.greet()
        await session.receive("ping")

    monkeypatch.setattr("orchd.client.requests.REPLY_SECONDS", 0.05)
    async with connected(await start_scripted(script)) as client:
        with pytest.raises(Timeout, match="no answer to ping"):
            await client.request("ping")
