"""Whose a connection is: greeted at once, or after it has proved it, and let go when that changes."""

import json

import pytest
import trio
import trio.testing

from orchd.errors import Busy, Unauthorized, Unavailable
from orchd.protocol.codes import FRAME_TOO_LONG, PROOF_NEEDED, PROTOCOL_ABUSE, TOO_MANY_CONNECTIONS, UNAUTHORIZED
from orchd.protocol.identity import NOBODY, Identity
from orchd.server.entry.cookie import PLAIN_NAME
from orchd.server.shares import ShareLimits, Shares
from tests.fake_people import ANA, BOB, VIC
from tests.fix_server import Kit
from tests.raw_client import RawClient, handshake

Clock = trio.testing.MockClock

TOKEN = "orchd_pat_" + "a" * 49
COOKIE = "c" * 43
ENDED = Unauthorized("it was ended", reason="session_ended")


def with_users(kit: Kit) -> None:
    kit.people.users_exist = True
    kit.people.tokens[TOKEN] = BOB


async def test_nothing_is_sent_before_the_proof(kit: Kit, autojump_clock: Clock) -> None:
    with_users(kit)
    client = await kit.connect_ungreeted()
    await trio.sleep(9)
    await client.say("session:authenticate", "a", token=TOKEN)
    ready, reply = await client.next(), await client.next()
    assert (ready["type"], ready["data"]["user"]) == ("session:ready", "bob")
    assert reply == {"type": "session:authenticate", "id": "a", "data": {"user": "bob", "role": "member"}}
    await trio.sleep(3600)
    assert (await client.ask("echo:ask", "b", text="hello"))["data"] == {"text": "hello"}


async def test_without_a_proof_in_time_it_ends(kit: Kit, autojump_clock: Clock) -> None:
    with_users(kit)
    client = await kit.connect_ungreeted()
    frames, code = await client.rest()
    assert [frame["type"] for frame in frames] == ["error"]
    assert frames[0]["data"]["code"] == "unauthorized"
    assert code == UNAUTHORIZED.code
    assert trio.current_time() == pytest.approx(10, abs=2)


async def test_a_wrong_token_ends_it_at_once(kit: Kit, autojump_clock: Clock) -> None:
    with_users(kit)
    client = await kit.connect_ungreeted()
    await client.say("session:authenticate", "a", token=TOKEN[:-1])
    frames, code = await client.rest()
    assert [(frame["type"], frame["id"], frame["data"]["code"]) for frame in frames] == [("error", "a", "unauthorized")]
    assert code == UNAUTHORIZED.code
    assert trio.current_time() < 5
    assert TOKEN[:-1] not in json.dumps(frames)


@pytest.mark.parametrize("error", [Unavailable("the database is away"), Busy("too many")])
async def test_what_may_pass_may_be_tried_again(error: Busy, kit: Kit, autojump_clock: Clock) -> None:
    with_users(kit)
    kit.people.away = error
    client = await kit.connect_ungreeted()
    assert (await client.ask("session:authenticate", "a", token=TOKEN))["data"]["code"] == error.code
    kit.people.away = None
    assert (await client.ask("session:authenticate", "b", token=TOKEN))["type"] == "session:ready"


async def test_before_the_proof_every_other_frame_is_refused(kit: Kit, autojump_clock: Clock) -> None:
    with_users(kit)
    client = await kit.connect_ungreeted()
    for kind in ("ping", "echo:ask", "echo:follow"):
        refused = await client.ask(kind, kind)
        assert (refused["type"], refused["id"], refused["data"]["code"]) == ("error", kind, "unauthorized")
    assert (await client.ask("cancel", "c", id="x"))["data"]["code"] == "unauthorized"
    assert (await client.ask("nonsense", "d"))["data"]["code"] == "unknown_type"
    assert not len(kit.echo.topic)
    await client.say("session:authenticate", token=TOKEN)
    assert [(await client.next())["type"] for _ in range(2)] == ["session:ready", "session:authenticate"]


async def test_before_the_proof_frames_are_short_and_few(kit: Kit, autojump_clock: Clock) -> None:
    with_users(kit)
    client = await kit.connect_ungreeted()
    await client.say("echo:ask", text="x" * 5000)
    assert await client.ended() == FRAME_TOO_LONG.code
    client = await kit.connect_ungreeted()
    for _ in range(100):
        await client.say_text("nonsense")
    assert (await client.rest())[1] == PROTOCOL_ABUSE.code


