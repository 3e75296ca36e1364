"""Rows of the audit log in plain words."""

from pathlib import Path
from typing import Any

import pytest

from orchd.cli.audit.rows import rows
from orchd.cli.audit.words import change, sentence
from orchd.cli.showing import local_time
from tests.cli.asking.folk import Folk
from tests.fix_daemon import StartApp

ROW: dict[str, Any] = {
    "at": "2026-11-29T09:30:00.000Z",
    "name": "maria",
    "tokenId": None,
    "address": "192.0.2.1",
    "targetKind": "",
    "targetId": "",
    "targetName": None,
    "outcome": "done",
    "before": None,
    "after": None,
    "times": 1,
}


@pytest.mark.parametrize(
    ("members", "told"),
    [
        ({"action": "user:update", "targetKind": "user", "targetId": "2"}, "maria changed user 2"),
        (
            {"action": "user:update", "targetKind": "user", "targetId": "2", "targetName": "bob"},
            "maria changed user bob (2)",
        ),
        ({"action": "token:create", "targetKind": "api_token", "targetId": "3"}, "maria made token 3"),
        ({"action": "login:revoke", "targetKind": "web_session", "targetId": "3"}, "maria revoked browser 3"),
        ({"action": "user:passwd", "targetKind": "user", "targetId": "2"}, "maria set the password of user 2"),
        (
            {"action": "project:member:add", "targetKind": "project", "targetId": "1"},
            "maria added a member to project 1",
        ),
        ({"action": "login", "times": 3}, "maria logged in, 3 times within a minute"),
        ({"action": "login", "name": "", "outcome": "refused"}, "somebody unknown could not log in"),
        ({"action": "user:list", "outcome": "refused", "tokenId": 4}, "maria (by token 4) may not ask for user:list"),
        ({"action": "new:thing", "targetKind": "room", "targetId": "5"}, "maria did new:thing to room 5"),
        ({"action": "thing", "name": "a\x1b[2J"}, "a\ufffd[2J did thing"),
        (
            {"action": "access:break", "targetKind": "conversation", "targetId": "7"},
            "maria got access to conversation 7",
        ),
    ],
)
def test_who_did_what(members: dict[str, Any], told: str) -> None:
    assert sentence(ROW | members) == told


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (None, None, ""),
        ({"role": "admin", "name": "a"}, {"role": "member", "name": "a"}, "role: admin → member"),
        (
            None,
            {"name": "a", "scopes": ["chat", "read"], "models": None, "background": False},
            "name: a; scopes: chat, read",
        ),
        ({"disabled": False}, {"disabled": True}, "disabled: no → yes"),
        ({"name": "a"}, {}, "name was a"),
        (None, {"expires_at": 1_795_944_600_000}, f"expires: {local_time('2026-11-29T09:30:00Z')}"),
        ({"expires_at": None}, {"expires_at": 0}, f"expires: never → {local_time('1970-01-01T00:00:00Z')}"),
        (None, {"until": "2026-11-29T09:30:00.000Z"}, f"until: {local_time('2026-11-29T09:30:00Z')}"),
        (
            {"id": 1, "version": 1},
            {"id": 1, "version": 2, "updated_at": 5, "subjectKind": "user"},
            "subject kind: user",
        ),
        (None, {"rows": {"task": 2}}, "rows: task 2"),
    ],
)
def test_what_changed(before: dict[str, Any] | None, after: dict[str, Any] | None, told: str) -> None:
    assert change(ROW | {"before": before, "after": after}) == told


def test_an_empty_log_is_told() -> None:
    assert rows({"items": []}, 80) == ["nothing is in the audit log"]


async def test_the_log_of_a_daemon(app: StartApp, tmp_path: Path) -> None:
    folk = Folk(await app(), tmp_path)
    await folk.add("maria", "joao")
    await folk.gets("joao", "account", "token", "create", "--label", "mine", "--scope", "read", "--days", "1")
    await folk.is_refused("joao", "audit", "list")
    mine = await folk.gets("joao", "audit", "mine")
    assert "joao made token 1" in mine
    assert "maria made user joao (2)" in mine
    assert "_" not in mine
    done = await folk.gets("maria", "audit", "list", "--by", "joao", "--action", "token:create")
    (line,) = done.splitlines()[1:]
    assert "joao made token 1" in line
    assert "expires: 20" in line
    assert len((await folk.reads("maria", "audit", "list", "--limit", "1"))["items"]) == 1
