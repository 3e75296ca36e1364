"""What of a list is shared, and in which project."""

from typing import Any

from orchd.cli.listing.sharing import shared_in, with_sharing
from orchd.errors import Forbidden


class Daemon:
    """A connection of user 1, who is in many projects, and sees them unless it is a token without the right."""

    def __init__(self, projects: int, *, sees: bool = True) -> None:
        self.projects = [{"id": number, "name": f"project no. {number}"} for number in range(1, projects + 1)]
        self.sees = sees
        self.asked: list[str] = []

    async def request(self, kind: str, data: dict[str, Any] | None = None) -> dict[str, Any]:
        self.asked.append(kind)
        if kind == "user:me":
            return {"userId": 1}
        if not self.sees:
            raise Forbidden("this token lacks the scope workspace")
        assert data is not None
        after, limit = int(data.get("cursor", 0)), data["limit"]
        rest = [project for project in self.projects if project["id"] > after]  # type: ignore[operator]
        more = str(rest[limit - 1]["id"]) if len(rest) > limit else None
        return {"items": rest[:limit], "nextCursor": more}


def listed(*rows: tuple[int | None, int]) -> dict[str, Any]:
    return {"items": [{"projectId": project, "userId": user} for project, user in rows], "nextCursor": None}


async def test_nothing_is_asked_where_nothing_is_shared() -> None:
    daemon = Daemon(1)
    reply = await with_sharing(daemon, listed((None, 1)))  # type: ignore[arg-type]
    assert daemon.asked == []
    assert shared_in(reply, reply["items"][0]) == ""


async def test_all_projects_have_their_names() -> None:
    reply = await with_sharing(Daemon(250), listed((250, 1), (3, 2), (None, 1)))  # type: ignore[arg-type]
    told = [shared_in(reply, item) for item in reply["items"]]
    assert told == ["project no. 250", "project no. 3 (by another)", ""]


async def test_a_token_that_sees_no_projects_has_their_numbers() -> None:
    reply = await with_sharing(Daemon(9, sees=False), listed((7, 1)))  # type: ignore[arg-type]
    assert shared_in(reply, reply["items"][0]) == "project 7"
