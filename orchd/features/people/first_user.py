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
    """What is known of the first user. `answers_since` says since when the database answers by Trio's clock, as last
    seen; None where it doesn't. What it said before counts no more."""

    def __init__(self, answers_since: Callable[[], float | None]) -> None:
        self._answers_since = answers_since
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
        return self._looked_at >= moment and self._was_missing()

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
        return trio.current_time() - self._looked_at <= seconds and self._was_missing()

    def _was_missing(self) -> bool:
        since = self._answers_since()
        return self._exists is False and not self._lost and since is not None and self._looked_at >= since
