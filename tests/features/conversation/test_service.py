"""Titles, and deletion that others hear of."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.entity import LOCAL_OWNER
from orchd.errors import NotFound
from orchd.features.conversation import queries
from orchd.features.conversation.service import TITLE_CHARACTERS, Conversations, title_of
from orchd.storage import Database


@given(st.text(max_size=300))
def test_a_title_is_short_and_on_one_line(message: str) -> None:
    title = title_of(message)
    assert len(title) <= TITLE_CHARACTERS + 1
    assert not [character for character in title if unicodedata.category(character) == "Cc"]
    assert title == title.strip()


def test_a_long_message_is_cut_between_words() -> None:
    assert title_of("word " * 30) == "word " * 11 + "word…"
    assert title_of("x" * 100) == "x" * (TITLE_CHARACTERS - 1) + "…"
    assert title_of("  a\n b  ") == "a b"
    assert title_of("\x1b[Da\x00b") == "[Da b"
    assert title_of("\x00") == "…"


async def test_deletion_waits_for_those_who_work_in_the_conversation(store: Database) -> None:
    one = await store.write(queries.add, LOCAL_OWNER, queries.ConversationDraft("c", "tiny", None, None), 1)
    conversations = Conversations(store)
    heard: list[tuple[int, bool]] = []

    async def hear(conversation_id: int) -> None:
        heard.append((conversation_id, await store.read(queries.find_seen, LOCAL_OWNER, one) is not None))

    conversations.around_delete(hear)
    await conversations.delete(LOCAL_OWNER, one)
    assert heard == [(one, True), (one, False)], "before, and for what began meanwhile"
    with pytest.raises(NotFound):
        await conversations.delete(LOCAL_OWNER, one)
