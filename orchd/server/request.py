"""One request in flight: its id, its scope, and what its handler is given."""

from collections.abc import Awaitable, Callable

import trio

from orchd.budget import Allotment
from orchd.protocol.frame_type import FrameType, Payload
from orchd.protocol.identity import Identity
from orchd.protocol.router import Peer


class RunningRequest:
    """A request between its frame and its final frame. Satisfies `orchd.protocol.router.Context`."""

    def __init__(
        self,
        request_id: str | None,
        identity: Identity,
        peer: Peer,
        held: Allotment | None = None,
        address: str = "",
    ) -> None:
        self.id = request_id
        self.held = held
        """The memory of its frame."""
        self.identity = identity
        self.address = address
        self.peer = peer
        self.scope = trio.CancelScope()
        self.ended = trio.Event()
        self.cancelled = False
        self._after_reply: list[Callable[[], None]] = []
        self._cancel: Callable[[], Awaitable[None]] | None = None

    @property
    def over(self) -> bool:
        """Whether its final frame has been put, or never will be."""
        return self.ended.is_set()

    def emit(self, kind: FrameType[Payload], payload: Payload) -> None:
        """Send a frame on behalf of this request."""
        self.peer.put(kind.frame(payload, self.id))

    def after_reply(self, callback: Callable[[], None]) -> None:
        """Call `callback` right after the final frame has been put."""
        self._after_reply.append(callback)

    def note_reply(self) -> None:
        """The final frame has been put."""
        for callback in self._after_reply:
            callback()

    def on_cancel(self, cancel: Callable[[], Awaitable[None]]) -> None:
        """Let `cancel` end the request from now on, instead of its scope."""
        self._cancel = cancel

    async def cancel(self) -> None:
        """End the request because its client asked; return when what it holds outside the daemon is let go."""
        self.cancelled = True
        if self._cancel is not None:
            await self._cancel()
            return
        self.scope.cancel()
        await self.ended.wait()
