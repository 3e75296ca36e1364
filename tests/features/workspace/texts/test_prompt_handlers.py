"""Prompts: their versions, and how they are asked; on both databases."""

from typing import Any

import pytest

from orchd.features.workspace.texts.prompt_queries import MAX_VERSIONS
from orchd.storage import Database
from tests.fix_workspace import ANN, BOB, Desk, open_desk

WORD = {"type": "text", "name": "word", "required": True}


async def made(desk: Desk, who: Any = ANN, **more: object) -> dict[str, Any]:
    return await desk.done(who, "prompt:create", **{"name": "Tale", "text": "one\ntwo", **more})


async def test_each_change_of_the_text_keeps_the_former_one(entity_desk: Desk) -> None:
    desk = entity_desk
    key = {"promptId": (await made(desk, changelog="First."))["id"]}
    assert (await desk.done(ANN, "prompt:versions", **key)) == {"items": [], "nextCursor": None}
    await desk.done(ANN, "prompt:update", **key, text="one\n{{word}}", variables=[WORD], changelog="Open.")
    await desk.done(ANN, "prompt:update", **key, description="Long.", text="one\n{{word}}")
    row = await desk.done(ANN, "prompt:update", **key, text="{{word}}")
    assert row["changelog"] == ""
    page = await desk.done(ANN, "prompt:versions", **key, limit=1)
    assert ([item["number"] for item in page["items"]], page["nextCursor"]) == ([2], 2)
    (second,) = page["items"]
    assert (second["text"], second["changelog"], second["variables"][0]["name"]) == ("one\n{{word}}", "Open.", "word")
    (first,) = (await desk.done(ANN, "prompt:versions", **key, cursor=2))["items"]
    assert (first["number"], first["text"], first["changelog"], first["variables"]) == (1, "one\ntwo", "First.", [])
    assert first["replacedAt"] >= row["createdAt"]


async def test_versions_are_compared_and_reverted_to(entity_desk: Desk) -> None:
    desk = entity_desk
    key = {"promptId": (await made(desk, changelog="First."))["id"]}
    await desk.done(ANN, "prompt:update", **key, text="one\n{{word}}", variables=[WORD], changelog="Open.")
    row = await desk.done(ANN, "prompt:update", **key, text="{{word}}")
    changes = await desk.done(ANN, "prompt:diff", **key, number=1, toNumber=2)
    assert changes["hunks"] == [
        {
            "oldStart": 1,
            "oldLines": 2,
            "newStart": 1,
            "newLines": 2,
            "lines": [
                {"sign": "same", "text": "one"},
                {"sign": "removed", "text": "two"},
                {"sign": "added", "text": "{{word}}"},
            ],
        }
    ]
    assert [line["text"] for line in (await desk.done(ANN, "prompt:diff", **key, number=2))["hunks"][0]["lines"]] == [
        "one",
        "{{word}}",
    ]
    back = await desk.done(ANN, "prompt:revert", **key, number=1, version=row["version"])
    assert (back["text"], back["variables"], back["changelog"]) == ("one\ntwo", [], "Back to version 1.")
    assert (await desk.done(ANN, "prompt:versions", **key))["items"][0]["text"] == "{{word}}"
    stale = await desk.refused(ANN, "prompt:revert", **key, number=1, version=row["version"])
    assert (stale["code"], stale["details"]["path"]) == ("conflict", "$.data.version")
    for kind, more, field in (
        ("prompt:revert", {"number": 9}, "number"),
        ("prompt:diff", {"number": 9}, "number"),
        ("prompt:diff", {"number": 1, "toNumber": 9}, "toNumber"),
    ):
        missing = await desk.refused(ANN, kind, **key, **more)
        assert (missing["code"], missing["details"]["path"]) == ("not_found", f"$.data.{field}")


async def test_only_so_many_versions_are_kept(store: Database) -> None:
    async with open_desk(store) as desk:
        key = {"promptId": (await made(desk))["id"]}
        for number in range(MAX_VERSIONS + 2):
            await desk.done(ANN, "prompt:update", **key, text=f"text {number}")
        numbers = [item["number"] for item in (await desk.done(ANN, "prompt:versions", **key, limit=200))["items"]]
        assert numbers == list(range(MAX_VERSIONS + 2, 2, -1))


