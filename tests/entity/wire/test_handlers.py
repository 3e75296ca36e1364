"""What holds for every entity, tried with each that is declared, on both databases."""

from typing import Any

import pytest

from orchd.protocol.identity import Identity
from orchd.protocol.rights import refusal
from orchd.storage import Database
from tests.entities import DECLARED, ENTITIES, above, draft, key_of, text_member
from tests.fix_workspace import ANN, BOB, EVE, Desk, open_desk

KINDS = sorted(ENTITIES)
UNIQUE = [kind for kind in KINDS if ENTITIES[kind].unique and ENTITIES[kind].parent is None]
SHARED = [kind for kind in KINDS if "project_id" in ENTITIES[kind].rows.everybodys.row.__struct_fields__]


async def made(desk: Desk, kind: str, word: str = "mine", who: Any = ANN) -> dict[str, Any]:
    """A row of somebody's, with what it belongs to."""
    own: dict[str, int] = {}
    for needed in above(ENTITIES[kind]):
        own[key_of(needed)] = (await desk.done(who, f"{needed.kind}:create", **draft(needed, own, f"{word}'s")))["id"]
    return await desk.done(who, f"{kind}:create", **draft(ENTITIES[kind], own, word))


@pytest.mark.parametrize("kind", KINDS)
async def test_from_first_to_last(entity_desk: Desk, kind: str) -> None:
    desk, entity = entity_desk, ENTITIES[kind]
    row = await made(desk, kind)
    key, text = {key_of(entity): row["id"]}, text_member(entity)
    assert (row["version"], row["deletedAt"], row["createdAt"]) == (1, None, row["updatedAt"])
    assert await desk.done(ANN, f"{kind}:get", **key) == row
    assert (await desk.done(ANN, f"{kind}:list", total=True)) == {"items": [row], "nextCursor": None, "total": 1}

    changed = await desk.done(ANN, f"{kind}:update", **key, version=1, **{text: "other"})
    assert (changed[text], changed["version"]) == ("other", 2)
    assert {name for name in row if row[name] != changed[name]} <= {text, "version", "updatedAt"}
    stale = await desk.refused(ANN, f"{kind}:update", **key, version=1, **{text: "third"})
    assert (stale["code"], stale["details"]["path"], stale["details"]["present"]) == (
        "conflict",
        "$.data.version",
        changed,
    )
    same = await desk.done(ANN, f"{kind}:update", **key)
    assert same[text] == "other"

    assert await desk.done(ANN, f"{kind}:delete", **key) == key
    for gone in ("get", "update", "delete"):
        missing = await desk.refused(ANN, f"{kind}:{gone}", **key)
        assert (missing["code"], missing["details"]["path"]) == ("not_found", f"$.data.{key_of(entity)}")
    assert (await desk.done(ANN, f"{kind}:list"))["items"] == []
    (removed,) = (await desk.done(ANN, f"{kind}:list", deleted=True))["items"]
    assert removed["id"] == row["id"]
    assert removed["deletedAt"] is not None
    back = await desk.done(ANN, f"{kind}:restore", **key)
    assert (back[text], back["deletedAt"]) == ("other", None)
    assert (await desk.refused(ANN, f"{kind}:restore", **key))["code"] == "conflict", "it is there"


@pytest.mark.parametrize("kind", sorted(DECLARED))
def test_what_is_never_shared_may_be_changed_by_whoever_has_it(kind: str) -> None:
    entity = DECLARED[kind]
    shared = entity.parent is not None or "project_id" in entity.rows.everybodys.row.__struct_fields__
    asks = entity.commands
    rights = {asked.right for asked in (asks.create, asks.update, asks.delete, asks.restore)}
    assert rights == {"change" if shared else "own"}
    assert refusal(asks.delete.right, asks.delete.scope, Identity(1, "ann", "viewer")) is None or shared


@pytest.mark.parametrize("kind", KINDS)
async def test_others_see_and_change_nothing(entity_desk: Desk, kind: str) -> None:
    desk = entity_desk
    row = await made(desk, kind)
    key, nobodys = {key_of(ENTITIES[kind]): row["id"]}, {key_of(ENTITIES[kind]): 10**6}
    for who in (BOB, EVE):
        for asked in ("get", "update", "delete", "restore"):
            told = await desk.refused(who, f"{kind}:{asked}", **key)
            assert told == await desk.refused(who, f"{kind}:{asked}", **nobodys)
        for deleted in (False, True):
            listed = await desk.done(who, f"{kind}:list", total=True, deleted=deleted)
            assert (listed["items"], listed["total"]) == ([], 0)
    assert await desk.done(ANN, f"{kind}:get", **key) == row


