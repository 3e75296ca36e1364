"""A connection that is opened again."""

import pytest
import trio

from orchd.cli.chat.link import Link
from orchd.client import ConnectionLostError
from orchd.errors import Unavailable
from tests.fix_scripted import ScriptedSession, StartScripted


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orchd.cli.chat.link.ATTEMPTS", 2)


async def lost(link: Link) -> None:
    """Wait until the connection is known to be lost."""
    client = await link.client()
    with trio.fail_after(90):
        connected = client.typed.link.connected
        assert connected is not None
        await client.typed.link.wait_lost(connected)


async def test_it_comes_back_when_the_daemon_said_so(start_scripted: StartScripted, nursery: trio.Nursery) -> None:
    async def first(session: ScriptedSession) -> None:
        await session.greet()
        await session.send("session:closing", {"reason": "restart", "reconnectAfterMs": 20})
        await session.close(1001)

    async def second(session: ScriptedSession) -> None:
        await session.greet()
        await session.send("pong", {}, (await session.receive("ping"))["id"])

    waited: list[str] = []
    pushed: list[str] = []
    link = Link(await start_scripted(first, second), nursery, lambda frame: pushed.append(frame.type), waited.append)
    assert link.current is None
    await lost(link)
    assert link.current is None
    client = await link.client()
    with link.patience():
        await client.request("ping")
    assert link.current is client
    assert waited == ["(connection lost: closed with code 1001; reconnecting, attempt 1 of 2)"]
    assert pushed == ["session:closing"]
    await link.aclose()


async def test_it_gives_up(start_scripted: StartScripted, nursery: trio.Nursery) -> None:
    async def refuse(session: ScriptedSession) -> None:
        await session.close(1011)

    async def first(session: ScriptedSession) -> None:
        await session.greet()
        await session.cut()

    waited: list[str] = []
    link = Link(await start_scripted(first, *[refuse] * 3), nursery, lambda frame: None, waited.append)
    await lost(link)
    client = await link.client()
    with pytest.raises(Unavailable, match=r"is gone \(2 attempts\)"), link.patience():
        await client.request("ping")
    assert len(waited) == 2
    await link.aclose()


async def test_a_final_close_is_final(start_scripted: StartScripted, nursery: trio.Nursery) -> None:
    async def first(session: ScriptedSession) -> None:
        await session.greet()
        await session.close(4500, "log in")

    link = Link(await start_scripted(first), nursery, lambda frame: None, lambda text: None)
    assert not link.is_final
    client = await link.client()
    assert str(await client.wait_lost()) == "closed with code 4500, log in"
    assert link.is_final
    with pytest.raises(ConnectionLostError, match="log in"), link.patience():
        await client.request("ping")
    await link.aclose()
