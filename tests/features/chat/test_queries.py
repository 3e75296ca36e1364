"""The table of messages, on both databases."""

import pytest
from msgspec import UNSET

from orchd.clock import unix_now
from orchd.entity import LOCAL_OWNER, Owner
from orchd.errors import NotFound
from orchd.features import conversation as conversations
from orchd.features import journal
from orchd.features.chat import queries
from orchd.features.chat.marks.branch_queries import end_through
from orchd.features.chat.messages import ChatAsker
from orchd.features.chat.rows import NewAnswer, StoredExchange
from orchd.features.conversation.queries import CONVERSATION
from orchd.features.journal import JournalRow
from orchd.features.journal.queries import append
from orchd.llm.types import Turn
from orchd.storage import Database
from tests.features.chat.exchanges import ATTEMPTS, answer, exchange, get, question
from tests.fix_chat import interrupt_all


async def test_a_question_makes_a_conversation_and_an_empty_answer(store: Database) -> None:
    asked = await store.write(queries.ask, question("What is\n  this?"))
    assert asked.branch == [Turn("user", "What is\n  this?")]
    assert asked.question.timestamp == "2023-11-14T22:13:20.000Z"
    row = await store.read(CONVERSATION.rows.seen_by(LOCAL_OWNER).get, asked.conversation_id)
    assert (row.title, row.model, row.leaf_id, row.message_count) == ("What is this?", "tiny", asked.answer_id, 2)
    empty = await get(store, asked.answer_id)
    assert (empty.status, empty.content, empty.role, empty.parent_id) == (
        "streaming", "", "assistant", asked.question.id,
    )  # fmt: skip
    assert await get(store, asked.question.id) == asked.question


async def test_a_question_says_who_asked_it_where_that_was_a_user(store: Database) -> None:
    nobodys = await store.write(queries.ask, question("hi"))
    anas = await store.write(queries.ask, question("hi")._replace(asker=Owner(7), asker_name="ana"))
    assert (await get(store, nobodys.question.id)).asker is UNSET
    stored = await get(store, anas.question.id)
    assert stored == anas.question
    assert stored.asker == ChatAsker(7, "ana")
    assert (await get(store, anas.answer_id)).asker is UNSET


async def test_an_answer_comes_back_as_it_was_stored(store: Database) -> None:
    text = "naïve 🦜\u2028 \x00 end"
    asked = await exchange(store, "hi", text)
    stored = await get(store, asked.answer_id)
    told = answer(asked, text)
    assert (stored.content, stored.reasoning, stored.status, stored.model) == (text, "because", "complete", "tiny:2")
    assert (stored.usage, stored.timings, stored.error) == (told.usage, told.timings, told.error)
    assert stored.attempts == ATTEMPTS


async def test_the_branch_leads_to_the_question_in_order(store: Database) -> None:
    first = await exchange(store, "one", "two")
    await exchange(store, "three", "four", first.conversation_id)
    third = await store.write(queries.ask, question("five", first.conversation_id))
    assert [turn.content for turn in third.branch] == ["one", "two", "three", "four", "five"]
    assert [turn.role for turn in third.branch] == ["user", "assistant"] * 2 + ["user"]


async def test_a_parent_makes_a_branch_and_the_history_follows_it(store: Database) -> None:
    first = await exchange(store, "one", "two")
    await exchange(store, "three", "four", first.conversation_id)
    other = await store.write(queries.ask, question("other", first.conversation_id, first.answer_id))
    assert [turn.content for turn in other.branch] == ["one", "two", "other"]
    history = await store.read(queries.history, LOCAL_OWNER, first.conversation_id, None, None, 50)
    assert [message.content for message in history] == ["one", "two", "other", ""]


async def test_the_latest_branch_through_a_message_ends_at_the_last_below_it(store: Database) -> None:
    first = await exchange(store, "one", "two")
    follow_up = await exchange(store, "three", "four", first.conversation_id)
    other = await exchange(store, "another conversation", "beside it")
    root = await store.write(queries.ask, question("ONE", first.conversation_id)._replace(beside=first.question.id))

    async def end(message_id: int, conversation_id: int = first.conversation_id) -> int:
        return await store.read(end_through, LOCAL_OWNER, conversation_id, message_id)

    assert await end(first.question.id) == await end(follow_up.question.id) == follow_up.answer_id
    assert await end(root.question.id) == root.answer_id
    for conversation_id, field in ((other.conversation_id, "throughId"), (999_999, "conversationId")):
        with pytest.raises(NotFound) as refused:
            await end(first.question.id, conversation_id)
        assert refused.value.details["field"] == field