@pytest.mark.parametrize("kind", KINDS)
async def test_a_list_is_read_page_by_page_in_any_order(entity_desk: Desk, kind: str) -> None:
    desk = entity_desk
    rows = [await made(desk, kind, word) for word in ("c", "a", "d", "b")]
    for order in ENTITIES[kind].orders:
        for descending in (False, True):
            asked = {"order": order, "descending": descending}
            whole = (await desk.done(ANN, f"{kind}:list", **asked))["items"]
            assert sorted(row["id"] for row in whole) == sorted(row["id"] for row in rows)
            places = [(row[order], row["id"]) for row in whole]
            assert places == sorted(places, reverse=descending)
            turned, cursor = list[Any](), None
            while True:
                page = await desk.done(ANN, f"{kind}:list", **asked, limit=1, cursor=cursor)
                turned += page["items"]
                if (cursor := page["nextCursor"]) is None:
                    break
            assert turned == whole
    for cursor in ("x", "[]", "7", '{"a":1}', '["x","y","z"]', "[1e400]", f'["x",{2**64}]', f"[{2**64},{2**64}]"):
        wrong = await desk.refused(ANN, f"{kind}:list", cursor=cursor)
        assert (wrong["code"], wrong["details"]["path"]) == ("invalid", "$.data.cursor")


@pytest.mark.parametrize("kind", UNIQUE)
async def test_a_name_is_taken_while_its_row_is_there(entity_desk: Desk, kind: str) -> None:
    desk, entity = entity_desk, ENTITIES[kind]
    first, second = await made(desk, kind, "one"), await made(desk, kind, "two")
    key, (first_one, *_) = key_of(entity), entity.unique
    name = first_one if isinstance(first_one, str) else first_one[0]
    for wrong in (
        await desk.refused(ANN, f"{kind}:create", **draft(entity, {}, "one")),
        await desk.refused(ANN, f"{kind}:update", **{key: second["id"], name: " one "}),
    ):
        assert (wrong["code"], wrong["details"]["path"]) == ("conflict", f"$.data.{name}")
    await desk.done(ANN, f"{kind}:delete", **{key: first["id"]})
    await made(desk, kind, "one")
    again = await desk.refused(ANN, f"{kind}:restore", **{key: first["id"]})
    assert (again["code"], again["details"]["path"]) == ("conflict", f"$.data.{name}")
    assert (await made(desk, kind, "one", BOB))[name] == "one"


@pytest.mark.parametrize("kind", SHARED)
async def test_a_project_shares_it(entity_desk: Desk, kind: str) -> None:
    desk, key = entity_desk, key_of(ENTITIES[kind])
    row = await made(desk, kind)
    project = (await desk.done(ANN, "project:create", name="house"))["project"]["id"]
    foreign = await desk.refused(BOB, f"{kind}:create", **draft(ENTITIES[kind], {}), projectId=project)
    absent = await desk.refused(BOB, f"{kind}:create", **draft(ENTITIES[kind], {}), projectId=10**6)
    assert foreign == absent
    assert foreign["details"]["path"] == "$.data.projectId"
    await desk.done(ANN, f"{kind}:update", **{key: row["id"]}, projectId=project)
    for role in ("viewer", "editor"):
        bob = BOB._replace(reads=(project,), changes=(project,) if role == "editor" else ())
        assert (await desk.done(bob, f"{kind}:get", **{key: row["id"]}))["projectId"] == project
        assert len((await desk.done(bob, f"{kind}:list", projectId=project))["items"]) == 1
        asked = await desk.ask(bob, f"{kind}:delete", **{key: row["id"]})
        assert asked["type"] == ("error" if role == "viewer" else f"{kind}:delete")
        if role == "viewer":
            assert asked["data"]["code"] == "forbidden"
    assert (await desk.done(bob, f"{kind}:restore", **{key: row["id"]}))["userId"] == ANN.user_id


async def test_what_is_restored_counts_as_what_is_new_does(store: Database) -> None:
    async with open_desk(store, max_rows=2) as desk:
        for kind in KINDS:
            if ENTITIES[kind].parent is not None:
                continue
            key = key_of(ENTITIES[kind])
            first, _ = [await made(desk, kind, word) for word in ("one", "two")]
            await desk.done(ANN, f"{kind}:delete", **{key: first["id"]})
            third = await made(desk, kind, "three")
            refused = await desk.refused(ANN, f"{kind}:restore", **{key: first["id"]})
            assert (refused["code"], refused["details"]["reason"]) == ("conflict", "too_many_rows")
            await desk.done(ANN, f"{kind}:delete", **{key: third["id"]})
            assert (await desk.done(ANN, f"{kind}:restore", **{key: first["id"]}))["id"] == first["id"]


async def test_one_has_only_so_many_rows(store: Database) -> None:
    async with open_desk(store, max_rows=2) as desk:
        for kind in KINDS:
            if ENTITIES[kind].parent is None:
                for word in ("one", "two"):
                    await made(desk, kind, word)
                refused = await desk.refused(ANN, f"{kind}:create", **draft(ENTITIES[kind], {}, "three"))
                assert (refused["code"], refused["details"]["reason"]) == ("conflict", "too_many_rows")
                await made(desk, kind, "one", BOB)
