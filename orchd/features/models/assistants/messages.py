"""Frames of assistants: a model with a part to play."""

from typing import Annotated, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType

from orchd.protocol.page import PageSize
from orchd.protocol.types import ClientPayload, Count, ModelName, RowId, ServerPayload, Timestamp

AssistantName: TypeAlias = Annotated[str, Meta(min_length=1, max_length=200)]
AssistantDescription: TypeAlias = Annotated[str, Meta(max_length=4_000)]
AssistantCategory: TypeAlias = Annotated[str, Meta(max_length=100)]
Fallbacks: TypeAlias = Annotated[tuple[ModelName, ...], Meta(max_length=16)]
SystemPrompt: TypeAlias = Annotated[str, Meta(max_length=200_000)]
AssistantCapability: TypeAlias = Annotated[str, Meta(min_length=1, max_length=64)]
Capabilities: TypeAlias = Annotated[tuple[AssistantCapability, ...], Meta(max_length=32)]


class AssistantCreate(ClientPayload, frozen=True):
    """`assistant:create`: `model` and, when that isn't available, `fallbacks` in order; neither need be there now.

    `category` is free; research, writing, code, validation and analysis are what other parts of the daemon look for.
    `projectId`: the project whose members share it.
    """

    name: AssistantName
    system_prompt: SystemPrompt = ""
    description: AssistantDescription = ""
    category: AssistantCategory = ""
    model: ModelName | None = None
    fallbacks: Fallbacks = ()
    capabilities: Capabilities = ()
    active: bool = True
    project_id: RowId | None = None


class AssistantGet(ClientPayload, frozen=True):
    """`assistant:get`: one assistant."""

    assistant_id: RowId


class AssistantList(ClientPayload, frozen=True):
    """`assistant:list`: by name; `cursor` is the `nextCursor` of the page before."""

    category: AssistantCategory | None = None
    active: bool | None = None
    limit: PageSize = 50
    cursor: AssistantName | None = None


class AssistantUpdate(ClientPayload, frozen=True):
    """`assistant:update`: change the members that are given; null takes the `model` away, or it out of its project."""

    assistant_id: RowId
    name: AssistantName | UnsetType = UNSET
    system_prompt: SystemPrompt | UnsetType = UNSET
    description: AssistantDescription | UnsetType = UNSET
    category: AssistantCategory | UnsetType = UNSET
    model: ModelName | UnsetType | None = UNSET
    fallbacks: Fallbacks | UnsetType = UNSET
    capabilities: Capabilities | UnsetType = UNSET
    active: bool | UnsetType = UNSET
    project_id: RowId | UnsetType | None = UNSET


class AssistantDelete(ClientPayload, frozen=True):
    """`assistant:delete`: remove an assistant."""

    assistant_id: RowId


class AssistantItem(Struct, frozen=True, rename="camel"):
    """An assistant as it is stored."""

    id: RowId
    name: str
    description: str
    category: str
    model: str | None
    fallbacks: tuple[str, ...]
    system_prompt: str
    capabilities: tuple[str, ...]
    active: bool
    user_id: Count
    project_id: RowId | None
    created_at: Timestamp
    updated_at: Timestamp


class AssistantPage(ServerPayload, frozen=True):
    """The reply to `assistant:list`; `nextCursor` is null on the last page."""

    items: list[AssistantItem]
    next_cursor: str | None


class AssistantDeleted(ServerPayload, frozen=True):
    """The reply to `assistant:delete`."""

    assistant_id: RowId
