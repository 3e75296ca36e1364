"""What other features may do with conversations."""

from collections.abc import Awaitable, Callable

from orchd.clock import unix_now
from orchd.entity import Belonging, Owner
from orchd.features.conversation import queries
from orchd.patterns import lazy_pattern
from orchd.storage import Database

TITLE_CHARACTERS = 60
"""Length of a title made from a message."""
_CONTROLS = lazy_pattern(r"[\x00-\x1f\x7f-\x9f]")


class Conversations:
    """The door's object: deletion that other features hear of. `look` has what was changed told to those who follow
    conversations."""

    def __init__(self, database: Database, look: Callable[[], None] = lambda: None) -> None:
        self.look = look
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

    def tell_given(self, conversation_id: int, user_id: int, project_id: int | None) -> None:
        """A conversation has been put into another project, or out of one."""
        for callback in self._when_given:
            callback(conversation_id, Belonging(user_id, project_id))

    async def delete(self, owner: Owner, conversation_id: int) -> None:
        """Remove a conversation, so that it can be restored. Raises `NotFound`, `Forbidden`."""
        await self._database.read(queries.get_changeable, owner, conversation_id)  # before any work in it is ended
        await self._end_work(conversation_id)
        await self._database.write(queries.remove, owner, conversation_id, unix_now())
        self.look()
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
