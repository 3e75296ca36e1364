"""The table of conversations, on both databases."""

import pytest
from msgspec import structs

from orchd.entity import LOCAL_OWNER, Belonging
from orchd.entity.wire.change_queries import changes_after
from orchd.errors import NotFound
from orchd.features.conversation import queries
from orchd.features.conversation.queries import CONVERSATION, Growth
from orchd.storage import Database

MINE = Belonging(0)


async def make(store: Database, title: str, now: int) -> int:
    return await store.write(queries.add, LOCAL_OWNER, queries.ConversationDraft(title, "tiny", None, None), now)


async def test_pages_are_latest_first_and_complete_whatever_shares_a_time(store: Database) -> None:
    ids = [await make(store, f"c{number}", 100 + number // 3) for number in range(10)]
    order = CONVERSATION.order("pinned", descending=True)
    table = CONVERSATION.rows.seen_by(LOCAL_OWNER)
    await store.write(CONVERSATION.rows.everybodys.set, ids[4], None, None, pinned=True)
    seen: list[int] = []
    before = None
    while rows := await store.read(table.page, 4, before, order):
        seen += [row.id for row in rows]
        before = table.place(rows[-1], order)
    assert seen == [ids[4], *(row_id for row_id in ids[::-1] if row_id != ids[4])]


async def test_extend_moves_the_leaf_and_counts(store: Database) -> None:
    one = await make(store, "c", 5)
    await store.write(queries.extend, Growth(one, 71, 2, "m", MINE, new=True), 5)
    await store.write(queries.extend, Growth(one, 77, 2, "other", MINE), 9)
    row = await store.read(CONVERSATION.rows.seen_by(LOCAL_OWNER).get, one)
    assert (row.leaf_id, row.message_count, row.model, row.version) == (77, 4, "other", 2)
    assert (row.created_at[-5:], row.updated_at[-5:]) == (".005Z", ".009Z")
    assert row == structs.replace(row, title="c", auto_title=True, tags=(), params=None, pinned=False, user_id=0)
    assert [change.happening for change in await store.read(changes_after, 0, 9, ["conversation"])] == [
        "created",
        "updated",
    ]


async def test_what_its_owner_has_not_seen_is_unread_until_they_ask_again(store: Database) -> None:
    one = await make(store, "c", 5)
    for unread, asked_by_owner, told in (
        (True, None, True),
        (False, None, True),
        (None, False, True),
        (None, True, False),
    ):
        if unread is not None:
            await store.write(queries.end_answer, one, MINE, 6, unread=unread)
        if asked_by_owner is not None:
            await store.write(queries.extend, Growth(one, 8, 2, "tiny", MINE, seen=asked_by_owner), 7)
        assert (await store.read(CONVERSATION.rows.everybodys.get, one)).unread is told


async def test_what_is_removed_is_gone_until_it_is_restored(store: Database) -> None:
    one = await make(store, "c", 5)
    await store.write(queries.remove, LOCAL_OWNER, one, 9)
    with pytest.raises(NotFound) as error:
        await store.write(queries.remove, LOCAL_OWNER, one, 9)
    assert error.value.path == "$.data.conversationId"
    assert await store.read(queries.whose, [one]) == {}
    await store.write(queries.end_answer, one, None, 9, unread=False)
    changes = await store.read(changes_after, 0, 9, ["conversation"])
    assert [change.happening for change in changes] == ["deleted"], "nothing else is told of it"
    await store.write(CONVERSATION.rows.changed_by(LOCAL_OWNER).restore, one)
    assert await store.read(queries.whose, [one]) == {one: MINE}


async def test_ids_are_never_used_again(store: Database) -> None:
    first = await make(store, "a", 1)
    await store.write(queries.remove, LOCAL_OWNER, first, 2)
    await store.write(CONVERSATION.rows.everybodys.purge, 3, 9)
    assert await make(store, "b", 2) > first


async def test_the_system_prompt_and_the_title_can_be_set(store: Database) -> None:
    one = await make(store, "c", 5)
    await store.write(queries.set_system_prompt, one, "be brief")
    before = await store.read(queries.get_seen, LOCAL_OWNER, one)
    await store.write(queries.set_title, before, "né 🦜")
    row = await store.read(queries.find_seen, LOCAL_OWNER, one)
    assert row is not None
    assert (row.system_prompt, row.title) == ("be brief", "né 🦜")