async def test_a_connection_does_not_change_hands(kit: Kit, autojump_clock: Clock) -> None:
    client = await kit.connect()
    assert (await client.ask("session:authenticate", "a", token=TOKEN))["data"]["code"] == "conflict"
    with_users(kit)
    other = await kit.connect_ungreeted()
    await other.ask("session:authenticate", token=TOKEN)
    await other.next()
    assert (await other.ask("session:authenticate", "b", token=TOKEN))["data"]["code"] == "conflict"
    assert (await other.ask("echo:ask", "c", text="still"))["data"] == {"text": "still"}


async def test_one_proof_at_a_time(kit: Kit, autojump_clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    with_users(kit)
    look = kit.people.by_token

    async def look_slowly(token: str) -> Identity:
        await trio.sleep(1)
        return await look(token)

    monkeypatch.setattr(kit.people, "by_token", look_slowly)
    client = await kit.connect_ungreeted()
    for number in range(3):
        await client.say("session:authenticate", str(number), token=TOKEN)
    frames = [await client.next() for _ in range(4)]
    assert [frame["type"] for frame in frames] == ["error", "error", "session:ready", "session:authenticate"]
    assert {frame["data"]["code"] for frame in frames[:2]} == {"conflict"}
    assert kit.people.looks == ["token"]


async def test_by_the_header_it_is_greeted_at_once(kit: Kit, autojump_clock: Clock) -> None:
    with_users(kit)
    client = kit.raw()
    await client.send(handshake(Authorization=f"Bearer {TOKEN}"))
    await client.until(b"\r\n\r\n")
    ready = json.loads((await client.frame())[1])
    assert (ready["type"], ready["data"]["user"]) == ("session:ready", "bob")
    await client.stream.aclose()


async def test_what_becomes_of_somebody_becomes_of_their_connections(kit: Kit, autojump_clock: Clock) -> None:
    with_users(kit)
    client = await kit.connect_ungreeted()
    await client.ask("session:authenticate", token=TOKEN)
    await client.next()
    ((live, who),) = kit.people.lives.items()
    assert who == BOB
    live.become(VIC)
    assert (await client.ask("echo:ask", "a", text="x"))["data"] == {"text": "x"}
    live.become(BOB._replace(scopes=frozenset({"tasks"})))
    assert (await client.ask("echo:ask", "b"))["data"]["code"] == "forbidden"
    live.become(NOBODY)
    assert (await client.ask("echo:ask", "c"))["data"]["code"] == "unauthorized"
    live.end(ENDED)
    assert (await client.next())["data"] == {
        "code": "unauthorized",
        "message": "it was ended",
        "retryable": False,
        "details": {"reason": "session_ended"},
    }
    assert await client.ended() == UNAUTHORIZED.code
    assert not kit.people.lives


async def test_a_running_request_ends_with_its_connection(kit: Kit, autojump_clock: Clock) -> None:
    client = await kit.connect()
    await client.say("echo:hold", "a")
    await trio.testing.wait_all_tasks_blocked()
    (live,) = kit.people.lives
    live.end(ENDED)
    assert (await client.rest())[1] == UNAUTHORIZED.code
    assert kit.echo.ended == ["plainly"]


async def test_while_it_is_not_known_whether_there_are_users(kit: Kit, autojump_clock: Clock) -> None:
    kit.people.users_exist = None
    client = await kit.connect_ungreeted()
    ready = await client.next()
    assert (ready["type"], ready["data"]["user"]) == ("session:ready", "")
    assert (await client.ask("ping", "a"))["type"] == "pong"
    assert (await client.ask("echo:ask", "b"))["data"]["code"] == "unavailable"
    await trio.sleep(3600)
    kit.people.decide(users_exist=False)
    assert (await client.ask("echo:ask", "c", text="mine"))["data"] == {"text": "mine"}


async def test_the_local_owners_requests_are_held_while_the_database_is_away(kit: Kit, autojump_clock: Clock) -> None:
    client = await kit.connect()
    await client.say("echo:hold", "running")
    await trio.testing.wait_all_tasks_blocked()
    kit.people.owner_may_ask = False
    refused = await client.ask("echo:ask", "a")
    assert (refused["data"]["code"], refused["data"]["retryable"]) == ("unavailable", True)
    assert (await client.ask("ping", "b"))["type"] == "pong"
    assert kit.echo.ended == [], "what runs goes on"
    assert (await client.ask("cancel", "c", id="running"))["data"]["code"] == "cancelled"
    assert (await client.next())["type"] == "cancelled"
    kit.people.owner_may_ask = True
    assert (await client.ask("echo:ask", "d", text="mine"))["data"] == {"text": "mine"}


async def test_once_users_are_known_another_connection_must_prove_whose_it_is(kit: Kit, autojump_clock: Clock) -> None:
    kit.people.users_exist = None
    kit.people.tokens[TOKEN] = ANA
    strangers = [await kit.connect_ungreeted() for _ in range(2)]
    for stranger in strangers:
        await stranger.next()
    assert (await strangers[0].ask("echo:ask", "a"))["data"]["code"] == "unavailable"
    await strangers[1].say("session:authenticate", "b", token=TOKEN)
    assert (await strangers[1].next())["data"] == {"user": "ana", "role": "admin"}
    kit.people.decide(users_exist=True)
    assert await strangers[0].rest() == ([], PROOF_NEEDED.code), "no request was refused for good"
    assert (await strangers[1].ask("echo:ask", "c", text="mine"))["data"] == {"text": "mine"}
    again = await kit.connect_ungreeted()
    await again.say("session:authenticate", "a", token=TOKEN)
    assert (await again.next())["data"]["user"] == "ana"


async def test_who_waits_at_the_door_is_not_told_of_a_shutdown(kit: Kit, autojump_clock: Clock) -> None:
    with_users(kit)
    client = await kit.connect_ungreeted()
    await client.ask("ping")
    kit.server.announce_closing("shutdown", 1000)
    frames, code = await client.rest()
    assert ([frame["type"] for frame in frames], code) == (["error"], UNAUTHORIZED.code)


async def shown(kit: Kit, header: dict[str, str]) -> RawClient:
    """A connection whose handshake says who it is."""
    client = kit.raw()
    await client.send(handshake(**header))
    await client.until(b"\r\n\r\n")
    return client


@pytest.mark.parametrize("limits", [{"shares": Shares(ShareLimits(connections=2))}])
@pytest.mark.parametrize("way", ["token", "cookie", "frame"])
async def test_one_connection_too_many_of_a_user_is_let_go_and_may_come_back(
    way: str, kit: Kit, autojump_clock: Clock
) -> None:
    with_users(kit)
    kit.people.cookies[COOKIE] = BOB
    by_token = {"Authorization": f"Bearer {TOKEN}"}
    first, second = await shown(kit, by_token), await kit.connect_ungreeted()
    assert json.loads((await first.frame())[1])["type"] == "session:ready"
    assert (await second.ask("session:authenticate", token=TOKEN))["type"] == "session:ready"
    header = {"token": by_token, "cookie": {"Cookie": f"{PLAIN_NAME}={COOKIE}", "Origin": "http://localhost"}}
    if way == "frame":
        third = await kit.connect_ungreeted()
        await third.say("session:authenticate", "a", token=TOKEN)
        frames, code = await third.rest()
        assert [(frame["id"], frame["data"]["code"]) for frame in frames] == [("a", "busy")]
        assert code == TOO_MANY_CONNECTIONS.code
    else:
        raw = await shown(kit, header[way])
        refused = json.loads((await raw.frame())[1])
        assert (refused["type"], refused["data"]["code"]) == ("error", "busy")
        _, closing = await raw.frame()
        assert int.from_bytes(closing[:2], "big") == TOO_MANY_CONNECTIONS.code
        await raw.stream.aclose()
    kit.people.tokens[TOKEN] = ANA
    other = await kit.connect_ungreeted()
    assert (await other.ask("session:authenticate", token=TOKEN))["type"] == "session:ready", "another user"
    kit.people.tokens[TOKEN] = BOB
    await first.stream.aclose()
    await trio.sleep(60)
    again = await kit.connect_ungreeted()
    assert (await again.ask("session:authenticate", token=TOKEN))["type"] == "session:ready"
    assert TOO_MANY_CONNECTIONS.reconnect


@pytest.mark.parametrize("limits", [{"shares": Shares(ShareLimits(connections=1))}])
async def test_the_local_owner_and_whoever_waits_at_the_door_are_not_counted(kit: Kit, autojump_clock: Clock) -> None:
    for _ in range(3):
        await kit.connect()
    with_users(kit)
    for _ in range(3):
        await (await kit.connect_ungreeted()).ask("ping")


@pytest.mark.parametrize("limits", [{"shares": Shares(ShareLimits(connections=1))}])
async def test_whose_user_changes_leaves_its_place_when_it_ends(kit: Kit, autojump_clock: Clock) -> None:
    with_users(kit)
    client = await kit.connect_ungreeted()
    await client.ask("session:authenticate", token=TOKEN)
    await client.next()
    ((live, _),) = kit.people.lives.items()
    live.become(VIC._replace(user_id=BOB.user_id))
    live.become(NOBODY)
    live.end(ENDED)
    await client.next()
    assert await client.ended() == UNAUTHORIZED.code
    again = await kit.connect_ungreeted()
    assert (await again.ask("session:authenticate", token=TOKEN))["type"] == "session:ready"
