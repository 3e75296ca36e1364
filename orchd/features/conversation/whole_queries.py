"""SQL of conversations that are stored with all that was said in them: copies, and what is imported.

One that takes several transactions is a draft meanwhile: it belongs to the daemon, which shows nobody its rows, and the
table `conversation_draft` says whose it will be. What a run that died has left is deleted by the next one.
"""

from collections.abc import Collection

import msgspec
from msgspec import Struct

from orchd.entity import Belonging, Owner, search
from orchd.entity.wire import Category, Facts, Name, Words
from orchd.errors import NotFound
from orchd.features.conversation.messages import ConversationItem, ConversationParams
from orchd.features.conversation.queries import CONVERSATION, search_entry
from orchd.features.models import ASSISTANTS
from orchd.features.project import note_shared_rows, require_project
from orchd.protocol.identity import DAEMON_USER_ID
from orchd.protocol.types import ModelName, Timestamp, unix_milliseconds
from orchd.storage import Statement, Steps


class WholeConversation(Struct, frozen=True, kw_only=True, rename="camel"):
    """A conversation as it is copied, exported and imported, without its messages and without whose it is."""

    title: Name
    model: ModelName | None = None
    system_prompt: str | None = None
    params: ConversationParams | None = None
    folder: Category = ""
    tags: Words = ()
    pinned: bool = False
    archived: bool = False
    metadata: Facts | None = None
    created_at: Timestamp
    updated_at: Timestamp


class Origin(Struct, frozen=True):
    """From which program's export a conversation was taken, and what it was called there."""

    source: str
    source_id: str


def get_whole(owner: Owner, conversation_id: int) -> Steps[ConversationItem]:
    """Return all of a conversation that they see but its messages. Raises `NotFound`."""
    return (yield from CONVERSATION.rows.seen_by(owner).get(conversation_id))


def own_ids_after(owner: Owner, after: int, limit: int) -> Steps[list[int]]:
    """Return the ids of up to `limit` conversations that they made, after one, in order."""
    return (yield from CONVERSATION.rows.owned_by(owner).ids_after(after, limit))


def has_more_than(owner: Owner, number: int) -> Steps[bool]:
    """Return whether they made more conversations than that."""
    return (yield from CONVERSATION.rows.owned_by(owner).has_more_than(number))


def kept_assistant(owner: Owner, assistant_id: int | None) -> Steps[int | None]:
    """Return the assistant of a conversation for a copy of somebody's: one that they see, or none."""
    if assistant_id is None or (yield from ASSISTANTS.seen_by(owner).find(assistant_id)) is None:
        return None
    return assistant_id


def imported_before(owner: Owner, source: str, source_ids: Collection[str]) -> Steps[dict[str, int]]:
    """Return those of a source's conversations that somebody has by now, by what they were called there."""
    marks = ", ".join("?" * len(source_ids)) or "NULL"
    found = yield Statement(
        "SELECT source_id, id FROM conversation WHERE user_id = ? AND source = ?"
        f" AND source_id IN ({marks}) AND deleted_at IS NULL",
        (owner.user_id, source, *source_ids),
    )
    return {source_id: int(row_id) for source_id, row_id in found.rows}


def insert_whole(
    content: WholeConversation, belongs: Belonging, origin: Origin | None = None, assistant_id: int | None = None
) -> Steps[int]:
    """Insert a conversation without messages, at the times that it has; `end_whole` or a draft's end follows."""
    done = yield Statement(
        "INSERT INTO conversation (title, model, system_prompt, params_json, folder, tags_json, pinned, archived,"
        " metadata_json, source, source_id, assistant_id, message_count, version, user_id, project_id, created_at,"
        " updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 1, ?, ?, ?, ?)",
        (
            content.title,
            content.model,
            content.system_prompt,
            _json(content.params),
            content.folder,
            _json(content.tags),
            int(content.pinned),
            int(content.archived),
            _json(content.metadata),
            None if origin is None else origin.source,
            None if origin is None else origin.source_id,
            assistant_id,
            *belongs,
            unix_milliseconds(content.created_at),
            unix_milliseconds(content.updated_at),
        ),
    )
    return done.last_id


