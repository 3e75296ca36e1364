"""SQL of the table `conversation`."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from msgspec import Struct
from msgspec.json import decode

from orchd.entity import Belonging, OwnedTable, Owner, search
from orchd.entity.search import SearchedRow, SearchEntry, TableSource
from orchd.entity.wire import Entity
from orchd.features.conversation.messages import ConversationItem, ConversationParams
from orchd.features.models import ASSISTANTS
from orchd.features.project import note_shared_rows, require_project
from orchd.protocol.types import unix_milliseconds
from orchd.storage import Statement, Steps


class ConversationRow(Struct, frozen=True):
    """What answers need of a row; `leaf_id` is the message at the end of the active branch."""

    id: int
    title: str
    model: str | None
    system_prompt: str | None
    assistant_id: int | None
    params: ConversationParams | None
    leaf_id: int | None
    auto_title: bool
    updated_at: int
    user_id: int
    project_id: int | None
    deleted_at: int | None

    @property
    def whose(self) -> Belonging:
        """Whom it belongs to."""
        return Belonging(self.user_id, self.project_id)


class ConversationDraft(Struct, frozen=True):
    """A conversation that is to be made by its first question."""

    title: str
    model: str
    system_prompt: str | None
    project_id: int | None
    auto_title: bool = True


class AnswerDefaults(NamedTuple):
    """What a conversation says of answers that are asked for without saying it, its assistant where it has one."""

    model: str | None = None
    fallbacks: tuple[str, ...] = ()
    system_prompt: str | None = None
    params: ConversationParams | None = None
    assistant_id: int | None = None
    """Of the assistant that answers, if one does."""


CONVERSATION = Entity(
    "conversation",
    ConversationItem,
    scope="chat",
    filters=("archived", "pinned", "folder", "tags"),
    orders=(("pinned", "updated_at"), "updated_at", "created_at", "title"),
    descending=True,
    long=("system_prompt", "metadata"),
    relations={"assistant_id": ASSISTANTS},
)
CONVERSATIONS = OwnedTable(CONVERSATION.rows.everybodys.view(ConversationRow))


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


def defaults_of(owner: Owner, row: ConversationRow) -> Steps[AnswerDefaults]:
    """Return what a conversation says of its answers, and its assistant where they see one that is active."""
    own = AnswerDefaults(row.model, (), row.system_prompt, row.params)
    if row.assistant_id is None:
        return own
    assistant = yield from ASSISTANTS.seen_by(owner).find(row.assistant_id)
    if assistant is None or not assistant.active:
        return own
    own = own._replace(assistant_id=assistant.id)
    if own.system_prompt is None:
        own = own._replace(system_prompt=assistant.system_prompt or None)
    return own if own.model else own._replace(model=assistant.model, fallbacks=assistant.fallbacks)


def add(owner: Owner, draft: ConversationDraft, now: int) -> Steps[int]:
    """Insert an empty conversation of theirs, which is yet to be put in the index; return its id. Raises `NotFound`,
    `Forbidden` for its project."""
    if draft.project_id is not None:
        yield from require_project(owner, draft.project_id)
    added = yield from CONVERSATION.rows.owned_by(owner).insert(draft, now)
    yield from note_shared_rows(None, draft.project_id, now)
    return added


def search_entry(conversation_id: int, belongs: Belonging, at: int) -> SearchEntry:
    """Return by what a conversation is found."""
    return SearchEntry("conversation", conversation_id, belongs, at, conversation_id)


def remove(owner: Owner, conversation_id: int, now: int) -> Steps[None]:
    """Remove a conversation, so that it can be restored. Raises `NotFound`, `Forbidden`."""
    table = CONVERSATION.rows.changed_by(owner)
    row = yield from table.get(conversation_id)
    yield from table.remove(conversation_id, now)
    yield from search.remove("conversation", [conversation_id])
    yield from note_shared_rows(row.project_id, None, now)
    yield from CONVERSATION.note_change(conversation_id, "deleted", Belonging(row.user_id, row.project_id), now)


def label_counts(owner: Owner, archived: bool | None) -> Steps[tuple[Counter[str], Counter[str]]]:
    """Return how many conversations that somebody sees are in each folder, and how many have each tag."""
    seen, values, _ = CONVERSATIONS.visible(owner)
    chosen, wanted = ("", ()) if archived is None else (" AND archived = ?", (int(archived),))
    found = yield Statement(
        f"SELECT folder, tags_json FROM conversation WHERE deleted_at IS NULL AND {seen}{chosen}"
        " AND (folder <> '' OR LENGTH(tags_json) > 2)",
        (*values, *wanted),
    )
    folders, tags = Counter[str](), Counter[str]()
    for (folder, tags_json), count in Counter(map(tuple, found.rows)).items():
        if folder:
            folders[folder] += count
        for tag in set(decode(tags_json, type=list[str])):
            tags[tag] += count
    return folders, tags


def whose(conversation_ids: Iterable[int]) -> Steps[dict[int, Belonging]]:
    """Return whom these conversations belong to, those that are there."""
    wanted = sorted(conversation_ids)
    marks = ", ".join("?" * len(wanted)) or "NULL"
    found = yield Statement(
        f"SELECT id, user_id, project_id FROM conversation WHERE id IN ({marks}) AND deleted_at IS NULL", tuple(wanted)
    )
    return {row_id: Belonging(*of) for row_id, *of in found.rows}


def set_system_prompt(conversation_id: int, system_prompt: str) -> Steps[None]:
    """Replace the system prompt."""
    yield Statement("UPDATE conversation SET system_prompt = ? WHERE id = ?", (system_prompt, conversation_id))


def set_title(row: ConversationRow, title: str) -> Steps[None]:
    """Replace the title, and have it found by that."""
    yield Statement("UPDATE conversation SET title = ? WHERE id = ?", (title, row.id))
    yield from search.change(search_entry(row.id, row.whose, row.updated_at))


def replace_title(conversation_id: int, whose: Belonging, known: str, title: str, now: int) -> Steps[None]:
    """Give a conversation a title that the daemon has made, if it still has one that the daemon has made, the `known`
    one; the last thing that a transaction does."""
    done = yield Statement(
        "UPDATE conversation SET title = ?, version = version + 1 WHERE id = ? AND user_id = ? AND title = ?"
        " AND auto_title = 1 AND deleted_at IS NULL",
        (title, conversation_id, whose.user_id, known),
    )
    row = yield from find_seen(Owner(whose.user_id), conversation_id)
    if done.changed and row is not None:
        yield from search.change(search_entry(row.id, row.whose, row.updated_at))
        yield from CONVERSATION.note_change(row.id, "updated", row.whose, now)


def follow_change(old: ConversationItem | None, new: ConversationItem, now: int) -> Steps[None]:
    """Have a conversation found by its title, and what was said in it by those whose it is by now; tell projects what
    is put into them. `old` is None where it wasn't there."""
    belongs, used_at = Belonging(new.user_id, new.project_id), unix_milliseconds(new.updated_at)
    if old is None or old.title != new.title:
        yield from search.change(search_entry(new.id, belongs, used_at))
    if old is not None and old.project_id != new.project_id:
        yield from search.give_group(new.id, belongs)
    yield from note_shared_rows(None if old is None else old.project_id, new.project_id, now)


