"""One call of a tool: what does it, how far it is, what came of it, and who may end it.

It runs in a task of the feature's, not in that of whoever waits for it: so it has one end, however the waiting ends.
"""

from collections.abc import Awaitable, Callable

import trio
from msgspec import Struct

from orchd.access.addresses import ClientFacts
from orchd.errors import OrchdError, RequestCancelled, ShuttingDown, Timeout, Unauthorized
from orchd.features.mcp.asking.inner_client import InnerClient, InnerPeer
from orchd.guard import guarded
from orchd.protocol.identity import Identity
from orchd.server.entry.doorkeeper import Doorkeeper
from orchd.wakeup import Signal


class McpCall:
    """A call under way. Satisfies `LiveConnection`: it ends when its caller's token does."""

    def __init__(self, client: InnerClient, facts: ClientFacts, doorkeeper: Doorkeeper, *, lasting: bool) -> None:
        """`lasting`: what it has begun goes on without it when the daemon stops, so that nothing waits for it then."""
        self.client = client
        self.lasting = lasting
        self.result: Struct | None = None
        self.error: OrchdError | None = None
        """Why there is no result, once it is over."""
        self.message: str | None = None
        """How far it is, for people; None where that was told already."""
        self.about: dict[str, int] = {}
        """What it has begun, by the member's name: told with its error, so that its caller finds it again."""
        self.begun = trio.current_time()
        self._told = ""
        self._facts = facts
        self._doorkeeper = doorkeeper
        self._scope = trio.CancelScope()
        self._patience = trio.CancelScope()
        self._why: OrchdError | None = None
        self._news = Signal()
        self._over = trio.Event()

    @property
    def peer(self) -> InnerPeer:
        """Where its frames go."""
        return self.client.peer

    @property
    def is_over(self) -> bool:
        """Whether nothing more comes of it."""
        return self._over.is_set()

    @property
    def is_unwanted(self) -> bool:
        """Whether whatever it has begun should end with it: not when only the daemon stops, or it ends by itself."""
        if self._why is None:
            return self._patience.cancel_called
        return not isinstance(self._why, ShuttingDown)

    def tell(self, message: str) -> None:
        """Say how far it is. What was said last is not said again."""
        if message != self._told:
            self.message = self._told = message
            self._news.set()

    async def run(self, work: Callable[["McpCall"], Awaitable[Struct]], seconds: float) -> None:
        """Do the work, for so long at most. Raises nothing: what goes wrong is its `error`."""
        self._doorkeeper.follow(self, self.client.identity)
        try:
            with self._scope, guarded("tool call") as guard:
                self._patience.deadline = trio.current_time() + seconds
                with self._patience:
                    self.result = await work(self)
                if self._patience.cancelled_caught:
                    self._why = Timeout(f"the tool took longer than {seconds:g} seconds (`mcp.callSeconds`)")
            self.error = guard.error or self._why
        finally:
            self._doorkeeper.forget(self)
            self.client.close()
            if self.result is None and self.error is None:
                self.error = self._why or ShuttingDown("the daemon is stopping")
            if isinstance(self.error, ShuttingDown) and "taskId" in self.about:
                left = f"the next one goes on with task {self.about['taskId']}, `get_task` tells how"
                self.error = ShuttingDown(f"the daemon is stopping; {left}")
            if self.error is not None:
                self.error.tell(**self.about)
            self._over.set()
            self._news.set()

    def stop(self, why: OrchdError) -> None:
        """End it, for this reason. Idempotent."""
        if not self._over.is_set():
            self._why = self._why or why
            self._scope.cancel()

    def leave(self) -> None:
        """Nobody waits for it any more."""
        self.stop(RequestCancelled("cancelled by the client"))

    def become(self, who: Identity) -> None:
        """It is on this one's behalf from now on."""
        self.client.renew(self._doorkeeper.identity_at(who, self._facts))

    def end(self, why: Unauthorized) -> None:
        """Whose it was is let in no longer."""
        self.stop(why)

    async def wait(self, seconds: float) -> None:
        """Return when it is over, or after so many seconds."""
        with trio.move_on_after(seconds):
            await self._over.wait()

    async def take_message(self, seconds: float) -> str | None:
        """Return what it says of how far it is, as soon as it says something else; None after so many seconds, or when
        it is over."""
        with trio.move_on_after(seconds):
            while self.message is None and not self.is_over:
                await self._news.wait()
        message, self.message = self.message, None
        return message
