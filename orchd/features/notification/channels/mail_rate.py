"""How many e-mails one user causes in an hour: no mailbox is filled by what goes wrong."""

from collections import OrderedDict, deque

from orchd.errors import RateLimited
from orchd.reasons import Reason

HOUR_SECONDS = 3_600.0
USERS_AT_MOST = 10_000


class MailRate:
    """Counts what was done in the last hour, user by user. Times are seconds of a clock that only goes forward."""

    def __init__(self, per_hour: int, what: str, reason: Reason) -> None:
        self._per_hour, self._what, self._reason = per_hour, what, reason
        self._done: OrderedDict[int, deque[float]] = OrderedDict()

    def take(self, user_id: int, now: float) -> None:
        """Count one more. Raises `RateLimited` where it would be too many."""
        done = self._done.setdefault(user_id, deque(maxlen=self._per_hour))
        self._done.move_to_end(user_id)
        if len(done) == self._per_hour and (wait := done[0] + HOUR_SECONDS - now) > 0:
            message = f"more than {self._per_hour} {self._what} an hour"
            raise RateLimited(message, reason=self._reason, retry_after_ms=max(1, round(wait * 1000)))
        done.append(now)
        if len(self._done) > USERS_AT_MOST:
            self._done.popitem(last=False)
