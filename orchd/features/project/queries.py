"""SQL of projects, and of who is in one.

Whoever has a project (`user_id`) is an owner of it and no row of `project_member`, so that there is always one. What
somebody is besides they are alone or in a team; the highest role counts.
"""

from typing import NamedTuple

from msgspec import Struct

from orchd.entity import MAX_PROJECTS, Owner, Table, count_shared
from orchd.entity.wire import release_rows
from orchd.errors import Conflict, Forbidden, NotFound
from orchd.features.project.roles import RANKS, ProjectRole, highest
from orchd.storage import Statement, Steps


class ProjectRow(Struct, frozen=True):
    """A row; times are Unix milliseconds."""

    id: int
    user_id: int
    name: str
    description: str
    version: int
    created_at: int
    updated_at: int


class Membership(NamedTuple):
    """A project, and what whoever asks is in it."""

    row: ProjectRow
    role: ProjectRole


PROJECTS = Table("project", ProjectRow, "project", key="project_id", unique=("name",))
"""Of the user who has it; who else sees or changes one is asked by `role_in` in the same transaction."""

_OF_USER = (
    "SELECT id AS project_id, 'owner' AS role FROM project WHERE user_id = ?"
    " UNION SELECT project_id, role FROM project_member WHERE user_id = ?"
    " UNION SELECT m.project_id, m.role FROM project_member m JOIN team_member t ON t.team_id = m.team_id"
    " WHERE t.user_id = ?"
)


class Memberships(NamedTuple):
    """The projects whose rows somebody sees, and those whose rows they may change."""

    reads: tuple[int, ...] = ()
    changes: tuple[int, ...] = ()


def memberships(user_id: int) -> Steps[Memberships]:
    """Return the projects that somebody is in, by themselves or in a team: `MAX_PROJECTS` at most."""
    found = yield Statement(f"{_OF_USER} ORDER BY 1 LIMIT ?", (*(user_id,) * 3, MAX_PROJECTS * len(RANKS)))
    reads = dict.fromkeys(project for project, _ in found.rows)
    changes = dict.fromkeys(project for project, role in found.rows if role != "viewer")
    return Memberships(tuple(reads)[:MAX_PROJECTS], tuple(changes)[:MAX_PROJECTS])


def role_in(project_id: int, user_id: int) -> Steps[ProjectRole | None]:
    """Return what somebody is in a project, None when it isn't there or they are no member."""
    found = yield Statement(
        "SELECT 'owner' FROM project WHERE id = ? AND user_id = ?"
        " UNION SELECT role FROM project_member WHERE project_id = ? AND user_id = ?"
        " UNION SELECT m.role FROM project_member m JOIN team_member t ON t.team_id = m.team_id"
        " WHERE m.project_id = ? AND t.user_id = ?",
        (project_id, user_id) * 3,
    )
    return highest(row[0] for row in found.rows)


def require_project(owner: Owner, project_id: int) -> Steps[None]:
    """Raise unless somebody may put rows into a project: `NotFound` for others' ones, `Forbidden` for a viewer."""
    role = yield from role_in(project_id, owner.user_id)
    if role is None:
        raise missing_error()
    if role == "viewer":
        raise Forbidden(
            "this project is shared with you to be read", reason="read_only", field="projectId", path="$.data.projectId"
        )


def membership(project_id: int, user_id: int) -> Steps[Membership]:
    """Return a project that somebody is a member of. Raises `NotFound`."""
    role = yield from role_in(project_id, user_id)
    if role is None:
        raise missing_error()
    return Membership((yield from PROJECTS.get(project_id)), role)


def require_ownership(project_id: int, user_id: int) -> Steps[ProjectRow]:
    """Return a project that somebody is an owner of. Raises `NotFound`; `Forbidden` for other members."""
    row, role = yield from membership(project_id, user_id)
    if role != "owner":
        raise Forbidden(
            "only owners of the project may do this", reason="project_owner", field="projectId", path="$.data.projectId"
        )
    return row


def missing_error() -> NotFound:
    """Return the error for a project that isn't there, or is for others only."""
    return NotFound("there is no such project", field="projectId", path="$.data.projectId")


def page(user_id: int, limit: int, after: int) -> Steps[list[Membership]]:
    """Return up to `limit` of somebody's projects in the order of their ids, from after the id `after`."""
    found = yield Statement(
        f"SELECT project_id, role FROM ({_OF_USER}) AS mine WHERE project_id > ? ORDER BY project_id LIMIT ?",
        (user_id, user_id, user_id, after, limit * len(RANKS)),
    )
    roles: dict[int, list[ProjectRole]] = {}
    for project_id, role in found.rows:
        roles.setdefault(project_id, []).append(role)
    projects: list[Membership] = []
    for project_id in list(roles)[:limit]:
        role = highest(roles[project_id])
        assert role is not None, "it was found by one"
        projects.append(Membership((yield from PROJECTS.get(project_id)), role))
    return projects


def create(user_id: int, content: Struct, now: int) -> Steps[ProjectRow]:
    """Make a project. Raises `Conflict` for a name that they have given before, or where they have too many."""
    row = yield from PROJECTS.of(user_id=user_id).add(content, now)
    yield from check_number(user_id)
    return row


def change(user_id: int, project_id: int, patch: Struct, version: int | None, now: int) -> Steps[ProjectRow]:
    """Change a project as one of its owners. Raises `NotFound`, `Forbidden`, `Conflict`."""
    yield from require_ownership(project_id, user_id)
    return (yield from PROJECTS.change(project_id, patch, now, version=version))


def delete(user_id: int, project_id: int, now: int, *, release: bool) -> Steps[int]:
    """Delete a project as one of its owners; return how many rows are their makers' alone from now on.

    Raises `NotFound`, `Forbidden`; `Conflict` when it has rows and they are not to be released.
    """
    yield from require_ownership(project_id, user_id)
    counts = yield from count_shared(project_id)
    if counts and not release:
        raise Conflict(
            "the project has rows; `rows` “release” gives them back to their makers",
            reason="has_rows",
            field="rows",
            path="$.data.rows",
            rows=counts,
        )
    yield from release_rows(project_id, now)
    yield from PROJECTS.remove(project_id)
    return sum(counts.values())


def count(user_id: int) -> Steps[int]:
    """Return in how many projects somebody is."""
    found = yield Statement(f"SELECT COUNT(DISTINCT project_id) FROM ({_OF_USER}) AS mine", (user_id, user_id, user_id))
    return int(found.rows[0][0])


def check_number(user_id: int) -> Steps[None]:
    """Raise `Conflict` for somebody who is in too many projects by now."""
    if (yield from count(user_id)) > MAX_PROJECTS:
        raise Conflict(f"a user can be in {MAX_PROJECTS} projects at most", reason="too_many_rows", max=MAX_PROJECTS)
