"""Answers to the frames of projects."""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from msgspec import UNSET, Struct, structs

from orchd.clock import unix_now
from orchd.entity import view
from orchd.entity.wire import ChangeFeed, present_row_in_conflict
from orchd.errors import Conflict
from orchd.features.audit import Actor, actor_of
from orchd.features.project import member_queries, queries
from orchd.features.project.access_changes import AccessChanges, Concerning
from orchd.features.project.auditing import audited_project, note_new_project
from orchd.features.project.live import KIND, member_item
from orchd.features.project.member_queries import Party, PartyName, Person
from orchd.features.project.messages import (
    CHANGED,
    ProjectCreate,
    ProjectDelete,
    ProjectDeleted,
    ProjectDetails,
    ProjectGet,
    ProjectItem,
    ProjectLeft,
    ProjectList,
    ProjectMemberAdd,
    ProjectMemberRemove,
    ProjectMemberUpdate,
    ProjectPage,
    ProjectSubscribe,
    ProjectSubscribed,
    ProjectUnsubscribe,
    ProjectUnsubscribed,
    ProjectUpdate,
)
from orchd.features.project.queries import Membership
from orchd.protocol.command import CHANGE, LOOKUP, Command, Commands, SubscriptionTerms
from orchd.protocol.cursor import one_number
from orchd.protocol.frame_type import FrameType
from orchd.protocol.identity import Identity
from orchd.protocol.names import checked_name, require_nonblank
from orchd.protocol.page import page
from orchd.protocol.router import Context
from orchd.protocol.types import timestamp
from orchd.storage import Database, Steps

S = TypeVar("S", bound=Struct)
T = TypeVar("T")


class ProjectHandlers:
    """One method a frame."""

    def __init__(self, database: Database, access: AccessChanges, feed: ChangeFeed) -> None:
        self._database = database
        self._access = access
        self._feed = feed

    async def subscribe(self, context: Context, data: ProjectSubscribe) -> ProjectSubscribed:
        start = await self._feed.begin(context, KIND, data.since)
        return ProjectSubscribed(start.number, start.recovered)

    async def unsubscribe(self, context: Context, data: ProjectUnsubscribe) -> ProjectUnsubscribed:
        self._feed.leave(KIND, context.peer)
        return ProjectUnsubscribed()

    async def create(self, context: Context, data: ProjectCreate) -> ProjectDetails:
        steps = partial(_create, context.identity.user_id, with_checked_name(data), actor_of(context), unix_now())
        made = await self._access.change_memberships(steps)
        self._feed.look()
        return made

    async def get(self, context: Context, data: ProjectGet) -> ProjectDetails:
        return await self._database.read(_details, context.identity.user_id, data.project_id)

    async def list(self, context: Context, data: ProjectList) -> ProjectPage:
        after = one_number(data.cursor, 0)
        user_id = context.identity.user_id
        rows = await self._database.read(queries.page, user_id, data.limit + 1, after)
        total = (await self._database.read(queries.count, user_id)) if data.total else UNSET
        return ProjectPage(*page(rows, data.limit, _item, lambda last: str(last.row.id)), total)

    async def update(self, context: Context, data: ProjectUpdate) -> ProjectDetails:
        checked = with_checked_name(data)
        async with present_row_in_conflict(partial(self.get, context, ProjectGet(data.project_id))):
            return await self._change(context, "project:update", data.project_id, partial(_update, checked))

    async def delete(self, context: Context, data: ProjectDelete) -> ProjectDeleted:
        return await self._change(context, "project:delete", data.project_id, partial(_delete, data))

    async def add_member(self, context: Context, data: ProjectMemberAdd) -> ProjectDetails:
        return await self._change(context, "project:member:add", data.project_id, partial(_add_member, data))

    async def update_member(self, context: Context, data: ProjectMemberUpdate) -> ProjectDetails:
        return await self._change(context, "project:member:update", data.project_id, partial(_update_member, data))

    async def remove_member(self, context: Context, data: ProjectMemberRemove) -> ProjectLeft:
        return await self._change(context, "project:member:remove", data.project_id, partial(_remove_member, data))

    async def _change(
        self, context: Context, action: str, project_id: int, steps: Callable[[Person, int], Concerning[T]]
    ) -> T:
        """Change a project for whoever asks, with what the audit log says of that."""
        who, now = person(context.identity), unix_now()
        change = partial(steps, who, now)
        done = await self._access.change_memberships(
            partial(audited_project, actor_of(context), action, project_id, change, now)
        )
        self._feed.look()
        return done


