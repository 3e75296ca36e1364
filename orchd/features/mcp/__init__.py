"""MCP: orchd's own tools for any client of the Model Context Protocol, at `POST /mcp` on the same port.

No frames, no tables. `rpc` is the protocol's messages, `pages` the way of each, `service` the calls that run; a tool of
`tools/` asks by frames, from within (`asking/`), so that it may do what its caller may and no more.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import NamedTuple

import trio

from orchd.budget import MemoryBudget
from orchd.features.feature import OpenFeatures, OwnedWork, Services
from orchd.features.gateway import RequestPlaces
from orchd.features.mcp.asking.inner_client import FrameRooms
from orchd.features.mcp.pages import McpPages
from orchd.features.mcp.service import CallerRooms, McpCalls
from orchd.features.mcp.tools import all_tools
from orchd.features.verification import Verification
from orchd.guard import Supervisor
from orchd.server.entry.page import Pages
from orchd.server.session import SessionServices
from orchd.settings.entry.mcp import McpSettings

__all__ = ["OpenMcp", "open_mcp"]


class OpenMcp(NamedTuple):
    """The tools, at work."""

    work: OwnedWork
    pages: Callable[[SessionServices], Pages]
    """Their page, by what sessions have: tools ask as they do."""


@asynccontextmanager
async def open_mcp(
    services: Services, settings: McpSettings, verification: Verification
) -> AsyncIterator[OpenFeatures[OpenMcp]]:
    """Have tools called while the block lasts."""
    async with trio.open_nursery() as nursery:
        supervisor = Supervisor(nursery, services.troubles)
        calls = McpCalls(supervisor, settings.call_seconds, all_tools(verification, services.database))
        memory = MemoryBudget(settings.memory_bytes, "bodies of requests", "user")

        def pages(wire: SessionServices) -> Pages:
            if not settings.enabled:
                return {}
            frames = FrameRooms(wire.codec.commands, wire.router, wire.hub, wire.tell_refusal)
            rooms, places = CallerRooms(frames, wire.doorkeeper), RequestPlaces(wire.shares, memory)
            return McpPages(calls, rooms, places, settings).routes()

        work = OwnedWork(_nothing, calls.drain, lambda _peer: False, calls.running)
        yield OpenFeatures(OpenMcp(work, pages), {})
        nursery.cancel_scope.cancel()


async def _nothing() -> None:
    """A call ends with the daemon; what it has begun is taken over by whom it belongs to."""
