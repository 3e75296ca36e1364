"""Replies that hold lists: bounded in bytes, each of them, and nothing is missing or twice when all pages are read."""

import json
import sqlite3
import typing
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec

from orchd.config import BackendSettings
from orchd.features import make_codec
from orchd.protocol.page import MAX_REPLY_BYTES
from tests.entities import DECLARED, ENTITIES
from tests.fix_daemon import StartApp
from tests.fix_upstream import Upstream, reply
from tests.wire import echo
from tests.wire.client import Client
from tests.wire.referee import Frame

MAX_FRAME_BYTES = 1024 * 1024
"""What many WebSocket libraries take unless told otherwise."""

BY_BYTES = "as many items as `page`, `fitting` or `share` let in"

ONE = "one thing, whose members its request or its row bounds"

MEMBERS = "at most MAX_MEMBERS users and teams, each with a name"


def has_list(kind: Any) -> bool:
    """Whether a type holds a list, however deep."""
    if typing.get_origin(kind) in (list, tuple):
        return True
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return any(has_list(hint) for hint in typing.get_type_hints(kind).values())
    return any(has_list(part) for part in typing.get_args(kind))


LISTS = {
    **{
        f"{kind}:{done}": ONE
        for kind, entity in ENTITIES.items()
        for done in ("create", "get", "update", "restore", "changed")
        if has_list(entity.rows.everybodys.row)
    },
    "conversation:labels": "at most 500 of each",
    "instruction:preview": "at most twenty instructions",
    **{f"notification:{done}": ONE for done in ("changed", "get", "restore")},
    **{f"setting:{done}": "as many as are declared" for done in ("list", "reset", "set")},
    **{f"prompt:{done}": ONE for done in ("diff", "duplicate", "revert")},
    "prompt:versions": BY_BYTES,
    "template:duplicate": ONE,
    "template:export": BY_BYTES,
    "template:import": "an id or a name of each that the request held",
    **{f"template:{done}": ONE for done in ("preview", "use")},
    "project:changed": MEMBERS,
    **{f"provider:{done}": ONE for done in ("changed", "create", "get", "restore", "update")},
    "provider:list": BY_BYTES,
    "provider:test": "at most MODELS_SHOWN names",
    **{f"{kind}:list": BY_BYTES for kind in DECLARED},
    "account:usage": BY_BYTES,
    "account:usage:list": BY_BYTES,
    "access:read": BY_BYTES,
    "audit:list": BY_BYTES,
    "audit:mine": BY_BYTES,
    "backend:list": BY_BYTES,
    "chat:changed": "marks of one message, of each person who sees it a few",
    "chat:history": BY_BYTES,
    "chat:message": ONE,
    "chat:progress": "attempts: at most the request's models",
    "chat:rate": "marks of one message, of each person who sees it a few",
    "chat:react": "marks of one message, of each person who sees it a few",
    "chat:resumed": ONE,
    "chat:subscribed": "answers of one conversation that run, a hundred bytes each: chat.maxRunning",
    "conversation:duplicate": ONE,
    "conversation:import:report": BY_BYTES,
    "conversation:list": BY_BYTES,
    "credential:list": BY_BYTES,
    "execution-log:changed": "the titles that a cause may name, and the two attempts that were compared",
    "execution-log:list": BY_BYTES,
    "login:list": BY_BYTES,
    "monitoring:history": BY_BYTES,
    "model:benchmark": "twenty runs",
    "model:benchmarks": BY_BYTES,
    "model:compare": "at most eight answers, cut to MAX_REPLY_BYTES together",
    "model:complete": ONE,
    "model:list": BY_BYTES,
    "model:load": ONE,
    "model:queue": BY_BYTES,
    "model:queue:changed": BY_BYTES,
    "model:recommend": BY_BYTES,
    "model:switch": ONE,
    "monitoring:metrics": "the machine's parts",
    "project:create": MEMBERS,
    "project:get": MEMBERS,
    "project:list": BY_BYTES,
    "project:member:add": MEMBERS,
    "project:member:update": MEMBERS,
    "project:update": MEMBERS,
    "quota:list": BY_BYTES,
    "rating:summary": BY_BYTES,
    "search": BY_BYTES,
    "subtask:create": ONE,
    "subtask:get": BY_BYTES,
    "subtask:list": BY_BYTES,
    "subtask:reorder": BY_BYTES,
    "subtask:update": ONE,
    "session:ready": "reasons that there are",
    "task:approvals": BY_BYTES,
    "task:brakes": "one for each figure of the machine",
    "task:get": BY_BYTES,
    "task:list": BY_BYTES,
    "task:logs": BY_BYTES,
    "task:stats": BY_BYTES,
    "task:update": BY_BYTES,
    "team:changed": MEMBERS,
    "team:create": MEMBERS,
    "team:get": MEMBERS,
    "team:list": BY_BYTES,
    "team:member:add": MEMBERS,
    "team:member:remove": MEMBERS,
    "team:update": MEMBERS,
    "text:chunk": BY_BYTES,
    "text:process": BY_BYTES,
    "text:truncate": "what the request held",
    "token:create": ONE,
    "token:list": BY_BYTES,
    "token:revoke": ONE,
    "usage:get": "at most 200 days of a model, and a quota of each kind",
    "user:list": BY_BYTES,
    "user:me": ONE,
    "verify:claim": "opinions: of a judge and at most three checkers",
    "verify:get": BY_BYTES,
    "verify:list": BY_BYTES,
    "verify:message": BY_BYTES,
    "verify:trials": BY_BYTES,
}
"""Each server frame with a list, but for those of a single task -> what bounds it. A new one is decided on here."""

