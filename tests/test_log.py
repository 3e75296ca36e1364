"""Log lines: their form, what they hide, and that nothing in them can break the log."""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from contextvars import copy_context
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from orchd.log import configure, json_line, mask, name_request, stamp, text_renderer
from orchd.telemetry.request_id import identify


@pytest.fixture
def restored() -> Iterator[None]:
    """structlog and logging as they were; cached loggers are the tests' own."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
def log_file(tmp_path: Path) -> Iterator[int]:
    descriptor = os.open(tmp_path / "log", os.O_RDWR | os.O_CREAT)
    yield descriptor
    os.close(descriptor)


def lines(descriptor: int) -> list[Any]:
    return [json.loads(line) for line in os.pread(descriptor, 1 << 20, 0).splitlines()]


@pytest.mark.usefixtures("restored")
def test_json_lines_when_it_is_no_terminal(log_file: int) -> None:
    configure("info", "auto", log_file)
    log = structlog.get_logger().bind(request="r1")
    log.debug("not this")
    log.info("started", port=3001, reason="größer 🙂\n")
    (line,) = lines(log_file)
    assert list(line)[:3] == ["timestamp", "level", "event"]
    assert datetime.fromisoformat(line.pop("timestamp")).tzinfo is not None
    assert line == {"level": "info", "event": "started", "request": "r1", "port": 3001, "reason": "größer 🙂\n"}


@pytest.mark.usefixtures("restored")
def test_text_when_asked_for(log_file: int) -> None:
    configure("debug", "text", log_file)
    structlog.get_logger().warning("slow", connection="c 1", bytes=5, why="\x1b[2Jx\nforged")
    text = os.pread(log_file, 4096, 0).decode()
    assert text[12:] == 'Z warning slow  connection="c 1"  bytes=5  why=\\x1b[2Jx\\nforged\n'
    assert "\x1b" not in text


@pytest.mark.usefixtures("restored")
def test_a_terminal_gets_coloured_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    master, slave = os.openpty()
    output = configure("info", "auto", slave)
    structlog.get_logger().error("bad")
    assert b"\x1b[31merror" in os.read(master, 4096)
    assert output is not None
    output.close()
    os.close(master)
    os.close(slave)


@pytest.mark.usefixtures("restored")
def test_a_traceback_is_one_field(log_file: int) -> None:
    configure("info", "json", log_file)
    try:
        raise ValueError("mysql://u:hunter2@h/n")
    except ValueError as error:
        structlog.get_logger().error("unexpected", exc_info=error)
    (line,) = lines(log_file)
    assert "Traceback" in line["exception"]
    assert "test_log.py" in line["exception"]
    assert "hunter2" not in line["exception"]


@pytest.mark.usefixtures("restored")
def test_libraries_are_heard_from_warning_up(log_file: int) -> None:
    logging.getLogger().handlers.clear()  # pytest's own would raise for the broken format below
    configure("debug", "json", log_file)
    logging.getLogger("httpx").info("HTTP Request: %s", "GET /")
    logging.getLogger("trio-websocket").warning("odd: %d", 5)
    logging.getLogger("other").warning("%d %s", "no number")
    logging.getLogger("own-level").log(35, "between the levels")
    logging.getLogger("a").log(1000, "above all levels")
    told = [(line["level"], line["logger"], line["event"]) for line in lines(log_file)]
    assert told == [
        ("warning", "trio-websocket", "odd: 5"),
        ("warning", "other", "%d %s"),
        ("warning", "own-level", "between the levels"),
        ("critical", "a", "above all levels"),
    ]


@pytest.mark.usefixtures("restored")
def test_configuring_again_does_not_log_twice(log_file: int) -> None:
    configure("info", "json", log_file)
    configure("info", "json", log_file)
    logging.getLogger("x").warning("once")
    assert len(lines(log_file)) == 1


@pytest.mark.usefixtures("restored")
def test_a_closed_stderr_is_no_error() -> None:
    assert configure("info", "json", 999) is None
    structlog.get_logger().error("to nobody")


class Settings(msgspec.Struct):
    url: str
    api_key: str


def test_secrets_and_texts_of_messages_are_hidden_at_any_depth() -> None:
    event = mask(
        None,
        "",
        {
            "event": "connecting to mysql://u:hunter2@h/n",
            "headers": [{"Authorization": "hunter2", "accept": "x"}],
            "settings": Settings("http://hunter2@h", "hunter2"),
            "content": "hunter2",
            "message": "hunter2",
            "turns": ["hunter2"],
            "token": 12345,
            "max_tokens": 5,
            "deep": {"a": {"b": {"c": {"d": {"e": {"password": "hunter2"}}}}}},
            "error": ValueError("Bearer hunter2"),
            "api_key": None,
        },
    )
    assert "hunter2" not in repr(event)
    assert event["event"] == "connecting to mysql://u:***@h/n"
    assert event["headers"] == [{"Authorization": "***", "accept": "x"}]
    assert event["content"] == "<7 long>"
    assert event["turns"] == "<1 long>"
    assert event["token"] == "***"
    assert event["max_tokens"] == 5
    assert event["api_key"] is None


def test_a_huge_value_is_cut() -> None:
    assert len(mask(None, "", {"reason": "x" * 1_000_000})["reason"]) < 21_000


class Broken:
    def __repr__(self) -> str:
        raise RuntimeError("no repr")


def test_a_broken_repr_costs_no_line() -> None:
    assert "Broken" in mask(None, "", {"event": "x", "value": Broken()})["value"]


odd = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters())
    | st.binary(max_size=5)
    | st.just(object())
    | st.dates(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters()) | st.integers(), inner, max_size=3)
        | st.frozensets(st.integers(), max_size=2)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.text(st.characters(codec="utf-8"), min_size=1), odd, max_size=5))
def test_no_value_breaks_a_line(event: dict[str, Any]) -> None:
    event = dict(stamp(None, "", {**event, "event": "x", "level": "info"}))
    line = json_line(None, "", mask(None, "", dict(event)))
    assert b"\n" not in line
    assert isinstance(json.loads(line), dict)
    text = text_renderer(coloured=False)(None, "", mask(None, "", {**event, "exception": None}))
    assert b"\n" not in text
    assert b"\x1b" not in text


SCRIPT = """
import os, sys, structlog
from orchd.log import configure
configure("info", "json")
for number in range(20_000):
    structlog.get_logger().info("line", number=number)
print("done")
"""


def test_a_process_with_a_full_stderr_still_ends() -> None:
    reading, writing = os.pipe()
    try:
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT], stderr=writing, stdout=subprocess.PIPE, timeout=60, check=True
        )
        assert done.stdout == b"done\n"
    finally:
        os.close(reading)
        os.close(writing)


def test_a_process_with_a_closed_stderr_still_ends() -> None:
    done = subprocess.run(
        ["sh", "-c", 'exec "$0" -c "$1" 2>&-', sys.executable, SCRIPT], stdout=subprocess.PIPE, timeout=60, check=True
    )
    assert done.stdout == b"done\n"


def test_lines_name_the_request_that_they_are_about() -> None:
    assert name_request(None, "info", {"event": "x"}) == {"event": "x"}

    def serve() -> None:
        identify("abc-1")
        assert name_request(None, "info", {"event": "x"}) == {"event": "x", "request_id": "abc-1"}
        assert name_request(None, "info", {"event": "x", "request_id": "own"})["request_id"] == "own"

    copy_context().run(serve)
