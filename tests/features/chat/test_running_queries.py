"""Answers that are being generated, as the table of messages has them, on both databases."""

from orchd.entity import LOCAL_OWNER
from orchd.features import conversation as conversations
from orchd.features.chat import queries, running_queries
from orchd.storage import Database
from tests.features.chat.exchanges import exchange, get, question
from tests.fix_chat import interrupt_all


async def test_only_the_answers_of_the_named_owners_are_interrupted(store: Database) -> None:
    dead = await store.write(queries.ask, question("a")._replace(owner="dead"))
    living = await store.write(queries.ask, question("b")._replace(owner="living"))
    done = await exchange(store, "c", "d")
    assert await store.read(running_queries.streaming_owners) == {"dead", "living"}
    assert await store.write(interrupt_all, {"dead", "gone"}, 5) == 1
    found = [await get(store, exchange.answer_id) for exchange in (dead, living, done)]
    assert [message.status for message in found] == ["interrupted", "streaming", "complete"]
    assert await store.read(running_queries.streaming_owners) == {"living"}


async def test_wishes_reach_the_owner_of_a_running_answer_only(store: Database) -> None:
    mine = await store.write(queries.ask, question("a"))
    other = await store.write(queries.ask, question("b")._replace(owner="other"))
    ended = await exchange(store, "c", "d")
    for item in (mine, other, ended):
        await store.write(running_queries.request_cancel, item.answer_id, 5)
    await store.write(running_queries.request_cancel, 999, 5)
    both = [mine.answer_id, other.answer_id]
    assert await store.read(running_queries.check_wanted, [*both, 999, mine.question.id]) == (
        {mine.question.id},
        set(both),
    )
    assert await store.read(running_queries.check_wanted, []) == (set(), set())


async def test_what_runs_in_a_conversation(store: Database) -> None:
    first = await exchange(store, "a", "b")
    assert await store.read(running_queries.running_answers, first.conversation_id) == []
    ids = [
        (await store.write(queries.ask, question("c", first.conversation_id)._replace(owner=owner))).answer_id
        for owner in ("me", "other")
    ]
    await store.write(queries.ask, question("elsewhere"))
    found = await store.read(running_queries.running_answers, first.conversation_id)
    assert found == list(zip(ids, ("me", "other"), strict=True))


async def test_what_runs_in_a_removed_conversation_is_to_be_cancelled(store: Database) -> None:
    mine, other = [await store.write(queries.ask, question(text)) for text in "ab"]
    await conversations.Conversations(store).delete(LOCAL_OWNER, mine.conversation_id)
    wanted = await store.read(running_queries.check_wanted, [mine.answer_id, other.answer_id])
    assert wanted == ({other.answer_id}, {mine.answer_id})
