"""SQL of teams: named sets of users. What changes who is in one returns whom that concerns."""

from typing import NamedTuple

from msgspec import Struct

from orchd.entity import SortOrder, Table
from orchd.errors import Conflict, NotFound
from orchd.features.project.member_queries import MAX_MEMBERS, Person
from orchd.features.project.queries import check_number
from orchd.storage import Statement, Steps


class TeamRow(Struct, frozen=True):
    """A row; times are Unix milliseconds."""

    id: int
    name: str
    version: int
    created_at: int
    updated_at: int


class TeamUserRow(NamedTuple):
    """A user who is in a team."""

    user_id: int
    name: str


class Team(NamedTuple):
    """A team and its users, by name."""

    row: TeamRow
    users: list[TeamUserRow]


TEAMS = Table("team", TeamRow, "team", key="team_id", unique=("name",))
BY_NAME = SortOrder(("name",))
_TEAM = TEAMS.columns_as("t")


def users_in(team_id: int) -> Steps[list[TeamUserRow]]:
    """Return who is in a team, by name."""
    found = yield Statement(
        "SELECT u.id, u.name FROM team_member m JOIN user u ON u.id = m.user_id WHERE m.team_id = ? ORDER BY u.name",
        (team_id,),
    )
    return [TeamUserRow(*row) for row in found.rows]


def whole(team_id: int) -> Steps[Team]:
    """Return a team. Raises `NotFound`."""
    row = yield from TEAMS.get(team_id)
    return Team(row, (yield from users_in(team_id)))


def visible(person: Person, team_id: int) -> Steps[Team]:
    """Return a team that somebody is in, or any for an admin. Raises `NotFound`."""
    team = yield from whole(team_id)
    if not person.is_admin and person.user_id not in [user.user_id for user in team.users]:
        raise NotFound("there is no such team", field="teamId", path="$.data.teamId")
    return team


class TeamSize(NamedTuple):
    """A team, and how many users are in it."""

    row: TeamRow
    users: int


def page(person: Person, limit: int, after: str | None) -> Steps[list[TeamSize]]:
    """Return up to `limit` teams by name, after a name: those that somebody is in, or all for an admin."""
    if person.is_admin:
        rows = yield from TEAMS.page(limit, None if after is None else (after,), BY_NAME)
    else:
        found = yield Statement(
            f"SELECT {_TEAM} FROM team t JOIN team_member m ON m.team_id = t.id"
            " WHERE m.user_id = ? AND t.name > ? ORDER BY t.name LIMIT ?",
            (person.user_id, after or "", limit),
        )
        rows = [TEAMS.read(row) for row in found.rows]
    sizes: list[TeamSize] = []
    for row in rows:
        count = yield Statement("SELECT COUNT(*) FROM team_member WHERE team_id = ?", (row.id,))
        sizes.append(TeamSize(row, count.rows[0][0]))
    return sizes


def count(person: Person) -> Steps[int]:
    """Return in how many teams somebody is, or how many there are for an admin."""
    if person.is_admin:
        return (yield from TEAMS.count())
    found = yield Statement("SELECT COUNT(*) FROM team_member WHERE user_id = ?", (person.user_id,))
    return int(found.rows[0][0])


def remove(team_id: int) -> Steps[set[int]]:
    """Delete a team. Raises `NotFound`."""
    concerned = {user.user_id for user in (yield from users_in(team_id))}
    yield from TEAMS.remove(team_id)
    return concerned


def add_user(team_id: int, user_id: int, now: int) -> Steps[set[int]]:
    """Put a user into a team. Raises `NotFound`; `Conflict` for one who is in it, or for too many."""
    team = yield from whole(team_id)
    if user_id in [user.user_id for user in team.users]:
        raise Conflict("they are in the team already", reason="member", field="userId", path="$.data.userId")
    if len(team.users) >= MAX_MEMBERS:
        raise Conflict(f"a team has {MAX_MEMBERS} users at most", reason="too_many_rows", max=MAX_MEMBERS)
    yield Statement("INSERT INTO team_member (team_id, user_id) VALUES (?, ?)", (team_id, user_id))
    yield from check_number(user_id)
    yield from TEAMS.set(team_id, now)
    return {user_id}


def remove_user(team_id: int, user_id: int, now: int) -> Steps[set[int]]:
    """Take a user out of a team. Raises `NotFound`."""
    yield from TEAMS.get(team_id)
    done = yield Statement("DELETE FROM team_member WHERE team_id = ? AND user_id = ?", (team_id, user_id))
    if not done.changed:
        raise NotFound("they are not in the team", field="userId", path="$.data.userId")
    yield from TEAMS.set(team_id, now)
    return {user_id}
