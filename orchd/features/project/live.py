"""Live projects: whoever follows theirs is told what becomes of them, of their members, and of how much is in them.

Changes stand in the log that all live lists have (`orchd.entity.wire`), so that other daemons' are told, too.
"""

from typing import Any

from orchd.entity import Belonging, Owner, count_shared, owner_of
from orchd.entity.wire import Happening, RowChange, note
from orchd.features.project.member_queries import MemberLine, members, users_of
from orchd.features.project.messages import CHANGED, ProjectChanged, ProjectMember, ProjectShown
from orchd.features.project.queries import PROJECTS
from orchd.protocol.identity import Identity
from orchd.protocol.types import timestamp
from orchd.storage import Steps

KIND = "project"


class LiveProjects:
    """Projects as those see them who follow them. Satisfies `orchd.entity.wire.LiveKind`."""

    kind = KIND

    def owner_of(self, who: Identity) -> Owner:
        """Return whose projects somebody sees: their own, and those in which they are."""
        return owner_of(who)

    def find_present(self, row_id: int) -> Steps[tuple[ProjectShown | None, Belonging | None]]:
        """Return a project as it is now, and whom it belongs to."""
        row = yield from PROJECTS.find(row_id)
        if row is None:
            return None, None
        lines = yield from members(row)
        rows = yield from count_shared(row_id)
        times = timestamp(row.created_at), timestamp(row.updated_at)
        shown = ProjectShown(
            row.id, row.name, row.description, row.version, *times, [member_item(line) for line in lines], rows
        )
        return shown, Belonging(row.user_id, row.id)

    def change_frame(self, number: int, happening: Any, row_id: int | None, item: ProjectShown | None) -> bytes:
        """Encode what has become of a project."""
        return CHANGED.frame(ProjectChanged(number, happening, row_id, item))


def member_item(line: MemberLine) -> ProjectMember:
    """Return what is shown of a member."""
    return ProjectMember(line.member.user_id, line.member.team_id, line.name, line.role)


def note_project(project_id: int, happening: Happening, owner_id: int, now: int) -> Steps[None]:
    """Have a change of a project told to whoever follows it; the last thing that a transaction does."""
    yield from note(RowChange(KIND, project_id, happening, Belonging(owner_id, project_id)), now)


def note_users_projects(user_id: int, happening: Happening, limit: int, now: int) -> Steps[set[int]]:
    """Note what becomes of the first projects that a user has, with the user; return who is in them."""
    concerned = set[int]()
    for row in (yield from PROJECTS.of(user_id=user_id).page(limit)):
        concerned |= yield from users_of(row.id)
        yield from note_project(row.id, happening, user_id, now)
    return concerned


def note_shared_rows(before: int | None, after: int | None, now: int) -> Steps[None]:
    """Have it told that a row has come from one project, if it was in one, into another one, if it is in one; the last
    thing that a transaction does."""
    for project_id in {before, after} - {None} if before != after else ():
        row = yield from PROJECTS.find(project_id or 0)
        if row is not None:
            yield from note_project(row.id, "updated", row.user_id, now)
