"""What is asked for each list, and the table that shows it."""

from orchd.cli.chat import models as models_
from orchd.cli.listing.sharing import shared_in, with_sharing
from orchd.cli.reply import JsonObject
from orchd.cli.showing import count_of, group_digits, local_time, one_line, span, table, visible
from orchd.client import Client

_WHY = {"slots": "a free slot", "loading": "its model", "other_model": "another model's answers", "turn": "its turn"}


async def fetch_models(client: Client, _options: JsonObject) -> JsonObject:
    """All models, the servers asked now, and what was found of them as judges."""
    found = await client.request("model:list", {"refresh": True})
    return found | await client.request("verify:trials")


def models(reply: JsonObject, columns: int | None) -> list[str]:
    """A model a line."""
    if not reply["models"]:
        return ["no model server has a model that you may use; `orchd check` says where they are looked for"]
    judges = {(trial["model"], trial["backend"]): trial["failure"] or "passed" for trial in reply["trials"]}
    if not judges:
        return table(models_.HEADS, map(models_.row, reply["models"]), columns, right=models_.RIGHT)
    rows = [[*models_.row(model), judges.get((model["id"], model["backend"]), "")] for model in reply["models"]]
    return table((*models_.HEADS, "AS A JUDGE"), rows, columns, right=models_.RIGHT)


async def fetch_queue(client: Client, _options: JsonObject) -> JsonObject:
    """What runs and what waits."""
    return await client.request("model:queue")


def queue(reply: JsonObject, columns: int | None) -> list[str]:
    """A request a line."""
    if not reply["items"]:
        return ["nothing runs, nothing waits"]
    heads = ("SERVER", "MODEL", "STATE", "FOR", "PLACE", "SINCE", "STILL ABOUT", "WAITS FOR")
    rows = [
        (
            item["backend"],
            item["model"],
            item["state"],
            item["priority"],
            item["position"],
            span(item["elapsedMs"]),
            span(item["etaMs"]),
            _WHY.get(item["why"], item["why"]),
        )
        for item in reply["items"]
    ]
    return table(heads, rows, columns, right=("PLACE", "SINCE", "STILL ABOUT"))


async def fetch_conversations(client: Client, options: JsonObject) -> JsonObject:
    """The conversations that were used last."""
    reply = await client.request("conversation:list", {"limit": options["limit"]})
    return reply if options.get("as_json") else await with_sharing(client, reply)


def conversations(reply: JsonObject, columns: int | None) -> list[str]:
    """A conversation a line."""
    if not reply["items"]:
        return ["there are no conversations yet"]
    rows = [
        (
            item["id"],
            local_time(item["updatedAt"]),
            item["messageCount"],
            item["model"],
            shared_in(reply, item),
            item["title"],
        )
        for item in reply["items"]
    ]
    return table(("N", "LAST USED", "MESSAGES", "MODEL", "SHARED IN", "TITLE"), rows, columns, right=("N", "MESSAGES"))


async def fetch_tasks(client: Client, options: JsonObject) -> JsonObject:
    """The tasks that changed last."""
    state = {"status": options["state"]} if options["state"] else {}
    reply = await client.request("task:list", {"limit": options["limit"]} | state)
    return reply if options.get("as_json") else await with_sharing(client, reply)


def tasks(reply: JsonObject, columns: int | None) -> list[str]:
    """A task a line."""
    if not reply["items"]:
        return ["no tasks found"]
    rows = [
        (
            item["id"],
            item["status"] + (f" ({item['waitsFor']})" if item["waitsFor"] else ""),
            f"{item['completed']}/{item['subtasks']}",
            local_time(item["updatedAt"]),
            shared_in(reply, item),
            item["title"] + (f": {item['reason']}" if item["reason"] else ""),
        )
        for item in reply["items"]
    ]
    return table(("N", "STATE", "DONE", "CHANGED", "SHARED IN", "TITLE"), rows, columns, right=("N", "DONE"))


async def fetch_status(client: Client, _options: JsonObject) -> JsonObject:
    """What the daemon says of itself, of its model servers and of their work."""
    session = client.session
    told = {name: session.get(name) for name in ("server", "protocol", "epoch", "user")}
    backends = await client.request("backend:list", {"refresh": False})
    return told | backends | {"queue": (await client.request("model:queue"))["items"]}


def status(reply: JsonObject, columns: int | None) -> list[str]:
    """The daemon in a line, the servers in a table, the work in a line."""
    server = reply["server"]
    running = sum(item["state"] != "waiting" for item in reply["queue"])
    waiting = len(reply["queue"]) - running
    absent = [one_line(each["name"]) for each in reply["backends"] if not (each["ok"] or each.get("known", True))]
    rows = [
        (
            backend["name"],
            backend["kind"] or "",
            "ok" if backend["ok"] else "away",
            group_digits(backend["models"]),
            backend["reason"] or ("simulated" if backend["simulated"] else ""),
        )
        for backend in reply["backends"]
        if backend["ok"] or backend.get("known", True)
    ]
    return [
        visible(f"{server['name']} {server['version']} answers ({reply['protocol']})"),
        *(table(("SERVER", "KIND", "STATE", "MODELS", "REASON"), rows, columns, right=("MODELS",)) if rows else []),
        f"{count_of(running, 'request')} {'runs' if running == 1 else 'run'}, {group_digits(waiting)} waiting"
        if reply["queue"]
        else "nothing runs, nothing waits",
        *([f"(looked for, and not found: {', '.join(absent)})"] if absent else []),
        *([] if rows else [one_line("no model server is known; `orchd check` says where they are looked for")]),
    ]
