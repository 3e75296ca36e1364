"""Teams as admins follow them, and how many there are; on both databases."""

from orchd.storage import Database
from tests.features.project.sharing import add_users
from tests.fix_workspace import ANN, EVE, open_desk


async def test_admins_are_told_what_becomes_of_teams(store: Database) -> None:
    await store.write(add_users, "ann", "bob")
    async with open_desk(store) as desk:
        start = await desk.done(EVE, "team:subscribe")
        team = (await desk.done(EVE, "team:create", name="painters"))["team"]["id"]
        await desk.done(EVE, "team:member:add", teamId=team, userName="ann")
        await desk.done(EVE, "team:update", teamId=team, name="writers")
        await desk.told(EVE, 3)  # before it is removed, or the changes would be told as that
        await desk.done(EVE, "team:delete", teamId=team)
        told = await desk.told(EVE, 4)
        assert [(change["change"], change["teamId"]) for change in told] == [
            (change, team) for change in ("created", "updated", "updated", "deleted")
        ]
        assert told[-1]["item"] is None
        numbers = [start["number"], *(change["number"] for change in told)]
        assert numbers == sorted(set(numbers)), "the audit log takes some, too"
        other = (await desk.done(EVE, "team:create", name="painters"))["team"]["id"]
        await desk.done(EVE, "team:member:add", teamId=other, userName="ann")
        users = [[user["name"] for user in change["item"]["users"]] for change in (await desk.told(EVE, 6))[-2:]]
        assert users[-1] == ["ann"]
        await desk.done(EVE, "team:unsubscribe")
        await desk.done(EVE, "team:delete", teamId=other)
        again = await desk.done(EVE, "team:subscribe", since=start["number"])
        assert again == {"number": start["number"], "recovered": True}
        assert len(await desk.told(EVE, 13)) == 13


async def test_lists_say_how_many_there_are(store: Database) -> None:
    await store.write(add_users, "ann", "bob")
    async with open_desk(store) as desk:
        for name in ("one", "two", "three"):
            await desk.done(ANN, "project:create", name=name)
            team = (await desk.done(EVE, "team:create", name=name))["team"]["id"]
        await desk.done(EVE, "team:member:add", teamId=team, userName="ann")
        assert (await desk.done(ANN, "project:list", limit=1, total=True))["total"] == 3
        assert (await desk.done(EVE, "team:list", limit=1, total=True))["total"] == 3
        assert (await desk.done(ANN, "team:list", total=True))["total"] == 1
        assert "total" not in await desk.done(ANN, "project:list")
