"""Answers to the frames of teams."""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from msgspec import UNSET

from orchd.clock import unix_now
from orchd.entity.wire import ChangeFeed, follow_commands_of, present_row_in_conflict
from orchd.errors import Conflict, Invalid
from orchd.features.audit import Actor, actor_of
from orchd.features.project import team_queries
from orchd.features.project.access_changes import AccessChanges, Concerning
from orchd.features.project.auditing import audited_team, note_new_team
from orchd.features.project.handlers import person, with_checked_name
from orchd.features.project.member_queries import find_user
from orchd.features.project.team_live import team_details, team_item
from orchd.features.project.team_messages import (
    FOLLOWING,
    TeamCreate,
    TeamDelete,
    TeamDeleted,
    TeamDetails,
    TeamGet,
    TeamList,
    TeamMemberAdd,
    TeamMemberRemove,
    TeamPage,
    TeamUpdate,
)
from orchd.features.project.team_queries import TEAMS, Team
from orchd.protocol.command import CHANGE, LOOKUP, Command, Commands
from orchd.protocol.page import page
from orchd.protocol.router import Context
from orchd.storage import Database, Steps

T = TypeVar("T")


class TeamHandlers:
    """One method a frame."""

    def __init__(self, database: Database, access: AccessChanges, feed: ChangeFeed) -> None:
        self._database = database
        self._access = access
        self._feed = feed

    async def create(self, context: Context, data: TeamCreate) -> TeamDetails:
        made = await self._database.write(_create, with_checked_name(data), actor_of(context), unix_now())
        self._feed.look()
        return made

    async def get(self, context: Context, data: TeamGet) -> TeamDetails:
        return team_details(await self._database.read(team_queries.visible, person(context.identity), data.team_id))

    async def list(self, context: Context, data: TeamList) -> TeamPage:
        who = person(context.identity)
        rows = await self._database.read(team_queries.page, who, data.limit + 1, data.cursor)
        total = (await self._database.read(team_queries.count, who)) if data.total else UNSET
        return TeamPage(*page(rows, data.limit, team_item, lambda last: last.row.name), total)

    async def update(self, context: Context, data: TeamUpdate) -> TeamDetails:
        async with present_row_in_conflict(partial(self.get, context, TeamGet(data.team_id))):
            return await self._change(context, "team:update", data.team_id, partial(_update, with_checked_name(data)))

    async def delete(self, context: Context, data: TeamDelete) -> TeamDeleted:
        return await self._change(context, "team:delete", data.team_id, partial(_delete, data.team_id))

    async def add_member(self, context: Context, data: TeamMemberAdd) -> TeamDetails:
        if (data.user_id is None) == (data.user_name is None):
            raise Invalid(
                "say who: either userId or userName", reason="malformed", field="userId", path="$.data.userId"
            )
        return await self._change(context, "team:member:add", data.team_id, partial(_add_member, data))

    async def remove_member(self, context: Context, data: TeamMemberRemove) -> TeamDetails:
        return await self._change(context, "team:member:remove", data.team_id, partial(_remove_member, data))

    async def _change(self, context: Context, action: str, team_id: int, steps: Callable[[int], Concerning[T]]) -> T:
        """Change a team, with what the audit log says of that."""
        now = unix_now()
        change = partial(steps, now)
        done = await self._access.change_memberships(
            partial(audited_team, actor_of(context), action, team_id, change, now)
        )
        self._feed.look()
        return done


COMMANDS = Commands(
    Command("team:create", TeamCreate, TeamDetails, right="admin", scope="admin", errors=(Conflict,)).by(
        TeamHandlers.create
    ),
    Command("team:get", TeamGet, TeamDetails, right="read", scope="workspace", errors=LOOKUP).by(TeamHandlers.get),
    Command("team:list", TeamList, TeamPage, right="read", scope="workspace").by(TeamHandlers.list),
    Command("team:update", TeamUpdate, TeamDetails, right="admin", scope="admin", errors=CHANGE).by(
        TeamHandlers.update
    ),
    Command("team:delete", TeamDelete, TeamDeleted, right="admin", scope="admin", errors=LOOKUP).by(
        TeamHandlers.delete
    ),
    Command("team:member:add", TeamMemberAdd, TeamDetails, right="admin", scope="admin", errors=CHANGE).by(
        TeamHandlers.add_member
    ),
    Command("team:member:remove", TeamMemberRemove, TeamDetails, right="admin", scope="admin", errors=LOOKUP).by(
        TeamHandlers.remove_member
    ),
)

FOLLOW_COMMANDS = follow_commands_of(FOLLOWING)


def _create(data: TeamCreate, by: Actor, now: int) -> Steps[TeamDetails]:
    row = yield from TEAMS.add(data, now)
    yield from note_new_team(by, row.id, now)
    return team_details(Team(row, []))


def _update(data: TeamUpdate, now: int) -> Concerning[TeamDetails]:
    yield from TEAMS.change(data.team_id, data, now, version=data.version)
    return team_details((yield from team_queries.whole(data.team_id))), set()


def _delete(team_id: int, now: int) -> Concerning[TeamDeleted]:
    concerned = yield from team_queries.remove(team_id)
    return TeamDeleted(team_id), concerned


def _add_member(data: TeamMemberAdd, now: int) -> Concerning[TeamDetails]:
    user_id = yield from find_user(data.user_id, data.user_name)
    concerned = yield from team_queries.add_user(data.team_id, user_id, now)
    return team_details((yield from team_queries.whole(data.team_id))), concerned


def _remove_member(data: TeamMemberRemove, now: int) -> Concerning[TeamDetails]:
    concerned = yield from team_queries.remove_user(data.team_id, data.user_id, now)
    return team_details((yield from team_queries.whole(data.team_id))), concerned
