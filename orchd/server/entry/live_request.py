"""A request that is answered for long: it ends when whoever sent it is let in no longer, as a connection does."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

import trio

from orchd.errors import OrchdError, Unauthorized
from orchd.protocol.identity import Identity
from orchd.protocol.rights import refusal
from orchd.server.entry.doorkeeper import Doorkeeper
from orchd.server.entry.page import PageRequest, PageRoute

LAST_WORD_SECONDS = 1.0
"""So long an answer that hears of it by itself may take to say so in its own words."""


class _Deaf:
    """Where nobody hears any frames. Satisfies `orchd.protocol.router.Peer`."""

    congested = False

    def put(self, frame: bytes) -> None:
        """Nobody reads it."""

    def gather(self) -> AbstractContextManager[None]:
        """Return a block in which nothing is put."""
        return nullcontext()

    def put_latest(self, key: str, frame: bytes) -> None:
        """Nobody reads it."""

    def when_drained(self, callback: Callable[[], None]) -> None:
        """Nothing was put."""


class LiveRequest:
    """A request under way. Satisfies `orchd.access.authenticator.LiveConnection`."""

    def __init__(self, route: PageRoute, doorkeeper: Doorkeeper) -> None:
        self.peer = _Deaf()
        self.why: OrchdError | None = None
        """Why it is answered no further."""
        self._route = route
        self._doorkeeper = doorkeeper
        self._request: PageRequest | None = None
        self._scope: trio.CancelScope | None = None

    def bound(self, scope: trio.CancelScope) -> None:
        """What is answered within `scope` ends soon after its sender may have no more of it."""
        self._scope = scope

    def begin(self, request: PageRequest) -> None:
        """It was let in: from now on it is told what becomes of whose it is."""
        self._request = request
        self._doorkeeper.follow(self, request.identity)

    def leave(self) -> None:
        """It is answered. Idempotent."""
        self._doorkeeper.forget(self)

    def become(self, who: Identity) -> None:
        """It is this one's from now on: who may no longer ask for it gets no more of it."""
        assert self._request is not None
        route = self._route
        if route.right != "public" and route.right != "open":
            refused = refusal(route.right, route.scope, self._doorkeeper.identity_at(who, self._request.client))
            if refused is not None:
                self._stop(refused)

    def end(self, why: Unauthorized) -> None:
        """Whose it was is let in no longer."""
        self._stop(why)

    def _stop(self, why: OrchdError) -> None:
        if self.why is None and self._scope is not None:
            self._scope.deadline = trio.current_time() + LAST_WORD_SECONDS
        self.why = self.why or why
