"""Requests whose type begins with `file`."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from ..data.file import (
    FileChanged,
    FileDelete,
    FileDeleted,
    FileGet,
    FileItem,
    FileList,
    FileOrder,
    FilePage,
    FileRestore,
    FileSpace,
    FileSpaceUse,
    FileSubscribe,
    FileSubscribed,
    FileText,
    FileTextFacts,
    FileUnsubscribe,
    FileUnsubscribed,
    FileUpdate,
)
from ..runtime.facts import Call, FollowTerms
from ..runtime.link import Link
from ..runtime.streams import Subscription

_FILE_GET = Call("file:get", "file:get", FileItem, safe=True)
_FILE_LIST = Call("file:list", "file:list", FilePage, safe=True)
_FILE_UPDATE = Call("file:update", "file:update", FileItem)
_FILE_DELETE = Call("file:delete", "file:delete", FileDeleted)
_FILE_RESTORE = Call("file:restore", "file:restore", FileItem)
_FILE_SUBSCRIBE = Call("file:subscribe", "file:subscribe", FileSubscribed, safe=True)
_FILE_SUBSCRIBE_TERMS = FollowTerms(
    pushes=frozenset({"file:changed"}),
    end=Call("file:unsubscribe", "file:unsubscribe", FileUnsubscribed),
    end_data=lambda _: FileUnsubscribe(),
    since="since",
    number="number",
    recovered="recovered",
)
_FILE_UNSUBSCRIBE = Call("file:unsubscribe", "file:unsubscribe", FileUnsubscribed, safe=True)
_FILE_SPACE = Call("file:space", "file:space", FileSpaceUse, safe=True)
_FILE_TEXT = Call("file:text", "file:text", FileTextFacts, safe=True)


class FileRequests:
    """`client.file`."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def get(self, *, file_id: int) -> FileItem:
        """`file:get`: one of them.

        Needs the right `read`, of a token the scope `chat`.

        May raise `NotFoundError`, besides what any request may.
        """
        data = FileGet(file_id=file_id)
        return await self._link.request(_FILE_GET, data)

    async def list(
        self,
        *,
        type: str | None = None,
        sha256: str | None = None,
        project_id: int | None = None,
        order: FileOrder | None = None,
        descending: bool | None = None,
        deleted: bool | None = None,
        total: bool | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> FilePage:
        """`file:list`: files, those that the given members fit; `cursor` is the `nextCursor` of the page before.

        Needs the right `read`, of a token the scope `chat`.
        """
        data = FileList(
            type=type,
            sha256=sha256,
            project_id=project_id,
            order=order,
            descending=descending,
            deleted=deleted,
            total=total,
            limit=limit,
            cursor=cursor,
        )
        return await self._link.request(_FILE_LIST, data)

    async def update(
        self,
        *,
        file_id: int,
        version: int | None = None,
        project_id: int | None | UnsetType = UNSET,
        name: str | None = None,
        description: str | None = None,
    ) -> FileItem:
        """`file:update`: change the members that are given; null clears. With `version` only if it is still that one.

        Needs the right `change`, of a token the scope `chat`.

        May raise `NotFoundError`, `ConflictError`, besides what any request may.
        """
        data = FileUpdate(file_id=file_id, version=version, project_id=project_id, name=name, description=description)
        return await self._link.request(_FILE_UPDATE, data)

    async def delete(self, *, file_id: int) -> FileDeleted:
        """`file:delete`: remove a file; for some time it can be restored.

        Needs the right `change`, of a token the scope `chat`.

        May raise `NotFoundError`, besides what any request may.
        """
        data = FileDelete(file_id=file_id)
        return await self._link.request(_FILE_DELETE, data)

    async def restore(self, *, file_id: int) -> FileItem:
        """`file:restore`: have a file back that was removed.

        Needs the right `change`, of a token the scope `chat`.

        May raise `NotFoundError`, `ConflictError`, besides what any request may.
        """
        data = FileRestore(file_id=file_id)
        return await self._link.request(_FILE_RESTORE, data)

    def subscribe(self, *, since: int | None = None) -> Subscription[FileSubscribed, FileChanged]:
        """`file:subscribe`: be told what becomes of files. With `since`, also what has become of them after that
        change.

        Needs the right `read`, of a token the scope `chat`.
        """
        data = FileSubscribe(since=since)
        return Subscription(self._link, _FILE_SUBSCRIBE, data, _FILE_SUBSCRIBE_TERMS)

    async def unsubscribe(self) -> FileUnsubscribed:
        """`file:unsubscribe`: be told no more what becomes of files.

        Needs the right `read`, of a token the scope `chat`.
        """
        data = FileUnsubscribe()
        return await self._link.request(_FILE_UNSUBSCRIBE, data)

    async def space(self) -> FileSpaceUse:
        """`file:space`: how much of the room for their files somebody has used.

        Needs the right `read`, of a token the scope `chat`.
        """
        data = FileSpace()
        return await self._link.request(_FILE_SPACE, data)

    async def text(self, *, file_id: int) -> FileTextFacts:
        """`file:text`: how much text a model is shown of a file, before it is sent with a question. That of a PDF is
        taken out of it, unless that was done before.

        Needs the right `read`, of a token the scope `chat`.

        May raise `NotFoundError`, `TooLargeError`, `TimeoutError`, besides what any request may.
        """
        data = FileText(file_id=file_id)
        return await self._link.request(_FILE_TEXT, data)
