"""Who may put rows into a project, on both databases."""

from typing import Any

import pytest

from orchd.entity import Owner
from orchd.errors import Forbidden, NotFound
from orchd.features.project.queries import require_project
from orchd.storage import Database, Statement, Steps

MEMBERS = ((2, None, "viewer"), (3, None, "editor"), (4, None, "viewer"), (None, 1, "editor"))
"""User, team, role."""


def fill() -> Steps[None]:
    """The project 1 of the user 1; in its team 1 are 4 and 5; 6 is nobody's."""
    for user in range(1, 7):
        yield Statement(
            "INSERT INTO user (id, name, role, disabled, version, created_at, updated_at)"
            " VALUES (?, ?, 'member', 0, 1, 1, 1)",
            (user, f"user {user}"),
        )
    yield Statement(
        "INSERT INTO project (id, user_id, name, description, version, created_at, updated_at)"
        " VALUES (1, 1, 'house', '', 1, 1, 1)"
    )
    yield Statement("INSERT INTO team (id, name, version, created_at, updated_at) VALUES (1, 'movers', 1, 1, 1)")
    for user in (4, 5):
        yield Statement("INSERT INTO team_member (team_id, user_id) VALUES (1, ?)", (user,))
    for member in MEMBERS:
        yield Statement(
            "INSERT INTO project_member (project_id, user_id, team_id, role, created_at) VALUES (1, ?, ?, ?, 1)",
            member,
        )


async def test_who_may_put_rows_into_a_project(store: Database) -> None:
    await store.write(fill)
    for user in (1, 3, 4, 5):
        await store.read(require_project, Owner(user), 1)
    refused: list[tuple[str, dict[str, Any]]] = []
    for user, project in ((6, 1), (1, 99)):
        with pytest.raises(NotFound) as missing:
            await store.read(require_project, Owner(user), project)
        refused.append((missing.value.message, missing.value.details))
    assert refused[0] == refused[1]
    with pytest.raises(Forbidden) as only_read:
        await store.read(require_project, Owner(2), 1)
    assert only_read.value.details["path"] == "$.data.projectId"
