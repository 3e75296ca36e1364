"""People who share tasks in projects, and a plain model of who sees and changes what, to be compared."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Literal, NamedTuple, TypeVar

from orchd.entity import Owner
from orchd.errors import Conflict, Forbidden, NotFound, OrchdError
from orchd.features.project import Concerning, member_queries, memberships, queries, team_queries
from orchd.features.project.member_queries import Party, PartyName, Person
from orchd.features.project.messages import ProjectCreate
from orchd.features.project.roles import RANKS, ProjectRole, highest
from orchd.features.project.team_messages import TeamCreate
from orchd.features.project.team_queries import TEAMS
from orchd.features.task.store import editing_queries, listing_queries
from orchd.features.task.store.listing_queries import TaskFilter
from orchd.features.task.store.queries import changeable
from orchd.features.task.wire.messages import TaskCreate, TaskUpdate
from orchd.storage import Database, Statement, Steps

T = TypeVar("T")

USERS = (1, 2, 3, 4)
NOW = 1_900_000_000_000
Outcome = type[OrchdError] | None


class DirectAccess:
    """Satisfies `AccessChanges`: runs the steps and keeps whom they concern."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.concerned: list[set[int]] = []

    async def change_memberships(self, steps: Callable[[], Concerning[T]]) -> T:
        """Run them."""
        value, concerned = await self._database.write(steps)
        self.concerned.append(concerned)
        return value


def add_users(*names: str) -> Steps[None]:
    """Insert users whose ids count from 1."""
    for number, name in enumerate(names, 1):
        yield Statement(
            "INSERT INTO user (id, name, role, disabled, version, created_at, updated_at)"
            " VALUES (?, ?, 'member', 0, 1, 1, 1)",
            (number, name),
        )


@dataclass
class Shared:
    """A project of the model."""

    owner: int
    members: dict[Party, ProjectRole] = field(default_factory=dict)


