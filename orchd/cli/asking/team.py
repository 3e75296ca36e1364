"""`orchd team`: named sets of users, which can be members of projects."""

from typing import TYPE_CHECKING

import click

from orchd.cli.asking.exchange import Exchange, asks, every, find, one, say
from orchd.cli.reply import JsonObject

if TYPE_CHECKING:
    from orchd.client import Client


@click.group(
    help="List teams; as an admin make and change them.\n"
    "\n"
    "A team is a named set of users; as a member of a project it makes all of them members. TEAM is a name, or the "
    "number that `orchd team list` shows."
)
def team() -> None:
    pass


@team.command("list", help="List the teams that you are in; admins see all.")
@asks
def list_teams() -> Exchange:
    from orchd.cli.asking import tables

    return every("team:list", {}, tables.teams)


@team.command(help="Say who is in TEAM.")
@click.argument("name", metavar="TEAM")
@asks
def show(name: str) -> Exchange:
    from orchd.cli.asking import tables

    async def fetch(client: "Client") -> JsonObject:
        return await client.request("team:get", {"teamId": await _find(client, name)})

    return Exchange(fetch, tables.team)


@team.command(help="Make a team NAME.")
@click.argument("name")
@asks
def add(name: str) -> Exchange:
    said = say(lambda reply: f"team {reply['team']['id']} ({reply['team']['name']}) is new")
    return one("team:create", {"name": name}, said)


@team.command(help="Call TEAM by a NEW-NAME.")
@click.argument("name", metavar="TEAM")
@click.argument("new_name", metavar="NEW-NAME")
@asks
def rename(name: str, new_name: str) -> Exchange:
    async def fetch(client: "Client") -> JsonObject:
        return await client.request("team:update", {"teamId": await _find(client, name), "name": new_name})

    return Exchange(fetch, say(lambda reply: f"team {reply['team']['id']} is called {reply['team']['name']} now"))


@team.command(help="Delete TEAM: who is in a project only by it is in it no more.")
@click.argument("name", metavar="TEAM")
@asks
def remove(name: str) -> Exchange:
    async def fetch(client: "Client") -> JsonObject:
        return await client.request("team:delete", {"teamId": await _find(client, name)})

    return Exchange(fetch, say(lambda reply: f"team {reply['teamId']} is deleted"))


@team.group(help="Say who is in a team.")
def member() -> None:
    pass


@member.command("add", help="Put the user NAME into TEAM.")
@click.argument("name", metavar="TEAM")
@click.argument("who", metavar="NAME")
@asks
def add_user(name: str, who: str) -> Exchange:
    async def fetch(client: "Client") -> JsonObject:
        return await client.request("team:member:add", {"teamId": await _find(client, name), "userName": who})

    return Exchange(fetch, say(lambda reply: f"{who} is in {reply['team']['name']}"))


@member.command("remove", help="Take the user NAME out of TEAM.")
@click.argument("name", metavar="TEAM")
@click.argument("who", metavar="NAME")
@asks
def remove_user(name: str, who: str) -> Exchange:
    async def fetch(client: "Client") -> JsonObject:
        from orchd.errors import NotFound

        team_id = await _find(client, name)
        users = (await client.request("team:get", {"teamId": team_id}))["users"]
        for user in users:
            if user["name"].casefold() == who.casefold():
                return await client.request("team:member:remove", {"teamId": team_id, "userId": user["userId"]})
        raise NotFound(f"{who} is not in that team; `orchd team show {name}` lists who is")

    return Exchange(fetch, say(lambda reply: f"{who} is not in {reply['team']['name']} any more"))


async def _find(client: "Client", name: str) -> int:
    return await find(client, "team:list", "team", name)
