"""What a search has found: each row by its kind, number, date and title, and where the words stand in its text."""

from orchd.cli.chat.tables.finding import with_brackets
from orchd.cli.reply import JsonObject
from orchd.cli.showing import clip, local_time, one_line
from orchd.client import Client
from orchd.errors import Forbidden, NotFound

PAGE = 50
"""Items of one page, at most."""
INDENT = "    "


async def fetch(client: Client, options: JsonObject) -> JsonObject:
    """The rows that fit best, and for people what the conversations of messages are called."""
    wanted = {name: options[name] for name in ("query", "kinds", "since") if options[name]}
    items: list[JsonObject] = []
    cursor = None
    while len(items) < options["limit"]:
        more = {"limit": min(PAGE, options["limit"] - len(items))} | ({} if cursor is None else {"cursor": cursor})
        reply = await client.request("search", wanted | more)
        items += reply["items"]
        cursor = reply["nextCursor"]
        if cursor is None:
            break
    found = {"items": items, "nextCursor": cursor}
    return found if options["as_json"] else found | {"titles": await _titles(client, items)}


async def _titles(client: Client, items: list[JsonObject]) -> dict[int, str]:
    """Return what the conversations of found messages are called; none for a token that sees no conversations."""
    titles: dict[int, str] = {}
    for number in {item["conversationId"] for item in items if item["kind"] == "message"}:
        try:
            titles[number] = (await client.request("conversation:get", {"conversationId": number}))["title"]
        except NotFound:
            continue  # removed since it was found
        except Forbidden:
            break
    return titles


def lines(reply: JsonObject, columns: int | None) -> list[str]:
    """A row in two lines: what it is, and the part of its text, with brackets around what was searched for."""
    if not reply["items"]:
        return ["nothing found"]
    shown: list[str] = []
    for item in reply["items"]:
        number, title = item["id"], with_brackets(item["title"], item["titlePlaces"])
        where = f"{item['kind']} {number}"
        if item["kind"] == "message":
            number = item["conversationId"]
            where, title = f"message in conversation {number}", one_line(reply["titles"].get(number, ""))
        shown.append(_fit(f"{where}  {local_time(item['changedAt'])}  {title}".rstrip(), columns))
        if item["excerpt"].strip():
            shown.append(_fit(INDENT + with_brackets(item["excerpt"], item["places"]), columns))
    return shown


def _fit(text: str, columns: int | None) -> str:
    return text if columns is None else clip(text, columns)
