"""The chat service on a real database, with a scripted model server."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import trio
import trio.testing
from msgspec import structs

from orchd.entity import LOCAL_OWNER, Belonging
from orchd.errors import Busy, NotFound, ShuttingDown, TooLarge, Unavailable
from orchd.features import conversation as conversations
from orchd.features import journal
from orchd.features.chat import queries
from orchd.features.chat.answer.audience import Audience
from orchd.features.chat.answer.generation import Generation
from orchd.features.chat.answer.request import AnswerRequest, GenerationLimits
from orchd.features.chat.answer.running import asks
from orchd.features.chat.answer.tail import Tail
from orchd.features.chat.answer.transcript import Transcript
from orchd.features.chat.messages import ChatMessage, ChatResume, ChatSend, ChatSubscribe
from orchd.features.chat.rows import NewQuestion
from orchd.features.chat.service import Chat, ChatLimits
from orchd.features.journal import Journal
from orchd.features.presence import Presence
from orchd.guard import Supervisor
from orchd.hub import FeedReader, Hub
from orchd.llm.types import Selection, Target
from orchd.storage import Database
from tests.features.chat.room import Device, no_files, open_room
from tests.fix_chat import TARGET, FakePeer, Script, ScriptedBackends, answering, interrupt_all, silent

TUNING = GenerationLimits(max_bytes=1000, loop_repeats=12, loop_characters=6000, loop_period=2000)
LIMITS = ChatLimits(store_seconds=5, parked_bytes=1000, max_running=2, tuning=TUNING)


def make_chat(store: Database, script: Script, presence: Presence, nursery: trio.Nursery) -> Chat:
    backends, audience = ScriptedBackends(script), Audience(Hub())
    return Chat(store, backends, presence, Journal(store), audience, Supervisor(nursery), LIMITS, no_files(store))


@asynccontextmanager
async def running_chat(store: Database, script: Script) -> AsyncIterator[Chat]:
    async with trio.open_nursery() as nursery:
        presence = Presence(store, "me")
        await presence.renew()
        yield make_chat(store, script, presence, nursery)
        nursery.cancel_scope.cancel()


async def get(store: Database, message_id: int) -> ChatMessage:
    found = await store.read(queries.find_any, message_id)
    assert found is not None
    return found.message


async def start(chat: Chat, message: str = "hi", conversation_id: int | None = None) -> Generation:
    question = NewQuestion(LOCAL_OWNER, message, conversation_id, None, None, None, "tiny", "me", 1)
    async with chat.storing(queries.ask, question) as exchange:
        return chat.start(exchange, AnswerRequest(Selection(TARGET)), asks(FakePeer(), "r1"))


async def test_an_answer_is_generated_and_stored(store: Database) -> None:
    async with running_chat(store, answering("Hel", "lo")) as chat:
        generation = await start(chat)
        assert len(chat.owned.work) == 1
        await generation.settled.wait()
        assert len(chat.owned.work) == 0
        stored = await get(store, generation.message_id)
        assert (stored.status, stored.content) == ("complete", "Hello")


async def test_cancel_tells_when_the_model_server_was_let_go(store: Database) -> None:
    async with running_chat(store, silent) as chat:
        generation = await start(chat)
        await trio.testing.wait_all_tasks_blocked(0.01)
        receipt = await chat.cancel(LOCAL_OWNER, generation.message_id)
        assert receipt.status == "cancelled"
        assert receipt.closed is not None
        assert receipt.chars == 4
        await generation.settled.wait()
        again = await chat.cancel(LOCAL_OWNER, generation.message_id)
        assert again == ("cancelled", None, None, 4)
        with pytest.raises(NotFound):
            await chat.cancel(LOCAL_OWNER, 999)


async def test_the_number_of_answers_at_once_is_bounded(store: Database) -> None:
    async with running_chat(store, silent) as chat:
        first = await start(chat)
        await start(chat)
        with pytest.raises(Busy):
            await start(chat)
        await chat.cancel(LOCAL_OWNER, first.message_id)
        await first.settled.wait()
        await start(chat)


async def test_nothing_begins_before_others_can_see_that_this_run_lives(store: Database) -> None:
    async with trio.open_nursery() as nursery:
        chat = make_chat(store, silent, Presence(store, "me"), nursery)
        with pytest.raises(Unavailable):
            await start(chat)


async def test_draining_lets_answers_finish_within_the_grace(store: Database) -> None:
    async with running_chat(store, answering("done")) as chat:
        generation = await start(chat)
        await chat.drain(trio.Event())
        assert generation.status == "complete"
        with pytest.raises(ShuttingDown):
            await start(chat)


async def test_draining_interrupts_what_does_not_finish_and_stores_it(store: Database) -> None:
    async with running_chat(store, silent) as chat:
        generation = await start(chat)
        await trio.testing.wait_all_tasks_blocked(0.01)
        at_once = trio.Event()
        at_once.set()
        await chat.drain(at_once)
        stored = await get(store, generation.message_id)
        assert (stored.status, stored.content) == ("interrupted", "word")


async def test_deleting_a_conversation_ends_its_answers_only(store: Database) -> None:
    async with running_chat(store, silent) as chat:
        mine, other = await start(chat), await start(chat)
        await chat.cancel_conversation(mine.conversation_id)
        assert mine.settled.is_set()
        assert mine.status == "cancelled"
        assert other.status == "streaming"


async def test_an_answer_that_begins_after_the_grace_is_interrupted_at_once(store: Database) -> None:
    async with running_chat(store, silent) as chat, trio.open_nursery() as nursery:
        at_once = trio.Event()
        at_once.set()
        question = NewQuestion(LOCAL_OWNER, "hi", None, None, None, None, "tiny", "me", 1)
        async with chat.storing(queries.ask, question) as exchange:
            nursery.start_soon(chat.drain, at_once)
            await trio.testing.wait_all_tasks_blocked(0.05)
            generation = chat.start(exchange, AnswerRequest(Selection(TARGET)), asks(FakePeer(), "r1"))
        with trio.fail_after(90):
            await generation.settled.wait()
        assert generation.status == "interrupted"


async def test_an_answer_that_can_not_begin_takes_nobodys_place(store: Database) -> None:
    async with running_chat(store, silent) as chat:
        for _ in range(LIMITS.max_running):
            question = NewQuestion(LOCAL_OWNER, "hi", None, None, None, None, "tiny", "me", 1)
            with pytest.raises(ZeroDivisionError):
                async with chat.storing(queries.ask, question):
                    raise ZeroDivisionError
        await start(chat)
        at_once = trio.Event()
        at_once.set()
        with trio.fail_after(90):
            await chat.drain(at_once)


@pytest.mark.parametrize("moment", ["committed", "begun"])
async def test_a_conversation_that_is_deleted_while_an_answer_begins_in_it(
    store: Database, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """Whether its rows are committed and nobody knows yet, or it runs by a hair: it is cancelled, and told so."""
    asked = NewQuestion(LOCAL_OWNER, "a", None, None, None, None, "tiny", "x", 1)
    conversation_id = (await store.write(queries.ask, asked))[0]
    committed, deleted = trio.Event(), trio.Event()
    real = store.write

    async def write(steps: Any, *args: Any, **kwargs: Any) -> Any:
        value = await real(steps, *args, **kwargs)
        if steps is queries.ask and moment == "committed":
            committed.set()
            await deleted.wait()
        return value

    monkeypatch.setattr(store, "write", write)
    async with running_chat(store, silent) as chat:
        conversations_ = conversations.Conversations(store)
        conversations_.around_delete(chat.cancel_conversation)
        generations: list[Generation] = []

        async def begin() -> None:
            generations.append(await start(chat, "b", conversation_id))
            committed.set()

        async with trio.open_nursery() as nursery:
            nursery.start_soon(begin)
            await committed.wait()
            await conversations_.delete(LOCAL_OWNER, conversation_id)
            deleted.set()
        (generation,) = generations
        with trio.fail_after(90):
            await generation.settled.wait()
        assert generation.status == "cancelled"
        assert generation.final is not None
        assert (generation.final.error is not None) == (moment == "committed")
        other = await start(chat, "c")
        await trio.testing.wait_all_tasks_blocked()
        assert other.status == "streaming", "only what was deleted is cancelled"


async def test_an_answer_whose_conversation_another_daemon_deletes_is_ended(store: Database) -> None:
    async with running_chat(store, silent) as chat, trio.open_nursery() as nursery:
        nursery.start_soon(chat.owned.keep_comparing)
        mine, other = await start(chat), await start(chat)
        await conversations.Conversations(store).delete(LOCAL_OWNER, mine.conversation_id)
        with trio.fail_after(90):
            await mine.settled.wait()
        assert (mine.status, other.status) == ("cancelled", "streaming")
        assert mine.final is not None
        assert mine.final.error is not None
        assert "deleted" in mine.final.error.message
        nursery.cancel_scope.cancel()


async def test_an_answer_as_long_as_may_be_is_not_continued(store: Database) -> None:
    async with running_chat(store, answering("x")) as chat:
        message = await get(store, (await start(chat)).message_id)
        chat.check_room(structs.replace(message, content="x" * 600, reasoning="y" * 399))
        with pytest.raises(TooLarge, match="maxAnswerBytes"):
            chat.check_room(structs.replace(message, content="x" * 600, reasoning="é" * 200))


async def test_only_what_dead_runs_left_is_taken_over(store: Database) -> None:
    async with running_chat(store, silent) as chat:
        mine = await start(chat)
        gone = await store.write(
            queries.ask, NewQuestion(LOCAL_OWNER, "x", None, None, None, None, "tiny", "a-dead-run", 1)
        )
        await chat.owned.take_over()
        found = [await get(store, item) for item in (mine.message_id, gone.answer_id)]
        assert [message.status for message in found] == ["streaming", "interrupted"]


async def test_an_answer_of_another_daemon_is_ended_by_that_one(store: Database) -> None:
    async with running_chat(store, silent) as owner, trio.open_nursery() as nursery:
        generation = await start(owner)
        nursery.start_soon(owner.owned.keep_comparing)
        neighbour = make_chat(store, silent, Presence(store, "neighbour"), nursery)
        with trio.fail_after(90):
            receipt = await neighbour.cancel(LOCAL_OWNER, generation.message_id)
        assert receipt == ("cancelled", None, None, 4)
        assert generation.status == "cancelled"
        assert (await get(store, generation.message_id)).content == "word"
        nursery.cancel_scope.cancel()


async def test_the_receipt_says_when_the_model_server_went_idle_after_it_was_let_go(
    store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def idle_after(_self: object, _target: Target, *, patience: float) -> float | None:
        return 1.5

    monkeypatch.setattr(ScriptedBackends, "wait_idle", idle_after)
    async with running_chat(store, silent) as chat:
        generation = await start(chat)
        await trio.testing.wait_all_tasks_blocked(0.01)
        receipt = await chat.cancel(LOCAL_OWNER, generation.message_id)
        assert receipt.closed is not None
        assert receipt.idle == receipt.closed + 1.5
        assert (await chat.cancel(LOCAL_OWNER, generation.message_id)).idle is None


async def test_the_rows_of_answers_go_when_they_have_ended(store: Database) -> None:
    async with trio.open_nursery() as nursery:
        presence, written = Presence(store, "me"), Journal(store)
        await presence.renew()
        hub = Hub()
        backends = ScriptedBackends(silent)
        chat = Chat(store, backends, presence, written, Audience(hub), Supervisor(nursery), LIMITS, no_files(store))
        nursery.start_soon(written.run)
        generation = await start(chat)
        with trio.fail_after(90):
            while not written.ticks:  # noqa: ASYNC110 - nobody else waits for a tick
                await trio.sleep(0.01)
        rows = await store.read(journal.read, generation.message_id)
        assert [(row.start_seq, row.text) for row in rows] == [(0, "word")]
        await chat.cancel(LOCAL_OWNER, generation.message_id)
        await generation.settled.wait()
        assert await store.read(journal.read, generation.message_id) == []
        nursery.cancel_scope.cancel()


async def test_draining_waits_for_answers_until_there_is_a_hurry(store: Database) -> None:
    async with running_chat(store, silent) as chat, trio.open_nursery() as nursery:
        generation = await start(chat)
        hurried = trio.Event()
        nursery.start_soon(chat.drain, hurried)
        await trio.testing.wait_all_tasks_blocked(0.05)
        assert not generation.ended.is_set()
        hurried.set()
        with trio.fail_after(90):
            await generation.settled.wait()
        assert generation.status == "interrupted"


async def test_following_a_tail_that_has_ended_tells_its_end_once(store: Database) -> None:
    exchange = await store.write(queries.ask, NewQuestion(LOCAL_OWNER, "x", None, None, None, None, "tiny", "other", 1))
    await store.write(interrupt_all, {"other"}, 1)
    async with running_chat(store, silent) as chat:
        tail = Tail(exchange.conversation_id, exchange.answer_id, "other", Transcript(), Belonging(0))
        peers = FakePeer(), FakePeer()
        for peer in peers:
            chat.follow(tail, FeedReader(peer))
            with trio.fail_after(90):
                await tail.settled.wait()
            await trio.testing.wait_all_tasks_blocked(0.05)
            assert chat.find(exchange.answer_id) is None
        assert [len(peer.frames) for peer in peers] == [2, 2]


async def test_a_resume_of_an_answer_that_has_ended_takes_the_place_of_what_was_not_sent_yet(store: Database) -> None:
    asker, slow = Device(), Device()

    async with open_room(store, answering("abc")) as room:
        conversation = await store.write(
            conversations.add, LOCAL_OWNER, conversations.ConversationDraft("t", "tiny", None, None), 1
        )
        await room.ask(slow, ChatSubscribe(conversation))
        slow.held = True
        answer = int((await room.ask(asker, ChatSend("hi", conversation)))["data"]["id"])
        before = len(slow.frames)
        await room.ask(slow, ChatResume(answer, 3, "me"))
        slow.drain()
        assert slow.types(after=before) == ["r2 chat:resumed", "chat:streaming", "chat:message"]
        assert slow.text(answer, after=before) == ""
