"""The data of frames that `knowledge` has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

from msgspec import UNSET, UnsetType

from ..runtime.messages import RequestData, ServerData
from .shared import ChangeKind

KnowledgeOrder: TypeAlias = Literal["createdAt", "title", "updatedAt"]
"""By what pieces of knowledge are ordered."""


KnowledgeSourceOrder: TypeAlias = Literal["id", "title", "updatedAt"]
"""By what knowledge sources are ordered."""


SourceType: TypeAlias = Literal["api", "file", "text", "url"]
"""Where a source's text is: in `content`, in a file, on the page at `url`, or given by the service at `url`. Later
daemons may send others.
"""


SyncState: TypeAlias = Literal["done", "failed", "never", "running"]
"""How fetching a source's text went the last time, if it was ever fetched. Later daemons may send others."""


class KnowledgeCreate(RequestData, kw_only=True):
    """`knowledge:create`: store a knowledge.

    Something that is known, to be used again: a text of its own, and sources.
    """

    project_id: int | None = None
    """Id of the project with whose members it is shared; null when with nobody."""
    title: str
    """What it is called in lists. 1 to 200 characters."""
    description: str | None = None
    """What it is, in some words. At most 4000 characters."""
    category: str | None = None
    """A word to find it by. At most 100 characters."""
    tags: Sequence[str] | None = None
    """Words to find it by. At most 32 of them. When it is left out: []."""
    content: str | None = None
    """The text. At most 200000 characters."""
    active: bool | None = None
    """Whether it may be used. When it is left out: True."""


class KnowledgeGet(RequestData, kw_only=True):
    """`knowledge:get`: one of them."""

    knowledge_id: int
    """Id of a piece of knowledge."""


class KnowledgeList(RequestData, kw_only=True):
    """`knowledge:list`: pieces of knowledge, those that the given members fit; `cursor` is the `nextCursor` of the
    page before.
    """

    category: str | None = None
    """Only those of this category. At most 100 characters."""
    active: bool | None = None
    """Only those with this value. Whether it may be used."""
    project_id: int | None = None
    """Only those with this value. Id of the project with whose members it is shared; null when with nobody."""
    order: KnowledgeOrder | None = None
    """By what they are ordered. `title` when it is left out."""
    descending: bool | None = None
    """The greatest or the latest first. When it is left out: False."""
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


class KnowledgeUpdate(RequestData, kw_only=True):
    """`knowledge:update`: change the members that are given; null clears. With `version` only if it is still that
    one.
    """

    knowledge_id: int
    """Id of a piece of knowledge."""
    version: int | None = None
    """The `version` that it was read with: another one by now is a `conflict`."""
    project_id: int | None | UnsetType = UNSET
    """Id of the project with whose members it is shared; null when with nobody."""
    title: str | None = None
    """What it is called in lists. 1 to 200 characters."""
    description: str | None = None
    """What it is, in some words. At most 4000 characters."""
    category: str | None = None
    """A word to find it by. At most 100 characters."""
    tags: Sequence[str] | None = None
    """Words to find it by. At most 32 of them."""
    content: str | None = None
    """The text. At most 200000 characters."""
    active: bool | None = None
    """Whether it may be used."""


class KnowledgeDelete(RequestData, kw_only=True):
    """`knowledge:delete`: remove a knowledge; for some time it can be restored."""

    knowledge_id: int
    """Id of a piece of knowledge."""


class KnowledgeRestore(RequestData, kw_only=True):
    """`knowledge:restore`: have a knowledge back that was removed."""

    knowledge_id: int
    """Id of a piece of knowledge."""


class KnowledgeSubscribe(RequestData, kw_only=True):
    """`knowledge:subscribe`: be told what becomes of pieces of knowledge. With `since`, also what has become of them
    after that change.
    """

    since: int | None = None
    """The `number` of the last change that was told."""


class KnowledgeUnsubscribe(RequestData, kw_only=True):
    """`knowledge:unsubscribe`: be told no more what becomes of pieces of knowledge."""


class KnowledgeSourceCreate(RequestData, kw_only=True):
    """`knowledge:source:create`: store a knowledge source.

    Where some of what is known comes from. It is recorded only: the daemon doesn't fetch it yet.
    """

    knowledge_id: int
    """Id of a piece of knowledge."""
    type: SourceType | None = None
    """Where its text is. `text` when it is left out."""
    title: str | None = None
    """What it is called in lists. At most 200 characters."""
    content: str | None = None
    """The text. At most 200000 characters."""
    url: str | None = None
    """Its address; a source of the types `url` and `api` has one. 1 to 1000 characters."""
    metadata: Mapping[str, str | int | float | bool | None] | None = None
    """What else is to be kept with it. At most 32 of them."""
    active: bool | None = None
    """Whether it may be used. When it is left out: True."""


class KnowledgeSourceGet(RequestData, kw_only=True):
    """`knowledge:source:get`: one of them."""

    knowledge_source_id: int
    """Id of a source of knowledge."""


class KnowledgeSourceList(RequestData, kw_only=True):
    """`knowledge:source:list`: knowledge sources, those that the given members fit; `cursor` is the `nextCursor` of
    the page before.
    """

    type: SourceType | None = None
    """Only those whose text is there."""
    active: bool | None = None
    """Only those with this value. Whether it may be used."""
    knowledge_id: int | None = None
    """Only those with this value. Id of a piece of knowledge."""
    order: KnowledgeSourceOrder | None = None
    """By what they are ordered. `id` when it is left out."""
    descending: bool | None = None
    """The greatest or the latest first. When it is left out: False."""
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