SUBSCRIBED = FrameType("project:subscribed", ProjectSubscribed)
UNSUBSCRIBED = FrameType("project:unsubscribed", ProjectUnsubscribed)
COMMANDS = Commands(
    Command(
        "project:create",
        ProjectCreate,
        ProjectDetails,
        right="change",
        scope="workspace",
        errors=(Conflict,),
        grows=True,
    ).by(ProjectHandlers.create),
    Command(
        "project:subscribe",
        ProjectSubscribe,
        SUBSCRIBED,
        right="read",
        scope="workspace",
        pushes=(CHANGED,),
        subscription=SubscriptionTerms("project:unsubscribe", numbered=True),
    ).by(ProjectHandlers.subscribe),
    Command("project:unsubscribe", ProjectUnsubscribe, UNSUBSCRIBED, right="read", scope="workspace").by(
        ProjectHandlers.unsubscribe
    ),
    Command("project:get", ProjectGet, ProjectDetails, right="read", scope="workspace", errors=LOOKUP).by(
        ProjectHandlers.get
    ),
    Command("project:list", ProjectList, ProjectPage, right="read", scope="workspace").by(ProjectHandlers.list),
    Command("project:update", ProjectUpdate, ProjectDetails, right="change", scope="workspace", errors=CHANGE).by(
        ProjectHandlers.update
    ),
    Command("project:delete", ProjectDelete, ProjectDeleted, right="change", scope="workspace", errors=CHANGE).by(
        ProjectHandlers.delete
    ),
    Command(
        "project:member:add", ProjectMemberAdd, ProjectDetails, right="change", scope="workspace", errors=CHANGE
    ).by(ProjectHandlers.add_member),
    Command(
        "project:member:update", ProjectMemberUpdate, ProjectDetails, right="change", scope="workspace", errors=CHANGE
    ).by(ProjectHandlers.update_member),
    Command(
        "project:member:remove", ProjectMemberRemove, ProjectLeft, right="change", scope="workspace", errors=CHANGE
    ).by(ProjectHandlers.remove_member),
)


def person(who: Identity) -> Person:
    """Return who changes members, as far as that matters; a token that may not do what admins do is no admin's."""
    allowed = who.scopes is None or "admin" in who.scopes
    return Person(who.user_id, who.role == "admin" and allowed)


def with_checked_name(data: S) -> S:
    """Return what was sent, with its name checked, if there is one. Raises `Invalid`."""
    name = getattr(data, "name", UNSET)
    if name is UNSET:
        return data
    return structs.replace(data, name=checked_name(require_nonblank(name, "name"), "name"))


def _create(user_id: int, data: ProjectCreate, by: Actor, now: int) -> Concerning[ProjectDetails]:
    row = yield from queries.create(user_id, data, now)
    yield from note_new_project(by, row.id, now)
    return (yield from _details(user_id, row.id)), {user_id}


def _update(data: ProjectUpdate, who: Person, now: int) -> Concerning[ProjectDetails]:
    yield from queries.change(who.user_id, data.project_id, data, data.version, now)
    return (yield from _details(who.user_id, data.project_id)), set()


def _delete(data: ProjectDelete, who: Person, now: int) -> Concerning[ProjectDeleted]:
    concerned = yield from member_queries.users_of(data.project_id)
    released = yield from queries.delete(who.user_id, data.project_id, now, release=data.rows == "release")
    return ProjectDeleted(data.project_id, released), concerned


def _add_member(data: ProjectMemberAdd, who: Person, now: int) -> Concerning[ProjectDetails]:
    wanted = PartyName(data.user_id, data.user_name, data.team_id, data.team_name)
    concerned = yield from member_queries.add(who, data.project_id, wanted, data.role, now)
    return (yield from _details(who.user_id, data.project_id)), concerned


def _update_member(data: ProjectMemberUpdate, who: Person, now: int) -> Concerning[ProjectDetails]:
    member = Party(data.user_id, data.team_id)
    concerned = yield from member_queries.change(who, data.project_id, member, data.role, now)
    return (yield from _details(who.user_id, data.project_id)), concerned


def _remove_member(data: ProjectMemberRemove, who: Person, now: int) -> Concerning[ProjectLeft]:
    member = Party(data.user_id, data.team_id)
    concerned = yield from member_queries.remove(who, data.project_id, member, now)
    return ProjectLeft(data.project_id, data.user_id, data.team_id), concerned


def _details(user_id: int, project_id: int) -> Steps[ProjectDetails]:
    found = yield from queries.membership(project_id, user_id)
    others = yield from member_queries.members(found.row)
    return ProjectDetails(_item(found), [member_item(named) for named in others])


def _item(found: Membership) -> ProjectItem:
    row = found.row
    times = {"created_at": timestamp(row.created_at), "updated_at": timestamp(row.updated_at)}
    return view(ProjectItem, row, role=found.role, **times)
