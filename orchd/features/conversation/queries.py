"""SQL of the table `conversation`."""

from msgspec import Struct

from orchd.entity import SortOrder, Table
from orchd.protocol.identity import LOCAL_USER_ID
from orchd.storage import Statement, Steps


class ConversationRow(Struct, frozen=True):
    """A row; times are Unix milliseconds, `leaf_id` is the message at the end of the active branch."""

    id: int
    title: str
    model: str | None
    system_prompt: str | None
    leaf_id: int | None
    message_count: int
    created_at: int
    updated_at: int
    user_id: int
    project_id: int | None


class ConversationDraft(Struct, frozen=True):
    """A conversation that is to be made; it is empty."""

    title: str
    model: str
    system_prompt: str | None
    leaf_id: None = None
    message_count: int = 0
    user_id: int = LOCAL_USER_ID
    project_id: int | None = None


CONVERSATIONS = Table("conversation", ConversationRow, "conversation", key="conversation_id")
LATEST = SortOrder(("updated_at", "id"), down=True)

find = CONVERSATIONS.find


def add(title: str, model: str, system_prompt: str | None, now: int) -> Steps[int]:
    """Insert an empty conversation; return its id."""
    return (yield from CONVERSATIONS.insert(ConversationDraft(title, model, system_prompt), now))


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
