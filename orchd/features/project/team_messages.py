"""Frames of teams."""

from msgspec import UNSET, Struct, UnsetType

from orchd.entity.wire import Following
from orchd.features.project.messages import MemberName, ProjectCursor, TeamName
from orchd.protocol.page import PageSize
from orchd.protocol.types import ClientPayload, Count, RowId, ServerPayload, Timestamp


class TeamCreate(ClientPayload, frozen=True):
    """`team:create`: for admins: a named set of users, which can be made a member of projects."""

    name: TeamName


class TeamGet(ClientPayload, frozen=True):
    """`team:get`: a team and its users; for admins, and for whoever is in it."""

    team_id: RowId


class TeamList(ClientPayload, frozen=True):
    """`team:list`: the teams that one is in, by name; admins see all."""

    limit: PageSize = 50
    cursor: ProjectCursor | None = None
    total: bool = False


class TeamUpdate(ClientPayload, frozen=True):
    """`team:update`: for admins: name it anew."""

    team_id: RowId
    name: TeamName | UnsetType = UNSET
    version: Count | None = None


class TeamDelete(ClientPayload, frozen=True):
    """`team:delete`: for admins. Its users are no members any more where only the team was one."""

    team_id: RowId


class TeamMemberAdd(ClientPayload, frozen=True):
    """`team:member:add`: for admins: a user, by id or by name."""

    team_id: RowId
    user_id: RowId | None = None
    user_name: MemberName | None = None


class TeamMemberRemove(ClientPayload, frozen=True):
    """`team:member:remove`: for admins."""

    team_id: RowId
    user_id: RowId


class TeamItem(ServerPayload, frozen=True):
    """A team, and how many users are in it."""

    id: RowId
    name: str
    users: Count
    version: Count
    created_at: Timestamp
    updated_at: Timestamp


class TeamUser(ServerPayload, frozen=True):
    """A user who is in a team."""

    user_id: RowId
    name: str


class TeamDetails(Struct, frozen=True):
    """The reply to requests about one team: it, and its users by name."""

    team: TeamItem
    users: list[TeamUser]


class TeamPage(ServerPayload, frozen=True):
    """The reply to `team:list`; `nextCursor` is null on the last page."""

    items: list[TeamItem]
    next_cursor: str | None
    total: Count | UnsetType = UNSET


class TeamDeleted(ServerPayload, frozen=True):
    """The reply to `team:delete`."""

    team_id: RowId


FOLLOWING = Following("team", TeamDetails, right="admin", scope="admin")
