"""A session from its greeting to its end: one final frame for each request, whatever its handler does."""

import json
from collections import Counter

import pytest
import trio
import trio.testing
from trio_websocket import ConnectionClosed

from orchd.protocol.codes import SHUTTING_DOWN
from orchd.server.session import ABUSE_LIMIT
from tests.fix_server import TEXT_FRAME, Client, EchoText, Json, Kit
from tests.raw_client import CLOSE, PING, PONG, TEXT, masked

Clock = trio.testing.MockClock


async def end(client: Client, *requests: str) -> dict[str, Json]:
    """Read until each of these requests has its final frame; return the frames by id."""
    finals: dict[str, Json] = {}
    while set(finals) != set(requests):
        frame = await client.next()
        assert frame["id"] not in finals, "exactly one final frame"
        finals[frame["id"]] = frame
    return finals


def code(frame: Json) -> str:
    """Return the code of an `error` frame."""
    assert frame["type"] == "error", frame
    assert frame["data"]["message"]
    return str(frame["data"]["code"])


async def test_the_greeting_is_the_first_frame(kit: Kit, autojump_clock: Clock) -> None:
    client = await kit.connect_ungreeted()
    ready = await client.next()
    assert ready["type"] == "session:ready"
    assert "id" not in ready
    assert ready["data"]["limits"] == {"maxFrameBytes": 65536, "maxInFlight": 4}
    other = await (await kit.connect_ungreeted()).next()
    assert ready["data"]["sessionId"] != other["data"]["sessionId"]


async def test_ping(kit: Kit, autojump_clock: Clock) -> None:
    client = await kit.connect()
    pong = await client.ask("ping", "a")
    assert (pong["type"], pong["id"], list(pong["data"])) == ("pong", "a", ["timestamp"])
    assert "id" not in await client.ask("ping")
    await client.say_text('{"type":"ping"}')
    assert (await client.next())["type"] == "pong"


async def test_a_request_and_its_frames(kit: Kit, autojump_clock: Clock) -> None:
    client = await kit.connect()
    await client.say("echo:ask", "a", text="é\u2028😀", times=3)
    frames = [await client.next() for _ in range(4)]
    assert [frame["data"]["text"] for frame in frames] == ["0", "1", "2", "é\u2028😀"]
    assert {frame["id"] for frame in frames} == {"a"}


async def test_requests_without_an_id_are_answered_without_one(kit: Kit, autojump_clock: Clock) -> None:
    client = await kit.connect()
    assert await client.ask("echo:ask", text="x") == {"type": "echo:text", "data": {"text": "x"}}


async def test_an_id_may_be_used_again_when_its_request_has_ended(kit: Kit, autojump_clock: Clock) -> None:
    client = await kit.connect()
    for _ in range(3):
        assert (await client.ask("echo:ask", "a", text="x"))["id"] == "a"


@pytest.mark.parametrize("kind", ["echo:hold", "echo:ask", "ping", "cancel"])
async def test_an_id_in_flight_is_refused_without_it(kind: str, kit: Kit, autojump_clock: Clock) -> None:
    client = await kit.connect()
    await client.say("echo:hold", "a")
    data = {"id": "b"} if kind == "cancel" else {}
    refused = await client.ask(kind, "a", **data)
    assert code(refused) == "conflict"
    assert "id" not in refused
    assert refused["data"]["details"] == {"reason": "malformed", "id": "a", "field": "id"}
    kit.echo.release.set()
    assert (await client.next())["data"] == {"text": "released"}


async def test_too_many_requests(kit: Kit, autojump_clock: Clock) -> None:
    client = await kit.connect()
    for number in range(4):
        await client.say("echo:hold", f"held {number}")
    refused = await client.ask("echo:ask", "a", text="x")
    assert (code(refused), refused["id"], refused["data"]["retryable"]) == ("busy", "a", True)
    assert (await client.ask("ping", "b"))["type"] == "pong", "a ping starts no request"
    await client.say("cancel", "c", id="held 0")
    finals = await end(client, "held 0", "c")
    assert code(finals["held 0"]) == "cancelled"
    assert (await client.ask("echo:ask", "a", text="x"))["type"] == "echo:text"
    kit.echo.release.set()
    await end(client, "held 1", "held 2", "held 3")


