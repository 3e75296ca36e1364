"""MCP: orchd's own tools for any client of the Model Context Protocol, at `POST /mcp` on the same port.

No frames, no tables. `rpc` is the protocol's messages, `pages` the way of each, `service` the calls that run; a tool of
`tools/` asks by frames, from within (`asking/`), so that it may do what its caller may and no more. All of it is loaded
with the first request, by `serving`.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import NamedTuple

import trio

from orchd.budget import MemoryBudget
from orchd.features.feature import OpenFeatures, OwnedWork, Services
from orchd.features.late_work import LateWork
from orchd.features.mcp import serving
from orchd.features.verification import Verification
from orchd.guard import Supervisor
from orchd.server.entry.page import LatePart
from orchd.server.session import SessionServices
from orchd.settings.entry.mcp import McpSettings

__all__ = ["OpenMcp", "open_mcp"]


class OpenMcp(NamedTuple):
    """The tools, at work."""

    work: OwnedWork
    pages: Callable[[SessionServices], Mapping[str, LatePart]]
    """Their page, by what sessions have: tools ask as they do."""


@asynccontextmanager
async def open_mcp(
    services: Services, settings: McpSettings, verification: Verification
) -> AsyncIterator[OpenFeatures[OpenMcp]]:
    """Have tools called while the block lasts."""
    async with trio.open_nursery() as nursery:
        supervisor = Supervisor(nursery, services.troubles)
        calls = LateWork(lambda: serving.make_calls(services, settings, supervisor, verification))
        memory = MemoryBudget(settings.memory_bytes, "bodies of requests", "user")

        def pages(wire: SessionServices) -> Mapping[str, LatePart]:
            return {"mcp": lambda: serving.make_pages(calls.get(), wire, memory, settings)} if settings.enabled else {}

        work = OwnedWork(_nothing, calls.drain, lambda _peer: False, calls.running)
        yield OpenFeatures(OpenMcp(work, pages), {})
        nursery.cancel_scope.cancel()


async def _nothing() -> None:
    """A call ends with the daemon; what it has begun is taken over by whom it belongs to."""
