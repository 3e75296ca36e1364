"""What other features may do with conversations."""

import re
from collections.abc import Awaitable, Callable

from orchd.features.conversation.queries import CONVERSATIONS
from orchd.storage import Database

TITLE_CHARACTERS = 60
"""Length of a title made from a message."""
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class Conversations:
    """The door's object: deletion that other features hear of."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._around_delete: list[Callable[[int], Awaitable[None]]] = []

    def around_delete(self, callback: Callable[[int], Awaitable[None]]) -> None:
        """Await `callback(conversation_id)` before a conversation is deleted, so that work in it can end, and once more
        when it is gone, for the work that began meanwhile."""
        self._around_delete.append(callback)

    async def delete(self, conversation_id: int) -> None:
        """Delete a conversation and its messages. Raises `NotFound`."""
        await self._end_work(conversation_id)
        await self._database.write(CONVERSATIONS.remove, conversation_id)
        await self._end_work(conversation_id)

    async def _end_work(self, conversation_id: int) -> None:
        for callback in self._around_delete:
            await callback(conversation_id)


def title_of(message: str) -> str:
    """Return the first words of a message, as the title that a conversation has until it is given one."""
    text = " ".join(_CONTROLS.sub(" ", message[: 20 * TITLE_CHARACTERS]).split()) or "…"
    if len(text) <= TITLE_CHARACTERS:
        return text
    cut = text[:TITLE_CHARACTERS].rsplit(" ", 1)[0] if " " in text[:TITLE_CHARACTERS] else text[: TITLE_CHARACTERS - 1]
    return cut + "…"
