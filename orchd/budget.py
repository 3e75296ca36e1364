"""What clients can take, bounded for all of them together and for each: memory, and places."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import inf

from orchd.errors import Busy

SHARE = 4
"""One of them gets at most one part in so many."""


class MemoryBudget:
    """Bytes in the memory of the daemon, held for whoever asked for them. In refusals `what` names them, and `one`
    those who have a share: what `hold` is given as `who`."""

    def __init__(self, limit: int, what: str, one: str = "connection") -> None:
        self._limit = limit
        self._what = what
        self._one = one
        self._held: dict[object, int] = {}
        self.held = 0

    def hold(self, who: object, amount: int) -> "Allotment":
        """Hold `amount` bytes for `who` until they are released. Raises `Busy` when that is too much.

        Who holds nothing gets more than its share, if there is room, and the first of all whatever it asks for: a
        limit that is too small for one request must not refuse it for ever.
        """
        own, share = self._held.get(who, 0), self._limit // SHARE
        if own and own + amount > share:
            raise Busy(f"{self._what} of this {self._one} fill their memory", reason="memory", maxBytes=share)
        if self.held and self.held + amount > self._limit:
            raise Busy(f"{self._what} fill their memory", reason="memory", maxBytes=self._limit)
        self.add(who, amount)
        return Allotment(self, who, amount)

    def add(self, who: object, amount: int) -> None:
        """Hold so much more for `who`, or less; for those who hold something."""
        self.held += amount
        own = self._held.get(who, 0) + amount
        if own:
            self._held[who] = own
        else:
            self._held.pop(who, None)


class Allotment:
    """Bytes that are held."""

    __slots__ = ("_amount", "_budget", "_who")

    def __init__(self, budget: MemoryBudget, who: object, amount: int) -> None:
        self._budget = budget
        self._who = who
        self._amount = amount

    def resize(self, amount: int) -> None:
        """It turned out to be so much; that is never refused."""
        self._budget.add(self._who, amount - self._amount)
        self._amount = amount

    def release(self) -> None:
        """It is held no longer. Idempotent."""
        self.resize(0)


class UserPlaces:
    """Places for what users have done at once: `of_one` for each of them, `most` for all. `refusal` makes what is
    raised where there is none."""

    def __init__(self, refusal: Callable[[], Busy], *, of_one: int, most: float = inf) -> None:
        self._refusal = refusal
        self._of_one = of_one
        self._most = most
        self._taken: Counter[int] = Counter()

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
        if self._taken.total() >= self._most or self._taken[user_id] >= self._of_one:
            raise self._refusal()
        self._taken[user_id] += 1

    def leave(self, user_id: int) -> None:
        """One has ended."""
        self._taken[user_id] -= 1
        if not self._taken[user_id]:
            del self._taken[user_id]
