"""The models of all model servers."""

from typing import Annotated

from msgspec import Meta, Struct

from orchd.features.mcp.asking.call import McpCall
from orchd.features.mcp.tools.tool import McpTool, ToolArguments, ToolResult
from orchd.protocol.types import Count

MOST_PAGES = 10


class ListedModel(Struct, frozen=True, rename="camel"):
    """A model."""

    name: Annotated[str, Meta(description="What `model` of other tools takes.")]
    backend: Annotated[str, Meta(description="The model server that has it.")]
    purpose: Annotated[str, Meta(description="What it is for: `chat`, or something else.")]
    state: Annotated[str, Meta(description="Whether it is in memory.")]
    context: Annotated[Count | None, Meta(description="Tokens of its context, as it is loaded; null where unknown.")]
    max_context: Annotated[Count | None, Meta(description="Tokens that its context can have.")]
    parameters: str | None
    capabilities: list[str]
    reason: Annotated[str | None, Meta(description="Why its server does not answer; null while it does.")]


class ModelArguments(ToolArguments, frozen=True):
    """Which models are listed."""

    refresh: Annotated[bool, Meta(description="Ask the model servers now instead of telling what is known.")] = False


class ModelListing(ToolResult, frozen=True):
    """Models."""

    models: list[ListedModel]


class _ModelPage(Struct, rename="camel"):
    models: list[ListedModel]
    next_cursor: str | None = None


async def list_models(call: McpCall, arguments: ModelArguments) -> ModelListing:
    """Return those that the caller may use."""
    found: list[ListedModel] = []
    asked: dict[str, object] = {"refresh": arguments.refresh}
    for _ in range(MOST_PAGES):
        page = await call.client.ask("model:list", _ModelPage, asked)
        found += page.models
        if page.next_cursor is None:
            break
        asked = {"cursor": page.next_cursor}
    return ModelListing(found)


LIST_MODELS = McpTool(
    "list_models",
    "List models",
    "Lists the models that can be asked by `chat` and `run_task`, with their context lengths.",
    ModelArguments,
    ModelListing,
    ("model:list",),
    list_models,
    reads=True,
)
