"""Ids of other people's rows in every place of every request: as if there were no such row, live or ended.

Requests come from the types, so a new frame, or a new id inside of one, is tried as soon as it is there: each id that
a request may carry is another person's once, beside one's own ids in all other places, and once one that nobody has.
Whoever asks, an admin too, can't tell the two answers apart, is told nothing else, and changes nothing.
"""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from msgspec import inspect

from orchd.features import commands
from tests.entities import DECLARED, ENTITIES, draft, key_of, sample, text_member
from tests.fix_daemon import App, StartApp
from tests.fix_simulator import RunningSimulator
from tests.wire.client import Client
from tests.wire.people import PASSWORD, ask, browser, first_user
from tests.wire.referee import Frame

ABSENT = 987_654_321
TOLD = "quota:1"
"""What the notifications are about that people are given here; the daemon tells them of their tasks besides."""
STALL = "[[simulate: stall_after=3]]"
ENDING = "[[simulate: tokens=5]]"

ROW_OF = {
    "conversationId": "conversation",
    "parentId": "message",
    "leafId": "message",
    "throughId": "message",
    "before": "message",
    "messageId": "message",
    "credentialId": "credential",
    "taskId": "task",
    "subtaskId": "subtask",
    "subtaskIds": "subtask",
    "projectId": "project",
    "jobId": "job",
    "tokenId": "token",
    "loginId": "login",
    "approvalId": "approval",
    **{key_of(entity): kind for kind, entity in DECLARED.items()},
    "notificationIds": "notification",
    "conversationIds": "conversation",
    "fileIds": "file",
}
"""Members that are ids of rows that somebody has, and which kind of row."""
NOT_ROWS = {"id", "toolCallId", "userId", "teamId", "memberId", "quotaId", "providerId", "targetId", "ownerId"}
"""Members called so that are no row of one person's: of a request, of a tool; and people, teams, quotas and model
servers, which are an admin's."""
DEPENDS_ON = {"task:create": "task", "task:dependency:add": "task", "task:dependency:remove": "task"}
"""What `dependsOn` are: of subtasks elsewhere."""
MORE: dict[str, Frame] = {
    "conversation:update": {"title": "Stolen"},
    "chat:send": {"message": ENDING},
    "chat:edit": {"message": ENDING},
    "chat:rate": {"rating": "up"},
    "chat:react": {"emoji": "👍"},
    "chat:resume": {"afterSeq": 0, "epoch": "x"},
    "task:create": {"title": "Mine"},
    "task:update": {"title": "Stolen"},
    "task:approve": {"hash": "0" * 64, "approve": True},
    "subtask:create": {"title": "Mine", "prompt": "Do it."},
    "subtask:update": {"title": "Stolen"},
    "credential:update": {"name": "stolen"},
    "credential:test": {"backend": "x"},
    "provider:create": {"name": "stolen", "url": "http://127.0.0.1:9"},
    "provider:update": {"providerId": 1},
    "provider:test": {"url": "http://127.0.0.1:9"},
    "prompt:revert": {"number": 1},
    "prompt:diff": {"number": 1},
    "quota:set": {"period": "day", "requests": 1},
    "project:update": {"name": "stolen"},
    "project:member:add": {"userId": 1, "role": "viewer"},
    "project:member:update": {"userId": 1, "role": "viewer"},
    "project:member:remove": {"userId": 1},
    **{f"{kind}:create": draft(entity, {}) for kind, entity in ENTITIES.items()},
    **{f"{kind}:update": {text_member(entity): "stolen"} for kind, entity in ENTITIES.items()},
}
"""What a request needs besides ids."""
ADMINS = {"token:revoke", "login:revoke", "quota:set"}
"""What an admin may do to others by design."""
SILENT = {
    "chat:unsubscribe",
    "task:unsubscribe",
    "task:list",
    "task:logs",
    "account:usage:list",
    *(f"{kind}:list" for kind in DECLARED),
}
"""What has an empty answer where there is no such row."""


class Place(NamedTuple):
    """One id that a request may carry."""

    kind: str
    member: str
    row: str
    many: bool
    required: tuple[str, ...]
    """Members that must be there, this one perhaps among them."""


def places() -> Iterator[Place]:
    """All ids that requests may carry, by the types of their payloads."""
    for command in commands():
        fields = [field for field in _struct(command.payload).fields if _is_id(field.encode_name)]
        required = tuple(field.encode_name for field in fields if field.required)
        for field in fields:
            name = field.encode_name
            row = DEPENDS_ON.get(command.type, "subtask") if name == "dependsOn" else ROW_OF[name]
            many = not _may_be_number(field.type)
            yield Place(command.type, name, row, many, required)


