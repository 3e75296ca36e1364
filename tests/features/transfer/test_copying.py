"""Copies of conversations: what is in them, whose they are, and that no half of one is ever seen."""

from typing import Any

import pytest
import trio

from orchd.entity import Owner
from orchd.features.chat.messages import ChatFile, ChatPart
from orchd.features.transfer import copying
from orchd.storage import Database, Statement, Steps
from tests.features.transfer.trees import BRANCHED, keep, message, tree_of
from tests.fix_workspace import ANN, BOB, Desk

OWNER = Owner(ANN.user_id)


def drafts() -> Steps[int]:
    found = yield Statement(
        "SELECT (SELECT COUNT(*) FROM conversation_draft) + (SELECT COUNT(*) FROM conversation WHERE user_id = -1)"
    )
    return int(found.rows[0][0])


@pytest.fixture(params=["at once", "by pages"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways to copy."""
    if request.param == "by pages":
        monkeypatch.setattr(copying, "SHORT_MESSAGES", 2)
    return str(request.param)


async def test_a_whole_copy(entity_desk: Desk, store: Database, way: str) -> None:
    stored = await keep(store, ANN.user_id)
    await entity_desk.done(ANN, "conversation:update", conversationId=stored.id, folder="Rocks", tags=["x"])
    copy = await entity_desk.done(ANN, "conversation:duplicate", conversationId=stored.id)
    assert (copy["title"], copy["folder"], copy["tags"]) == ("Stones (copy)", "Rocks", ["x"])
    assert (copy["messageCount"], copy["userId"], copy["projectId"]) == (6, ANN.user_id, None)
    assert copy["id"] != stored.id
    assert await tree_of(store, OWNER, copy["id"]) == await tree_of(store, OWNER, stored.id)
    assert await store.read(drafts) == 0
    listed = await entity_desk.done(ANN, "conversation:list")
    assert [item["id"] for item in listed["items"]] == [copy["id"], stored.id]


@pytest.mark.parametrize(
    ("asked", "texts", "leaf"),
    [
        ({"branches": "shown"}, ["Why is basalt dark?", "Iron.", "And marble?", "Calcite."], 3),
        ({"branches": "shown", "messageId": 4}, ["Why is basalt dark?", "Iron.", "And granite?", "Quartz."], 3),
        ({"messageId": 4}, ["Why is basalt dark?", "Iron.", "And granite?", "Quartz."], 3),
        ({"messageId": 5}, ["Why is basalt dark?", "Iron.", "And granite?", "Quartz.", "And marble?"], 4),
        ({"messageId": 1, "title": " Only this "}, ["Why is basalt dark?"], 0),
    ],
)
async def test_a_part_is_copied(
    asked: dict[str, object], texts: list[str], leaf: int, entity_desk: Desk, store: Database, way: str
) -> None:
    stored = await keep(store, ANN.user_id)
    if "messageId" in asked:
        asked = {**asked, "messageId": stored.ids[int(str(asked["messageId"]))]}
    copy = await entity_desk.done(ANN, "conversation:duplicate", conversationId=stored.id, **asked)
    tree = await tree_of(store, OWNER, copy["id"])
    assert [each.content for _, each in tree.messages] == texts
    assert tree.leaf == leaf
    assert copy["messageCount"] == len(texts)
    assert copy["title"] == ("Only this" if "title" in asked else "Stones (copy)")


async def test_a_copy_refers_to_its_own_messages(entity_desk: Desk, store: Database, way: str) -> None:
    parts = [ChatPart("tiny", 3, "answer", 2), ChatPart("tiny", 5, "prefill", None)]
    files = [ChatFile(7, "basalt.png", "image/png", 12)]
    asked = message(3, None, "Why is it black?", edited_from=1, files=files)
    stored = await keep(store, ANN.user_id, [*BRANCHED[:2], asked, message(4, 1, "Iron!", parts=parts)], leaf=4)
    copy = await entity_desk.done(ANN, "conversation:duplicate", conversationId=stored.id)
    assert await tree_of(store, OWNER, copy["id"]) == await tree_of(store, OWNER, stored.id)


async def test_what_cannot_be_copied(entity_desk: Desk, store: Database) -> None:
    stored, other = await keep(store, ANN.user_id), await keep(store, ANN.user_id)
    ask = entity_desk.refused
    assert (await ask(BOB, "conversation:duplicate", conversationId=stored.id))["code"] == "not_found"
    refused = await ask(ANN, "conversation:duplicate", conversationId=stored.id, messageId=other.ids[1])
    assert (refused["code"], refused["details"]["path"]) == ("not_found", "$.data.messageId")
    refused = await ask(ANN, "conversation:duplicate", conversationId=stored.id, title="a\nb")
    assert (refused["code"], refused["details"]["path"]) == ("invalid", "$.data.title")


async def test_a_copy_is_told_once_and_found(entity_desk: Desk, store: Database, way: str) -> None:
    stored = await keep(store, ANN.user_id)
    await entity_desk.done(ANN, "conversation:subscribe")
    copy = await entity_desk.done(ANN, "conversation:duplicate", conversationId=stored.id)
    (change,) = await entity_desk.told(ANN, 1)
    assert (change["change"], change["conversationId"]) == ("created", copy["id"])
    found = await entity_desk.done(ANN, "search", query="calcite")
    assert copy["id"] in [item["conversationId"] for item in found["items"]]


async def test_nothing_is_left_of_a_copy_that_fails_half_way(
    entity_desk: Desk, store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "SHORT_MESSAGES", 2)
    stored = await keep(store, ANN.user_id)
    real, seen = copying._copy_page, list[int]()

    def failing(owner: Owner, wish: Any, copied: int, after: int, ids: dict[int, int], belongs: Any) -> Steps[Any]:
        if ids:
            seen.append((yield from drafts()))
            yield Statement("DELETE FROM conversation WHERE id = ?", (stored.id,))
        return (yield from real(owner, wish, copied, after, ids, belongs))

    monkeypatch.setattr(copying, "_copy_page", failing)
    listed = await entity_desk.done(ANN, "conversation:list")
    assert (await entity_desk.refused(ANN, "conversation:duplicate", conversationId=stored.id))["code"] == "not_found"
    assert seen == [2]
    with trio.fail_after(30):
        while await store.read(drafts):  # noqa: ASYNC110  # the database tells nobody
            await trio.sleep(0.01)
    assert await entity_desk.done(ANN, "conversation:list") == listed
