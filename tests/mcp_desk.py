"""The page `/mcp` in memory: requests as the server's entry makes them, before handlers that a test writes.

Rights, types of frames and the calls' tasks are the real ones; what answers a frame is a function of the test's.
"""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import aclosing, asynccontextmanager
from typing import Any

import trio

from orchd.access.addresses import ClientFacts, read_address
from orchd.access.authenticator import LiveConnection
from orchd.budget import MemoryBudget
from orchd.errors import OrchdError
from orchd.features import make_codec
from orchd.features.gateway import RequestPlaces
from orchd.features.mcp.asking.inner_client import FrameRooms
from orchd.features.mcp.pages import McpPages
from orchd.features.mcp.rpc import EARLIER, PREFIX, STATELESS
from orchd.features.mcp.service import CallerRooms, McpCalls
from orchd.features.mcp.tools import all_tools
from orchd.features.models import AssistantItem
from orchd.guard import Supervisor
from orchd.hub import Hub
from orchd.protocol.identity import LOCAL, Identity
from orchd.protocol.router import Context, Serve
from orchd.server.entry.body import IncomingBody
from orchd.server.entry.page import Page, PageRequest
from orchd.server.shares import ShareLimits, Shares
from orchd.settings.entry.mcp import McpSettings
from tests.gateway_desk import pieces_of

SETTINGS = McpSettings(body_bytes=16_384, memory_bytes=65_536, call_seconds=600)
CODEC = make_codec()
"""The wire, whose commands say which right each request needs."""
BOTH = "application/json, text/event-stream"

Answer = Callable[[Context, Any], Awaitable[Any]]


class FakeDoorkeeper:
    """Knows which calls want to hear what becomes of their caller."""

    def __init__(self) -> None:
        self.lives: list[LiveConnection] = []

    def follow(self, live: LiveConnection, who: Identity) -> None:
        """Remember it."""
        self.lives.append(live)

    def forget(self, live: LiveConnection) -> None:
        """Forget it."""
        if live in self.lives:
            self.lives.remove(live)

    def identity_at(self, who: Identity, client: ClientFacts) -> Identity:
        """Everybody is near."""
        return who


class FakeAssistants:
    """In place of the database: whatever is read of it are assistants, or one by its name."""

    def __init__(self) -> None:
        self.items: list[AssistantItem] = []

    async def read(self, _steps: object, *asked: object) -> Any:
        """All of them; or, by a name, the one of that name."""
        await trio.lowlevel.checkpoint()
        if not asked:
            return self.items
        return next((item for item in self.items if item.name == asked[-1]), None)


class FakeRouter:
    """What answers frames: what a test says, by type. `asked` are those that came."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: list[tuple[str, Any]] = []

    def serve(self, kind: str) -> Serve:
        """What answers frames of a type: a mapping of the members of its reply is made into one."""

        async def serve(context: Context, data: Any) -> bytes:
            self.asked.append((kind, data))
            reply = await self.answers[kind](context, data)
            return frame(kind, reply)

        return serve


def frame(kind: str, data: Any) -> bytes:
    """A frame with these members, as a socket would be sent it."""
    from orchd.protocol.websocket import text_frame

    return text_frame(json.dumps({"type": kind, "data": data}).encode())


class McpDesk:
    """The page, and who asks it."""

    def __init__(self, supervisor: Supervisor) -> None:
        self.router = FakeRouter()
        self.refusals: list[tuple[str, str]] = []
        self.doorkeeper = FakeDoorkeeper()
        self.memory = MemoryBudget(SETTINGS.memory_bytes, "bodies")
        self.shares = Shares(ShareLimits(in_flight=2))
        verification: Any = None
        router: Any = self.router
        doorkeeper: Any = self.doorkeeper
        self.assistants = FakeAssistants()
        database: Any = self.assistants
        self.calls = McpCalls(supervisor, SETTINGS.call_seconds, all_tools(verification, database))
        frames = FrameRooms(CODEC.commands, router, Hub(), lambda who, _, kind: self.refusals.append((who.name, kind)))
        places = RequestPlaces(self.shares, self.memory)
        (self.route,) = McpPages(self.calls, CallerRooms(frames, doorkeeper), places, SETTINGS).routes()["/mcp"]

    async def post(
        self, body: object, headers: Mapping[str, str] | None = None, *, who: Identity = LOCAL, accept: str = BOTH
    ) -> Page:
        """Send a body, as the entry hands it on; bytes are sent as they are."""
        text = body if isinstance(body, bytes) else json.dumps(body).encode()
        said = {"accept": accept, **(headers or {})}
        request = PageRequest(
            who,
            ClientFacts(read_address("127.0.0.1")),
            "localhost",
            incoming=IncomingBody(pieces_of(text), SETTINGS.body_bytes, len(text)),
            method="POST",
            headers=[(name.lower().encode(), value.encode()) for name, value in said.items()],
        )
        try:
            return await self.route.answer(request)
        except OrchdError as error:
            return self.route.refuse(Page.of_refusal(error))

    async def ask(self, method: str, params: Mapping[str, Any] | None = None, **more: Any) -> Page:
        """Make a request of the present version."""
        return await self.post(stateless(method, params), headers_of(method, params), **more)

    async def call(self, tool: str, arguments: Mapping[str, Any] | None = None, **more: Any) -> Page:
        """Call a tool, and want to hear of its progress."""
        params = {"name": tool, "arguments": arguments or {}, "_meta": {"progressToken": "p"}}
        return await self.ask("tools/call", params, **more)


def stateless(method: str, params: Mapping[str, Any] | None = None, rpc_id: Any = 1) -> dict[str, Any]:
    """A request of the present version."""
    given = dict(params or {})
    meta = {f"{PREFIX}protocolVersion": STATELESS, f"{PREFIX}clientCapabilities": {}, **given.pop("_meta", {})}
    return {"jsonrpc": "2.0", "id": rpc_id, "method": method, "params": {**given, "_meta": meta}}


def headers_of(method: str, params: Mapping[str, Any] | None = None) -> dict[str, str]:
    """The headers that go with it."""
    named = {"mcp-name": params["name"]} if params and "name" in params else {}
    return {"mcp-protocol-version": STATELESS, "mcp-method": method, **named}


def earlier(method: str, params: Mapping[str, Any] | None = None, rpc_id: Any = 1) -> dict[str, Any]:
    """A request of a client that has begun with `initialize`; without an id, a notification."""
    named = {} if rpc_id is None else {"id": rpc_id}
    return {"jsonrpc": "2.0", **named, "method": method, "params": dict(params or {})}


EARLIER_HEADERS = {"mcp-protocol-version": EARLIER[0]}


def json_of(page: Page) -> Any:
    """What a page says that is one JSON object."""
    assert page.content_type == "application/json", page
    return json.loads(page.body)


async def messages_of(page: Page) -> list[Any]:
    """What a page says, message by message, be it one or a stream."""
    if page.pieces is None:
        return [json_of(page)]
    async with aclosing(page.pieces) as pieces:
        text = b"".join([piece async for piece in pieces])
    return [json.loads(line[6:]) for line in text.split(b"\n") if line.startswith(b"data: ")]


@asynccontextmanager
async def open_mcp_desk() -> AsyncIterator[McpDesk]:
    """The page while the block lasts."""
    async with trio.open_nursery() as nursery:
        yield McpDesk(Supervisor(nursery))
        nursery.cancel_scope.cancel()
