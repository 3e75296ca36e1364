"""`orchd audit export`: the audit log as JSON lines."""

import json
from pathlib import Path

from tests.test_cli import invoke


def test_rows_are_lines_of_json_from_the_oldest_on(tmp_path: Path) -> None:
    place, password = ("--data-dir", str(tmp_path)), tmp_path / "password"
    password.write_text("a long enough passphrase\n")
    for name in ("ana", "eve"):
        made = invoke("user", "add", name, "--admin", "--password-file", str(password), *place)
        assert made.exit_code == 0, made.output
    printed = invoke("audit", "export", *place)
    assert printed.exit_code == 0, printed.output
    rows = [json.loads(line) for line in printed.stdout.splitlines()]
    assert [row["action"] for row in rows] == ["user:create"] * 2
    assert [row["name"] for row in rows] == ["command line"] * 2
    assert rows[0]["after"]["name"] == "ana"
    assert "passphrase" not in printed.output
    later = invoke("audit", "export", "--after", str(rows[0]["id"]), *place)
    assert [json.loads(line)["id"] for line in later.stdout.splitlines()] == [rows[1]["id"]]
