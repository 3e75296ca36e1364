"""SQL of projects, and of who is in one.

Whoever has a project (`user_id`) is an owner of it and no row of `project_member`, so that there is always one. What
somebody is besides they are alone or in a team; the highest role counts.
"""

from orchd.entity import Owner
from orchd.errors import Forbidden, NotFound
from orchd.features.project.roles import ProjectRole, highest
from orchd.storage import Statement, Steps


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
        raise NotFound("there is no such project", field="projectId", path="$.data.projectId")
    if role == "viewer":
        raise Forbidden("this project is shared with you to be read", field="projectId", path="$.data.projectId")
