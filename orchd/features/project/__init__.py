"""Projects: what people share. Who is in a project sees its rows, and changes them unless they are only a viewer.

Frames: `project:create`, `get`, `list`, `update`, `delete`, `subscribe`, `unsubscribe`, with `project:changed` pushed;
`project:member:add`, `update`, `remove`; `team:create`, `get`, `list`, `update`, `delete`, `subscribe`, `unsubscribe`,
with `team:changed` pushed; `team:member:add`, `remove`. Tables: `project`, `project_member`, `team`, `team_member`.
Other features ask by `require_project` whether somebody may put a row into a project, in the transaction that does so.
"""

from orchd.entity.wire import ChangeFeed, FollowHandlers
from orchd.features.feature import OpenFeatures, Services
from orchd.features.project import handlers, team_handlers
from orchd.features.project.access_changes import AccessChanges, Concerning
from orchd.features.project.handlers import ProjectHandlers
from orchd.features.project.live import LiveProjects, note_shared_rows, note_users_projects
from orchd.features.project.queries import Memberships, memberships, require_project
from orchd.features.project.team_handlers import TeamHandlers
from orchd.features.project.team_live import LiveTeams
from orchd.features.project.team_messages import FOLLOWING

__all__ = [
    "COMMANDS",
    "AccessChanges",
    "Concerning",
    "Memberships",
    "memberships",
    "note_shared_rows",
    "note_users_projects",
    "open_projects",
    "require_project",
]

COMMANDS = (*handlers.COMMANDS, *team_handlers.COMMANDS, *team_handlers.FOLLOW_COMMANDS)


def open_projects(services: Services, access: AccessChanges, feed: ChangeFeed) -> OpenFeatures[None]:
    """Make the feature; nothing runs but requests. `access` applies what becomes of members, and `feed` tells it."""
    feed.register(LiveProjects())
    serves = {
        **handlers.COMMANDS.bind(ProjectHandlers(services.database, access, feed)),
        **team_handlers.FOLLOW_COMMANDS.bind(FollowHandlers(FOLLOWING, LiveTeams(), feed)),
        **team_handlers.COMMANDS.bind(TeamHandlers(services.database, access, feed)),
    }
    return OpenFeatures(None, serves)
