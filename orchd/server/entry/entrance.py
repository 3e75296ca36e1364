"""Whose a connection is, from its handshake on.

Who has shown nothing although users exist is told nothing but errors until `session:authenticate`, and is let go when
that does not come in time. While it isn't known whether there are users, the connection is nobody's, and greeted; once
it is known it becomes the local owner's, or ends, to be opened again with a proof. It can't go on: whoever was greeted
doesn't expect to be asked who they are, and takes the refusals that follow for the last word.
"""

from collections.abc import Callable
from typing import NamedTuple

import trio

from orchd.access.addresses import ClientFacts
from orchd.errors import Conflict, Unauthorized
from orchd.protocol.identity import NOBODY, Identity
from orchd.protocol.router import Peer
from orchd.server.entry.doorkeeper import Doorkeeper
from orchd.server.entry.newcomers import NOWHERE, NewcomerPlace
from orchd.server.shares import Shares
from orchd.wakeup import Signal


class Arrival(NamedTuple):
    """Who opens a connection: as whom its handshake is recognised, and from where it comes."""

    identity: Identity
    client: ClientFacts
    place: NewcomerPlace = NOWHERE
    """Its place among those that have not proved whose they are."""


class Entrance:
    """Whose one connection is. Satisfies `orchd.access.authenticator.LiveConnection`.

    `greet` sends the first frame, `refuse` ends the connection for good, `reopen` so that its client opens another one,
    `renew` is told whose it is from now on; all return at once. `shares` counts the connections of each user.
    """

    __slots__ = (
        "_changed",
        "_doorkeeper",
        "_greet",
        "_greeted",
        "_joined",
        "_looking",
        "_place",
        "_refuse",
        "_renew",
        "_reopen",
        "_shares",
        "client",
        "identity",
        "is_refused",
        "peer",
    )

    def __init__(
        self,
        arrival: Arrival,
        doorkeeper: Doorkeeper,
        peer: Peer,
        greet: Callable[[], None],
        refuse: Callable[[Unauthorized], None],
        reopen: Callable[[], None],
        renew: Callable[[Peer, Identity], None],
        shares: Shares,
    ) -> None:
        self.identity, self.client, self._place = arrival
        self.peer = peer
        self._doorkeeper = doorkeeper
        self._greet = greet
        self._refuse = refuse
        self._reopen = reopen
        self._renew = renew
        self._shares = shares
        self._joined = 0
        """The user among whose connections it is counted; 0: none."""
        self.is_refused = False
        """Whether it was not taken, since its user has as many as may be."""
        self._greeted = False
        self._looking = False
        self._changed: Signal | None = None

    @property
    def is_proved(self) -> bool:
        """Whether it is somebody's."""
        return self.identity.role is not None

    @property
    def is_waiting(self) -> bool:
        """Whether it has to prove whose it is before anything else."""
        return self.identity.role is None and not self.identity.undecided

    @property
    def asker(self) -> Identity:
        """Who asks when a frame comes."""
        return self._doorkeeper.asker(self.identity)

    def begin(self) -> None:
        """Greet whoever need not prove anything now, and follow what becomes of it. Raises `Busy` when its user has as
        many connections as may be; then it is nobody's, and greeted no more."""
        who, self.identity = self.identity, NOBODY
        self._join(who)
        self.identity = who
        self._follow()
        self._greet_once()

    def end(self, why: Unauthorized) -> None:
        """Close it: whose it was is let in no longer."""
        self._refuse(why)

    def leave(self) -> None:
        """The connection has ended. Idempotent."""
        self._doorkeeper.forget(self)
        self._part()
        self._place.leave()

    def become(self, who: Identity) -> None:
        """It is this one's from the next frame on."""
        was_undecided = self.identity.undecided
        self.identity = self._doorkeeper.identity_at(who, self.client)
        self._renew(self.peer, self.identity)
        self._greet_once()
        if self._changed is not None:
            self._changed.set()
        if was_undecided and self._greeted and self.is_waiting:
            self._reopen()

    async def wait_proved(self, seconds: float) -> None:
        """Return once it is somebody's. Raises `Unauthorized` when it could have been for so long, and isn't."""
        self._changed = Signal()
        while not self.is_proved:
            with trio.move_on_after(seconds if self.is_waiting else float("inf")) as patience:
                await self._changed.wait()
            if patience.cancelled_caught and self.is_waiting:
                raise Unauthorized("say who you are: the first frame must be session:authenticate", reason="not_known")

    async def authenticate(self, token: str) -> Identity:
        """Make it the connection of whoever has this token.

        Raises `Conflict` when it is somebody's, or is just being looked for, `Busy` when that user has as many as may
        be (`is_refused`), and as `Doorkeeper.recognise` does.
        """
        if self.is_proved or self._looking:
            raise Conflict(
                "whose this connection is, is known or being looked for already; open another one", reason="malformed"
            )
        self._looking = True
        try:
            identity = await self._doorkeeper.by_token(token, self.client)
        finally:
            self._looking = False
        if self.is_proved:
            raise Conflict("whose this connection is, became known meanwhile; open another one", reason="malformed")
        self._join(identity)
        self.become(identity)
        self._follow()
        return identity

    def _join(self, who: Identity) -> None:
        """Count it as a connection of this user. Raises `Busy`."""
        self._part()
        if (full := self._shares.join(who.user_id, trio.current_time())) is not None:
            self.is_refused = True
            raise full
        self._joined = who.user_id

    def _part(self) -> None:
        """Count it as nobody's."""
        joined, self._joined = self._joined, 0
        self._shares.leave(joined)

    def _follow(self) -> None:
        if not self.is_waiting:
            self._doorkeeper.follow(self, self.identity)

    def _greet_once(self) -> None:
        if self.is_proved:
            self._place.leave()
        if not self._greeted and not self.is_waiting:
            self._greeted = True
            self._greet()
