"""Requests whose type begins with `workflow`."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET, UnsetType

from ..data.workflow import (
    Workflow,
    WorkflowChanged,
    WorkflowCreate,
    WorkflowDelete,
    WorkflowDeleted,
    WorkflowGet,
    WorkflowList,
    WorkflowOrder,
    WorkflowPage,
    WorkflowRestore,
    WorkflowStepDraft,
    WorkflowSubscribe,
    WorkflowSubscribed,
    WorkflowUnsubscribe,
    WorkflowUnsubscribed,
    WorkflowUpdate,
)
from ..runtime.facts import Call, FollowTerms
from ..runtime.link import Link
from ..runtime.streams import Subscription

_WORKFLOW_CREATE = Call("workflow:create", "workflow:create", Workflow)
_WORKFLOW_GET = Call("workflow:get", "workflow:get", Workflow, safe=True)
_WORKFLOW_LIST = Call("workflow:list", "workflow:list", WorkflowPage, safe=True)
_WORKFLOW_UPDATE = Call("workflow:update", "workflow:update", Workflow)
_WORKFLOW_DELETE = Call("workflow:delete", "workflow:delete", WorkflowDeleted)
_WORKFLOW_RESTORE = Call("workflow:restore", "workflow:restore", Workflow)
_WORKFLOW_SUBSCRIBE = Call("workflow:subscribe", "workflow:subscribe", WorkflowSubscribed, safe=True)
_WORKFLOW_SUBSCRIBE_TERMS = FollowTerms(
    pushes=frozenset({"workflow:changed"}),
    end=Call("workflow:unsubscribe", "workflow:unsubscribe", WorkflowUnsubscribed),
    end_data=lambda _: WorkflowUnsubscribe(),
    since="since",
    number="number",
    recovered="recovered",
)
_WORKFLOW_UNSUBSCRIBE = Call("workflow:unsubscribe", "workflow:unsubscribe", WorkflowUnsubscribed, safe=True)


class WorkflowRequests:
    """`client.workflow`."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def create(
        self,
        *,
        name: str,
        steps: Sequence[WorkflowStepDraft],
        project_id: int | None = None,
        description: str | None = None,
        category: str | None = None,
        active: bool | None = None,
    ) -> Workflow:
        """`workflow:create`: store a workflow.

        Steps that lead to one another; the first one begins. They are stored and checked, and not run yet.

        Needs the right `change`, of a token the scope `workspace`.

        May raise `NotFoundError`, `ConflictError`, `TooLargeError`, besides what any request may.
        """
        data = WorkflowCreate(
            project_id=project_id,
            name=name,
            description=description,
            category=category,
            steps=steps,
            active=active,
        )
        return await self._link.request(_WORKFLOW_CREATE, data)

    async def get(self, *, workflow_id: int) -> Workflow:
        """`workflow:get`: one of them.

        Needs the right `read`, of a token the scope `workspace`.

        May raise `NotFoundError`, besides what any request may.
        """
        data = WorkflowGet(workflow_id=workflow_id)
        return await self._link.request(_WORKFLOW_GET, data)

    async def list(
        self,
        *,
        category: str | None = None,
        active: bool | None = None,
        project_id: int | None = None,
        order: WorkflowOrder | None = None,
        descending: bool | None = None,
        deleted: bool | None = None,
        total: bool | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> WorkflowPage:
        """`workflow:list`: workflows, those that the given members fit; `cursor` is the `nextCursor` of the page
        before.

        Needs the right `read`, of a token the scope `workspace`.
        """
        data = WorkflowList(
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
        return await self._link.request(_WORKFLOW_LIST, data)

    async def update(
        self,
        *,
        workflow_id: int,
        version: int | None = None,
        project_id: int | None | UnsetType = UNSET,
        name: str | None = None,
        description: str | None = None,
        category: str | None = None,
        steps: Sequence[WorkflowStepDraft] | None = None,
        active: bool | None = None,
    ) -> Workflow:
        """`workflow:update`: change the members that are given; null clears. With `version` only if it is still that
        one.

        Needs the right `change`, of a token the scope `workspace`.

        May raise `NotFoundError`, `ConflictError`, `TooLargeError`, besides what any request may.
        """
        data = WorkflowUpdate(
            workflow_id=workflow_id,
            version=version,
            project_id=project_id,
            name=name,
            description=description,
            category=category,
            steps=steps,
            active=active,
        )
        return await self._link.request(_WORKFLOW_UPDATE, data)

    async def delete(self, *, workflow_id: int) -> WorkflowDeleted:
        """`workflow:delete`: remove a workflow; for some time it can be restored.

        Needs the right `change`, of a token the scope `workspace`.

        May raise `NotFoundError`, besides what any request may.
        """
        data = WorkflowDelete(workflow_id=workflow_id)
        return await self._link.request(_WORKFLOW_DELETE, data)

    async def restore(self, *, workflow_id: int) -> Workflow:
        """`workflow:restore`: have a workflow back that was removed.

        Needs the right `change`, of a token the scope `workspace`.

        May raise `NotFoundError`, `ConflictError`, besides what any request may.
        """
        data = WorkflowRestore(workflow_id=workflow_id)
        return await self._link.request(_WORKFLOW_RESTORE, data)

    def subscribe(self, *, since: int | None = None) -> Subscription[WorkflowSubscribed, WorkflowChanged]:
        """`workflow:subscribe`: be told what becomes of workflows. With `since`, also what has become of them after
        that change.

        Needs the right `read`, of a token the scope `workspace`.
        """
        data = WorkflowSubscribe(since=since)
        return Subscription(self._link, _WORKFLOW_SUBSCRIBE, data, _WORKFLOW_SUBSCRIBE_TERMS)

    async def unsubscribe(self) -> WorkflowUnsubscribed:
        """`workflow:unsubscribe`: be told no more what becomes of workflows.

        Needs the right `read`, of a token the scope `workspace`.
        """
        data = WorkflowUnsubscribe()
        return await self._link.request(_WORKFLOW_UNSUBSCRIBE, data)
