"""The connections of this run that are open, by whose they are: told when that changes, or ends.

Nothing here waits or reads anything: it is given what the database says.
"""

from collections.abc import Callable
from functools import partial
from math import inf
from typing import Generic, NamedTuple, TypeVar

import structlog

from orchd.access.authenticator import LiveConnection
from orchd.errors import Unauthorized
from orchd.features.people.store.standing_queries import Admission, Standing
from orchd.protocol.identity import LOCAL, NOBODY, UNDECIDED, Identity
from orchd.protocol.rights import refusal
from orchd.protocol.router import Peer

T = TypeVar("T")


class ChangeResult(NamedTuple, Generic[T]):
    """What a change gave."""

    value: T
    own: Callable[[], None] | None
    """Ends the connection that asked, if it must end."""

    def end_own(self) -> None:
        """End the connection that asked, now that it has its reply."""
        if self.own is not None:
            self.own()


class Lives:
    """Live connections, and the admission by which each is open."""

    def __init__(self) -> None:
        self._all: dict[LiveConnection, Admission] = {}
        self._by_user: dict[int, dict[LiveConnection, None]] = {}
        self._first_end: float = inf
        """No admission ends before this time, in Unix milliseconds."""

    def follow(self, live: LiveConnection, admission: Admission) -> None:
        """Tell a connection what becomes of this admission, in place of an earlier one."""
        self.forget(live)
        self._note(live, admission)
        self._by_user.setdefault(admission.identity.user_id, {})[live] = None

    def forget(self, live: LiveConnection) -> None:
        """The connection has ended, or is somebody else's. Idempotent."""
        admission = self._all.pop(live, None)
        if admission is None:
            return
        others = self._by_user[admission.identity.user_id]
        del others[live]
        if not others:
            del self._by_user[admission.identity.user_id]

    def users(self) -> set[int]:
        """Return the users who have connections."""
        return {user_id for user_id in self._by_user if user_id > 0}

    def identities(self) -> list[Identity]:
        """Return who is connected, once for each connection."""
        return [admission.identity for admission in self._all.values()]

    def readers(self, user_id: int) -> list[Peer]:
        """Return the connections of a user that may do what only shows."""
        return [live.peer for live in self._of(user_id) if refusal("read", "read", self._all[live].identity) is None]

    def apply(self, standing: Standing, own: Peer | None = None) -> Callable[[], None] | None:
        """Give a user's connections what their admissions have become, and end those of which nothing is left.

        The connection of `own`, whose request is just being answered, is nobody's at once but not ended yet: what ends
        it is returned, to be called after its reply.
        """
        ended = [
            live
            for live in self._of(standing.user_id)
            if not self._renew(live, standing.admission(self._all[live].identity))
        ]
        return self._end_all(ended, _why(standing), own)

    def end_local(self, own: Peer | None = None) -> Callable[[], None] | None:
        """End the connections of the local owner, who is nobody any more, as `apply` does."""
        return self._end_all(self._of(LOCAL.user_id), no_local_owner_error(), own)

    def decide(self, who: Identity) -> None:
        """Tell those of whom it wasn't known who they are."""
        for live in (live for live in self._of(UNDECIDED.user_id) if self._all[live].identity.undecided):
            self.follow(live, Admission(who))
            live.become(who)

    def end_expired(self, now: int) -> None:
        """End the connections whose admission has run out by the clock."""
        if now < self._first_end:
            return
        ends = {
            live: inf if admission.expires_at is None else admission.expires_at for live, admission in self._all.items()
        }
        expired = [live for live, end in ends.items() if end <= now]
        self._first_end = min((end for end in ends.values() if end > now), default=inf)
        why = Unauthorized("the time of this session or token is over: log in again", reason="session_expired")
        self._end_all(expired, why, None)

    def _note(self, live: LiveConnection, admission: Admission) -> None:
        self._all[live] = admission
        if admission.expires_at is not None:
            self._first_end = min(self._first_end, admission.expires_at)

    def _of(self, user_id: int) -> list[LiveConnection]:
        return list(self._by_user.get(user_id, ()))

    def _renew(self, live: LiveConnection, admission: Admission | None) -> bool:
        """Tell a connection whom it is of now; False when it must end."""
        if admission is None:
            return False
        before = self._all[live]
        self._note(live, admission)
        if admission.identity != before.identity:
            live.become(admission.identity)
        return True

    def _end_all(self, lives: list[LiveConnection], why: Unauthorized, own: Peer | None) -> Callable[[], None] | None:
        """End connections, and say in the log how many and why."""
        if lives:
            users = sorted({self._all[live].identity.user_id for live in lives})
            structlog.get_logger().info("connections closed", reason=why.reason, users=users, connections=len(lives))
        spared = None
        for live in lives:
            self.forget(live)
            live.become(NOBODY)
            if own is not None and live.peer is own:
                spared = partial(live.end, why)
            else:
                live.end(why)
        return spared


def no_local_owner_error() -> Unauthorized:
    """Return why connections of the local owner end."""
    return Unauthorized("there are users now: say who you are", reason="users_exist")


def _why(standing: Standing) -> Unauthorized:
    """Return why connections of a user end."""
    if standing.user is None:
        return Unauthorized("this user was deleted", reason="user_deleted")
    if standing.user.disabled:
        return Unauthorized("this user was disabled", reason="user_disabled")
    return Unauthorized("this session was ended, or its token revoked: log in again", reason="session_ended")
