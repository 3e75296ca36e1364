"""Replies of the daemon as tables."""

from typing import Any

import pytest
import wcwidth

from orchd.cli.listing import tables

ROW: dict[str, Any] = {"backend": "box:1234", "model": "a-model-with-a-long-name-" + "x" * 60, "priority": "chat"}


def test_a_queue() -> None:
    running = ROW | {"state": "running", "position": None, "elapsedMs": 1200, "etaMs": None, "why": None}
    waiting = ROW | {"state": "waiting", "position": 1, "elapsedMs": 300, "etaMs": 90_000, "why": "other_model"}
    lines = tables.queue({"items": [running, waiting]}, 80)
    assert all(wcwidth.width(line) <= 80 for line in lines)
    assert "running" in lines[1]
    assert "2 min" in lines[2]
    assert tables.queue({"items": []}, 80) == ["nothing runs, nothing waits"]


def test_tasks() -> None:
    item = {
        "id": 3,
        "status": "waiting",
        "waitsFor": "approval",
        "completed": 1,
        "subtasks": 4,
        "updatedAt": "t",
        "projectId": None,
    }
    lines = tables.tasks({"items": [item | {"title": "Title", "reason": "why"}]}, 80)
    assert lines[1].split() == ["3", "waiting", "(approval)", "1/4", "t", "Title:", "why"]
    assert tables.tasks({"items": []}, 80) == ["no tasks found"]


def test_conversations() -> None:
    item = {"id": 3, "updatedAt": "t", "messageCount": 2, "model": None, "title": "a\x1b", "projectId": None}
    assert tables.conversations({"items": [item]}, 80)[1].split() == ["3", "t", "2", "a\ufffd"]
    assert tables.conversations({"items": []}, 80) == ["there are no conversations yet"]


@pytest.mark.parametrize("known", [True, False])
def test_status(known: bool) -> None:
    backend = {"name": "box", "kind": None, "ok": False, "models": 0, "reason": "refused the key", "simulated": False}
    queue = [{"state": "running"}, {"state": "waiting"}] if known else []
    reply = {"server": {"name": "orchd", "version": "1"}, "protocol": "orchd.v1", "queue": queue}
    lines = tables.status(reply | {"backends": [backend] if known else []}, 80)
    assert lines[0] == "orchd 1 answers (orchd.v1)"
    if known:
        assert lines[2].split() == ["box", "away", "0", "refused", "the", "key"]
        assert lines[3] == "1 request runs, 1 waiting"
    else:
        assert lines[1] == "nothing runs, nothing waits"
        assert "`orchd check`" in lines[2]


def test_a_server_that_was_only_looked_for_is_no_server_that_is_away() -> None:
    absent = {"name": "1:1234", "kind": None, "ok": False, "models": 0, "reason": "connection refused", "known": False}
    there = {"name": "box", "kind": "ollama", "ok": True, "models": 2, "reason": None, "known": False}
    reply = {"server": {"name": "orchd", "version": "1"}, "protocol": "orchd.v1", "queue": []}
    backends = [absent | {"simulated": False}, there | {"simulated": False}]
    lines = tables.status(reply | {"backends": backends}, 80)
    assert lines[2].split() == ["box", "ollama", "ok", "2"]
    assert lines[4] == "(looked for, and not found: 1:1234)"
    assert "away" not in "\n".join(lines)


def test_what_a_trial_has_shown_stands_beside_a_model() -> None:
    model = {"backend": "box", "state": "loaded", "type": "llm"}
    found = [{**model, "name": name, "id": name} for name in ("lazy-3b", "sound-7b", "new-7b")]
    trials = [
        {"model": "lazy-3b", "backend": "box", "failure": "approved 6 of 6 wrong results"},
        {"model": "sound-7b", "backend": "box", "failure": None},
        {"model": "new-7b", "backend": "another", "failure": None},
    ]
    head, *rows = tables.models({"models": found, "trials": trials}, None)
    assert head.split()[-3:] == ["AS", "A", "JUDGE"]
    assert rows[0].endswith("approved 6 of 6 wrong results")
    assert [row.split()[-1] for row in rows[1:]] == ["passed", "loaded"]
    assert "JUDGE" not in tables.models({"models": found, "trials": []}, None)[0]


def test_no_models() -> None:
    assert "`orchd check`" in tables.models({"models": []}, 80)[0]