class KnowledgeSourceUpdate(RequestData, kw_only=True):
    """`knowledge:source:update`: change the members that are given; null clears. With `version` only if it is still
    that one.
    """

    knowledge_source_id: int
    """Id of a source of knowledge."""
    version: int | None = None
    """The `version` that it was read with: another one by now is a `conflict`."""
    type: SourceType | None = None
    """Where its text is."""
    title: str | None = None
    """What it is called in lists. At most 200 characters."""
    content: str | None = None
    """The text. At most 200000 characters."""
    url: str | None | UnsetType = UNSET
    """Its address; a source of the types `url` and `api` has one. 1 to 1000 characters."""
    metadata: Mapping[str, str | int | float | bool | None] | None = None
    """What else is to be kept with it. At most 32 of them."""
    active: bool | None = None
    """Whether it may be used."""


class KnowledgeSourceDelete(RequestData, kw_only=True):
    """`knowledge:source:delete`: remove a knowledge source; for some time it can be restored."""

    knowledge_source_id: int
    """Id of a source of knowledge."""


class KnowledgeSourceRestore(RequestData, kw_only=True):
    """`knowledge:source:restore`: have a knowledge source back that was removed."""

    knowledge_source_id: int
    """Id of a source of knowledge."""


class KnowledgeSourceSubscribe(RequestData, kw_only=True):
    """`knowledge:source:subscribe`: be told what becomes of knowledge sources. With `since`, also what has become of
    them after that change.
    """

    since: int | None = None
    """The `number` of the last change that was told."""


class KnowledgeSourceUnsubscribe(RequestData, kw_only=True):
    """`knowledge:source:unsubscribe`: be told no more what becomes of knowledge sources."""


class Knowledge(ServerData, kw_only=True):
    """Something that is known, to be used again: a text of its own, and sources."""

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
    title: str
    """What it is called in lists."""
    description: str = ""
    """What it is, in some words."""
    category: str = ""
    """A word to find it by."""
    tags: list[str] = []
    """Words to find it by."""
    content: str = ""
    """The text."""
    active: bool
    """Whether it may be used."""


class KnowledgePage(ServerData, kw_only=True):
    """The reply to `knowledge:list`; `nextCursor` is null on the last page."""

    items: list[Knowledge] = []
    """The entries of this page, in order."""
    next_cursor: str | None = None
    """What to send as `cursor` for the next page; null on the last one."""
    total: int | None = None
    """How many fit in all; only there if the request asked for it."""


class KnowledgeDeleted(ServerData, kw_only=True):
    """The reply to `knowledge:delete`."""

    knowledge_id: int
    """Id of a piece of knowledge."""


class KnowledgeSubscribed(ServerData, kw_only=True):
    """The reply to `knowledge:subscribe`; the changes follow it, after the one of this number."""

    number: int
    """Of the change; grows from one to the next."""
    recovered: bool
    """Whether all changes after `since` will be told; else read the list again."""


class KnowledgeChanged(ServerData, kw_only=True):
    """Something has become of a knowledge; pushed to whoever has subscribed and sees it."""

    number: int
    """Of the change; grows from one to the next."""
    change: ChangeKind | str
    """What has become of it."""
    knowledge_id: int | None = None
    """Id of a piece of knowledge."""
    item: Knowledge | None = None
    """The row as it is by now; null when it isn't there any more, or may not be seen."""


class KnowledgeUnsubscribed(ServerData, kw_only=True):
    """The reply to `knowledge:unsubscribe`."""


class KnowledgeSource(ServerData, kw_only=True):
    """Where some of what is known comes from. It is recorded only: the daemon doesn't fetch it yet."""

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
    knowledge_id: int
    """Id of a piece of knowledge."""
    type: SourceType | str
    """Where its text is."""
    title: str = ""
    """What it is called in lists."""
    content: str = ""
    """The text."""
    url: str | None = None
    """Its address; a source of the types `url` and `api` has one."""
    metadata: dict[str, str | int | float | bool | None] = {}
    """What else is to be kept with it."""
    active: bool
    """Whether it may be used."""
    sync_state: SyncState | str
    """How fetching its text went the last time."""
    synced_at: str | None = None
    """When its text was fetched last; null for never."""


class KnowledgeSourcePage(ServerData, kw_only=True):
    """The reply to `knowledge:source:list`; `nextCursor` is null on the last page."""

    items: list[KnowledgeSource] = []
    """The entries of this page, in order."""
    next_cursor: str | None = None
    """What to send as `cursor` for the next page; null on the last one."""
    total: int | None = None
    """How many fit in all; only there if the request asked for it."""


class KnowledgeSourceDeleted(ServerData, kw_only=True):
    """The reply to `knowledge:source:delete`."""

    knowledge_source_id: int
    """Id of a source of knowledge."""


class KnowledgeSourceSubscribed(ServerData, kw_only=True):
    """The reply to `knowledge:source:subscribe`; the changes follow it, after the one of this number."""

    number: int
    """Of the change; grows from one to the next."""
    recovered: bool
    """Whether all changes after `since` will be told; else read the list again."""


class KnowledgeSourceChanged(ServerData, kw_only=True):
    """Something has become of a knowledge source; pushed to whoever has subscribed and sees it."""

    number: int
    """Of the change; grows from one to the next."""
    change: ChangeKind | str
    """What has become of it."""
    knowledge_source_id: int | None = None
    """Id of a source of knowledge."""
    item: KnowledgeSource | None = None
    """The row as it is by now; null when it isn't there any more, or may not be seen."""


class KnowledgeSourceUnsubscribed(ServerData, kw_only=True):
    """The reply to `knowledge:source:unsubscribe`."""
