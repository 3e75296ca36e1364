"""The line that says how far a long command has come."""

import io

import pytest

from orchd.cli.backup.progress import PAUSE_SECONDS, ProgressLine


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_sees_it_and_it_goes_away(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal, now = Terminal(), [100.0]
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    with ProgressLine() as line:
        line.tell("task", 1)
        now[0] += PAUSE_SECONDS
        line.tell("chat_message", 10_000_000)
        line.tell("user", 10_000_001)
    assert terminal.getvalue() == "\r\x1b[K10 MB, 50 MB/s: chat_message\r\x1b[K"


def test_what_is_no_terminal_sees_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    with ProgressLine() as line:
        line._shown_at -= 10
        line.tell("task", 1)
    assert stream.getvalue() == ""