class World:
    """The database and the model, to which the same is done. `project` and others are places in a list."""

    def __init__(self, store: Database) -> None:
        self._store = store
        self.projects: dict[int, Shared] = {}
        self.teams: dict[int, set[int]] = {}
        self.tasks: dict[int, tuple[int, int | None]] = {}

    def role(self, user: int, project_id: int | None) -> ProjectRole | None:
        """What the model says that somebody is in a project."""
        project = None if project_id is None else self.projects.get(project_id)
        if project is None:
            return None
        roles = [role for member, role in project.members.items() if self._is_in(user, member)]
        return "owner" if user == project.owner else highest(roles)

    def _is_in(self, user: int, member: Party) -> bool:
        return user == member.user_id or (member.team_id is not None and user in self.teams[member.team_id])

    def refused(self, user: int, project_id: int, wanted: ProjectRole) -> Outcome:
        """How the model refuses what needs a role."""
        role = self.role(user, project_id)
        if role is None:
            return NotFound
        return Forbidden if RANKS.index(role) < RANKS.index(wanted) else None

    async def attempt(self, expected: Outcome, steps: Callable[[], Steps[T]]) -> T | None:
        """Run steps, which must end as expected."""
        outcome: Outcome = None
        try:
            value = await self._store.write(steps)
        except OrchdError as refused:
            outcome, value = type(refused), None
        assert outcome is expected
        return value

    async def owner(self, user: int) -> Owner:
        """Whose rows somebody asks for, as the database knows."""
        found = await self._store.write(memberships, user)
        return Owner(user, found.reads, found.changes)

    async def make_project(self, user: int) -> None:
        name = f"project {len(self.projects)} of {user}"
        taken = await self._store.write(partial(queries.PROJECTS.of(user_id=user).page, 99))
        if name in [row.name for row in taken]:
            return
        made = await self._store.write(queries.create, user, ProjectCreate(name), NOW)
        self.projects[made.id] = Shared(user)

    async def make_team(self) -> None:
        made = await self._store.write(TEAMS.add, TeamCreate(f"team {len(self.teams)}{NOW}{self.teams}"[:200]), NOW)
        self.teams[made.id] = set()

    async def put_into_team(self, team: int, user: int) -> None:
        expected = Conflict if user in self.teams[team] else None
        if await self.attempt(expected, lambda: team_queries.add_user(team, user, NOW)) is not None:
            self.teams[team].add(user)

    async def take_out_of_team(self, team: int, user: int) -> None:
        expected = None if user in self.teams[team] else NotFound
        if await self.attempt(expected, lambda: team_queries.remove_user(team, user, NOW)) is not None:
            self.teams[team].remove(user)

    async def delete_team(self, team: int) -> None:
        assert await self.attempt(None, lambda: team_queries.remove(team)) == self.teams[team]
        for project in self.projects.values():
            project.members.pop(Party(team_id=team), None)
        del self.teams[team]

    async def add_member(self, user: int, project_id: int, member: Party, role: ProjectRole) -> None:
        project = self.projects[project_id]
        expected = self.refused(user, project_id, "owner")
        if expected is None and member.team_id is not None and user not in self.teams[member.team_id]:
            expected = NotFound
        if expected is None and (member in project.members or member.user_id == project.owner):
            expected = Conflict
        wanted = PartyName(member.user_id, None, member.team_id, None)
        steps = partial(member_queries.add, Person(user, False), project_id, wanted, role, NOW)
        if await self.attempt(expected, steps) is not None:
            project.members[member] = role

    async def change_member(self, user: int, project_id: int, member: Party, role: ProjectRole) -> None:
        project = self.projects[project_id]
        expected = self.refused(user, project_id, "owner")
        leaves = member.user_id == project.owner and role != "owner"
        heir = self.heir(project_id) if leaves else None
        if expected is None and member not in project.members and member.user_id != project.owner:
            expected = NotFound
        elif expected is None and leaves and heir is None:
            expected = Conflict
        steps = partial(member_queries.change, Person(user, False), project_id, member, role, NOW)
        if await self.attempt(expected, steps) is None:
            return
        if heir is not None:
            project.owner = heir
            del project.members[Party(user_id=heir)]
        if member.user_id != project.owner:
            project.members.pop(member, None)
            project.members[member] = role

    async def remove_member(self, user: int, project_id: int, member: Party) -> None:
        project = self.projects[project_id]
        expected = self.refused(user, project_id, "viewer" if member.user_id == user else "owner")
        heir = self.heir(project_id) if member.user_id == project.owner else None
        if expected is None and member.user_id == project.owner and heir is None:
            expected = Conflict
        elif expected is None and member.user_id != project.owner and member not in project.members:
            expected = NotFound
        steps = partial(member_queries.remove, Person(user, False), project_id, member, NOW)
        if await self.attempt(expected, steps) is None:
            return
        if heir is not None:
            project.owner = heir
            del project.members[Party(user_id=heir)]
        project.members.pop(member, None)

    def heir(self, project_id: int) -> int | None:
        """Who has a project next."""
        members = self.projects[project_id].members
        return next((member.user_id for member, role in members.items() if role == "owner" and member.user_id), None)

    async def delete_project(self, user: int, project_id: int, *, release: bool) -> None:
        expected = self.refused(user, project_id, "owner")
        inside = [task for task, (_, project) in self.tasks.items() if project == project_id]
        if expected is None and inside and not release:
            expected = Conflict
        steps = partial(queries.delete, user, project_id, 1, release=release)
        if await self.attempt(expected, steps) is None:
            return
        for task in inside:
            self.tasks[task] = (self.tasks[task][0], None)
        del self.projects[project_id]

    async def make_task(self, user: int, project_id: int | None) -> None:
        expected = None if project_id is None else self.refused(user, project_id, "editor")
        owner = await self.owner(user)
        content = TaskCreate(f"of {user}", project_id=project_id)
        made = await self.attempt(expected, lambda: editing_queries.create(owner, content, (), NOW, 1_000))
        if made is not None:
            self.tasks[made] = (user, project_id)

    async def move_task(self, user: int, task: int, project_id: int | None) -> None:
        expected = self.refused_task(user, task)
        if expected is None and project_id is not None and project_id != self.tasks[task][1]:
            expected = self.refused(user, project_id, "editor")
        owner = await self.owner(user)
        patch = TaskUpdate(task, project_id=project_id)
        steps = partial(_change, owner, task, patch)
        if await self.attempt(expected, steps):
            self.tasks[task] = (self.tasks[task][0], project_id)

    def refused_task(self, user: int, task: int) -> Outcome:
        """How the model refuses a change of a task."""
        maker, project_id = self.tasks[task]
        if maker == user:
            return None
        return NotFound if project_id is None else self.refused(user, project_id, "editor")

    async def compare(self) -> None:
        """Whatever the model says of each user and each task, the database must say."""
        for user in USERS:
            found = await self._store.read(whole_view, user, sorted(self.tasks))
            roles = {project: role for project in self.projects if (role := self.role(user, project)) is not None}
            assert sorted(found.owner.reads) == sorted(roles)
            assert sorted(found.owner.changes) == sorted(key for key, role in roles.items() if role != "viewer")
            assert found.roles == roles
            wanted = [task for task in self.tasks if self.refused_task(user, task) is not NotFound]
            assert found.tasks == sorted(wanted, reverse=True), "the latest first"
            assert found.refusals == {task: self.refused_task(user, task) for task in self.tasks}

    async def step(self, chance: random.Random) -> None:
        """Do something by chance."""
        user, project_id, role = chance.choice(USERS), self._some(chance, self.projects), chance.choice(RANKS)
        team, task = self._some(chance, self.teams), self._some(chance, self.tasks)
        kind: Literal["user", "team"] = chance.choice(("user", "user", "team")) if team is not None else "user"
        member = Party(user_id=chance.choice(USERS)) if kind == "user" else Party(team_id=team)
        doings: list[Callable[[], object]] = [lambda: self.make_task(user, chance.choice((None, project_id)))]
        if len(self.projects) < 4:
            doings.append(lambda: self.make_project(user))
        if len(self.teams) < 2:
            doings.append(self.make_team)
        if team is not None:
            doings += [lambda: self.put_into_team(team, user)] * 2
            doings += [lambda: self.take_out_of_team(team, user)]
            doings += [lambda: self.delete_team(team)] * (chance.random() < 0.2)
        if project_id is not None:
            doings += [lambda: self.add_member(user, project_id, member, role)] * 3
            doings += [lambda: self.change_member(user, project_id, member, role)]
            doings += [lambda: self.remove_member(user, project_id, member)]
            if chance.random() < 0.3:
                doings.append(lambda: self.delete_project(user, project_id, release=chance.random() < 0.5))
        if task is not None:
            doings.append(lambda: self.move_task(user, task, chance.choice((None, project_id))))
        await chance.choice(doings)()  # type: ignore[misc]

    def _some(self, chance: random.Random, of: dict[int, T]) -> int | None:
        return chance.choice(sorted(of)) if of else None


class View(NamedTuple):
    """What the database lets a user see and change."""

    owner: Owner
    roles: dict[int, ProjectRole]
    tasks: list[int]
    refusals: dict[int, Outcome]


def whole_view(user: int, tasks: list[int]) -> Steps[View]:
    """Return all that somebody sees, and how each task is refused that they would change."""
    member = yield from memberships(user)
    owner, refusals = Owner(user, member.reads, member.changes), dict[int, Outcome]()
    roles = {found.row.id: found.role for found in (yield from queries.page(user, 99, 0))}
    rows = yield from listing_queries.page(owner, TaskFilter(), 99, None)
    for task in tasks:
        try:
            yield from changeable(owner, task)
        except (NotFound, Forbidden) as refused:
            refusals[task] = type(refused)
        else:
            refusals[task] = None
    return View(owner, roles, [row.task.id for row in rows], refusals)


def _change(owner: Owner, task: int, patch: TaskUpdate) -> Steps[bool]:
    yield from editing_queries.change(owner, task, patch, NOW)
    return True
