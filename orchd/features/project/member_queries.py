"""SQL by which projects get and lose members.

Each returns the users who see or change other rows from now on: the daemon runs are told of them in the same
transaction.
"""

from typing import NamedTuple

from orchd.access.names import user_name
from orchd.errors import Conflict, Forbidden, Invalid, NotFound
from orchd.features.project.queries import PROJECTS, ProjectRow, check_number, membership, require_ownership
from orchd.features.project.roles import ProjectRole
from orchd.storage import SqlValue, Statement, Steps

MAX_MEMBERS = 500
"""Members of one project, and users in one team."""


class Party(NamedTuple):
    """A user or a team, one of both."""

    user_id: int | None = None
    team_id: int | None = None

    @property
    def column(self) -> str:
        """The column that names it, and the member of a request by which people do."""
        return "user_id" if self.team_id is None else "team_id"

    @property
    def field(self) -> str:
        """The member of a request that names it."""
        return "userId" if self.team_id is None else "teamId"


class MemberLine(NamedTuple):
    """A member as it is shown."""

    member: Party
    name: str
    role: ProjectRole


class Person(NamedTuple):
    """Who changes members; admins may name any team, others those that they are in."""

    user_id: int
    is_admin: bool


class PartyName(NamedTuple):
    """Who is to be a member, by id or by name."""

    user_id: int | None = None
    user_name: str | None = None
    team_id: int | None = None
    team_name: str | None = None


def find(person: Person, wanted: PartyName) -> Steps[Party]:
    """Return who is meant. Raises `Invalid` unless it is just one, `NotFound`."""
    given = [name for name, value in wanted._asdict().items() if value is not None]
    if len(given) != 1:
        raise Invalid(
            "say who: one of userId, userName, teamId and teamName",
            reason="malformed",
            field="userId",
            path="$.data.userId",
        )
    if given[0].startswith("user"):
        return Party(user_id=(yield from find_user(wanted.user_id, wanted.user_name)))
    return Party(team_id=(yield from _find_team(person, wanted.team_id, wanted.team_name)))


def find_user(user_id: int | None, name: str | None) -> Steps[int]:
    """Return the id of a user, by that or by name. Raises `NotFound`."""
    column, field = ("id", "userId") if user_id is not None else ("name", "userName")
    wanted = user_name(name, "$.data.userName") if user_id is None and name is not None else user_id
    found = yield Statement(f"SELECT id FROM user WHERE {column} = ?", (wanted,))
    if not found.rows:
        raise NotFound("there is no such user", field=field, path=f"$.data.{field}")
    return int(found.rows[0][0])


def _find_team(person: Person, team_id: int | None, name: str | None) -> Steps[int]:
    column, field = ("id", "teamId") if team_id is not None else ("name", "teamName")
    own = "" if person.is_admin else "AND id IN (SELECT team_id FROM team_member WHERE user_id = ?)"
    values: tuple[SqlValue, ...] = (
        name if team_id is None else team_id,
        *(() if person.is_admin else (person.user_id,)),
    )
    found = yield Statement(f"SELECT id FROM team WHERE {column} = ? {own}", values)
    if not found.rows:
        raise NotFound("there is no such team", field=field, path=f"$.data.{field}")
    return int(found.rows[0][0])


def members(project: ProjectRow) -> Steps[list[MemberLine]]:
    """Return all members, whoever has the project first, then as they came."""
    first = yield Statement("SELECT name FROM user WHERE id = ?", (project.user_id,))
    name = first.rows[0][0] if first.rows else "local"
    found = yield Statement(
        "SELECT m.user_id, m.team_id, COALESCE(u.name, t.name), m.role FROM project_member m"
        " LEFT JOIN user u ON u.id = m.user_id LEFT JOIN team t ON t.id = m.team_id"
        " WHERE m.project_id = ? AND (m.user_id IS NULL OR m.user_id <> ?) ORDER BY m.id",
        (project.id, project.user_id),
    )
    others = [MemberLine(Party(user_id, team_id), shown, role) for user_id, team_id, shown, role in found.rows]
    return [MemberLine(Party(user_id=project.user_id), name, "owner"), *others]


def users_of(project_id: int) -> Steps[set[int]]:
    """Return all users who are in a project, alone or in a team."""
    found = yield Statement(
        "SELECT user_id FROM project WHERE id = ?"
        " UNION SELECT user_id FROM project_member WHERE project_id = ? AND user_id IS NOT NULL"
        " UNION SELECT t.user_id FROM project_member m JOIN team_member t ON t.team_id = m.team_id"
        " WHERE m.project_id = ?",
        (project_id,) * 3,
    )
    return {row[0] for row in found.rows}


