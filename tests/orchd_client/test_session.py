"""Requests over one connection: whose a frame is, how many are in flight, and what ends them."""

from typing import Any

import anyio
import pytest

from orchd.orchd_client import DisconnectedError, FrameTooLongError, NotADaemonError, RequestError, errors
from orchd.orchd_client.client import Client
from orchd.orchd_client.runtime.session import SPARE
from tests.fix_scripted import golden
from tests.orchd_client.loops import on_both_loops
from tests.orchd_client.scripted import Visit, client_of, connected, scripted

PONG = {"timestamp": "2026-11-29T09:30:00.000Z"}
ITEM = golden("conversation:create")


@on_both_loops
async def test_each_request_has_an_id_of_its_own_and_gets_its_own_reply() -> None:
    ids: set[str] = set()

    async def script(visit: Visit) -> None:
        await visit.greet()
        frames = [await visit.receive("conversation:create") for _ in range(5)]
        ids.update(frame["id"] for frame in frames)
        for frame in reversed(frames):
            await visit.send("conversation:create", ITEM | {"title": frame["data"]["title"]}, frame["id"])

    titles: dict[str, str] = {}

    async def create(client: Client, title: str) -> None:
        titles[title] = (await client.conversation.create(title=title)).title

    async with client_of(script) as client, anyio.create_task_group() as tasks:
        for title in "abcde":
            tasks.start_soon(create, client, title)
    assert titles == {title: title for title in "abcde"}
    assert len(ids) == 5


@on_both_loops
async def test_no_more_are_in_flight_than_the_daemon_takes() -> None:
    rounds: list[int] = []

    async def script(visit: Visit) -> None:
        await visit.greet(maxInFlight=4)
        while sum(rounds) < 7:
            waiting: list[str] = []
            with anyio.move_on_after(1):
                while True:
                    waiting.append((await visit.receive("ping"))["id"])
            rounds.append(len(waiting))
            for request_id in waiting:
                await visit.send("pong", PONG, request_id)

    async with client_of(script) as client, anyio.create_task_group() as tasks:
        for _ in range(7):
            tasks.start_soon(client.ping)
    assert rounds == [4 - SPARE] * 3 + [1]


@on_both_loops
async def test_what_a_request_cannot_say_takes_no_place() -> None:
    async def script(visit: Visit) -> None:
        await visit.greet(maxInFlight=3)
        await visit.answer("ping", PONG, "pong")

    async with client_of(script) as client:
        for _ in range(5):
            with pytest.raises(TypeError):
                await client.request("ping", {"what": object()})
            with pytest.raises(FrameTooLongError):
                await client.chat.send(message="x" * 2_000_000)
        assert (await client.ping()).timestamp == PONG["timestamp"]


@on_both_loops
async def test_a_second_answer_and_one_to_nobody_change_nothing() -> None:
    async def script(visit: Visit) -> None:
        await visit.greet()
        frame = await visit.receive("ping")
        await visit.send("pong", PONG, "no-such-request")
        await visit.send("error", {"code": "internal", "message": "x", "retryable": False}, "another")
        for _ in range(3):
            await visit.send("pong", PONG, frame["id"])
        await visit.send("error", {"code": "internal", "message": "x", "retryable": False}, frame["id"])
        second = await visit.receive("ping")
        assert second["id"] != frame["id"]
        await visit.send("pong", PONG | {"timestamp": "second"}, second["id"])

    async with client_of(script) as client:
        assert (await client.ping()).timestamp == PONG["timestamp"]
        assert (await client.ping()).timestamp == "second"


@on_both_loops
async def test_errors_are_exceptions_by_their_codes_and_tell_what_they_know() -> None:
    details = {"path": "$.data.title", "field": "title", "reason": "full", "retryAfterMs": 1500}

    async def script(visit: Visit) -> None:
        await visit.greet()
        error = {"code": "busy", "message": "later", "retryable": True, "details": details, "colour": "red"}
        await visit.answer("conversation:create", error, "error")
        await visit.answer("conversation:create", {"code": "of_tomorrow", "message": "m", "retryable": False}, "error")

    async with client_of(script) as client:
        with pytest.raises(errors.BusyError) as caught:
            await client.conversation.create(title="x")
        told = caught.value
        assert (told.path, told.field, told.reason) == ("$.data.title", "title", "full")
        assert (told.retry_after_seconds, told.retryable, told.message) == (1.5, True, "later")
        with pytest.raises(RequestError, match="of_tomorrow: m"):
            await client.conversation.create(title="x")


@on_both_loops
async def test_leaving_cancels_the_request_at_the_daemon_too() -> None:
    frames: list[Any] = []

    async def script(visit: Visit) -> None:
        await visit.greet()
        frames.append(await visit.receive("conversation:create"))
        frames.append(await visit.receive("cancel"))
        await visit.send("error", {"code": "cancelled", "message": "m", "retryable": False}, frames[0]["id"])
        await visit.answer("ping", PONG, "pong")

    async with client_of(script) as client:
        with anyio.move_on_after(5) as scope:
            await client.conversation.create(title="x")
        assert scope.cancelled_caught
        await client.ping()
    assert frames[1]["data"] == {"id": frames[0]["id"]}


