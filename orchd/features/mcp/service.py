"""The calls that run: begun, found again to be cancelled, and ended with the daemon."""

import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple, TypeAlias

import structlog
import trio
from msgspec import Struct

from orchd.access.addresses import ClientFacts
from orchd.errors import ShuttingDown
from orchd.features.mcp.asking.call import McpCall
from orchd.features.mcp.asking.inner_client import FrameRooms, InnerClient
from orchd.features.mcp.rpc import RpcId
from orchd.features.mcp.tools import AnyTool
from orchd.guard import Supervisor
from orchd.protocol.identity import Identity
from orchd.server.entry.doorkeeper import Doorkeeper
from orchd.wakeup import Signal

MAX_SESSION_CHARACTERS = 128

CallKey: TypeAlias = tuple[int, int | None, str, RpcId]
"""By what a client may cancel a call: whose it is and by which token, the session's name, and the request's id."""


class CallerRooms(NamedTuple):
    """What the server lends to calls."""

    frames: FrameRooms
    doorkeeper: Doorkeeper


class ToolCaller(NamedTuple):
    """Who calls, and from where."""

    identity: Identity
    client: ClientFacts

    def key(self, session: str | None, rpc_id: RpcId | None) -> CallKey | None:
        """Return by what a call of theirs can be cancelled; None where it can't be, but by leaving."""
        if not session or len(session) > MAX_SESSION_CHARACTERS or rpc_id is None:
            return None
        return self.identity.user_id, self.identity.token_id, session, rpc_id


def new_session() -> str:
    """Return a name for what a client of an earlier version calls a session. Nothing is kept of it: it only tells the
    ids of one client's requests from those of another one of the same user."""
    return secrets.token_urlsafe(18)


class McpCalls:
    """Runs calls, each in a task of its own. To be used while the `supervisor`'s nursery is open."""

    def __init__(self, supervisor: Supervisor, seconds: float, tools: Mapping[str, AnyTool]) -> None:
        """`seconds`: so long may each take."""
        self._supervisor = supervisor
        self._seconds = seconds
        self.tools = tools
        self._running: set[McpCall] = set()
        self._keys: dict[CallKey, McpCall] = {}
        self._ended = Signal()
        self._draining = False

    def running(self) -> int:
        """How many calls run."""
        return len(self._running)

    def begin(
        self, tool: AnyTool, arguments: bytes, caller: ToolCaller, rooms: CallerRooms, key: CallKey | None = None
    ) -> McpCall:
        """Begin a call. Raises `Invalid` for wrong arguments, and `ShuttingDown`."""
        if self._draining:
            raise ShuttingDown("the daemon is stopping, and takes nothing new")
        work = tool.prepare(arguments)
        client = InnerClient(rooms.frames, caller.identity, caller.client.label or "")
        call = McpCall(client, caller.client, rooms.doorkeeper, lasting=tool.lasting)
        self._running.add(call)
        if key is not None:
            self._keys[key] = call
        self._supervisor.run("tool call", self._run, tool, call, work, key)
        return call

    def cancel(self, key: CallKey) -> None:
        """End a call because its client asks for it; harmless when there is none."""
        if (call := self._keys.get(key)) is not None:
            call.leave()

    def close(self) -> None:
        """Take nothing new."""
        self._draining = True

    async def drain(self, hurried: trio.Event) -> None:
        """Take nothing new, and wait until what runs has ended; when there is a hurry, end it. What goes on without its
        call is not waited for."""
        self.close()
        self._stop(lasting_only=True)
        async with trio.open_nursery() as nursery:
            Supervisor(nursery).run("waiting for a hurry", self._hurry, hurried)
            while self._running:
                await self._ended.wait()
            nursery.cancel_scope.cancel()

    async def _hurry(self, hurried: trio.Event) -> None:
        await hurried.wait()
        self._stop(lasting_only=False)

    def _stop(self, *, lasting_only: bool) -> None:
        for call in [*self._running]:
            if call.lasting or not lasting_only:
                call.stop(ShuttingDown("the daemon is stopping"))

    async def _run(
        self, tool: AnyTool, call: McpCall, work: Callable[[McpCall], Awaitable[Struct]], key: CallKey | None
    ) -> None:
        try:
            await call.run(work, self._seconds)
        finally:
            self._running.discard(call)
            if key is not None and self._keys.get(key) is call:
                del self._keys[key]
            self._ended.set()
            _log(tool, call)


def _log(tool: AnyTool, call: McpCall) -> None:
    structlog.get_logger().info(
        "tool called",
        tool=tool.name,
        code=None if call.error is None else call.error.code,
        seconds=round(trio.current_time() - call.begun, 3),
    )
