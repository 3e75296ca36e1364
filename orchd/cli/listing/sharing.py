"""What of a list is shared, and in which project: the projects' names, and who is asking."""

from orchd.cli.listing.pages import fetch_pages
from orchd.cli.reply import JsonObject
from orchd.client import Client
from orchd.errors import Forbidden


async def with_sharing(client: Client, reply: JsonObject) -> JsonObject:
    """Return a list with what `shared_in` needs, where something of it is shared. Raises as `Client.request` does."""
    if all(item["projectId"] is None for item in reply["items"]):
        return reply
    me = await client.request("user:me")
    return {**reply, "me": me["userId"], "projects": await _names(client)}


async def _names(client: Client) -> dict[int, str]:
    """Return what projects are called, by their ids; none for a token that sees no projects."""
    try:
        return {item["id"]: item["name"] for item in (await fetch_pages(client, "project:list", {}))["items"]}
    except Forbidden:
        return {}


def shared_in(reply: JsonObject, item: JsonObject) -> str:
    """The project in which a row is, and whether it is another one's; empty for what is nobody else's business."""
    project = item.get("projectId")
    if project is None:
        return ""
    name = reply.get("projects", {}).get(project, f"project {project}")
    return name if item.get("userId") == reply.get("me") else f"{name} (by another)"
