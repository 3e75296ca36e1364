"""What is kept of the log for a bug report: when, what and how many, and nothing of anybody."""

import structlog
from hypothesis import given
from hypothesis import strategies as st

from orchd.log.recent import LIBRARY_LINE, RecentLines, bare_line, bare_traceback

WORDS = st.text(min_size=1)


def test_a_line() -> None:
    line = {
        "timestamp": "t",
        "level": "warning",
        "event": "request failed",
        "code": "upstream_error",
        "reason": "it says: Dear Ana",
        "name": "ana",
        "client": "10.0.0.7",
        "file": "/srv/ana/x",
        "seconds": 1.5,
        "ok": False,
        "models": ["a"],
    }
    kept = {key: line[key] for key in ("timestamp", "level", "event", "code", "seconds", "ok")}
    assert bare_line(line) == kept


def test_the_words_of_libraries_are_left_out() -> None:
    assert bare_line({"event": "could not reach ana@example.org", "logger": "httpx"}) == {
        "event": LIBRARY_LINE,
        "logger": "httpx",
    }


def raise_one(text: str) -> str:
    """Return the traceback of an exception with this text, in a group."""
    try:
        try:
            raise KeyError(text)
        except KeyError as error:
            raise ExceptionGroup(text, [error, ValueError(text)]) from error
    except ExceptionGroup as group:
        event = structlog.processors.format_exc_info(None, "error", {"exc_info": group})
        return str(event["exception"])


def test_a_traceback_keeps_places_and_kinds() -> None:
    kept = bare_traceback(raise_one("secret"))
    assert any(line.startswith("test_recent.py:") and line.endswith(" raise_one") for line in kept)
    assert {"KeyError", "ValueError"} <= set(kept)
    assert not any("secret" in line or "/" in line for line in kept)


@given(st.text(st.characters(exclude_characters="\r\n"), min_size=12).filter(lambda text: not text.isidentifier()))
def test_no_exceptions_text_is_kept(text: str) -> None:
    assert not any(text in line for line in bare_traceback(raise_one(text)))


def test_only_so_many_are_kept() -> None:
    recent = RecentLines(3)
    for number in range(5):
        event = {"event": "x", "number": number, "name": "ana"}
        assert recent.keep(None, "info", event) is event
    assert recent.read() == [{"event": "x", "number": number} for number in (2, 3, 4)]
