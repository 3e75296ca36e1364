"""Changes of projects and teams with the row of the audit log that says who made them, in one transaction."""

from collections.abc import Callable
from typing import TypeVar

from orchd.features.audit import Actor, AuditAction, entry
from orchd.features.project.access_changes import Concerning
from orchd.features.project.live import note_project
from orchd.features.project.member_queries import members
from orchd.features.project.queries import PROJECTS, membership
from orchd.features.project.team_live import note_team
from orchd.features.project.team_queries import TEAMS, users_in
from orchd.storage import Steps

T = TypeVar("T")


def audited_project(
    by: Actor, action: str, project_id: int, steps: Callable[[], Concerning[T]], now: int
) -> Concerning[T]:
    """Change a project or its members, and note who did, and what was before. Raises what `steps` do, and `NotFound`
    before anything of others is read."""
    assert by.user_id is not None, "the command line changes no projects"
    yield from membership(project_id, by.user_id)
    before, owner_id = yield from _project(project_id)
    changed = yield from steps()
    after, _ = yield from _project(project_id)
    yield from entry(by, AuditAction(action, "project", project_id, owner_id, before, after), now)
    assert owner_id is not None, "whoever changes it is in it"
    yield from note_project(project_id, "updated" if after is not None else "deleted", owner_id, now)
    return changed


def note_new_project(by: Actor, project_id: int, now: int) -> Steps[None]:
    """Note who has made a project."""
    after, owner_id = yield from _project(project_id)
    assert owner_id is not None, "it was made in this transaction"
    yield from entry(by, AuditAction("project:create", "project", project_id, owner_id, after=after), now)
    yield from note_project(project_id, "created", owner_id, now)


def note_new_team(by: Actor, team_id: int, now: int) -> Steps[None]:
    """Note who has made a team."""
    yield from entry(by, AuditAction("team:create", "team", team_id, after=(yield from _team(team_id))), now)
    yield from note_team(team_id, "created", now)


def audited_team(by: Actor, action: str, team_id: int, steps: Callable[[], Concerning[T]], now: int) -> Concerning[T]:
    """Change a team or who is in it, and note who did, and what was before."""
    before = yield from _team(team_id)
    changed = yield from steps()
    after = yield from _team(team_id)
    yield from entry(by, AuditAction(action, "team", team_id, None, before, after), now)
    yield from note_team(team_id, "updated" if after is not None else "deleted", now)
    return changed


def _project(project_id: int) -> Steps[tuple[dict[str, object] | None, int | None]]:
    """Return what the log says of a project as it is, and whose it is."""
    row = yield from PROJECTS.find(project_id)
    if row is None:
        return None, None
    lines = yield from members(row)
    said = [f"{'team ' if line.member.team_id else ''}{line.name}: {line.role}" for line in lines]
    return {"name": row.name, "members": said}, row.user_id


def _team(team_id: int) -> Steps[dict[str, object] | None]:
    row = yield from TEAMS.find(team_id)
    if row is None:
        return None
    return {"name": row.name, "users": [user.name for user in (yield from users_in(team_id))]}
