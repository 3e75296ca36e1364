"""Frames of projects and of teams."""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from orchd.entity.wire import ChangeKind
from orchd.features.project.roles import ProjectRole
from orchd.protocol.frame_type import FrameType
from orchd.protocol.page import PageSize
from orchd.protocol.types import ClientPayload, Count, RowId, ServerPayload, Timestamp, text_bounds

MAX_DESCRIPTION_CHARACTERS = 10_000

ProjectName = Annotated[str, Meta(min_length=1, max_length=200)]
ProjectDescription = Annotated[str, Meta(max_length=MAX_DESCRIPTION_CHARACTERS)]
TeamName = Annotated[str, Meta(min_length=1, max_length=200)]
MemberName = Annotated[str, text_bounds(1, 64)]
ProjectCursor = Annotated[str, Meta(min_length=1, max_length=64)]
ProjectRows = Annotated[
    Literal["release"],
    Meta(title="ProjectRows", description="What becomes of a deleted project's rows: each is its maker's alone again."),
]


class ProjectCreate(ClientPayload, frozen=True):
    """`project:create`: conversations, tasks and assistants that its members share. Who makes it is an owner."""

    name: ProjectName
    description: ProjectDescription = ""


class ProjectGet(ClientPayload, frozen=True):
    """`project:get`: a project that one is a member of, and who else is."""

    project_id: RowId


class ProjectList(ClientPayload, frozen=True):
    """`project:list`: the projects that one is a member of, alone or in a team, the oldest first."""

    limit: PageSize = 50
    cursor: ProjectCursor | None = None
    total: bool = False


class ProjectUpdate(ClientPayload, frozen=True):
    """`project:update`: for owners: change what is given; `version`: only if it is still that one."""

    project_id: RowId
    name: ProjectName | UnsetType = UNSET
    description: ProjectDescription | UnsetType = UNSET
    version: Count | None = None


class ProjectDelete(ClientPayload, frozen=True):
    """`project:delete`: for owners. A project with rows is deleted only with `rows` "release": none of them is lost."""

    project_id: RowId
    rows: ProjectRows | None = None


class ProjectMemberAdd(ClientPayload, frozen=True):
    """`project:member:add`: for owners: a user, by id or by name, or a team, each of whose users is a member then. Just
    one of `userId`, `userName`, `teamId` and `teamName` must be given; the team must be one of one's own, or one be an
    admin."""

    project_id: RowId
    role: ProjectRole
    user_id: RowId | None = None
    user_name: MemberName | None = None
    team_id: RowId | None = None
    team_name: TeamName | None = None


class ProjectMemberUpdate(ClientPayload, frozen=True):
    """`project:member:update`: for owners: give a member, a user or a team, another role."""

    project_id: RowId
    role: ProjectRole
    user_id: RowId | None = None
    team_id: RowId | None = None


class ProjectMemberRemove(ClientPayload, frozen=True):
    """`project:member:remove`: for owners, and for whoever leaves. What they made stays theirs, and in the project. The
    last user who is an owner by themselves must stay."""

    project_id: RowId
    user_id: RowId | None = None
    team_id: RowId | None = None


class ProjectItem(ServerPayload, frozen=True):
    """A project; `role`: what whoever asks is in it."""

    id: RowId
    name: str
    description: str
    role: ProjectRole
    version: Count
    created_at: Timestamp
    updated_at: Timestamp


class ProjectMember(ServerPayload, frozen=True):
    """A member: a user, or a team with all its users. `userId` 0 is the local owner, while there is no user."""

    user_id: Count | None
    team_id: RowId | None
    name: str
    role: ProjectRole


class ProjectDetails(Struct, frozen=True):
    """The reply to requests about one project: it, and its members."""

    project: ProjectItem
    members: list[ProjectMember]


class ProjectPage(ServerPayload, frozen=True):
    """The reply to `project:list`; `nextCursor` is null on the last page."""

    items: list[ProjectItem]
    next_cursor: str | None
    total: Count | UnsetType = UNSET


class ProjectDeleted(ServerPayload, frozen=True):
    """The reply to `project:delete`: how many rows were released."""

    project_id: RowId
    released: Count


class ProjectLeft(ServerPayload, frozen=True):
    """The reply to `project:member:remove`."""

    project_id: RowId
    user_id: Count | None
    team_id: RowId | None


class ProjectSubscribe(ClientPayload, frozen=True):
    """`project:subscribe`: tell me what becomes of the projects that I am in, of their members, and of how much is in
    them, from now on."""

    since: Count | None = None
    """The `number` of the last change that was told."""


class ProjectSubscribed(ServerPayload, frozen=True):
    """The reply to `project:subscribe`."""

    number: Count
    """Of the latest change."""
    recovered: bool
    """Whether all changes after `since` will be told; else read the list again."""


class ProjectUnsubscribe(ClientPayload, frozen=True):
    """`project:unsubscribe`: no more of that."""


class ProjectUnsubscribed(ServerPayload, frozen=True):
    """The reply to `project:unsubscribe`."""


class ProjectShown(Struct, frozen=True, rename="camel"):
    """A project as all of its members see it."""

    id: RowId
    name: str
    description: str
    version: Count
    created_at: Timestamp
    updated_at: Timestamp
    members: list[ProjectMember]
    """Whoever has it first, then as they came."""
    rows: dict[str, Count]
    """How much is in it, by kind: `conversation`, `task` and so on; those of which there is nothing are left out."""


class ProjectChanged(ServerPayload, frozen=True):
    """Something has become of a project; pushed to whoever has subscribed and is in it. `reset`: you are in other
    projects than before, or have another role; read the list again."""

    number: Count
    """Of the change; grows from one to the next."""
    change: ChangeKind
    """What has become of it."""
    project_id: RowId | None
    """Which one; null for `reset`."""
    item: ProjectShown | None
    """The project as it is by now; null when it isn't there any more, or may not be seen."""


CHANGED = FrameType("project:changed", ProjectChanged)
