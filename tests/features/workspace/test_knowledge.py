"""What is particular to knowledge and its sources, on both databases."""

from typing import Any

import pytest

from orchd.protocol.types import MAX_INTEGER
from tests.fix_workspace import ANN, BOB, Desk


async def knowledge(desk: Desk, title: str = "Paint", **more: Any) -> int:
    row_id = (await desk.done(ANN, "knowledge:create", title=title, **more))["id"]
    assert isinstance(row_id, int)
    return row_id


async def test_what_is_kept_of_a_source(entity_desk: Desk) -> None:
    desk = entity_desk
    facts = {"pages": 3, "ratio": 0.5, "final": True, "by": "Ann", "none": None, "far": -MAX_INTEGER}
    above = await knowledge(desk, content="Green dries slowly. " * 10_000, tags=["colour", "door", "colour"])
    row = await desk.done(
        ANN, "knowledge:source:create", knowledgeId=above, type="url", url="https://a.example/x", metadata=facts
    )
    assert (row["metadata"], row["syncState"], row["syncedAt"], row["active"]) == (facts, "never", None, True)
    assert (await desk.done(ANN, "knowledge:get", knowledgeId=above))["tags"] == ["colour", "door"]
    found = await desk.done(ANN, "knowledge:source:list", knowledgeId=above, type="url")
    assert found["items"] == [row]
    assert (await desk.done(ANN, "knowledge:source:list", type="file"))["items"] == []


@pytest.mark.parametrize("kind", ["url", "api"])
async def test_what_is_at_an_address_has_one(entity_desk: Desk, kind: str) -> None:
    desk = entity_desk
    above = await knowledge(desk)
    absent = await desk.refused(ANN, "knowledge:source:create", knowledgeId=above, type=kind)
    assert (absent["code"], absent["details"]["path"]) == ("invalid", "$.data.url")
    row = await desk.done(ANN, "knowledge:source:create", knowledgeId=above, type=kind, url="http://a.example")
    for wrong in ({"url": None}, {"url": "ftp://a.example"}, {"url": "http://a:b@a.example"}):
        told = await desk.refused(ANN, "knowledge:source:update", knowledgeSourceId=row["id"], **wrong)
        assert (told["code"], told["details"]["path"]) == ("invalid", "$.data.url")
    assert (await desk.done(ANN, "knowledge:source:get", knowledgeSourceId=row["id"])) == row
    changed = await desk.done(ANN, "knowledge:source:update", knowledgeSourceId=row["id"], type="text", url=None)
    assert (changed["type"], changed["url"]) == ("text", None)


async def test_sources_go_and_come_back_with_their_knowledge(entity_desk: Desk) -> None:
    desk = entity_desk
    above = await knowledge(desk)
    row = await desk.done(ANN, "knowledge:source:create", knowledgeId=above, type="text", content="Wait a day.")
    await desk.done(ANN, "knowledge:delete", knowledgeId=above)
    assert (await desk.refused(ANN, "knowledge:source:get", knowledgeSourceId=row["id"]))["code"] == "not_found"
    assert (await desk.done(ANN, "knowledge:source:list"))["items"] == []
    for gone in (above, 10**6):
        told = await desk.refused(ANN, "knowledge:source:list", knowledgeId=gone)
        assert (told["code"], told["details"]["path"]) == ("not_found", "$.data.knowledgeId")
    told = await desk.refused(ANN, "knowledge:source:create", knowledgeId=above, type="text")
    assert (told["code"], told["details"]["path"]) == ("not_found", "$.data.knowledgeId")
    await desk.done(ANN, "knowledge:restore", knowledgeId=above)
    assert (await desk.done(ANN, "knowledge:source:get", knowledgeSourceId=row["id"])) == row


async def test_nobody_adds_sources_to_what_is_only_shown_to_them(entity_desk: Desk) -> None:
    desk = entity_desk
    project = (await desk.done(ANN, "project:create", name="house"))["project"]["id"]
    above = await knowledge(desk, projectId=project)
    viewer = BOB._replace(reads=(project,))
    told = await desk.refused(viewer, "knowledge:source:create", knowledgeId=above, type="text")
    assert told["code"] == "forbidden"
    editor = viewer._replace(changes=(project,))
    row = await desk.done(editor, "knowledge:source:create", knowledgeId=above, type="text", content="mine")
    assert (await desk.done(ANN, "knowledge:source:get", knowledgeSourceId=row["id"]))["content"] == "mine"


async def test_what_is_released_with_its_project_is_told(entity_desk: Desk) -> None:
    desk = entity_desk
    project = (await desk.done(ANN, "project:create", name="house"))["project"]["id"]
    rows = [await knowledge(desk, title=title, projectId=project) for title in ("Paint", "Wood", "Glass")]
    gone = await knowledge(desk, title="Stone", projectId=project)
    await desk.done(ANN, "knowledge:delete", knowledgeId=gone)
    await knowledge(desk, title="Iron")
    begun = (await desk.done(ANN, "knowledge:subscribe"))["number"]
    viewer = BOB._replace(reads=(project,))
    await desk.done(viewer, "knowledge:subscribe", since=begun)
    await desk.done(ANN, "project:delete", projectId=project, rows="release")
    told = await desk.told(ANN, 3)
    assert [(change["change"], change["knowledgeId"], change["item"]["projectId"]) for change in told] == [
        ("updated", row, None) for row in rows
    ]
    assert [change["number"] for change in told] == [begun + 1, begun + 2, begun + 3]
    assert [(change["change"], change["knowledgeId"]) for change in await desk.told(viewer, 3)] == [
        ("deleted", row) for row in rows
    ]
    assert (await desk.done(ANN, "knowledge:get", knowledgeId=rows[0]))["version"] == 2
    await desk.done(ANN, "knowledge:update", knowledgeId=rows[0], title="Paints")
    assert (await desk.told(ANN, 4))[3]["number"] > begun + 3
