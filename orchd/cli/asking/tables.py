"""Replies about projects, teams, quotas and usage as people read them."""

from collections.abc import Sequence

from orchd.cli.reply import JsonObject
from orchd.cli.showing import group_digits, local_time, one_line, size, table

USER_WORDS = {"user": "the user", "role": "each", "token": "the token"}


def projects(reply: JsonObject, columns: int | None) -> list[str]:
    """A project a line."""
    if not reply["items"]:
        return ["you are in no project; `orchd project add NAME` makes one"]
    rows = [(item["id"], item["name"], item["role"], item["description"]) for item in reply["items"]]
    return table(("N", "NAME", "YOU ARE", "DESCRIPTION"), rows, columns, right=("N",))


def project(reply: JsonObject, columns: int | None) -> list[str]:
    """A project, and a member a line."""
    found = reply["project"]
    about = [f"project {found['id']}, {found['name']}; you are {found['role']}", found["description"]]
    rows = [
        (member["name"], "team" if member["teamId"] is not None else "user", member["role"])
        for member in reply["members"]
    ]
    return [*(one_line(text) for text in about if text), *table(("MEMBER", "KIND", "ROLE"), rows, columns)]


def files(reply: JsonObject, columns: int | None) -> list[str]:
    """A file a line."""
    if not reply["items"]:
        return ["there are no files; `orchd file upload PATH` sends one"]
    rows = [
        (
            item["id"],
            item["name"],
            item["type"],
            size(item["size"]),
            local_time(item["createdAt"]),
            item["projectId"] or "",
        )
        for item in reply["items"]
    ]
    heads = ("N", "NAME", "TYPE", "SIZE", "SENT", "PROJECT")
    return table(heads, rows, columns, right=("N", "SIZE", "PROJECT"))


def teams(reply: JsonObject, columns: int | None) -> list[str]:
    """A team a line."""
    if not reply["items"]:
        return ["there is no team that you see; admins make them"]
    rows = [(item["id"], item["name"], item["users"]) for item in reply["items"]]
    return table(("N", "NAME", "USERS"), rows, columns, right=("N", "USERS"))


def team(reply: JsonObject, _columns: int | None) -> list[str]:
    """A team, and a user a line."""
    users = [one_line(user["name"]) for user in reply["users"]] or ["(nobody is in it)"]
    return [one_line(f"team {reply['team']['id']}, {reply['team']['name']}"), *users]


def quotas(reply: JsonObject, columns: int | None) -> list[str]:
    """A quota a line."""
    if not reply["items"]:
        return ["there is no quota: everybody may ask as much as they like"]
    rows = [
        (item["id"], _whose(item), item["period"], *(_limit(item[name]) for name in ("requests", "tokens")))
        for item in reply["items"]
    ]
    heads = ("N", "FOR", "A", "REQUESTS", "TOKENS")
    return table(heads, rows, columns, right=("N", "REQUESTS", "TOKENS"))


def _whose(item: JsonObject) -> str:
    return f"{USER_WORDS.get(item['subjectKind'], item['subjectKind'])} {item.get('subjectName') or item['subject']}"


def _limit(most: int | None) -> str:
    return "any" if most is None else group_digits(most)


def usage(reply: JsonObject, columns: int | None) -> list[str]:
    """What was asked, a day and model a line; then the quotas that concern whoever asked."""
    members = ("requests", "promptTokens", "completionTokens")
    rows: list[Sequence[object]] = [
        (item["day"], item["model"], *(group_digits(item[name]) for name in members)) for item in reply["items"]
    ]
    if len(rows) > 1:
        sums = (group_digits(sum(item[name] for item in reply["items"])) for name in members)
        rows.append(("all", "", *sums))
    heads = ("DAY", "MODEL", "REQUESTS", "TOKENS READ", "GENERATED")
    asked = table(heads, rows, columns, right=heads[2:]) if rows else ["nothing was asked of models in that time"]
    return [*asked, *_quota_uses(reply["quotas"], columns)]


def _quota_uses(quotas: list[JsonObject], columns: int | None) -> list[str]:
    if not quotas:
        return []
    rows = [
        (
            item["period"],
            f"{group_digits(item['usedRequests'])} of {_limit(item['requests'])}",
            f"{group_digits(item['usedTokens'])} of {_limit(item['tokens'])}",
            local_time(item["endsAt"]),
            f"the {item['subjectKind']}'s",
        )
        for item in quotas
    ]
    return ["", *table(("QUOTA A", "REQUESTS", "TOKENS", "ENDS", "IT IS"), rows, columns)]