async def test_cancels_have_a_bound_too(kit: Kit, autojump_clock: Clock) -> None:
    client = await kit.connect()
    await client.say("echo:hold", "a", how="slowly")
    await trio.testing.wait_all_tasks_blocked()
    for _ in range(20):
        await client.say("cancel", id="a")
    frames = Counter([(await client.next())["type"] for _ in range(21)])
    assert frames == {"cancelled": 7, "error": 14}, "the request's own error is the fourteenth"


async def test_other_connections_have_their_own_limits_and_ids(kit: Kit, autojump_clock: Clock) -> None:
    one, other = await kit.connect(), await kit.connect()
    for number in range(4):
        await one.say("echo:hold", f"{number}")
    assert (await other.ask("echo:ask", "0", text="x"))["type"] == "echo:text"
    assert (await other.ask("cancel", "b", id="0"))["data"] == {"id": "0", "found": False}


@pytest.mark.parametrize(
    ("text", "expected", "request_id"),
    [
        ('{"type":"nothing","id":"a"}', "unknown_type", "a"),
        ('{"type":"echo:ask","id":"a","data":{"text":5}}', "invalid", "a"),
        ('{"type":"echo:ask","id":5}', "invalid", None),
        ('{"id":"a"}', "invalid", "a"),
        ("nonsense", "invalid", None),
        ("", "invalid", None),
        ("[" * 60_000, "invalid", None),
    ],
)
async def test_what_is_refused(
    text: str, expected: str, request_id: str | None, kit: Kit, autojump_clock: Clock
) -> None:
    client = await kit.connect()
    await client.say_text(text)
    refused = await client.next()
    assert (code(refused), refused.get("id")) == (expected, request_id)
    assert (await client.ask("ping"))["type"] == "pong"


async def test_a_binary_message_ends_the_session(kit: Kit, autojump_clock: Clock) -> None:
    client = await kit.connect()
    await client.say_text(b'{"type":"ping"}')
    assert await client.ended() == 1003


