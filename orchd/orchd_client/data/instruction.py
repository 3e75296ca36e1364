"""The data of frames that `instruction` has."""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import UNSET, UnsetType

from ..runtime.messages import RequestData, ServerData
from .shared import ChangeKind

InstructionOrder: TypeAlias = Literal["createdAt", "priority", "title", "updatedAt"]
"""By what instructions are ordered."""


class InstructionCreate(RequestData, kw_only=True):
    """`instruction:create`: store an instruction.

    A text that is put before what models are asked: of one assistant whenever that works, else of whoever has it.

    Without an assistant it is told in all chats of its user or, where it is in a project, in the chats of that project,
    and to those who do the steps of tasks. At most 20 are told at once, those of the greatest priority first.
    """

    project_id: int | None = None
    """Id of the project with whose members it is shared; null when with nobody."""
    title: str
    """What it is called in lists. 1 to 200 characters."""
    instruction_text: str
    """What models are told. 1 to 10000 characters."""
    description: str | None = None
    """What it is, in some words. At most 4000 characters."""
    category: str | None = None
    """A word to find it by. At most 100 characters."""
    assistant_id: int | None = None
    """Id of the assistant to which it is told; null for whatever its user asks."""
    priority: int | None = None
    """From 0 to 100; the greatest comes first, and of the same the one that was made first. 0 to 100. When it is
    left out: 50.
    """
    active: bool | None = None
    """Whether it may be chosen. When it is left out: True."""


class InstructionGet(RequestData, kw_only=True):
    """`instruction:get`: one of them."""

    instruction_id: int
    """Id of an instruction."""


class InstructionList(RequestData, kw_only=True):
    """`instruction:list`: instructions, those that the given members fit; `cursor` is the `nextCursor` of the page
    before.
    """

    category: str | None = None
    """Only those of this category. At most 100 characters."""
    assistant_id: int | None = None
    """Only those with this value. Id of the assistant to which it is told; null for whatever its user asks."""
    active: bool | None = None
    """Only those that may be chosen, or only the others; left out, all."""
    project_id: int | None = None
    """Only those with this value. Id of the project with whose members it is shared; null when with nobody."""
    order: InstructionOrder | None = None
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


class InstructionUpdate(RequestData, kw_only=True):
    """`instruction:update`: change the members that are given; null clears. With `version` only if it is still that
    one.
    """

    instruction_id: int
    """Id of an instruction."""
    version: int | None = None
    """The `version` that it was read with: another one by now is a `conflict`."""
    project_id: int | None | UnsetType = UNSET
    """Id of the project with whose members it is shared; null when with nobody."""
    title: str | None = None
    """What it is called in lists. 1 to 200 characters."""
    instruction_text: str | None = None
    """What models are told. 1 to 10000 characters."""
    description: str | None = None
    """What it is, in some words. At most 4000 characters."""
    category: str | None = None
    """A word to find it by. At most 100 characters."""
    assistant_id: int | None | UnsetType = UNSET
    """Id of the assistant to which it is told; null for whatever its user asks."""
    priority: int | None = None
    """From 0 to 100; the greatest comes first, and of the same the one that was made first. 0 to 100."""
    active: bool | None = None
    """Whether it may be chosen."""


class InstructionDelete(RequestData, kw_only=True):
    """`instruction:delete`: remove an instruction; for some time it can be restored."""

    instruction_id: int
    """Id of an instruction."""


class InstructionRestore(RequestData, kw_only=True):
    """`instruction:restore`: have an instruction back that was removed."""

    instruction_id: int
    """Id of an instruction."""


class InstructionSubscribe(RequestData, kw_only=True):
    """`instruction:subscribe`: be told what becomes of instructions. With `since`, also what has become of them
    after that change.
    """

    since: int | None = None
    """The `number` of the last change that was told."""


class InstructionUnsubscribe(RequestData, kw_only=True):
    """`instruction:unsubscribe`: be told no more what becomes of instructions."""


class InstructionPreview(RequestData, kw_only=True):
    """`instruction:preview`: what would be told at present: in the chats of a project, or outside of projects, and
    to an assistant.
    """

    project_id: int | None = None
    """Id of the project with whose members it is shared; null when with nobody."""
    assistant_id: int | None = None
    """Id of an assistant."""


class InstructionItem(ServerData, kw_only=True):
    """A text that is put before what models are asked: of one assistant whenever that works, else of whoever has it.

    Without an assistant it is told in all chats of its user or, where it is in a project, in the chats of that project,
    and to those who do the steps of tasks. At most 20 are told at once, those of the greatest priority first.
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
    title: str
    """What it is called in lists."""
    instruction_text: str
    """What models are told."""
    description: str = ""
    """What it is, in some words."""
    category: str = ""
    """A word to find it by."""
    assistant_id: int | None = None
    """Id of the assistant to which it is told; null for whatever its user asks."""
    priority: int
    """From 0 to 100; the greatest comes first, and of the same the one that was made first."""
    active: bool
    """Whether it may be chosen."""
    usage_count: int
    """How many answers and steps of tasks it was told for. Its growth is no change that live lists tell."""


class InstructionPage(ServerData, kw_only=True):
    """The reply to `instruction:list`; `nextCursor` is null on the last page."""

    items: list[InstructionItem] = []
    """The entries of this page, in order."""
    next_cursor: str | None = None
    """What to send as `cursor` for the next page; null on the last one."""
    total: int | None = None
    """How many fit in all; only there if the request asked for it."""


class InstructionDeleted(ServerData, kw_only=True):
    """The reply to `instruction:delete`."""

    instruction_id: int
    """Id of an instruction."""


class InstructionSubscribed(ServerData, kw_only=True):
    """The reply to `instruction:subscribe`; the changes follow it, after the one of this number."""

    number: int
    """Of the change; grows from one to the next."""
    recovered: bool
    """Whether all changes after `since` will be told; else read the list again."""


class InstructionChanged(ServerData, kw_only=True):
    """Something has become of an instruction; pushed to whoever has subscribed and sees it."""

    number: int
    """Of the change; grows from one to the next."""
    change: ChangeKind | str
    """What has become of it."""
    instruction_id: int | None = None
    """Id of an instruction."""
    item: InstructionItem | None = None
    """The row as it is by now; null when it isn't there any more, or may not be seen."""


class InstructionUnsubscribed(ServerData, kw_only=True):
    """The reply to `instruction:unsubscribe`."""


class InstructionsTold(ServerData, kw_only=True):
    """The reply to `instruction:preview`."""

    items: list[InstructionItem] = []
    """In the order in which they are told."""
    text: str
    """What follows the system prompt."""
