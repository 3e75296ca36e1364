"""Requests whose type begins with `conversation`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import UNSET, UnsetType

from ..data.conversation import (
    ConversationChanged,
    ConversationCreate,
    ConversationDelete,
    ConversationDeleted,
    ConversationDuplicate,
    ConversationExport,
    ConversationExported,
    ConversationGet,
    ConversationImport,
    ConversationImportChanged,
    ConversationImportDelete,
    ConversationImportDeleted,
    ConversationImportGet,
    ConversationImportItem,
    ConversationImportList,
    ConversationImportOrder,
    ConversationImportPage,
    ConversationImportReport,
    ConversationImportReportRequest,
    ConversationImportRestore,
    ConversationImportSubscribe,
    ConversationImportSubscribed,
    ConversationImportUnsubscribe,
    ConversationImportUnsubscribed,
    ConversationItem,
    ConversationLabelCounts,
    ConversationLabels,
    ConversationList,
    ConversationOrder,
    ConversationPage,
    ConversationParamsDraft,
    ConversationRestore,
    ConversationSubscribe,
    ConversationSubscribed,
    ConversationUnsubscribe,
    ConversationUnsubscribed,
    ConversationUpdate,
    CopiedBranches,
    ExportFormat,
    ImportOutcome,
    ImportStatus,
)
from ..runtime.facts import Call, FollowTerms
from ..runtime.link import Link
from ..runtime.streams import Subscription

_CONVERSATION_IMPORT = Call("conversation:import", "conversation:import", ConversationImportItem)
_CONVERSATION_IMPORT_REPORT = Call(
    "conversation:import:report",
    "conversation:import:report",
    ConversationImportReport,
    safe=True,
)
_CONVERSATION_IMPORT_GET = Call("conversation:import:get", "conversation:import:get", ConversationImportItem, safe=True)
_CONVERSATION_IMPORT_LIST = Call(
    "conversation:import:list",
    "conversation:import:list",
    ConversationImportPage,
    safe=True,
)
_CONVERSATION_IMPORT_DELETE = Call(
    "conversation:import:delete",
    "conversation:import:delete",
    ConversationImportDeleted,
)
_CONVERSATION_IMPORT_RESTORE = Call(
    "conversation:import:restore",
    "conversation:import:restore",
    ConversationImportItem,
)
_CONVERSATION_IMPORT_SUBSCRIBE = Call(
    "conversation:import:subscribe",
    "conversation:import:subscribe",
    ConversationImportSubscribed,
    safe=True,
)
_CONVERSATION_IMPORT_SUBSCRIBE_TERMS = FollowTerms(
    pushes=frozenset({"conversation:import:changed"}),
    end=Call("conversation:import:unsubscribe", "conversation:import:unsubscribe", ConversationImportUnsubscribed),
    end_data=lambda _: ConversationImportUnsubscribe(),
    since="since",
    number="number",
    recovered="recovered",
)
_CONVERSATION_IMPORT_UNSUBSCRIBE = Call(
    "conversation:import:unsubscribe",
    "conversation:import:unsubscribe",
    ConversationImportUnsubscribed,
    safe=True,
)
_CONVERSATION_CREATE = Call("conversation:create", "conversation:create", ConversationItem)
_CONVERSATION_GET = Call("conversation:get", "conversation:get", ConversationItem, safe=True)
_CONVERSATION_LIST = Call("conversation:list", "conversation:list", ConversationPage, safe=True)
_CONVERSATION_UPDATE = Call("conversation:update", "conversation:update", ConversationItem)
_CONVERSATION_DELETE = Call("conversation:delete", "conversation:delete", ConversationDeleted)
_CONVERSATION_RESTORE = Call("conversation:restore", "conversation:restore", ConversationItem)
_CONVERSATION_SUBSCRIBE = Call("conversation:subscribe", "conversation:subscribe", ConversationSubscribed, safe=True)
_CONVERSATION_SUBSCRIBE_TERMS = FollowTerms(
    pushes=frozenset({"conversation:changed"}),
    end=Call("conversation:unsubscribe", "conversation:unsubscribe", ConversationUnsubscribed),
    end_data=lambda _: ConversationUnsubscribe(),
    since="since",
    number="number",
    recovered="recovered",
)
_CONVERSATION_UNSUBSCRIBE = Call(
    "conversation:unsubscribe",
    "conversation:unsubscribe",
    ConversationUnsubscribed,
    safe=True,
)
_CONVERSATION_LABELS = Call("conversation:labels", "conversation:labels", ConversationLabelCounts, safe=True)
_CONVERSATION_DUPLICATE = Call("conversation:duplicate", "conversation:duplicate", ConversationItem)
_CONVERSATION_EXPORT = Call("conversation:export", "conversation:export", ConversationExported, safe=True)


class ConversationImportRequests:
    """`client.conversation.import`."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def __call__(
        self,
        *,
        text: str,
        name: str | None = None,
        project_id: int | None = None,
    ) -> ConversationImportItem:
        """`conversation:import`: store the conversations of a file that is short enough for a frame; longer ones are
        sent to the page `/conversations/import`.

        Needs the right `change`, of a token the scope `chat`.

        May raise `NotFoundError`, `ConflictError`, `TooLargeError`, besides what any request may.
        """
        data = ConversationImport(text=text, name=name, project_id=project_id)
        return await self._link.request(_CONVERSATION_IMPORT, data)

    async def report(
        self,
        *,
        conversation_import_id: int,
        outcome: ImportOutcome | None = None,
        limit: int | None = None,
        cursor: int | None = None,
    ) -> ConversationImportReport:
        """`conversation:import:report`: what became of the conversations of a file, in the order in which they stand
        there. `cursor` is the `nextCursor` of the page before.

        Needs the right `read`, of a token the scope `chat`.

        May raise `NotFoundError`, besides what any request may.
        """
        data = ConversationImportReportRequest(
            conversation_import_id=conversation_import_id,
            outcome=outcome,
            limit=limit,
            cursor=cursor,
        )
        return await self._link.request(_CONVERSATION_IMPORT_REPORT, data)

    async def get(self, *, conversation_import_id: int) -> ConversationImportItem:
        """`conversation:import:get`: one of them.

        Needs the right `read`, of a token the scope `chat`.

        May raise `NotFoundError`, besides what any request may.
        """
        data = ConversationImportGet(conversation_import_id=conversation_import_id)
        return await self._link.request(_CONVERSATION_IMPORT_GET, data)

    async def list(
        self,
        *,
        status: ImportStatus | None = None,
        order: ConversationImportOrder | None = None,
        descending: bool | None = None,
        deleted: bool | None = None,
        total: bool | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> ConversationImportPage:
        """`conversation:import:list`: imports, those that the given members fit; `cursor` is the `nextCursor` of the
        page before.

        Needs the right `read`, of a token the scope `chat`.
        """
        data = ConversationImportList(
            status=status,
            order=order,
            descending=descending,
            deleted=deleted,
            total=total,
            limit=limit,
            cursor=cursor,
        )
        return await self._link.request(_CONVERSATION_IMPORT_LIST, data)

    async def delete(self, *, conversation_import_id: int) -> ConversationImportDeleted:
        """`conversation:import:delete`: remove a conversation import; for some time it can be restored.

        Needs the right `own`, of a token the scope `chat`.

        May raise `NotFoundError`, besides what any request may.
        """
        data = ConversationImportDelete(conversation_import_id=conversation_import_id)
        return await self._link.request(_CONVERSATION_IMPORT_DELETE, data)

    async def restore(self, *, conversation_import_id: int) -> ConversationImportItem:
        """`conversation:import:restore`: have a conversation import back that was removed.

        Needs the right `own`, of a token the scope `chat`.

        May raise `NotFoundError`, `ConflictError`, besides what any request may.
        """
        data = ConversationImportRestore(conversation_import_id=conversation_import_id)
        return await self._link.request(_CONVERSATION_IMPORT_RESTORE, data)

    def subscribe(
        self,
        *,
        since: int | None = None,
    ) -> Subscription[ConversationImportSubscribed, ConversationImportChanged]:
        """`conversation:import:subscribe`: be told what becomes of imports. With `since`, also what has become of them
        after that change.

        Needs the right `read`, of a token the scope `chat`.
        """
        data = ConversationImportSubscribe(since=since)
        return Subscription(self._link, _CONVERSATION_IMPORT_SUBSCRIBE, data, _CONVERSATION_IMPORT_SUBSCRIBE_TERMS)

    async def unsubscribe(self) -> ConversationImportUnsubscribed:
        """`conversation:import:unsubscribe`: be told no more what becomes of imports.

        Needs the right `read`, of a token the scope `chat`.
        """
        data = ConversationImportUnsubscribe()
        return await self._link.request(_CONVERSATION_IMPORT_UNSUBSCRIBE, data)


class ConversationRequests:
    """`client.conversation`."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self.import_ = ConversationImportRequests(link)

    async def create(
        self,
        *,
        title: str,
        project_id: int | None = None,
        model: str | None = None,
        system_prompt: str | None = None,
        assistant_id: int | None = None,
        params: ConversationParamsDraft | None = None,
        folder: str | None = None,
        tags: Sequence[str] | None = None,
        pinned: bool | None = None,
        archived: bool | None = None,
        unread: bool | None = None,
        auto_title: bool | None = None,
        metadata: Mapping[str, str | int | float | bool | None] | None = None,
    ) -> ConversationItem:
        """`conversation:create`: store a conversation.

        A conversation: its questions and answers are read by `chat:history`.

        `updatedAt` is when something was asked or answered in it last; what is changed here leaves it alone.

        Needs the right `change`, of a token the scope `chat`.

        May raise `NotFoundError`, `ConflictError`, `TooLargeError`, besides what any request may.
        """
        data = ConversationCreate(
            project_id=project_id,
            title=title,
            model=model,
            system_prompt=system_prompt,
            assistant_id=assistant_id,
            params=params,
            folder=folder,
            tags=tags,
            pinned=pinned,
            archived=archived,
            unread=unread,
            auto_title=auto_title,
            metadata=metadata,
        )
        return await self._link.request(_CONVERSATION_CREATE, data)

    async def get(self, *, conversation_id: int) -> ConversationItem:
        """`conversation:get`: one of them.

        Needs the right `read`, of a token the scope `chat`.

        May raise `NotFoundError`, besides what any request may.
        """
        data = ConversationGet(conversation_id=conversation_id)
        return await self._link.request(_CONVERSATION_GET, data)

    async def list(
        self,
        *,
        archived: bool | None = None,
        pinned: bool | None = None,
        folder: str | None = None,
        tag: str | None = None,
        project_id: int | None = None,
        order: ConversationOrder | None = None,
        descending: bool | None = None,
        deleted: bool | None = None,
        total: bool | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> ConversationPage:
        """`conversation:list`: conversations, those that the given members fit; `cursor` is the `nextCursor` of the
        page before.

        Needs the right `read`, of a token the scope `chat`.
        """
        data = ConversationList(
            archived=archived,
            pinned=pinned,
            folder=folder,
            tag=tag,
            project_id=project_id,
            order=order,
            descending=descending,
            deleted=deleted,
            total=total,
            limit=limit,
            cursor=cursor,
        )
        return await self._link.request(_CONVERSATION_LIST, data)

    async def update(
        self,
        *,
        conversation_id: int,
        version: int | None = None,
        project_id: int | None | UnsetType = UNSET,
        title: str | None = None,
        model: str | None | UnsetType = UNSET,
        system_prompt: str | None | UnsetType = UNSET,
        assistant_id: int | None | UnsetType = UNSET,
        params: ConversationParamsDraft | None | UnsetType = UNSET,
        folder: str | None = None,
        tags: Sequence[str] | None = None,
        pinned: bool | None = None,
        archived: bool | None = None,
        unread: bool | None = None,
        auto_title: bool | None = None,
        metadata: Mapping[str, str | int | float | bool | None] | None | UnsetType = UNSET,
    ) -> ConversationItem:
        """`conversation:update`: change the members that are given; null clears. With `version` only if it is still
        that one.

        Needs the right `change`, of a token the scope `chat`.

        May raise `NotFoundError`, `ConflictError`, `TooLargeError`, besides what any request may.
        """
        data = ConversationUpdate(
            conversation_id=conversation_id,
            version=version,
            project_id=project_id,
            title=title,
            model=model,
            system_prompt=system_prompt,
            assistant_id=assistant_id,
            params=params,
            folder=folder,
            tags=tags,
            pinned=pinned,
            archived=archived,
            unread=unread,
            auto_title=auto_title,
            metadata=metadata,
        )
        return await self._link.request(_CONVERSATION_UPDATE, data)

    async def delete(self, *, conversation_id: int) -> ConversationDeleted:
        """`conversation:delete`: remove a conversation; for some time it can be restored.

        Needs the right `change`, of a token the scope `chat`.

        May raise `NotFoundError`, besides what any request may.
        """
        data = ConversationDelete(conversation_id=conversation_id)
        return await self._link.request(_CONVERSATION_DELETE, data)

    async def restore(self, *, conversation_id: int) -> ConversationItem:
        """`conversation:restore`: have a conversation back that was removed.

        Needs the right `change`, of a token the scope `chat`.

        May raise `NotFoundError`, `ConflictError`, besides what any request may.
        """
        data = ConversationRestore(conversation_id=conversation_id)
        return await self._link.request(_CONVERSATION_RESTORE, data)

    def subscribe(self, *, since: int | None = None) -> Subscription[ConversationSubscribed, ConversationChanged]:
        """`conversation:subscribe`: be told what becomes of conversations. With `since`, also what has become of them
        after that change.

        Needs the right `read`, of a token the scope `chat`.
        """
        data = ConversationSubscribe(since=since)
        return Subscription(self._link, _CONVERSATION_SUBSCRIBE, data, _CONVERSATION_SUBSCRIBE_TERMS)

    async def unsubscribe(self) -> ConversationUnsubscribed:
        """`conversation:unsubscribe`: be told no more what becomes of conversations.

        Needs the right `read`, of a token the scope `chat`.
        """
        data = ConversationUnsubscribe()
        return await self._link.request(_CONVERSATION_UNSUBSCRIBE, data)

    async def labels(self, *, archived: bool | None = None) -> ConversationLabelCounts:
        """`conversation:labels`: the folders and tags of the conversations that one sees, the most frequent first.

        Needs the right `read`, of a token the scope `chat`.
        """
        data = ConversationLabels(archived=archived)
        return await self._link.request(_CONVERSATION_LABELS, data)

    async def duplicate(
        self,
        *,
        conversation_id: int,
        message_id: int | None = None,
        branches: CopiedBranches | None = None,
        title: str | None = None,
    ) -> ConversationItem:
        """`conversation:duplicate`: store a copy of a conversation that you see: your own, in no project.

        Needs the right `change`, of a token the scope `chat`.

        May raise `NotFoundError`, `ConflictError`, besides what any request may.
        """
        data = ConversationDuplicate(
            conversation_id=conversation_id,
            message_id=message_id,
            branches=branches,
            title=title,
        )
        return await self._link.request(_CONVERSATION_DUPLICATE, data)

    async def export(
        self,
        *,
        conversation_ids: Sequence[int] | None = None,
        format: ExportFormat | None = None,
        cursor: str | None = None,
    ) -> ConversationExported:
        """`conversation:export`: give conversations to be kept elsewhere, a piece of the file at a time.

        Needs the right `read`, of a token the scope `chat`.

        May raise `NotFoundError`, besides what any request may.
        """
        data = ConversationExport(conversation_ids=conversation_ids, format=format, cursor=cursor)
        return await self._link.request(_CONVERSATION_EXPORT, data)
