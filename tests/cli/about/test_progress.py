"""What `orchd check` shows while it looks: findings as they come, and on a terminal what is waited for."""

import io
import sys

import pytest

from orchd.cli.about.progress import FindingsOnScreen
from orchd.cli.findings import Finding

FOUND = Finding("ok", "database", "is there")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_what_is_waited_for_stands_on_a_terminal_until_something_is_found(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    errors = Terminal()
    monkeypatch.setattr(sys, "stderr", errors)
    with FindingsOnScreen() as report:
        report.begin("asking the database")
        assert errors.getvalue().endswith("asking the database ...")
        report.add(FOUND)
        assert capsys.readouterr().out == f"{FOUND}\n"
        report.begin("asking the model servers")
    assert errors.getvalue().endswith("\r\x1b[K"), "nothing of it stays"
    assert report.all == [FOUND]


def test_nothing_is_said_of_it_where_nobody_looks(capsys: pytest.CaptureFixture[str]) -> None:
    with FindingsOnScreen() as report:
        report.begin("asking the database")
        report.add(FOUND)
    assert capsys.readouterr() == (f"{FOUND}\n", "")
