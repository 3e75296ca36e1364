"""The table of conversations, on both databases."""

import pytest

from orchd.entity import LOCAL_OWNER
from orchd.errors import NotFound
from orchd.features.conversation import queries
from orchd.features.conversation.messages import ConversationUpdate
from orchd.features.conversation.queries import CONVERSATIONS, LATEST
from orchd.storage import Database


async def make(store: Database, title: str, now: int) -> int:
    return await store.write(queries.add, LOCAL_OWNER, queries.ConversationDraft(title, "tiny", None, None), now)


async def test_pages_are_latest_first_and_complete_whatever_shares_a_time(store: Database) -> None:
    ids = [await make(store, f"c{number}", 100 + number // 3) for number in range(10)]
    seen: list[int] = []
    before = None
    while rows := await store.read(CONVERSATIONS.changed_by(LOCAL_OWNER).page, 4, before, LATEST):
        seen += [row.id for row in rows]
        before = (rows[-1].updated_at, rows[-1].id)
    assert seen == ids[::-1]


async def test_extend_moves_the_leaf_and_counts(store: Database) -> None:
    one = await make(store, "c", 5)
    await store.write(queries.extend, one, 77, 2, "other", 9)
    row = await store.read(queries.find_seen, LOCAL_OWNER, one)
    assert row == queries.ConversationRow(one, "c", "other", None, 77, 2, 5, 9, 0, None)


async def test_a_new_title_is_no_news_of_the_conversation(store: Database) -> None:
    one = await make(store, "c", 5)
    named = ConversationUpdate(one, "né 🦜")
    row = await store.write(CONVERSATIONS.changed_by(LOCAL_OWNER).change, one, named, None)
    assert (row.title, row.updated_at) == ("né 🦜", 5)
    assert await store.write(CONVERSATIONS.changed_by(LOCAL_OWNER).change, one, named, None) == row, (
        "the same title again is no failure"
    )


async def test_what_is_removed_is_not_found(store: Database) -> None:
    one = await make(store, "c", 5)
    await store.write(CONVERSATIONS.changed_by(LOCAL_OWNER).remove, one)
    with pytest.raises(NotFound) as error:
        await store.write(CONVERSATIONS.changed_by(LOCAL_OWNER).remove, one)
    assert error.value.path == "$.data.conversationId"


async def test_ids_are_never_used_again(store: Database) -> None:
    first = await make(store, "a", 1)
    await store.write(CONVERSATIONS.changed_by(LOCAL_OWNER).remove, first)
    assert await make(store, "b", 2) > first


async def test_the_system_prompt_and_the_time_can_be_set(store: Database) -> None:
    one = await make(store, "c", 5)
    await store.write(queries.set_system_prompt, one, "be brief")
    await store.write(queries.touch, one, 8)
    row = await store.read(queries.find_seen, LOCAL_OWNER, one)
    assert row is not None
    assert (row.system_prompt, row.updated_at) == ("be brief", 8)
