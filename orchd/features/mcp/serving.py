"""All that answers clients, loaded and made when the first one asks for something."""

from orchd.budget import MemoryBudget
from orchd.features.feature import Services
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


def make_calls(
    services: Services, settings: McpSettings, supervisor: Supervisor, verification: Verification
) -> McpCalls:
    """Return what runs calls of the tools while the `supervisor`'s nursery is open."""
    return McpCalls(supervisor, settings.call_seconds, all_tools(verification, services.database))


def make_pages(calls: McpCalls, wire: SessionServices, memory: MemoryBudget, settings: McpSettings) -> Pages:
    """Return the one page."""
    frames = FrameRooms(wire.codec.commands, wire.router, wire.hub, wire.tell_refusal)
    rooms, places = CallerRooms(frames, wire.doorkeeper), RequestPlaces(wire.shares, memory)
    return McpPages(calls, rooms, places, settings).routes()