@on_both_loops
async def test_cancelled_while_there_is_no_room_nothing_is_sent() -> None:
    async def script(visit: Visit) -> None:
        await visit.greet(maxInFlight=3)
        frame = await visit.receive("ping")
        await anyio.sleep(10)
        await visit.send("pong", PONG, frame["id"])
        assert [frame["type"] for frame in await visit.rest()] == []

    async with client_of(script) as client, anyio.create_task_group() as tasks:
        tasks.start_soon(client.ping)
        await anyio.sleep(1)
        with anyio.move_on_after(2) as scope:
            await client.conversation.create(title="x")
        assert scope.cancelled_caught
        await anyio.sleep(20)


@on_both_loops
async def test_cancelled_while_the_daemon_takes_no_bytes_it_ends_in_time() -> None:
    async def stuck(visit: Visit) -> None:
        await visit.greet()
        await anyio.sleep(1_000)

    async def script(visit: Visit) -> None:
        await visit.greet()
        await visit.answer("ping", PONG, "pong")

    async with client_of(stuck, script) as client:
        began = anyio.current_time()
        with anyio.move_on_after(1) as scope:
            await client.chat.send(message="x" * 500_000)
        assert scope.cancelled_caught
        assert anyio.current_time() - began < 60
        assert (await client.ping()).timestamp == PONG["timestamp"]


@on_both_loops
async def test_what_waits_for_room_when_the_connection_is_lost_goes_over_the_next_one() -> None:
    async def first(visit: Visit) -> None:
        await visit.greet(maxInFlight=3)
        await visit.receive("ping")
        await anyio.sleep(1)
        await visit.cut()

    async def second(visit: Visit) -> None:
        await visit.greet()
        for _ in range(2):
            frame = await visit.receive()
            kind, data = ("pong", PONG) if frame["type"] == "ping" else (frame["type"], ITEM)
            await visit.send(kind, data, frame["id"])

    async with client_of(first, second) as client, anyio.create_task_group() as tasks:
        tasks.start_soon(client.ping)
        await anyio.sleep(0.1)
        assert (await client.conversation.create(title="x")).title == ITEM["title"]


@on_both_loops
async def test_what_changes_something_is_never_sent_twice() -> None:
    async def first(visit: Visit) -> None:
        await visit.greet()
        await visit.receive("conversation:create")
        await visit.cut()

    async def second(visit: Visit) -> None:
        await visit.greet()
        assert await visit.rest() == []

    async with client_of(first, second) as client:
        with pytest.raises(DisconnectedError):
            await client.conversation.create(title="x")
        await anyio.sleep(10)


@on_both_loops
async def test_a_request_that_ends_each_connection_is_given_up() -> None:
    async def script(visit: Visit) -> None:
        await visit.greet()
        await visit.receive("ping")
        await visit.cut()

    async with scripted(*[script] * 50) as daemon, connected(daemon) as client:
        with pytest.raises(DisconnectedError):
            await client.ping()
        assert 2 < len(daemon.dialled) < 20


@on_both_loops
async def test_numbers_of_any_size_and_members_that_are_new() -> None:
    big = 2**70 + 1

    async def script(visit: Visit) -> None:
        await visit.greet()
        await visit.answer("conversation:create", ITEM | {"version": big, "smell": {"of": [1, None, 1e300]}})
        await visit.answer("weather:tell", {"degrees": big}, "weather:tell")

    async with client_of(script) as client:
        assert (await client.conversation.create(title="x")).version == big
        told = await client.request("weather:tell", {"at": 2**53 + 1})
        assert told.data == told.plain == {"degrees": big}


@pytest.mark.parametrize(
    "text",
    [b"", b"{", b"[]", b"null", b'{"type": 7}', b'{"data": {}}', b'{"type": "pong", "data": []}', b'{"type": "pong"}'],
)
def test_garbage_ends_the_connection_for_good_and_says_so(text: bytes) -> None:
    async def test() -> None:
        async def script(visit: Visit) -> None:
            await visit.greet()
            await visit.receive("ping")
            await visit.send_text(text)

        async with scripted(script, script) as daemon, connected(daemon) as client:
            with pytest.raises(NotADaemonError):
                await client.ping()
            with pytest.raises(NotADaemonError):
                await client.conversation.create(title="x")
            assert len(daemon.dialled) == 1

    on_both_loops(test)("trio")


@on_both_loops
async def test_what_is_no_websocket_any_more_is_a_lost_connection() -> None:
    async def first(visit: Visit) -> None:
        await visit.greet()
        await visit.receive("ping")
        await visit.stream.send(b"\xff\xff\xff\xff" * 10)

    async def second(visit: Visit) -> None:
        await visit.greet()
        await visit.answer("ping", PONG, "pong")

    async with client_of(first, second) as client:
        assert (await client.ping()).timestamp == PONG["timestamp"]


@on_both_loops
async def test_messages_in_pieces_of_any_length_are_read_and_pings_between_them_answered() -> None:
    pongs = 0

    async def script(visit: Visit) -> None:
        nonlocal pongs
        await visit.greet()
        frame = await visit.receive("ping")
        text = f'{{"type": "pong", "id": "{frame["id"]}", "data": {{"timestamp": "é"}}}}'.encode()
        visit.protocol.send_text(text[:1], fin=False)
        for index in range(1, len(text)):
            visit.protocol.send_ping(b"x")
            visit.protocol.send_continuation(text[index : index + 1], fin=index == len(text) - 1)
        data = b"".join(visit.protocol.data_to_send())
        for index in range(0, len(data), 3):
            await visit.stream.send(data[index : index + 3])
        await visit.receive("conversation:create")
        pongs = visit.pongs

    async with client_of(script) as client:
        assert (await client.ping()).timestamp == "é"
        with anyio.move_on_after(1):
            await client.conversation.create(title="x")
    assert pongs > 40
