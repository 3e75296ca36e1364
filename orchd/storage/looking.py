"""Looking again and again at what somebody else may have stored, for as little as that can cost."""

from collections.abc import Awaitable, Callable

from orchd.storage.database import CommitMark, Database


class Looker:
    """Spares looks at a database to which nobody has committed anything meanwhile."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._seen: CommitMark | None = None

    async def glance(self, look: Callable[[], Awaitable[None]]) -> bool:
        """Call `look` if there may be something that it has not seen, and return whether it was called. Until it has
        returned, what it looked for counts as not seen. Raises `Unavailable`, and what `look` does."""
        # Before the look, so that what is committed during it is looked for again.
        mark = await self._database.commit_mark()
        if mark is not None and mark == self._seen:
            return False
        await look()
        self._seen = mark
        return True
