"""Following an answer by the journal that another daemon writes."""

from collections.abc import AsyncIterator
from contextlib import closing

import pytest
import trio
from trio.testing import MockClock

from orchd.entity import LOCAL_OWNER, Belonging
from orchd.features import journal
from orchd.features.chat import queries
from orchd.features.chat.answer.tail import Tail
from orchd.features.chat.answer.transcript import Transcript
from orchd.features.chat.rows import NewQuestion
from orchd.features.conversation import Conversations
from orchd.features.journal import JournalRow
from orchd.features.journal.queries import DoubtfulRows, append
from tests.features.chat.room import Device, MemoryDatabase, ended
from tests.fix_chat import interrupt_all


class Scene:
    """An answer of another daemon, its tail here, and a device that listens to it."""

    def __init__(self, database: MemoryDatabase, conversation_id: int, message_id: int) -> None:
        self.database = database
        self.conversation_id = conversation_id
        self.message_id = message_id
        self.tail = Tail(conversation_id, message_id, "other", Transcript(), Belonging(0))
        self.device = Device()
        self.tail.follow(self.device)

    async def write(self, start_seq: int, text: str, *, channel: str = "content", cut: bool = False) -> None:
        """Write a row as the other daemon does, and give the tail time to see it."""
        cuts = [DoubtfulRows(self.message_id, start_seq)] if cut else []
        await self.database.write(append, [JournalRow(self.message_id, start_seq, channel, text)], cuts)
        await trio.sleep(1)


@pytest.fixture
async def scene(autojump_clock: MockClock) -> AsyncIterator[Scene]:
    with closing(MemoryDatabase()) as database:
        exchange = await database.write(
            queries.ask, NewQuestion(LOCAL_OWNER, "hi", None, None, None, None, "tiny", "other", 1)
        )
        yield Scene(database, exchange.conversation_id, exchange.answer_id)


async def test_it_tells_what_grows_and_the_end(scene: Scene, nursery: trio.Nursery) -> None:
    nursery.start_soon(scene.tail.run, scene.database)
    await scene.write(0, "hm", channel="reasoning")
    assert scene.device.text(scene.message_id) == "hm"
    await scene.write(2, "abc")
    answer = ended(scene.message_id, scene.conversation_id, "complete", "abcdef", "hm")
    await scene.database.write(queries.finish, answer)
    await scene.tail.settled.wait()
    streams = [(frame["data"].get("channel"), frame["data"].get("chunk")) for frame in scene.device.read]
    assert streams == [("reasoning", "hm"), ("content", "abc"), ("content", "def"), ("content", ""), (None, None)]
    assert scene.device.read[-1]["data"]["content"] == "abcdef"


async def test_rows_that_were_written_anew_in_other_pieces_leave_no_gap(scene: Scene, nursery: trio.Nursery) -> None:
    nursery.start_soon(scene.tail.run, scene.database)
    await scene.write(0, "ab")
    await scene.write(2, "cd")
    await scene.write(2, "cdefg", cut=True)
    await scene.write(7, "hi")
    assert scene.device.text(scene.message_id) == "abcdefghi"


async def test_it_ends_when_nobody_listens_any_more(scene: Scene) -> None:
    async with trio.open_nursery() as nursery:
        nursery.start_soon(scene.tail.run, scene.database)
        await trio.sleep(1)
        assert not scene.tail.settled.is_set()
        scene.tail.leave(scene.device)
    assert scene.tail.settled.is_set()
    assert scene.device.frames == []


async def test_a_message_that_was_deleted_ends_without_a_last_message(scene: Scene) -> None:
    async with trio.open_nursery() as nursery:
        nursery.start_soon(scene.tail.run, scene.database)
        await scene.write(0, "ab")
        await Conversations(scene.database).delete(LOCAL_OWNER, scene.conversation_id)
    assert scene.device.types() == ["chat:streaming", "chat:streaming"]
    assert scene.device.read[-1]["data"]["done"]


async def test_a_database_that_is_away_is_waited_for(scene: Scene, nursery: trio.Nursery) -> None:
    nursery.start_soon(scene.tail.run, scene.database)
    scene.database.away = True
    await trio.sleep(5)
    scene.database.away = False
    await scene.write(0, "abc")
    await trio.sleep(2)
    assert scene.device.text(scene.message_id) == "abc"


async def test_an_interrupted_answer_ends_with_what_the_journal_had(scene: Scene, nursery: trio.Nursery) -> None:
    nursery.start_soon(scene.tail.run, scene.database)
    await scene.write(0, "abc")
    await scene.database.write(append, [JournalRow(scene.message_id, 3, "content", "def")], [])
    await scene.database.write(interrupt_all, {"other"}, 5)
    await scene.tail.settled.wait()
    assert scene.device.text(scene.message_id) == "abcdef"
    assert scene.device.read[-1]["data"]["status"] == "interrupted"
    assert await scene.database.read(journal.read, scene.message_id) == []
