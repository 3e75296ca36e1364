"""A conversation as a document: its active branch, from the first message to the last."""

from typing import Any

from orchd.cli.showing import local_time, one_line
from orchd.client import Client

PAGE = 100


async def fetch(client: Client, options: dict[str, Any]) -> dict[str, Any]:
    """The conversation and all messages of its active branch. Raises `NotFound`, and as `Client.request` does."""
    number = options["number"]
    conversation = await client.request("conversation:get", {"conversationId": number})
    messages: list[dict[str, Any]] = []
    more = True
    while more:
        before = {"before": messages[0]["id"]} if messages else {}
        page = await client.request("chat:history", {"conversationId": number, "limit": PAGE} | before)
        messages = page["messages"] + messages
        more = page["hasMore"] and bool(page["messages"])
    return {"conversation": conversation, "messages": messages}


def markdown(found: dict[str, Any], _columns: int | None) -> list[str]:
    """Each message under a heading that says whose it is, from when, and how it ended."""
    lines = [f"# {one_line(found['conversation']['title'])}"]
    for message in found["messages"]:
        who = "Question" if message["role"] == "user" else "Answer"
        about = [message.get("model") or "", local_time(message["timestamp"])]
        about.append("" if message["status"] == "complete" else message["status"])
        lines += ["", f"## {who} ({', '.join(part for part in about if part)})", "", message["content"]]
        lines += _files_line([file["name"] for file in message.get("files", [])])
    return lines


def _files_line(names: list[str]) -> list[str]:
    """What stands below a question of the files that went with it."""
    shown = ", ".join(f"`{one_line(name).replace('`', chr(39))}`" for name in names)
    return ["", f"Files: {shown}"] if names else []
