"""Whether there is a user, and whether that is still known: it decides who is the local owner.

Once there is a user, there always is. That there is none holds only while changes are heard of, since another daemon
run may have made the first one: so it lets somebody in for as long as what is kept of tokens does, and then the
database is asked.
"""

from collections.abc import Callable

import trio

FRESH_SECONDS = 2.0
"""For how long after a look at the changes what is kept lets somebody in."""

LATE_SECONDS = 30.0
"""A look that is later than this counts as lost: each succeeds or fails within the database's own time."""


class FirstUser:
    """What is known of the first user. `answers`: whether the database does, as last seen."""

    def __init__(self, answers: Callable[[], bool]) -> None:
        self._answers = answers
        self._exists: bool | None = None
        self._looked_at = float("-inf")
        self._lost = False

    @property
    def exists(self) -> bool | None:
        """Whether there was a user when the database was last asked; None: it never was."""
        return self._exists

    @property
    def is_surely_missing(self) -> bool:
        """Whether there is no user, so surely that somebody may come in as the local owner."""
        return self._is_missing(FRESH_SECONDS)

    def was_missing_at(self, moment: float) -> bool:
        """Whether there was no user, so surely that whoever came at that time may come in as the local owner: the
        database was asked after it, however long it took to answer."""
        return self._exists is False and self._looked_at >= moment and not self._lost and self._answers()

    @property
    def is_missed(self) -> bool:
        """Whether there was no user, and nothing has gone wrong since: whoever is the local owner may go on asking."""
        return self._is_missing(LATE_SECONDS)

    def note(self, *, exists: bool, asked_at: float) -> None:
        """Learn it from the database, which was asked then by Trio's clock."""
        self._exists = self._exists or exists
        self._looked_at = max(self._looked_at, asked_at)
        self._lost = False

    def lose(self) -> None:
        """The database could not be asked."""
        self._lost = True

    def _is_missing(self, seconds: float) -> bool:
        fresh = trio.current_time() - self._looked_at <= seconds
        return self._exists is False and fresh and not self._lost and self._answers()
