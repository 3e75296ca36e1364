"""Requests whose type begins with `subtask`."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET, UnsetType

from ..data.shared import TaskType
from ..data.subtask import (
    SubtaskCreate,
    SubtaskDelete,
    SubtaskDeleted,
    SubtaskFound,
    SubtaskGet,
    SubtaskList,
    SubtaskPage,
    SubtaskReorder,
    SubtaskReordered,
    SubtaskReply,
    SubtaskUpdate,
)
from ..runtime.facts import Call
from ..runtime.link import Link

_SUBTASK_CREATE = Call("subtask:create", "subtask:create", SubtaskReply)
_SUBTASK_GET = Call("subtask:get", "subtask:get", SubtaskFound, safe=True)
_SUBTASK_LIST = Call("subtask:list", "subtask:list", SubtaskPage, safe=True)
_SUBTASK_UPDATE = Call("subtask:update", "subtask:update", SubtaskReply)
_SUBTASK_DELETE = Call("subtask:delete", "subtask:delete", SubtaskDeleted)
_SUBTASK_REORDER = Call("subtask:reorder", "subtask:reorder", SubtaskReordered)


class SubtaskRequests:
    """`client.subtask`."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def create(
        self,
        *,
        task_id: int,
        title: str,
        prompt: str,
        depends_on: Sequence[int] | None = None,
        difficulty: int | None = None,
        task_type: TaskType | None = None,
        assistant: str | None = None,
        model: str | None = None,
        needs_approval: bool | None = None,
        position: int | None = None,
    ) -> SubtaskReply:
        """`subtask:create`: add one, at `position` or at the end.

        `dependsOn`: subtasks of the same task whose results it is handed. `needsApproval`: a person is asked before it
        is begun. `model` fixes who does it; else `assistant` (a name) or the daemon chooses.

        Needs the right `change`, of a token the scope `tasks`.

        May raise `NotFoundError`, `ConflictError`, `TooLargeError`, besides what any request may.
        """
        data = SubtaskCreate(
            task_id=task_id,
            title=title,
            prompt=prompt,
            depends_on=depends_on,
            difficulty=difficulty,
            task_type=task_type,
            assistant=assistant,
            model=model,
            needs_approval=needs_approval,
            position=position,
        )
        return await self._link.request(_SUBTASK_CREATE, data)

    async def get(self, *, subtask_id: int) -> SubtaskFound:
        """`subtask:get`: one subtask whole, with its attempts and the ledger of claims about its result.

        Needs the right `read`, of a token the scope `tasks`.

        May raise `NotFoundError`, besides what any request may.
        """
        data = SubtaskGet(subtask_id=subtask_id)
        return await self._link.request(_SUBTASK_GET, data)

    async def list(self, *, task_id: int, limit: int | None = None, cursor: str | None = None) -> SubtaskPage:
        """`subtask:list`: a task's subtasks in order; `cursor` is the `nextCursor` of the page before.

        Needs the right `read`, of a token the scope `tasks`.

        May raise `NotFoundError`, besides what any request may.
        """
        data = SubtaskList(task_id=task_id, limit=limit, cursor=cursor)
        return await self._link.request(_SUBTASK_LIST, data)

    async def update(
        self,
        *,
        subtask_id: int,
        title: str | None = None,
        prompt: str | None = None,
        depends_on: Sequence[int] | None = None,
        difficulty: int | None = None,
        task_type: TaskType | None = None,
        assistant: str | None | UnsetType = UNSET,
        model: str | None | UnsetType = UNSET,
        needs_approval: bool | None = None,
    ) -> SubtaskReply:
        """`subtask:update`: change the members that are given, of one that was not begun; `dependsOn` is replaced
        whole.

        Needs the right `change`, of a token the scope `tasks`.

        May raise `NotFoundError`, `ConflictError`, `TooLargeError`, besides what any request may.
        """
        data = SubtaskUpdate(
            subtask_id=subtask_id,
            title=title,
            prompt=prompt,
            depends_on=depends_on,
            difficulty=difficulty,
            task_type=task_type,
            assistant=assistant,
            model=model,
            needs_approval=needs_approval,
        )
        return await self._link.request(_SUBTASK_UPDATE, data)

    async def delete(self, *, subtask_id: int) -> SubtaskDeleted:
        """`subtask:delete`: remove one; those that needed it don't need it any more.

        Needs the right `change`, of a token the scope `tasks`.

        May raise `NotFoundError`, `ConflictError`, besides what any request may.
        """
        data = SubtaskDelete(subtask_id=subtask_id)
        return await self._link.request(_SUBTASK_DELETE, data)

    async def reorder(self, *, task_id: int, subtask_ids: Sequence[int]) -> SubtaskReordered:
        """`subtask:reorder`: put a task's subtasks, all of them, in this order. What depends on what stays.

        Needs the right `change`, of a token the scope `tasks`.

        May raise `NotFoundError`, `ConflictError`, besides what any request may.
        """
        data = SubtaskReorder(task_id=task_id, subtask_ids=subtask_ids)
        return await self._link.request(_SUBTASK_REORDER, data)
