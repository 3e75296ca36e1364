"""SQL of the table `chat_message` that removes messages and restores them.

A message goes with all that follows it, so that every message that is there hangs below one that is there too.
"""

from typing import NamedTuple

from msgspec.structs import replace

from orchd.entity import Owner, search
from orchd.errors import Conflict, Invalid
from orchd.features import conversation as conversations
from orchd.features.chat import queries
from orchd.features.chat.marks.branch_queries import read_tree
from orchd.features.chat.messages import ChatMessage
from orchd.features.chat.queries import COLUMNS, MESSAGES
from orchd.features.chat.rows import MessageRecord
from orchd.protocol.page import MAX_REPLY_BYTES, within
from orchd.protocol.types import MAX_INTEGER, timestamp
from orchd.storage import Statement, Steps

IDS_PER_STATEMENT, ENTRIES_PER_STATEMENT = 500, 100


class Regrowth(NamedTuple):
    """What has become of a conversation by a removal or a restoration: the messages that it was about, and the end of
    the active branch by now."""

    conversation_id: int
    message_ids: tuple[int, ...]
    leaf_id: int | None


def find_below(owner: Owner, message_id: int) -> Steps[Regrowth]:
    """Return what would be removed with a message. Raises `NotFound`, `Forbidden`."""
    message = (yield from queries.get_changeable(owner, message_id)).message
    tree = yield from read_tree(message.conversation_id, message.id - 1)
    return Regrowth(message.conversation_id, tree.below(message.id), None)


def remove(owner: Owner, message_id: int, now: int) -> Steps[Regrowth]:
    """Remove a message with all that follows it, so that it can be restored. Raises `NotFound`, `Forbidden`."""
    message = (yield from queries.get_changeable(owner, message_id)).message
    conversation = yield from conversations.get_changeable(owner, message.conversation_id)
    tree = yield from read_tree(conversation.id, message.parent_id or 0)
    gone = tree.below(message.id)
    for start in range(0, len(gone), IDS_PER_STATEMENT):
        some = gone[start : start + IDS_PER_STATEMENT]
        marks = ", ".join("?" * len(some))
        yield Statement(
            "UPDATE chat_message SET deleted_at = ?, deleted_with = ?,"
            " status = CASE WHEN status = 'streaming' THEN 'cancelled' ELSE status END"
            f" WHERE id IN ({marks})",
            (now, message.id, *some),
        )
        yield from search.remove("message", some)
    leaf_id = tree.end_without(message) if conversation.leaf_id in gone else conversation.leaf_id
    yield from conversations.regrow(conversation, leaf_id, -len(gone), now)
    return Regrowth(conversation.id, gone, leaf_id)


def restore(owner: Owner, message_id: int, now: int) -> Steps[Regrowth]:
    """Have a message back, with what was removed along with it. Raises `NotFound`, `Forbidden`; `Invalid` for one that
    was removed along with another, `Conflict` where what it follows was removed, too."""
    record = yield from MESSAGES.changed_by(owner).of_removed().get(message_id)
    message = record.message
    yield from _require_place(record)
    conversation = yield from conversations.get_changeable(owner, message.conversation_id)
    found = yield Statement(
        "SELECT id, created_at FROM chat_message WHERE conversation_id = ? AND deleted_with = ? ORDER BY id",
        (conversation.id, message.id),
    )
    yield Statement(
        "UPDATE chat_message SET deleted_at = NULL, deleted_with = NULL WHERE conversation_id = ? AND deleted_with = ?",
        (conversation.id, message.id),
    )
    entries = [queries.search_entry(row_id, conversation.id, conversation.whose, at) for row_id, at in found.rows]
    for start in range(0, len(entries), ENTRIES_PER_STATEMENT):
        yield from search.add(*entries[start : start + ENTRIES_PER_STATEMENT])
    leaf_id = (yield from read_tree(conversation.id, message.id - 1)).end(message.id)
    yield from conversations.regrow(conversation, leaf_id, len(entries), now)
    return Regrowth(conversation.id, tuple(entry.row_id for entry in entries), leaf_id)


def removed_messages(
    owner: Owner, conversation_id: int, before: int | None, limit: int, room: int = MAX_REPLY_BYTES
) -> Steps[tuple[list[ChatMessage], bool]]:
    """Return the last `limit` messages of a conversation that were removed by themselves, as far as `room` bytes hold
    them, the oldest first, and whether there are more before them. Raises `NotFound`."""
    conversation = yield from conversations.get_seen(owner, conversation_id)
    sizes = yield Statement(
        "SELECT id, LENGTH(content) + LENGTH(reasoning) FROM chat_message"
        " WHERE conversation_id = ? AND deleted_with = id AND id < ? ORDER BY id DESC LIMIT ?",
        (conversation.id, before or MAX_INTEGER, limit + 1),
    )
    ids = [row[0] for row in sizes.rows[: min(limit, within([row[1] for row in sizes.rows], room))]]
    marks = ", ".join("?" * len(ids)) or "NULL"
    found = yield Statement(f"SELECT {COLUMNS} FROM chat_message m WHERE m.id IN ({marks}) ORDER BY m.id", tuple(ids))
    shown = [_show(MESSAGES.read(row)) for row in found.rows]
    return shown, len(ids) < len(sizes.rows)


def purge_messages(before: int, limit: int) -> Steps[int]:
    """Delete for good up to `limit` messages that were removed before a time; return how many."""
    return (yield from MESSAGES.everybodys.purge(before, limit))


def _show(record: MessageRecord) -> ChatMessage:
    assert record.deleted_at is not None
    return replace(record.message, deleted_at=timestamp(record.deleted_at))


def _require_place(record: MessageRecord) -> Steps[None]:
    message = record.message
    if record.deleted_with != message.id:
        raise Invalid(
            "the message was removed along with another one; restore that",
            reason="removed_with",
            field="messageId",
            path="$.data.messageId",
            removedWith=record.deleted_with,
        )
    if message.parent_id is not None and (yield from queries.find_any(message.parent_id)) is None:
        raise Conflict(
            "what the message follows was removed, too; restore that first",
            reason="removed_with",
            field="messageId",
            path="$.data.messageId",
            parentId=message.parent_id,
        )