class Growth(NamedTuple):
    """What a question adds to a conversation: `leaf_id` is the end of the active branch, after `added` messages more;
    `model` answers. `new`: the conversation was just made; `seen`: its owner asks."""

    conversation_id: int
    leaf_id: int
    added: int
    model: str
    whose: Belonging
    new: bool = False
    seen: bool = True


def extend(growth: Growth, now: int) -> Steps[None]:
    """Note what was added; the last thing that a transaction does."""
    if growth.new:  # its other members are as they were just stored, and those that are in indexes aren't touched again
        yield Statement(
            "UPDATE conversation SET leaf_id = ?, message_count = ? WHERE id = ?",
            (growth.leaf_id, growth.added, growth.conversation_id),
        )
    else:
        read = ", unread = 0" if growth.seen else ""
        yield Statement(
            "UPDATE conversation SET leaf_id = ?, message_count = message_count + ?, model = ?, updated_at = ?,"
            f" version = version + 1{read} WHERE id = ?",
            (growth.leaf_id, growth.added, growth.model, now, growth.conversation_id),
        )
    yield from CONVERSATION.note_change(
        growth.conversation_id, "created" if growth.new else "updated", growth.whose, now
    )


def regrow(row: ConversationRow, leaf_id: int | None, added: int, now: int) -> Steps[None]:
    """Note that messages were removed or restored, `added` of them, and where the active branch ends now; the last
    thing that a transaction does."""
    yield Statement(
        "UPDATE conversation SET leaf_id = ?, message_count = message_count + ?, version = version + 1 WHERE id = ?",
        (leaf_id, added, row.id),
    )
    yield from CONVERSATION.note_change(row.id, "updated", row.whose, now)


def end_answer(conversation_id: int, belongs: Belonging | None, now: int, *, unread: bool) -> Steps[None]:
    """Note that an answer has ended in a conversation; whom it belongs to is None where it was removed. The last thing
    that a transaction does."""
    noted = ", unread = 1" if unread else ""
    yield Statement(
        f"UPDATE conversation SET updated_at = ?, version = version + 1{noted} WHERE id = ?", (now, conversation_id)
    )
    if belongs is not None:
        yield from CONVERSATION.note_change(conversation_id, "updated", belongs, now)
