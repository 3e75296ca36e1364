"""Who changes an old version of a row is shown the present one, also of what is no entity; on both databases."""

from typing import Any

import pytest

from orchd.storage import Database
from tests.features.project.sharing import add_users
from tests.fix_workspace import EVE, Desk

KINDS: list[tuple[str, dict[str, Any], str]] = [
    ("task", {"title": "old"}, "title"),
    ("credential", {"name": "old", "secret": "orange-battery-staple"}, "name"),
    ("project", {"name": "old"}, "name"),
    ("team", {"name": "old"}, "name"),
]


@pytest.mark.parametrize(("kind", "content", "member"), KINDS)
async def test_the_present_row_is_told(
    entity_desk: Desk, store: Database, kind: str, content: dict[str, Any], member: str
) -> None:
    await store.write(add_users, "ann", "bob", "eve")
    reply = await entity_desk.done(EVE, f"{kind}:create", **content)
    made = reply.get(kind, reply)
    changed = {f"{kind}Id": made["id"], "version": made["version"]}
    await entity_desk.done(EVE, f"{kind}:update", **changed, **{member: "new"})
    stale = await entity_desk.refused(EVE, f"{kind}:update", **changed, **{member: "newer"})
    assert (stale["code"], stale["details"]["path"]) == ("conflict", "$.data.version")
    present = stale["details"]["present"]
    row = present.get(kind, present)
    assert (row[member], row["version"]) == ("new", stale["details"]["version"])
    taken = await entity_desk.refused(EVE, f"{kind}:update", **{**changed, f"{kind}Id": 999}, **{member: "newer"})
    assert taken["code"] == "not_found"
