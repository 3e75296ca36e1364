"""Lists of the daemon's, all pages of them."""

from orchd.cli.reply import JsonObject
from orchd.client import Client

PAGE = 200
"""Items of one page, at most."""


async def fetch_pages(client: Client, kind: str, data: JsonObject, most: int | None = None) -> JsonObject:
    """Return the last page of a list with the items of those before it, `most` of them. Raises as `Client.request`
    does."""
    items: list[JsonObject] = []
    asked = {**data, "limit": PAGE if most is None else min(most, PAGE)}
    while True:
        reply = await client.request(kind, asked)
        items += reply["items"]
        if reply["nextCursor"] is None or (most is not None and len(items) >= most):
            return {**reply, "items": items[:most]}
        asked["cursor"] = reply["nextCursor"]