FAT = 150_000


def test_each_reply_with_a_list_has_a_bound() -> None:
    payloads = {name: frame.payload for name, frame in make_codec().server_frames.items()}
    found = {name for name, kind in payloads.items() if has_list(kind) and kind.__struct_fields__ != ("task",)}
    assert found == set(LISTS), f"undecided: {found - set(LISTS)}; without a list: {set(LISTS) - found}"


async def pages(client: Client, kind: str, items: str, data: Frame) -> AsyncIterator[list[Frame]]:
    """Read a list to its end by `nextCursor`."""
    cursor: Frame = {}
    while True:
        page = (await client.request(kind, data | cursor))["data"]
        assert len(json.dumps(page, ensure_ascii=False).encode()) < MAX_FRAME_BYTES
        yield page[items]
        if page["nextCursor"] is None:
            return
        cursor = {"cursor": page["nextCursor"]}


async def read_all(client: Client, kind: str, data: Frame, items: str = "items") -> tuple[list[Frame], int]:
    """Return all items, and how many pages they took."""
    read = [page async for page in pages(client, kind, items, data)]
    return [item for page in read for item in page], len(read)


async def test_histories(app: StartApp, upstream: Upstream) -> None:
    echo.set_up(upstream)
    client = await (await app(BackendSettings(upstream.url, kind="openai"))).connect()
    conversation = (await client.chat("q" * FAT))["conversationId"]
    for _ in range(3):
        await client.chat("q" * FAT, conversationId=conversation)
    seen: list[int] = []
    before: Frame = {}
    while True:
        page = (await client.request("chat:history", {"conversationId": conversation, "limit": 200} | before))["data"]
        assert len(json.dumps(page).encode()) < MAX_FRAME_BYTES
        seen = [message["id"] for message in page["messages"]] + seen
        if not page["hasMore"]:
            break
        before = {"before": seen[0]}
    assert seen == sorted(set(seen))
    assert len(seen) == 8


async def test_assistants(app: StartApp) -> None:
    client = await (await app()).connect()
    for number in range(9):
        await client.request("assistant:create", {"name": f"a{number}", "systemPrompt": "p" * FAT})
    items, count = await read_all(client, "assistant:list", {"limit": 200})
    assert [item["name"] for item in items] == [f"a{number}" for number in range(9)]
    assert all(len(item["systemPrompt"]) == FAT for item in items)
    assert count == 3


async def test_tasks(app: StartApp, tmp_path: Path) -> None:
    client = await (await app()).connect()
    task = (await client.request("task:create", {"title": "t", "description": "d"}))["data"]["task"]["id"]
    subtasks = [
        (await client.request("subtask:create", {"taskId": task, "title": "s", "prompt": "\x01" * 90_000}))["data"]
        for _ in range(4)
    ]
    ids = [subtask["subtask"]["id"] for subtask in subtasks]
    listed, _ = await read_all(client, "subtask:list", {"taskId": task})
    whole = (await client.request("task:get", {"taskId": task}))["data"]
    order = (await client.request("subtask:reorder", {"taskId": task, "subtaskIds": ids[::-1]}))["data"]
    for shown in (listed, whole["subtasks"], order["items"][::-1]):
        assert [item["id"] for item in shown] == ids
        assert all(item["cut"] for item in shown)
        assert len(json.dumps(shown).encode()) < MAX_FRAME_BYTES
    assert (await client.request("subtask:get", {"subtaskId": ids[0]}))["data"]["subtask"]["prompt"] == "\x01" * 90_000

    rows = [(task, "info", "\x01" * 2000, 1) for _ in range(300)]
    with closing(sqlite3.connect(tmp_path / "orchd.db")) as database, database:
        database.executemany("INSERT INTO task_log (task_id, level, message, created_at) VALUES (?, ?, ?, ?)", rows)
    lines, count = await read_all(client, "task:logs", {"taskId": task, "limit": 200})
    assert len({line["id"] for line in lines}) == len(lines) >= 300
    assert count > 300 * 12_000 // MAX_REPLY_BYTES


async def test_models(app: StartApp, upstream: Upstream) -> None:
    listing = {
        "object": "list",
        "data": [{"id": f"{number:04}" + "m" * 200, "object": "model"} for number in range(1000)],
    }
    upstream.routes["GET /v1/models"] = reply(200, listing)
    client = await (await app(BackendSettings(upstream.url, kind="openai"))).connect()
    listed, count = await read_all(client, "model:list", {"refresh": True}, "models")
    assert len({model["id"] for model in listed}) == len(listed) == 1000
    assert count > 1


async def test_parts_of_a_long_text(app: StartApp, upstream: Upstream) -> None:
    echo.set_up(upstream)
    client = await (await app(BackendSettings(upstream.url, kind="openai"))).connect()
    text = " ".join(f"word{number}" for number in range(8_000))
    asked = {"text": text, "instruction": "i" * 30_000, "size": 1000, "model": "echo"}
    done = (await client.request("text:process", asked))["data"]
    parts, after = done["parts"], done["nextPart"]
    assert done["complete"]
    assert after == len(parts) > 0
    asked_before = len(upstream.requests)
    while after is not None:
        rest = (await client.request("text:process", {"jobId": done["jobId"], "firstPart": after}))["data"]
        assert len(json.dumps(rest).encode()) < MAX_FRAME_BYTES
        parts, after = parts + rest["parts"], rest["nextPart"]
    assert [part["index"] for part in parts] == list(range(len(parts)))
    assert parts[-1]["end"] == len(text)
    assert len(upstream.requests) == asked_before, "reading on asks no model"
