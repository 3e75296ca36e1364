"""The assistants that somebody has."""

from typing import Annotated

from msgspec import Meta, Struct

from orchd.errors import NotFound
from orchd.features.mcp.asking.call import McpCall
from orchd.features.mcp.asking.inner_client import InnerClient
from orchd.features.mcp.tools.tool import McpTool, ToolArguments, ToolResult
from orchd.protocol.types import RowId

AT_ONCE = 200
MOST_PAGES = 10
"""So far is an assistant looked for by its name."""


class ListedAssistant(Struct, frozen=True, rename="camel"):
    """An assistant."""

    id: RowId
    name: Annotated[str, Meta(description="What `assistant` of the tool `chat` takes.")]
    description: str
    category: str
    model: Annotated[str | None, Meta(description="The model that plays it; null where the daemon chooses.")]


class _AssistantPage(Struct, rename="camel"):
    items: list[ListedAssistant]
    next_cursor: str | None


class NoArguments(ToolArguments, frozen=True):
    """Nothing has to be said."""


class AssistantListing(ToolResult, frozen=True):
    """Assistants, by name."""

    assistants: list[ListedAssistant]


async def list_assistants(call: McpCall, _arguments: NoArguments) -> AssistantListing:
    """Return the first of them."""
    page = await call.client.ask("assistant:list", _AssistantPage, _page(None))
    return AssistantListing(page.items)


async def find_assistant(client: InnerClient, name: str) -> ListedAssistant:
    """Return the assistant of this name, whatever its case. Raises `NotFound`."""
    cursor: str | None = None
    for _ in range(MOST_PAGES):
        page = await client.ask("assistant:list", _AssistantPage, _page(cursor))
        found = next((each for each in page.items if each.name.casefold() == name.casefold()), None)
        if found is not None:
            return found
        if (cursor := page.next_cursor) is None:
            break
    raise NotFound(f"there is no assistant called {name}", field="assistant")


def _page(cursor: str | None) -> dict[str, object]:
    return {"active": True, "order": "name", "descending": False, "limit": AT_ONCE, "cursor": cursor}


LIST_ASSISTANTS = McpTool(
    "list_assistants",
    "List assistants",
    "Lists the assistants that `chat` can be asked to play: models with a role, given to them by people.",
    NoArguments,
    AssistantListing,
    ("assistant:list",),
    list_assistants,
    reads=True,
)
