"""What is particular to knowledge and its sources, on both databases."""

from typing import Any

import pytest

from orchd.protocol.types import MAX_INTEGER
from tests.fix_workspace import ANN, BOB, Desk


async def knowledge(desk: Desk, **more: Any) -> int:
    row_id = (await desk.done(ANN, "knowledge:create", title="Paint", **more))["id"]
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
