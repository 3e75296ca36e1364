"""What a run that stops does with answers that their model servers keep, on both databases, without any server."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import trio

from orchd.features import journal
from orchd.features.chat import queries
from orchd.features.chat.messages import ChatCancel, ChatResume, ChatSend
from orchd.features.chat.running_queries import LEFT
from orchd.features.presence import Presence
from orchd.llm import LostAnswer, PlaceListener
from orchd.llm.types import Listener, Outcome, Prompt
from orchd.storage import Database
from tests.features.chat.recovery.test_recovery import (
    Server,
    begun,
    message_of,
    resumed,
    silent,
    until_ended,
    until_journalled,
)
from tests.features.chat.room import Device, Room, open_room

TOLD = "Hm. One, two"


@asynccontextmanager
async def stopped(store: Database, *, expected: bool) -> AsyncIterator[tuple[Room, Device, int]]:
    """A run that has been drained in a hurry in the middle of an answer, with who asked and the answer's id."""
    async with open_room(store, begun, "old", hand_over=expected) as room:
        device = Device()
        room.begin(device, ChatSend("Count"))
        with trio.fail_after(30):
            while not any("chunk" in frame["data"] for frame in device.read):  # noqa: ASYNC110 - a fake tells nobody
                await trio.sleep(0.01)
        message_id = next(frame["data"]["messageId"] for frame in device.read if "chunk" in frame["data"])
        await until_journalled(store, message_id, len(TOLD))
        hurried = trio.Event()
        hurried.set()
        with trio.fail_after(30):
            await room.chat.drain(hurried)
        yield room, device, message_id


async def owner_of(store: Database, message_id: int) -> str | None:
    found = await store.read(queries.find_any, message_id)
    assert found is not None
    return found.owner


async def test_an_answer_is_left_for_the_next_run(store: Database) -> None:
    async def rest(lost: LostAnswer, listener: Listener, keep: PlaceListener) -> Outcome:
        listener.on_delta("content", ", three")
        return Outcome("stop", "tiny", None)

    async with stopped(store, expected=True) as (_, device, message_id):
        assert (await message_of(store, message_id)).status == "streaming"
        assert await owner_of(store, message_id) == LEFT
        assert await store.read(journal.read_stream, message_id) is not None
        assert not [frame for frame in device.read if frame["data"].get("done")], "nobody is told an end"
    server = Server(rest)
    async with open_room(store, begun, "new") as room:
        room.backends.lost = server  # type: ignore[assignment]  # it has what is called of that
        again = Device()
        await room.ask(again, ChatResume(message_id, 4, "old"))
        assert resumed(again)[0], "asked for, it is taken up at once"
        assert (await until_ended(store, message_id)).content == "One, two, three"
        assert len(server.asked) == 1


async def test_a_cancel_takes_it_up_and_ends_it(store: Database) -> None:
    async with stopped(store, expected=True) as (_, _, message_id):
        pass
    async with open_room(store, begun, "new") as room:
        room.backends.lost = Server(silent)  # type: ignore[assignment]  # it has what is called of that
        receipt = await room.ask(Device(), ChatCancel(message_id))
        assert receipt["data"]["status"] == "cancelled"


async def test_without_a_successor_it_ends(store: Database) -> None:
    async with stopped(store, expected=False) as (_, device, message_id):
        message = await message_of(store, message_id)
        assert (message.status, message.content) == ("interrupted", "One, two")
        assert device.read[-1]["data"]["status"] == "interrupted"


async def test_another_run_that_lives_is_a_successor(store: Database) -> None:
    other = Presence(store, "other")
    await other.renew()
    async with stopped(store, expected=False) as (_, _, message_id):
        assert (await message_of(store, message_id)).status == "streaming"


async def test_one_that_nobody_could_find_ends(store: Database) -> None:
    """Before the journal knows where it is kept."""

    async def unnoted(prompt: Prompt, listener: Listener) -> Outcome:
        listener.on_delta("content", "One")
        await trio.sleep_forever()
        raise AssertionError("unreachable")

    async with open_room(store, unnoted, "old", hand_over=True) as room:
        device, hurried = Device(), trio.Event()
        request = room.begin(device, ChatSend("Count"))
        with trio.fail_after(30):
            while not any("chunk" in frame["data"] for frame in device.read):  # noqa: ASYNC110 - a fake tells nobody
                await trio.sleep(0.01)
            hurried.set()
            await room.chat.drain(hurried)
            while not request.over:  # noqa: ASYNC110 - see above
                await trio.sleep(0.01)
        assert device.read[-1]["data"]["status"] == "interrupted"
