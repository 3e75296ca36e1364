"""Requests whose type begins with `team`."""

from __future__ import annotations

from ..data.team import (
    TeamChanged,
    TeamCreate,
    TeamDelete,
    TeamDeleted,
    TeamDetails,
    TeamGet,
    TeamList,
    TeamMemberAdd,
    TeamMemberRemove,
    TeamPage,
    TeamSubscribe,
    TeamSubscribed,
    TeamUnsubscribe,
    TeamUnsubscribed,
    TeamUpdate,
)
from ..runtime.facts import Call, FollowTerms
from ..runtime.link import Link
from ..runtime.streams import Subscription

_TEAM_MEMBER_ADD = Call("team:member:add", "team:member:add", TeamDetails)
_TEAM_MEMBER_REMOVE = Call("team:member:remove", "team:member:remove", TeamDetails)
_TEAM_CREATE = Call("team:create", "team:create", TeamDetails)
_TEAM_GET = Call("team:get", "team:get", TeamDetails, safe=True)
_TEAM_LIST = Call("team:list", "team:list", TeamPage, safe=True)
_TEAM_UPDATE = Call("team:update", "team:update", TeamDetails)
_TEAM_DELETE = Call("team:delete", "team:delete", TeamDeleted)
_TEAM_SUBSCRIBE = Call("team:subscribe", "team:subscribe", TeamSubscribed)
_TEAM_SUBSCRIBE_TERMS = FollowTerms(
    pushes=frozenset({"team:changed"}),
    end=Call("team:unsubscribe", "team:unsubscribe", TeamUnsubscribed),
    end_data=lambda _: TeamUnsubscribe(),
    since="since",
    number="number",
    recovered="recovered",
)
_TEAM_UNSUBSCRIBE = Call("team:unsubscribe", "team:unsubscribe", TeamUnsubscribed)


class TeamMemberRequests:
    """`client.team.member`."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def add(self, *, team_id: int, user_id: int | None = None, user_name: str | None = None) -> TeamDetails:
        """`team:member:add`: for admins: a user, by id or by name.

        Needs the right `admin`, of a token the scope `admin`.

        May raise `NotFoundError`, `ConflictError`, besides what any request may.
        """
        data = TeamMemberAdd(team_id=team_id, user_id=user_id, user_name=user_name)
        return await self._link.request(_TEAM_MEMBER_ADD, data)

    async def remove(self, *, team_id: int, user_id: int) -> TeamDetails:
        """`team:member:remove`: for admins.

        Needs the right `admin`, of a token the scope `admin`.

        May raise `NotFoundError`, besides what any request may.
        """
        data = TeamMemberRemove(team_id=team_id, user_id=user_id)
        return await self._link.request(_TEAM_MEMBER_REMOVE, data)


class TeamRequests:
    """`client.team`."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self.member = TeamMemberRequests(link)

    async def create(self, *, name: str) -> TeamDetails:
        """`team:create`: for admins: a named set of users, which can be made a member of projects.

        Needs the right `admin`, of a token the scope `admin`.

        May raise `ConflictError`, besides what any request may.
        """
        data = TeamCreate(name=name)
        return await self._link.request(_TEAM_CREATE, data)

    async def get(self, *, team_id: int) -> TeamDetails:
        """`team:get`: a team and its users; for admins, and for whoever is in it.

        Needs the right `read`, of a token the scope `workspace`.

        May raise `NotFoundError`, besides what any request may.
        """
        data = TeamGet(team_id=team_id)
        return await self._link.request(_TEAM_GET, data)

    async def list(self, *, limit: int | None = None, cursor: str | None = None, total: bool | None = None) -> TeamPage:
        """`team:list`: the teams that one is in, by name; admins see all.

        Needs the right `read`, of a token the scope `workspace`.
        """
        data = TeamList(limit=limit, cursor=cursor, total=total)
        return await self._link.request(_TEAM_LIST, data)

    async def update(self, *, team_id: int, name: str | None = None, version: int | None = None) -> TeamDetails:
        """`team:update`: for admins: name it anew.

        Needs the right `admin`, of a token the scope `admin`.

        May raise `NotFoundError`, `ConflictError`, besides what any request may.
        """
        data = TeamUpdate(team_id=team_id, name=name, version=version)
        return await self._link.request(_TEAM_UPDATE, data)

    async def delete(self, *, team_id: int) -> TeamDeleted:
        """`team:delete`: for admins. Its users are no members any more where only the team was one.

        Needs the right `admin`, of a token the scope `admin`.

        May raise `NotFoundError`, besides what any request may.
        """
        data = TeamDelete(team_id=team_id)
        return await self._link.request(_TEAM_DELETE, data)

    def subscribe(self, *, since: int | None = None) -> Subscription[TeamSubscribed, TeamChanged]:
        """`team:subscribe`: be told what becomes of teams. With `since`, also what has become of them after that
        change.

        Needs the right `admin`, of a token the scope `admin`.
        """
        data = TeamSubscribe(since=since)
        return Subscription(self._link, _TEAM_SUBSCRIBE, data, _TEAM_SUBSCRIBE_TERMS)

    async def unsubscribe(self) -> TeamUnsubscribed:
        """`team:unsubscribe`: be told no more what becomes of teams.

        Needs the right `admin`, of a token the scope `admin`.
        """
        data = TeamUnsubscribe()
        return await self._link.request(_TEAM_UNSUBSCRIBE, data)
