"""A daemon that does not run."""

import pytest
import trio

from orchd.cli.reaching.connecting import reach
from orchd.errors import Unavailable
from tests.fix_scripted import ScriptedSession, StartScripted


async def test_who_is_there(start_scripted: StartScripted, nursery: trio.Nursery) -> None:
    client = await reach(nursery, await start_scripted(ScriptedSession.greet), lambda frame: None)
    assert client.lost is None
    await client.aclose()


async def told(url: str) -> str:
    async with trio.open_nursery() as nursery:
        try:
            await reach(nursery, url, lambda frame: None)
        except Unavailable as error:
            return str(error)
    raise AssertionError("it connected")


async def test_nobody_there() -> None:
    (listener,) = await trio.open_tcp_listeners(0, host="127.0.0.1")
    address = f"127.0.0.1:{listener.socket.getsockname()[1]}"
    await listener.aclose()
    text = await told(f"http://{address}")
    advice = "start the daemon with `orchd serve`, or say where it is with --url"
    assert text == f"can't connect to ws://{address}/ws: connection refused; {advice}"


async def test_something_else_there(start_scripted: StartScripted) -> None:
    async def script(session: ScriptedSession) -> None:
        await session.send("hello", {})

    with trio.fail_after(90):
        text = await told(await start_scripted(script))
    assert text == "what answers there is no orchd daemon"


@pytest.mark.parametrize("host", ["no-such-host.invalid"])
async def test_a_name_that_is_none(host: str) -> None:
    assert "can't be looked up" in await told(f"http://{host}:1")