async def test_a_prompt_is_asked_as_a_question(entity_desk: Desk) -> None:
    desk = entity_desk
    row = await made(desk, text="Tell of {{word}}.", variables=[WORD])
    asked = {"promptId": row["id"], "values": {"word": "{{rain}}"}}
    answer = await desk.done(ANN, "prompt:run", **asked, systemPrompt="Be brief.", params={"temperature": 0.5})
    assert (answer["role"], answer["content"], answer["status"]) == ("assistant", "Yes.", "complete")
    (prompt,) = desk.backends.prompts
    assert [turn.content for turn in prompt.turns] == ["Be brief.", "Tell of {{rain}}."]
    assert prompt.sampling.temperature == 0.5
    told = [frame["type"] for frame in desk.frames(ANN)]
    assert told[-1] == "chat:message"
    assert "prompt:run" not in told
    await desk.done(ANN, "prompt:run", **asked, conversationId=answer["conversationId"])
    assert (await desk.done(ANN, "prompt:get", promptId=row["id"])) == {**row, "useCount": 2}
    assert len(desk.backends.prompts[1].turns) == 4


async def test_what_is_not_asked_is_not_counted(entity_desk: Desk) -> None:
    desk = entity_desk
    row = await made(desk, text="{{word}}", variables=[{**WORD, "required": False}])
    for more, code, path in (
        ({"values": {"size": 1}}, "invalid", "$.data.values.size"),
        ({"conversationId": 10**6, "values": {"word": "x"}}, "not_found", "$.data.conversationId"),
        ({"values": {"word": "x"}, "parentId": 1}, "invalid", "$.data.parentId"),
        ({"values": {}}, "invalid", "$.data.values"),
    ):
        wrong = await desk.refused(ANN, "prompt:run", promptId=row["id"], **more)
        assert (wrong["code"], wrong["details"]["path"]) == (code, path)
    assert desk.backends.prompts == []
    assert (await desk.done(ANN, "prompt:get", promptId=row["id"]))["useCount"] == 0


async def test_whoever_sees_a_prompt_runs_and_copies_it_and_changes_nothing(entity_desk: Desk) -> None:
    desk = entity_desk
    project = (await desk.done(ANN, "project:create", name="house"))["project"]["id"]
    ann = ANN._replace(reads=(project,), changes=(project,))
    key = {"promptId": (await made(desk, ann, projectId=project))["id"]}
    await desk.done(ann, "prompt:update", **key, text="three")
    reader = BOB._replace(reads=(project,))
    for kind, more in (
        ("versions", {}),
        ("diff", {"number": 1}),
        ("revert", {"number": 1}),
        ("run", {}),
        ("duplicate", {}),
    ):
        hidden = await desk.refused(BOB, f"prompt:{kind}", **key, **more)
        assert (hidden["code"], hidden["details"]["path"]) == ("not_found", "$.data.promptId")
    assert len((await desk.done(reader, "prompt:versions", **key))["items"]) == 1
    assert (await desk.refused(reader, "prompt:revert", **key, number=1))["code"] == "forbidden"
    assert (await desk.done(reader, "prompt:run", **key))["content"] == "Yes."
    copy = await desk.done(reader, "prompt:duplicate", **key)
    assert (copy["name"], copy["text"], copy["userId"], copy["projectId"]) == ("Tale (copy)", "three", 2, None)
    assert (await desk.done(reader, "prompt:versions", promptId=copy["id"]))["items"] == []


@pytest.mark.parametrize(
    ("scopes", "may"), [({"chat"}, False), ({"chat", "read"}, True), ({"chat", "workspace"}, True)]
)
async def test_a_token_that_may_not_see_prompts_runs_none(entity_desk: Desk, scopes: set[Any], may: bool) -> None:
    row = await made(entity_desk)
    asked = await entity_desk.ask(ANN._replace(scopes=frozenset(scopes)), "prompt:run", promptId=row["id"])
    assert (asked["type"] == "chat:message") == may
    assert may or asked["data"]["code"] == "forbidden"


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"text": "{{wrod}}"}, "$.data.text"),
        ({"text": "{{word"}, "$.data.text"),
        ({"text": " "}, "$.data.text"),
        ({"variables": []}, "$.data.text"),
        ({"variables": [WORD, WORD]}, "$.data.variables[1].name"),
    ],
)
async def test_what_is_no_prompt(entity_desk: Desk, changed: dict[str, Any], path: str) -> None:
    row = await made(entity_desk, text="{{word}}", variables=[WORD])
    wrong = await entity_desk.refused(ANN, "prompt:update", promptId=row["id"], **changed)
    assert (wrong["code"], wrong["details"]["path"]) == ("invalid", path)
    assert await entity_desk.done(ANN, "prompt:get", promptId=row["id"]) == row
    assert (await entity_desk.done(ANN, "prompt:versions", promptId=row["id"]))["items"] == []
