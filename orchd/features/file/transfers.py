"""How many uploads and downloads there are at once: each holds a connection, and a file that is open."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from orchd.errors import Busy

SHARE = 4
"""One user gets at most one part in so many."""


class Transfers:
    """Those of all users; there may be `most`."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._of_each: Counter[int] = Counter()

    @contextmanager
    def place(self, user_id: int) -> Iterator[None]:
        """Count one of a user's while the block lasts. Raises `Busy`."""
        self.enter(user_id)
        try:
            yield
        finally:
            self.leave(user_id)

    def enter(self, user_id: int) -> None:
        """Count one of a user's until `leave`. Raises `Busy`."""
        share = max(1, self._most // SHARE)
        if self._of_each.total() >= self._most or self._of_each[user_id] >= share:
            raise Busy(
                "too many files are being uploaded or downloaded (`file.transfers`)",
                reason="transfers",
                retry_after_ms=1000,
            )
        self._of_each[user_id] += 1

    def leave(self, user_id: int) -> None:
        """One has ended."""
        self._of_each[user_id] -= 1
        if not self._of_each[user_id]:
            del self._of_each[user_id]
