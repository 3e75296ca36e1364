"""What becomes of answers of dead daemons that their model servers keep, on both databases, without any server."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
import trio

from orchd.errors import NotFound
from orchd.features import journal
from orchd.features.chat import queries
from orchd.features.chat.messages import ChatCancel, ChatMessage, ChatResume, ChatSend
from orchd.features.chat.recovery.recovery import claim
from orchd.features.chat.streams import AnswerStream, StreamNotes, read_stream
from orchd.llm import LostAnswer, PlaceListener, StreamMark, StreamPlace
from orchd.llm.types import Listener, Outcome, Prompt, Requester, Target
from orchd.storage import Database, Statement, Steps
from tests.features.chat.room import Device, Room, open_room
from tests.fix_chat import TARGET

PLACE = StreamPlace("fake", "tiny", "orchd-1")
END = Outcome("stop", "tiny", None)


class Server:
    """A model server that keeps one answer: `script` says what is heard of it again."""

    def __init__(self, script: Callable[[LostAnswer, Listener, PlaceListener], Awaitable[Outcome]]) -> None:
        self.script = script
        self.asked: list[tuple[LostAnswer, Requester]] = []
        self.dropped: list[StreamPlace] = []
        self.drops = trio.Event()

    def target(self, place: StreamPlace) -> Target:
        return TARGET

    async def take_up(self, lost: LostAnswer, listener: Listener, keep: PlaceListener, requester: Requester) -> Outcome:
        self.asked.append((lost, requester))
        try:
            return await self.script(lost, listener, keep)
        finally:
            listener.on_close()

    async def drop(self, place: StreamPlace) -> None:
        self.dropped.append(place)
        self.drops.set()


async def begun(prompt: Prompt, listener: Listener) -> Outcome:
    """Say the beginning of an answer that is kept, and no more."""
    assert prompt.keep is not None
    prompt.keep.on_place(PLACE)
    listener.on_delta("reasoning", "Hm. ")
    listener.on_delta("content", "One, ")
    prompt.keep.on_mark(StreamMark(70, "answer"))
    listener.on_delta("content", "two")
    await trio.sleep_forever()
    raise AssertionError("unreachable")


async def until_journalled(store: Database, message_id: int, end: int) -> None:
    with trio.fail_after(30):
        while not any(  # noqa: ASYNC110 - who writes it tells nobody
            row.start_seq + len(row.text) >= end for row in await store.read(journal.read, message_id)
        ):
            await trio.sleep(0.01)


@asynccontextmanager
async def survivor(
    store: Database, server: Server, before: Callable[[], Steps[None]] | None = None
) -> AsyncIterator[tuple[Room, int, int]]:
    """A second run after the first has died in mid-answer; with the ids of the answer and its conversation."""
    async with open_room(store, begun, "dead") as room:
        device = Device()
        room.begin(device, ChatSend("Count"))
        with trio.fail_after(30):
            while not any("chunk" in frame["data"] for frame in device.read):  # noqa: ASYNC110 - a fake tells nobody
                await trio.sleep(0.01)
        place = next(frame["data"] for frame in device.read if "chunk" in frame["data"])
        await until_journalled(store, place["messageId"], len("Hm. One, two"))
    if before is not None:
        await store.write(before)
    async with open_room(store, begun, "me") as room:
        room.backends.lost = server  # type: ignore[assignment]  # it has what is called of that
        await room.chat.recovery.take_over({"dead"})
        yield room, place["messageId"], place["conversationId"]


async def message_of(store: Database, message_id: int) -> ChatMessage:
    found = await store.read(queries.find_any, message_id)
    assert found is not None
    return found.message


async def until_ended(store: Database, message_id: int) -> ChatMessage:
    with trio.fail_after(30):
        while (message := await message_of(store, message_id)).status == "streaming":  # noqa: ASYNC110 - see above
            await trio.sleep(0.01)
    return message


async def test_it_goes_on_where_it_was_and_readers_do_not_notice(store: Database) -> None:
    goes_on = trio.Event()

    async def rest(lost: LostAnswer, listener: Listener, keep: PlaceListener) -> Outcome:
        assert (lost.place, lost.mark, lost.size) == (PLACE, StreamMark(70, "answer"), len("Hm. One, "))
        assert lost.known == [("content", "two")]
        await goes_on.wait()
        listener.on_delta("content", ", three")
        return END

    server = Server(rest)
    async with survivor(store, server) as (room, message_id, _):
        early, ahead, old = Device(), Device(), Device()
        await room.ask(early, ChatResume(message_id, 4, "dead"))
        assert resumed(early) == (True, "streaming")
        assert early.text(message_id) == "One, two"
        room.begin(ahead, ChatResume(message_id, 14, "dead"))  # it had more than was journalled
        await room.ask(old, ChatResume(message_id, 4, "another"))
        assert resumed(old) == (False, "streaming")
        goes_on.set()
        await until_ended(store, message_id)
        with trio.fail_after(30):
            await server.drops.wait()
            while not any(frame["type"] == "chat:message" for frame in ahead.read):  # noqa: ASYNC110 - see above
                await trio.sleep(0.01)
        assert server.dropped == [PLACE], "once it is stored"
        assert (early.text(message_id), ahead.text(message_id)) == ("One, two, three", "three")
        late = Device()
        await room.ask(late, ChatResume(message_id, 9, "dead"))
        assert (late.text(message_id), resumed(late)) == ("two, three", (True, "complete"))
        assert len(server.asked) == 1


def resumed(device: Device) -> tuple[bool, str]:
    [told] = [frame["data"] for frame in device.read if frame["type"] == "chat:resumed"]
    return told["recovered"], told["status"]


async def test_what_is_stored_of_it(store: Database) -> None:
    async def rest(lost: LostAnswer, listener: Listener, keep: PlaceListener) -> Outcome:
        listener.on_delta("content", ", three")
        return END

    async with survivor(store, Server(rest)) as (_, message_id, _):
        message = await until_ended(store, message_id)
        assert (message.status, message.content, message.reasoning) == ("complete", "One, two, three", "Hm. ")
        assert message.timings is not None
        assert message.timings.first_token_ms is None, "nobody here knows"
        assert await store.read(journal.read_stream, message_id) is None


async def test_what_the_server_has_lost_is_interrupted(store: Database) -> None:
    async def gone(lost: LostAnswer, listener: Listener, keep: PlaceListener) -> Outcome:
        raise NotFound("it was started again")

    async with survivor(store, Server(gone)) as (room, message_id, _):
        message = await until_ended(store, message_id)
        assert (message.status, message.content, message.error) == ("interrupted", "One, two", None)
        late = Device()
        await room.ask(late, ChatResume(message_id, 4, "dead"))
        assert resumed(late) == (False, "interrupted")


async def test_it_is_cancelled_like_any_other(store: Database) -> None:
    async def endless(lost: LostAnswer, listener: Listener, keep: PlaceListener) -> Outcome:
        await trio.sleep_forever()
        raise AssertionError("unreachable")

    async with survivor(store, Server(endless)) as (room, message_id, _):
        receipt = await room.ask(Device(), ChatCancel(message_id))
        assert receipt["data"]["status"] == "cancelled"
        assert (await until_ended(store, message_id)).content == "One, two"


async def silent(lost: LostAnswer, listener: Listener, keep: PlaceListener) -> Outcome:
    await trio.sleep_forever()
    raise AssertionError("unreachable")


async def test_only_one_run_takes_it_up(store: Database) -> None:
    server = Server(silent)
    async with survivor(store, server) as (room, message_id, _):
        assert await store.write(claim, message_id, {"dead"}, "third", 1) is None
        again = await store.write(claim, message_id, {"dead", "me"}, "me", 1)
        assert again is not None, "a transaction in doubt is repeated"
        assert again.stream.runs == ("dead", "me")
        await room.chat.recovery.take_over({"dead"})
        assert len(server.asked) == 1


async def test_of_a_conversation_that_is_gone_the_model_stops(store: Database) -> None:
    server = Server(silent)
    async with survivor(store, server, before=deletion) as (_, message_id, _):
        with trio.fail_after(30):
            await server.drops.wait()
        assert ((await message_of(store, message_id)).status, server.asked) == ("interrupted", [])


def deletion() -> Steps[None]:
    yield Statement("UPDATE conversation SET deleted_at = 1", ())


STORED = '{"place":{"server":"fake","model":"tiny","id":"orchd-1"},"base":0,"seq":0,"runs":["dead"],"user":0}'


@pytest.mark.parametrize("stored", ["", "{}", "[]", '{"place": 3}', STORED.replace('"base":0', '"base":"x"')])
def test_what_another_version_has_noted_is_left_alone(stored: str) -> None:
    assert read_stream(stored) is None


def test_a_note_is_read_as_it_was_written() -> None:
    noted: list[tuple[str | None, int]] = []

    class Text:
        seq = 4

    text = Text()
    notes = StreamNotes(text, "me", 7, 8, lambda stream, seq: noted.append((stream, seq)))
    notes.on_place(None)
    assert noted == [], "there is nothing to be noted"
    notes.on_place(PLACE)
    text.seq = 9
    notes.on_mark(StreamMark(100, "<think>"))
    first, second = (read_stream(stored) for stored, _ in noted)
    assert first == AnswerStream(PLACE, 4, 4, ("me",), 7, 8)
    assert second == AnswerStream(PLACE, 4, 9, ("me",), 7, 8, StreamMark(100, "<think>"))
    assert not notes.taken_up
    notes.on_place(None)
    assert noted[-1] == (None, 9), "another server is asked, which keeps nothing"
