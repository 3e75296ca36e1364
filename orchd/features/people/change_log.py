"""Which changes were seen already, though they may come in another order than that of their ids.

A transaction takes its id when it inserts and shows its row when it commits: one with a smaller id may show up after a
greater one. So a gap in the ids is looked at again until it has been filled, or for longer than any transaction lasts;
some are never filled, since ids of what was rolled back are not given out again.
"""

from collections.abc import Iterable

from orchd.features.people.store.change_queries import AccessChange

GAP_SECONDS = 60.0
"""How long a missing id is waited for."""

SPAN = 2_000
"""Ids that are looked at again at most: further back, nothing is waited for."""


class ChangeLog:
    """The place in the list of changes up to which all are known. Times are those of a steady clock, in seconds."""

    def __init__(self, newest: int) -> None:
        self.after = max(0, newest - SPAN)
        """Every change with a greater id must be looked for."""
        self._seen: set[int] = set()
        self._missing: dict[int, float] = {}
        self._newest = self.after

    @property
    def newest(self) -> int:
        """The greatest id that was seen."""
        return self._newest

    def take(self, changes: Iterable[AccessChange], now: float) -> list[AccessChange]:
        """Return those that are new, and note that they were seen."""
        new = [change for change in changes if change.id > self.after and change.id not in self._seen]
        for change in new:
            self._note(change.id, now)
        self._advance(now)
        return new

    def _note(self, change_id: int, now: float) -> None:
        self._seen.add(change_id)
        self._missing.pop(change_id, None)
        for between in range(max(self._newest + 1, change_id - SPAN), change_id):
            self._missing[between] = now
        self._newest = max(self._newest, change_id)

    def _advance(self, now: float) -> None:
        """Move on over all that was seen, is waited for no longer, or lies too far back."""
        for change_id, since in list(self._missing.items()):
            if since + GAP_SECONDS < now:
                del self._missing[change_id]
        first = min(self._missing, default=self._newest + 1)
        self.after = max(self.after, first - 1, self._newest - SPAN)
        self._seen = {change_id for change_id in self._seen if change_id > self.after}
        self._missing = {change_id: since for change_id, since in self._missing.items() if change_id > self.after}