def end_whole(conversation_id: int, leaf_id: int | None, message_count: int) -> Steps[None]:
    """Note the end of the active branch, and how many messages there are."""
    yield Statement(
        "UPDATE conversation SET leaf_id = ?, message_count = ? WHERE id = ?",
        (leaf_id, message_count, conversation_id),
    )


def show_whole(conversation_id: int, content: WholeConversation, belongs: Belonging, now: int) -> Steps[None]:
    """Have a conversation found and told that has just become whole; the last thing that a transaction does."""
    used_at = unix_milliseconds(content.updated_at)  # a draft may stand in the index already
    yield from search.change(search_entry(conversation_id, belongs, used_at))
    yield from note_shared_rows(None, belongs.project_id, now)
    yield from CONVERSATION.note_change(conversation_id, "created", belongs, now)


def begin_draft(
    content: WholeConversation,
    belongs: Belonging,
    epoch: str,
    now: int,
    origin: Origin | None = None,
    assistant_id: int | None = None,
) -> Steps[int]:
    """Insert a conversation that nobody sees before `end_draft`; return its id."""
    added = yield from insert_whole(content, Belonging(DAEMON_USER_ID), origin, assistant_id)
    yield Statement(
        "INSERT INTO conversation_draft (row_id, user_id, project_id, epoch, created_at) VALUES (?, ?, ?, ?, ?)",
        (added, *belongs, epoch, now),
    )
    return added


def whose_draft(conversation_id: int) -> Steps[Belonging]:
    """Return whose a draft will be. Raises `NotFound` when it was deleted with all that they had."""
    found = yield Statement("SELECT user_id, project_id FROM conversation_draft WHERE row_id = ?", (conversation_id,))
    if not found.rows:
        raise NotFound("the conversation was removed while it was made")
    return Belonging(*found.rows[0])


def end_draft(
    conversation_id: int, content: WholeConversation, leaf_id: int | None, message_count: int, now: int
) -> Steps[Belonging]:
    """Show a draft that is whole to those whose it is; the last thing that a transaction does. Raises `NotFound`."""
    belongs = yield from whose_draft(conversation_id)
    yield Statement(
        "UPDATE conversation SET user_id = ?, project_id = ? WHERE id = ?",
        (*belongs, conversation_id),
    )
    yield Statement("DELETE FROM conversation_draft WHERE row_id = ?", (conversation_id,))
    yield from end_whole(conversation_id, leaf_id, message_count)
    yield from show_whole(conversation_id, content, belongs, now)
    return belongs


def draft_epochs() -> Steps[set[str]]:
    """Return the daemon runs that are making drafts, or were."""
    found = yield Statement("SELECT DISTINCT epoch FROM conversation_draft")
    return {row[0] for row in found.rows}


def drafts_of(epoch: str, limit: int) -> Steps[list[int]]:
    """Return some of the drafts that a run is making, or was."""
    found = yield Statement("SELECT row_id FROM conversation_draft WHERE epoch = ? LIMIT ?", (epoch, limit))
    return [int(row[0]) for row in found.rows]


def lost_drafts(limit: int) -> Steps[list[int]]:
    """Return some of the drafts of which nobody knows any more whose they would be."""
    found = yield Statement(
        "SELECT c.id FROM conversation c WHERE c.user_id = ? AND NOT EXISTS"
        " (SELECT 1 FROM conversation_draft d WHERE d.row_id = c.id) LIMIT ?",
        (DAEMON_USER_ID, limit),
    )
    return [int(row[0]) for row in found.rows]


def drop_draft(conversation_id: int) -> Steps[None]:
    """Delete a draft that will not become whole, with its messages."""
    yield Statement("DELETE FROM conversation WHERE id = ? AND user_id = ?", (conversation_id, DAEMON_USER_ID))


def check_into(owner: Owner, project_id: int | None) -> Steps[None]:
    """Raise `NotFound` or `Forbidden` unless somebody may put a conversation into a project."""
    if project_id is not None:
        yield from require_project(owner, project_id)


def checked_whole(content: WholeConversation) -> WholeConversation:
    """Return a conversation with its names as they are stored. Raises `Invalid`."""
    return CONVERSATION.as_stored(content)


def _json(value: object) -> str | None:
    return None if value is None else msgspec.json.encode(value).decode()
