"""What was asked of models and is not stored yet: sums, of which there are only so many."""

from orchd.features.usage.periods import MINUTE_MS
from orchd.features.usage.queries import UsageKey, UsageSums

SUMS_AT_MOST = 10_000
"""Sums that are kept by minute and model while the database is away; beyond, by user, token and day only."""
_DAY_MINUTES = 1440
OTHER_MODELS = "(others)"


class PendingUsage:
    """Sums by who asked what, and when."""

    def __init__(self, room: int = SUMS_AT_MOST) -> None:
        self._room = room
        self._sums: dict[UsageKey, UsageSums] = {}

    def __len__(self) -> int:
        return len(self._sums)

    def add(self, key: UsageKey, sums: UsageSums) -> None:
        """Add what was asked."""
        if key not in self._sums and len(self._sums) >= self._room:
            day = key.minute - key.minute % (_DAY_MINUTES * MINUTE_MS)
            key = key._replace(minute=day, model=OTHER_MODELS)
        self._sums[key] = self._sums.get(key, UsageSums()).plus(sums)

    def take(self, most: int) -> list[tuple[UsageKey, UsageSums]]:
        """Take out the first sums, `most` of them at most, in an order that is the same for all daemons."""
        keys = sorted(self._sums)[:most]
        return [(key, self._sums.pop(key)) for key in keys]

    def give_back(self, taken: list[tuple[UsageKey, UsageSums]]) -> None:
        """Take in again what could not be stored."""
        for key, sums in taken:
            self.add(key, sums)
