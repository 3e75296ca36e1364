"""SQL of messages that are read or stored with the whole conversation that they are in: copies, exports and imports."""

from collections import ChainMap
from collections.abc import Collection, Mapping, Sequence
from typing import Annotated, NamedTuple

from msgspec import UNSET, Meta, Struct, UnsetType, structs

from orchd.entity import Belonging, search
from orchd.features import journal
from orchd.features.chat.marks.mark_messages import MessageRating, RatingReason
from orchd.features.chat.messages import (
    ChatAttempt,
    ChatError,
    ChatFile,
    ChatPart,
    ChatTimings,
    ChatUsage,
    MessageRole,
    MessageStatus,
)
from orchd.features.chat.queries import COLUMNS, MESSAGES, search_entry
from orchd.features.chat.rows import MessageRecord, Runs, as_json, transcript_of
from orchd.protocol.page import within
from orchd.protocol.types import ModelName, RowId, Timestamp, timestamp, unix_milliseconds
from orchd.storage import Statement, Steps

LOOKED_AT = 500
"""Messages of which the sizes are read at once."""
ENTRIES_AT_ONCE = 500

FinishReason = Annotated[str, Meta(max_length=64)]


class WholeRating(Struct, frozen=True, kw_only=True, rename="camel"):
    """What the person whose copy it is thinks of an answer."""

    rating: MessageRating
    reason: RatingReason | None = None
    timestamp: Timestamp


class WholeMessage(Struct, frozen=True, kw_only=True, rename="camel"):
    """A message as it is copied, exported and imported; its ids are those of where it comes from."""

    id: RowId
    parent_id: RowId | None
    role: MessageRole
    content: str
    reasoning: str | None = None
    status: MessageStatus = "complete"
    model: ModelName | None = None
    timestamp: Timestamp
    finish_reason: FinishReason | None = None
    usage: ChatUsage | None = None
    timings: ChatTimings | None = None
    error: ChatError | None = None
    parts: list[ChatPart] | UnsetType = UNSET
    attempts: list[ChatAttempt] | UnsetType = UNSET
    edited_from: RowId | UnsetType = UNSET
    files: list[ChatFile] | UnsetType = UNSET
    rating: WholeRating | UnsetType = UNSET
    runs: Runs | None = None
    """How its texts alternate: each run's channel and length in code points."""


class WholePage(NamedTuple):
    """Some messages of a conversation in the order of their ids, and the last id that was looked at; None after all of
    them."""

    messages: list[WholeMessage]
    last_id: int | None


def whole_messages(
    conversation_id: int, after: int, room: int, only: Collection[int] | None = None, rated_by: int | None = None
) -> Steps[WholePage]:
    """Return the messages of a conversation after an id, `only` some of them if it says so, as far as `room` bytes hold
    their texts, at least one; with what the user `rated_by` thinks of them. For one that was found under an owner.

    An answer that is being generated has the text that it has by now, and counts as interrupted.
    """
    sizes = yield Statement(
        "SELECT id, LENGTH(content) + LENGTH(reasoning) FROM chat_message WHERE conversation_id = ? AND id > ?"
        " AND deleted_at IS NULL ORDER BY id LIMIT ?",
        (conversation_id, after, LOOKED_AT),
    )
    wanted = [(row_id, size) for row_id, size in sizes.rows if only is None or row_id in only]
    ids = [row_id for row_id, _ in wanted[: within([size for _, size in wanted], room)]]
    marks = ", ".join("?" * len(ids)) or "NULL"
    found = yield Statement(
        f"SELECT {COLUMNS} FROM chat_message m WHERE m.conversation_id = ? AND m.id IN ({marks}) ORDER BY m.id",
        (conversation_id, *ids),
    )
    ratings = {} if rated_by is None else (yield from _ratings(ids, rated_by))
    messages: list[WholeMessage] = []
    for row in found.rows:
        message = yield from _whole(MESSAGES.read(row))
        messages += [structs.replace(message, rating=ratings.get(message.id, UNSET))]
    if len(ids) < len(wanted):
        return WholePage(messages, ids[-1])
    return WholePage(messages, sizes.rows[-1][0] if len(sizes.rows) == LOOKED_AT else None)


def _ratings(message_ids: Sequence[int], user_id: int) -> Steps[dict[int, WholeRating]]:
    marks = ", ".join("?" * len(message_ids)) or "NULL"
    found = yield Statement(
        "SELECT message_id, rating, reason, created_at FROM message_rating WHERE user_id = ?"
        f" AND message_id IN ({marks})",
        (user_id, *message_ids),
    )
    return {
        message_id: WholeRating(rating=rating, reason=reason, timestamp=timestamp(at))
        for message_id, rating, reason, at in found.rows
    }


