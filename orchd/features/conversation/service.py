"""What other features may do with conversations."""

import re
from collections.abc import Awaitable, Callable

from msgspec import UNSET, structs

from orchd.clock import unix_now
from orchd.entity import Belonging, Owner, search
from orchd.entity.search import SearchText
from orchd.features.conversation.messages import ConversationUpdate
from orchd.features.conversation.queries import CONVERSATIONS, ConversationRow, get_changeable
from orchd.features.project import note_shared_rows, require_project
from orchd.storage import Database, Steps

TITLE_CHARACTERS = 60
"""Length of a title made from a message."""
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class Conversations:
    """The door's object: deletion that other features hear of."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._around_delete: list[Callable[[int], Awaitable[None]]] = []
        self._when_given: list[Callable[[int, Belonging], None]] = []

    def around_delete(self, callback: Callable[[int], Awaitable[None]]) -> None:
        """Await `callback(conversation_id)` before a conversation is deleted, so that work in it can end, and once more
        when it is gone, for the work that began meanwhile."""
        self._around_delete.append(callback)

    def when_given(self, callback: Callable[[int, Belonging], None]) -> None:
        """Call `callback(conversation_id, whose)` when a conversation has been put into another project, or out of
        one."""
        self._when_given.append(callback)

    async def update(self, owner: Owner, change: ConversationUpdate) -> ConversationRow:
        """Name a conversation, or give it to a project. Raises `NotFound`, `Forbidden`."""
        row = await self._database.write(_update, owner, change, unix_now())
        if change.project_id is not UNSET:
            for callback in self._when_given:
                callback(row.id, row.whose)
        return row

    async def delete(self, owner: Owner, conversation_id: int) -> None:
        """Delete a conversation and its messages. Raises `NotFound`, `Forbidden`."""
        await self._database.read(get_changeable, owner, conversation_id)  # before any work in it is ended
        await self._end_work(conversation_id)
        await self._database.write(_remove, owner, conversation_id, unix_now())
        await self._end_work(conversation_id)

    async def _end_work(self, conversation_id: int) -> None:
        for callback in self._around_delete:
            await callback(conversation_id)


def _remove(owner: Owner, conversation_id: int, now: int) -> Steps[None]:
    row = yield from get_changeable(owner, conversation_id)
    yield from CONVERSATIONS.changed_by(owner).remove(conversation_id)
    yield from note_shared_rows(row.project_id, None, now)


def _update(owner: Owner, change: ConversationUpdate, now: int) -> Steps[ConversationRow]:
    row = yield from get_changeable(owner, change.conversation_id)
    title = row.title if change.title is None else change.title
    project_id = row.project_id if change.project_id is UNSET else change.project_id
    if project_id is not None and project_id != row.project_id:
        yield from require_project(owner, project_id)
    yield from CONVERSATIONS.everybodys.set(row.id, None, title=title, project_id=project_id)
    yield from note_shared_rows(row.project_id, project_id, now)
    changed = structs.replace(row, title=title, project_id=project_id)
    yield from search.change(SearchText("conversation", row.id, changed.whose, title, "", row.updated_at, row.id))
    if project_id != row.project_id:
        yield from search.give_group(row.id, changed.whose)
    return changed


def title_of(message: str) -> str:
    """Return the first words of a message, as the title that a conversation has until it is given one."""
    text = " ".join(_CONTROLS.sub(" ", message[: 20 * TITLE_CHARACTERS]).split()) or "…"
    if len(text) <= TITLE_CHARACTERS:
        return text
    cut = text[:TITLE_CHARACTERS].rsplit(" ", 1)[0] if " " in text[:TITLE_CHARACTERS] else text[: TITLE_CHARACTERS - 1]
    return cut + "…"