def add(person: Person, project_id: int, wanted: PartyName, role: ProjectRole, now: int) -> Steps[set[int]]:
    """Make somebody a member. Raises `NotFound`, `Forbidden`; `Conflict` for one who is, or for too many."""
    project = yield from require_ownership(project_id, person.user_id)
    member = yield from find(person, wanted)
    if member.user_id == project.user_id or (yield from _row_of(project_id, member)) is not None:
        raise Conflict("they are a member already", reason="member", field=member.field, path=f"$.data.{member.field}")
    count = yield Statement("SELECT COUNT(*) FROM project_member WHERE project_id = ?", (project_id,))
    if count.rows[0][0] >= MAX_MEMBERS:
        raise Conflict(f"a project has {MAX_MEMBERS} members at most", reason="too_many_rows", max=MAX_MEMBERS)
    yield from _insert(project_id, member, role, now)
    concerned = yield from _users_in(member)
    for user_id in sorted(concerned):
        yield from check_number(user_id)
    return concerned


def change(person: Person, project_id: int, member: Party, role: ProjectRole, now: int) -> Steps[set[int]]:
    """Give a member another role. Raises `NotFound`, `Forbidden`; `Conflict` where no user would be an owner."""
    project = yield from require_ownership(project_id, person.user_id)
    _check_one(member)
    if member.user_id == project.user_id:
        if role == "owner":
            return set()
        heir = yield from _hand_over(project, now)
        yield from _delete(project_id, member)
        yield from _insert(project_id, member, role, now)
        return {project.user_id, heir}
    if (yield from _row_of(project_id, member)) is None:
        raise _no_member(member)
    yield from _delete(project_id, member)
    yield from _insert(project_id, member, role, now)
    return (yield from _users_in(member))


def remove(person: Person, project_id: int, member: Party, now: int) -> Steps[set[int]]:
    """Let a member go; each may go by themselves. Raises `NotFound`, `Forbidden`; `Conflict` for the last owner."""
    project, role = yield from membership(project_id, person.user_id)
    _check_one(member)
    if role != "owner" and member.user_id != person.user_id:
        raise Forbidden(
            "only owners of the project may do this", reason="project_owner", field="projectId", path="$.data.projectId"
        )
    concerned = yield from _users_in(member)
    if member.user_id == project.user_id:
        concerned = {*concerned, (yield from _hand_over(project, now))}
        yield from _delete(project_id, member)
    elif not (yield from _delete(project_id, member)):
        raise _no_member(member)
    return concerned


def _hand_over(project: ProjectRow, now: int) -> Steps[int]:
    """Give a project to another owner; return whom. Raises `Conflict` when there is none."""
    found = yield Statement(
        "SELECT m.user_id FROM project_member m JOIN user u ON u.id = m.user_id"
        " WHERE m.project_id = ? AND m.role = 'owner' AND m.user_id <> ? AND u.disabled = 0 ORDER BY m.id LIMIT 1",
        (project.id, project.user_id),
    )
    if not found.rows:
        raise Conflict(
            "this is the last owner: make another user an owner first",
            reason="last_owner",
            field="userId",
            path="$.data.userId",
        )
    heir = int(found.rows[0][0])
    same = yield Statement("SELECT id FROM project WHERE user_id = ? AND name = ?", (heir, project.name))
    if same.rows:
        raise Conflict(
            "the owner who would have the project has one of that name: rename it first",
            reason="taken",
            field="projectId",
            path="$.data.projectId",
        )
    yield from PROJECTS.set(project.id, now, user_id=heir)
    yield from _delete(project.id, Party(user_id=heir))
    return heir


def _check_one(member: Party) -> None:
    if (member.user_id is None) == (member.team_id is None):
        raise Invalid("say who: either userId or teamId", reason="malformed", field="userId", path="$.data.userId")


def _no_member(member: Party) -> NotFound:
    return NotFound("there is no such member", field=member.field, path=f"$.data.{member.field}")


def _row_of(project_id: int, member: Party) -> Steps[int | None]:
    column = member.column
    found = yield Statement(
        f"SELECT id FROM project_member WHERE project_id = ? AND {column} = ?",
        (project_id, member.user_id if member.team_id is None else member.team_id),
    )
    return found.rows[0][0] if found.rows else None


def _insert(project_id: int, member: Party, role: ProjectRole, now: int) -> Steps[None]:
    yield Statement(
        "INSERT INTO project_member (project_id, user_id, team_id, role, created_at) VALUES (?, ?, ?, ?, ?)",
        (project_id, member.user_id, member.team_id, role, now),
    )


def _delete(project_id: int, member: Party) -> Steps[int]:
    column = member.column
    done = yield Statement(
        f"DELETE FROM project_member WHERE project_id = ? AND {column} = ?",
        (project_id, member.user_id if member.team_id is None else member.team_id),
    )
    return done.changed


def _users_in(member: Party) -> Steps[set[int]]:
    if member.user_id is not None:
        return {member.user_id}
    found = yield Statement("SELECT user_id FROM team_member WHERE team_id = ?", (member.team_id,))
    return {row[0] for row in found.rows}
