"""The assistants that somebody may chat with: found by name, as by programs that ask `/v1` for `assistant:NAME`.

What they are told is not shown: that takes the right to `assistant:list`, which a token for chats has not.
"""

from functools import partial
from typing import Annotated

from msgspec import Meta, Struct

from orchd.entity import owner_of
from orchd.errors import NotFound
from orchd.features.mcp.asking.call import McpCall
from orchd.features.mcp.tools.tool import McpTool, ToolArguments, ToolResult
from orchd.features.models import AssistantItem, assistants, find_assistant
from orchd.protocol.identity import Identity
from orchd.protocol.types import RowId
from orchd.storage import Database

MOST_LISTED = 200
NEEDS = ("conversation:list", "assistant:list")
"""Whoever may read of chats may know with whom they can be had."""


class ListedAssistant(Struct, frozen=True, rename="camel"):
    """An assistant."""

    id: RowId
    name: Annotated[str, Meta(description="What `assistant` of the tool `chat` takes.")]
    description: str
    category: str
    model: Annotated[str | None, Meta(description="The model that plays it; null where the daemon chooses.")]


class NoArguments(ToolArguments, frozen=True):
    """Nothing has to be said."""


class AssistantListing(ToolResult, frozen=True):
    """Assistants, by name."""

    assistants: list[ListedAssistant]


class AssistantNames:
    """Finds the active assistants that somebody sees."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def show(self, call: McpCall, _arguments: NoArguments) -> AssistantListing:
        """Return the first of them. Raises `Unavailable`."""
        return AssistantListing(await self._list(call.client.identity))

    async def find(self, who: Identity, name: str) -> ListedAssistant:
        """Return the one of this name; one whose case differs if there is none. Raises `NotFound`, `Unavailable`."""
        exact = await self._database.read(find_assistant, owner_of(who), name)
        if exact is not None:
            return _show(exact)
        alike = (each for each in await self._list(who) if each.name.casefold() == name.casefold())
        if (found := next(alike, None)) is None:
            raise NotFound(f"there is no assistant called {name}", field="assistant")
        return found

    async def _list(self, who: Identity) -> list[ListedAssistant]:
        found = await self._database.read(partial(assistants, owner_of(who), None, True, MOST_LISTED))
        return [_show(each) for each in found]


def _show(item: AssistantItem) -> ListedAssistant:
    return ListedAssistant(item.id, item.name, item.description, item.category, item.model)


def list_assistants(names: AssistantNames) -> McpTool[NoArguments, AssistantListing]:
    """Return the tool."""
    return McpTool(
        "list_assistants",
        "List assistants",
        "Lists the assistants that `chat` can be asked to play: models with a role, given to them by people.",
        NoArguments,
        AssistantListing,
        (),
        names.show,
        either=NEEDS,
        reads=True,
    )
