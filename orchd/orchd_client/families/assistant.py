"""Requests whose type begins with `assistant`."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET, UnsetType

from ..data.assistant import (
    AssistantChanged,
    AssistantCreate,
    AssistantDelete,
    AssistantDeleted,
    AssistantGet,
    AssistantItem,
    AssistantList,
    AssistantOrder,
    AssistantPage,
    AssistantRestore,
    AssistantSubscribe,
    AssistantSubscribed,
    AssistantUnsubscribe,
    AssistantUnsubscribed,
    AssistantUpdate,
)
from ..runtime.facts import Call, FollowTerms
from ..runtime.link import Link
from ..runtime.streams import Subscription

_ASSISTANT_CREATE = Call("assistant:create", "assistant:create", AssistantItem)
_ASSISTANT_GET = Call("assistant:get", "assistant:get", AssistantItem, safe=True)
_ASSISTANT_LIST = Call("assistant:list", "assistant:list", AssistantPage, safe=True)
_ASSISTANT_UPDATE = Call("assistant:update", "assistant:update", AssistantItem)
_ASSISTANT_DELETE = Call("assistant:delete", "assistant:delete", AssistantDeleted)
_ASSISTANT_RESTORE = Call("assistant:restore", "assistant:restore", AssistantItem)
_ASSISTANT_SUBSCRIBE = Call("assistant:subscribe", "assistant:subscribe", AssistantSubscribed, safe=True)
_ASSISTANT_SUBSCRIBE_TERMS = FollowTerms(
    pushes=frozenset({"assistant:changed"}),
    end=Call("assistant:unsubscribe", "assistant:unsubscribe", AssistantUnsubscribed),
    end_data=lambda _: AssistantUnsubscribe(),
    since="since",
    number="number",
    recovered="recovered",
)
_ASSISTANT_UNSUBSCRIBE = Call("assistant:unsubscribe", "assistant:unsubscribe", AssistantUnsubscribed, safe=True)


class AssistantRequests:
    """`client.assistant`."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def create(
        self,
        *,
        name: str,
        project_id: int | None = None,
        description: str | None = None,
        category: str | None = None,
        model: str | None = None,
        fallbacks: Sequence[str] | None = None,
        system_prompt: str | None = None,
        capabilities: Sequence[str] | None = None,
        active: bool | None = None,
    ) -> AssistantItem:
        """`assistant:create`: store an assistant.

        An assistant: `model` plays its part or, when that isn't available, `fallbacks` in order; neither need be there.

        `category` is free; research, writing, code, validation and analysis are what other parts of the daemon look
        for.

        Needs the right `change`, of a token the scope `workspace`.

        May raise `NotFoundError`, `ConflictError`, `TooLargeError`, besides what any request may.
        """
        data = AssistantCreate(
            project_id=project_id,
            name=name,
            description=description,
            category=category,
            model=model,
            fallbacks=fallbacks,
            system_prompt=system_prompt,
            capabilities=capabilities,
            active=active,
        )
        return await self._link.request(_ASSISTANT_CREATE, data)

    async def get(self, *, assistant_id: int) -> AssistantItem:
        """`assistant:get`: one of them.

        Needs the right `read`, of a token the scope `workspace`.

        May raise `NotFoundError`, besides what any request may.
        """
        data = AssistantGet(assistant_id=assistant_id)
        return await self._link.request(_ASSISTANT_GET, data)

    async def list(
        self,
        *,
        category: str | None = None,
        active: bool | None = None,
        project_id: int | None = None,
        order: AssistantOrder | None = None,
        descending: bool | None = None,
        deleted: bool | None = None,
        total: bool | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> AssistantPage:
        """`assistant:list`: assistants, those that the given members fit; `cursor` is the `nextCursor` of the page
        before.

        Needs the right `read`, of a token the scope `workspace`.
        """
        data = AssistantList(
            category=category,
            active=active,
            project_id=project_id,
            order=order,
            descending=descending,
            deleted=deleted,
            total=total,
            limit=limit,
            cursor=cursor,
        )
        return await self._link.request(_ASSISTANT_LIST, data)

    async def update(
        self,
        *,
        assistant_id: int,
        version: int | None = None,
        project_id: int | None | UnsetType = UNSET,
        name: str | None = None,
        description: str | None = None,
        category: str | None = None,
        model: str | None | UnsetType = UNSET,
        fallbacks: Sequence[str] | None = None,
        system_prompt: str | None = None,
        capabilities: Sequence[str] | None = None,
        active: bool | None = None,
    ) -> AssistantItem:
        """`assistant:update`: change the members that are given; null clears. With `version` only if it is still that
        one.

        Needs the right `change`, of a token the scope `workspace`.

        May raise `NotFoundError`, `ConflictError`, `TooLargeError`, besides what any request may.
        """
        data = AssistantUpdate(
            assistant_id=assistant_id,
            version=version,
            project_id=project_id,
            name=name,
            description=description,
            category=category,
            model=model,
            fallbacks=fallbacks,
            system_prompt=system_prompt,
            capabilities=capabilities,
            active=active,
        )
        return await self._link.request(_ASSISTANT_UPDATE, data)

    async def delete(self, *, assistant_id: int) -> AssistantDeleted:
        """`assistant:delete`: remove an assistant; for some time it can be restored.

        Needs the right `change`, of a token the scope `workspace`.

        May raise `NotFoundError`, besides what any request may.
        """
        data = AssistantDelete(assistant_id=assistant_id)
        return await self._link.request(_ASSISTANT_DELETE, data)

    async def restore(self, *, assistant_id: int) -> AssistantItem:
        """`assistant:restore`: have an assistant back that was removed.

        Needs the right `change`, of a token the scope `workspace`.

        May raise `NotFoundError`, `ConflictError`, besides what any request may.
        """
        data = AssistantRestore(assistant_id=assistant_id)
        return await self._link.request(_ASSISTANT_RESTORE, data)

    def subscribe(self, *, since: int | None = None) -> Subscription[AssistantSubscribed, AssistantChanged]:
        """`assistant:subscribe`: be told what becomes of assistants. With `since`, also what has become of them after
        that change.

        Needs the right `read`, of a token the scope `workspace`.
        """
        data = AssistantSubscribe(since=since)
        return Subscription(self._link, _ASSISTANT_SUBSCRIBE, data, _ASSISTANT_SUBSCRIBE_TERMS)

    async def unsubscribe(self) -> AssistantUnsubscribed:
        """`assistant:unsubscribe`: be told no more what becomes of assistants.

        Needs the right `read`, of a token the scope `workspace`.
        """
        data = AssistantUnsubscribe()
        return await self._link.request(_ASSISTANT_UNSUBSCRIBE, data)
