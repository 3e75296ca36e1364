"""Lines of `orchd check`."""

from orchd.cli.findings import Finding


def test_a_line_has_no_control_characters() -> None:
    assert str(Finding("ok", "model server \x1b[2J", "m\x07")) == "ok      model server ?[2J: m?"


def test_only_failures_fail() -> None:
    assert [Finding(verdict, "", "").failed for verdict in ("ok", "note", "FAILED")] == [False, False, True]
