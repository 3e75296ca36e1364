"""Templates: filled, copied, given and taken; on both databases."""

from typing import Any

import pytest

from tests.fix_workspace import ANN, BOB, Desk

WORD = {"type": "text", "name": "word", "required": True}
TIMES = {"type": "number", "name": "times", "default": 2}
LETTER = {
    "name": "Letter",
    "category": "post",
    "variables": [WORD, TIMES],
    "systemText": "Write {{times}} lines.",
    "userText": "About {{ word }}.",
    "params": {"temperature": 0.5, "stop": ["."]},
}


async def letter(desk: Desk, who: Any = ANN, **more: object) -> dict[str, Any]:
    return await desk.done(who, "template:create", **{**LETTER, **more})


async def test_a_template_is_filled(entity_desk: Desk) -> None:
    desk = entity_desk
    row = await letter(desk)
    assert row["variables"] == [
        {**WORD, "description": "", "default": None},
        {**TIMES, "description": "", "required": False},
    ]
    assert row["params"] == {"temperature": 0.5, "topP": None, "maxTokens": None, "stop": ["."], "seed": None}
    asked = {"templateId": row["id"], "values": {"word": "{{times}}"}}
    filled = await desk.done(ANN, "template:preview", **asked)
    assert filled == {
        "templateId": row["id"],
        "systemText": "Write 2 lines.",
        "userText": "About {{times}}.",
        "params": row["params"],
    }
    assert await desk.done(ANN, "template:get", templateId=row["id"]) == row
    assert await desk.done(ANN, "template:use", **asked) == filled
    used = await desk.done(ANN, "template:get", templateId=row["id"])
    assert used == {**row, "useCount": 1}
    assert (await desk.done(ANN, "template:list", order="useCount", descending=True))["items"] == [used]


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ({}, "$.data.values.word"),
        ({"word": " "}, "$.data.values.word"),
        ({"word": "x", "times": "2"}, "$.data.values.times"),
        ({"word": "x", "size": 1}, "$.data.values.size"),
        ({"word": None}, "$.data.values"),
        ({"word": ["x"]}, "$.data.values"),
    ],
)
async def test_what_it_is_filled_with_is_checked(entity_desk: Desk, values: dict[str, Any], path: str) -> None:
    row = await letter(entity_desk)
    for kind in ("template:preview", "template:use"):
        wrong = await entity_desk.refused(ANN, kind, templateId=row["id"], values=values)
        assert wrong["code"] == "invalid"
        assert wrong["details"]["path"].startswith(path)
    assert (await entity_desk.done(ANN, "template:get", templateId=row["id"]))["useCount"] == 0


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"userText": "{{word}} {{"}, "$.data.userText"),
        ({"userText": "{{wrod}}"}, "$.data.userText"),
        ({"userText": " "}, "$.data.userText"),
        ({"systemText": "{{word.upper()}}"}, "$.data.systemText"),
        ({"variables": [WORD]}, "$.data.systemText"),
        ({"variables": [WORD, TIMES, WORD]}, "$.data.variables[2].name"),
        ({"variables": [WORD, {**TIMES, "default": "2"}]}, "$.data.variables[1].default"),
        ({"variables": [WORD, {**TIMES, "type": "date"}]}, "$.data.variables[1].type"),
        ({"variables": [WORD, {**TIMES, "size": 1}]}, "$.data.variables[1].size"),
        ({"params": {"temperature": 9}}, "$.data.params.temperature"),
        ({"useCount": 7}, "$.data.useCount"),
    ],
)
async def test_what_is_no_template(entity_desk: Desk, changed: dict[str, Any], path: str) -> None:
    row = await letter(entity_desk)
    for kind, more in (("create", {**LETTER, "name": "Other"}), ("update", {"templateId": row["id"]})):
        wrong = await entity_desk.refused(ANN, f"template:{kind}", **{**more, **changed})
        assert (wrong["code"], wrong["details"]["path"]) == ("invalid", path)
    assert (await entity_desk.done(ANN, "template:list"))["items"] == [row]