def branch_ids(conversation_id: int, leaf_id: int | None) -> Steps[set[int]]:
    """Return the ids of the messages of a branch. For a conversation that was found under an owner."""
    found = yield Statement(
        "SELECT id, parent_id FROM chat_message WHERE conversation_id = ? AND deleted_at IS NULL", (conversation_id,)
    )
    parents = dict(found.rows)
    branch: set[int] = set()
    while leaf_id is not None and leaf_id in parents and leaf_id not in branch:
        branch.add(leaf_id)
        leaf_id = parents[leaf_id]
    return branch


class WholeSize(NamedTuple):
    """How many messages a conversation has, the characters of their texts, and the id of the last one, 0 for none."""

    messages: int
    characters: int
    last_id: int


def whole_size(conversation_id: int) -> Steps[WholeSize]:
    """Return how large a conversation is. For one that was found under an owner."""
    found = yield Statement(
        "SELECT COUNT(*), COALESCE(SUM(LENGTH(content) + LENGTH(reasoning)), 0), COALESCE(MAX(id), 0)"
        " FROM chat_message WHERE conversation_id = ? AND deleted_at IS NULL",
        (conversation_id,),
    )
    return WholeSize._make(map(int, found.rows[0]))


def add_whole_messages(
    conversation_id: int, messages: Sequence[WholeMessage], ids: dict[int, int], belongs: Belonging
) -> Steps[dict[int, int]]:
    """Store messages, parents first; return their ids, by the ids that they have where they come from, as `ids` are of
    those that were stored before. For a conversation that the caller makes, and tells whose it will be."""
    added: dict[int, int] = {}
    known = ChainMap(added, ids)  # what is added goes into the first one
    for message in messages:
        added[message.id] = yield from _add(conversation_id, message, known)
        yield from _add_rating(added[message.id], message, belongs)
    entries = [
        search_entry(added[message.id], conversation_id, belongs, unix_milliseconds(message.timestamp))
        for message in messages
    ]
    for start in range(0, len(entries), ENTRIES_AT_ONCE):
        yield from search.add(*entries[start : start + ENTRIES_AT_ONCE])
    return added


def _add(conversation_id: int, message: WholeMessage, ids: Mapping[int, int]) -> Steps[int]:
    at = unix_milliseconds(message.timestamp)
    parent_id = None if message.parent_id is None else ids.get(message.parent_id)
    done = yield Statement(
        "INSERT INTO chat_message (conversation_id, parent_id, role, content, reasoning, status, model, finish_reason,"
        " usage_json, timings_json, error_json, parts_json, runs_json, attempts_json, edited_from, files_json,"
        " created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            conversation_id,
            parent_id,
            message.role,
            message.content,
            message.reasoning or "",
            "interrupted" if message.status == "streaming" else message.status,
            message.model,
            message.finish_reason,
            as_json(message.usage),
            as_json(message.timings),
            as_json(message.error),
            as_json(_parts(message, ids)),
            as_json(message.runs),
            as_json(None if message.attempts is UNSET else message.attempts),
            None if message.edited_from is UNSET else ids.get(message.edited_from),
            as_json(None if message.files is UNSET else message.files),
            at,
            at,
        ),
    )
    return done.last_id


def _add_rating(message_id: int, message: WholeMessage, belongs: Belonging) -> Steps[None]:
    rating = message.rating
    if rating is not UNSET and message.role == "assistant":
        yield Statement(
            "INSERT INTO message_rating (user_id, message_id, rating, reason, created_at) VALUES (?, ?, ?, ?, ?)",
            (belongs.user_id, message_id, rating.rating, rating.reason, unix_milliseconds(rating.timestamp)),
        )


def _parts(message: WholeMessage, ids: Mapping[int, int]) -> list[ChatPart] | None:
    """Return where the text comes from, by the ids that the messages have here."""
    if message.parts is UNSET:
        return None
    return [
        structs.replace(part, message_id=None if part.message_id is None else ids.get(part.message_id))
        for part in message.parts
    ]


def _whole(record: MessageRecord) -> Steps[WholeMessage]:
    message, runs = record.message, record.runs
    content, reasoning = message.content, message.reasoning
    if message.status == "streaming":
        text = transcript_of((yield from journal.read(message.id)))
        content, reasoning, runs = text.text("content"), text.text("reasoning") or None, text.runs()
    return WholeMessage(
        id=message.id,
        parent_id=message.parent_id,
        role=message.role,
        content=content,
        reasoning=reasoning,
        status="interrupted" if message.status == "streaming" else message.status,
        model=message.model,
        timestamp=message.timestamp,
        finish_reason=message.finish_reason,
        usage=message.usage,
        timings=message.timings,
        error=message.error,
        parts=message.parts,
        attempts=message.attempts,
        edited_from=message.edited_from,
        files=message.files,
        runs=runs,
    )
