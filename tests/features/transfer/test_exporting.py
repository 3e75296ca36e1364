"""Conversations as files, piece by piece."""

import json
from typing import Any

import pytest

from orchd.features.chat.messages import ChatFile
from orchd.features.transfer import exporting
from orchd.storage import Database
from tests.features.transfer.trees import BRANCHED, conversation, keep, message
from tests.fix_workspace import ANN, BOB, Desk


async def whole_file(desk: Desk, **asked: Any) -> list[str]:
    """All pieces of a file of Ann's."""
    pieces, cursor = list[str](), None
    while True:
        told = await desk.done(ANN, "conversation:export", cursor=cursor, **asked)
        pieces.append(told["text"])
        if (cursor := told["nextCursor"]) is None:
            return pieces


@pytest.mark.parametrize("room", [1, 300, 10**6])
async def test_the_own_format_has_all(
    room: int, entity_desk: Desk, store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "ROOM", room)
    first = await keep(store, ANN.user_id, content=conversation("Stones", folder="Rocks", tags=("a", "b"), pinned=True))
    await keep(store, BOB.user_id)
    empty = await keep(store, ANN.user_id, [], None, conversation("Empty", archived=True))
    pieces = await whole_file(entity_desk)
    assert len(pieces) > 1 or room > 300
    file = json.loads("".join(pieces))
    assert (file["format"], file["formatVersion"]) == ("orchd.conversations", 1)
    one, other = file["items"]
    assert one["id"].startswith(f"{first.id}-")
    assert (one["title"], one["folder"], one["tags"], one["pinned"]) == ("Stones", "Rocks", ["a", "b"], True)
    assert (one["createdAt"], one["leafId"]) == ("2023-11-14T22:13:20.000Z", first.ids[6])
    assert [(each["id"], each["parentId"]) for each in one["messages"]] == [
        (first.ids[each.id], each.parent_id and first.ids[each.parent_id]) for each in BRANCHED
    ]
    assert one["messages"][1]["reasoning"] == "Think."
    assert one["messages"][5]["status"] == "interrupted"
    assert other["id"].startswith(f"{empty.id}-")
    assert (other["messages"], other["archived"], other["leafId"]) == ([], True, None)


@pytest.mark.parametrize("room", [1, 10**6])
async def test_markdown_has_the_active_branch(
    room: int, entity_desk: Desk, store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "ROOM", room)
    stored = await keep(store, ANN.user_id)
    other = await keep(store, ANN.user_id, BRANCHED[:1], 1, conversation("Other"))
    text = "".join(await whole_file(entity_desk, format="markdown", conversationIds=[other.id, stored.id]))
    assert text == (
        "# Other\n\n## Question (2023-11-14T22:13:20.001Z)\n\nWhy is basalt dark?\n"
        "\n---\n\n"
        "# Stones\n\n## Question (2023-11-14T22:13:20.001Z)\n\nWhy is basalt dark?\n"
        "\n## Answer (tiny, 2023-11-14T22:13:20.002Z)\n\nIron.\n"
        "\n## Question (2023-11-14T22:13:20.005Z)\n\nAnd marble?\n"
        "\n## Answer (2023-11-14T22:13:20.006Z, interrupted)\n\nCalcite.\n"
    )


async def test_markdown_names_the_files_of_a_question(entity_desk: Desk, store: Database) -> None:
    files = [ChatFile(1, "notes `a`\n.txt", "text/plain", 5), ChatFile(2, "stone.png", "image/png", 9)]
    stored = await keep(store, ANN.user_id, [message(1, None, "What are these?", files=files)], leaf=1)
    text = "".join(await whole_file(entity_desk, format="markdown", conversationIds=[stored.id]))
    assert text.endswith("\n\nWhat are these?\n\nFiles: `notes 'a' .txt`, `stone.png`\n")


async def test_nobody_exports_what_others_have(entity_desk: Desk, store: Database) -> None:
    stored = await keep(store, ANN.user_id)
    refused = await entity_desk.refused(BOB, "conversation:export", conversationIds=[stored.id])
    assert refused["code"] == "not_found"
    told = await entity_desk.done(BOB, "conversation:export")
    assert json.loads(told["text"])["items"] == []
    assert (await entity_desk.done(BOB, "conversation:export", format="markdown"))["text"] == ""
    told = await entity_desk.done(BOB, "conversation:export", cursor=f"{stored.id}.0")
    assert "basalt" not in told["text"]


@pytest.mark.parametrize("cursor", ["x", "1", "1.2.3", "-1.2", "1.x", "²․1", "99.1", f"{2**64}.1"])
async def test_cursors_that_are_none(cursor: str, entity_desk: Desk, store: Database) -> None:
    stored = await keep(store, ANN.user_id)
    told = await entity_desk.refused(ANN, "conversation:export", cursor=cursor, conversationIds=[stored.id])
    assert (told["code"], told["details"]["path"]) == ("invalid", "$.data.cursor")


@pytest.mark.parametrize("cursor", [f"1.{2**64}", f"{2**64}.0", "9" * 62 + ".9"])
async def test_behind_the_last_place_there_is_nothing(cursor: str, entity_desk: Desk, store: Database) -> None:
    await keep(store, ANN.user_id)
    told = await entity_desk.done(ANN, "conversation:export", cursor=cursor)
    assert ("basalt" in told["text"], told["nextCursor"]) == (False, None)


async def test_a_conversation_that_goes_meanwhile_ends_there(
    entity_desk: Desk, store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "ROOM", 1)
    stored, other = await keep(store, ANN.user_id), await keep(store, ANN.user_id, BRANCHED[:2], 2)
    told = await entity_desk.done(ANN, "conversation:export")
    told = await entity_desk.done(ANN, "conversation:export", cursor=told["nextCursor"]) | {"before": told["text"]}
    begun = told["before"] + told["text"]
    await entity_desk.done(ANN, "conversation:delete", conversationId=stored.id)
    while told["nextCursor"] is not None:
        told = await entity_desk.done(ANN, "conversation:export", cursor=told["nextCursor"])
        begun += told["text"]
    items = json.loads(begun)["items"]
    assert [len(item["messages"]) for item in items] == [2, 2]
    assert items[1]["id"].startswith(f"{other.id}-")


@pytest.mark.parametrize("at_once", [4, 6, 12])
async def test_many_small_ones_take_few_pieces(
    at_once: int, entity_desk: Desk, store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "CONVERSATIONS_AT_ONCE", at_once)
    for number in range(12):
        await keep(store, ANN.user_id, [message(1, None)], 1, conversation(f"No {number}"))
    pieces = await whole_file(entity_desk)
    assert len(pieces) == 12 // at_once
    assert len(json.loads("".join(pieces))["items"]) == 12
