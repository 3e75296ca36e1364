"""Conversations for tests: trees of messages, stored through the doors that copies and imports use."""

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

from hypothesis import strategies as st
from msgspec import UNSET, structs

from orchd.entity import Belonging
from orchd.features.chat import WholeMessage, add_whole_messages, whole_messages
from orchd.features.conversation import WholeConversation, end_whole, get_whole, insert_whole, show_whole
from orchd.protocol.types import timestamp
from orchd.storage import Database, Steps

BEGAN = 1_700_000_000_000


def message(number: int, parent: int | None, content: str = "", **members: Any) -> WholeMessage:
    """A message; questions have odd numbers."""
    role: Literal["user", "assistant"] = "user" if number % 2 else "assistant"
    return WholeMessage(
        id=number,
        parent_id=parent,
        role=role,
        content=content or f"text {number}",
        timestamp=timestamp(BEGAN + number),
        **members,
    )


def conversation(title: str = "Stones", **members: Any) -> WholeConversation:
    """A conversation without messages."""
    return WholeConversation(title=title, created_at=timestamp(BEGAN), updated_at=timestamp(BEGAN + 1_000), **members)


BRANCHED = [
    message(1, None, "Why is basalt dark?"),
    message(2, 1, "Iron.", model="tiny", reasoning="Think.", runs=[("reasoning", 6), ("content", 5)]),
    message(3, 2, "And granite?"),
    message(4, 3, "Quartz."),
    message(5, 2, "And marble?"),
    message(6, 5, "Calcite.", status="interrupted"),
]
"""Two branches, of which the later one ends with 6."""


class Stored(NamedTuple):
    """A conversation in a database, and the ids that its messages have there."""

    id: int
    ids: dict[int, int]


async def keep(
    database: Database,
    user_id: int,
    messages: Sequence[WholeMessage] = BRANCHED,
    leaf: int | None = 6,
    content: WholeConversation | None = None,
) -> Stored:
    """Store a conversation of somebody's."""

    def steps() -> Steps[Stored]:
        belongs, whole = Belonging(user_id), content or conversation()
        added = yield from insert_whole(whole, belongs)
        ids = yield from add_whole_messages(added, messages, {}, belongs)
        yield from end_whole(added, None if leaf is None else ids[leaf], len(ids))
        yield from show_whole(added, whole, belongs, BEGAN)
        return Stored(added, ids)

    return await database.write(steps)


class Tree(NamedTuple):
    """What there is of a conversation whatever the ids are: each message with the place of its parent."""

    messages: list[tuple[int | None, WholeMessage]]
    leaf: int | None


async def tree_of(database: Database, owner: Any, conversation_id: int) -> Tree:
    """All messages of a conversation, by their places."""

    def steps() -> Steps[Tree]:
        row = yield from get_whole(owner, conversation_id)
        page = yield from whole_messages(conversation_id, 0, 10**9)
        places = {each.id: place for place, each in enumerate(page.messages)}
        told = [
            (None if each.parent_id is None else places[each.parent_id], plain(each, places)) for each in page.messages
        ]
        return Tree(told, None if row.leaf_id is None else places[row.leaf_id])

    return await database.read(steps)


def plain(each: WholeMessage, places: dict[int, int]) -> WholeMessage:
    """A message without the ids of the database that it is in."""
    parts = each.parts
    if parts is not UNSET:
        parts = [structs.replace(part, message_id=part.message_id and places[part.message_id] + 1) for part in parts]
    edited = each.edited_from if each.edited_from is UNSET else places[each.edited_from] + 1
    return structs.replace(each, id=1, parent_id=None, parts=parts, edited_from=edited)


@st.composite
def trees(draw: st.DrawFn) -> list[WholeMessage]:
    """Any tree of messages, with several roots at times."""
    texts = st.text(max_size=40)
    made: list[WholeMessage] = []
    for number in range(1, draw(st.integers(1, 8)) + 1):
        parent = draw(st.none() | st.integers(1, number - 1)) if number > 1 else None
        made.append(message(number, parent, draw(texts) or "x", reasoning=draw(st.none() | texts.filter(bool))))
    return made
