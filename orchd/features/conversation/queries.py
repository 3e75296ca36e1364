"""SQL of the table `conversation`."""

from typing import NamedTuple

from orchd.protocol.types import MAX_INTEGER
from orchd.storage import Statement, Steps

_COLUMNS = "id, title, model, system_prompt, leaf_id, message_count, created_at, updated_at"


class ConversationRow(NamedTuple):
    """A row; times are Unix milliseconds, `leaf_id` is the message at the end of the active branch."""

    id: int
    title: str
    model: str | None
    system_prompt: str | None
    leaf_id: int | None
    message_count: int
    created_at: int
    updated_at: int


def find(conversation_id: int) -> Steps[ConversationRow | None]:
    """Return one conversation, None when it does not exist."""
    found = yield Statement(f"SELECT {_COLUMNS} FROM conversation WHERE id = ?", (conversation_id,))
    return ConversationRow(*found.rows[0]) if found.rows else None


def page(limit: int, before: tuple[int, int] | None) -> Steps[list[ConversationRow]]:
    """Return up to `limit` conversations, latest first, older than `before` (updated_at, id)."""
    updated_at, row_id = before or (MAX_INTEGER, MAX_INTEGER)
    found = yield Statement(
        f"SELECT {_COLUMNS} FROM conversation WHERE updated_at < ? OR (updated_at = ? AND id < ?)"
        " ORDER BY updated_at DESC, id DESC LIMIT ?",
        (updated_at, updated_at, row_id, limit),
    )
    return [ConversationRow(*row) for row in found.rows]


def add(title: str, model: str, system_prompt: str | None, now: int) -> Steps[int]:
    """Insert an empty conversation; return its id."""
    inserted = yield Statement(
        "INSERT INTO conversation (title, model, system_prompt, leaf_id, message_count, created_at, updated_at)"
        " VALUES (?, ?, ?, NULL, 0, ?, ?)",
        (title, model, system_prompt, now, now),
    )
    return inserted.last_id


def extend(conversation_id: int, leaf_id: int, added: int, model: str, now: int) -> Steps[None]:
    """Make `leaf_id` the end of the active branch, after `added` messages more; `model` answers."""
    yield Statement(
        "UPDATE conversation SET leaf_id = ?, message_count = message_count + ?, model = ?, updated_at = ?"
        " WHERE id = ?",
        (leaf_id, added, model, now, conversation_id),
    )


def set_system_prompt(conversation_id: int, system_prompt: str) -> Steps[None]:
    """Replace the system prompt."""
    yield Statement("UPDATE conversation SET system_prompt = ? WHERE id = ?", (system_prompt, conversation_id))


def touch(conversation_id: int, now: int) -> Steps[None]:
    """Note that something happened in the conversation."""
    yield Statement("UPDATE conversation SET updated_at = ? WHERE id = ?", (now, conversation_id))


def rename(conversation_id: int, title: str) -> Steps[ConversationRow | None]:
    """Set the title; return the conversation, None when it does not exist."""
    yield Statement("UPDATE conversation SET title = ? WHERE id = ?", (title, conversation_id))
    return (yield from find(conversation_id))


def remove(conversation_id: int) -> Steps[bool]:
    """Delete a conversation with all its messages (by the foreign key); return whether it was there."""
    removed = yield Statement("DELETE FROM conversation WHERE id = ?", (conversation_id,))
    return removed.changed > 0
