"""The data of frames that `file` has."""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import UNSET, UnsetType

from ..runtime.messages import RequestData, ServerData
from .shared import ChangeKind

FileOrder: TypeAlias = Literal["id", "name", "size", "updatedAt"]
"""By what files are ordered."""


class FileGet(RequestData, kw_only=True):
    """`file:get`: one of them."""

    file_id: int
    """Id of a file."""


class FileList(RequestData, kw_only=True):
    """`file:list`: files, those that the given members fit; `cursor` is the `nextCursor` of the page before."""

    type: str | None = None
    """Only those with this value. What it is, found in its content: `image/png`, `image/jpeg`, `image/gif`,
    `image/webp`, `application/pdf`, `text/plain` for UTF-8, else `application/octet-stream`. At most 100 characters.
    """
    sha256: str | None = None
    """Only those with this value. The hash of its content, in hexadecimal digits."""
    project_id: int | None = None
    """Only those with this value. Id of the project with whose members it is shared; null when with nobody."""
    order: FileOrder | None = None
    """By what they are ordered. `id` when it is left out."""
    descending: bool | None = None
    """The greatest or the latest first. When it is left out: True."""
    deleted: bool | None = None
    """Those that were removed and can still be restored, in place of those that are there. When it is left out:
    False.
    """
    total: bool | None = None
    """Whether to count all that fit; the page then says how many there are. When it is left out: False."""
    limit: int | None = None
    """How many entries a page may have. 1 to 200. When it is left out: 50."""
    cursor: str | None = None
    """The `nextCursor` of the page before; without one, the first page. 1 to 4096 characters."""


class FileUpdate(RequestData, kw_only=True):
    """`file:update`: change the members that are given; null clears. With `version` only if it is still that one."""

    file_id: int
    """Id of a file."""
    version: int | None = None
    """The `version` that it was read with: another one by now is a `conflict`."""
    project_id: int | None | UnsetType = UNSET
    """Id of the project with whose members it is shared; null when with nobody."""
    name: str | None = None
    """Its name. 1 to 255 characters."""
    description: str | None = None
    """What it is, in some words. At most 4000 characters."""


class FileDelete(RequestData, kw_only=True):
    """`file:delete`: remove a file; for some time it can be restored."""

    file_id: int
    """Id of a file."""


class FileRestore(RequestData, kw_only=True):
    """`file:restore`: have a file back that was removed."""

    file_id: int
    """Id of a file."""


class FileSubscribe(RequestData, kw_only=True):
    """`file:subscribe`: be told what becomes of files. With `since`, also what has become of them after that change."""

    since: int | None = None
    """The `number` of the last change that was told."""


class FileUnsubscribe(RequestData, kw_only=True):
    """`file:unsubscribe`: be told no more what becomes of files."""


class FileSpace(RequestData, kw_only=True):
    """`file:space`: how much of the room for their files somebody has used."""


class FileText(RequestData, kw_only=True):
    """`file:text`: how much text a model is shown of a file, before it is sent with a question. That of a PDF is
    taken out of it, unless that was done before.
    """

    file_id: int
    """Id of a file."""


class FileItem(ServerData, kw_only=True):
    """A file that somebody has uploaded. Its content never changes."""

    id: int
    """Its id."""
    version: int
    """Grows with each change."""
    created_at: str
    """When it was created."""
    updated_at: str
    """When it was changed last."""
    deleted_at: str | None = None
    """When it was removed; null while it is there."""
    user_id: int
    """Id of the user whose it is; 0 is the local owner, while there is no user."""
    project_id: int | None = None
    """Id of the project with whose members it is shared; null when with nobody."""
    name: str
    """Its name."""
    description: str = ""
    """What it is, in some words."""
    type: str
    """What it is, found in its content: `image/png`, `image/jpeg`, `image/gif`, `image/webp`, `application/pdf`,
    `text/plain` for UTF-8, else `application/octet-stream`.
    """
    size: int
    """In bytes."""
    sha256: str
    """The hash of its content, in hexadecimal digits."""


class FilePage(ServerData, kw_only=True):
    """The reply to `file:list`; `nextCursor` is null on the last page."""

    items: list[FileItem] = []
    """The entries of this page, in order."""
    next_cursor: str | None = None
    """What to send as `cursor` for the next page; null on the last one."""
    total: int | None = None
    """How many fit in all; only there if the request asked for it."""


class FileDeleted(ServerData, kw_only=True):
    """The reply to `file:delete`."""

    file_id: int
    """Id of a file."""


class FileSubscribed(ServerData, kw_only=True):
    """The reply to `file:subscribe`; the changes follow it, after the one of this number."""

    number: int
    """Of the change; grows from one to the next."""
    recovered: bool
    """Whether all changes after `since` will be told; else read the list again."""


class FileChanged(ServerData, kw_only=True):
    """Something has become of a file; pushed to whoever has subscribed and sees it."""

    number: int
    """Of the change; grows from one to the next."""
    change: ChangeKind | str
    """What has become of it."""
    file_id: int | None = None
    """Id of a file."""
    item: FileItem | None = None
    """The row as it is by now; null when it isn't there any more, or may not be seen."""


class FileUnsubscribed(ServerData, kw_only=True):
    """The reply to `file:unsubscribe`."""


class FileSpaceUse(ServerData, kw_only=True):
    """The reply to `file:space`. What is being uploaded counts; what was removed doesn't, since it gives way."""

    max_bytes: int
    """Bytes that all files of one user may have together (`file.userBytes`)."""
    used_bytes: int
    """Bytes of those that are there or being uploaded."""
    left_bytes: int
    """Bytes that may still come."""
    file_bytes: int
    """Bytes that one file may have (`file.maxBytes`), or fewer where fewer are left."""


class FileTextFacts(ServerData, kw_only=True):
    """The reply to `file:text`."""

    file_id: int
    """Id of a file."""
    bytes: int
    """Of the text, in UTF-8: as much as is shown, and counts as the file's size with a question."""
    pages: int | None = None
    """Of a PDF."""
    blank_pages: int | None = None
    """Pages of a PDF on which no text was found: pictures, as a rule, which no model is shown."""
