"""Requests whose type begins with `project`."""

from __future__ import annotations

from typing import Literal

from ..data.project import (
    ProjectChanged,
    ProjectCreate,
    ProjectDelete,
    ProjectDeleted,
    ProjectDetails,
    ProjectGet,
    ProjectLeft,
    ProjectList,
    ProjectMemberAdd,
    ProjectMemberRemove,
    ProjectMemberUpdate,
    ProjectPage,
    ProjectRole,
    ProjectSubscribe,
    ProjectSubscribed,
    ProjectUnsubscribe,
    ProjectUnsubscribed,
    ProjectUpdate,
)
from ..runtime.facts import Call, FollowTerms
from ..runtime.link import Link
from ..runtime.streams import Subscription

_PROJECT_MEMBER_ADD = Call("project:member:add", "project:member:add", ProjectDetails)
_PROJECT_MEMBER_UPDATE = Call("project:member:update", "project:member:update", ProjectDetails)
_PROJECT_MEMBER_REMOVE = Call("project:member:remove", "project:member:remove", ProjectLeft)
_PROJECT_CREATE = Call("project:create", "project:create", ProjectDetails)
_PROJECT_SUBSCRIBE = Call("project:subscribe", "project:subscribed", ProjectSubscribed, safe=True)
_PROJECT_SUBSCRIBE_TERMS = FollowTerms(
    pushes=frozenset({"project:changed"}),
    end=Call("project:unsubscribe", "project:unsubscribed", ProjectUnsubscribed),
    end_data=lambda _: ProjectUnsubscribe(),
    since="since",
    number="number",
    recovered="recovered",
)
_PROJECT_UNSUBSCRIBE = Call("project:unsubscribe", "project:unsubscribed", ProjectUnsubscribed, safe=True)
_PROJECT_GET = Call("project:get", "project:get", ProjectDetails, safe=True)
_PROJECT_LIST = Call("project:list", "project:list", ProjectPage, safe=True)
_PROJECT_UPDATE = Call("project:update", "project:update", ProjectDetails)
_PROJECT_DELETE = Call("project:delete", "project:delete", ProjectDeleted)


class ProjectMemberRequests:
    """`client.project.member`."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def add(
        self,
        *,
        project_id: int,
        role: ProjectRole,
        user_id: int | None = None,
        user_name: str | None = None,
        team_id: int | None = None,
        team_name: str | None = None,
    ) -> ProjectDetails:
        """`project:member:add`: for owners: a user, by id or by name, or a team, each of whose users is a member then.
        Just one of `userId`, `userName`, `teamId` and `teamName` must be given; the team must be one of one's own, or
        one be an admin.

        Needs the right `change`, of a token the scope `workspace`.

        May raise `NotFoundError`, `ConflictError`, besides what any request may.
        """
        data = ProjectMemberAdd(
            project_id=project_id,
            role=role,
            user_id=user_id,
            user_name=user_name,
            team_id=team_id,
            team_name=team_name,
        )
        return await self._link.request(_PROJECT_MEMBER_ADD, data)

    async def update(
        self,
        *,
        project_id: int,
        role: ProjectRole,
        user_id: int | None = None,
        team_id: int | None = None,
    ) -> ProjectDetails:
        """`project:member:update`: for owners: give a member, a user or a team, another role.

        Needs the right `change`, of a token the scope `workspace`.

        May raise `NotFoundError`, `ConflictError`, besides what any request may.
        """
        data = ProjectMemberUpdate(project_id=project_id, role=role, user_id=user_id, team_id=team_id)
        return await self._link.request(_PROJECT_MEMBER_UPDATE, data)

    async def remove(self, *, project_id: int, user_id: int | None = None, team_id: int | None = None) -> ProjectLeft:
        """`project:member:remove`: for owners, and for whoever leaves. What they made stays theirs, and in the project.
        The last user who is an owner by themselves must stay.

        Needs the right `change`, of a token the scope `workspace`.

        May raise `NotFoundError`, `ConflictError`, besides what any request may.
        """
        data = ProjectMemberRemove(project_id=project_id, user_id=user_id, team_id=team_id)
        return await self._link.request(_PROJECT_MEMBER_REMOVE, data)


class ProjectRequests:
    """`client.project`."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self.member = ProjectMemberRequests(link)

    async def create(self, *, name: str, description: str | None = None) -> ProjectDetails:
        """`project:create`: conversations, tasks and assistants that its members share. Who makes it is an owner.

        Needs the right `change`, of a token the scope `workspace`.

        May raise `ConflictError`, besides what any request may.
        """
        data = ProjectCreate(name=name, description=description)
        return await self._link.request(_PROJECT_CREATE, data)

    def subscribe(self, *, since: int | None = None) -> Subscription[ProjectSubscribed, ProjectChanged]:
        """`project:subscribe`: tell me what becomes of the projects that I am in, of their members, and of how much is
        in them, from now on.

        Needs the right `read`, of a token the scope `workspace`.
        """
        data = ProjectSubscribe(since=since)
        return Subscription(self._link, _PROJECT_SUBSCRIBE, data, _PROJECT_SUBSCRIBE_TERMS)

    async def unsubscribe(self) -> ProjectUnsubscribed:
        """`project:unsubscribe`: no more of that.

        Needs the right `read`, of a token the scope `workspace`.
        """
        data = ProjectUnsubscribe()
        return await self._link.request(_PROJECT_UNSUBSCRIBE, data)

    async def get(self, *, project_id: int) -> ProjectDetails:
        """`project:get`: a project that one is a member of, and who else is.

        Needs the right `read`, of a token the scope `workspace`.

        May raise `NotFoundError`, besides what any request may.
        """
        data = ProjectGet(project_id=project_id)
        return await self._link.request(_PROJECT_GET, data)

    async def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        total: bool | None = None,
    ) -> ProjectPage:
        """`project:list`: the projects that one is a member of, alone or in a team, the oldest first.

        Needs the right `read`, of a token the scope `workspace`.
        """
        data = ProjectList(limit=limit, cursor=cursor, total=total)
        return await self._link.request(_PROJECT_LIST, data)

    async def update(
        self,
        *,
        project_id: int,
        name: str | None = None,
        description: str | None = None,
        version: int | None = None,
    ) -> ProjectDetails:
        """`project:update`: for owners: change what is given; `version`: only if it is still that one.

        Needs the right `change`, of a token the scope `workspace`.

        May raise `NotFoundError`, `ConflictError`, besides what any request may.
        """
        data = ProjectUpdate(project_id=project_id, name=name, description=description, version=version)
        return await self._link.request(_PROJECT_UPDATE, data)

    async def delete(self, *, project_id: int, rows: Literal["release"] | None = None) -> ProjectDeleted:
        """`project:delete`: for owners. A project with rows is deleted only with `rows` "release": none of them is
        lost.

        Needs the right `change`, of a token the scope `workspace`.

        May raise `NotFoundError`, `ConflictError`, besides what any request may.
        """
        data = ProjectDelete(project_id=project_id, rows=rows)
        return await self._link.request(_PROJECT_DELETE, data)
