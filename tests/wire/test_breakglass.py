"""Break-glass over real sockets, and how many connections one user has."""

import json

import msgspec
import pytest
import trio
from trio_websocket import ConnectionClosed, wrap_client_stream

from orchd.protocol.codes import TOO_MANY_CONNECTIONS
from orchd.settings.people import PeopleSettings
from tests.fix_daemon import Listening, StartApp, make_settings
from tests.fix_simulator import RunningSimulator
from tests.wire.client import HANG_SECONDS
from tests.wire.people import PASSWORD, ask, browser, cookie_of, first_user, program, refused

REASON = "She has left, and we need what she found out."


async def test_an_admin_reads_an_answer_that_still_runs_and_its_asker_is_told(
    app: StartApp, simulator: RunningSimulator, tmp_path_factory: pytest.TempPathFactory
) -> None:
    settings = make_settings(tmp_path_factory.mktemp("on"), simulator.url)
    daemon = await app.start(msgspec.structs.replace(settings, people=PeopleSettings(break_glass=True)))
    maria = await first_user(daemon)
    await ask(maria, "user:create", name="ana", password=PASSWORD)
    ana = await browser(daemon, "ana")
    request_id, message_id = await ana.started("[[simulate: stall_after=3]]")
    asked = await ana.until(lambda frame: frame["type"] == "chat:message" and frame.get("id") == request_id)
    row = {"kind": "conversation", "id": asked["data"]["conversationId"]}
    tokens = [(await ask(maria, "token:create", name="t", scopes=scopes))["token"] for scopes in (["chat"], ["admin"])]
    chats, admins = [await program(daemon, token) for token in tokens]
    assert await refused(ana, "access:break", **row, reason=REASON) == "forbidden"
    assert await refused(chats, "access:break", **row, reason=REASON) == "forbidden"
    assert await refused(maria, "access:read", **row) == "not_found"
    await ask(admins, "access:break", **row, reason=REASON)
    heard = (await ana.until_type("access:told"))["data"]
    assert (heard["kind"], heard["id"], heard["name"]) == (row["kind"], row["id"], "maria")
    assert (heard["reading"], heard["reason"]) == (False, REASON)
    shown = (await ask(maria, "access:read", **row))["conversation"]
    assert [message["id"] for message in shown["messages"]] == [message_id - 1, message_id]
    assert shown["messages"][-1]["status"] == "streaming"
    assert shown["messages"][-1]["content"]
    assert await refused(maria, "chat:subscribe", conversationId=row["id"]) == "not_found"
    again = await ana.until(lambda frame: frame["type"] == "access:told" and frame["data"]["reading"])
    assert again["data"]["reason"] is None
    told = [item for item in (await ask(ana, "audit:mine"))["items"] if item["action"].startswith("access:")]
    others = [item for item in told if item["outcome"] == "done"]
    assert [(item["action"], item["name"]) for item in others] == [("access:read", "maria"), ("access:break", "maria")]
    assert others[1]["after"]["reason"] == REASON
    assert others[1]["address"] == "127.0.0.1"
    await ana.request("cancel", {"id": request_id})


async def farewell(daemon: Listening, headers: dict[str, str]) -> tuple[str, int]:
    """How a connection ends that is not taken: the code of the only frame, and that of the close."""
    shown = [(name.encode(), value.encode()) for name, value in headers.items()]
    netloc = daemon.url.removeprefix("http://")
    host, _, port = netloc.partition(":")
    with trio.fail_after(HANG_SECONDS):
        async with trio.open_nursery() as nursery, await trio.open_tcp_stream(host, int(port)) as stream:
            websocket = await wrap_client_stream(nursery, stream, netloc, "/ws", extra_headers=shown)
            told = json.loads(await websocket.get_message())
            with pytest.raises(ConnectionClosed) as closed:
                await websocket.get_message()
            nursery.cancel_scope.cancel()
    assert told["type"] == "error"
    assert closed.value.reason is not None
    return told["data"]["code"], closed.value.reason.code


async def test_connections_of_a_user_are_counted_over_browsers_and_tokens(app: StartApp) -> None:
    daemon = await app(user_connections=2)
    maria = await first_user(daemon)
    token = (await ask(maria, "token:create", name="t", scopes=["read"]))["token"]
    second = await program(daemon, token)
    cookie = await cookie_of(daemon, "maria")
    for headers in ({"Authorization": f"Bearer {token}"}, {"Cookie": cookie, "Origin": daemon.url}):
        assert await farewell(daemon, headers) == ("busy", TOO_MANY_CONNECTIONS.code)
    await second.aclose()
    third = await program(daemon, token)
    await ask(third, "user:me")
