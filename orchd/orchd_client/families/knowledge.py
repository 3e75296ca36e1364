"""Requests whose type begins with `knowledge`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import UNSET, UnsetType

from ..data.knowledge import (
    Knowledge,
    KnowledgeChanged,
    KnowledgeCreate,
    KnowledgeDelete,
    KnowledgeDeleted,
    KnowledgeGet,
    KnowledgeList,
    KnowledgeOrder,
    KnowledgePage,
    KnowledgeRestore,
    KnowledgeSource,
    KnowledgeSourceChanged,
    KnowledgeSourceCreate,
    KnowledgeSourceDelete,
    KnowledgeSourceDeleted,
    KnowledgeSourceGet,
    KnowledgeSourceList,
    KnowledgeSourceOrder,
    KnowledgeSourcePage,
    KnowledgeSourceRestore,
    KnowledgeSourceSubscribe,
    KnowledgeSourceSubscribed,
    KnowledgeSourceUnsubscribe,
    KnowledgeSourceUnsubscribed,
    KnowledgeSourceUpdate,
    KnowledgeSubscribe,
    KnowledgeSubscribed,
    KnowledgeUnsubscribe,
    KnowledgeUnsubscribed,
    KnowledgeUpdate,
    SourceType,
)
from ..runtime.facts import Call, FollowTerms
from ..runtime.link import Link
from ..runtime.streams import Subscription

_KNOWLEDGE_SOURCE_CREATE = Call("knowledge:source:create", "knowledge:source:create", KnowledgeSource)
_KNOWLEDGE_SOURCE_GET = Call("knowledge:source:get", "knowledge:source:get", KnowledgeSource, safe=True)
_KNOWLEDGE_SOURCE_LIST = Call("knowledge:source:list", "knowledge:source:list", KnowledgeSourcePage, safe=True)
_KNOWLEDGE_SOURCE_UPDATE = Call("knowledge:source:update", "knowledge:source:update", KnowledgeSource)
_KNOWLEDGE_SOURCE_DELETE = Call("knowledge:source:delete", "knowledge:source:delete", KnowledgeSourceDeleted)
_KNOWLEDGE_SOURCE_RESTORE = Call("knowledge:source:restore", "knowledge:source:restore", KnowledgeSource)
_KNOWLEDGE_SOURCE_SUBSCRIBE = Call(
    "knowledge:source:subscribe",
    "knowledge:source:subscribe",
    KnowledgeSourceSubscribed,
    safe=True,
)
_KNOWLEDGE_SOURCE_SUBSCRIBE_TERMS = FollowTerms(
    pushes=frozenset({"knowledge:source:changed"}),
    end=Call("knowledge:source:unsubscribe", "knowledge:source:unsubscribe", KnowledgeSourceUnsubscribed),
    end_data=lambda _: KnowledgeSourceUnsubscribe(),
    since="since",
    number="number",
    recovered="recovered",
)
_KNOWLEDGE_SOURCE_UNSUBSCRIBE = Call(
    "knowledge:source:unsubscribe",
    "knowledge:source:unsubscribe",
    KnowledgeSourceUnsubscribed,
    safe=True,
)
_KNOWLEDGE_CREATE = Call("knowledge:create", "knowledge:create", Knowledge)
_KNOWLEDGE_GET = Call("knowledge:get", "knowledge:get", Knowledge, safe=True)
_KNOWLEDGE_LIST = Call("knowledge:list", "knowledge:list", KnowledgePage, safe=True)
_KNOWLEDGE_UPDATE = Call("knowledge:update", "knowledge:update", Knowledge)
_KNOWLEDGE_DELETE = Call("knowledge:delete", "knowledge:delete", KnowledgeDeleted)
_KNOWLEDGE_RESTORE = Call("knowledge:restore", "knowledge:restore", Knowledge)
_KNOWLEDGE_SUBSCRIBE = Call("knowledge:subscribe", "knowledge:subscribe", KnowledgeSubscribed, safe=True)
_KNOWLEDGE_SUBSCRIBE_TERMS = FollowTerms(
    pushes=frozenset({"knowledge:changed"}),
    end=Call("knowledge:unsubscribe", "knowledge:unsubscribe", KnowledgeUnsubscribed),
    end_data=lambda _: KnowledgeUnsubscribe(),
    since="since",
    number="number",
    recovered="recovered",
)
_KNOWLEDGE_UNSUBSCRIBE = Call("knowledge:unsubscribe", "knowledge:unsubscribe", KnowledgeUnsubscribed, safe=True)


class KnowledgeSourceRequests:
    """`client.knowledge.source`."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def create(
        self,
        *,
        knowledge_id: int,
        type: SourceType | None = None,
        title: str | None = None,
        content: str | None = None,
        url: str | None = None,
        metadata: Mapping[str, str | int | float | bool | None] | None = None,
        active: bool | None = None,
    ) -> KnowledgeSource:
        """`knowledge:source:create`: store a knowledge source.

        Where some of what is known comes from. It is recorded only: the daemon doesn't fetch it yet.

        Needs the right `change`, of a token the scope `workspace`.

        May raise `NotFoundError`, `ConflictError`, `TooLargeError`, besides what any request may.
        """
        data = KnowledgeSourceCreate(
            knowledge_id=knowledge_id,
            type=type,
            title=title,
            content=content,
            url=url,
            metadata=metadata,
            active=active,
        )
        return await self._link.request(_KNOWLEDGE_SOURCE_CREATE, data)

    async def get(self, *, knowledge_source_id: int) -> KnowledgeSource:
        """`knowledge:source:get`: one of them.

        Needs the right `read`, of a token the scope `workspace`.

        May raise `NotFoundError`, besides what any request may.
        """
        data = KnowledgeSourceGet(knowledge_source_id=knowledge_source_id)
        return await self._link.request(_KNOWLEDGE_SOURCE_GET, data)

    async def list(
        self,
        *,
        type: SourceType | None = None,
        active: bool | None = None,
        knowledge_id: int | None = None,
        order: KnowledgeSourceOrder | None = None,
        descending: bool | None = None,
        deleted: bool | None = None,
        total: bool | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> KnowledgeSourcePage:
        """`knowledge:source:list`: knowledge sources, those that the given members fit; `cursor` is the `nextCursor` of
        the page before.

        Needs the right `read`, of a token the scope `workspace`.

        May raise `NotFoundError`, besides what any request may.
        """
        data = KnowledgeSourceList(
            type=type,
            active=active,
            knowledge_id=knowledge_id,
            order=order,
            descending=descending,
            deleted=deleted,
            total=total,
            limit=limit,
            cursor=cursor,
        )
        return await self._link.request(_KNOWLEDGE_SOURCE_LIST, data)

    async def update(
        self,
        *,
        knowledge_source_id: int,
        version: int | None = None,
        type: SourceType | None = None,
        title: str | None = None,
        content: str | None = None,
        url: str | None | UnsetType = UNSET,
        metadata: Mapping[str, str | int | float | bool | None] | None = None,
        active: bool | None = None,
    ) -> KnowledgeSource:
        """`knowledge:source:update`: change the members that are given; null clears. With `version` only if it is still
        that one.

        Needs the right `change`, of a token the scope `workspace`.

        May raise `NotFoundError`, `ConflictError`, `TooLargeError`, besides what any request may.
        """
        data = KnowledgeSourceUpdate(
            knowledge_source_id=knowledge_source_id,
            version=version,
            type=type,
            title=title,
            content=content,
            url=url,
            metadata=metadata,
            active=active,
        )
        return await self._link.request(_KNOWLEDGE_SOURCE_UPDATE, data)

    async def delete(self, *, knowledge_source_id: int) -> KnowledgeSourceDeleted:
        """`knowledge:source:delete`: remove a knowledge source; for some time it can be restored.

        Needs the right `change`, of a token the scope `workspace`.

        May raise `NotFoundError`, besides what any request may.
        """
        data = KnowledgeSourceDelete(knowledge_source_id=knowledge_source_id)
        return await self._link.request(_KNOWLEDGE_SOURCE_DELETE, data)

    async def restore(self, *, knowledge_source_id: int) -> KnowledgeSource:
        """`knowledge:source:restore`: have a knowledge source back that was removed.

        Needs the right `change`, of a token the scope `workspace`.

        May raise `NotFoundError`, `ConflictError`, besides what any request may.
        """
        data = KnowledgeSourceRestore(knowledge_source_id=knowledge_source_id)
        return await self._link.request(_KNOWLEDGE_SOURCE_RESTORE, data)

    def subscribe(self, *, since: int | None = None) -> Subscription[KnowledgeSourceSubscribed, KnowledgeSourceChanged]:
        """`knowledge:source:subscribe`: be told what becomes of knowledge sources. With `since`, also what has become
        of them after that change.

        Needs the right `read`, of a token the scope `workspace`.
        """
        data = KnowledgeSourceSubscribe(since=since)
        return Subscription(self._link, _KNOWLEDGE_SOURCE_SUBSCRIBE, data, _KNOWLEDGE_SOURCE_SUBSCRIBE_TERMS)

    async def unsubscribe(self) -> KnowledgeSourceUnsubscribed:
        """`knowledge:source:unsubscribe`: be told no more what becomes of knowledge sources.

        Needs the right `read`, of a token the scope `workspace`.
        """
        data = KnowledgeSourceUnsubscribe()
        return await self._link.request(_KNOWLEDGE_SOURCE_UNSUBSCRIBE, data)


class KnowledgeRequests:
    """`client.knowledge`."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self.source = KnowledgeSourceRequests(link)

    async def create(
        self,
        *,
        title: str,
        project_id: int | None = None,
        description: str | None = None,
        category: str | None = None,
        tags: Sequence[str] | None = None,
        content: str | None = None,
        active: bool | None = None,
    ) -> Knowledge:
        """`knowledge:create`: store a knowledge.

        Something that is known, to be used again: a text of its own, and sources.

        Needs the right `change`, of a token the scope `workspace`.

        May raise `NotFoundError`, `ConflictError`, `TooLargeError`, besides what any request may.
        """
        data = KnowledgeCreate(
            project_id=project_id,
            title=title,
            description=description,
            category=category,
            tags=tags,
            content=content,
            active=active,
        )
        return await self._link.request(_KNOWLEDGE_CREATE, data)

    async def get(self, *, knowledge_id: int) -> Knowledge:
        """`knowledge:get`: one of them.

        Needs the right `read`, of a token the scope `workspace`.

        May raise `NotFoundError`, besides what any request may.
        """
        data = KnowledgeGet(knowledge_id=knowledge_id)
        return await self._link.request(_KNOWLEDGE_GET, data)

    async def list(
        self,
        *,
        category: str | None = None,
        active: bool | None = None,
        project_id: int | None = None,
        order: KnowledgeOrder | None = None,
        descending: bool | None = None,
        deleted: bool | None = None,
        total: bool | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> KnowledgePage:
        """`knowledge:list`: pieces of knowledge, those that the given members fit; `cursor` is the `nextCursor` of the
        page before.

        Needs the right `read`, of a token the scope `workspace`.
        """
        data = KnowledgeList(
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
        return await self._link.request(_KNOWLEDGE_LIST, data)

    async def update(
        self,
        *,
        knowledge_id: int,
        version: int | None = None,
        project_id: int | None | UnsetType = UNSET,
        title: str | None = None,
        description: str | None = None,
        category: str | None = None,
        tags: Sequence[str] | None = None,
        content: str | None = None,
        active: bool | None = None,
    ) -> Knowledge:
        """`knowledge:update`: change the members that are given; null clears. With `version` only if it is still that
        one.

        Needs the right `change`, of a token the scope `workspace`.

        May raise `NotFoundError`, `ConflictError`, `TooLargeError`, besides what any request may.
        """
        data = KnowledgeUpdate(
            knowledge_id=knowledge_id,
            version=version,
            project_id=project_id,
            title=title,
            description=description,
            category=category,
            tags=tags,
            content=content,
            active=active,
        )
        return await self._link.request(_KNOWLEDGE_UPDATE, data)

    async def delete(self, *, knowledge_id: int) -> KnowledgeDeleted:
        """`knowledge:delete`: remove a knowledge; for some time it can be restored.

        Needs the right `change`, of a token the scope `workspace`.

        May raise `NotFoundError`, besides what any request may.
        """
        data = KnowledgeDelete(knowledge_id=knowledge_id)
        return await self._link.request(_KNOWLEDGE_DELETE, data)

    async def restore(self, *, knowledge_id: int) -> Knowledge:
        """`knowledge:restore`: have a knowledge back that was removed.

        Needs the right `change`, of a token the scope `workspace`.

        May raise `NotFoundError`, `ConflictError`, besides what any request may.
        """
        data = KnowledgeRestore(knowledge_id=knowledge_id)
        return await self._link.request(_KNOWLEDGE_RESTORE, data)

    def subscribe(self, *, since: int | None = None) -> Subscription[KnowledgeSubscribed, KnowledgeChanged]:
        """`knowledge:subscribe`: be told what becomes of pieces of knowledge. With `since`, also what has become of
        them after that change.

        Needs the right `read`, of a token the scope `workspace`.
        """
        data = KnowledgeSubscribe(since=since)
        return Subscription(self._link, _KNOWLEDGE_SUBSCRIBE, data, _KNOWLEDGE_SUBSCRIBE_TERMS)

    async def unsubscribe(self) -> KnowledgeUnsubscribed:
        """`knowledge:unsubscribe`: be told no more what becomes of pieces of knowledge.

        Needs the right `read`, of a token the scope `workspace`.
        """
        data = KnowledgeUnsubscribe()
        return await self._link.request(_KNOWLEDGE_UNSUBSCRIBE, data)