async def test_history_pages_backwards(store: Database) -> None:
    first = await exchange(store, "0", "0a")
    for number in range(1, 4):
        await exchange(store, f"{number}", f"{number}a", first.conversation_id)
    page = await store.read(queries.history, LOCAL_OWNER, first.conversation_id, None, None, 3)
    assert [message.content for message in page] == ["2a", "3", "3a"]
    page = await store.read(queries.history, LOCAL_OWNER, first.conversation_id, None, page[0].id, 3)
    assert [message.content for message in page] == ["1", "1a", "2"]
    assert await store.read(queries.history, LOCAL_OWNER, first.conversation_id, None, first.question.id, 3) == []


async def test_a_page_and_a_context_end_by_bytes(store: Database) -> None:
    first = await exchange(store, "a" * 1000, "b" * 1000)
    for _ in range(3):
        await exchange(store, "c" * 1000, "d" * 1000, first.conversation_id)
    page = await store.read(queries.history, LOCAL_OWNER, first.conversation_id, None, None, 50, 2500)
    assert [message.content[0] for message in page] == ["c", "d"], "the reasoning counts too"
    page = await store.read(queries.history, LOCAL_OWNER, first.conversation_id, None, None, 50, 10)
    assert [message.content[0] for message in page] == ["d"], "one is always there"
    asked = question("next", first.conversation_id)._replace(context_bytes=3500)
    assert [turn.content[0] for turn in (await store.write(queries.ask, asked)).branch] == ["d", "c", "d", "n"]


@pytest.mark.parametrize("parent", ["unknown", "foreign"])
async def test_a_parent_must_be_in_the_conversation(store: Database, parent: str) -> None:
    mine, other = await exchange(store, "a", "b"), await exchange(store, "c", "d")
    parent_id = 999_999 if parent == "unknown" else other.answer_id
    with pytest.raises(NotFound) as refused:
        await store.write(queries.ask, question("x", mine.conversation_id, parent_id))
    assert refused.value.details["field"] == "parentId"
    with pytest.raises(NotFound) as refused:
        await store.read(queries.history, LOCAL_OWNER, mine.conversation_id, None, parent_id, 5)
    assert refused.value.details["field"] == "before"


async def test_nothing_is_stored_for_an_unknown_conversation(store: Database) -> None:
    with pytest.raises(NotFound) as refused:
        await store.write(queries.ask, question("x", 12345))
    assert refused.value.details["field"] == "conversationId"
    assert await store.read(conversations.find_seen, LOCAL_OWNER, 1) is None
    with pytest.raises(NotFound):
        await store.read(queries.history, LOCAL_OWNER, 12345, None, None, 5)


async def test_a_system_prompt_stays_with_the_conversation_until_it_is_replaced(store: Database) -> None:
    first = await store.write(queries.ask, question("a")._replace(system_prompt="be brief"))
    assert first.system_prompt == "be brief"
    again = await store.write(queries.ask, question("b", first.conversation_id))
    assert again.system_prompt == "be brief"
    third = await store.write(queries.ask, question("c", first.conversation_id)._replace(system_prompt="be long"))
    assert third.system_prompt == "be long"


async def test_messages_of_a_removed_conversation_are_seen_by_nobody_and_come_back_with_it(store: Database) -> None:
    asked = await exchange(store, "a", "b")
    await conversations.Conversations(store).delete(LOCAL_OWNER, asked.conversation_id)
    assert await store.read(queries.find_seen, LOCAL_OWNER, asked.answer_id) is None
    assert await store.read(queries.find_present, asked.answer_id) is None
    for reading in (queries.get_growing, queries.get_changeable, queries.get_seen):
        with pytest.raises(NotFound):
            await store.read(reading, LOCAL_OWNER, asked.answer_id)
    with pytest.raises(NotFound):
        await store.read(queries.history, LOCAL_OWNER, asked.conversation_id, None, None, 9)
    with pytest.raises(NotFound):
        await store.write(queries.ask, question("c", asked.conversation_id))
    assert not await store.write(queries.finish, answer(asked, "too late"))
    await store.write(CONVERSATION.rows.changed_by(LOCAL_OWNER).restore, asked.conversation_id)
    found = await store.read(queries.find_present, asked.answer_id)
    assert found is not None
    assert found.message.content == "too late"


async def test_purging_a_conversation_deletes_its_messages(store: Database) -> None:
    asked = await exchange(store, "a", "b")
    await conversations.Conversations(store).delete(LOCAL_OWNER, asked.conversation_id)
    assert await store.write(CONVERSATION.rows.everybodys.purge, unix_now() + 1, 9) == 1
    assert await store.read(queries.find_any, asked.answer_id) is None
    assert not await store.write(queries.finish, answer(asked, "too late"))
    assert await store.read(queries.find_any, asked.answer_id) is None


