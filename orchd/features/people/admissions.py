"""Whom tokens and cookies let in, kept for a while, so that the next connection by the same one reads nothing.

What is kept is true only while changes are heard of in time; whoever asks must know that. Room is bounded: the one that
was not used for longest goes first.
"""

from collections import OrderedDict
from collections.abc import Iterable

from orchd.features.people.store.standing_queries import Admission
from orchd.protocol.identity import Identity

ROOM = 10_000
"""Admissions that are kept: about 10 MiB."""


class Admissions:
    """Admissions by the hash of what was shown."""

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._kept: OrderedDict[str, Admission] = OrderedDict()
        self._by_user: dict[int, set[str]] = {}
        self.generation = 0
        """Grows with each change that was applied: what was read before that must not be kept after it."""

    def find(self, hashed: str) -> Admission | None:
        """Return the admission of a hash, None when it must be looked up."""
        admission = self._kept.get(hashed)
        if admission is not None:
            self._kept.move_to_end(hashed)
        return admission

    def keep(self, hashed: str, admission: Admission, generation: int) -> None:
        """Keep an admission that was read while the generation was this, unless something was applied since."""
        if generation != self.generation:
            return
        self._drop(hashed)
        self._kept[hashed] = admission
        self._by_user.setdefault(admission.identity.user_id, set()).add(hashed)
        while len(self._kept) > self._room:
            self._drop(next(iter(self._kept)))

    def of(self, who: Identity) -> Admission | None:
        """Return the admission that was given to somebody, if it is kept, and so still true as far as is heard of."""
        kept = (self._kept[hashed] for hashed in self._by_user.get(who.user_id, ()))
        return next((admission for admission in kept if admission.identity == who), None)

    def users(self) -> set[int]:
        """Return the users of whom something is kept."""
        return set(self._by_user)

    def drop(self, user_ids: Iterable[int]) -> None:
        """Keep nothing more of these users: something about them has changed."""
        self.generation += 1
        for user_id in user_ids:
            for hashed in list(self._by_user.get(user_id, ())):
                self._drop(hashed)

    def _drop(self, hashed: str) -> None:
        admission = self._kept.pop(hashed, None)
        if admission is None:
            return
        hashes = self._by_user[admission.identity.user_id]
        hashes.discard(hashed)
        if not hashes:
            del self._by_user[admission.identity.user_id]
