"""The data of frames that `team` has."""

from __future__ import annotations

from ..runtime.messages import RequestData, ServerData
from .shared import ChangeKind


class TeamCreate(RequestData, kw_only=True):
    """`team:create`: for admins: a named set of users, which can be made a member of projects."""

    name: str
    """What it is called, unlike others. 1 to 200 characters."""


class TeamGet(RequestData, kw_only=True):
    """`team:get`: a team and its users; for admins, and for whoever is in it."""

    team_id: int
    """Id of a team; null where a user is meant."""


class TeamList(RequestData, kw_only=True):
    """`team:list`: the teams that one is in, by name; admins see all."""

    limit: int | None = None
    """How many entries a page may have. 1 to 200. When it is left out: 50."""
    cursor: str | None = None
    """The `nextCursor` of the page before; without one, the first page. 1 to 64 characters."""
    total: bool | None = None
    """Whether to count all; the page then says how many there are. When it is left out: False."""


class TeamUpdate(RequestData, kw_only=True):
    """`team:update`: for admins: name it anew."""

    team_id: int
    """Id of a team; null where a user is meant."""
    name: str | None = None
    """What it is called from now on. 1 to 200 characters."""
    version: int | None = None
    """The `version` that it was read with: another one by now is a `conflict`; null changes it in any case."""


class TeamDelete(RequestData, kw_only=True):
    """`team:delete`: for admins. Its users are no members any more where only the team was one."""

    team_id: int
    """Id of a team; null where a user is meant."""


class TeamMemberAdd(RequestData, kw_only=True):
    """`team:member:add`: for admins: a user, by id or by name."""

    team_id: int
    """Id of a team; null where a user is meant."""
    user_id: int | None = None
    """Id of a user; null where `userName` is given."""
    user_name: str | None = None
    """Name of a user, in any spelling that comes to the same. 1 to 64 characters."""


class TeamMemberRemove(RequestData, kw_only=True):
    """`team:member:remove`: for admins."""

    team_id: int
    """Id of a team; null where a user is meant."""
    user_id: int
    """Id of the user."""


class TeamSubscribe(RequestData, kw_only=True):
    """`team:subscribe`: be told what becomes of teams. With `since`, also what has become of them after that change."""

    since: int | None = None
    """The `number` of the last change that was told."""


class TeamUnsubscribe(RequestData, kw_only=True):
    """`team:unsubscribe`: be told no more what becomes of teams."""


class TeamDetails(ServerData, kw_only=True):
    """The reply to requests about one team: it, and its users by name."""

    team: TeamItem
    """The team."""
    users: list[TeamUser] = []
    """Who is in it, by name."""


class TeamItem(ServerData, kw_only=True):
    """A team, and how many users are in it."""

    id: int
    """Its id."""
    name: str
    """What it is called."""
    users: int
    """How many users are in it."""
    version: int
    """Grows with each change."""
    created_at: str
    """When it was created."""
    updated_at: str
    """When it was changed last."""


class TeamUser(ServerData, kw_only=True):
    """A user who is in a team."""

    user_id: int
    """Id of the user."""
    name: str
    """Name of the user."""


class TeamPage(ServerData, kw_only=True):
    """The reply to `team:list`; `nextCursor` is null on the last page."""

    items: list[TeamItem] = []
    """The teams."""
    next_cursor: str | None = None
    """What to send as `cursor` for the next page; null on the last one."""
    total: int | None = None
    """How many there are."""


class TeamDeleted(ServerData, kw_only=True):
    """The reply to `team:delete`."""

    team_id: int
    """Id that the team had."""


class TeamSubscribed(ServerData, kw_only=True):
    """The reply to `team:subscribe`; the changes follow it, after the one of this number."""

    number: int
    """Of the change; grows from one to the next."""
    recovered: bool
    """Whether all changes after `since` will be told; else read the list again."""


class TeamChanged(ServerData, kw_only=True):
    """Something has become of a team; pushed to whoever has subscribed and sees it."""

    number: int
    """Of the change; grows from one to the next."""
    change: ChangeKind | str
    """What has become of it."""
    team_id: int | None = None
    """Id of the team; null where more has changed than is told."""
    item: TeamDetails | None = None
    """The row as it is by now; null when it isn't there any more, or may not be seen."""


class TeamUnsubscribed(ServerData, kw_only=True):
    """The reply to `team:unsubscribe`."""