def _struct(payload: type[Any]) -> inspect.StructType:
    found = inspect.type_info(payload)
    assert isinstance(found, inspect.StructType)
    return found


def _is_id(name: str) -> bool:
    named = name.endswith(("Id", "Ids")) or name in ("id", "before", "dependsOn")
    return named and name not in NOT_ROWS


def _may_be_number(found: inspect.Type) -> bool:
    if isinstance(found, inspect.Metadata):
        return _may_be_number(found.type)
    if isinstance(found, inspect.UnionType):
        return any(_may_be_number(each) for each in found.types)
    return isinstance(found, inspect.IntType)


PLACES = list(places())


def request(place: Place, own: dict[str, int], row_id: int) -> Frame:
    """A request with this id in one place and one's own in the others."""
    data = {**_others(place.kind), **MORE.get(place.kind, {})}
    for name in place.required:
        if name == "dependsOn":
            row, many = DEPENDS_ON.get(place.kind, "subtask"), place.kind not in DEPENDS_ON
        else:
            row, many = ROW_OF[name], name.endswith("Ids")
        data[name] = [own[row]] if many else own[row]
    if (place.kind, place.member) == ("chat:edit", "fileIds"):
        data["messageId"] = own["question"]
    if place.member in ("parentId", "leafId", "throughId", "before"):
        data["conversationId"] = own["conversation"]
    if place.kind == "task:create" and place.member == "dependsOn":
        return data | {"dependsOn": [row_id]}
    return data | {place.member: [row_id] if place.many else row_id}


def _others(kind: str) -> Frame:
    """What a request needs that is no id."""
    (payload,) = [command.payload for command in commands() if command.type == kind]
    fields = [field for field in _struct(payload).fields if field.required and not _is_id(field.encode_name)]
    return {field.encode_name: sample(field.type, "mine") for field in fields if field.encode_name not in NOT_ROWS}


def nameless(frame: Frame) -> str:
    """A frame without its id, and with one sign for all numbers: two that differ by ids alone are the same."""
    return re.sub(r"\d+", "#", json.dumps({name: value for name, value in frame.items() if name != "id"}))


async def rows_of(client: Client, tmp_path: Path, name: str) -> dict[str, int]:
    """Make a row of each kind; their ids."""
    started = await client.chat(ENDING)
    task = (await ask(client, "task:create", title=f"{name}'s"))["task"]["id"]
    steps = [
        (await ask(client, "subtask:create", taskId=task, title=f"{name}'s {step}", prompt="Do it."))["subtask"]["id"]
        for step in (1, 2)
    ]
    job = await ask(client, "text:process", text="One. Two.", instruction="Repeat it.", model=started["model"])
    found = {
        "conversation": started["conversationId"],
        "message": started["id"],
        "question": started["parentId"],
        "task": task,
        "subtask": steps[0],
        "job": job["jobId"],
        "token": (await ask(client, "token:create", name=f"{name}'s", scopes=["read"]))["item"]["id"],
        "login": next(i["id"] for i in (await ask(client, "login:list"))["items"] if i["current"]),
        "project": (await ask(client, "project:create", name=f"{name}'s"))["project"]["id"],
        "credential": (await ask(client, "credential:create", name=f"{name}s", secret="s" * 30))["id"],
    }
    for kind, entity in ENTITIES.items():
        own = {member: found[row] for member, row in ROW_OF.items() if row in found}
        found[kind] = (await ask(client, f"{kind}:create", **draft(entity, own, f"{name}'s")))["id"]
    return found | put_rows(tmp_path, task, f"{name}'s")


def put_rows(tmp_path: Path, task: int, title: str) -> dict[str, int]:
    """Put rows into the database that no frame makes, of whoever has a task; their ids."""
    with closing(sqlite3.connect(tmp_path / "orchd.db")) as database, database:
        made = database.execute(
            "INSERT INTO task_approval (task_id, kind, hash, state, note, created_at)"
            " VALUES (?, 'plan', ?, 'open', '', 1)",
            (task, "0" * 64),
        )
        told = database.execute(
            "INSERT INTO notification (user_id, version, kind, source, title, text, is_read, created_at, updated_at)"
            " SELECT user_id, 1, 'quota', ?, ?, '', 0, 1, 1 FROM task WHERE id = ?",
            (TOLD, title, task),
        )
        kept = database.execute(
            "INSERT INTO file (user_id, version, name, description, type, size, sha256, created_at, updated_at)"
            " SELECT user_id, 1, ?, '', 'text/plain', 1, ?, 1, 1 FROM task WHERE id = ?",
            (title, "0" * 64, task),
        )
        taken = database.execute(
            "INSERT INTO conversation_import (user_id, version, name, status, imported, skipped, failed, messages,"
            " bytes, epoch, created_at, updated_at) SELECT user_id, 1, ?, 'done', 0, 0, 0, 0, 0, 'x', 1, 1 FROM task"
            " WHERE id = ?",
            (title, task),
        )
    put = {"approval": made, "notification": told, "file": kept, "conversation:import": taken}
    return {kind: row.lastrowid or 0 for kind, row in put.items()}


