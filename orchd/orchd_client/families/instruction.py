"""Requests whose type begins with `instruction`."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from ..data.instruction import (
    InstructionChanged,
    InstructionCreate,
    InstructionDelete,
    InstructionDeleted,
    InstructionGet,
    InstructionItem,
    InstructionList,
    InstructionOrder,
    InstructionPage,
    InstructionPreview,
    InstructionRestore,
    InstructionsTold,
    InstructionSubscribe,
    InstructionSubscribed,
    InstructionUnsubscribe,
    InstructionUnsubscribed,
    InstructionUpdate,
)
from ..runtime.facts import Call, FollowTerms
from ..runtime.link import Link
from ..runtime.streams import Subscription

_INSTRUCTION_CREATE = Call("instruction:create", "instruction:create", InstructionItem)
_INSTRUCTION_GET = Call("instruction:get", "instruction:get", InstructionItem, safe=True)
_INSTRUCTION_LIST = Call("instruction:list", "instruction:list", InstructionPage, safe=True)
_INSTRUCTION_UPDATE = Call("instruction:update", "instruction:update", InstructionItem)
_INSTRUCTION_DELETE = Call("instruction:delete", "instruction:delete", InstructionDeleted)
_INSTRUCTION_RESTORE = Call("instruction:restore", "instruction:restore", InstructionItem)
_INSTRUCTION_SUBSCRIBE = Call("instruction:subscribe", "instruction:subscribe", InstructionSubscribed, safe=True)
_INSTRUCTION_SUBSCRIBE_TERMS = FollowTerms(
    pushes=frozenset({"instruction:changed"}),
    end=Call("instruction:unsubscribe", "instruction:unsubscribe", InstructionUnsubscribed),
    end_data=lambda _: InstructionUnsubscribe(),
    since="since",
    number="number",
    recovered="recovered",
)
_INSTRUCTION_UNSUBSCRIBE = Call(
    "instruction:unsubscribe",
    "instruction:unsubscribe",
    InstructionUnsubscribed,
    safe=True,
)
_INSTRUCTION_PREVIEW = Call("instruction:preview", "instruction:preview", InstructionsTold, safe=True)


class InstructionRequests:
    """`client.instruction`."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def create(
        self,
        *,
        title: str,
        instruction_text: str,
        project_id: int | None = None,
        description: str | None = None,
        category: str | None = None,
        assistant_id: int | None = None,
        priority: int | None = None,
        active: bool | None = None,
    ) -> InstructionItem:
        """`instruction:create`: store an instruction.

        A text that is put before what models are asked: of one assistant whenever that works, else of whoever has it.

        Without an assistant it is told in all chats of its user or, where it is in a project, in the chats of that
        project, and to those who do the steps of tasks. At most 20 are told at once, those of the greatest priority
        first.

        Needs the right `change`, of a token the scope `workspace`.

        May raise `NotFoundError`, `ConflictError`, `TooLargeError`, besides what any request may.
        """
        data = InstructionCreate(
            project_id=project_id,
            title=title,
            instruction_text=instruction_text,
            description=description,
            category=category,
            assistant_id=assistant_id,
            priority=priority,
            active=active,
        )
        return await self._link.request(_INSTRUCTION_CREATE, data)

    async def get(self, *, instruction_id: int) -> InstructionItem:
        """`instruction:get`: one of them.

        Needs the right `read`, of a token the scope `workspace`.

        May raise `NotFoundError`, besides what any request may.
        """
        data = InstructionGet(instruction_id=instruction_id)
        return await self._link.request(_INSTRUCTION_GET, data)

    async def list(
        self,
        *,
        category: str | None = None,
        assistant_id: int | None = None,
        active: bool | None = None,
        project_id: int | None = None,
        order: InstructionOrder | None = None,
        descending: bool | None = None,
        deleted: bool | None = None,
        total: bool | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> InstructionPage:
        """`instruction:list`: instructions, those that the given members fit; `cursor` is the `nextCursor` of the page
        before.

        Needs the right `read`, of a token the scope `workspace`.
        """
        data = InstructionList(
            category=category,
            assistant_id=assistant_id,
            active=active,
            project_id=project_id,
            order=order,
            descending=descending,
            deleted=deleted,
            total=total,
            limit=limit,
            cursor=cursor,
        )
        return await self._link.request(_INSTRUCTION_LIST, data)

    async def update(
        self,
        *,
        instruction_id: int,
        version: int | None = None,
        project_id: int | None | UnsetType = UNSET,
        title: str | None = None,
        instruction_text: str | None = None,
        description: str | None = None,
        category: str | None = None,
        assistant_id: int | None | UnsetType = UNSET,
        priority: int | None = None,
        active: bool | None = None,
    ) -> InstructionItem:
        """`instruction:update`: change the members that are given; null clears. With `version` only if it is still that
        one.

        Needs the right `change`, of a token the scope `workspace`.

        May raise `NotFoundError`, `ConflictError`, `TooLargeError`, besides what any request may.
        """
        data = InstructionUpdate(
            instruction_id=instruction_id,
            version=version,
            project_id=project_id,
            title=title,
            instruction_text=instruction_text,
            description=description,
            category=category,
            assistant_id=assistant_id,
            priority=priority,
            active=active,
        )
        return await self._link.request(_INSTRUCTION_UPDATE, data)

    async def delete(self, *, instruction_id: int) -> InstructionDeleted:
        """`instruction:delete`: remove an instruction; for some time it can be restored.

        Needs the right `change`, of a token the scope `workspace`.

        May raise `NotFoundError`, besides what any request may.
        """
        data = InstructionDelete(instruction_id=instruction_id)
        return await self._link.request(_INSTRUCTION_DELETE, data)

    async def restore(self, *, instruction_id: int) -> InstructionItem:
        """`instruction:restore`: have an instruction back that was removed.

        Needs the right `change`, of a token the scope `workspace`.

        May raise `NotFoundError`, `ConflictError`, besides what any request may.
        """
        data = InstructionRestore(instruction_id=instruction_id)
        return await self._link.request(_INSTRUCTION_RESTORE, data)

    def subscribe(self, *, since: int | None = None) -> Subscription[InstructionSubscribed, InstructionChanged]:
        """`instruction:subscribe`: be told what becomes of instructions. With `since`, also what has become of them
        after that change.

        Needs the right `read`, of a token the scope `workspace`.
        """
        data = InstructionSubscribe(since=since)
        return Subscription(self._link, _INSTRUCTION_SUBSCRIBE, data, _INSTRUCTION_SUBSCRIBE_TERMS)

    async def unsubscribe(self) -> InstructionUnsubscribed:
        """`instruction:unsubscribe`: be told no more what becomes of instructions.

        Needs the right `read`, of a token the scope `workspace`.
        """
        data = InstructionUnsubscribe()
        return await self._link.request(_INSTRUCTION_UNSUBSCRIBE, data)

    async def preview(self, *, project_id: int | None = None, assistant_id: int | None = None) -> InstructionsTold:
        """`instruction:preview`: what would be told at present: in the chats of a project, or outside of projects, and
        to an assistant.

        Needs the right `read`, of a token the scope `workspace`.

        May raise `NotFoundError`, besides what any request may.
        """
        data = InstructionPreview(project_id=project_id, assistant_id=assistant_id)
        return await self._link.request(_INSTRUCTION_PREVIEW, data)
