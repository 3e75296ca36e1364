"""How many generations a user may begin in a minute, over all connections of this daemon."""

from orchd.errors import RateLimited

USERS_AT_MOST = 10_000
MINUTE_SECONDS = 60.0


class GenerationRate:
    """A bucket for each user, which fills up within a minute. `per_minute` 0: any number. Times are in seconds."""

    def __init__(self, per_minute: float) -> None:
        self._per_minute = per_minute
        self._left: dict[int, tuple[float, float]] = {}
        """How many more each may begin, and when that was so; those who may begin all are not in it."""

    def check(self, user_id: int, now: float) -> None:
        """Raise `RateLimited` for whoever may begin none now."""
        left = self._present(user_id, now)
        if left is not None and left < 1:
            wait = (1 - left) * MINUTE_SECONDS / self._per_minute
            raise RateLimited(
                f"more than {self._per_minute:g} generations a minute (`usage.generationsPerMinute`)",
                reason="quota",
                retry_after_ms=max(1, round(wait * 1000)),
                period="minute",
            )

    def take(self, user_id: int, now: float) -> None:
        """Count one that begins. Raises as `check` does."""
        self.check(user_id, now)
        left = self._present(user_id, now)
        if left is None:
            return
        self._left.pop(user_id, None)
        self._left[user_id] = left - 1, now
        if len(self._left) > USERS_AT_MOST:
            del self._left[next(iter(self._left))]

    def _present(self, user_id: int, now: float) -> float | None:
        if self._per_minute <= 0:
            return None
        left, at = self._left.get(user_id, (self._per_minute, now))
        return min(self._per_minute, left + (now - at) * self._per_minute / MINUTE_SECONDS)
