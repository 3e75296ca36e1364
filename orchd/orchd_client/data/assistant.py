"""The data of frames that `assistant` has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

from msgspec import UNSET, UnsetType

from ..runtime.messages import RequestData, ServerData
from .shared import ChangeKind

AssistantOrder: TypeAlias = Literal["createdAt", "name", "updatedAt"]
"""By what assistants are ordered."""


class AssistantCreate(RequestData, kw_only=True):
    """`assistant:create`: store an assistant.

    An assistant: `model` plays its part or, when that isn't available, `fallbacks` in order; neither need be there.

    `category` is free; research, writing, code, validation and analysis are what other parts of the daemon look for.
    """

    project_id: int | None = None
    """Id of the project with whose members it is shared; null when with nobody."""
    name: str
    """Its name. 1 to 200 characters."""
    description: str | None = None
    """What it is, in some words. At most 4000 characters."""
    category: str | None = None
    """A word to find it by; `research`, `writing`, `code`, `validation` and `analysis` are looked for by the daemon.
    At most 100 characters.
    """
    model: str | None = None
    """Who plays the part; null where the daemon chooses. 1 to 256 characters."""
    fallbacks: Sequence[str] | None = None
    """Models that are asked in this order when `model` isn't available or gives no first token. At most 16 of them.
    When it is left out: [].
    """
    system_prompt: str | None = None
    """What the model is told before all messages. At most 200000 characters."""
    capabilities: Sequence[str] | None = None
    """What it is good for, in words of your own. At most 32 of them. When it is left out: []."""
    active: bool | None = None
    """Whether it may be chosen. When it is left out: True."""


class AssistantGet(RequestData, kw_only=True):
    """`assistant:get`: one of them."""

    assistant_id: int
    """Id of an assistant."""


class AssistantList(RequestData, kw_only=True):
    """`assistant:list`: assistants, those that the given members fit; `cursor` is the `nextCursor` of the page
    before.
    """

    category: str | None = None
    """Only those of this category. At most 100 characters."""
    active: bool | None = None
    """Only those that may be chosen, or only the others; left out, all."""
    project_id: int | None = None
    """Only those with this value. Id of the project with whose members it is shared; null when with nobody."""
    order: AssistantOrder | None = None
    """By what they are ordered. `name` when it is left out."""
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


class AssistantUpdate(RequestData, kw_only=True):
    """`assistant:update`: change the members that are given; null clears. With `version` only if it is still that
    one.
    """

    assistant_id: int
    """Id of an assistant."""
    version: int | None = None
    """The `version` that it was read with: another one by now is a `conflict`."""
    project_id: int | None | UnsetType = UNSET
    """Id of the project with whose members it is shared; null when with nobody."""
    name: str | None = None
    """Its name. 1 to 200 characters."""
    description: str | None = None
    """What it is, in some words. At most 4000 characters."""
    category: str | None = None
    """A word to find it by; `research`, `writing`, `code`, `validation` and `analysis` are looked for by the daemon.
    At most 100 characters.
    """
    model: str | None | UnsetType = UNSET
    """Who plays the part; null where the daemon chooses. 1 to 256 characters."""
    fallbacks: Sequence[str] | None = None
    """Models that are asked in this order when `model` isn't available or gives no first token. At most 16 of them."""
    system_prompt: str | None = None
    """What the model is told before all messages. At most 200000 characters."""
    capabilities: Sequence[str] | None = None
    """What it is good for, in words of your own. At most 32 of them."""
    active: bool | None = None
    """Whether it may be chosen."""


class AssistantDelete(RequestData, kw_only=True):
    """`assistant:delete`: remove an assistant; for some time it can be restored."""

    assistant_id: int
    """Id of an assistant."""


class AssistantRestore(RequestData, kw_only=True):
    """`assistant:restore`: have an assistant back that was removed."""

    assistant_id: int
    """Id of an assistant."""


class AssistantSubscribe(RequestData, kw_only=True):
    """`assistant:subscribe`: be told what becomes of assistants. With `since`, also what has become of them after
    that change.
    """

    since: int | None = None
    """The `number` of the last change that was told."""


class AssistantUnsubscribe(RequestData, kw_only=True):
    """`assistant:unsubscribe`: be told no more what becomes of assistants."""


class AssistantItem(ServerData, kw_only=True):
    """An assistant: `model` plays its part or, when that isn't available, `fallbacks` in order; neither need be there.

    `category` is free; research, writing, code, validation and analysis are what other parts of the daemon look for.
    """

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
    category: str = ""
    """A word to find it by; `research`, `writing`, `code`, `validation` and `analysis` are looked for by the daemon."""
    model: str | None = None
    """Who plays the part; null where the daemon chooses."""
    fallbacks: list[str] = []
    """Models that are asked in this order when `model` isn't available or gives no first token."""
    system_prompt: str = ""
    """What the model is told before all messages."""
    capabilities: list[str] = []
    """What it is good for, in words of your own."""
    active: bool
    """Whether it may be chosen."""


class AssistantPage(ServerData, kw_only=True):
    """The reply to `assistant:list`; `nextCursor` is null on the last page."""

    items: list[AssistantItem] = []
    """The entries of this page, in order."""
    next_cursor: str | None = None
    """What to send as `cursor` for the next page; null on the last one."""
    total: int | None = None
    """How many fit in all; only there if the request asked for it."""


class AssistantDeleted(ServerData, kw_only=True):
    """The reply to `assistant:delete`."""

    assistant_id: int
    """Id of an assistant."""


class AssistantSubscribed(ServerData, kw_only=True):
    """The reply to `assistant:subscribe`; the changes follow it, after the one of this number."""

    number: int
    """Of the change; grows from one to the next."""
    recovered: bool
    """Whether all changes after `since` will be told; else read the list again."""


class AssistantChanged(ServerData, kw_only=True):
    """Something has become of an assistant; pushed to whoever has subscribed and sees it."""

    number: int
    """Of the change; grows from one to the next."""
    change: ChangeKind | str
    """What has become of it."""
    assistant_id: int | None = None
    """Id of an assistant."""
    item: AssistantItem | None = None
    """The row as it is by now; null when it isn't there any more, or may not be seen."""


class AssistantUnsubscribed(ServerData, kw_only=True):
    """The reply to `assistant:unsubscribe`."""
