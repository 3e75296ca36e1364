"""`orchd project`: what people share, and with whom."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from orchd.cli.asking.exchange import Exchange, asks, every, find, one, say
from orchd.cli.reply import JsonObject

if TYPE_CHECKING:
    from orchd.client import Client

F = TypeVar("F", bound=Callable[..., Any])
ROLES = ("viewer", "editor", "owner")
ROWS = {"conversation": "conversation:update", "task": "task:update", "assistant": "assistant:update"}
"""What can be shared, and the request that does it."""


@click.group(
    help="List, make and change the projects that you are in.\n"
    "\n"
    "PROJECT is a name, or the number that `orchd project list` shows. What is in a project is seen by its members; "
    "editors change it too, and owners also say who the members are."
)
def project() -> None:
    pass


@project.command("list", help="List the projects that you are in.")
@asks
def list_projects() -> Exchange:
    from orchd.cli.asking import tables

    return every("project:list", {}, tables.projects)


@project.command(help="Say who the members of PROJECT are.")
@click.argument("name", metavar="PROJECT")
@asks
def show(name: str) -> Exchange:
    from orchd.cli.asking import tables

    async def fetch(client: "Client") -> JsonObject:
        return await client.request("project:get", {"projectId": await _find(client, name)})

    return Exchange(fetch, tables.project)


@project.command(help="Make a project NAME; you are its owner.")
@click.argument("name")
@click.option("--description", default="", help="What it is about.")
@asks
def add(name: str, description: str) -> Exchange:
    said = say(lambda reply: f"project {reply['project']['id']} ({reply['project']['name']}) is new")
    return one("project:create", {"name": name, "description": description}, said)


@project.command(help="Call PROJECT by a NEW-NAME.")
@click.argument("name", metavar="PROJECT")
@click.argument("new_name", metavar="NEW-NAME")
@asks
def rename(name: str, new_name: str) -> Exchange:
    async def fetch(client: "Client") -> JsonObject:
        return await client.request("project:update", {"projectId": await _find(client, name), "name": new_name})

    said = say(lambda reply: f"project {reply['project']['id']} is called {reply['project']['name']} now")
    return Exchange(fetch, said)


@project.command(help="Delete PROJECT.")
@click.argument("name", metavar="PROJECT")
@click.option("--release-rows", is_flag=True, help="What is in it is its makers' alone again; nothing is deleted.")
@asks
def remove(name: str, *, release_rows: bool) -> Exchange:
    async def fetch(client: "Client") -> JsonObject:
        rows = {"rows": "release"} if release_rows else {}
        return await client.request("project:delete", {"projectId": await _find(client, name), **rows})

    return Exchange(fetch, say(lambda reply: f"project {reply['projectId']} is deleted"))


def _rows(command: F) -> F:
    """Give a command the options that say which rows are meant."""
    for kind in ("assistant", "task", "conversation"):
        told = f"The {kind} of this number; may be said several times."
        option = click.option(
            f"--{kind}", f"{kind}s", metavar="N", type=click.IntRange(min=1), multiple=True, help=told
        )
        command = option(command)
    return command


@project.command(help="Put conversations, tasks and assistants of yours into PROJECT.")
@click.argument("name", metavar="PROJECT")
@_rows
@asks
def share(name: str, **rows: tuple[int, ...]) -> Exchange:
    async def fetch(client: "Client") -> JsonObject:
        return await _put(client, rows, await _find(client, name))

    return Exchange(fetch, say(lambda reply: f"{len(reply['items'])} shared"))


@project.command(help="Take conversations, tasks and assistants out of their project: they are their makers' alone.")
@_rows
@asks
def unshare(**rows: tuple[int, ...]) -> Exchange:
    async def fetch(client: "Client") -> JsonObject:
        return await _put(client, rows, None)

    return Exchange(fetch, say(lambda reply: f"{len(reply['items'])} shared no more"))


@project.group(help="Say who the members of a project are, as one of its owners.")
def member() -> None:
    pass


_TEAM = click.option("--team", is_flag=True, help="NAME is a team: all its users are members.")


@member.command("add", help="Make the user NAME a member of PROJECT.")
@click.argument("name", metavar="PROJECT")
@click.argument("who", metavar="NAME")
@click.option("--role", type=click.Choice(ROLES), default="viewer", show_default=True, help="What they may do.")
@_TEAM
@asks
def add_member(name: str, who: str, role: str, *, team: bool) -> Exchange:
    async def fetch(client: "Client") -> JsonObject:
        named = {"teamName" if team else "userName": who}
        data = {"projectId": await _find(client, name), "role": role, **named}
        return await client.request("project:member:add", data)

    return Exchange(fetch, say(lambda reply: f"{who} is {role} of {reply['project']['name']}"))


@member.command("role", help="Give the member NAME of PROJECT another role.")
@click.argument("name", metavar="PROJECT")
@click.argument("who", metavar="NAME")
@click.argument("role", type=click.Choice(ROLES))
@_TEAM
@asks
def change_member(name: str, who: str, role: str, *, team: bool) -> Exchange:
    async def fetch(client: "Client") -> JsonObject:
        member = await _find_member(client, name, who, team=team)
        return await client.request("project:member:update", {**member, "role": role})

    return Exchange(fetch, say(lambda reply: f"{who} is {role} of {reply['project']['name']} now"))


@member.command("remove", help="Let the member NAME of PROJECT go; with your own name you leave.")
@click.argument("name", metavar="PROJECT")
@click.argument("who", metavar="NAME")
@_TEAM
@asks
def remove_member(name: str, who: str, *, team: bool) -> Exchange:
    async def fetch(client: "Client") -> JsonObject:
        return await client.request("project:member:remove", await _find_member(client, name, who, team=team))

    return Exchange(fetch, say(lambda _reply: f"{who} is no member any more"))


async def _find(client: "Client", name: str) -> int:
    return await find(client, "project:list", "project", name)


async def _find_member(client: "Client", name: str, who: str, *, team: bool) -> JsonObject:
    """Return what names a member in a request. Raises `NotFound`."""
    from orchd.errors import NotFound

    project_id, key = await _find(client, name), "teamId" if team else "userId"
    found = await client.request("project:get", {"projectId": project_id})
    for member in found["members"]:
        if member["name"].casefold() == who.casefold() and member[key] is not None:
            return {"projectId": project_id, key: member[key]}
    raise NotFound(f"{who} is no member; `orchd project show {name}` lists them")


async def _put(client: "Client", rows: dict[str, tuple[int, ...]], project_id: int | None) -> JsonObject:
    """Put rows into a project, or into none; return what they are like then."""
    wanted = [(kind, row_id) for kind in ROWS for row_id in rows[f"{kind}s"]]
    if not wanted:
        raise click.UsageError("Say what: --conversation N, --task N or --assistant N.")
    return {
        "items": [
            await client.request(ROWS[kind], {f"{kind}Id": row_id, "projectId": project_id}) for kind, row_id in wanted
        ]
    }
