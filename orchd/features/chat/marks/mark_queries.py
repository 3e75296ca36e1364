"""SQL of the tables `message_rating` and `message_reaction`."""

from collections.abc import Sequence
from typing import NamedTuple

from msgspec.structs import replace

from orchd.entity import Owner
from orchd.errors import Conflict, Invalid
from orchd.features.chat import queries
from orchd.features.chat.marks.emoji import spell_emoji
from orchd.features.chat.marks.mark_messages import ChatMarks, ChatRating, ChatReaction, MessageRating
from orchd.features.chat.messages import ChatMessage
from orchd.protocol.types import timestamp
from orchd.storage import Statement, Steps

MAX_OWN_REACTIONS = 8
"""Emoji that one person may put to one message."""
MAX_MARKS = 500
"""Ratings of one message by all people, and emoji."""


class Votes(NamedTuple):
    """How many answers of a model people found good, and how many not."""

    up: int
    down: int


class Mark(NamedTuple):
    """A rating of a message by somebody, or an emoji: `word` is the one or the other."""

    message_id: int
    user_id: int
    is_rating: bool
    word: str
    reason: str | None
    at: int


def rate(owner: Owner, message_id: int, rating: MessageRating | None, reason: str | None, now: int) -> Steps[ChatMarks]:
    """Store what somebody thinks of an answer, in place of what they thought before. Raises `NotFound`, `Invalid`,
    `Conflict` where too many have said something."""
    message = (yield from queries.get_seen(owner, message_id)).message
    if message.role != "assistant":
        raise Invalid("only an answer can be rated", reason="wrong_kind", field="messageId", path="$.data.messageId")
    yield Statement("DELETE FROM message_rating WHERE user_id = ? AND message_id = ?", (owner.user_id, message_id))
    if rating is not None:
        yield Statement(
            "INSERT INTO message_rating (user_id, message_id, rating, reason, created_at) VALUES (?, ?, ?, ?, ?)",
            (owner.user_id, message_id, rating, reason, now),
        )
    return (yield from _marks_of(message))


def react(owner: Owner, message_id: int, emoji: str, now: int, *, remove: bool) -> Steps[ChatMarks]:
    """Put an emoji of somebody's to a message, or take it away. Raises `NotFound`, `Conflict` where there are too
    many."""
    message = (yield from queries.get_seen(owner, message_id)).message
    for spelling in (yield from _spellings(owner, message_id, emoji)):
        key = owner.user_id, message_id, spelling
        yield Statement("DELETE FROM message_reaction WHERE user_id = ? AND message_id = ? AND emoji = ?", key)
    if not remove:
        yield Statement(
            "INSERT INTO message_reaction (user_id, message_id, emoji, created_at) VALUES (?, ?, ?, ?)",
            (owner.user_id, message_id, emoji, now),
        )
    marks = yield from _marks_of(message)
    if sum(reaction.user_id == owner.user_id for reaction in marks.reactions) > MAX_OWN_REACTIONS:
        raise _too_many(f"one can put {MAX_OWN_REACTIONS} emoji to a message")
    return marks


def _spellings(owner: Owner, message_id: int, emoji: str) -> Steps[list[str]]:
    """Return how somebody has put an emoji to a message: those of earlier releases are stored as they were sent."""
    found = yield Statement(
        "SELECT emoji FROM message_reaction WHERE user_id = ? AND message_id = ?", (owner.user_id, message_id)
    )
    return [spelling for (spelling,) in found.rows if spell_emoji(spelling) == emoji]


def with_marks(messages: Sequence[ChatMessage]) -> Steps[list[ChatMessage]]:
    """Return messages with what people have said of them."""
    found: dict[int, list[Mark]] = {}
    for mark in (yield from _read([message.id for message in messages])):
        found.setdefault(mark.message_id, []).append(mark)
    return [_put_to(message, found[message.id]) if message.id in found else message for message in messages]


def count_votes() -> Steps[dict[str, Votes]]:
    """Return what all people together think of the answers of each model."""
    found = yield Statement(
        "SELECT m.model, SUM(r.rating = 'up'), SUM(r.rating = 'down') FROM message_rating r"
        " JOIN chat_message m ON m.id = r.message_id WHERE m.model IS NOT NULL GROUP BY m.model"
    )
    return {model: Votes(int(up), int(down)) for model, up, down in found.rows}


def _read(message_ids: Sequence[int]) -> Steps[list[Mark]]:
    """Return what is said of messages, the first first."""
    marks = ", ".join("?" * len(message_ids)) or "NULL"
    found = yield Statement(
        "SELECT message_id, user_id, 1, rating, reason, created_at, id FROM message_rating"
        f" WHERE message_id IN ({marks}) UNION ALL"
        " SELECT message_id, user_id, 0, emoji, NULL, created_at, id FROM message_reaction"
        f" WHERE message_id IN ({marks})",
        (*message_ids, *message_ids),
    )
    ordered = sorted(found.rows, key=lambda row: row[-1])
    return [Mark(message_id, user_id, bool(rated), *rest) for message_id, user_id, rated, *rest, _ in ordered]


def _marks_of(message: ChatMessage) -> Steps[ChatMarks]:
    """Return what is said of a message. Raises `Conflict` where that is too much."""
    found = yield from _read([message.id])
    marks = ChatMarks(message.conversation_id, message.id, _ratings(found), _reactions(found))
    if max(len(marks.ratings), len(marks.reactions)) > MAX_MARKS:
        raise _too_many(f"at most {MAX_MARKS} can be put to a message")
    return marks


def _put_to(message: ChatMessage, marks: Sequence[Mark]) -> ChatMessage:
    ratings, reactions = _ratings(marks), _reactions(marks)
    message = replace(message, ratings=ratings) if ratings else message
    return replace(message, reactions=reactions) if reactions else message


def _ratings(marks: Sequence[Mark]) -> list[ChatRating]:
    return [
        ChatRating(mark.user_id, "up" if mark.word == "up" else "down", mark.reason, timestamp(mark.at))
        for mark in marks
        if mark.is_rating
    ]


def _reactions(marks: Sequence[Mark]) -> list[ChatReaction]:
    """Return the emoji, each in its one spelling and of each person once."""
    put = dict.fromkeys((mark.user_id, spell_emoji(mark.word)) for mark in marks if not mark.is_rating)
    return [ChatReaction(user_id, emoji) for user_id, emoji in put]


def _too_many(why: str) -> Conflict:
    return Conflict(why, reason="too_many_rows", field="messageId", path="$.data.messageId")