async def test_whoever_sees_it_uses_and_copies_it(entity_desk: Desk) -> None:
    desk = entity_desk
    project = (await desk.done(ANN, "project:create", name="house"))["project"]["id"]
    row = await letter(desk, ANN._replace(reads=(project,), changes=(project,)), projectId=project)
    reader = BOB._replace(reads=(project,))
    asked = {"templateId": row["id"]}
    for kind in ("preview", "use", "duplicate", "export"):
        assert (await desk.refused(BOB, f"template:{kind}", **asked))["code"] == "not_found"
    await desk.done(reader, "template:use", **asked, values={"word": "x"})
    copy = await desk.done(reader, "template:duplicate", **asked)
    assert (copy["userId"], copy["projectId"], copy["useCount"], copy["name"]) == (2, None, 0, "Letter (copy)")
    same = ("category", "variables", "systemText", "userText", "params", "active")
    assert [copy[member] for member in same] == [row[member] for member in same]
    assert (await desk.done(reader, "template:duplicate", **asked))["name"] == "Letter (copy 2)"
    assert (await desk.done(reader, "template:duplicate", **asked, name=" Post "))["name"] == "Post"
    taken = await desk.refused(reader, "template:duplicate", **asked, name="Post")
    assert (taken["code"], taken["details"]["path"]) == ("conflict", "$.data.name")
    assert (await desk.refused(reader, "template:duplicate", **asked, name=" "))["details"]["field"] == "name"


async def test_what_was_exported_is_imported(entity_desk: Desk) -> None:
    desk = entity_desk
    rows = [await letter(desk, name=name) for name in "abc"]
    first = await desk.done(ANN, "template:export", limit=2)
    assert (first["format"], first["formatVersion"], first["nextCursor"]) == ("orchd.templates", 1, rows[1]["id"])
    rest = await desk.done(ANN, "template:export", cursor=first["nextCursor"])
    assert ([item["name"] for item in rest["items"]], rest["nextCursor"]) == (["c"], None)
    assert set(rest["items"][0]) == {*LETTER, "description", "active"}
    (only,) = (await desk.done(ANN, "template:export", templateId=rows[1]["id"]))["items"]
    assert only["name"] == "b"

    taken = await desk.done(BOB, "template:import", **first)
    assert (len(taken["templateIds"]), taken["skipped"]) == (2, [])
    assert (await desk.done(BOB, "template:export"))["items"] == first["items"]


async def test_names_that_are_taken_are_refused_or_not(entity_desk: Desk) -> None:
    desk = entity_desk
    await letter(desk, name="b")
    items = [{"name": name, "userText": "x"} for name in "abc"]
    wrong = await desk.refused(ANN, "template:import", items=items)
    assert (wrong["code"], wrong["details"]["path"]) == ("conflict", "$.data.items[1].name")
    assert "`taken`" in wrong["message"]
    assert len((await desk.done(ANN, "template:list"))["items"]) == 1
    skipped = await desk.done(ANN, "template:import", items=items, taken="skip")
    assert (len(skipped["templateIds"]), skipped["skipped"]) == (2, ["b"])
    renamed = await desk.done(ANN, "template:import", items=items[:2], taken="rename")
    assert (len(renamed["templateIds"]), renamed["skipped"]) == (2, [])
    names = [row["name"] for row in (await desk.done(ANN, "template:list"))["items"]]
    assert names == ["a", "a (copy)", "b", "b (copy)", "c"]


@pytest.mark.parametrize(
    ("item", "path"),
    [
        ({"name": "x"}, "$.data.items[1].userText"),
        ({"name": " ", "userText": "x"}, "$.data.items[1].name"),
        ({"name": "x", "userText": "{{y}}"}, "$.data.items[1].userText"),
        ({"name": "x", "userText": "x", "variables": [{**TIMES, "name": "1"}]}, "$.data.items[1].variables[0].name"),
        ({"name": "x", "userText": "x", "id": 1}, "$.data.items[1].id"),
    ],
)
async def test_all_is_imported_or_nothing(entity_desk: Desk, item: dict[str, Any], path: str) -> None:
    items = [{"name": "good", "userText": "x"}, item]
    wrong = await entity_desk.refused(ANN, "template:import", items=items)
    assert (wrong["code"], wrong["details"]["path"]) == ("invalid", path)
    assert (await entity_desk.done(ANN, "template:list"))["items"] == []