def stored(tmp_path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """All that a database has of what people have."""
    with closing(sqlite3.connect(tmp_path / "orchd.db")) as database, database:
        told = database.execute("SELECT * FROM notification WHERE source = ? ORDER BY id", (TOLD,)).fetchall()
        found = {name: database.execute(f"SELECT * FROM {name} ORDER BY 1, 2").fetchall() for name in TABLES}
        return found | {"notification": told}


TABLES = (
    *("file", "conversation", "chat_message", "task", "subtask", "credential", "project", "text_job"),
    *(entity.rows.name for entity in ENTITIES.values()),
    *("task_approval", "task_dependency", "subtask_dependency"),
)


class House(NamedTuple):
    """A daemon with an admin and two members, who have a row of each kind."""

    daemon: App
    maria: Client
    ana: Client
    bob: Client
    of_ana: dict[str, int]
    of_bob: dict[str, int]


@pytest.fixture
async def house(app: StartApp, simulator: RunningSimulator, tmp_path: Path) -> House:
    """Maria is the admin."""
    daemon = await app(simulator.url)
    maria = await first_user(daemon)
    for name in ("ana", "bob"):
        await ask(maria, "user:create", name=name, password=PASSWORD)
    ana, bob = await browser(daemon, "ana"), await browser(daemon, "bob")
    return House(daemon, maria, ana, bob, await rows_of(ana, tmp_path, "ana"), await rows_of(bob, tmp_path, "bob"))


async def test_another_persons_id_is_as_one_that_nobody_has(house: House, tmp_path: Path) -> None:
    wrong: list[str] = []
    before = stored(tmp_path)
    for place in PLACES:
        for client, admin in ((house.bob, False), (house.maria, True)):
            if admin and (place.kind in ADMINS or len(place.required) + (place.kind in MORE) > 1):
                continue  # she has no rows of her own to stand beside
            foreign, absent = [
                await client.request(place.kind, request(place, house.of_bob, row_id))
                for row_id in (house.of_ana[place.row], ABSENT)
            ]
            refused = foreign["type"] == "error" and foreign["data"]["code"] in ("not_found", "forbidden", "conflict")
            if nameless(foreign) != nameless(absent) or not (refused or place.kind in SILENT):
                wrong.append(f"{place.kind} {place.member}: {foreign} and not {absent}")
    assert not wrong, "\n".join(wrong)
    after = stored(tmp_path)
    assert {name for name in before if before[name] != after[name]} == set()


async def test_a_running_answer_is_its_askers_alone(house: House) -> None:
    request_id, message_id = await house.ana.started(STALL)
    asked = await house.ana.until(lambda frame: frame["type"] == "chat:message" and frame.get("id") == request_id)
    conversation = asked["data"]["conversationId"]
    for client in (house.bob, house.maria):
        heard = len(client.frames)
        for kind, data in (
            ("chat:resume", {"messageId": message_id, "afterSeq": 0, "epoch": "x"}),
            ("chat:subscribe", {"conversationId": conversation}),
            ("chat:history", {"conversationId": conversation}),
            ("chat:cancel", {"messageId": message_id}),
            ("chat:continue", {"messageId": message_id}),
            ("chat:regenerate", {"messageId": message_id}),
            ("chat:edit", {"messageId": message_id, "message": "x"}),
            ("chat:send", {"message": "x", "conversationId": conversation}),
            ("conversation:delete", {"conversationId": conversation}),
            ("verify:message", {"messageId": message_id}),
        ):
            absent = {name: ABSENT if name.endswith("Id") else value for name, value in data.items()}
            told, nothing = await client.request(kind, data), await client.request(kind, absent)
            assert (told["type"], told["data"]["code"]) == ("error", "not_found"), (kind, told)
            assert nameless(told) == nameless(nothing), kind
        assert (await client.request("cancel", {"id": request_id}))["data"]["found"] is False
        assert {frame["type"] for frame in client.frames[heard:]} == {"error", "cancelled"}
    await house.ana.request("cancel", {"id": request_id})
    ended = (await house.ana.answer(request_id))[-1]["data"]
    assert (ended["id"], ended["status"]) == (message_id, "cancelled")