async def test_length_counts_in_bytes(kit: Kit, autojump_clock: Clock) -> None:
    frame = json.dumps({"type": "echo:ask", "data": {"text": "@"}}, ensure_ascii=False)
    room = 65536 - len(frame) + 1
    client = await kit.connect()
    for text in ("x" * room, "é" * (room // 2), "😀" * (room // 4)):
        await client.say_text(frame.replace("@", text))
        assert (await client.next())["data"] == {"text": text}
    await client.say_text(frame.replace("@", "é" * (room // 2 + 1)))
    assert await client.ended() == 1009


@pytest.mark.parametrize("length", [65537, 300_000])
async def test_too_long_in_characters(length: int, kit: Kit, autojump_clock: Clock) -> None:
    client = await kit.connect()
    await client.say_text("x" * length)
    assert await client.ended() == 1009


async def test_a_client_that_keeps_breaking_the_protocol_is_sent_away(kit: Kit, autojump_clock: Clock) -> None:
    client = await kit.connect()
    for _ in range(ABUSE_LIMIT - 1):
        await client.say_text("nonsense")
        assert code(await client.next()) == "invalid"
    assert (await client.ask("ping"))["type"] == "pong"
    for _ in range(ABUSE_LIMIT):  # the count begins anew after a good frame
        await client.say_text("nonsense")
    frames, ended = await client.rest()
    assert [code(frame) for frame in frames] == ["invalid"] * ABUSE_LIMIT
    assert ended == 4501


@pytest.mark.parametrize("request_id", ["a", "unknown"])
async def test_cancelling_nothing(request_id: str, kit: Kit, autojump_clock: Clock) -> None:
    client = await kit.connect()
    receipt = await client.ask("cancel", "a", id=request_id)
    assert receipt == {"type": "cancelled", "id": "a", "data": {"id": request_id, "found": False}}


@pytest.mark.parametrize(
    ("how", "final", "defects"),
    [
        ("plainly", "cancelled", 0),
        ("slowly", "cancelled", 0),
        ("with a bug", "internal", 1),
        ("in a nursery with a bug", "internal", 1),
    ],
)
async def test_cancelling_a_request(how: str, final: str, defects: int, kit: Kit, autojump_clock: Clock) -> None:
    client = await kit.connect()
    await client.say("echo:hold", "a", how=how)
    await trio.testing.wait_all_tasks_blocked()
    await client.say("cancel", "b", id="a")
    ended, receipt = await client.next(), await client.next()
    assert (code(ended), ended["id"]) == (final, "a")
    assert receipt == {"type": "cancelled", "id": "b", "data": {"id": "a", "found": True}}
    assert kit.echo.ended == [how]
    kit.defects = defects


async def test_cancelling_a_request_that_ends_by_hand(kit: Kit, autojump_clock: Clock) -> None:
    client = await kit.connect()
    await client.say("echo:hold", "a", how="by hand")
    await trio.testing.wait_all_tasks_blocked()
    start = trio.current_time()
    await client.say("cancel", "b", id="a")
    finals = await end(client, "a", "b")
    assert finals["a"]["data"] == {"text": "let go by hand"}
    assert finals["b"]["data"] == {"id": "a", "found": True}
    assert trio.current_time() - start >= 1, "the receipt waits until it is let go"


async def test_cancelling_in_the_same_breath(kit: Kit, autojump_clock: Clock) -> None:
    """The `cancel` is read before the request's task has run at all."""
    client = await kit.raw_session()
    ask = masked(TEXT, b'{"type":"echo:hold","id":"a"}')
    await client.send(ask + masked(TEXT, b'{"type":"cancel","id":"b","data":{"id":"a"}}'))
    frames = [json.loads((await client.frame())[1]) for _ in range(2)]
    assert [(frame["type"], frame["id"]) for frame in frames] == [("error", "a"), ("cancelled", "b")]


async def test_cancels_that_cancel_each_other_end(kit: Kit, autojump_clock: Clock) -> None:
    client = await kit.connect()
    await client.say("echo:hold", "held", how="slowly")
    await client.say("cancel", "a", id="held")
    await client.say("cancel", "b", id="a")
    finals = await end(client, "held", "a", "b")
    assert code(finals["a"]) == "cancelled"
    assert finals["b"]["data"] == {"id": "a", "found": True}


@pytest.mark.parametrize(
    ("how", "expected", "defects"),
    [
        ("error", "busy", 0),
        ("group of one error", "busy", 0),
        ("unlisted error", "conflict", 1),
        ("bug", "internal", 1),
        ("group of bugs", "internal", 1),
        ("nothing", "internal", 1),
        ("surrogate", "internal", 1),
        ("alien", "internal", 1),
    ],
)
async def test_handlers_that_fail(how: str, expected: str, defects: int, kit: Kit, autojump_clock: Clock) -> None:
    client = await kit.connect()
    refused = await client.ask("echo:fail", "a", how=how)
    assert (code(refused), refused["id"]) == (expected, "a")
    if expected == "busy":
        assert refused["data"].pop("requestId").endswith("-1"), "the first frame of its session"
        assert refused["data"] == {
            "code": "busy",
            "message": "too much",
            "retryable": True,
            "details": {"field": "how", "path": "$.data.how"},
        }
    else:
        assert "secret" not in json.dumps(refused)
        assert "Error" not in json.dumps(refused["data"])
    assert (await client.ask("ping"))["type"] == "pong", "the session goes on"
    kit.defects = defects


async def test_a_client_that_leaves_ends_its_requests(kit: Kit, autojump_clock: Clock) -> None:
    client = await kit.connect()
    await client.ask("echo:follow")
    await client.say("echo:hold", "a")
    await client.say("echo:hold", "b", how="slowly")
    await trio.testing.wait_all_tasks_blocked()
    assert (kit.server.sessions, len(kit.echo.topic)) == (1, 1)
    await client.websocket.aclose()
    await trio.sleep(6)
    assert sorted(kit.echo.ended) == ["plainly", "slowly"]
    assert (kit.server.sessions, len(kit.echo.topic)) == (0, 0)


async def test_a_line_that_breaks_ends_its_requests(kit: Kit, autojump_clock: Clock) -> None:
    client = await kit.raw_session()
    await client.send(masked(TEXT, b'{"type":"echo:hold"}') + masked(TEXT, b'{"type":"echo:follow"}'))
    await client.frame()
    await trio.aclose_forcefully(client.stream)
    await trio.testing.wait_all_tasks_blocked()
    assert kit.echo.ended == ["plainly"]
    assert (kit.server.sessions, len(kit.echo.topic)) == (0, 0)


async def test_a_handler_that_breaks_while_its_client_leaves(kit: Kit, autojump_clock: Clock) -> None:
    client = await kit.connect()
    await client.ask("echo:follow")
    for how in ("with a bug", "in a nursery with a bug"):
        await client.say("echo:hold", how=how)
    await trio.testing.wait_all_tasks_blocked()
    await client.websocket.aclose()
    await trio.testing.wait_all_tasks_blocked()
    assert (kit.server.sessions, len(kit.echo.topic)) == (0, 0)
    kit.defects = 2


async def test_published_frames_reach_a_session(kit: Kit, autojump_clock: Clock) -> None:
    client = await kit.connect()
    await client.ask("echo:follow", "a")
    kit.echo.topic.publish(TEXT_FRAME.frame(EchoText("news")))
    assert await client.next() == {"type": "echo:text", "data": {"text": "news"}}


async def test_a_closing_daemon_refuses_requests_and_lets_others_end(kit: Kit, autojump_clock: Clock) -> None:
    client = await kit.connect()
    await client.say("echo:hold", "a")
    await trio.testing.wait_all_tasks_blocked()
    kit.server.announce_closing("shutdown", 2000)
    assert await client.next() == {"type": "session:closing", "data": {"reason": "shutdown", "reconnectAfterMs": 2000}}
    refused = await client.ask("echo:ask", "b")
    assert (code(refused), refused["id"], refused["data"]["retryable"]) == ("shutting_down", "b", True)
    assert (await client.ask("ping"))["type"] == "pong"
    assert (await client.ask("cancel", id="unknown"))["type"] == "cancelled"
    kit.echo.release.set()
    assert (await client.next())["data"] == {"text": "released"}


async def test_a_request_about_to_end_says_so_before_the_close(kit: Kit, autojump_clock: Clock) -> None:
    client = await kit.connect()
    await client.say("echo:hold", "a")
    await trio.testing.wait_all_tasks_blocked()
    kit.echo.release.set()
    await kit.server.close(SHUTTING_DOWN, 3)
    frames, ended = await client.rest()
    assert [frame["data"] for frame in frames] == [{"text": "released"}]
    assert ended == 1001


async def test_pings_of_the_websocket_are_answered_while_requests_run(kit: Kit, autojump_clock: Clock) -> None:
    client = await kit.raw_session()
    for number in range(9):
        await client.send(masked(TEXT, b'{"type":"echo:hold"}') + masked(PING, b"%d" % number))
    frames = [await client.frame() for _ in range(9 + 5)]
    assert [payload for opcode, payload in frames if opcode == PONG] == [b"%d" % number for number in range(9)]


async def test_a_message_in_pieces_is_one(kit: Kit, autojump_clock: Clock) -> None:
    client = await kit.raw_session()
    text = '{"type":"echo:ask","data":{"text":"é"}}'.encode()
    cut = text.index(b"\xa9")  # within a character
    await client.send(masked(TEXT, text[:5], final=False) + masked(PING, b"p"))
    assert await client.frame() == (PONG, b"p")
    await client.send(masked(0, text[5:cut], final=False) + masked(0, text[cut:]))
    assert json.loads((await client.frame())[1])["data"] == {"text": "é"}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (masked(TEXT, b"\xff\xfe"), 1007),
        (masked(0x3), 1002),
        (masked(0, b"no beginning"), 1002),
        (masked(PING, b"x" * 126), 1002),
        (b"\x81\x0f" + b'{"type":"ping"}', 1002),
    ],
    ids=["utf-8", "opcode", "continuation", "long ping", "no mask"],
)
async def test_what_is_no_websocket_frame(data: bytes, code: int, kit: Kit, autojump_clock: Clock) -> None:
    client = await kit.raw_session()
    await client.send(data)
    opcode, payload = await client.frame()
    assert (opcode, int.from_bytes(payload[:2], "big")) == (CLOSE, code)
    assert await client.frame() == (0, b"")


async def test_nothing_follows_the_answer_to_a_close(kit: Kit, autojump_clock: Clock) -> None:
    client = await kit.raw_session()
    await client.send(masked(TEXT, b'{"type":"echo:follow"}'))
    await client.frame()
    await client.send(masked(CLOSE, b"\x03\xe8"))
    for _ in range(50):
        kit.echo.topic.publish(TEXT_FRAME.frame(EchoText("news")))
        await trio.lowlevel.checkpoint()
    received = await client.all()
    assert received.endswith(b"\x88\x02\x03\xe8")


async def test_a_lost_client_raises_nothing(kit: Kit, autojump_clock: Clock) -> None:
    client = await kit.connect()
    await client.websocket.aclose(4321, "bye")
    with pytest.raises(ConnectionClosed):
        await client.next()
    await trio.testing.wait_all_tasks_blocked()
    assert kit.server.sessions == 0
