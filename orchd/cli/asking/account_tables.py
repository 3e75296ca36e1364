"""Replies about one's own account as people read them."""

from orchd.cli.reply import JsonObject
from orchd.cli.showing import local_time, one_line, table


def identity(reply: JsonObject, _columns: int | None) -> list[str]:
    """Who somebody is, and how they came in."""
    if reply["userId"] == 0:
        return ["you are the local owner: there is no user yet, and everything is yours"]
    by = "" if reply["tokenId"] is None else f", by token {reply['tokenId']}"
    lines = [f"{reply['name']}, role {reply['role']}{by}"]
    if reply["scopes"] is not None:
        lines.append(f"scopes: {', '.join(reply['scopes'])}")
    if reply["models"] is not None:
        lines.append(f"models: {', '.join(reply['models'])}")
    return [one_line(line) for line in lines]


def tokens(reply: JsonObject, columns: int | None) -> list[str]:
    """A token a line."""
    if not reply["items"]:
        return ["you have no token; `orchd account token create` makes one"]
    heads = ("N", "NAME", "ENDS IN", "SCOPES", "MODELS", "EXPIRES", "LAST USE", "STATE")
    rows = [
        (
            item["id"],
            item["name"],
            item["hint"],
            ", ".join(item["scopes"]),
            ", ".join(item["models"] or ()),
            _time(item["expiresAt"]),
            _time(item["usedAt"]),
            "revoked" if item["revokedAt"] is not None else "background" if item["background"] else "",
        )
        for item in reply["items"]
    ]
    return table(heads, rows, columns, right=("N",))


def logins(reply: JsonObject, columns: int | None) -> list[str]:
    """A browser a line."""
    if not reply["items"]:
        return ["you are logged in nowhere"]
    rows = [
        (
            item["id"],
            "this one" if item["current"] else "",
            item["agent"] or "(it does not say)",
            item["address"],
            local_time(item["createdAt"]),
            local_time(item["seenAt"]),
            local_time(item["expiresAt"]),
        )
        for item in reply["items"]
    ]
    heads = ("N", "", "BROWSER", "FROM", "SINCE", "LAST USE", "ENDS")
    return table(heads, rows, columns, right=("N",))


def _time(timestamp: str | None) -> str:
    return "never" if timestamp is None else local_time(timestamp)
