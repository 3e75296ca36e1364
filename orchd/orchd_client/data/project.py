"""The data of frames that `project` has."""

from __future__ import annotations

from typing import Literal, TypeAlias

from ..runtime.messages import RequestData, ServerData
from .shared import ChangeKind

ProjectRole: TypeAlias = Literal["editor", "owner", "viewer"]
"""What a member may do with a project: a `viewer` sees its rows, an `editor` changes them and adds some, an `owner`
also says who its members are. Later daemons may send others.
"""


class ProjectCreate(RequestData, kw_only=True):
    """`project:create`: conversations, tasks and assistants that its members share. Who makes it is an owner."""

    name: str
    """What it is called, unlike one's other projects. 1 to 200 characters."""
    description: str | None = None
    """What it is for. At most 10000 characters."""


class ProjectSubscribe(RequestData, kw_only=True):
    """`project:subscribe`: tell me what becomes of the projects that I am in, of their members, and of how much is
    in them, from now on.
    """

    since: int | None = None
    """The `number` of the last change that was told."""


class ProjectUnsubscribe(RequestData, kw_only=True):
    """`project:unsubscribe`: no more of that."""


class ProjectGet(RequestData, kw_only=True):
    """`project:get`: a project that one is a member of, and who else is."""

    project_id: int
    """Id of the project."""


class ProjectList(RequestData, kw_only=True):
    """`project:list`: the projects that one is a member of, alone or in a team, the oldest first."""

    limit: int | None = None
    """How many entries a page may have. 1 to 200. When it is left out: 50."""
    cursor: str | None = None
    """The `nextCursor` of the page before; without one, the first page. 1 to 64 characters."""
    total: bool | None = None
    """Whether to count all; the page then says how many there are. When it is left out: False."""


class ProjectUpdate(RequestData, kw_only=True):
    """`project:update`: for owners: change what is given; `version`: only if it is still that one."""

    project_id: int
    """Id of the project."""
    name: str | None = None
    """What it is called from now on. 1 to 200 characters."""
    description: str | None = None
    """What it is for. At most 10000 characters."""
    version: int | None = None
    """The `version` that it was read with: another one by now is a `conflict`; null changes it in any case."""


class ProjectDelete(RequestData, kw_only=True):
    """`project:delete`: for owners. A project with rows is deleted only with `rows` "release": none of them is lost."""

    project_id: int
    """Id of the project."""
    rows: Literal["release"] | None = None
    """What becomes of its rows; null where there must be none."""


class ProjectMemberAdd(RequestData, kw_only=True):
    """`project:member:add`: for owners: a user, by id or by name, or a team, each of whose users is a member then.
    Just one of `userId`, `userName`, `teamId` and `teamName` must be given; the team must be one of one's own, or
    one be an admin.
    """

    project_id: int
    """Id of the project."""
    role: ProjectRole
    """What they may do."""
    user_id: int | None = None
    """Id of a user."""
    user_name: str | None = None
    """Name of a user, in any spelling that comes to the same. 1 to 64 characters."""
    team_id: int | None = None
    """Id of a team; null where a user is meant."""
    team_name: str | None = None
    """Name of a team. 1 to 200 characters."""


class ProjectMemberUpdate(RequestData, kw_only=True):
    """`project:member:update`: for owners: give a member, a user or a team, another role."""

    project_id: int
    """Id of the project."""
    role: ProjectRole
    """What they may do from now on."""
    user_id: int | None = None
    """Id of a user; null where a team is meant."""
    team_id: int | None = None
    """Id of a team; null where a user is meant."""


class ProjectMemberRemove(RequestData, kw_only=True):
    """`project:member:remove`: for owners, and for whoever leaves. What they made stays theirs, and in the project.
    The last user who is an owner by themselves must stay.
    """

    project_id: int
    """Id of the project."""
    user_id: int | None = None
    """Id of a user; null where a team is meant."""
    team_id: int | None = None
    """Id of a team; null where a user is meant."""


class ProjectDetails(ServerData, kw_only=True):
    """The reply to requests about one project: it, and its members."""

    project: ProjectItem
    """The project."""
    members: list[ProjectMember] = []
    """Who is in it: whoever has the project first, then the others as they came."""


class ProjectItem(ServerData, kw_only=True):
    """A project; `role`: what whoever asks is in it."""

    id: int
    """Its id."""
    name: str
    """What it is called."""
    description: str
    """What it is for."""
    role: ProjectRole | str
    """What whoever asks is in it."""
    version: int
    """Grows with each change."""
    created_at: str
    """When it was created."""
    updated_at: str
    """When it was changed last."""


class ProjectMember(ServerData, kw_only=True):
    """A member: a user, or a team with all its users. `userId` 0 is the local owner, while there is no user."""

    user_id: int | None = None
    """Id of the user; null where it is a team."""
    team_id: int | None = None
    """Id of a team; null where a user is meant."""
    name: str
    """Name of the user or the team."""
    role: ProjectRole | str
    """What they may do."""


class ProjectSubscribed(ServerData, kw_only=True):
    """The reply to `project:subscribe`."""

    number: int
    """Of the latest change."""
    recovered: bool
    """Whether all changes after `since` will be told; else read the list again."""


class ProjectChanged(ServerData, kw_only=True):
    """Something has become of a project; pushed to whoever has subscribed and is in it. `reset`: you are in other
    projects than before, or have another role; read the list again.
    """

    number: int
    """Of the change; grows from one to the next."""
    change: ChangeKind | str
    """What has become of it."""
    project_id: int | None = None
    """Which one; null for `reset`."""
    item: ProjectShown | None = None
    """The project as it is by now; null when it isn't there any more, or may not be seen."""


class ProjectShown(ServerData, kw_only=True):
    """A project as all of its members see it."""

    id: int
    """Its id."""
    name: str
    """Its name."""
    description: str
    """What it is, in some words."""
    version: int
    """How often it was changed, from 1."""
    created_at: str
    """When it was created."""
    updated_at: str
    """When it was changed last."""
    members: list[ProjectMember] = []
    """Whoever has it first, then as they came."""
    rows: dict[str, int] = {}
    """How much is in it, by kind: `conversation`, `task` and so on; those of which there is nothing are left out."""


class ProjectUnsubscribed(ServerData, kw_only=True):
    """The reply to `project:unsubscribe`."""


class ProjectPage(ServerData, kw_only=True):
    """The reply to `project:list`; `nextCursor` is null on the last page."""

    items: list[ProjectItem] = []
    """The projects."""
    next_cursor: str | None = None
    """What to send as `cursor` for the next page; null on the last one."""
    total: int | None = None
    """How many there are."""


class ProjectDeleted(ServerData, kw_only=True):
    """The reply to `project:delete`: how many rows were released."""

    project_id: int
    """Id that the project had."""
    released: int
    """How many rows are their makers' alone from now on."""


class ProjectLeft(ServerData, kw_only=True):
    """The reply to `project:member:remove`."""

    project_id: int
    """Id of the project."""
    user_id: int | None = None
    """Id of the user who is no member any more; null where it was a team."""
    team_id: int | None = None
    """Id of a team; null where a user is meant."""