async def journaled(store: Database, asked: StoredExchange, *pieces: tuple[str, str]) -> None:
    seq = 0
    for channel, text in pieces:
        await store.write_relaxed(append, [JournalRow(asked.answer_id, seq, channel, text)], [])
        seq += len(text)


async def test_what_a_dead_daemon_had_written_down_is_the_interrupted_answer(store: Database) -> None:
    dead = await store.write(queries.ask, question("a")._replace(owner="dead"))
    early = await store.write(queries.ask, question("b")._replace(owner="dead"))
    living = await store.write(queries.ask, question("c")._replace(owner="living"))
    await journaled(
        store, dead, ("reasoning", "hm "), ("content", "naïve 🦜"), ("reasoning", "so"), ("content", "\x00\u2028")
    )
    await journaled(store, living, ("content", "goes on"))
    assert await store.write(interrupt_all, {"dead"}, 5) == 2
    found = await store.read(queries.find_any, dead.answer_id)
    assert found is not None
    assert (found.message.status, found.message.content, found.message.reasoning) == (
        "interrupted", "naïve 🦜\x00\u2028", "hm so",
    )  # fmt: skip
    assert found.runs == [("reasoning", 3), ("content", 7), ("reasoning", 2), ("content", 2)]
    assert (await get(store, early.answer_id)).content == ""
    assert [await store.read(journal.read, exchange.answer_id) for exchange in (dead, early)] == [[], []]
    assert len(await store.read(journal.read, living.answer_id)) == 1
    again = await store.write(queries.ask, question("next", dead.conversation_id))
    assert [turn.content for turn in again.branch] == ["a", "naïve 🦜\x00\u2028", "next"]


async def test_the_end_of_an_answer_strikes_its_journal(store: Database) -> None:
    asked = await store.write(queries.ask, question("a"))
    other = await store.write(queries.ask, question("b"))
    for begun in (asked, other):
        await journaled(store, begun, ("content", "text"))
    await store.write(queries.finish, answer(asked, "text"))
    assert await store.read(journal.read, asked.answer_id) == []
    assert len(await store.read(journal.read, other.answer_id)) == 1


async def test_the_text_so_far_is_the_journals_and_then_the_messages(store: Database) -> None:
    asked = await store.write(queries.ask, question("a"))
    await journaled(store, asked, ("reasoning", "because"), ("content", "te"))
    growing = await store.read(queries.get_growing, LOCAL_OWNER, asked.answer_id)
    assert (growing[1].text("content"), growing[1].seq, growing[0].owner) == ("te", 9, "me")
    await store.write(queries.finish, answer(asked, "text"))
    ended = await store.read(queries.get_growing, LOCAL_OWNER, asked.answer_id)
    assert (ended[1].runs(), ended[1].text("content")) == ([("reasoning", 7), ("content", 4)], "text")
    with pytest.raises(NotFound):
        await store.read(queries.get_growing, LOCAL_OWNER, 999)


async def test_siblings_are_told_page_by_page(store: Database) -> None:
    first = await exchange(store, "a", "b")
    again = await store.write(
        queries.answer_again, NewAnswer(LOCAL_OWNER, first.answer_id, False, False, "tiny", "me", 1)
    )
    await store.write(queries.finish, answer(again, "c"))
    second = await store.write(queries.ask, question("d", first.conversation_id, again.answer_id))
    third = await store.write(queries.ask, question("e", first.conversation_id)._replace(beside=second.question.id))
    history = await store.read(queries.history, LOCAL_OWNER, first.conversation_id, None, None, 50)
    assert [message.siblings for message in history] == [
        [first.question.id],
        [first.answer_id, again.answer_id],
        [second.question.id, third.question.id],
        [third.answer_id],
    ]
    page = await store.read(queries.history, LOCAL_OWNER, first.conversation_id, second.answer_id, None, 1)
    assert [(message.id, message.siblings) for message in page] == [(second.answer_id, [second.answer_id])]
    row = await store.read(CONVERSATION.rows.seen_by(LOCAL_OWNER).get, first.conversation_id)
    assert (row.leaf_id, row.message_count) == (third.answer_id, 7)


async def test_what_an_answer_was_given_to(store: Database) -> None:
    first = await exchange(store, "Hello?", "Hi.")
    await store.write(conversations.set_system_prompt, first.conversation_id, "Be brief.")
    second = await exchange(store, "And?", "Well.", first.conversation_id)
    message = await store.read(queries.find_message, LOCAL_OWNER, second.answer_id)
    assert message == await get(store, second.answer_id)
    asked = await store.read(queries.asked_before, LOCAL_OWNER, message)
    assert asked.system_prompt == "Be brief."
    assert [message.content for message in asked.messages] == ["Hello?", "Hi.", "And?"]
    assert await store.read(queries.find_message, LOCAL_OWNER, 4711) is None
