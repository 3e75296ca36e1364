"""Memory that clients can fill, bounded: so many bytes for all of them together, and a share of it for each."""

from collections.abc import Hashable

from orchd.errors import Busy

SHARE = 4
"""One of them gets at most one part in so many."""


class Budget:
    """Bytes in the memory of the daemon, held for whoever asked for them. `what` names them in the refusal."""

    def __init__(self, limit: int, what: str) -> None:
        self._limit = limit
        self._what = what
        self._held: dict[Hashable, int] = {}
        self.held = 0

    def take(self, who: Hashable, amount: int) -> None:
        """Hold `amount` bytes for `who` until they are given back. Raises `Busy` when that is too much.

        What nobody else holds anything of is always given: a limit that is too small for one must not stop all.
        """
        own, share = self._held.get(who, 0), self._limit // SHARE
        if own and own + amount > share:
            raise Busy(f"{self._what} of this connection fill their memory", reason="memory", maxBytes=share)
        if self.held and self.held + amount > self._limit:
            raise Busy(f"{self._what} fill their memory", reason="memory", maxBytes=self._limit)
        self._change(who, own + amount)

    def give(self, who: Hashable, amount: int) -> None:
        """Hold so much less for `who`."""
        self._change(who, self._held.get(who, 0) - amount)

    def _change(self, who: Hashable, amount: int) -> None:
        self.held += amount - self._held.get(who, 0)
        if amount:
            self._held[who] = amount
        else:
            self._held.pop(who, None)
