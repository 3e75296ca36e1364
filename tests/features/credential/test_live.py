"""Credentials as live lists tell them, in versions, and counted; on both databases."""

from orchd.protocol.identity import LOCAL
from tests.fix_workspace import ANN, Desk

SECRET = "orange-battery-staple-correct-horse"


async def test_their_owner_is_told_what_becomes_of_them(entity_desk: Desk) -> None:
    desk = entity_desk
    for who in (LOCAL, ANN):
        await desk.done(who, "credential:subscribe")
    row = await desk.done(LOCAL, "credential:create", name="box", secret=SECRET)
    changed = await desk.done(LOCAL, "credential:update", credentialId=row["id"], name="case", version=row["version"])
    [created, updated] = await desk.told(LOCAL, 2)
    assert (created["change"], updated["change"], updated["item"]) == ("created", "updated", changed)
    await desk.done(LOCAL, "credential:delete", credentialId=row["id"])
    gone = (await desk.told(LOCAL, 3))[-1]
    assert (gone["change"], gone["credentialId"], gone["item"]) == ("deleted", row["id"], None)
    await desk.done(ANN, "credential:create", name="hers", secret=SECRET)
    [own] = await desk.told(ANN, 1)
    assert own["item"]["name"] == "hers"
    assert len(desk.changes(LOCAL)) == 3
    assert SECRET not in str([desk.frames(LOCAL), desk.frames(ANN)])


async def test_a_stale_version_changes_nothing_not_even_the_secret(entity_desk: Desk) -> None:
    desk = entity_desk
    row = await desk.done(LOCAL, "credential:create", name="box", secret=SECRET)
    told = await desk.refused(LOCAL, "credential:update", credentialId=row["id"], secret="x" * 30, version=9)
    assert (told["code"], told["details"]["path"]) == ("conflict", "$.data.version")
    assert await desk.done(LOCAL, "credential:get", credentialId=row["id"]) == row
    assert (await desk.refused(ANN, "credential:get", credentialId=row["id"]))["code"] == "not_found"


async def test_a_list_says_how_many_there_are(entity_desk: Desk) -> None:
    desk = entity_desk
    for name, kind in (("a", "other"), ("b", "other"), ("c", "model_server")):
        await desk.done(LOCAL, "credential:create", name=name, secret=SECRET, kind=kind)
    assert (await desk.done(LOCAL, "credential:list", total=True, limit=1))["total"] == 3
    assert (await desk.done(LOCAL, "credential:list", total=True, kind="other"))["total"] == 2
    assert "total" not in await desk.done(LOCAL, "credential:list")
