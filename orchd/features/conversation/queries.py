"""SQL of the table `conversation`."""

from collections.abc import Iterable

from msgspec import Struct

from orchd.entity import Belonging, OwnedTable, Owner, SortOrder, Table, search
from orchd.entity.search import SearchedRow, SearchText, TableSource
from orchd.features.project import note_shared_rows, require_project
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

    @property
    def whose(self) -> Belonging:
        """Whom it belongs to."""
        return Belonging(self.user_id, self.project_id)


class ConversationDraft(Struct, frozen=True):
    """A conversation that is to be made; it is empty."""

    title: str
    model: str
    system_prompt: str | None
    project_id: int | None
    leaf_id: None = None
    message_count: int = 0


CONVERSATIONS = OwnedTable(Table("conversation", ConversationRow, "conversation", key="conversation_id"))
LATEST = SortOrder(("updated_at", "id"), down=True)


def _show(row: ConversationRow) -> SearchedRow:
    return SearchedRow(row.id, row.title, "", row.updated_at, row.id)


def _whose_row(row: ConversationRow) -> Steps[Belonging]:
    yield from ()
    return row.whose


CONVERSATION_SOURCE = TableSource("conversation", CONVERSATIONS, _show, _whose_row)


def find_seen(owner: Owner, conversation_id: int) -> Steps[ConversationRow | None]:
    """Return a conversation, None where there is none that they see."""
    return (yield from CONVERSATIONS.seen_by(owner).find(conversation_id))


def get_seen(owner: Owner, conversation_id: int) -> Steps[ConversationRow]:
    """Return a conversation that they see. Raises `NotFound`."""
    return (yield from CONVERSATIONS.seen_by(owner).get(conversation_id))


def get_changeable(owner: Owner, conversation_id: int) -> Steps[ConversationRow]:
    """Return a conversation that they may change. Raises `NotFound`; `Forbidden` for one that they only see."""
    return (yield from CONVERSATIONS.changed_by(owner).get(conversation_id))


def add(owner: Owner, draft: ConversationDraft, now: int) -> Steps[int]:
    """Insert an empty conversation of theirs; return its id. Raises `NotFound`, `Forbidden` for its project."""
    if draft.project_id is not None:
        yield from require_project(owner, draft.project_id)
    added = yield from CONVERSATIONS.owned_by(owner).insert(draft, now)
    belongs = Belonging(owner.user_id, draft.project_id)
    yield from search.add(SearchText("conversation", added, belongs, draft.title, "", now, added))
    yield from note_shared_rows(None, draft.project_id, now)
    return added


def whose(conversation_ids: Iterable[int]) -> Steps[dict[int, Belonging]]:
    """Return whom these conversations belong to, those that are there."""
    wanted = sorted(conversation_ids)
    marks = ", ".join("?" * len(wanted)) or "NULL"
    found = yield Statement(f"SELECT id, user_id, project_id FROM conversation WHERE id IN ({marks})", tuple(wanted))
    return {row_id: Belonging(*of) for row_id, *of in found.rows}


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
