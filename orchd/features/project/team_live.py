"""Live teams: admins who follow them are told what becomes of them, and of who is in them."""

from typing import Any

from orchd.entity import DAEMON_OWNER, Belonging, Owner, daemon_owner_of, view
from orchd.entity.wire import Happening, RowChange, note
from orchd.features.project.team_messages import FOLLOWING, TeamDetails, TeamItem, TeamUser
from orchd.features.project.team_queries import TEAMS, Team, TeamSize, users_in
from orchd.protocol.identity import Identity
from orchd.protocol.types import timestamp
from orchd.storage import Steps

KIND = FOLLOWING.kind


class LiveTeams:
    """Teams belong to nobody, and admins change them. Satisfies `orchd.entity.wire.LiveKind`."""

    kind = KIND

    def owner_of(self, who: Identity) -> Owner:
        """Return whose teams somebody sees here: an admin all, and others none."""
        return daemon_owner_of(who)

    def find_present(self, row_id: int) -> Steps[tuple[TeamDetails | None, Belonging | None]]:
        """Return a team as it is now, and that it belongs to nobody."""
        row = yield from TEAMS.find(row_id)
        if row is None:
            return None, None
        users = yield from users_in(row_id)
        return team_details(Team(row, users)), Belonging(DAEMON_OWNER.user_id)

    def change_frame(self, number: int, happening: Any, row_id: int | None, item: TeamDetails | None) -> bytes:
        """Encode what has become of a team."""
        return FOLLOWING.change_frame(number, happening, row_id, item)


def note_team(team_id: int, happening: Happening, now: int) -> Steps[None]:
    """Have a change of a team told; the last thing that a transaction does."""
    yield from note(RowChange(KIND, team_id, happening, Belonging(DAEMON_OWNER.user_id)), now)


def team_details(team: Team) -> TeamDetails:
    """Return what is shown of a team with its users."""
    users = [TeamUser(user.user_id, user.name) for user in team.users]
    return TeamDetails(team_item(TeamSize(team.row, len(users))), users)


def team_item(team: TeamSize) -> TeamItem:
    """Return what is shown of a team in a list."""
    times = {"created_at": timestamp(team.row.created_at), "updated_at": timestamp(team.row.updated_at)}
    return view(TeamItem, team.row, users=team.users, **times)
