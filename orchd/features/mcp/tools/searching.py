"""Searching for words in what people have stored."""

from typing import Annotated

from msgspec import Meta, Struct

from orchd.features.mcp.asking.call import McpCall
from orchd.features.mcp.tools.tool import McpTool, ToolArguments, ToolResult
from orchd.protocol.types import RowId, Timestamp


class SearchArguments(ToolArguments, frozen=True, kw_only=True):
    """What is searched for."""

    query: Annotated[
        str, Meta(min_length=1, max_length=500, description='Words, all of which must be there; "in quotes" together.')
    ]
    kinds: Annotated[
        Annotated[tuple[Annotated[str, Meta(min_length=1, max_length=32)], ...], Meta(min_length=1, max_length=32)]
        | None,
        Meta(description="Only these: `message`, `conversation`, `task`, `assistant` and others; left out, all."),
    ] = None
    limit: Annotated[int, Meta(ge=1, le=50, description="How many at most.")] = 20


class FoundRow(Struct, frozen=True, rename="camel"):
    """Something that has these words."""

    kind: str
    id: RowId
    conversation_id: Annotated[RowId | None, Meta(description="The conversation that it is in, or is.")]
    title: str
    excerpt: str
    changed_at: Timestamp


class SearchResult(ToolResult, frozen=True):
    """What was found, the best first."""

    items: list[FoundRow]


async def search(call: McpCall, arguments: SearchArguments) -> SearchResult:
    """Return what the caller may see."""
    members = {"query": arguments.query, "kinds": arguments.kinds, "limit": arguments.limit}
    return await call.client.ask("search", SearchResult, members)


SEARCH = McpTool(
    "search",
    "Search",
    "Searches for words in one's messages, conversations, tasks and whatever else is stored.",
    SearchArguments,
    SearchResult,
    ("search",),
    search,
    reads=True,
)
