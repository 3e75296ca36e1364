"""Lines of `orchd check`."""

import json

from orchd.cli.findings import Finding, findings_json


def test_a_line_has_no_control_characters() -> None:
    assert str(Finding("ok", "model server \x1b[2J", "m\x07")) == "ok      model server ?[2J: m?"


def test_only_failures_fail() -> None:
    assert [Finding(verdict, "", "").failed for verdict in ("ok", "note", "FAILED")] == [False, False, True]


def test_programs_get_all_of_it() -> None:
    found = [Finding("ok", "database", "there"), Finding("FAILED", "model server", "away")]
    told = json.loads(findings_json(found))
    assert told["ok"] is False
    assert told["findings"][1] == {"verdict": "failed", "what": "model server", "told": "away"}
